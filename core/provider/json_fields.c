#include "provider/json_fields.h"

#include <string.h>

#include "base/limits.h"
#include "base/sanitize.h"

/* --- secrets -----------------------------------------------------------------------------------
 */

/* Does the key name something that nobody should see, such as a token? No service should send
 * these; some do. */
static bool is_secret(const char *key)
{
    static const char *const parts[] = {"secret", "password", "token", "credential"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (strcasestr(key, parts[i]))
            return true;
    }
    return false;
}

static struct json *without_secrets(const struct json *value)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *child;
    if (json_is_array(value)) {
        struct json *copy = json_new_array();
        for (size_t i = 0; i < json_count(value); i++)
            json_push(copy, without_secrets(json_at(value, i)));
        return copy;
    }
    if (!json_is_object(value))
        return json_is_null(value) ? NULL : json_share(value);
    struct json *copy = json_new_object();
    while (json_next_member(value, &cursor, &key, &child)) {
        if (!is_secret(key))
            json_set(copy, key, without_secrets(child));
    }
    return copy;
}

void json_fields_add_json(struct strbuf *out, const char *title, const struct json *value)
{
    struct json *copy = without_secrets(value);
    struct strbuf text;
    strbuf_init(&text, out->max);
    json_format(copy, true, &text);
    if (out->len)
        strbuf_add_text(out, "\n\n");
    strbuf_addf(out, "// %s\n", title);
    sanitize(out, text.data, text.len, SANITIZE_TEXT);
    strbuf_finish(&text);
    json_destroy(copy);
}

/* --- values in words ---------------------------------------------------------------------------
 */

static void add_value(struct strbuf *out, const struct json *value);

static void add_list(struct strbuf *out, const struct json *array)
{
    for (size_t i = 0; i < json_count(array); i++) {
        if (i)
            strbuf_add_text(out, ", ");
        add_value(out, json_at(array, i));
    }
}

/* {"users.state": "CA"} -> "users.state: CA" */
static void add_members(struct strbuf *out, const struct json *object)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    size_t start = out->len;
    while (json_next_member(object, &cursor, &key, &value)) {
        if (is_secret(key))
            continue;
        if (out->len > start)
            strbuf_add_text(out, ", ");
        strbuf_addf(out, "%s: ", key);
        add_value(out, value);
    }
}

static void add_value(struct strbuf *out, const struct json *value)
{
    size_t length;
    const char *text = json_string(value, &length);
    if (text)
        strbuf_add(out, text, length);
    else if (json_is_array(value))
        add_list(out, value);
    else if (json_is_object(value))
        add_members(out, value);
    else
        strbuf_add_char(out, '-');
}

/* Rights that are given: {"run": true, "show": false} -> "run" */
static void add_rights(struct strbuf *out, const struct json *can)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    while (json_next_member(can, &cursor, &key, &value)) {
        if (json_bool(value) == 1)
            strbuf_addf(out, "%s%s", out->len ? ", " : "", key);
    }
}

const char *json_fields_line(struct arena *arena, const struct json *value)
{
    char clean[LIMIT_TASK_FIELD_BYTES];
    const char *text = json_string(value, NULL);
    return text && *text ? arena_strdup(arena, sanitize_line(clean, sizeof(clean), text)) : NULL;
}

/* --- fields ------------------------------------------------------------------------------------
 */

/* "query_task_id" -> "query task id" */
static void set_label(struct strbuf *out, const char *key)
{
    strbuf_clear(out);
    sanitize(out, key, strlen(key), SANITIZE_LINE);
    for (char *p = out->data; *p; p++) {
        if (*p == '_')
            *p = ' ';
    }
}

static void add_field(struct field_list *list, struct arena *arena, const char *group,
                      const char *key, const struct json *value)
{
    struct strbuf label, raw, clean;
    strbuf_init(&label, LIMIT_NAME_BYTES);
    strbuf_init(&raw, LIMIT_DETAIL_VALUE_BYTES);
    strbuf_init(&clean, LIMIT_DETAIL_VALUE_BYTES);
    set_label(&label, key);
    if (strcmp(key, "can") == 0)
        add_rights(&raw, value);
    else if (!json_is_null(value))
        add_value(&raw, value);
    sanitize(&clean, raw.data, raw.len, SANITIZE_LINE);
    field_list_add(list, arena, group, label.data, clean.len ? clean.data : NULL);
    strbuf_finish(&label);
    strbuf_finish(&raw);
    strbuf_finish(&clean);
}

static bool is_named(const char *const *names, const char *key)
{
    for (size_t i = 0; names[i]; i++) {
        if (strcmp(names[i], key) == 0)
            return true;
    }
    return false;
}

void json_fields_add(struct field_list *list, struct arena *arena, const char *group,
                     const struct json *object, const char *const *first,
                     const char *const *left_out)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    for (size_t i = 0; first[i]; i++) {
        if (json_get(object, first[i]))
            add_field(list, arena, group, first[i], json_get(object, first[i]));
    }
    while (json_next_member(object, &cursor, &key, &value)) {
        bool is_done = is_named(first, key) && value && !json_is_null(value);
        if (!is_done && !is_named(left_out, key) && !is_secret(key))
            add_field(list, arena, group, key, value);
    }
}

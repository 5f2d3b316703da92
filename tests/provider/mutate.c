#include "provider/mutate.h"

#include <string.h>

static const char hostile[] = "\x1b]0;owned\x07 \x1b[31m\r\n\t\x7f\xc2\x9b\xe2\x80\xae\xe2\x80\x8b"
                              "\xe2\x80\xa8\xff\xfe\0after \xf3\xa0\x81\x81\"\\/<script>";

static struct json *nested(unsigned depth)
{
    struct json *inner = json_new_string("deep");
    for (unsigned i = 0; i < depth; i++) {
        struct json *array = json_new_array();
        json_push(array, inner);
        inner = array;
    }
    return inner;
}

static struct json *long_string(void)
{
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    for (int i = 0; i < 3000; i++)
        strbuf_add_text(&text, "long \xc3\xa9\xe2\x82\xac ");
    struct json *value = json_new_string(text.data);
    strbuf_finish(&text);
    return value;
}

static struct json *mutate_string(const struct json *value, enum mutation how)
{
    switch (how) {
    case MUTATE_HOSTILE_STRINGS:
        return json_new_string_len(hostile, sizeof(hostile) - 1);
    case MUTATE_LONG_STRINGS:
        return long_string();
    case MUTATE_EMPTY_STRINGS:
        return json_new_string("");
    case MUTATE_NUMBERS_FOR_STRINGS:
        return json_new_int(-42);
    default:
        return json_share(value);
    }
}

static struct json *mutate_number(const struct json *value, enum mutation how)
{
    switch (how) {
    case MUTATE_HUGE_NUMBERS:
        return json_new_double(1.7e308);
    case MUTATE_NEGATIVE_NUMBERS:
        return json_new_int(INT64_MIN);
    case MUTATE_STRINGS_FOR_NUMBERS:
        return json_new_string("99999999999999999999e999");
    default:
        return json_share(value);
    }
}

static struct json *mutate_scalar(const struct json *value, enum mutation how)
{
    switch (how) {
    case MUTATE_NULLS:
        return NULL;
    case MUTATE_SCALARS_TO_ARRAYS:
        return json_new_array();
    case MUTATE_SCALARS_TO_OBJECTS:
        return json_new_object();
    case MUTATE_DEEP:
        return nested(40);
    default:
        break;
    }
    if (json_is_string(value))
        return mutate_string(value, how);
    if (json_is_number(value))
        return mutate_number(value, how);
    return json_is_null(value) ? NULL : json_share(value);
}

struct mutator {
    enum mutation how;
    size_t only;
    size_t at; /* scalars seen so far */
};

static struct json *copy_value(struct mutator *m, const struct json *value, bool is_top);

static struct json *copy_scalar(struct mutator *m, const struct json *value)
{
    size_t at = m->at++;
    if (m->only == MUTATE_ALL || m->only == at)
        return mutate_scalar(value, m->how);
    return json_is_null(value) ? NULL : json_share(value);
}

static struct json *copy_container(struct mutator *m, const struct json *value)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *child;
    struct json *copy = json_is_array(value) ? json_new_array() : json_new_object();
    for (size_t i = 0; i < json_count(value); i++)
        json_push(copy, copy_value(m, json_at(value, i), false));
    while (json_next_member(value, &cursor, &key, &child))
        json_set(copy, key, copy_value(m, child, false));
    return copy;
}

static struct json *copy_value(struct mutator *m, const struct json *value, bool is_top)
{
    if (!json_is_array(value) && !json_is_object(value))
        return copy_scalar(m, value);
    if (!is_top && m->how == MUTATE_CONTAINERS_TO_STRINGS)
        return json_new_string_len(hostile, sizeof(hostile) - 1);
    if (!is_top && m->how == MUTATE_EMPTY_CONTAINERS)
        return json_is_array(value) ? json_new_array() : json_new_object();
    return copy_container(m, value);
}

bool mutate(const char *body, enum mutation how, size_t only, struct strbuf *out)
{
    struct mutator m = {.how = how, .only = only};
    struct json *root = json_parse(body, strlen(body), NULL);
    if (!root)
        return false;
    struct json *changed = copy_value(&m, root, true);
    strbuf_clear(out);
    json_format(changed, false, out);
    json_destroy(changed);
    json_destroy(root);
    return only == MUTATE_ALL || only < m.at;
}

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/sanitize.h"
#include "provider/adobe_internal.h"
#include "provider/json_fields.h"

#define NAME_CHARS 60

static const char *const nothing[] = {NULL};

/* The first of the values that is a text, on one line. */
static const char *first_line(struct arena *arena, const struct json *const values[], size_t count)
{
    const char *line = NULL;
    for (size_t i = 0; i < count && !line; i++)
        line = json_fields_line(arena, values[i]);
    return line;
}
#define FIRST_LINE(arena, ...)                              \
    first_line(arena, (const struct json *[]){__VA_ARGS__}, \
               sizeof((const struct json *[]){__VA_ARGS__}) / sizeof(struct json *))

static const char *sql_of(struct arena *arena, const struct json *value)
{
    struct strbuf text;
    size_t length;
    const char *raw = json_string(value, &length);
    if (!raw || !length)
        return NULL;
    strbuf_init(&text, LIMIT_DETAIL_SQL_BYTES);
    sanitize(&text, raw, length, SANITIZE_TEXT);
    const char *sql = arena_strndup(arena, text.data, text.len);
    strbuf_finish(&text);
    return sql;
}

/* What nobody named is called by the head of its SQL. */
static const char *name_or_head(struct arena *arena, const char *name, const struct json *sql,
                                const char *id)
{
    char head[NAME_CHARS];
    const char *text = json_string(sql, NULL);
    if (name)
        return name;
    return text && *text ? arena_strdup(arena, sanitize_line(head, sizeof(head), text)) : id;
}

static void set_fields(struct arena *arena, const char *group, const struct json *record,
                       const char *const *first, const char *const *left_out, struct item *item)
{
    struct field_list fields = {0};
    json_fields_add(&fields, arena, group, record, first, left_out);
    item->fields = field_list_take(&fields, arena, &item->field_count);
}

/* --- templates ---------------------------------------------------------------------------------
 */

static void set_parameters(struct arena *arena, const struct json *object, struct item *item)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    char name[LIMIT_NAME_BYTES];
    size_t count = 0;
    while (json_next_member(object, &cursor, &key, &value))
        count++;
    struct item_parameter *parameters = arena_alloc(arena, count * sizeof(*parameters));
    cursor = NULL;
    for (size_t i = 0; i < count && json_next_member(object, &cursor, &key, &value); i++)
        parameters[i] = (struct item_parameter){
            .name = arena_strdup(arena, sanitize_line(name, sizeof(name), key)),
            .value = json_fields_line(arena, value),
        };
    item->parameters = parameters;
    item->parameter_count = count;
}

bool adobe_read_template(struct arena *arena, const struct json *record, struct item *out_item)
{
    static const char *const first[] = {"id", "name", "updated", "lastUpdatedBy", "userId", NULL};
    static const char *const left_out[] = {"sql", "_links", "version", NULL};
    const struct json *sql = json_get(record, "sql");
    const char *id = json_fields_line(arena, json_get(record, "id"));
    if (!id)
        return false;
    *out_item = (struct item){
        .kind = ITEM_TEMPLATE,
        .id = id,
        .name = name_or_head(arena, json_fields_line(arena, json_get(record, "name")), sql, id),
        ITEM_UNKNOWN,
        .owner = FIRST_LINE(arena, json_get(record, "lastUpdatedBy"), json_get(record, "userId")),
        .sql = sql_of(arena, sql),
    };
    out_item->changed_ms = adobe_time(json_get(record, "updated"));
    set_parameters(arena, json_get(record, "queryParameters"), out_item);
    set_fields(arena, "template", record, first, left_out, out_item);
    return true;
}

/* --- schedules and their runs ------------------------------------------------------------------
 */

/* Adobe Query Service refuses (400) to put a schedule into the state it is in, and to trigger one
 * that is not enabled. What a state that we do not know allows the service will say. */
static const struct {
    const char *state;
    uint32_t denied;
} schedule_states[] = {
    {"ENABLED", 1u << ACTION_ENABLE},
    {"DISABLED", 1u << ACTION_DISABLE | 1u << ACTION_TRIGGER},
    {"REGISTERING", 1u << ACTION_ENABLE | 1u << ACTION_DISABLE | 1u << ACTION_TRIGGER},
};

static uint32_t denied_in(const char *state)
{
    for (size_t i = 0; state && i < sizeof(schedule_states) / sizeof(schedule_states[0]); i++) {
        if (strcasecmp(schedule_states[i].state, state) == 0)
            return schedule_states[i].denied;
    }
    return 0;
}

bool adobe_read_schedule(struct arena *arena, const struct json *record, struct item *out_item)
{
    static const char *const first[] = {"id", "state", "created", "updated", NULL};
    static const char *const left_out[] = {"query", "schedule", "_links", "version", NULL};
    static const char *const sql_apart[] = {"sql", NULL};
    struct field_list fields = {0};
    const struct json *query = json_get(record, "query");
    const struct json *times = json_get(record, "schedule");
    const struct json *sql = json_get(query, "sql");
    const char *id = json_fields_line(arena, json_get(record, "id"));
    if (!id)
        return false;
    const char *name = FIRST_LINE(arena, json_get(query, "name"), json_get(record, "templateName"));
    *out_item = (struct item){
        .kind = ITEM_SCHEDULE,
        .id = id,
        .name = name_or_head(arena, name, sql, id),
        ITEM_UNKNOWN,
        .state = json_fields_line(arena, json_get(record, "state")),
        .owner = FIRST_LINE(arena, json_get(record, "updatedUserId"), json_get(record, "userId")),
        .timing = json_fields_line(arena, json_get(times, "schedule")),
        .sql = sql_of(arena, sql),
    };
    out_item->changed_ms = adobe_time(json_get(record, "updated"));
    out_item->denied = denied_in(out_item->state);
    json_fields_add(&fields, arena, "schedule", record, first, left_out);
    json_fields_add(&fields, arena, "times", times, nothing, nothing);
    json_fields_add(&fields, arena, "query", query, nothing, sql_apart);
    out_item->fields = field_list_take(&fields, arena, &out_item->field_count);
    return true;
}

bool adobe_read_run(struct arena *arena, const struct json *record, struct item *out_item)
{
    static const char *const left_out[] = {"_links", "version", NULL};
    const char *id = json_fields_line(arena, json_get(record, "id"));
    if (!id)
        return false;
    *out_item = (struct item){
        .kind = ITEM_RUN,
        .id = id,
        .name = id,
        ITEM_UNKNOWN,
        .state = json_fields_line(arena, json_get(record, "state")),
        .note = adobe_flag(json_get(record, "externalTrigger")) == 1 ? "triggered by hand" : NULL,
    };
    out_item->changed_ms = adobe_time(json_get(record, "created"));
    if (out_item->state && strcasecmp(out_item->state, "IN_PROGRESS") != 0)
        out_item->denied = 1u << ACTION_CANCEL_RUN;
    set_fields(arena, "run", record, nothing, left_out, out_item);
    return true;
}

/* --- connection --------------------------------------------------------------------------------
 */

/* Nothing that a shell or libpq would take for more than it is. */
static bool is_harmless(const char *text)
{
    static const char harmless[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                   ".:_@-";
    return text && *text && strspn(text, harmless) == strlen(text);
}

/* Experience Platform, "Connect PSQL to Query Service": the password is an access token, and TLS is
 * wanted on port 80, too. -W asks for the password, so that it stands in no line. */
static void set_command(struct arena *arena, const char *host, const char *database,
                        const char *user, const struct json *port, struct item *item)
{
    int64_t number = json_int(port, 80);
    if (!is_harmless(host) || !is_harmless(database) || !is_harmless(user) || number < 1 ||
        number > 65535) {
        item->note = "there is no psql line: not all of it can stand in one";
        return;
    }
    item->note = "psql asks for the password: it is an access token";
    item->command =
        arena_printf(arena,
                     "psql \"sslmode=require host=%s port=%" PRId64 " dbname=%s user=%s\" -W", host,
                     number, database, user);
}

/* The answer holds the caller's own token, which goes nowhere. */
bool adobe_read_connection(struct arena *arena, const struct json *record, struct item *out_item)
{
    static const char *const first[] = {"host", "port", "dbName", "username", NULL};
    static const char *const left_out[] = {"version", NULL};
    const char *host = json_fields_line(arena, json_get(record, "host"));
    const char *database = json_fields_line(arena, json_get(record, "dbName"));
    const char *user = json_fields_line(arena, json_get(record, "username"));
    if (!host)
        return false;
    *out_item = (struct item){
        .kind = ITEM_CONNECTION,
        .id = database ? database : host,
        .name = database ? database : host,
        ITEM_UNKNOWN,
    };
    set_command(arena, host, database, user, json_get(record, "port"), out_item);
    set_fields(arena, "connection", record, first, left_out, out_item);
    return true;
}

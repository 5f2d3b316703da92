#include "sandbox/queries.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "sandbox/describe.h"

#define QUERIES_MAX       100000
#define QUERY_STRINGS_MAX 500
/* Ids of API 3.1 count from here. */
#define QUERY_NUMBER_FIRST 1001
#define QUERY_JSON_BYTES   ((size_t)1 << 20)

struct query {
    char id[QUERY_ID_LENGTH + 1];
    char slug[QUERY_SLUG_LENGTH + 1];
    int64_t number; /* its id in API 3.1 */
    struct arena arena;
    struct query_spec spec;
    char *json; /* as the API gives it */
    size_t json_length;
    UT_hash_handle hh_id;
    UT_hash_handle hh_slug;
    UT_hash_handle hh_number;
};

void queries_init(struct queries *queries, uint64_t seed, const char *url)
{
    *queries = (struct queries){.seed = seed, .url = url};
}

static void query_destroy(struct query *query)
{
    free(query->json);
    arena_finish(&query->arena);
    free(query);
}

void queries_finish(struct queries *queries)
{
    struct query *query;
    struct query *next;
    HASH_CLEAR(hh_slug, queries->by_slug);
    HASH_CLEAR(hh_number, queries->by_number);
    HASH_ITER (hh_id, queries->by_id, query, next) {
        HASH_DELETE(hh_id, queries->by_id, query);
        query_destroy(query);
    }
    struct sql_query *sql;
    struct sql_query *next_sql;
    HASH_ITER (hh, queries->sql_by_slug, sql, next_sql) {
        HASH_DEL(queries->sql_by_slug, sql);
        free(sql->sql);
        free(sql);
    }
}

/* Members that the service keeps without understanding them, in the order of the description. */
static const char *const OPAQUE[] = {"column_limit",        "total",          "row_total",
                                     "subtotals",           "vis_config",     "filter_config",
                                     "visible_ui_sections", "dynamic_fields", "query_timezone"};

/* The strings of an array; false when it is no array of strings. */
static bool copy_strings(struct arena *arena, const struct json *array, const char *const **out,
                         size_t *out_count)
{
    size_t count = json_count(array);
    if (!json_is_null(array) && (!json_is_array(array) || count > QUERY_STRINGS_MAX))
        return false;
    const char **strings = arena_alloc(arena, (count + 1) * sizeof(char *));
    for (size_t i = 0; i < count; i++) {
        if (!json_is_string(json_at(array, i)))
            return false;
        strings[i] = arena_strdup(arena, json_string(json_at(array, i), NULL));
    }
    *out = strings;
    *out_count = count;
    return true;
}

static bool copy_filters(struct query *query, const struct json *object)
{
    if (json_is_null(object))
        return true;
    if (!json_is_object(object))
        return false;
    struct query_filter *filters = arena_alloc(&query->arena, QUERY_STRINGS_MAX * sizeof(*filters));
    size_t count = 0;
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    while (json_next_member(object, &cursor, &key, &value)) {
        if (count == QUERY_STRINGS_MAX || !json_string(value, NULL))
            return false;
        filters[count].field = arena_strdup(&query->arena, key);
        filters[count++].expression = arena_strdup(&query->arena, json_string(value, NULL));
    }
    query->spec.filters = filters;
    query->spec.filter_count = count;
    return true;
}

static bool refuse(struct invalid *out, const char *field, const char *code, const char *message)
{
    *out = (struct invalid){field, code, message};
    return false;
}

static bool read_spec(struct query *query, const struct json *body, struct invalid *out)
{
    struct query_spec *spec = &query->spec;
    struct arena *arena = &query->arena;
    if (!json_is_string(json_get(body, "model")))
        return refuse(out, "model", "missing_field", "This field is required.");
    if (!json_is_string(json_get(body, "view")))
        return refuse(out, "view", "missing_field", "This field is required.");
    spec->model = arena_strdup(arena, json_string(json_get(body, "model"), NULL));
    spec->view = arena_strdup(arena, json_string(json_get(body, "view"), NULL));
    if (!copy_strings(arena, json_get(body, "fields"), &spec->fields, &spec->field_count))
        return refuse(out, "fields", "invalid", "Must be a list of field names.");
    if (!copy_strings(arena, json_get(body, "sorts"), &spec->sorts, &spec->sort_count))
        return refuse(out, "sorts", "invalid", "Must be a list of sorts.");
    if (!copy_filters(query, json_get(body, "filters")))
        return refuse(out, "filters", "invalid", "Must be a map of field names to expressions.");
    const struct json *expression = json_get(body, "filter_expression");
    if (!json_is_null(expression) && !json_is_string(expression))
        return refuse(out, "filter_expression", "invalid", "Must be text.");
    spec->filter_expression = arena_strdup(arena, json_string(expression, NULL));
    const struct json *limit = json_get(body, "limit");
    if (!json_is_null(limit) && json_int(limit, INT64_MIN) == INT64_MIN)
        return refuse(out, "limit", "invalid", "Must be a whole number.");
    spec->limit = arena_strdup(arena, json_string(limit, NULL));
    return true;
}

static struct json *strings_json(const char *const *strings, size_t count)
{
    if (count == 0)
        return NULL;
    struct json *array = json_new_array();
    for (size_t i = 0; i < count; i++)
        json_push(array, json_new_string(strings[i]));
    return array;
}

static struct json *filters_json(const struct query_spec *spec)
{
    if (spec->filter_count == 0)
        return NULL;
    struct json *object = json_new_object();
    for (size_t i = 0; i < spec->filter_count; i++)
        json_set_string(object, spec->filters[i].field, spec->filters[i].expression);
    return object;
}

static struct json *share_member(const struct json *object, const char *key)
{
    const struct json *value = json_get(object, key);
    return value ? json_share(value) : NULL;
}

static struct json *pivots_json(const struct json *body)
{
    return json_count(json_get(body, "pivots")) ? share_member(body, "pivots") : NULL;
}

/* What makes two queries equal. */
static struct json *content_json(const struct query_spec *spec, const struct json *body)
{
    struct json *json = json_new_object();
    json_set_string(json, "model", spec->model);
    json_set_string(json, "view", spec->view);
    json_set(json, "fields", strings_json(spec->fields, spec->field_count));
    json_set(json, "pivots", pivots_json(body));
    json_set(json, "fill_fields", share_member(body, "fill_fields"));
    json_set(json, "filters", filters_json(spec));
    json_set_string(json, "filter_expression", spec->filter_expression);
    json_set(json, "sorts", strings_json(spec->sorts, spec->sort_count));
    json_set_string(json, "limit", spec->limit);
    for (size_t i = 0; i < sizeof(OPAQUE) / sizeof(OPAQUE[0]); i++)
        json_set(json, OPAQUE[i], share_member(body, OPAQUE[i]));
    return json;
}

static void make_ids(struct query *query, uint64_t seed, const struct json *content)
{
    struct strbuf text;
    strbuf_init(&text, QUERY_JSON_BYTES);
    json_format(content, false, &text);
    struct rng rng = {.state = rng_hash(seed, text.data, text.len)};
    rng_text(&rng, query->id, sizeof(query->id), RNG_BASE62);
    rng_text(&rng, query->slug, sizeof(query->slug), RNG_BASE62);
    strbuf_finish(&text);
}

static void finish_json(struct query *query, const char *url, struct json *json)
{
    static const char *const rights[] = {
        "run",      "see_results",        "explore",           "create",   "show",
        "index",    "see_lookml",         "see_sql",           "save",     "generate_drill_links",
        "download", "download_unlimited", "use_custom_fields", "schedule", NULL};
    struct strbuf text;
    strbuf_init(&text, QUERY_JSON_BYTES + 4096);
    json_set_string(json, "id", query->id);
    json_set_string(json, "slug", query->slug);
    json_set_string(json, "client_id", query->id);
    strbuf_addf(&text, "%s/x/%s", url, query->id);
    json_set_string(json, "share_url", text.data);
    strbuf_clear(&text);
    strbuf_addf(&text, "/explore/%s/%s?qid=%s", query->spec.model, query->spec.view, query->id);
    json_set_string(json, "url", text.data);
    strbuf_clear(&text);
    strbuf_addf(&text, "%s/explore/%s/%s?qid=%s&origin_space=none", url, query->spec.model,
                query->spec.view, query->id);
    json_set_string(json, "expanded_share_url", text.data);
    json_set_bool(json, "has_table_calculations", false);
    json_set(json, "can", describe_rights(rights));
    strbuf_clear(&text);
    json_format(json, false, &text);
    query->json = strbuf_take(&text, &query->json_length);
}

const struct query *queries_make(struct queries *queries, const struct json *body,
                                 struct invalid *out_invalid)
{
    struct query *query = xcalloc(1, sizeof(*query));
    if (!json_is_object(body))
        body = NULL;
    if (!read_spec(query, body, out_invalid)) {
        query_destroy(query);
        return NULL;
    }
    struct json *content = content_json(&query->spec, body);
    make_ids(query, queries->seed, content);
    struct query *known;
    HASH_FIND(hh_id, queries->by_id, query->id, QUERY_ID_LENGTH, known);
    if (known || HASH_CNT(hh_id, queries->by_id) >= QUERIES_MAX) {
        query_destroy(query);
        if (!known)
            refuse(out_invalid, "model", "too_many", "This service keeps no more queries.");
    } else {
        finish_json(query, queries->url, content);
        query->number = QUERY_NUMBER_FIRST + HASH_CNT(hh_id, queries->by_id);
        HASH_ADD(hh_id, queries->by_id, id, QUERY_ID_LENGTH, query);
        HASH_ADD(hh_number, queries->by_number, number, sizeof(query->number), query);
        HASH_ADD(hh_slug, queries->by_slug, slug, QUERY_SLUG_LENGTH, query);
        known = query;
    }
    json_destroy(content);
    return known;
}

static struct query *find_id(struct queries *queries, const char *id)
{
    struct query *query;
    HASH_FIND(hh_id, queries->by_id, id, strlen(id), query);
    return query;
}

const struct query *queries_find(struct queries *queries, enum api_version api, const char *id)
{
    struct query *query;
    char *end;
    if (api != API_3_1)
        return find_id(queries, id);
    int64_t number = strtoll(id, &end, 10);
    HASH_FIND(hh_number, queries->by_number, &number, sizeof(number), query);
    return *end == '\0' ? query : NULL;
}

int64_t queries_number(struct queries *queries, const char *id)
{
    const struct query *query = find_id(queries, id);
    return query ? query->number : 0;
}

const struct query *queries_find_slug(struct queries *queries, const char *slug)
{
    struct query *query;
    HASH_FIND(hh_slug, queries->by_slug, slug, strlen(slug), query);
    return query ? query : find_id(queries, slug);
}

const char *query_id(const struct query *query)
{
    return query->id;
}

const char *query_slug(const struct query *query)
{
    return query->slug;
}

const struct query_spec *query_spec(const struct query *query)
{
    return &query->spec;
}

struct json *query_describe(const struct query *query)
{
    return json_parse(query->json, query->json_length, NULL);
}

struct sql_query *queries_make_sql(struct queries *queries, const char *sql,
                                   const struct account *creator)
{
    char slug[13];
    struct rng rng = {.state = rng_hash(queries->seed, sql, strlen(sql))};
    rng_text(&rng, slug, sizeof(slug), RNG_BASE62);
    struct sql_query *query = queries_find_sql(queries, slug);
    if (query || HASH_COUNT(queries->sql_by_slug) >= QUERIES_MAX)
        return query;
    query = xcalloc(1, sizeof(*query));
    memcpy(query->slug, slug, sizeof(slug));
    query->sql = xstrdup(sql);
    query->connection = EXPLORE_CONNECTION;
    query->creator = creator;
    HASH_ADD_STR(queries->sql_by_slug, slug, query);
    return query;
}

struct sql_query *queries_find_sql(struct queries *queries, const char *slug)
{
    struct sql_query *query;
    HASH_FIND_STR(queries->sql_by_slug, slug, query);
    return query;
}

struct json *sql_query_describe(const struct sql_query *query, const char *url)
{
    struct json *json = json_new_object();
    struct json *connection = json_new_object();
    json_set_string(connection, "name", query->connection);
    json_set_string(json, "slug", query->slug);
    json_set(json, "last_runtime",
             query->last_run_ms ? json_new_double(query->last_runtime_s) : NULL);
    json_set_int(json, "run_count", query->run_count);
    json_set_int(json, "browser_limit", 5000);
    json_set_string(json, "sql", query->sql);
    describe_set_time(json, "last_run_at", query->last_run_ms ? query->last_run_ms : TIME_UNKNOWN);
    json_set(json, "connection", connection);
    json_set_null(json, "model_name");
    json_set(json, "creator", describe_user_public(query->creator, url));
    json_set_null(json, "explore_url");
    json_set_bool(json, "plaintext", true);
    json_set(json, "vis_config", NULL);
    json_set_null(json, "result_maker_id");
    json_set(json, "can", describe_rights((const char *const[]){"show", "run", NULL}));
    return json;
}

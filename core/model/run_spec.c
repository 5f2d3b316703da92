#include "model/run_spec.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"
#include "model/source.h"

struct run_spec *run_spec_create(void)
{
    struct run_spec *spec = xcalloc(1, sizeof(*spec));
    atomic_init(&spec->refs, 1);
    for (size_t i = 0; i < run_option_count; i++) {
        if (run_options[i].is_flag)
            *(run_flag *)((char *)spec + run_options[i].offset) = -1;
    }
    return spec;
}

struct run_spec *run_spec_ref(const struct run_spec *spec)
{
    struct run_spec *s = (struct run_spec *)spec;
    atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
    return s;
}

void run_spec_unref(struct run_spec *spec)
{
    if (!spec || atomic_fetch_sub_explicit(&spec->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_finish(&spec->arena);
    free(spec);
}

/* ---- setters ---- */

static bool set_text(struct run_spec *spec, const struct run_option *option, const char *value,
                     struct error *err)
{
    (void)err;
    const char **place = (const char **)((char *)spec + option->offset);
    *place = *value ? arena_strdup(&spec->arena, value) : NULL;
    return true;
}

static bool set_flag(struct run_spec *spec, const struct run_option *option, const char *value,
                     struct error *err)
{
    static const struct {
        const char *word;
        run_flag flag;
    } words[] = {{"", -1}, {"yes", 1}, {"no", 0}, {"true", 1}, {"false", 0}, {"1", 1}, {"0", 0}};
    for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
        if (strcasecmp(value, words[i].word) == 0) {
            *(run_flag *)((char *)spec + option->offset) = words[i].flag;
            return true;
        }
    }
    return error_set(err, ERR_USAGE, "%s is yes or no, not '%s'", option->name, value);
}

static bool set_limit(struct run_spec *spec, const struct run_option *option, const char *value,
                      struct error *err)
{
    char *end;
    long limit = strtol(value, &end, 10);
    if (*value && (*end || limit < -1 || limit == 0))
        return error_set(err, ERR_USAGE,
                         "limit is a number of rows, or -1 for all of them, not '%s'", value);
    return set_text(spec, option, value, err);
}

/* Splits "a, b" into parts; blanks around them do not count. Returns how many, -1 when too many. */
static int split_list(struct run_spec *spec, const char *value, const char **out, size_t max)
{
    size_t count = 0;
    while (*value) {
        value += strspn(value, " ,");
        size_t length = strcspn(value, ",");
        size_t trimmed = length;
        while (trimmed > 0 && value[trimmed - 1] == ' ')
            trimmed--;
        if (trimmed && count == max)
            return -1;
        if (trimmed)
            out[count++] = arena_strndup(&spec->arena, value, trimmed);
        value += length;
    }
    return (int)count;
}

static bool set_fields(struct run_spec *spec, const struct run_option *option, const char *value,
                       struct error *err)
{
    (void)option;
    int count = split_list(spec, value, spec->fields, RUN_SPEC_FIELDS_MAX);
    if (count < 0)
        return error_set(err, ERR_USAGE, "more than %d fields", RUN_SPEC_FIELDS_MAX);
    spec->field_count = (size_t)count;
    return true;
}

static bool set_sorts(struct run_spec *spec, const struct run_option *option, const char *value,
                      struct error *err)
{
    (void)option;
    int count = split_list(spec, value, spec->sorts, RUN_SPEC_SORTS_MAX);
    if (count < 0)
        return error_set(err, ERR_USAGE, "more than %d sorts", RUN_SPEC_SORTS_MAX);
    spec->sort_count = (size_t)count;
    return true;
}

/* "users.region=EMEA". Adds one; "" takes all back. */
static bool set_filter(struct run_spec *spec, const struct run_option *option, const char *value,
                       struct error *err)
{
    (void)option;
    if (!*value) {
        spec->filter_count = 0;
        return true;
    }
    const char *equals = strchr(value, '=');
    if (!equals || equals == value)
        return error_set(err, ERR_USAGE,
                         "a filter is FIELD=VALUE, such as users.region=EMEA, not '%s'", value);
    if (spec->filter_count == RUN_SPEC_FILTERS_MAX)
        return error_set(err, ERR_USAGE, "more than %d filters", RUN_SPEC_FILTERS_MAX);
    spec->filters[spec->filter_count++] = (struct run_filter){
        .field = arena_strndup(&spec->arena, value, (size_t)(equals - value)),
        .value = arena_strdup(&spec->arena, equals + 1),
    };
    return true;
}

/* "region=EMEA". Adds one; "" takes all back. */
static bool set_parameter(struct run_spec *spec, const struct run_option *option, const char *value,
                          struct error *err)
{
    (void)option;
    if (!*value) {
        spec->parameter_count = 0;
        return true;
    }
    const char *equals = strchr(value, '=');
    if (!equals || equals == value)
        return error_set(err, ERR_USAGE,
                         "a parameter is NAME=VALUE, such as day=2026-09-01, not '%s'", value);
    if (spec->parameter_count == RUN_SPEC_PARAMETERS_MAX)
        return error_set(err, ERR_USAGE, "more than %d parameters", RUN_SPEC_PARAMETERS_MAX);
    spec->parameters[spec->parameter_count++] = (struct run_parameter){
        .name = arena_strndup(&spec->arena, value, (size_t)(equals - value)),
        .value = arena_strdup(&spec->arena, equals + 1),
    };
    return true;
}

#define AT(member) .offset = offsetof(struct run_spec, member)

const struct run_option run_options[] = {
    {"query", "query", "id or slug of a query that exists", "K3pAbc9QxLmN0pQrStUvWx",
     .cap = CAP_RUN_QUERY, .set = set_text, AT(query)},
    {"look", "Look", "id of a Look whose query to run", "112", .cap = CAP_RUN_QUERY,
     .set = set_text, AT(look_id)},
    {"model", "model", "LookML model", "shop", .cap = CAP_RUN_QUERY, .set = set_text, AT(model)},
    {"explore", "explore", "explore of that model", "order_items", .cap = CAP_RUN_QUERY,
     .set = set_text, AT(explore)},
    {"fields", "fields", "fields to select, separated by commas",
     "users.region,order_items.revenue", .cap = CAP_RUN_QUERY, .set = set_fields},
    {"filter", "filters", "FIELD=VALUE; may be given several times", "users.region=EMEA",
     .is_repeatable = true, .cap = CAP_RUN_QUERY, .set = set_filter},
    {"sorts", "sorts", "fields to sort by, each with desc or not", "order_items.revenue desc",
     .cap = CAP_RUN_QUERY, .set = set_sorts},
    {"limit", "limit", "rows at most; -1 for all", "500", .cap = CAP_RUN_QUERY, .set = set_limit,
     AT(limit)},
    {"result-format", "result format", "json_detail, json, json_bi, csv, txt, md, html, sql, xlsx",
     "json_detail", .cap = CAP_RUN_QUERY, .set = set_text, AT(result_format)},
    {"cache", "cache", "use results of the cache", "yes", .is_flag = true, .cap = CAP_RUN_QUERY,
     .set = set_flag, AT(cache)},
    {"cache-only", "cache only", "only what the cache has, though it be old", "no", .is_flag = true,
     .cap = CAP_RUN_QUERY, .set = set_flag, AT(cache_only)},
    {"force-production", "force production", "use the production models also in dev mode", "no",
     .is_flag = true, .cap = CAP_RUN_QUERY, .set = set_flag, AT(force_production)},
    {"rebuild-pdts", "rebuild PDTs", "build derived tables anew first", "no", .is_flag = true,
     .cap = CAP_RUN_QUERY, .set = set_flag, AT(rebuild_pdts)},
    {"apply-formatting", "apply formatting", "values as the model formats them", "no",
     .is_flag = true, .cap = CAP_RUN_QUERY, .set = set_flag, AT(apply_formatting)},
    {"generate-drill-links", "drill links", "links in json_detail", "no", .is_flag = true,
     .cap = CAP_RUN_QUERY, .set = set_flag, AT(generate_drill_links)},
    {"server-table-calcs", "server table calcs", "table calculations on the server", "no",
     .is_flag = true, .cap = CAP_RUN_QUERY, .set = set_flag, AT(server_table_calcs)},
    {"path-prefix", "path prefix", "prefix of drill links", "/embed", .cap = CAP_RUN_QUERY,
     .set = set_text, AT(path_prefix)},
    {"sql", "SQL", "the statement to run; a file's with \"$(cat FILE)\"", "SELECT 1",
     .cap = CAP_RUN_SQL, .set = set_text, AT(sql)},
    {"template", "template", "id of a query template to run",
     "7a3c1e52-0d4f-4b6e-9a57-1c2d3e4f5a6b", .cap = CAP_RUN_SQL, .set = set_text, AT(template_id)},
    {"parameter", "parameters", "NAME=VALUE for $NAME in the SQL; may be given several times",
     "day=2026-09-01", .is_repeatable = true, .cap = CAP_RUN_SQL, .set = set_parameter},
    {"name", "name", "what the new query is called", "weekly orders", .cap = CAP_RUN_SQL,
     .set = set_text, AT(name)},
    {"description", "description", "what it is for", "orders of the last week", .cap = CAP_RUN_SQL,
     .set = set_text, AT(description)},
    {"database", "database", "where it runs; SANDBOX:all when not given", "dev:all",
     .cap = CAP_RUN_SQL, .set = set_text, AT(database)},
    {"ctas-dataset", "into a new data set", "name of the data set that the rows go into (CTAS)",
     "orders_weekly", .cap = CAP_RUN_SQL, .set = set_text, AT(ctas_dataset)},
    {"ctas-description", "its description", "what the new data set is for", "orders of a week",
     .cap = CAP_RUN_SQL, .set = set_text, AT(ctas_description)},
    {"ctas-schema", "its schema", "title of the schema of the new data set", "Orders",
     .cap = CAP_RUN_SQL, .set = set_text, AT(ctas_schema)},
    {"insert-into", "into a data set", "name of the data set that the rows are added to", "orders",
     .cap = CAP_RUN_SQL, .set = set_text, AT(insert_into)},
};
const size_t run_option_count = sizeof(run_options) / sizeof(*run_options);

const struct run_option *run_option_find(const char *name)
{
    for (size_t i = 0; i < run_option_count; i++) {
        if (strcmp(run_options[i].name, name) == 0)
            return &run_options[i];
    }
    return NULL;
}

const struct run_option *run_option_of_field(const char *field)
{
    static const struct {
        const char *field;
        const char *name;
    } others[] = {{"query_id", "query"}, {"slug", "query"},     {"look_id", "look"},
                  {"view", "explore"},   {"filters", "filter"}, {"sort", "sorts"}};
    char name[40];
    snprintf(name, sizeof(name), "%.*s", (int)strcspn(field, "[."), field);
    for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
        if (strcmp(others[i].field, name) == 0)
            return run_option_find(others[i].name);
    }
    for (char *at = name; *at; at++)
        *at = *at == '_' ? '-' : *at;
    return run_option_find(name);
}

bool run_spec_check(const struct run_spec *spec, struct error *err)
{
    bool has_explore = spec->model || spec->explore || spec->field_count;
    int ways = (spec->query != NULL) + (spec->look_id != NULL) + has_explore + (spec->sql != NULL) +
               (spec->template_id != NULL);
    if (ways != 1)
        return error_set(err, ERR_USAGE,
                         "say what to run in one way: --query, --look, --model with --explore and "
                         "--fields, --sql, or --template");
    if (has_explore && !spec->model)
        return error_set(err, ERR_USAGE, "which model is the explore of? add --model");
    if (has_explore && !spec->explore)
        return error_set(err, ERR_USAGE, "which explore of %s? add --explore", spec->model);
    if (has_explore && !spec->field_count)
        return error_set(err, ERR_USAGE, "which fields of %s? add --fields", spec->explore);
    if (spec->ctas_dataset && spec->insert_into)
        return error_set(err, ERR_USAGE,
                         "rows go into one data set: --ctas-dataset or --insert-into");
    if ((spec->ctas_description || spec->ctas_schema) && !spec->ctas_dataset)
        return error_set(err, ERR_USAGE, "which data set? add --ctas-dataset");
    return true;
}

/* Those that write into a member of their own have said something when it is set. */
static bool is_said(const struct run_spec *spec, const struct run_option *option)
{
    const void *place = (const char *)spec + option->offset;
    if (option->is_flag)
        return *(const run_flag *)place >= 0;
    if (option->offset)
        return *(const char *const *)place != NULL;
    return (option->set == set_fields && spec->field_count) ||
           (option->set == set_sorts && spec->sort_count) ||
           (option->set == set_filter && spec->filter_count) ||
           (option->set == set_parameter && spec->parameter_count);
}

bool run_spec_suits(const struct run_spec *spec, unsigned caps, struct error *err)
{
    for (size_t i = 0; i < run_option_count; i++) {
        if (!(run_options[i].cap & caps) && is_said(spec, &run_options[i]))
            return error_set(err, ERR_USAGE, "this service does not know --%s; it takes %s",
                             run_options[i].name,
                             caps & CAP_RUN_SQL ? "--sql or --template"
                                                : "--query, --look or --model");
    }
    return true;
}

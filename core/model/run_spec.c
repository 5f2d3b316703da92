#include "model/run_spec.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xalloc.h"

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

#define AT(member) .offset = offsetof(struct run_spec, member)

const struct run_option run_options[] = {
    {"query", "query", "id or slug of a query that exists", "K3pAbc9QxLmN0pQrStUvWx",
     .set = set_text, AT(query)},
    {"look", "Look", "id of a Look whose query to run", "112", .set = set_text, AT(look_id)},
    {"model", "model", "LookML model", "shop", .set = set_text, AT(model)},
    {"explore", "explore", "explore of that model", "order_items", .set = set_text, AT(explore)},
    {"fields", "fields", "fields to select, separated by commas",
     "users.region,order_items.revenue", .set = set_fields},
    {"filter", "filters", "FIELD=VALUE; may be given several times", "users.region=EMEA",
     .is_repeatable = true, .set = set_filter},
    {"sorts", "sorts", "fields to sort by, each with desc or not", "order_items.revenue desc",
     .set = set_sorts},
    {"limit", "limit", "rows at most; -1 for all", "500", .set = set_limit, AT(limit)},
    {"result-format", "result format", "json_detail, json, json_bi, csv, txt, md, html, sql, xlsx",
     "json_detail", .set = set_text, AT(result_format)},
    {"cache", "cache", "use results of the cache", "yes", .is_flag = true, .set = set_flag,
     AT(cache)},
    {"cache-only", "cache only", "only what the cache has, though it be old", "no", .is_flag = true,
     .set = set_flag, AT(cache_only)},
    {"force-production", "force production", "use the production models also in dev mode", "no",
     .is_flag = true, .set = set_flag, AT(force_production)},
    {"rebuild-pdts", "rebuild PDTs", "build derived tables anew first", "no", .is_flag = true,
     .set = set_flag, AT(rebuild_pdts)},
    {"apply-formatting", "apply formatting", "values as the model formats them", "no",
     .is_flag = true, .set = set_flag, AT(apply_formatting)},
    {"generate-drill-links", "drill links", "links in json_detail", "no", .is_flag = true,
     .set = set_flag, AT(generate_drill_links)},
    {"server-table-calcs", "server table calcs", "table calculations on the server", "no",
     .is_flag = true, .set = set_flag, AT(server_table_calcs)},
    {"path-prefix", "path prefix", "prefix of drill links", "/embed", .set = set_text,
     AT(path_prefix)},
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
    int ways = (spec->query != NULL) + (spec->look_id != NULL) + has_explore;
    if (ways != 1)
        return error_set(err, ERR_USAGE,
                         "say what to run in one way: --query, --look, or --model with --explore "
                         "and --fields");
    if (has_explore && !spec->model)
        return error_set(err, ERR_USAGE, "which model is the explore of? add --model");
    if (has_explore && !spec->explore)
        return error_set(err, ERR_USAGE, "which explore of %s? add --explore", spec->model);
    if (has_explore && !spec->field_count)
        return error_set(err, ERR_USAGE, "which fields of %s? add --fields", spec->explore);
    return true;
}

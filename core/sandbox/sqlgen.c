#include "sandbox/sqlgen.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LIMIT_DEFAULT_ROWS 500
#define QUERY_FIELDS_MAX   100

int64_t sqlgen_limit(const struct query_spec *spec, int64_t limit)
{
    if (limit != SQLGEN_LIMIT_FROM_QUERY)
        return limit;
    if (!spec->limit || !*spec->limit)
        return LIMIT_DEFAULT_ROWS;
    char *end;
    errno = 0;
    long long parsed = strtoll(spec->limit, &end, 10);
    return errno || *end ? LIMIT_DEFAULT_ROWS : parsed;
}

void sql_add_literal(struct strbuf *out, const char *text, size_t length)
{
    strbuf_add_char(out, '\'');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '\'')
            strbuf_add_char(out, '\'');
        strbuf_add_char(out, text[i]);
    }
    strbuf_add_char(out, '\'');
}

/* The query with its fields looked up. */
struct plan {
    const struct query_spec *spec;
    const struct explore *explore;
    const struct field *fields[QUERY_FIELDS_MAX];
    bool is_joined[EXPLORE_JOINS_MAX];
    bool has_measure;
    bool has_dimension;
    int64_t now_ms;
};

static void need_view(struct plan *plan, const char *view, size_t length)
{
    const struct join *join = explore_join(plan->explore, view, length);
    if (!join)
        return;
    plan->is_joined[join - plan->explore->joins] = true;
    if (join->needs)
        need_view(plan, join->needs, strlen(join->needs));
}

static const struct field *look_up(struct plan *plan, const char *name, struct error *err)
{
    const struct field *field = explore_field(plan->explore, name);
    if (!field) {
        error_set(err, ERR_NO,
                  "Unknown or inaccessible field \"%.100s\" referenced in explore \"%s\"."
                  " Check for missing joins in explore.",
                  name, plan->explore ? plan->explore->name : "");
        return NULL;
    }
    need_view(plan, name, strcspn(name, "."));
    return field;
}

static bool plan_init(struct plan *plan, const struct query_spec *spec, int64_t now_ms,
                      struct error *err)
{
    *plan = (struct plan){.spec = spec, .now_ms = now_ms};
    if (!explore_is_model(spec->model))
        return error_set(err, ERR_NO, "Model Not Found");
    plan->explore = explore_find(spec->model, spec->view);
    if (!plan->explore)
        return error_set(err, ERR_NO, "View Not Found");
    if (spec->field_count == 0)
        return error_set(err, ERR_NO, "Must have at least one field in query");
    if (spec->field_count > QUERY_FIELDS_MAX)
        return error_set(err, ERR_NO, "Too many fields in query (more than %d)", QUERY_FIELDS_MAX);
    for (size_t i = 0; i < spec->field_count; i++) {
        plan->fields[i] = look_up(plan, spec->fields[i], err);
        if (!plan->fields[i])
            return false;
        if (plan->fields[i]->kind == FIELD_MEASURE)
            plan->has_measure = true;
        else
            plan->has_dimension = true;
    }
    return true;
}

static void add_select(const struct plan *plan, struct strbuf *out)
{
    strbuf_add_text(out, "SELECT\n");
    for (size_t i = 0; i < plan->spec->field_count; i++) {
        const struct field *f = plan->fields[i];
        assert(f); /* an unknown one was refused before */
        if (f->type == FIELD_YESNO)
            strbuf_addf(out, "    CASE WHEN %s THEN 'Yes' ELSE 'No' END", f->sql);
        else
            strbuf_addf(out, "    %s", f->sql);
        strbuf_addf(out, " AS \"%s\"%s\n", f->name, i + 1 < plan->spec->field_count ? "," : "");
    }
}

static void add_from(const struct plan *plan, struct strbuf *out)
{
    const struct explore *explore = plan->explore;
    if (explore->table)
        strbuf_addf(out, "FROM (%s) AS %s\n", explore->table, explore->name);
    else
        strbuf_addf(out, "FROM %s\n", explore->name);
    for (size_t i = 0; i < EXPLORE_JOINS_MAX; i++)
        if (plan->is_joined[i])
            strbuf_addf(out, "LEFT JOIN %s ON %s\n", plan->explore->joins[i].view,
                        plan->explore->joins[i].on);
}

/* A comparison of two numbers, as people write to get no rows: 1=2. */
static bool add_filter_expression(const char *expression, struct strbuf *out, struct error *err)
{
    char *end;
    double left = strtod(expression, &end);
    const char *at = end + strspn(end, " ");
    size_t operator_length = strspn(at, "=<>!");
    const char *right_text = at + operator_length;
    double right = strtod(right_text, &end);
    if (end == right_text || operator_length == 0 || operator_length > 2 ||
        end[strspn(end, " ")] != '\0')
        return error_set(err, ERR_NO, "Filter expression not understood: %.100s", expression);
    strbuf_addf(out, "%.15g %.*s %.15g", left, (int)operator_length, at, right);
    return true;
}

/* Conditions on dimensions or on measures, joined by AND after the keyword. */
static bool add_conditions(struct plan *plan, enum field_kind kind, const char *keyword,
                           struct strbuf *out, struct error *err)
{
    const char *lead = keyword;
    for (size_t i = 0; i < plan->spec->filter_count; i++) {
        const struct query_filter *filter = &plan->spec->filters[i];
        const struct field *field = look_up(plan, filter->field, err);
        if (!field)
            return false;
        if (field->kind != kind || !*filter->expression)
            continue;
        strbuf_addf(out, "%s ", lead);
        if (!sqlfilter_build(field, filter->expression, plan->now_ms, out, err))
            return false;
        strbuf_add_char(out, '\n');
        lead = "  AND";
    }
    const char *expression = plan->spec->filter_expression;
    if (kind == FIELD_MEASURE || !expression || !*expression)
        return true;
    strbuf_addf(out, "%s (", lead);
    if (!add_filter_expression(expression, out, err))
        return false;
    strbuf_add_text(out, ")\n");
    return true;
}

static void add_group_by(const struct plan *plan, struct strbuf *out)
{
    if (!plan->has_dimension)
        return;
    const char *lead = "GROUP BY ";
    for (size_t i = 0; i < plan->spec->field_count; i++)
        if (plan->fields[i]->kind == FIELD_DIMENSION) {
            strbuf_addf(out, "%s%zu", lead, i + 1);
            lead = ", ";
        }
    strbuf_add_char(out, '\n');
}

static size_t column_of(const struct plan *plan, const char *name, size_t length)
{
    for (size_t i = 0; i < plan->spec->field_count; i++)
        if (strlen(plan->spec->fields[i]) == length &&
            memcmp(plan->spec->fields[i], name, length) == 0)
            return i + 1;
    return 0;
}

/* Sorts on fields that are not selected are left out, as the service does. */
static void add_order_by(const struct plan *plan, struct strbuf *out)
{
    const char *lead = "ORDER BY ";
    for (size_t i = 0; i < plan->spec->sort_count; i++) {
        const char *sort = plan->spec->sorts[i];
        size_t name_length = strcspn(sort, " ");
        size_t column = column_of(plan, sort, name_length);
        if (column == 0)
            continue;
        const char *direction = sort + name_length + strspn(sort + name_length, " ");
        strbuf_addf(out, "%s%zu%s", lead, column,
                    strncasecmp(direction, "desc", 4) == 0 ? " DESC" : "");
        lead = ", ";
    }
    if (lead[0] == ',')
        strbuf_add_char(out, '\n');
    else if (plan->has_measure && plan->has_dimension)
        strbuf_add_text(out, "ORDER BY 1\n");
}

bool sqlgen_build(const struct query_spec *spec, int64_t limit, int64_t now_ms, struct strbuf *out,
                  struct error *err)
{
    struct plan plan;
    if (!plan_init(&plan, spec, now_ms, err))
        return false;
    struct strbuf where;
    struct strbuf having;
    strbuf_init(&where, out->max);
    strbuf_init(&having, out->max);
    /* Conditions first: they may need views that no selected field needs. */
    bool is_built = add_conditions(&plan, FIELD_DIMENSION, "WHERE", &where, err) &&
                    add_conditions(&plan, FIELD_MEASURE, "HAVING", &having, err);
    if (is_built) {
        add_select(&plan, out);
        add_from(&plan, out);
        strbuf_add(out, where.data, where.len);
        add_group_by(&plan, out);
        strbuf_add(out, having.data, having.len);
        add_order_by(&plan, out);
        int64_t rows = sqlgen_limit(spec, limit);
        if (rows >= 0)
            strbuf_addf(out, "LIMIT %lld", (long long)rows);
        else
            strbuf_truncate(out, out->len - 1);
        if (out->is_cut)
            is_built = error_set(err, ERR_NO, "The query is too long");
    }
    strbuf_finish(&where);
    strbuf_finish(&having);
    return is_built;
}

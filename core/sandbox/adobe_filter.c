#include "sandbox/adobe_filter.h"

#include <string.h>

#include "base/timefmt.h"

/* Longer ones first, so that ">=" is not read as ">". */
static const char *const WORDS[FILTER_OPERATOR_COUNT] = {
    [FILTER_GREATER_EQUAL] = ">=", [FILTER_LESS_EQUAL] = "<=", [FILTER_EQUAL] = "==",
    [FILTER_UNEQUAL] = "!=",       [FILTER_GREATER] = ">",     [FILTER_LESS] = "<",
    [FILTER_CONTAINS] = "~",
};

static const struct filter_property *find_property(const struct filter_property *properties,
                                                   const char *name, size_t length)
{
    for (; properties->name; properties++)
        if (strlen(properties->name) == length && memcmp(properties->name, name, length) == 0)
            return properties;
    return NULL;
}

static bool parse_operator(const char **at, enum filter_operator *out)
{
    for (int i = 0; i < FILTER_OPERATOR_COUNT; i++) {
        size_t length = strlen(WORDS[i]);
        if (strncmp(*at, WORDS[i], length) == 0) {
            *out = (enum filter_operator)i;
            *at += length;
            return true;
        }
    }
    return false;
}

static bool parse_condition(const char *text, const struct filter_property *properties,
                            struct filter_condition *out, struct error *err)
{
    size_t length = strcspn(text, "<>=!~");
    const char *at = text + length;
    out->property = find_property(properties, text, length);
    if (!out->property)
        return error_set(err, ERR_USAGE, "unknown property in \"%s\"", text);
    if (!parse_operator(&at, &out->operator) || *at == '\0')
        return error_set(err, ERR_USAGE, "no operator and value in \"%s\"", text);
    if (!(out->property->operators & (1U << out->operator)))
        return error_set(err, ERR_USAGE, "operator %s is not supported for %s",
                         WORDS[out->operator], out->property->name);
    if (out->property->time && !parse_iso8601(at, &out->time_ms))
        return error_set(err, ERR_USAGE, "\"%s\" is no time", at);
    out->value = at;
    return true;
}

bool adobe_filter_parse(const char *text, const struct filter_property *properties,
                        struct arena *arena, struct adobe_filter *out, struct error *err)
{
    struct adobe_filter filter = {.count = 0};
    while (*text) {
        size_t length = strcspn(text, ",");
        if (filter.count == FILTER_CONDITIONS_MAX)
            return error_set(err, ERR_USAGE, "more than %d properties", FILTER_CONDITIONS_MAX);
        if (!parse_condition(arena_strndup(arena, text, length), properties,
                             &filter.conditions[filter.count++], err))
            return false;
        text += length + (text[length] == ',');
    }
    *out = filter;
    return true;
}

static bool compare(int order, enum filter_operator operator)
{
    switch (operator) {
    case FILTER_GREATER_EQUAL:
        return order >= 0;
    case FILTER_LESS_EQUAL:
        return order <= 0;
    case FILTER_UNEQUAL:
        return order != 0;
    case FILTER_GREATER:
        return order > 0;
    case FILTER_LESS:
        return order < 0;
    default:
        return order == 0;
    }
}

static bool holds(const struct filter_condition *condition, const void *item, const char *value)
{
    const struct filter_property *property = condition->property;
    if (property->time) {
        int64_t at_ms = property->time(item);
        return compare((at_ms > condition->time_ms) - (at_ms < condition->time_ms),
                       condition->operator);
    }
    if (property->has)
        return property->has(item, value);
    const char *text = property->text(item);
    if (!text)
        return condition->operator== FILTER_UNEQUAL;
    if (condition->operator== FILTER_CONTAINS)
        return strstr(text, value) != NULL;
    return compare(strcmp(text, value), condition->operator);
}

/* One of the values that || joins. */
static bool holds_any(const struct filter_condition *condition, const void *item)
{
    char value[256];
    const char *at = condition->value;
    for (;;) {
        const char *stop = strstr(at, "||");
        size_t length = stop ? (size_t)(stop - at) : strlen(at);
        if (length < sizeof(value)) {
            memcpy(value, at, length);
            value[length] = '\0';
            if (holds(condition, item, value))
                return true;
        }
        if (!stop)
            return false;
        at = stop + 2;
    }
}

bool adobe_filter_matches(const struct adobe_filter *filter, const void *item)
{
    for (size_t i = 0; i < filter->count; i++) {
        const struct filter_condition *condition = &filter->conditions[i];
        bool is_met = condition->property->is_choice ? holds_any(condition, item)
                                                     : holds(condition, item, condition->value);
        if (!is_met)
            return false;
    }
    return true;
}

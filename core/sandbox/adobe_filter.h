/* adobe_filter.h - the parameter `property` of Adobe's lists: "state!=SUCCESS,created>=2026-11-20".
 *
 * Conditions are separated by commas and all must hold; a value can hold no comma. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

enum filter_operator {
    FILTER_GREATER_EQUAL,
    FILTER_LESS_EQUAL,
    FILTER_EQUAL,
    FILTER_UNEQUAL,
    FILTER_GREATER,
    FILTER_LESS,
    FILTER_CONTAINS,
    FILTER_OPERATOR_COUNT,
};

#define FILTER_BIT(name) (1U << FILTER_##name)
#define FILTER_ALL       ((1U << FILTER_OPERATOR_COUNT) - 1)

/* A property that the items of a list have: one of the three ways to look at it. */
struct filter_property {
    const char *name;
    unsigned operators; /* FILTER_BIT()s that it allows */
    bool is_choice;     /* a value may be several, joined by || */
    int64_t (*time)(const void *item);
    const char *(*text)(const void *item); /* NULL: the item has none */
    bool (*has)(const void *item, const char *value);
};

#define FILTER_CONDITIONS_MAX 20

struct filter_condition {
    const struct filter_property *property;
    enum filter_operator operator;
    const char *value;
    int64_t time_ms; /* of a time */
};

struct adobe_filter {
    struct filter_condition conditions[FILTER_CONDITIONS_MAX];
    size_t count;
};

/* properties end with one without a name. Texts live in arena. */
bool adobe_filter_parse(const char *text, const struct filter_property *properties,
                        struct arena *arena, struct adobe_filter *out, struct error *err);
bool adobe_filter_matches(const struct adobe_filter *filter, const void *item);

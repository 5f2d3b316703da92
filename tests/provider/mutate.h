/* mutate.h - a good document made bad in one way everywhere. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "net/json.h"

enum mutation {
    MUTATE_HOSTILE_STRINGS, /* escapes, bidi, broken UTF-8, NUL in every string */
    MUTATE_LONG_STRINGS,
    MUTATE_EMPTY_STRINGS,
    MUTATE_NULLS,
    MUTATE_HUGE_NUMBERS,
    MUTATE_NEGATIVE_NUMBERS,
    MUTATE_SCALARS_TO_ARRAYS,
    MUTATE_SCALARS_TO_OBJECTS,
    MUTATE_CONTAINERS_TO_STRINGS, /* below the top */
    MUTATE_NUMBERS_FOR_STRINGS,
    MUTATE_STRINGS_FOR_NUMBERS,
    MUTATE_EMPTY_CONTAINERS,
    MUTATE_DEEP, /* each scalar sits below many arrays */
    MUTATION_COUNT,
};

#define MUTATE_ALL SIZE_MAX

/* The document with its scalar number `only` changed, or all of it; false when body is no JSON or
 * has no such scalar. */
bool mutate(const char *body, enum mutation how, size_t only, struct strbuf *out);

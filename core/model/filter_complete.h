/* filter_complete.h - what is being typed at a place of a filter, so that it can be completed.
 * Pure; any thread.
 */
#pragma once

#include <stddef.h>

#include "model/column.h"

enum filter_spot_kind {
    FILTER_SPOT_FIELD, /* a bare word, which may become a field */
    FILTER_SPOT_VALUE, /* what a field is compared with */
    FILTER_SPOT_NONE,  /* nothing to complete: an unknown field's value, quoted text */
};

struct filter_spot {
    enum filter_spot_kind kind;
    enum column column; /* VALUE */
    size_t begin;       /* the bytes of the text that a completion takes the place of */
    size_t end;
    char typed[LIMIT_TASK_FIELD_BYTES]; /* what stands there up to the cursor, without quotes */
};

/* cursor: bytes from the start of text. */
void filter_spot_find(const char *text, size_t cursor, struct filter_spot *out);

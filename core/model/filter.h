/* filter.h - the filter language, one for dashboard and headless verbs. Pure; any thread.
 *
 *   word            a substring of any text column; upper case in it makes it case-sensitive
 *   field=value !=  equal (without case); for text columns a trailing * matches the rest, and "" is
 *                   equal to unknown
 *   field~value !~  contains, upper case as for a word
 *   field>10s >= < <=   durations (30s 5m 2h 1d), counts (10k 3M), for numeric columns
 *   created>2026-11-20T10:00, ended<5m   a time, or how long ago
 *   state=...       a state's name, or alive, ended
 *   user=me         whoever the profile is logged in as
 *   a b, a and b, a or b, not a, !a, ( ), "quoted text"
 *
 * What is unknown is neither equal, nor greater, nor less, and contains nothing.
 * Fields are the names of the column table.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "model/column.h"

struct filter;

/* NULL on a mistake: err says what, *out_at (may be NULL) where, in bytes from the start. The empty
 * text is a filter that matches everything. Length, tokens and nesting are bounded. */
struct filter *filter_parse(const char *text, struct error *err, size_t *out_at);
void filter_destroy(struct filter *filter);
bool filter_matches(const struct filter *filter, const struct task *task,
                    const struct column_context *context);
bool filter_is_empty(const struct filter *filter);
/* True when it follows from the two filters alone that every task that matches one also matches the
 * other, at the same moment; false says nothing. In filter_narrowing.c. */
bool filter_implies(const struct filter *filter, const struct filter *other);

/* suggest.h - "did you mean": the nearest of the names there are. Pure; any thread. */
#pragma once

#include <stddef.h>

/* The name nearest to word (without case; at most two slips, fewer for short words), or NULL.
 * names[i] NULL is skipped. */
const char *suggest_name(const char *word, const char *const *names, size_t count);

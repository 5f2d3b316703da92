/* quantile.h - medians and the like of a few samples. Pure; any thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Which of count sorted samples it is; count > 0, percent from 1 to 100. */
size_t quantile_rank(size_t count, unsigned percent);
/* Sorts in place, smallest first. */
void quantile_sort(int64_t *samples, size_t count);
/* The smallest of the sorted samples that percent of them (1 to 100) do not pass; count > 0. */
int64_t quantile_of_sorted(const int64_t *sorted, size_t count, unsigned percent);
/* The same of samples in any order, which are moved about: for single quantiles of many samples. */
int64_t quantile_select(int64_t *samples, size_t count, unsigned percent);

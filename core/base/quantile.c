#include "base/quantile.h"

#include <assert.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

void quantile_sort(int64_t *samples, size_t count)
{
    qsort(samples, count, sizeof(*samples), compare);
}

int64_t quantile_of_sorted(const int64_t *sorted, size_t count, unsigned percent)
{
    assert(count > 0 && percent >= 1 && percent <= 100);
    return sorted[(count * percent + 99) / 100 - 1];
}

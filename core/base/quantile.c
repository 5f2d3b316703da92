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

size_t quantile_rank(size_t count, unsigned percent)
{
    assert(count > 0 && percent >= 1 && percent <= 100);
    return (count * percent + 99) / 100 - 1;
}

int64_t quantile_of_sorted(const int64_t *sorted, size_t count, unsigned percent)
{
    return sorted[quantile_rank(count, percent)];
}

static void swap(int64_t *a, int64_t *b)
{
    int64_t kept = *a;
    *a = *b;
    *b = kept;
}

/* Hoare's selection: each round halves what is looked at, on the average. */
int64_t quantile_select(int64_t *samples, size_t count, unsigned percent)
{
    ptrdiff_t wanted = (ptrdiff_t)quantile_rank(count, percent);
    ptrdiff_t first = 0;
    ptrdiff_t last = (ptrdiff_t)count - 1;
    while (first < last) {
        int64_t pivot = samples[first + (last - first) / 2];
        ptrdiff_t left = first;
        ptrdiff_t right = last;
        while (left <= right) {
            while (samples[left] < pivot)
                left++;
            while (samples[right] > pivot)
                right--;
            if (left <= right)
                swap(&samples[left++], &samples[right--]);
        }
        if (wanted > right && wanted < left)
            break;
        first = wanted >= left ? left : first;
        last = wanted <= right ? right : last;
    }
    return samples[wanted];
}

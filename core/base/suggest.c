#include "base/suggest.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define WORD_MAX_BYTES 31

static int lower(char c)
{
    return tolower((unsigned char)c);
}

static int min(int a, int b)
{
    return a < b ? a : b;
}

/* Slips between a and b: a letter more, less, wrong, or two swapped (optimal string alignment). */
static int count_slips(const char *a, const char *b)
{
    int rows[3][WORD_MAX_BYTES + 1];
    size_t a_length = strlen(a);
    size_t b_length = strlen(b);
    if (a_length > WORD_MAX_BYTES || b_length > WORD_MAX_BYTES)
        return INT_MAX;
    int *before_last = rows[0], *last = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b_length; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= a_length; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= b_length; j++) {
            bool is_same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = min(min(last[j], row[j - 1]) + 1, last[j - 1] + !is_same);
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1]))
                row[j] = min(row[j], before_last[j - 2] + 1);
        }
        int *oldest = before_last;
        before_last = last;
        last = row;
        row = oldest;
    }
    return last[b_length];
}

const char *suggest_name(const char *word, const char *const *names, size_t count)
{
    const char *best = NULL;
    int best_slips = strlen(word) < 4 ? 2 : 3;
    for (size_t i = 0; i < count; i++) {
        int slips = names[i] ? count_slips(word, names[i]) : INT_MAX;
        if (slips < best_slips) {
            best_slips = slips;
            best = names[i];
        }
    }
    return best;
}

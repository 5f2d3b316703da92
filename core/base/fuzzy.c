#include "base/fuzzy.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define PATTERN_MAX 32
#define TEXT_MAX    64

#define POINTS_PLAIN     1
#define POINTS_START     8 /* of a word */
#define POINTS_NEIGHBOUR 6
/* What a match is worth at most in lengths: shorter texts win ties only. */
#define POINTS_SCALE 64

struct matching {
    char pattern[PATTERN_MAX];
    size_t pattern_length;
    char text[TEXT_MAX];
    size_t text_length;
    /* The best points for pattern[0..i] with its last letter at text[j], and where the letter
     * before stands. */
    int points[PATTERN_MAX][TEXT_MAX];
    uint8_t before[PATTERN_MAX][TEXT_MAX];
};

static bool is_word_start(const struct matching *m, size_t at)
{
    return at == 0 ||
           (isalnum((unsigned char)m->text[at]) && !isalnum((unsigned char)m->text[at - 1]));
}

/* Fills the row of one letter of the pattern. */
static bool match_letter(struct matching *m, size_t letter)
{
    bool is_found = false;
    for (size_t at = 0; at < m->text_length; at++) {
        m->points[letter][at] = FUZZY_NONE;
        if (m->text[at] != m->pattern[letter])
            continue;
        int own = is_word_start(m, at) ? POINTS_START : POINTS_PLAIN;
        if (letter == 0)
            m->points[letter][at] = own;
        for (size_t before = 0; letter > 0 && before < at; before++) {
            int points = m->points[letter - 1][before];
            if (points == FUZZY_NONE)
                continue;
            points += before + 1 == at && own < POINTS_NEIGHBOUR ? POINTS_NEIGHBOUR : own;
            if (points < m->points[letter][at])
                continue;
            m->points[letter][at] = points;
            m->before[letter][at] = (uint8_t)before;
        }
        is_found = is_found || m->points[letter][at] != FUZZY_NONE;
    }
    return is_found;
}

static size_t copy_folded(const char *from, char *out, size_t max, bool has_blanks)
{
    size_t length = 0;
    for (; *from != '\0' && length < max; from++)
        if (has_blanks || *from != ' ')
            out[length++] = (char)tolower((unsigned char)*from);
    return length;
}

static uint64_t places_of(const struct matching *m, size_t last)
{
    uint64_t places = 0;
    for (size_t letter = m->pattern_length; letter-- > 0;) {
        places |= (uint64_t)1 << last;
        if (letter > 0)
            last = m->before[letter][last];
    }
    return places;
}

int fuzzy_match(const char *pattern, const char *text, uint64_t *out_places)
{
    struct matching m;
    uint64_t places = 0;
    size_t best = 0;
    m.pattern_length = copy_folded(pattern, m.pattern, PATTERN_MAX, false);
    m.text_length = copy_folded(text, m.text, TEXT_MAX, true);
    for (size_t letter = 0; letter < m.pattern_length; letter++)
        if (!match_letter(&m, letter))
            return FUZZY_NONE;
    int points = 0;
    if (m.pattern_length > 0) {
        const int *row = m.points[m.pattern_length - 1];
        for (size_t at = 0; at < m.text_length; at++)
            best = row[at] > row[best] ? at : best;
        points = row[best];
        places = places_of(&m, best);
    }
    if (out_places != NULL)
        *out_places = places;
    return points * POINTS_SCALE + (int)(TEXT_MAX - m.text_length);
}

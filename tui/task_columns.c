#include "task_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ELASTIC_BELOW    72
#define ELASTIC_MIN_COLS 10
#define NAME_BYTES       32

void task_columns_init(struct task_columns *c)
{
    *c = (struct task_columns){0};
    for (int i = 0; i < COLUMN_COUNT; i++)
        c->places[i] = (struct column_place){(uint8_t)i, 0, columns[i].priority > 0};
}

/* ---- fitting -----------------------------------------------------------------------------------
 */

struct fitting {
    size_t width;
    bool has_several_profiles;
};

/* On a narrow screen a cut title is better than none. */
static size_t narrowest_column(const struct column_place *place, const struct fitting *fitting)
{
    const struct column_info *info = &columns[place->column];
    if (place->cols > 0)
        return place->cols;
    bool is_elastic = info->want_cols == 0;
    return is_elastic && fitting->width < ELASTIC_BELOW ? ELASTIC_MIN_COLS : info->min_cols;
}

/* Lower ranks stay longer; 0: not shown at all. */
static size_t rank_of(const struct task_columns *c, size_t place, const struct fitting *fitting)
{
    if (!c->places[place].is_shown)
        return 0;
    if (c->is_own)
        return place + 1;
    bool is_needless = c->places[place].column == COLUMN_PROFILE && !fitting->has_several_profiles;
    return is_needless ? 0 : columns[c->places[place].column].priority;
}

/* Columns up to this rank, in their narrowest form. */
static size_t narrowest(const struct task_columns *c, size_t rank, const struct fitting *fitting)
{
    size_t cols = COLUMN_MARGIN_COLS;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        size_t own = rank_of(c, i, fitting);
        if (own > 0 && own <= rank)
            cols += narrowest_column(&c->places[i], fitting) + COLUMN_GAP_COLS;
    }
    return cols - COLUMN_GAP_COLS;
}

static size_t wanted_cols(const struct task_columns *c, enum column column)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (c->places[i].column == column && c->places[i].cols > 0)
            return c->places[i].cols;
    return columns[column].want_cols;
}

/* Gives the columns what they want, a little to each in turn. Returns what was used up. */
static size_t widen(struct task_columns *c, size_t spare)
{
    size_t left = spare;
    for (bool is_wished = true; is_wished && left > 0;) {
        is_wished = false;
        for (size_t i = 0; i < c->shown_count && left > 0; i++)
            if (c->shown[i].cols < wanted_cols(c, c->shown[i].column)) {
                c->shown[i].cols++;
                left--;
                is_wished = true;
            }
    }
    return spare - left;
}

static size_t largest_rank(const struct task_columns *c, const struct fitting *fitting)
{
    size_t rank = 1;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (rank_of(c, i, fitting) > rank)
            rank = rank_of(c, i, fitting);
    return rank;
}

void task_columns_fit(struct task_columns *c, size_t width, bool has_several_profiles)
{
    struct fitting fitting = {width, has_several_profiles};
    size_t last = largest_rank(c, &fitting);
    size_t rank = 1;
    while (rank < last && narrowest(c, rank + 1, &fitting) <= width)
        rank++;

    c->shown_count = 0;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        size_t own = rank_of(c, i, &fitting);
        if (own > 0 && own <= rank)
            c->shown[c->shown_count++] =
                (struct shown_column){(enum column)c->places[i].column,
                                      narrowest_column(&c->places[i], &fitting)};
    }
    /* What is left goes to the column that can use it; the others may grow by half of it. */
    size_t used = narrowest(c, rank, &fitting);
    size_t spare = width > used ? width - used : 0;
    spare -= widen(c, spare / 2);
    for (size_t i = 0; i < c->shown_count; i++)
        if (wanted_cols(c, c->shown[i].column) == 0)
            c->shown[i].cols += spare;
}

/* ---- changes -----------------------------------------------------------------------------------
 */

/* From now on it is the user's: what is not on the screen because nobody needs it is not chosen. */
static void own(struct task_columns *c)
{
    if (c->is_own)
        return;
    c->is_own = true;
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        bool is_seen = false;
        for (size_t k = 0; k < c->shown_count; k++)
            is_seen = is_seen || c->shown[k].column == c->places[i].column;
        if (c->places[i].column == COLUMN_PROFILE)
            c->places[i].is_shown = is_seen;
    }
}

void task_columns_toggle(struct task_columns *c, size_t place)
{
    size_t shown = 0;
    own(c);
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        shown += c->places[i].is_shown;
    if (!c->places[place].is_shown || shown > 1)
        c->places[place].is_shown = !c->places[place].is_shown;
}

size_t task_columns_move(struct task_columns *c, size_t place, int step)
{
    if ((step < 0 && place == 0) || (step > 0 && place + 1 == COLUMN_COUNT))
        return place;
    own(c);
    size_t to = step < 0 ? place - 1 : place + 1;
    struct column_place moved = c->places[place];
    c->places[place] = c->places[to];
    c->places[to] = moved;
    return to;
}

static int cols_now(const struct task_columns *c, const struct column_place *place)
{
    if (place->cols > 0)
        return place->cols;
    for (size_t i = 0; i < c->shown_count; i++)
        if (c->shown[i].column == place->column)
            return (int)c->shown[i].cols;
    return columns[place->column].min_cols;
}

void task_columns_widen(struct task_columns *c, size_t place, int step)
{
    own(c);
    int cols = cols_now(c, &c->places[place]) + step;
    if (cols < COLUMN_COLS_MIN)
        cols = COLUMN_COLS_MIN;
    c->places[place].cols = (uint8_t)(cols < COLUMN_COLS_MAX ? cols : COLUMN_COLS_MAX);
}

void task_columns_free_width(struct task_columns *c, size_t place)
{
    own(c);
    c->places[place].cols = 0;
}

/* ---- as text -----------------------------------------------------------------------------------
 */

char *task_columns_format(const struct task_columns *c, char *out, size_t size)
{
    size_t length = 0;
    out[0] = '\0';
    for (size_t i = 0; i < COLUMN_COUNT && c->is_own && length < size; i++) {
        const struct column_place *place = &c->places[i];
        if (!place->is_shown)
            continue;
        char width[8] = "";
        if (place->cols > 0)
            snprintf(width, sizeof(width), "%u", (unsigned)place->cols);
        int put = snprintf(out + length, size - length, "%s%s%s", length > 0 ? " " : "",
                           columns[place->column].name, width);
        length += (size_t)put;
    }
    return out;
}

/* Brings the column to this place and shows it. False: no such column. */
static bool put_at(struct task_columns *c, size_t place, const char *name, int cols)
{
    size_t at = place;
    while (at < COLUMN_COUNT && strcmp(columns[c->places[at].column].name, name) != 0)
        at++;
    if (at == COLUMN_COUNT)
        return false;
    struct column_place moved = c->places[at];
    memmove(&c->places[place + 1], &c->places[place], (at - place) * sizeof(moved));
    moved.is_shown = true;
    moved.cols = cols >= COLUMN_COLS_MIN && cols <= COLUMN_COLS_MAX ? (uint8_t)cols : 0;
    c->places[place] = moved;
    return true;
}

void task_columns_parse(struct task_columns *c, const char *text)
{
    size_t count = 0;
    char name[NAME_BYTES];
    task_columns_init(c);
    if (text == NULL)
        return;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        c->places[i].is_shown = false;
    for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");
        size_t letters = strcspn(text, " 0123456789");
        snprintf(name, sizeof(name), "%.*s", (int)letters, text);
        count += put_at(c, count, name, letters < length ? atoi(text + letters) : 0);
        text += length;
    }
    c->is_own = count > 0;
    if (!c->is_own)
        task_columns_init(c);
}

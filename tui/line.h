/* line.h - one line of the screen as text and styles, before any terminal.
 *
 * Everything drawn goes through here, so this is the last place that keeps control characters from
 * the terminal and turns what the locale cannot show into ASCII. Columns are counted as curses
 * counts them. A line is filled from left to right up to its limit; what does not fit is left out.
 * Pure; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "theme.h"

#define LINE_RUNS     512
#define LINE_MAX_COLS 2000
#define LINE_ZONES    40

/* Holds from its byte to the start of the next run. */
struct line_run {
    uint32_t at;
    uint8_t role;
    uint8_t overlay;
};

/* What a click on a part of the line means. */
enum zone_kind {
    ZONE_NONE,
    ZONE_ROW,    /* of a list; value: how many rows below the cursor */
    ZONE_COLUMN, /* the head of a column; value: enum column */
    ZONE_PANE,   /* value: enum pane */
    ZONE_PAGE,   /* of the detail; value: enum detail_page */
    ZONE_ACTION, /* value: enum ui_action */
};

struct line_zone {
    uint16_t from; /* columns [from, to) */
    uint16_t to;
    uint8_t kind;
    int32_t value;
};

/* Text from one place to another that stands out wherever it is put. */
struct line_mark {
    const char *from;
    const char *to;
    uint8_t overlay; /* enum overlay */
};

struct line {
    struct strbuf text;
    size_t cols;                   /* filled so far */
    size_t limit;                  /* columns that may be filled */
    uint8_t overlay;               /* enum overlay, for what is put from now on */
    const struct line_mark *marks; /* borrowed, until the line is started anew; NULL: none */
    size_t mark_count;
    bool is_cut; /* there was no room for something; see line_mark_cut() */
    size_t run_count;
    struct line_run runs[LINE_RUNS];
    size_t zone_count;
    struct line_zone zones[LINE_ZONES];
};

void line_init(struct line *line);
void line_finish(struct line *line);
/* Empties the line and sets its limit. */
void line_start(struct line *line, size_t limit_cols);

void line_put(struct line *line, enum role role, const char *text);
void line_putn(struct line *line, enum role role, const char *text, size_t length);
void line_putf(struct line *line, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* At most max_cols columns; what is longer ends in an ellipsis. */
void line_put_cut(struct line *line, enum role role, const char *text, size_t max_cols);
/* Where something was put for which there was no room the line ends in an ellipsis. */
void line_mark_cut(struct line *line);
/* The same with a mark that says that one can scroll there. */
void line_mark_beyond(struct line *line);
/* Exactly cols columns: cut with an ellipsis or padded. */
void line_cell(struct line *line, enum role role, const char *text, size_t cols, bool is_right);
/* Blanks up to (not including) column col. */
void line_pad_to(struct line *line, size_t col);
/* A horizontal rule up to column col. */
void line_rule_to(struct line *line, size_t col);
/* All since column from_col is a zone; where there are too many, it is none. */
void line_zone(struct line *line, size_t from_col, enum zone_kind kind, int value);
/* The zone of a column, the last one that was made there; ZONE_NONE: it is in none. */
struct line_zone line_zone_at(const struct line *line, int col);
/* Columns [from, to) of another line, zones too. Half of a wide character becomes a blank. */
void line_append(struct line *line, const struct line *from, size_t from_col, size_t to_col);

/* A number that lines of the same text and styles share, and others hardly ever. */
uint64_t line_hash(const struct line *line);

/* Columns that text takes once it is drawn. */
size_t line_text_cols(const char *text);
size_t line_textn_cols(const char *text, size_t length);
/* Bytes of the longest head of text that takes at most max_cols columns. */
size_t line_text_head(const char *text, size_t length, size_t max_cols, size_t *out_cols);

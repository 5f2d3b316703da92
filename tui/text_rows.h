/* text_rows.h - text of several kinds as rows of the screen: facts, code, prose. Wrapped to the
 * screen's width, or one row per line, to be scrolled sideways.
 *
 * Built once when the text or the width changes, then drawn row by row. Rows point into the text
 * they were made from, which must outlive them, or into the arena here. Pure; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "code.h"
#include "line.h"
#include "model/detail.h"

enum text_row_kind {
    TEXT_ROW_BLANK,
    TEXT_ROW_HEADING,
    TEXT_ROW_FACT,  /* label and value; a second pair beside it when other.label is set */
    TEXT_ROW_PROSE, /* text in one role */
    TEXT_ROW_CODE,  /* numbered and coloured */
    TEXT_ROW_MARK,  /* ~~~~ under a piece of code, and words */
};

struct text_row {
    uint8_t kind;
    uint8_t role;
    uint8_t rest_role;
    uint32_t rest;      /* CODE: bytes at its start of a token that began in a row before */
    uint32_t number;    /* CODE: of the line, 0 when it goes on; MARK: column of the mark */
    uint32_t length;    /* of text */
    uint32_t mark_cols; /* MARK; CODE: blanks before what goes on from the row before */
    const struct code *code;
    const char *label; /* NULL: none; FACT: goes on; CODE: a mark behind the number */
    const char *text;  /* not terminated */
    const char *other_label;
    const char *other_text;
};

struct text_rows {
    struct text_row *rows;
    size_t count;
    size_t size;
    size_t label_cols; /* of facts */
    bool is_unwrapped; /* set before anything is added; outlives clearing */
    size_t left;       /* unwrapped: columns that are out of sight at the left */
    size_t widest;     /* unwrapped: columns of the widest text, with what stands before it */
    struct arena arena;
};

void text_rows_clear(struct text_rows *rows);
void text_rows_finish(struct text_rows *rows);

void text_rows_blank(struct text_rows *rows);
void text_rows_heading(struct text_rows *rows, const char *text);
/* Wrapped at blanks; indented by the label column when is_indented. */
void text_rows_prose(struct text_rows *rows, enum role role, const char *text, size_t width);
/* Gives the label column all the width that it may have, whatever the labels: facts that come later
 * shift none. Before the first fact is added. */
void text_rows_fix_labels(struct text_rows *rows, size_t width);
/* One fact; a long value is wrapped. */
void text_rows_fact(struct text_rows *rows, enum role role, const char *label, const char *value,
                    size_t width);
/* Facts with their groups as headings, short neighbours side by side where there is room. What is
 * not told is named in one line per group. */
void text_rows_facts(struct text_rows *rows, const struct field *fields, size_t count,
                     size_t width);
/* Code with line numbers, wrapped; problems (may be NULL) are marked under their line. Shows lines
 * from first to last (1-based; 0: all). */
void text_rows_code(struct text_rows *rows, enum code_language language, const char *text,
                    size_t width, const struct task_problem *problems, size_t problem_count,
                    int first, int last);

/* One line of code, that text is all of; mark (may be NULL) stands behind its number. */
void text_rows_code_line(struct text_rows *rows, const struct code *code, const char *text,
                         size_t length, size_t width, size_t number, const char *mark);
/* The line of code that a row is a piece of; 0: it is none. */
size_t text_rows_line_at(const struct text_rows *rows, size_t at);
/* The first row of a line of code; the last row where it is not in sight. */
size_t text_rows_find_line(const struct text_rows *rows, size_t number);
/* Whether a row goes on with the text of one above it; the row where that text begins. */
bool text_rows_goes_on(const struct text_rows *rows, size_t at);
size_t text_rows_first(const struct text_rows *rows, size_t at);
/* The row that has a byte of the text that begins in row first. */
size_t text_rows_with(const struct text_rows *rows, size_t first, size_t byte);
/* Unwrapped: scrolls sideways until bytes [at, at + length) of a row's text are in sight. */
void text_rows_show(struct text_rows *rows, size_t row, size_t at, size_t length, size_t width);
/* Scrolls sideways by so many columns, as far as there is text. */
void text_rows_scroll(struct text_rows *rows, int cols, size_t width);
void text_rows_draw(const struct text_rows *rows, size_t at, struct line *line, size_t width);

/* sql_layout.h - what the tokens of an SQL text are to its layout. For the formatter. Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/sql_token.h"

/* What a token is to its layout. */
enum sql_part {
    SQL_PART_PLAIN,
    SQL_PART_CLAUSE, /* begins a line; a segment goes from it to the next one */
    SQL_PART_AND_OR, /* begins a line in a broken segment */
    SQL_PART_ON,     /* the same; of a join, or THEN */
    SQL_PART_COMMA,  /* a line may end behind it */
    SQL_PART_OPEN,   /* bracket or CASE that has an end */
    SQL_PART_CLOSE,
    SQL_PART_SEMICOLON,
    SQL_PART_REMARK, /* or a tag of a template: stays on a line of its own, or behind its token */
};

#define SQL_BLANK_BEFORE 0x01u  /* white space belongs before it, unless a line begins there */
#define SQL_FEED_BEFORE  0x02u  /* REMARK: it begins a line */
#define SQL_LIST         0x04u  /* CLAUSE: commas part it; OPEN: it holds commas */
#define SQL_HEAD         0x08u  /* CLAUSE: what follows goes on a line of its own when broken */
#define SQL_FILL         0x10u  /* OPEN: as many items on a line as there is room for */
#define SQL_IS_CASE      0x20u  /* OPEN, CLOSE: CASE and END */
#define SQL_QUERY        0x40u  /* OPEN: brackets around a query */
#define SQL_HEADER       0x80u  /* stays on the line of its clause: DISTINCT, ALL */
#define SQL_GAP_BEFORE   0x100u /* REMARK: with an empty line before it */

struct sql_piece {
    uint64_t cols_before; /* of all before it on one endless line, with blanks */
    uint32_t at;          /* in the text */
    uint32_t length;
    uint32_t end; /* OPEN: its end; CLAUSE: behind its segment; REMARK: the next that is none */
    uint16_t flags;
    uint8_t part : 4; /* enum sql_part */
    uint8_t kind : 4; /* enum sql_kind */
    uint8_t word;     /* enum sql_word */
};

struct sql_layout {
    const char *text;
    struct sql_piece *pieces; /* one more than count: the end */
    size_t count;
};

/* Wider than every line. */
#define SQL_ENDLESS_COLS (UINT64_C(1) << 24)

void sql_layout_build(struct sql_layout *layout, const char *text);
void sql_layout_finish(struct sql_layout *layout);
/* Columns from one piece to just before another, on one line. */
uint64_t sql_layout_cols(const struct sql_layout *layout, size_t from, size_t to);

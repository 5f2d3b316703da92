/* theme.h - what a piece of text means, and how that looks with the colours at hand. Pure. */
#pragma once

#include <stdint.h>

enum role {
    ROLE_TEXT,
    ROLE_DIM,
    ROLE_STRONG,
    ROLE_TITLE, /* of the pane that has the keys */
    ROLE_RULE,
    ROLE_KEY,
    ROLE_RUNNING,
    ROLE_OK,
    ROLE_WARNING,
    ROLE_ERROR,
    ROLE_SQL_WORD,
    ROLE_SQL_TEXT,
    ROLE_SQL_NUMBER,
    ROLE_SQL_REMARK,
    ROLE_COUNT,
};

/* What lies over a whole row. */
enum overlay {
    OVERLAY_NONE,
    OVERLAY_SELECTED,       /* the cursor's row in the pane that has the keys */
    OVERLAY_SELECTED_QUIET, /* the cursor's row in another pane */
    OVERLAY_FOUND,          /* text that was searched for */
    OVERLAY_FOUND_HERE,     /* the match one is at */
    OVERLAY_COUNT,
};

enum colour_level { COLOURS_NONE, COLOURS_8, COLOURS_16, COLOURS_256, COLOURS_COUNT };

#define STYLE_BOLD      0x1u
#define STYLE_DIM       0x2u
#define STYLE_UNDERLINE 0x4u
#define STYLE_REVERSE   0x8u

struct style {
    int16_t foreground; /* colour number; -1: the terminal's own */
    int16_t background;
    unsigned flags;
};

struct style theme_style(enum colour_level level, enum role role, enum overlay overlay);

#include "theme.h"

#include <stdbool.h>

/* One row per role: without colour, with 8, with 16, with 256. Meaning never hangs on the colour
 * alone: words and glyphs say it too. */
static const struct style styles[ROLE_COUNT][COLOURS_COUNT] = {
    [ROLE_TEXT] = {{-1, -1, 0}, {-1, -1, 0}, {-1, -1, 0}, {-1, -1, 0}},
    [ROLE_DIM] = {{-1, -1, STYLE_DIM}, {-1, -1, STYLE_DIM}, {8, -1, 0}, {244, -1, 0}},
    [ROLE_STRONG] = {{-1, -1, STYLE_BOLD},
                     {-1, -1, STYLE_BOLD},
                     {-1, -1, STYLE_BOLD},
                     {-1, -1, STYLE_BOLD}},
    [ROLE_TITLE] = {{-1, -1, STYLE_BOLD},
                    {6, -1, STYLE_BOLD},
                    {6, -1, STYLE_BOLD},
                    {74, -1, STYLE_BOLD}},
    [ROLE_RULE] = {{-1, -1, STYLE_DIM}, {-1, -1, STYLE_DIM}, {8, -1, 0}, {240, -1, 0}},
    [ROLE_KEY] = {{-1, -1, STYLE_BOLD}, {6, -1, 0}, {6, -1, 0}, {74, -1, 0}},
    [ROLE_RUNNING] = {{-1, -1, STYLE_BOLD}, {6, -1, 0}, {6, -1, 0}, {74, -1, 0}},
    [ROLE_OK] = {{-1, -1, 0}, {2, -1, 0}, {2, -1, 0}, {71, -1, 0}},
    [ROLE_WARNING] = {{-1, -1, STYLE_BOLD}, {3, -1, 0}, {3, -1, 0}, {172, -1, 0}},
    [ROLE_ERROR] = {{-1, -1, STYLE_BOLD}, {1, -1, 0}, {9, -1, 0}, {167, -1, 0}},
    [ROLE_SQL_WORD] = {{-1, -1, STYLE_BOLD}, {6, -1, 0}, {6, -1, 0}, {74, -1, 0}},
    [ROLE_SQL_TEXT] = {{-1, -1, 0}, {2, -1, 0}, {2, -1, 0}, {107, -1, 0}},
    [ROLE_SQL_NUMBER] = {{-1, -1, 0}, {5, -1, 0}, {5, -1, 0}, {139, -1, 0}},
    [ROLE_SQL_REMARK] = {{-1, -1, STYLE_DIM}, {-1, -1, STYLE_DIM}, {8, -1, 0}, {244, -1, 0}},
};

/* On the dark bar of the selection: colour for the state, one light tone for all else. */
static int16_t colour_on_bar(enum role role)
{
    switch (role) {
    case ROLE_RUNNING:
        return 159;
    case ROLE_OK:
        return 157;
    case ROLE_WARNING:
        return 222;
    case ROLE_ERROR:
        return 217;
    default:
        return 231;
    }
}

/* What was searched for, and where one is: over text and over the bar of the selection. */
static struct style style_of_match(enum colour_level level, bool is_here)
{
    if (level == COLOURS_256)
        return is_here ? (struct style){16, 220, 0} : (struct style){230, 58, 0};
    return (struct style){-1, -1, STYLE_UNDERLINE | STYLE_BOLD | (is_here ? STYLE_REVERSE : 0)};
}

struct style theme_style(enum colour_level level, enum role role, enum overlay overlay)
{
    struct style style = styles[role][level];
    if (overlay == OVERLAY_NONE)
        return style;
    if (overlay == OVERLAY_FOUND || overlay == OVERLAY_FOUND_HERE)
        return style_of_match(level, overlay == OVERLAY_FOUND_HERE);
    if (level == COLOURS_256) {
        style.foreground = colour_on_bar(role);
        style.flags = 0;
        style.background = overlay == OVERLAY_SELECTED ? 24 : 238;
        return style;
    }
    /* Few colours: one plain bar reads better than a patchwork. */
    if (overlay == OVERLAY_SELECTED)
        return (struct style){-1, -1, STYLE_REVERSE};
    style.flags = STYLE_BOLD;
    return style;
}

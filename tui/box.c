#include "box.h"

#define BOX_CORNER_TOP_LEFT     "\xe2\x94\x8c"
#define BOX_CORNER_TOP_RIGHT    "\xe2\x94\x90"
#define BOX_CORNER_BOTTOM_LEFT  "\xe2\x94\x94"
#define BOX_CORNER_BOTTOM_RIGHT "\xe2\x94\x98"
#define BOX_SIDE                "\xe2\x94\x82"

void box_top(struct line *line, const char *title)
{
    size_t width = line->limit;
    line_put(line, ROLE_RULE, BOX_CORNER_TOP_LEFT);
    if (title != NULL && width > 6) {
        line_put(line, ROLE_TEXT, " ");
        line_put_cut(line, ROLE_STRONG, title, width - 4);
        line_put(line, ROLE_TEXT, " ");
    }
    line_rule_to(line, width > 0 ? width - 1 : 0);
    line_put(line, ROLE_RULE, BOX_CORNER_TOP_RIGHT);
}

void box_bottom(struct line *line)
{
    line_put(line, ROLE_RULE, BOX_CORNER_BOTTOM_LEFT);
    line_rule_to(line, line->limit > 0 ? line->limit - 1 : 0);
    line_put(line, ROLE_RULE, BOX_CORNER_BOTTOM_RIGHT);
}

void box_left(struct line *line)
{
    line_put(line, ROLE_RULE, BOX_SIDE);
    line_put(line, ROLE_TEXT, " ");
    line->limit = line->limit > 2 ? line->limit - 2 : 0;
}

void box_right(struct line *line)
{
    line_mark_cut(line);
    line_pad_to(line, line->limit);
    line->overlay = OVERLAY_NONE;
    line->limit += 2;
    line_put(line, ROLE_TEXT, " ");
    line_put(line, ROLE_RULE, BOX_SIDE);
}

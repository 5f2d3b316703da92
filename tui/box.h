/* box.h - frames around what lies over the panes. Pure. */
#pragma once

#include "line.h"

/* The first and last line of a box that is as wide as the line's limit. title may be NULL. */
void box_top(struct line *line, const char *title);
void box_bottom(struct line *line);
/* Left border and a blank; then the content is put; then box_right() closes the line. */
void box_left(struct line *line);
void box_right(struct line *line);

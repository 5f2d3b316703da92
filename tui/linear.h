/* linear.h - the dashboard as lines: for screen readers, and for terminals that can not move their
 * cursor. The same engine; one line per change, no boxes, no colours; orders are lines too.
 */
#pragma once

#include "tui.h"

/* Until quit, the end of standard input or a signal. Returns the exit code. */
int linear_run(struct config *config, const struct tui_options *options);

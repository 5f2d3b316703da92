/* output_check.h - reads strictly what a program wrote to a terminal: all that querytop itself does
 * not send is a finding. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

enum output_rules {
    OUTPUT_SCREEN, /* the dashboard: moves, colours, the modes it sets, and text */
    OUTPUT_LINES,  /* a verb on a terminal: lines of text; its progress line goes back and erases */
    OUTPUT_TSV,    /* the same, with tabs */
    OUTPUT_FILE,   /* a log: lines of text and nothing else */
};

/* False at the first byte that does not belong there; *out gets what it is and where. */
bool output_check(const char *bytes, size_t length, enum output_rules rules, struct strbuf *out);

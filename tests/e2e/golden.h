/* golden.h - screens compared with files in golden/, cell by cell. */
#pragma once

#include "support/term.h"

/* Waits until the screen is the one in golden/NAME.txt; what changes by nature (latency) is masked.
 * With GOLDEN_WRITE=1 in the environment it writes the file instead, once the screen stands still.
 */
void assert_golden(struct term *t, const char *name);
/* The same with attributes and colours below the text. */
void assert_golden_styles(struct term *t, const char *name);

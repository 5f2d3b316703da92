/* fingerprint.h - SQL without what differs from run to run. Pure; any thread. */
#pragma once

#include <stdint.h>

/* The same for statements that differ only in literals, numbers, comments, case of words and white
 * space; lists of literals count as one. */
uint64_t sql_fingerprint(const char *sql);

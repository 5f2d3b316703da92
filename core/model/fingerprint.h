/* fingerprint.h - SQL without what differs from run to run. Pure; any thread. */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The same for statements that differ only in literals, numbers, comments, case of words and white
 * space; lists of literals count as one. */
uint64_t sql_fingerprint(const char *sql);
/* What the statements of one fingerprint have in common, to read: literals as ?, words in lower
 * case, single blanks. At most size - 1 bytes, cut between tokens. Returns out. */
char *sql_normalise(const char *sql, char *out, size_t size);

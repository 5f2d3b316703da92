/* fail_io.h - calls on files that fail where a test says so.
 *
 * Linked into a test program, it stands before open(), write(), close() and rename() of the C
 * library, for all but the three standard streams. Streams of stdio do not come by here: those run
 * into RLIMIT_FSIZE. Any thread.
 */
#pragma once

/* A write that takes half of the bytes and says so. */
#define FAIL_IO_SHORT (-1)

/* The nth of those calls from now on fails, 1 being the next, with reason (errno) or FAIL_IO_SHORT,
 * which leaves calls alone that write nothing; 0: none. Counts anew. */
void fail_io_at(unsigned long nth, int reason);
/* Calls since then. */
unsigned long fail_io_count(void);

/* clock.h - the two clocks, and the switch that stops one of them for tests.
 *
 * Timers (polls, back-off, deadlines) use the monotonic clock. What people see (age, elapsed) uses
 * the wall clock, so that it stays right over a suspended machine. Any thread.
 *
 * QUERYTOP_FREEZE=2026-11-20T10:00:00Z in the environment stops the wall clock there: golden
 * screens need it. The monotonic clock always runs.
 */
#pragma once

#include <stdint.h>

/* Milliseconds since an arbitrary point; never goes back. */
int64_t clock_mono_ms(void);
/* Milliseconds since 1970-01-01T00:00:00Z. */
int64_t clock_wall_ms(void);
/* Stops the wall clock at wall_ms; a negative value lets it run. Call before threads start. */
void clock_freeze(int64_t wall_ms);

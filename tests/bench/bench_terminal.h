/* bench_terminal.h - querytop and the floor program in a terminal of 120x40, ready to be measured.
 */
#pragma once

#include <stddef.h>

#include "support/service.h"
#include "support/term.h"

#define BENCH_ROWS 40
#define BENCH_COLS 120

/* querytop on one profile of the service; returns when its list shows tasks. */
struct term *bench_open_querytop(struct service *service);
/* Starts querytop on the service without waiting for anything. */
struct term *bench_spawn_querytop(struct service *service);
/* The minimal ncurses list; tick_ms 0: it only answers keys. */
struct term *bench_open_floor(unsigned tasks, unsigned tick_ms, bool has_curl);
/* q, and the end of the program. */
void bench_quit(struct term *t);

/* A service with that many tasks waiting in its queue for ever. */
struct service *bench_start_queue(unsigned tasks);

/* The screen row of the list's cursor; -1: none. */
int bench_cursor_row(struct term *t);

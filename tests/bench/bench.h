/* bench.h - the groups of measurements. Each adds its rows to the report. */
#pragma once

#include <stddef.h>

#include "bench/report.h"

void bench_start(struct report *report);        /* from spawn to the first frame */
void bench_keys(struct report *report);         /* from key to screen */
void bench_bytes(struct report *report);        /* what the terminal has to swallow */
void bench_idle(struct report *report);         /* wake-ups and CPU while nothing happens */
void bench_memory(struct report *report);       /* resident, with many tasks */
void bench_poll(struct report *report);         /* CPU of a poll against json-c alone */
void bench_publish(struct report *report);      /* cost of a change to few of many tasks */
void bench_list(struct report *report);         /* filter, order, groups of many tasks */
void bench_extremes(struct report *report);     /* far from what it usually meets */
void bench_growth(struct report *report);       /* a poll against length and change */
void bench_body(struct report *report);         /* memory of very large answers */
void bench_instructions(struct report *report); /* of fixed work, as callgrind counts */
void bench_adobe(struct report *report);        /* first fill and polls of Adobe's list */
void bench_peers(struct report *report);        /* the same of htop, btop and pg_activity */
void bench_resize(struct report *report);       /* from resize to a whole new frame */

double bench_cpu_ms(void);  /* of this process so far */
double bench_wall_ms(void); /* monotonic */

/* json-c alone reads this body. */
void bench_bare_parse(const char *body, size_t length);
/* The same, measured; what it leaves in the heap to tidy up is not the next one's work. */
double bench_bare_parse_ms(const char *body, size_t length);
const char *bench_json_version(void);

/* judge.h - is what was measured again and again flat? Pure. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "bench/report.h"

enum phase { PHASE_WARM_UP, PHASE_THEN, PHASE_END, PHASE_COUNT };

struct series {
    const char *name;
    const char *unit;
    struct samples samples[PHASE_COUNT];
};

void series_add(struct series *series, enum phase phase, double value);
void series_finish(struct series *series);
/* The median of the last phase is not above that of the one before it, but for slack. The first one
 * is not asked: there caches fill. */
bool series_is_flat(struct series *series, double slack);

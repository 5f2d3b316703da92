/* changing_snapshot.h - snapshots that follow one another, as the store makes them: what did not
 * change is shared.
 */
#pragma once

#include <stddef.h>

#include "model/snapshot.h"

/* The next one: so many slots have other tasks or none, by rand(), and at times there are more
 * slots, up to most. Tasks are running or have ended, and differ by little. */
struct snapshot *changing_snapshot(const struct snapshot *before, size_t most, size_t count);

/* make_task.h - tasks for tests, in one line. */
#pragma once

#include "model/task.h"

/* One reference, the caller's. title may be NULL. */
struct task *make_task(uint16_t source, const char *id, enum task_state state, int64_t elapsed_ms,
                       int64_t observed_ms, const char *title);

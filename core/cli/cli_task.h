/* cli_task.h - a task in one line, and what its cells depend on. */
#pragma once

#include "cli/cli_output.h"
#include "engine/task_fields.h"

struct column_context cli_column_context(const struct cli *cli);

/* A task in one line: who, how, how long, what. */
void cli_task_print(const struct cli *cli, const struct task *task);

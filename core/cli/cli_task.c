#include "cli/cli_task.h"

#include "base/utf8.h"

struct column_context cli_column_context(const struct cli *cli)
{
    return (struct column_context){.snapshot = cli->snapshot,
                                   .now_ms = cli->now_ms,
                                   .is_ascii = !utf8_is_locale()};
}

void cli_task_print(const struct cli *cli, const struct task *task)
{
    char elapsed[40], what[400];
    struct column_context context = cli_column_context(cli);
    cli_putf(stdout, "%s:%s  %s  %s  %s\n", columns[COLUMN_PROFILE].text(task, &context),
             task_text_or_dash(task, TASK_ID), columns[COLUMN_STATE].text(task, &context),
             columns[COLUMN_ELAPSED].cell(task, &context, elapsed, sizeof(elapsed)),
             columns[COLUMN_WHAT].cell(task, &context, what, sizeof(what)));
}

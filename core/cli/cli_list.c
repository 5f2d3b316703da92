#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/sanitize.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "cli/cli_task.h"
#include "model/filter_scope.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
/* IDs on a terminal are shortened to no less than this. */
#define ID_MIN_BYTES 8

struct selection {
    const struct task **tasks;
    size_t count;
};

struct order {
    enum column column;
    bool is_descending;
    struct column_context context;
};

/* ---- which, and in what order ---------------------------------------------------------------- */

struct filter *cli_parse_filter(const char *text, struct error *err)
{
    size_t at = 0;
    struct filter *filter = filter_parse(text ? text : "", err, &at);
    if (filter)
        return filter;
    cli_say("--filter: %s", err->message);
    if (text && sanitize_is_clean(text, strlen(text)))
        fprintf(stderr, "  %s\n  %*s^\n", text, (int)utf8_cols(text, at), "");
    error_set(err, err->code, "%s", ""); /* all has been said */
    return NULL;
}

static bool parse_order(const char *text, struct order *out, struct error *err)
{
    *out = (struct order){.column = COLUMN_AGE};
    if (!text)
        return true;
    out->is_descending = *text == '-';
    out->column = column_find(text + out->is_descending);
    if (out->column < COLUMN_COUNT)
        return true;
    struct strbuf names;
    strbuf_init(&names, LIMIT_KIB);
    for (int i = 0; i < COLUMN_COUNT; i++)
        strbuf_addf(&names, "%s%s", i ? ", " : "", columns[i].name);
    error_set(err, ERR_USAGE, "--sort: unknown column '%.40s'; columns: %s", text, names.data);
    strbuf_finish(&names);
    return false;
}

static int compare_tasks(const void *a, const void *b, void *context)
{
    const struct order *order = context;
    return column_compare(order->column, order->is_descending, *(const struct task *const *)a,
                          *(const struct task *const *)b, &order->context);
}

static struct selection select_tasks(const struct cli *cli, const struct filter *filter,
                                     struct order *order)
{
    size_t slots = snapshot_slots(cli->snapshot);
    struct selection selection = {.tasks = xcalloc(slots + 1, sizeof(*selection.tasks))};
    order->context = cli_column_context(cli);
    for (size_t slot = 0; slot < slots; slot++) {
        const struct task *task = snapshot_task_at(cli->snapshot, slot);
        if (task && filter_matches(filter, task, &order->context))
            selection.tasks[selection.count++] = task;
    }
    qsort_r(selection.tasks, selection.count, sizeof(*selection.tasks), compare_tasks, order);
    return selection;
}

/* ---- table ----------------------------------------------------------------------------------- */

static const enum column shown[] = {COLUMN_ID,         COLUMN_STATE,   COLUMN_ELAPSED,
                                    COLUMN_USER,       COLUMN_ORIGIN,  COLUMN_WHAT,
                                    COLUMN_CONNECTION, COLUMN_PROFILE, COLUMN_AGE};

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t common_length(const char *a, const char *b)
{
    size_t length = 0;
    while (a[length] && a[length] == b[length])
        length++;
    return length;
}

/* How many bytes of the IDs tell all known tasks apart. */
static size_t unique_length(const struct snapshot *s)
{
    size_t slots = snapshot_slots(s);
    const char **ids = xcalloc(slots + 1, sizeof(*ids));
    size_t count = 0;
    for (size_t slot = 0; slot < slots; slot++) {
        const struct task *task = snapshot_task_at(s, slot);
        if (task && task_text(task, TASK_ID))
            ids[count++] = task_text(task, TASK_ID);
    }
    qsort(ids, count, sizeof(*ids), compare_ids);
    size_t length = ID_MIN_BYTES;
    for (size_t i = 1; i < count; i++) {
        size_t needed = common_length(ids[i - 1], ids[i]) + 1;
        length = needed > length ? needed : length;
    }
    free(ids);
    return length;
}

static void add_table_row(struct cli_output *out, const struct task *task,
                          const struct column_context *context, size_t id_bytes)
{
    char texts[ARRAY_LENGTH(shown)][LIMIT_TASK_MESSAGE_BYTES];
    const char *cells[ARRAY_LENGTH(shown)];
    for (size_t i = 0; i < ARRAY_LENGTH(shown); i++)
        cells[i] = columns[shown[i]].cell(task, context, texts[i], sizeof(texts[i]));
    if (out->width_cols && strlen(texts[0]) > id_bytes)
        texts[0][id_bytes] = '\0';
    if (!out->width_cols) /* words alone: the glyph is for people */
        cells[1] = columns[COLUMN_STATE].text(task, context);
    cli_rows_add(out, cells);
}

/* By the word, which stands alone or behind a glyph. */
static const char *colour_of_state(const char *text)
{
    static const char *const colours[TASK_STATE_COUNT] = {
        [TASK_QUEUED] = "2",     [TASK_RUNNING] = "36", [TASK_CANCELLING] = "33",
        [TASK_SUCCEEDED] = "32", [TASK_FAILED] = "31",  [TASK_CANCELLED] = "33",
    };
    const char *blank = strrchr(text, ' ');
    const char *word = blank ? blank + 1 : text;
    for (int state = 0; state < TASK_STATE_COUNT; state++)
        if (colours[state] && strcmp(word, task_states[state].name) == 0)
            return colours[state];
    return "";
}

static void write_table(const struct cli *cli, struct cli_output *out,
                        const struct selection *selection, const struct column_context *context)
{
    struct cli_column row[ARRAY_LENGTH(shown)];
    for (size_t i = 0; i < ARRAY_LENGTH(shown); i++) {
        const struct column_info *info = &columns[shown[i]];
        row[i] = (struct cli_column){.title = info->title,
                                     .is_right = info->is_right,
                                     .max_cols = info->want_cols,
                                     .min_cols = info->min_cols,
                                     .colour = shown[i] == COLUMN_STATE ? colour_of_state : NULL,
                                     .priority = info->priority > 2 ? info->priority : 0};
    }
    size_t id_bytes = unique_length(cli->snapshot);
    cli_rows_begin(out, row, ARRAY_LENGTH(shown));
    for (size_t i = 0; i < selection->count; i++)
        add_table_row(out, selection->tasks[i], context, id_bytes);
    cli_rows_end(out);
}

/* ---- the verb -------------------------------------------------------------------------------- */

static void write_selection(const struct cli *cli, const struct selection *selection,
                            const struct column_context *context)
{
    struct cli_output out;
    if (cli->format != CLI_TABLE) {
        export_tasks(stdout, cli_export_formats[cli->format], selection->tasks, selection->count,
                     context);
        return;
    }
    cli_output_init(&out, stdout, cli->format, cli->colour);
    write_table(cli, &out, selection, context);
    cli_output_finish(&out);
}

/* A task that was only named: the service was not heard of it. */
static bool is_named_only(const struct task *task)
{
    return task->state == TASK_UNKNOWN && !task_text(task, TASK_STATE_RAW);
}

static bool are_watched_known(const struct cli *cli, void *context)
{
    (void)context;
    for (size_t slot = 0; slot < snapshot_slots(cli->snapshot); slot++) {
        const struct task *task = snapshot_task_at(cli->snapshot, slot);
        if (task && is_named_only(task) && cli_has_answered(&cli->snapshot->sources[task->source]))
            return false;
    }
    return true;
}

/* Tasks that no list holds are asked for after it, one by one. What is not known in time is listed
 * as unknown. */
static bool wait_for_watched(struct cli *cli, struct error *err)
{
    if (cli_await(cli, are_watched_known, NULL, err) || err->code != ERR_TIMEOUT)
        return err->code == ERR_NONE;
    cli_say("not all watched tasks could be asked for in time; --timeout gives it longer");
    error_clear(err);
    return true;
}

/* A filter that no ended task matches need not wait for them. */
static bool wants_ended(const struct filter *filter)
{
    return filter_scope(filter, clock_wall_ms()).states & FILTER_ENDED_STATES;
}

static bool wait_for_past(struct cli *cli, struct error *err)
{
    if (!cli_await_past(cli, err))
        return false;
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        const struct source_status *status = &cli->snapshot->sources[i];
        if (!cli_has_answered(status))
            continue;
        if (status->past == PAST_AWAITED)
            cli_say("%s: the ended tasks of before are not here yet; --timeout gives it longer",
                    status->profile);
        if (status->past == PAST_MISSED)
            cli_say("%s: the ended tasks of before could not be read", status->profile);
    }
    return true;
}

static int list_matching(struct cli *cli, const struct filter *filter, struct order *order,
                         struct error *err)
{
    if (order->column != COLUMN_PACE) /* which tells of a task what others took */
        cli->config.wanted = filter;
    if (!cli_poll(cli, err) || !wait_for_watched(cli, err) ||
        (wants_ended(filter) && !wait_for_past(cli, err)))
        return cli_fail(err);
    struct selection selection = select_tasks(cli, filter, order);
    write_selection(cli, &selection, &order->context);
    free(selection.tasks);
    if (selection.count > 0)
        return 0;
    if (filter_is_empty(filter)) {
        cli_say("no task is queued or running");
        return 0;
    }
    char shown_filter[200];
    cli_say("no task matches %s", sanitize_line(shown_filter, sizeof(shown_filter), cli->filter));
    return 1;
}

int cli_list(struct cli *cli, struct error *err)
{
    struct order order;
    if (!parse_order(cli->sort, &order, err))
        return cli_fail(err);
    struct filter *filter = cli_parse_filter(cli->filter, err);
    if (!filter)
        return cli_fail(err);
    int exit_code = list_matching(cli, filter, &order, err);
    filter_destroy(filter);
    return exit_code;
}

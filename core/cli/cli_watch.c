#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/xalloc.h"
#include "cli/cli_task.h"
#include "model/filter.h"

/* What was told, so that only what differs is told again. */
struct watching {
    const struct filter *filter;
    struct snapshot *told; /* a reference; NULL: nothing yet */
    bool *is_told;         /* by slot: this task of it matched */
    size_t slot_count;
    enum source_state source_states[LIMIT_PROFILES];
    struct cli_output out;
};

/* ---- lines ----------------------------------------------------------------------------------- */

static void write_change(const struct cli *cli, struct watching *watching, const char *change,
                         const char *key, struct json *value)
{
    char time[TIMEFMT_BYTES];
    struct json *line = json_new_object();
    json_set_string(line, "schema", "querytop.watch/1");
    json_set_string(line, "at", format_utc(time, cli->now_ms));
    json_set_string(line, "change", change);
    json_set(line, key, value);
    cli_document_add(&watching->out, line);
    fflush(watching->out.file);
}

static void write_task(const struct cli *cli, struct watching *watching, const char *change,
                       const struct task *task)
{
    struct column_context context = cli_column_context(cli);
    write_change(cli, watching, change, "task", task_fields_json(task, &context));
}

/* ---- comparing ------------------------------------------------------------------------------- */

static const struct task *told_task(const struct watching *watching, size_t slot)
{
    bool has_slot = watching->told && slot < watching->slot_count && watching->is_told[slot];
    return has_slot ? snapshot_task_at(watching->told, slot) : NULL;
}

/* The same task: slots are used again when a task is forgotten. */
static bool is_same_id(const struct task *a, const struct task *b)
{
    return a && b && a->source == b->source &&
           strcmp(task_text_or_dash(a, TASK_ID), task_text_or_dash(b, TASK_ID)) == 0;
}

/* Tells how the slot differs from what was told of it; true when its task matches now. */
static bool compare_slot(const struct cli *cli, struct watching *watching, size_t slot)
{
    struct column_context context = cli_column_context(cli);
    const struct task *before = told_task(watching, slot);
    const struct task *task = snapshot_task_at(cli->snapshot, slot);
    if (task && !filter_matches(watching->filter, task, &context))
        task = NULL;
    if (before && !is_same_id(before, task))
        write_task(cli, watching, "gone", before);
    if (task && !is_same_id(before, task))
        write_task(cli, watching, watching->told ? "new" : "present", task);
    else if (task && task != before && !task_is_same(task, before))
        write_task(cli, watching, "changed", task);
    return task != NULL;
}

/* A filter may look at what changes with the clock alone: then no chunk can be passed over. */
static bool is_chunk_same(const struct cli *cli, const struct watching *watching, size_t chunk)
{
    return watching->told && filter_is_empty(watching->filter) &&
           chunk < watching->told->chunk_count &&
           snapshot_chunk(watching->told, chunk) == snapshot_chunk(cli->snapshot, chunk);
}

static void compare_tasks(const struct cli *cli, struct watching *watching)
{
    size_t slots = snapshot_slots(cli->snapshot);
    bool *is_told = xcalloc(slots + 1, sizeof(*is_told));
    for (size_t slot = 0; slot < slots; slot++) {
        if (is_chunk_same(cli, watching, slot / TASKS_PER_CHUNK))
            is_told[slot] = watching->is_told[slot];
        else
            is_told[slot] = compare_slot(cli, watching, slot);
    }
    free(watching->is_told);
    watching->is_told = is_told;
    watching->slot_count = slots;
    snapshot_unref(watching->told);
    watching->told = snapshot_ref(cli->snapshot);
}

static void compare_sources(const struct cli *cli, struct watching *watching)
{
    struct json *sources = document_sources(cli->snapshot, cli->now_ms);
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        enum source_state state = source_state_at(&cli->snapshot->sources[i], cli->now_ms);
        if (watching->told && watching->source_states[i] == state)
            continue;
        watching->source_states[i] = state;
        write_change(cli, watching, watching->told ? "changed" : "present", "source",
                     json_share(json_at(sources, i)));
    }
    json_destroy(sources);
}

/* ---- the verb -------------------------------------------------------------------------------- */

/* Ends by itself only when nobody reads any more. */
static bool look(const struct cli *cli, void *context)
{
    struct watching *watching = context;
    compare_sources(cli, watching);
    compare_tasks(cli, watching);
    return ferror(watching->out.file);
}

static int watch_matching(struct cli *cli, const struct filter *filter, struct error *err)
{
    struct error ended = {0};
    struct watching watching = {.filter = filter};
    cli->config.wanted = filter;
    if (!cli_poll(cli, err))
        return cli_fail(err);
    cli_output_init(&watching.out, stdout, CLI_NDJSON, cli->colour);
    cli_await(cli, look, &watching, &ended);
    cli_output_finish(&watching.out);
    snapshot_unref(watching.told);
    free(watching.is_told);
    return ended.code == ERR_INTERRUPTED ? cli_fail(&ended) : 0;
}

int cli_watch(struct cli *cli, struct error *err)
{
    struct filter *filter = cli_parse_filter(cli->filter, err);
    if (!filter)
        return cli_fail(err);
    int exit_code = watch_matching(cli, filter, err);
    filter_destroy(filter);
    return exit_code;
}

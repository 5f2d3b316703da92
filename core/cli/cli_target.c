#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/sanitize.h"
#include "base/xalloc.h"
#include "cli/cli_internal.h"

/* How many of the tasks that a prefix fits are named. */
#define EXAMPLES_MAX 3
/* The longest that tasks of before are waited for before a service is asked about one itself. */
#define PAST_WAIT_MAX_MS 15000

/* An ID of the command line, taken apart. */
struct wanted {
    const char *text;
    uint16_t source; /* SOURCE_ALL: any */
    const char *id;  /* or its beginning */
};

struct match {
    const struct task *exact;
    const struct task *begun[EXAMPLES_MAX + 1];
    size_t exact_count;
    size_t begun_count;
};

/* ---- profile:ID ------------------------------------------------------------------------------ */

size_t cli_profile_length(const struct config *config, const char *text, size_t *out_index)
{
    const char *colon = strchr(text, ':');
    for (size_t i = 0; colon && i < config->profile_count; i++) {
        const char *name = config->profiles[i].name;
        size_t length = (size_t)(colon - text);
        if (strlen(name) == length && memcmp(name, text, length) == 0) {
            *out_index = i;
            return length;
        }
    }
    return 0;
}

static struct wanted parse_wanted(const struct config *config, const char *text)
{
    size_t index;
    size_t length = cli_profile_length(config, text, &index);
    if (length == 0)
        return (struct wanted){.text = text, .source = SOURCE_ALL, .id = text};
    return (struct wanted){.text = text, .source = (uint16_t)index, .id = text + length + 1};
}

/* When each ID names its profile, the other profiles are not asked at all. */
static bool select_named_profiles(struct cli *cli, struct error *err)
{
    const char *names[LIMIT_PROFILES];
    size_t count = 0;
    for (int i = 0; i < cli->arg_count; i++) {
        size_t index;
        if (!cli_profile_length(&cli->config, cli->args[i], &index))
            return true;
        const char *name = cli->config.profiles[index].name;
        size_t at = 0;
        while (at < count && strcmp(names[at], name) != 0)
            at++;
        names[at] = name;
        count = at == count ? count + 1 : count;
    }
    return config_select(&cli->config, names, count, err);
}

/* ---- looking it up --------------------------------------------------------------------------- */

static void match_task(struct match *match, const struct wanted *wanted, const struct task *task)
{
    const char *id = task_text(task, TASK_ID);
    if (!id || (wanted->source != SOURCE_ALL && wanted->source != task->source))
        return;
    if (strcmp(id, wanted->id) == 0) {
        match->exact = task;
        match->exact_count++;
    } else if (strncmp(id, wanted->id, strlen(wanted->id)) == 0) {
        if (match->begun_count <= EXAMPLES_MAX)
            match->begun[match->begun_count] = task;
        match->begun_count++;
    }
}

static struct match match_all(const struct cli *cli, const struct wanted *wanted)
{
    struct match match = {0};
    for (size_t slot = 0; slot < snapshot_slots(cli->snapshot); slot++) {
        const struct task *task = snapshot_task_at(cli->snapshot, slot);
        if (task)
            match_task(&match, wanted, task);
    }
    return match;
}

static bool fail_ambiguous(const struct cli *cli, const struct wanted *wanted,
                           const struct match *match, struct error *err)
{
    struct strbuf examples;
    strbuf_init(&examples, 300);
    for (size_t i = 0; i < match->begun_count && i < EXAMPLES_MAX; i++)
        strbuf_addf(&examples, "%s%s:%s", i ? ", " : "",
                    cli->snapshot->sources[match->begun[i]->source].profile,
                    task_text(match->begun[i], TASK_ID));
    error_set(err, ERR_USAGE, "%.60s fits %zu tasks (%s%s); give more of the ID", wanted->text,
              match->begun_count, examples.data, match->begun_count > EXAMPLES_MAX ? " ..." : "");
    strbuf_finish(&examples);
    return false;
}

static struct cli_target make_target(uint16_t source, const char *id)
{
    struct cli_target target = {.source = source, .told_state = -1};
    snprintf(target.id, sizeof(target.id), "%s", id);
    return target;
}

/* A task that no list holds can be asked for where there is no doubt about its profile. */
static bool take_unlisted(const struct cli *cli, const struct wanted *wanted,
                          struct cli_target *out, struct error *err)
{
    uint16_t source = cli->snapshot->source_count == 1 ? 0 : wanted->source;
    if (!sanitize_is_plain_id(wanted->id))
        return error_set(err, ERR_USAGE, "'%.60s' is no ID; `querytop list` shows them",
                         wanted->text);
    if (source == SOURCE_ALL)
        return error_set(err, ERR_NO,
                         "no profile lists a task %.60s; to ask a service itself, name its "
                         "profile as in %s:%.60s",
                         wanted->text, cli->snapshot->sources[0].profile, wanted->text);
    const struct source_status *status = &cli->snapshot->sources[source];
    if (!cli_has_answered(status))
        return error_set(err, status->error.code ? status->error.code : ERR_TIMEOUT,
                         "%s: nothing is known of %.60s", status->profile, wanted->id);
    *out = make_target(source, wanted->id);
    return true;
}

static bool find_target(const struct cli *cli, const char *text, struct cli_target *out,
                        struct error *err)
{
    struct wanted wanted = parse_wanted(&cli->config, text);
    if (!*wanted.id)
        return error_set(err, ERR_USAGE, "an ID is empty; `querytop list` shows them");
    struct match match = match_all(cli, &wanted);
    if (match.exact_count > 1)
        return error_set(err, ERR_USAGE, "two profiles have a task %.60s; name one as in %s:%.60s",
                         text, cli->snapshot->sources[match.exact->source].profile, text);
    if (!match.exact && match.begun_count > 1)
        return fail_ambiguous(cli, &wanted, &match, err);
    const struct task *task = match.exact ? match.exact : match.begun[0];
    if (!task)
        return take_unlisted(cli, &wanted, out, err);
    if (strlen(task_text(task, TASK_ID)) >= sizeof(out->id))
        return error_set(err, ERR_NO, "the ID of %.60s is too long to be asked for", text);
    *out = make_target(task->source, task_text(task, TASK_ID));
    return true;
}

/* ---- asking its service ---------------------------------------------------------------------- */

const struct task *cli_target_task(const struct cli *cli, const struct cli_target *target)
{
    return snapshot_find_task(cli->snapshot, target->source, target->id);
}

const char *cli_target_profile(const struct cli *cli, const struct cli_target *target)
{
    return cli->snapshot->sources[target->source].profile;
}

static bool is_learnt(const struct cli *cli, void *context)
{
    const struct cli_target *target = context;
    return cli_target_task(cli, target) ||
           snapshot_detail(cli->snapshot, target->source, target->id);
}

/* Makes an unlisted task known, or tells why it is not. */
static bool learn_target(struct cli *cli, struct cli_target *target, struct error *err)
{
    if (cli_target_task(cli, target))
        return true;
    if (!engine_want_detail(cli->engine, target->source, target->id, err) ||
        !cli_await(cli, is_learnt, target, err))
        return false;
    const struct task_detail *detail = snapshot_detail(cli->snapshot, target->source, target->id);
    if (cli_target_task(cli, target) || !detail || !detail->error.code)
        return true;
    *err = detail->error;
    return error_prefix(err, "%s:%s", cli_target_profile(cli, target), target->id);
}

/* One that no list holds may have ended before we looked. Half of the time is for asking the
 * service itself, should it not be found there either. */
static bool wait_for_past(struct cli *cli, struct error *err)
{
    int64_t deadline_ms = cli->deadline_ms;
    int64_t left_ms = deadline_ms - clock_mono_ms();
    int64_t most_ms = left_ms / 2 < PAST_WAIT_MAX_MS ? left_ms / 2 : PAST_WAIT_MAX_MS;
    for (int i = 0; i < cli->arg_count; i++) {
        struct wanted wanted = parse_wanted(&cli->config, cli->args[i]);
        struct match match = match_all(cli, &wanted);
        if (match.exact || match.begun_count > 0)
            continue;
        cli->deadline_ms = clock_mono_ms() + most_ms;
        bool is_good = cli_await_past(cli, err);
        cli->deadline_ms = deadline_ms;
        return is_good;
    }
    return true;
}

static bool find_all(struct cli *cli, struct cli_target *targets, struct error *err)
{
    for (int i = 0; i < cli->arg_count; i++) {
        if (!find_target(cli, cli->args[i], &targets[i], err))
            return false;
    }
    for (int i = 0; i < cli->arg_count; i++) {
        if (!learn_target(cli, &targets[i], err))
            return false;
    }
    return true;
}

bool cli_find_targets(struct cli *cli, struct cli_target **out, struct error *err)
{
    if (!select_named_profiles(cli, err) || !cli_poll(cli, err) || !wait_for_past(cli, err))
        return false;
    struct cli_target *targets = xcalloc((size_t)cli->arg_count, sizeof(*targets));
    if (!find_all(cli, targets, err)) {
        free(targets);
        return false;
    }
    *out = targets;
    return true;
}

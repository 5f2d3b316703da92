#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "cli/cli_output.h"
#include "engine/audit.h"
#include "engine/audit_read.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
/* As logrotate names them: audit.jsonl.1 is younger than audit.jsonl.2. */
#define ROTATED_MAX 100

/* ---- reading --------------------------------------------------------------------------------- */

static void tell_unread(const char *path, const struct audit_unread *unread)
{
    if (unread->count == 1)
        cli_say("%s: line %zu can not be read, and is left out", path, unread->first);
    else if (unread->count > 1)
        cli_say("%s: %zu lines can not be read, and are left out; the first is line %zu", path,
                unread->count, unread->first);
}

static bool read_file(struct audit_history *history, const char *path, struct error *err)
{
    struct audit_unread unread;
    if (!audit_history_read(history, path, &unread, err))
        return false;
    tell_unread(path, &unread);
    return true;
}

/* The oldest first. */
static bool read_rotated(struct audit_history *history, const char *path, struct error *err)
{
    char name[LIMIT_URL_BYTES];
    int count = 0;
    bool is_good = true;
    do
        snprintf(name, sizeof(name), "%s.%d", path, ++count);
    while (count < ROTATED_MAX && access(name, F_OK) == 0);
    for (int i = count - 1; i > 0 && is_good; i--) {
        snprintf(name, sizeof(name), "%s.%d", path, i);
        is_good = read_file(history, name, err);
    }
    return is_good && read_file(history, path, err);
}

static bool is_among(const char *const *paths, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(paths[i], path) == 0)
            return true;
    }
    return false;
}

/* The usual place, and those that profiles name. */
static size_t find_places(const struct cli *cli, const struct audit *audit,
                          const char *out[LIMIT_PROFILES + 1])
{
    size_t count = 0;
    if (audit->usual_path)
        out[count++] = audit->usual_path;
    for (size_t i = 0; i < cli->config.profile_count; i++) {
        const char *path = audit_path(audit, &cli->config.profiles[i]);
        if (path && !is_among(out, count, path))
            out[count++] = path;
    }
    return count;
}

/* ---- which ----------------------------------------------------------------------------------- */

static const char *text_of(const struct audit_action *action, const char *key)
{
    return json_string(json_get(action->item, key), NULL);
}

static bool is_wanted_word(const char *wanted, const char *text)
{
    return !wanted || (text && strcmp(text, wanted) == 0);
}

static bool is_wanted_profile(const struct cli *cli, const char *profile)
{
    return cli->profile_count == 0 ||
           (profile && is_among(cli->profiles, cli->profile_count, profile));
}

static bool begins_with(const char *text, const char *head)
{
    return text && strncmp(text, head, strlen(head)) == 0;
}

/* By the beginning of a task's or an item's id. */
static bool is_wanted_id(const struct cli *cli, const struct audit_action *action)
{
    for (int i = 0; i < cli->arg_count; i++) {
        if (begins_with(text_of(action, "id"), cli->args[i]) ||
            begins_with(text_of(action, "new_task_id"), cli->args[i]) ||
            begins_with(text_of(action, "item"), cli->args[i]))
            return true;
    }
    return cli->arg_count == 0;
}

static bool is_wanted(const struct cli *cli, const struct audit_action *action)
{
    return (cli->since_ms == UNKNOWN || action->asked_ms >= cli->since_ms) &&
           is_wanted_profile(cli, text_of(action, "profile")) &&
           is_wanted_word(cli->action, text_of(action, "action")) &&
           is_wanted_word(cli->outcome, text_of(action, "state")) && is_wanted_id(cli, action);
}

/* Those of the same moment stay as they are on record. */
static int compare_asked(const void *a, const void *b)
{
    const struct audit_action *first = *(const struct audit_action *const *)a;
    const struct audit_action *second = *(const struct audit_action *const *)b;
    if (first->asked_ms == second->asked_ms)
        return (first > second) - (first < second);
    return first->asked_ms > second->asked_ms ? 1 : -1;
}

struct selection {
    const struct audit_action **actions;
    size_t count;
};

/* The oldest first, as in any log. */
static struct selection select_actions(const struct cli *cli, const struct audit_history *history)
{
    struct selection s = {.actions = xcalloc(history->count + 1, sizeof(*s.actions))};
    for (size_t i = 0; i < history->count; i++) {
        if (is_wanted(cli, &history->actions[i]))
            s.actions[s.count++] = &history->actions[i];
    }
    qsort(s.actions, s.count, sizeof(*s.actions), compare_asked);
    size_t left_out = cli->last && s.count > cli->last ? s.count - cli->last : 0;
    s.count -= left_out;
    memmove(s.actions, s.actions + left_out, s.count * sizeof(*s.actions));
    return s;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* Its title, or the first of what says what was run: its SQL, the name of a Look. */
static const char *what_of(const struct audit_action *action)
{
    const void *cursor = NULL;
    const char *key, *title = text_of(action, "title");
    const struct json *first = NULL;
    if (!title)
        json_next_member(json_get(action->item, "run"), &cursor, &key, &first);
    return title ? title : json_string(first, NULL);
}

static void add_row(const struct cli *cli, struct cli_output *out,
                    const struct audit_action *action)
{
    char when[TIMEFMT_BYTES];
    const char *id = text_of(action, "id");
    const char *account = text_of(action, "account");
    const char *words = text_of(action, "words");
    const char *const cells[] = {
        format_local(when, action->asked_ms, cli->now_ms),
        text_of(action, "action"),
        text_of(action, "state"),
        text_of(action, "profile"),
        id ? id : text_of(action, "item"),
        account ? account : text_of(action, "os_user"),
        what_of(action),
        words ? words : text_of(action, "new_task_id"),
    };
    cli_rows_add(out, cells);
}

static void write_table(const struct cli *cli, struct cli_output *out, const struct selection *s)
{
    static const struct cli_column titles[] = {
        {.title = "WHEN"},
        {.title = "ACTION"},
        {.title = "OUTCOME"},
        {.title = "PROFILE", .max_cols = 16, .min_cols = 8, .priority = 3},
        {.title = "ID", .max_cols = 36, .min_cols = 8},
        {.title = "BY", .max_cols = 20, .min_cols = 8, .priority = 4},
        {.title = "WHAT", .max_cols = 40, .min_cols = 10, .priority = 5},
        {.title = "ANSWER", .min_cols = 10, .priority = 6},
    };
    cli_rows_begin(out, titles, ARRAY_LENGTH(titles));
    for (size_t i = 0; i < s->count; i++)
        add_row(cli, out, s->actions[i]);
    cli_rows_end(out);
}

static void write_document(const struct cli *cli, struct cli_output *out, const struct selection *s)
{
    static const struct tabular_column members[] = {
        {"profile", false},     {"id", false},       {"item", false},       {"action", false},
        {"argument", false},    {"state", false},    {"title", false},      {"words", false},
        {"new_task_id", false}, {"asked_at", false}, {"changed_at", false}, {"account", false},
        {"os_user", false},     {"machine", false},  {"client_id", false},  {"base_url", false},
        {"task_user", false},   {"run", false},      {"steps", false},
    };
    cli_document_begin(out, cli_document_head(cli, "querytop.actions/1"), "actions");
    cli_document_columns(out, members, ARRAY_LENGTH(members));
    for (size_t i = 0; i < s->count; i++)
        cli_document_add(out, json_share(s->actions[i]->item));
    cli_document_end(out);
}

static int tell_none(const struct cli *cli, const char *const *places, size_t count)
{
    bool is_choosy = cli->arg_count || cli->profile_count || cli->since_ms != UNKNOWN ||
                     cli->action || cli->outcome;
    if (is_choosy)
        cli_say("no such action is on record");
    for (size_t i = 0; i < count && !is_choosy; i++)
        cli_say("no action is on record in %s", places[i]);
    return is_choosy ? 1 : 0;
}

static int write_history(const struct cli *cli, const struct audit_history *history,
                         const char *const *places, size_t place_count)
{
    struct cli_output out;
    struct selection s = select_actions(cli, history);
    cli_output_init(&out, stdout, cli->format, cli->colour);
    if (cli->format != CLI_TABLE)
        write_document(cli, &out, &s);
    else if (s.count > 0)
        write_table(cli, &out, &s);
    cli_output_finish(&out);
    free(s.actions);
    return s.count > 0 ? 0 : tell_none(cli, places, place_count);
}

int cli_audit(struct cli *cli, struct error *err)
{
    struct audit audit;
    struct audit_history history;
    const char *places[LIMIT_PROFILES + 1];
    bool is_read = true;
    cli->now_ms = clock_wall_ms();
    audit_init(&audit);
    audit_history_init(&history);
    size_t count = find_places(cli, &audit, places);
    for (size_t i = 0; i < count && is_read; i++)
        is_read = read_rotated(&history, places[i], err);
    int exit_code = is_read ? write_history(cli, &history, places, count) : cli_fail(err);
    audit_history_finish(&history);
    audit_finish(&audit);
    return exit_code;
}

/* app_tell.c - what changed its state is noted, and told to whoever asked for it. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "model/change.h"

/* ---- telling -----------------------------------------------------------------------------------
 */

static void notify(struct app *app, const char *text)
{
    notification_build(&app->to_terminal, app->notification, app->clipboard, text);
}

static void run_command(struct app *app, const struct tell_rule *rule, const struct task *task)
{
    struct error err = {0};
    const struct external_fact facts[] = {
        {"QUERYTOP_RULE", rule->name},
        {"QUERYTOP_PROFILE", app->snapshot->sources[task->source].profile},
        {"QUERYTOP_ID", task_text(task, TASK_ID)},
        {"QUERYTOP_STATE", task_states[task->state].name},
        {"QUERYTOP_TITLE", task_text(task, TASK_TITLE)},
        {"QUERYTOP_USER", task_text(task, TASK_USER)},
        {"QUERYTOP_MESSAGE", task_text(task, TASK_MESSAGE)},
        {"QUERYTOP_URL", task_text(task, TASK_URL)},
    };
    if (!external_run(&app->helpers, rule->command, facts, sizeof(facts) / sizeof(facts[0]), &err))
        app_say(app, ROLE_ERROR, "[tell %s] command: %s", rule->name, err.message);
}

static void tell(struct app *app, const char *why, const struct task *task)
{
    enum task_state state = (enum task_state)task->state;
    snprintf(app->told_text, sizeof(app->told_text), "%s: %s \xc2\xb7 %s", why,
             task_states[state].name, task_text_or_dash(task, TASK_TITLE));
    app_say(app, role_of_state(state), "%s", app->told_text);
}

static void tell_by_rule(struct app *app, const struct tell_rule *rule, const struct task *task)
{
    tell(app, rule->name, task);
    if (rule->has_bell)
        app->rings = true;
    if (rule->has_notification)
        notify(app, app->told_text);
    if (rule->command != NULL)
        run_command(app, rule, task);
}

/* ---- what has changed --------------------------------------------------------------------------
 */

static bool is_first_answer(const struct app *app, uint16_t source)
{
    const struct snapshot *before = app->retired;
    return source >= before->source_count || before->sources[source].data_ms == UNKNOWN;
}

/* Tasks of the first answer are no news: they were there before us. */
static bool is_news(const struct app *app, const struct change *change)
{
    return !is_first_answer(app, change->task->source) &&
           change_is_news(change, app->told_since_ms);
}

/* Each task once; with too many to remember the rule starts afresh. */
static bool is_told(struct app *app, size_t rule, const struct task *task)
{
    struct marks *told = &app->told[rule];
    if (marks_has(told, task))
        return true;
    if (!marks_toggle(told, task)) {
        marks_clear(told);
        marks_toggle(told, task);
    }
    return false;
}

/* is_history: it counts as told. */
static void try_rules(struct app *app, const struct task *task, bool is_history)
{
    struct column_context context = app_context(app);
    for (size_t i = 0; i < app->rule_count; i++) {
        const struct tell_rule *rule = &app->rules[i];
        if (filter_matches(rule->filter, task, &context) && !is_told(app, i, task) && !is_history)
            tell_by_rule(app, rule, task);
    }
}

/* task: as it was known last. */
static void tell_end(struct app *app, const char *why, const struct task *task)
{
    struct task_key key = task_key_of(task);
    if (!marks_has(&app->awaited, task))
        return;
    marks_remove(&app->awaited, &key);
    tell(app, why, task);
    app->rings = true;
    notify(app, app->told_text);
}

static void note_change(void *context, const struct change *change)
{
    struct app *app = context;
    if (change->kind == CHANGE_GONE) {
        tell_end(app, "no longer known", change->before);
        return;
    }
    bool is_history = change->kind != CHANGE_FACTS && !is_news(app, change);
    if (!task_is_alive(change->task) && app_replay(app) == NULL)
        try_rules(app, change->task, is_history);
    if (change->kind == CHANGE_FACTS || is_history)
        return;
    events_note(&app->events, change->task, app->snapshot, app->now_ms);
    if (!task_is_alive(change->task))
        tell_end(app, "done", change->task);
}

/* Elapsed times grow without any change: all living tasks are looked at. */
static void look_at_living(struct app *app)
{
    const struct snapshot *s = app->snapshot;
    for (size_t slot = 0; slot < snapshot_slots(s); slot++) {
        const struct task *task = snapshot_task_at(s, slot);
        if (task != NULL && task_is_alive(task))
            try_rules(app, task, is_first_answer(app, task->source));
    }
}

void app_tell_changes(struct app *app)
{
    bool is_back = app->retired != NULL && app->snapshot->made_ms < app->retired->made_ms;
    if (app->told_since_ms == 0)
        app->told_since_ms = app->now_ms;
    if (is_back || app->retired == NULL)
        return;
    change_each(app->retired, app->snapshot, note_change, app);
    if (app->rule_count > 0 && app_replay(app) == NULL)
        look_at_living(app);
    if (app->rings)
        strbuf_add_char(&app->to_terminal, '\a');
    app->rings = false;
}

/* ---- the key -----------------------------------------------------------------------------------
 */

void app_tell_when_done(struct app *app)
{
    const struct task *task = app_selected(app);
    if (app_replay(app) != NULL) {
        app_say(app, ROLE_WARNING, "This is a recording: how it ends is known, J end goes there.");
        return;
    }
    if (!task_is_alive(task)) {
        app_say(app, ROLE_TEXT, "This task has ended already (%s).", task_states[task->state].name);
        return;
    }
    if (!marks_toggle(&app->awaited, task))
        app_say(app, ROLE_WARNING, "More than %d tasks are waited for.", LIMIT_MARKS);
    else if (marks_has(&app->awaited, task))
        app_say(app, ROLE_OK, "You will be told when this task has ended: bell and notification.");
    else
        app_say(app, ROLE_TEXT, "You will not be told of this task.");
}

void app_tell_finish(struct app *app)
{
    for (size_t i = 0; i < app->rule_count; i++)
        marks_finish(&app->told[i]);
    marks_finish(&app->awaited);
    events_finish(&app->events);
}

/* app_run.c - a new query: the form, the request, and the selection that follows the new task. */
#include <stdio.h>
#include <string.h>

#include "app.h"

/* The profile of the selected task, else the first that can start tasks. False: none can. */
static bool source_to_run_on(const struct app *app, uint16_t *out_source)
{
    const struct snapshot *s = app->snapshot;
    const struct task *task = app_selected(app);
    if (app_template(app, out_source) != NULL)
        return true;
    if (task != NULL) {
        *out_source = task->source;
        return s->sources[task->source].caps & CAP_CREATE;
    }
    for (size_t i = 0; i < s->source_count; i++) {
        *out_source = (uint16_t)i;
        if (s->sources[i].caps & CAP_CREATE)
            return true;
    }
    return false;
}

bool app_can_run(const struct app *app, struct error *reason)
{
    uint16_t source;
    if (!source_to_run_on(app, &source))
        return error_set(reason, ERR_NO, "This service can not start queries.");
    return source_allows_actions(&app->snapshot->sources[source], app->now_ms, reason);
}

void app_open_run(struct app *app)
{
    uint16_t source;
    if (!source_to_run_on(app, &source))
        return;
    const struct item *template = app_template(app, &source);
    run_form_open(&app->run_form, source, app->snapshot->sources[source].caps,
                  template == NULL ? app_selected(app) : NULL, app->rows);
    if (template != NULL)
        run_form_take_template(&app->run_form, template);
    app->popup = POPUP_RUN;
}

static void run(struct app *app)
{
    struct run_form *form = &app->run_form;
    struct error err = {0};
    if (form->is_waiting)
        return;
    struct run_spec *spec = run_form_build(form);
    if (spec == NULL)
        return;
    if (!engine_run(app->engine, form->source, spec, &app->run_action, &err)) {
        run_form_blame(form, NULL, err.message);
        return;
    }
    form->is_waiting = true;
    app_watch(app, app->run_action);
}

void app_run_key(struct app *app, uint32_t key)
{
    enum run_form_answer answer = run_form_key(&app->run_form, key);
    if (answer == RUN_FORM_RUN)
        run(app);
    else if (answer == RUN_FORM_CLOSE)
        app_close_popup(app);
}

static void take_answer(struct app *app, const struct action_record *record)
{
    app->run_action = 0;
    app->run_form.is_waiting = false;
    if (record->state != ACTION_CONFIRMED) {
        const struct run_option *option =
            record->field[0] != '\0' ? run_option_of_field(record->field) : NULL;
        char words[240];
        action_format(record, app->now_ms, words, sizeof(words));
        run_form_blame(&app->run_form, option, record->words[0] != '\0' ? record->words : words);
        return;
    }
    app->follow.source = record->source;
    snprintf(app->follow.id, sizeof(app->follow.id), "%s", record->new_task_id);
    run_form_clear(&app->run_form);
    if (app->popup == POPUP_RUN)
        app_close_popup(app);
}

void app_follow_run(struct app *app)
{
    const struct action_record *record =
        app->run_action != 0 ? snapshot_action(app->snapshot, app->run_action) : NULL;
    if (record != NULL && action_is_final(record->state))
        take_answer(app, record);
    if (task_key_is_set(&app->follow) && tasks_go_to(&app->views[PANE_TASKS], &app->follow))
        app->follow = (struct task_key){0};
}

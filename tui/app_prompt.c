/* app_prompt.c - what is typed on the message line: each change is tried at once. */
#include <stdio.h>
#include <string.h>

#include "app.h"

#define COMPLETION_WORK_MS 2

bool app_filter(struct app *app, const char *text, struct error *err, size_t *out_at)
{
    struct filter *filter = filter_parse(text, err, out_at);
    if (filter == NULL)
        return false;
    if (filter_is_empty(filter)) {
        filter_destroy(filter);
        filter = NULL;
        text = "";
    }
    snprintf(app->filter_text, sizeof(app->filter_text), "%s", text);
    tasks_filter(&app->views[PANE_TASKS], filter, text);
    return true;
}

bool app_slow(struct app *app, const char *text, struct error *err, size_t *out_at)
{
    struct filter *slow = filter_parse(text, err, out_at);
    if (slow == NULL)
        return false;
    bool is_empty = filter_is_empty(slow);
    snprintf(app->slow_text, sizeof(app->slow_text), "%s", is_empty ? "" : text);
    if (is_empty)
        filter_destroy(slow);
    tasks_slow(&app->views[PANE_TASKS], is_empty ? NULL : slow);
    return true;
}

static void blame(struct app *app, const char *words, size_t at)
{
    snprintf(app->prompt_error, sizeof(app->prompt_error), "%s", words);
    app->prompt_error_at = at;
}

/* ---- the kinds ---------------------------------------------------------------------------------
 */

static void try_filter(struct app *app)
{
    struct error err = {0};
    size_t at = 0;
    if (!app_filter(app, app->prompt.text, &err, &at))
        blame(app, err.message, at);
}

static void try_slow(struct app *app)
{
    struct error err = {0};
    size_t at = 0;
    if (!app_slow(app, app->prompt.text, &err, &at))
        blame(app, err.message, at);
}

/* The rows have had their share of the frame. */
static void find_completions(struct app *app)
{
    struct column_context context = app_context(app);
    struct frame_work work;
    frame_work_start(&work, COMPLETION_WORK_MS);
    if (app->prompt_kind == PROMPT_FILTER || app->prompt_kind == PROMPT_SLOW)
        completion_find(&app->completion, &app->prompt, &context, &work);
    else
        completion_clear(&app->completion);
}

bool app_is_completing(const struct app *app)
{
    return app->prompt_kind != PROMPT_NONE && app->completion.is_counting;
}

void app_go_on_completing(struct app *app)
{
    struct column_context context = app_context(app);
    struct frame_work work;
    frame_work_start(&work, FRAME_WORK_MS);
    completion_go_on(&app->completion, &context, &work);
}

static void finish_completions(struct app *app)
{
    struct column_context context = app_context(app);
    struct frame_work work = frame_work_unbound();
    if (app_is_completing(app))
        completion_go_on(&app->completion, &context, &work);
}

static void close_filter(struct app *app, bool is_kept)
{
    if (!is_kept)
        app_filter(app, app->prompt_before, NULL, NULL);
}

static void close_slow(struct app *app, bool is_kept)
{
    if (is_kept)
        app_remember(app, "slow", app->slow_text);
    else
        app_slow(app, app->prompt_before, NULL, NULL);
}

static void try_search(struct app *app)
{
    if (app->prompt.len > 0 &&
        tasks_search(&app->views[PANE_TASKS], app->prompt.text, 0) == SEARCH_MISSED)
        blame(app, "not found", app->prompt.len);
}

void app_search_missed(struct app *app)
{
    if (app->prompt_kind == PROMPT_SEARCH)
        blame(app, "not found", app->prompt.len);
    else
        app_say(app, ROLE_WARNING, "Not found: %s", app->search_text);
}

static void try_find(struct app *app)
{
    if (!detail_find_typed(&app->views[PANE_DETAIL], app->prompt.text))
        blame(app, "not found", app->prompt.len);
}

static void keep_search(struct app *app)
{
    if (app->prompt.len > 0)
        snprintf(app->search_text, sizeof(app->search_text), "%s", app->prompt.text);
}

static void close_search(struct app *app, bool is_kept)
{
    if (is_kept) {
        keep_search(app);
        return;
    }
    tasks_stop_search(&app->views[PANE_TASKS]);
    tasks_go_to(&app->views[PANE_TASKS], &app->prompt_task);
}

static void close_find(struct app *app, bool is_kept)
{
    if (is_kept)
        keep_search(app);
    else
        detail_find_undo(&app->views[PANE_DETAIL]);
}

static void close_save(struct app *app, bool is_kept)
{
    struct error err = {0};
    const char *name = app->prompt.text;
    if (!is_kept || name[0] == '\0')
        return;
    if (settings_set(&app->settings, SETTINGS_FILTERS, name, app->filter_text, &err))
        app_say(app, ROLE_OK, "Kept as %s; F lists the saved filters.", name);
    else
        app_say(app, ROLE_ERROR, "%s", err.message);
}

static void try_jump(struct app *app)
{
    int64_t wall_ms;
    struct error err = {0};
    struct replay_status status = replay_status(app_replay(app));
    if (app->prompt.len > 0 && !app_replay_find(&status, app->prompt.text, &wall_ms, &err))
        blame(app, err.message, 0);
}

static void close_jump(struct app *app, bool is_kept)
{
    int64_t wall_ms;
    struct replay_status status = replay_status(app_replay(app));
    if (is_kept && app_replay_find(&status, app->prompt.text, &wall_ms, NULL))
        replay_seek(app_replay(app), wall_ms);
}

static const struct prompt_ops {
    const char *label;
    void (*changed)(struct app *app);             /* NULL: nothing is tried */
    void (*close)(struct app *app, bool is_kept); /* kept: with Enter */
    bool is_strict;                               /* a mistake must be mended before Enter */
    struct popup_hint hints[6];
} prompts[PROMPT_COUNT] = {
    [PROMPT_FILTER] = {.label = "filter",
                       .changed = try_filter,
                       .close = close_filter,
                       .is_strict = true,
                       .hints = {{"Enter", "keep the filter"},
                                 {"Esc", "as it was"},
                                 {"Tab", "complete"},
                                 {"^U", "empty"},
                                 {"^S", "save it"}}},
    [PROMPT_SEARCH] = {.label = "search tasks",
                       .changed = try_search,
                       .close = close_search,
                       .hints = {{"Enter", "go there"}, {"Esc", "as it was"}, {"^U", "empty"}}},
    [PROMPT_FIND] = {.label = "search page",
                     .changed = try_find,
                     .close = close_find,
                     .hints = {{"Enter", "go there"},
                               {"Esc", "as it was"},
                               {"Down Up", "other matches"},
                               {"^U", "empty"}}},
    [PROMPT_SLOW] = {.label = "slow is",
                     .changed = try_slow,
                     .close = close_slow,
                     .is_strict = true,
                     .hints = {{"Enter", "keep the rule"},
                               {"Esc", "as it was"},
                               {"Tab", "complete"},
                               {"^U", "empty: no rule"}}},
    [PROMPT_JUMP] = {.label = "jump to",
                     .changed = try_jump,
                     .close = close_jump,
                     .is_strict = true,
                     .hints = {{"10:41", "that time"},
                               {"+30s -5m", "from here"},
                               {"50%", "so far"},
                               {"start end", "the ends"},
                               {"Esc", "stay"}}},
    [PROMPT_SAVE] = {.label = "name of the filter",
                     .close = close_save,
                     .hints = {{"Enter", "save it"}, {"Esc", "leave it"}}},
};

const char *app_prompt_label(const struct app *app)
{
    return prompts[app->prompt_kind].label;
}

const struct popup_hint *app_prompt_hints(const struct app *app)
{
    return prompts[app->prompt_kind].hints;
}

/* ---- opening, typing, closing ------------------------------------------------------------------
 */

void app_open_prompt(struct app *app, enum prompt_kind kind, const char *text)
{
    app->prompt_kind = kind;
    snprintf(app->prompt_before, sizeof(app->prompt_before), "%s", text);
    prompt_start(&app->prompt, kind == PROMPT_SEARCH || kind == PROMPT_FIND ? "" : text);
    app->prompt_error[0] = '\0';
    find_completions(app);
}

static void try_prompt(struct app *app)
{
    app->prompt_error[0] = '\0';
    if (prompts[app->prompt_kind].changed != NULL)
        prompts[app->prompt_kind].changed(app);
}

static bool has_mistake(const struct app *app)
{
    return prompts[app->prompt_kind].is_strict && app->prompt_error[0] != '\0';
}

static void close_prompt(struct app *app, bool is_kept)
{
    const struct prompt_ops *ops = &prompts[app->prompt_kind];
    app->prompt_kind = PROMPT_NONE;
    ops->close(app, is_kept);
}

void app_save_filter(struct app *app)
{
    if (app->filter_text[0] == '\0')
        app_say(app, ROLE_WARNING, "There is no filter to save; f asks for one.");
    else
        app_open_prompt(app, PROMPT_SAVE, "");
}

/* What was the only choice is done with: the next Tab is about what follows it. */
static void complete(struct app *app, int step)
{
    finish_completions(app);
    bool is_only_one = app->completion.count == 1;
    if (!completion_step(&app->completion, &app->prompt, step))
        return;
    try_prompt(app);
    if (is_only_one)
        find_completions(app);
}

/* Keys that are none of a line's own; false: not one of those. */
static bool take_special_key(struct app *app, uint32_t key)
{
    if (key == UI_KEY_ESCAPE || key == UI_KEY_CTRL('c')) {
        close_prompt(app, false);
    } else if (key == UI_KEY_ENTER) {
        if (!has_mistake(app)) /* it stays in sight until it is mended or Esc gives up */
            close_prompt(app, true);
    } else if (key == UI_KEY_CTRL('s') && app->prompt_kind == PROMPT_FILTER) {
        if (!has_mistake(app)) {
            close_prompt(app, true);
            app_save_filter(app);
        }
    } else if (key == UI_KEY_TAB || key == UI_KEY_BACKTAB) {
        complete(app, key == UI_KEY_TAB ? 1 : -1);
    } else {
        return false;
    }
    return true;
}

/* Completing a field puts an operator behind it; another one that is typed there takes its place,
 * but for the "=" that makes ">=" of ">". */
static void make_way_for_operator(struct prompt *prompt, uint32_t key)
{
    struct filter_spot spot;
    if (key >= 0x80 || key == 0 || strchr("=~!<>", (int)key) == NULL || prompt->cursor < 2)
        return;
    const char *last = prompt->text + prompt->cursor - 1;
    bool is_alone = strchr("=~!<>", last[-1]) == NULL;
    bool can_go = *last == '=' || (*last == '>' && key != '=');
    filter_spot_find(prompt->text, prompt->cursor, &spot);
    if (is_alone && can_go && spot.kind == FILTER_SPOT_VALUE && spot.begin == prompt->cursor)
        prompt_replace(prompt, prompt->cursor - 1, prompt->cursor, "");
}

/* The cursor of the list, or from match to match of the page. */
static void move_behind_prompt(struct app *app, enum ui_action action)
{
    bool is_up = action == UI_UP || action == UI_PAGE_UP;
    if (app->prompt_kind != PROMPT_FIND)
        app->views[PANE_TASKS].ops->act(&app->views[PANE_TASKS], action);
    else if (app->prompt.len > 0)
        detail_find(&app->views[PANE_DETAIL], app->prompt.text, is_up ? -1 : 1);
}

void app_prompt_key(struct app *app, uint32_t key)
{
    if (take_special_key(app, key))
        return;
    enum ui_action action = action_for_key(key);
    if (key >= UI_KEY_UP &&
        (action == UI_UP || action == UI_DOWN || action == UI_PAGE_UP || action == UI_PAGE_DOWN)) {
        move_behind_prompt(app, action);
        return;
    }
    char before[PROMPT_BYTES];
    memcpy(before, app->prompt.text, app->prompt.len + 1);
    if (app->prompt_kind == PROMPT_FILTER || app->prompt_kind == PROMPT_SLOW)
        make_way_for_operator(&app->prompt, key);
    if (!prompt_key(&app->prompt, key))
        return;
    if (strcmp(before, app->prompt.text) != 0)
        try_prompt(app);
    find_completions(app);
}

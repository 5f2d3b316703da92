#include "confirm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "box.h"

#define LIST_ROWS_MAX 12
#define BOX_COLS_MAX  92

static const struct {
    const char *question_one;
    const char *question_many;
    const char *yes;
    const char *no;
    const char *key;
    unsigned flag;
} kinds[ACTION_KIND_COUNT] = {
    [ACTION_CANCEL] = {"Cancel this task?", "Cancel these tasks?", "cancel it", "keep it", "x",
                       TASK_CAN_CANCEL},
    [ACTION_RETRY] = {"Run this query again?", "Run these queries again?", "run it", "do not", "r",
                      TASK_CAN_RETRY},
    [ACTION_HIDE] = {"Hide this task?", "Hide these tasks?", "hide it", "keep it", "H",
                     TASK_CAN_HIDE},
};

static void add_target(struct confirm *confirm, const struct task_key *key)
{
    confirm->targets =
        xreallocarray(confirm->targets, confirm->count + 1, sizeof(confirm->targets[0]));
    confirm->targets[confirm->count] = (struct target){.key = *key, .place = confirm->count};
    confirm->count++;
}

void confirm_open(struct confirm *confirm, const struct app *app, enum action_kind kind)
{
    confirm_close(confirm);
    confirm->kind = kind;
    for (size_t i = 0; i < app->marks.count; i++)
        add_target(confirm, &app->marks.keys[i]);
    if (confirm->count == 0) {
        struct task_key key = task_key_of(app_selected(app));
        add_target(confirm, &key);
    }
    confirm_update(confirm, app);
}

void confirm_close(struct confirm *confirm)
{
    free(confirm->targets);
    memset(confirm, 0, sizeof(*confirm));
}

static enum target_fate fate_of(const struct confirm *confirm, const struct app *app,
                                const struct task *task)
{
    if (task == NULL)
        return TARGET_GONE;
    bool is_alive = task_is_alive(task);
    if (confirm->kind == ACTION_CANCEL && !is_alive)
        return TARGET_ENDED;
    if (!(task->flags & kinds[confirm->kind].flag))
        return confirm->kind == ACTION_RETRY && is_alive ? TARGET_LIVES : TARGET_FORBIDDEN;
    if (!source_allows_actions(&app->snapshot->sources[task->source], app->now_ms, NULL))
        return TARGET_FORBIDDEN;
    return tasks_is_shown(&app->views[PANE_TASKS], task) ? TARGET_GOES : TARGET_HIDDEN;
}

static bool writes_again(const struct confirm *confirm, const struct target *target)
{
    return action_infos[confirm->kind].writes_warning != NULL && target->fate == TARGET_GOES &&
           target->task->flags & TASK_WRITES;
}

static int compare_targets(const void *a, const void *b)
{
    const struct target *left = a;
    const struct target *right = b;
    if (left->fate != right->fate)
        return left->fate < right->fate ? -1 : 1;
    return left->place < right->place ? -1 : left->place > right->place;
}

/* Those that go first, then the others by their reason. */
static void set_apart(struct confirm *confirm)
{
    if (confirm->count > 1)
        qsort(confirm->targets, confirm->count, sizeof(confirm->targets[0]), compare_targets);
}

void confirm_update(struct confirm *confirm, const struct app *app)
{
    confirm->goes = confirm->writes = 0;
    for (size_t i = 0; i < confirm->count; i++) {
        struct target *target = &confirm->targets[i];
        target->task = task_key_find(&target->key, app->snapshot);
        target->fate = fate_of(confirm, app, target->task);
        /* A single task was under the cursor when the question came up. */
        if (confirm->count == 1 && target->fate == TARGET_HIDDEN && app->marks.count == 0)
            target->fate = TARGET_GOES;
        confirm->goes += target->fate == TARGET_GOES;
        confirm->writes += writes_again(confirm, target);
    }
    set_apart(confirm);
}

/* Why a task that the service lets us act on may not be acted on here; false: it may. */
static bool is_barred(const struct target *target, const struct app *app, struct error *reason)
{
    return target->task != NULL && target->fate == TARGET_FORBIDDEN &&
           !source_allows_actions(&app->snapshot->sources[target->task->source], app->now_ms,
                                  reason);
}

static const char *fate_words(enum target_fate fate)
{
    static const char *const words[TARGET_FATE_COUNT] = {
        [TARGET_GOES] = "",
        [TARGET_HIDDEN] = "hidden by the filter",
        [TARGET_ENDED] = "has ended",
        [TARGET_LIVES] = "still runs",
        [TARGET_FORBIDDEN] = "not allowed",
        [TARGET_GONE] = "no longer known",
    };
    return words[fate];
}

static void say_why_none(const struct confirm *confirm, struct app *app)
{
    const char *verb = action_infos[confirm->kind].name;
    struct error reason = {0};
    for (size_t i = 0; i < confirm->count; i++)
        if (is_barred(&confirm->targets[i], app, &reason)) {
            app_say(app, ROLE_WARNING, "%s", reason.message);
            return;
        }
    if (confirm->count == 1)
        app_say(app, ROLE_WARNING, "Nothing to %s: %s.", verb,
                fate_words(confirm->targets[0].fate));
    else
        app_say(app, ROLE_WARNING, "Nothing to %s: none of them can be acted on now.", verb);
}

static void say_asked(const struct confirm *confirm, struct app *app, size_t asked,
                      const struct error *err)
{
    if (err->code == ERR_LIMITED && asked > 0)
        app_say(app, ROLE_WARNING, "%zu of %zu asked; press %s again for the rest.", asked,
                confirm->goes, kinds[confirm->kind].key);
    else if (err->code != ERR_NONE && asked > 0)
        app_say(app, ROLE_ERROR, "%zu of %zu asked, then: %s", asked, confirm->goes, err->message);
    else if (err->code != ERR_NONE)
        app_say(app, ROLE_ERROR, "%s", err->message);
    else if (asked == 0)
        say_why_none(confirm, app);
    else if (asked > 1)
        app_say(app, ROLE_TEXT, "%s asked for %zu tasks.", action_infos[confirm->kind].name, asked);
}

/* What could not be asked for stays marked. */
void confirm_accept(struct confirm *confirm, struct app *app)
{
    confirm_update(confirm, app);
    size_t asked = 0;
    struct error err = {0};
    for (size_t i = 0; i < confirm->count; i++) {
        const struct target *target = &confirm->targets[i];
        uint64_t action_id;
        if (target->fate != TARGET_GOES)
            continue;
        if (!engine_act(app->engine, confirm->kind, target->key.source, target->key.id, &action_id,
                        &err))
            break;
        if (asked == 0)
            app_watch(app, action_id);
        app->watched_last = action_id;
        marks_remove(&app->marks, &target->key);
        asked++;
    }
    say_asked(confirm, app, asked, &err);
    if (err.code != ERR_NONE)
        app->watched_action = 0;
    if (asked > 0 && err.code == ERR_NONE)
        marks_clear(&app->marks);
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

size_t confirm_cols(const struct app *app)
{
    size_t room = app->cols > 4 ? (size_t)app->cols - 4 : (size_t)app->cols;
    return room < BOX_COLS_MAX ? room : BOX_COLS_MAX;
}

static size_t list_rows(const struct confirm *confirm, const struct app *app)
{
    size_t room = app->rows > 8 ? (size_t)app->rows - 8 : 1;
    size_t rows = confirm->count < LIST_ROWS_MAX ? confirm->count : LIST_ROWS_MAX;
    return rows < room ? rows : room;
}

/* Frame, content, a blank line and the answers. */
size_t confirm_rows(const struct confirm *confirm, const struct app *app)
{
    size_t content = confirm->count == 1 ? 3 : list_rows(confirm, app) + 1;
    return content + 4;
}

/* "running 3m12s" */
static void put_state(const struct app *app, const struct task *task, struct line *line)
{
    enum task_state state = snapshot_shown_state(app->snapshot, task);
    char elapsed[TIMEFMT_BYTES];
    line_put(line, role_of_state(state), task_states[state].name);
    int64_t elapsed_ms = task_elapsed_at(task, app->now_ms);
    if (elapsed_ms != UNKNOWN)
        line_putf(line, ROLE_TEXT, " %s", format_duration(elapsed, elapsed_ms));
}

static const char *head_of_sql(const struct app *app, const struct target *target,
                               const struct task *task, char *out, size_t size)
{
    const struct task_detail *detail =
        snapshot_detail(app->snapshot, target->key.source, target->key.id);
    const char *sql = task_text(task, TASK_SQL);
    if (sql == NULL && detail != NULL)
        sql = detail->sql;
    if (sql == NULL)
        return "";
    size_t len = 0;
    for (; *sql != '\0' && len + 1 < size; sql++) {
        bool is_blank = *sql == '\n' || *sql == ' ';
        if (!is_blank)
            out[len++] = *sql;
        else if (len > 0 && out[len - 1] != ' ')
            out[len++] = ' ';
    }
    out[len] = '\0';
    return out;
}

static void draw_one(const struct confirm *confirm, const struct app *app, size_t row,
                     struct line *line)
{
    const struct target *target = &confirm->targets[0];
    const struct task *task = target->task;
    char sql[512];
    char id[SHORT_ID_BYTES];
    if (task == NULL) {
        line_put(line, ROLE_WARNING, row == 0 ? "This task is no longer known." : "");
        return;
    }
    switch (row) {
    case 0:
        line_putf(line, ROLE_TEXT, "%s \xc2\xb7 %s \xc2\xb7 %s \xc2\xb7 ",
                  app->snapshot->sources[task->source].profile, format_short_id(id, target->key.id),
                  task_text_or_dash(task, TASK_USER));
        put_state(app, task, line);
        line_putf(line, ROLE_TEXT, " \xc2\xb7 %s", task_text_or_dash(task, TASK_ORIGIN));
        break;
    case 1:
        line_put_cut(line, ROLE_STRONG, task_text_or_dash(task, TASK_TITLE), SIZE_MAX);
        break;
    default:
        line_put_cut(line, ROLE_DIM, head_of_sql(app, target, task, sql, sizeof(sql)), SIZE_MAX);
        break;
    }
}

/* "3 of 6 marked; left out: 2 hidden by the filter, 1 has ended" */
static void draw_sum(const struct confirm *confirm, size_t rows, struct line *line)
{
    size_t counts[TARGET_FATE_COUNT] = {0};
    for (size_t i = 0; i < confirm->count; i++)
        counts[confirm->targets[i].fate]++;
    line_putf(line, ROLE_STRONG, "%zu of %zu marked", confirm->goes, confirm->count);
    const char *before = "; left out: ";
    for (int fate = TARGET_GOES + 1; fate < TARGET_FATE_COUNT; fate++) {
        if (counts[fate] == 0)
            continue;
        line_putf(line, ROLE_WARNING, "%s%zu %s", before, counts[fate], fate_words(fate));
        before = ", ";
    }
    if (rows < confirm->count)
        line_putf(line, ROLE_DIM, "; %zu more than fit here", confirm->count - rows);
}

static void draw_listed(const struct confirm *confirm, const struct app *app, size_t row,
                        struct line *line)
{
    if (row == list_rows(confirm, app)) {
        draw_sum(confirm, row, line);
        return;
    }
    const struct target *target = &confirm->targets[row];
    const struct task *task = target->task;
    bool goes = target->fate == TARGET_GOES;
    char id[SHORT_ID_BYTES];
    line_put(line, ROLE_TEXT, goes ? "[x] " : "[ ] ");
    if (task == NULL) {
        line_putf(line, ROLE_DIM, "%s  no longer known", format_short_id(id, target->key.id));
        return;
    }
    line_cell(line, goes ? ROLE_TEXT : ROLE_DIM, format_short_id(id, target->key.id), 13, false);
    line_put(line, ROLE_TEXT, "  ");
    line_cell(line, goes ? ROLE_TEXT : ROLE_DIM, task_text_or_dash(task, TASK_USER), 14, false);
    line_put(line, ROLE_TEXT, "  ");
    if (!goes) {
        line_putf(line, ROLE_WARNING, "%s: left out", fate_words(target->fate));
        return;
    }
    put_state(app, task, line);
    line_put(line, ROLE_TEXT, "  ");
    line_put_cut(line, ROLE_TEXT, task_text_or_dash(task, TASK_TITLE), SIZE_MAX);
}

/* Whether we know who we are and that the task is somebody else's. */
static bool is_of_others(const struct app *app, const struct task *task)
{
    const char *user = task != NULL ? task_text(task, TASK_USER) : NULL;
    const char *me = task != NULL ? app->snapshot->sources[task->source].user : "";
    return user != NULL && me[0] != '\0' && strcmp(user, me) != 0;
}

/* Why nothing, or not without care; at most room columns. */
static void draw_remark(const struct confirm *confirm, const struct app *app, struct line *line,
                        size_t room)
{
    struct error reason = {0};
    char text[96];
    const char *remark = NULL;
    if (confirm->goes == 0 && confirm->count > 1) {
        remark = "None of them can be acted on now.";
    } else if (confirm->goes == 0 && is_barred(&confirm->targets[0], app, &reason)) {
        remark = reason.message;
    } else if (confirm->goes == 0) {
        snprintf(text, sizeof(text), "Nothing to do: %s.", fate_words(confirm->targets[0].fate));
        remark = text;
    } else if (confirm->kind == ACTION_CANCEL && confirm->count == 1 &&
               is_of_others(app, confirm->targets[0].task)) {
        remark = "The task belongs to someone else.";
    } else if (confirm->writes > 0 && confirm->count == 1) {
        remark = action_infos[confirm->kind].writes_warning;
    } else if (confirm->writes > 0) {
        snprintf(text, sizeof(text), "%zu of them write to a data set, and would again.",
                 confirm->writes);
        remark = text;
    }
    if (remark != NULL)
        line_put_cut(line, ROLE_WARNING, remark, room);
}

/* The answers are always there; the remark gets what room is left. */
static void draw_answers(const struct confirm *confirm, const struct app *app, struct line *line)
{
    size_t right = line->limit;
    char answers[80];
    snprintf(answers, sizeof(answers), "%c %s   N %s", confirm->writes > 0 ? 'Y' : 'y',
             confirm->count == 1 ? kinds[confirm->kind].yes : "yes",
             confirm->count == 1 ? kinds[confirm->kind].no : "no");
    size_t left = right > line_text_cols(answers) ? right - line_text_cols(answers) : 0;
    draw_remark(confirm, app, line, left > 2 ? left - 2 : 0);
    line_pad_to(line, left);
    line_put(line, ROLE_STRONG, answers);
}

void confirm_draw(const struct confirm *confirm, const struct app *app, size_t y, struct line *line)
{
    size_t rows = confirm_rows(confirm, app);
    if (y == 0) {
        box_top(line, confirm->count == 1 ? kinds[confirm->kind].question_one
                                          : kinds[confirm->kind].question_many);
        return;
    }
    if (y == rows - 1) {
        box_bottom(line);
        return;
    }
    box_left(line);
    if (y == rows - 2)
        draw_answers(confirm, app, line);
    else if (y < rows - 3 && confirm->count == 1)
        draw_one(confirm, app, y - 1, line);
    else if (y < rows - 3)
        draw_listed(confirm, app, y - 1, line);
    box_right(line);
}

/* app.h - the state of the dashboard, without a terminal.
 *
 * Keys and snapshots go in, lines come out: app_key(), app_take_snapshot(), app_draw_line(). What
 * it wants from the services it asks of the engine, which only queues. UI thread only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "actions.h"
#include "chooser.h"
#include "clipboard.h"
#include "column_box.h"
#include "completion.h"
#include "confirm.h"
#include "copy_box.h"
#include "engine/engine.h"
#include "events.h"
#include "export_box.h"
#include "external.h"
#include "group_box.h"
#include "item_ask.h"
#include "jump_box.h"
#include "layout.h"
#include "line.h"
#include "marks.h"
#include "model/filter.h"
#include "model/grouping.h"
#include "mouse.h"
#include "notification.h"
#include "palette.h"
#include "parts.h"
#include "popup.h"
#include "prompt.h"
#include "run_form.h"
#include "saved_filters.h"
#include "settings.h"
#include "sql_rows.h"
#include "view.h"

#define APP_ARM_MS           60000
#define APP_WANT_DELAY_MS    150
#define APP_DETAIL_DELAY_MS  40 /* longer than between two repeats of a held key */
#define APP_INTERVAL_MIN_MS  500
#define APP_INTERVAL_MAX_MS  60000
#define APP_FILTER_TEXT_SIZE PROMPT_BYTES

enum prompt_kind {
    PROMPT_NONE,
    PROMPT_FILTER,
    PROMPT_SEARCH,
    PROMPT_SAVE,
    PROMPT_SLOW,
    PROMPT_FIND,
    PROMPT_JUMP,
    PROMPT_COUNT
};

struct message {
    char text[320];
    uint8_t role;
};

struct app {
    struct engine *engine;     /* NULL until it has started */
    struct snapshot *snapshot; /* never NULL; our reference */
    struct snapshot *retired;  /* the one before, until there is time to let it go; NULL */
    int64_t now_ms;            /* wall clock of this frame */
    bool is_ascii;
    bool wants_quit;
    bool wants_suspend;
    bool has_mouse;    /* clicks and the wheel are for us, not for the terminal */
    bool wants_redraw; /* draw everything, whatever the terminal may show */

    int cols;
    int rows;
    enum pane focus;
    bool is_zoomed;
    struct layout layout;
    struct view views[PANE_COUNT];
    struct view help;

    enum popup popup;
    struct confirm confirm;
    struct chooser chooser;
    struct parts parts;
    struct item_ask item_ask;
    struct run_form run_form;
    struct copy_box copy_box;
    struct export_box export_box;
    uint64_t run_action;    /* what the form has asked for; 0: nothing */
    struct task_key follow; /* the selection goes there when it appears */
    enum prompt_kind prompt_kind;
    struct prompt prompt;
    char prompt_before[PROMPT_BYTES]; /* what Esc goes back to */
    struct task_key prompt_task;      /* search: under the cursor before */
    char prompt_error[400];
    size_t prompt_error_at;
    size_t prompt_cursor_col; /* set by drawing */
    struct completion completion;
    struct message message;

    struct settings settings;
    bool is_look_recalled; /* the settings have been followed */
    enum sql_form sql_form;
    bool is_unwrapped; /* long lines of the pages go on to the right */
    struct list saved_filters;
    struct column_box column_box;
    struct list group_box;
    struct jump_box jump_box;
    struct places places;
    struct palette palette;

    struct marks marks;
    char filter_text[APP_FILTER_TEXT_SIZE];
    char search_text[PROMPT_BYTES];
    char slow_text[PROMPT_BYTES]; /* the rule for what is slow; "": none */
    bool is_paused;
    int64_t interval_ms;                       /* as set here; 0: the profiles' own */
    uint64_t items_asked[LIMIT_PROFILES / 64]; /* bit per source */

    /* The detail and result asked for last, and when to ask for those of the selection. */
    struct task_key wanted;
    bool is_result_wanted;
    bool is_detail_late;  /* the detail pane still shows the task before */
    int64_t detail_at_ms; /* monotonic; 0: nothing to catch up with */
    bool is_want_new;     /* the selection changed since the last tick */
    int64_t want_at_ms;   /* monotonic; 0: nothing to ask */

    uint8_t told_states[LIMIT_PROFILES]; /* enum source_state that was told last */

    /* app_tell.c: the rules are borrowed. */
    const struct tell_rule *rules;
    size_t rule_count;
    struct marks told[LIMIT_RULES]; /* of each rule: tasks that were told of */
    struct marks awaited;           /* to be told of when they have ended */
    char told_text[240];
    int64_t told_since_ms; /* wall clock; what ended before is history */
    bool rings;            /* the bell, once for all that is told at once */
    enum notification_kind notification;
    struct external_helpers helpers;
    struct events events;
    struct list event_list;
    size_t events_seen;

    enum clipboard_way clipboard;
    struct strbuf to_terminal; /* sequences that the loop sends with the next frame */
    struct {
        enum external_kind kind;
        char *text; /* NULL: nothing is to be shown */
        size_t length;
        char name[64];
    } show;        /* what the loop shows in another program */
    pid_t browser; /* being opened; 0 */

    /* The action whose outcome the message line tells. */
    uint64_t watched_action;
    uint64_t watched_last; /* of several that were asked for together; else the same */
    int watched_state;     /* as told last; -1: not yet */

    struct line row;   /* being painted: kept, so that a frame allocates nothing */
    struct line under; /* for drawing boxes over other lines */
    struct line over;
    struct line totals; /* of the header, and one profile of it */
    struct line part;
};

/* first: taken over. Nothing is remembered until settings are opened. */
void app_init(struct app *app, struct snapshot *first, bool is_ascii);
void app_finish(struct app *app);

void app_resize(struct app *app, int cols, int rows);
/* Takes the reference over. */
void app_take_snapshot(struct app *app, struct snapshot *snapshot);
/* Lets the snapshot before go: freeing thousands of tasks takes its time, and keys come first. */
void app_let_go(struct app *app);
void app_key(struct app *app, uint32_t key);
void app_act(struct app *app, enum ui_action action);
/* app_mouse.c */
void app_mouse(struct app *app, const struct mouse *mouse);
/* Sets the frame's time and does what has become due. mono_ms: the monotonic clock. */
void app_tick(struct app *app, int64_t wall_ms, int64_t mono_ms);
/* Whether work is left that goes on with the next app_tick(). */
bool app_is_busy(const struct app *app);
/* Milliseconds until app_tick() has something to do; -1: nothing but keys and snapshots can change
 * anything. */
int app_next_tick_ms(const struct app *app, int64_t wall_ms, int64_t mono_ms);

/* Line y of the screen, whole width. */
void app_draw_line(struct app *app, int y, struct line *out_line);
/* Where the terminal's cursor belongs; false: nowhere. Valid after drawing. */
bool app_cursor(const struct app *app, int *out_x, int *out_y);

/* For views and dialogs. */

/* The task under the cursor of the list; NULL when there is none. */
const struct task *app_selected(const struct app *app);
void app_say(struct app *app, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Why the action makes no sense now; true when it does. reason may be NULL. */
bool app_can(const struct app *app, enum ui_action action, struct error *reason);
/* The message line tells how this action goes on. */
void app_watch(struct app *app, uint64_t action_id);
/* Brings the detail pane up to the selection. */
void app_show_detail(struct app *app);
/* The panes' places and contents anew. */
void app_lay_out(struct app *app);
void app_focus(struct app *app, enum pane pane);
void app_close_popup(struct app *app);
/* The selection has changed: its detail is asked for when it stays selected for a moment. */
void app_want_soon(struct app *app);
/* Applies a filter text; false: a mistake, the last good filter stays. */
bool app_filter(struct app *app, const char *text, struct error *err, size_t *out_at);
/* app_mouse.c: switches it on or off, and keeps that; on, when that was kept. */
void app_mouse_switch(struct app *app);
void app_recall_mouse(struct app *app);
/* Whether the box that lies over the panes is there. */
bool app_is_in_box(const struct app *app, int x, int y);
/* app_prompt.c: opens the line for typing; a key for it. */
void app_open_prompt(struct app *app, enum prompt_kind kind, const char *text);
void app_prompt_key(struct app *app, uint32_t key);
const char *app_prompt_label(const struct app *app);
const struct popup_hint *app_prompt_hints(const struct app *app);
/* Whether what may be typed is still being looked for in the tasks. */
bool app_is_completing(const struct app *app);
void app_go_on_completing(struct app *app);
/* What counts as slow, besides what is slower than usual; "": nothing. False: a mistake. */
bool app_slow(struct app *app, const char *text, struct error *err, size_t *out_at);
/* app_look.c: keeps a setting of how the list looks for the next time; "" forgets it. */
void app_remember(struct app *app, const char *key, const char *value);
void app_remember_order(struct app *app);
/* Puts the tasks together, and keeps that. */
void app_group(struct app *app, enum grouping by);
/* Follows what was kept, once, as soon as the profiles are known. */
void app_recall_look(struct app *app);
/* A search that went on for a while found nothing after all. */
void app_search_missed(struct app *app);
/* Asks for a name for the filter at work. */
void app_save_filter(struct app *app);
/* app_items.c: the template under the cursor of the third pane, when that has the focus; NULL. */
const struct item *app_template(const struct app *app, uint16_t *out_source);
/* app_items.c: the same as app_can() and app_act() for the actions of the third pane; a key
 * for one of their boxes. */
bool app_can_item(const struct app *app, enum ui_action action, struct error *reason);
/* False: an action for another kind of item than the one that is selected, or for replays alone;
 * the footer leaves it out. */
bool app_fits(const struct app *app, enum ui_action action);
/* The action's word for the footer, which may be the selected item's. */
const char *app_word(const struct app *app, enum ui_action action);
void app_act_on_item(struct app *app, enum ui_action action);
void app_parts_key(struct app *app, uint32_t key);
void app_item_ask_key(struct app *app, uint32_t key);
/* app_run.c: may a query be started; opens the form; a key for it; takes the answer and follows the
 * new task. */
bool app_can_run(const struct app *app, struct error *reason);
void app_open_run(struct app *app);
void app_run_key(struct app *app, uint32_t key);
void app_follow_run(struct app *app);
/* app_carry.c: what y, Y, e, o, O and E do; why they can not; keys for their boxes. */
bool app_can_copy(const struct app *app, struct error *reason);
bool app_can_export(const struct app *app, struct error *reason);
bool app_can_browse(const struct app *app, struct error *reason);
/* What is at the cursor: its SQL, sent or of a template; NULL: none. */
const char *app_sql(const struct app *app);
void app_copy(struct app *app);
void app_open_copy(struct app *app);
void app_copy_key(struct app *app, uint32_t key);
void app_open_export(struct app *app);
void app_export_key(struct app *app, uint32_t key);
void app_show_in_pager(struct app *app);
void app_show_in_editor(struct app *app);
void app_browse(struct app *app);
/* Says when the browser could not be opened after all. */
void app_look_after_browser(struct app *app);
/* app_jump.c: goes to what belongs to the task, and back. */
void app_open_jumps(struct app *app);
void app_see_earlier(struct app *app);
void app_see_later(struct app *app);
bool app_can_return(const struct app *app, struct error *reason);
void app_return(struct app *app);
/* app_read.c: how texts are shown. */
bool app_can_format(const struct app *app, struct error *reason);
void app_format_sql(struct app *app);
bool app_can_wrap(const struct app *app, struct error *reason);
void app_wrap(struct app *app);
/* Whether SQL is what the pane with the keys shows; whether that is formatted. */
bool app_reads_sql(const struct app *app);
bool app_shows_formatted(const struct app *app);
/* app_tell.c: notes and tells what has changed since the snapshot before; the key for one task. */
void app_tell_changes(struct app *app);
void app_tell_when_done(struct app *app);
void app_tell_finish(struct app *app);
/* app_replay.c: the recording that is shown, NULL when there is none; moving about in its time. */
struct replay *app_replay(const struct app *app);
bool app_can_replay(const struct app *app, struct error *reason);
void app_replay_pause(struct app *app);
void app_replay_speed(struct app *app, bool is_faster);
void app_replay_step(struct app *app);
void app_replay_step_back(struct app *app);
void app_replay_jump(struct app *app);
void app_replay_jump_back(struct app *app);
void app_replay_ask(struct app *app);
/* The time that the typed words mean; false: err says what is understood. */
bool app_replay_find(const struct replay_status *status, const char *text, int64_t *out_ms,
                     struct error *err);
/* For the header: "▶ 10:41:07  7/120  x2". */
void app_replay_draw(const struct app *app, struct line *line);
/* Role for a state, its glyph in the locale's characters. */
enum role role_of_state(enum task_state state);
enum role role_of_action(enum action_state state);
const char *glyph_of_state(const struct app *app, enum task_state state);
struct column_context app_context(const struct app *app);

/* view_tasks.c */

/* Sorting, filtering and grouping many tasks goes on over several frames. */
bool tasks_is_busy(const struct view *view);
void tasks_go_on(struct view *view);
/* Whether a key has had its share of this frame's time. */
bool tasks_has_worked(const struct view *view);
void tasks_finish_work(struct view *view);
const struct task *tasks_selected(const struct view *view);
/* Puts the cursor on a task; false: it is not in the list. */
bool tasks_go_to(struct view *view, const struct task_key *key);
void tasks_unpin(struct view *view);
void tasks_sort(struct view *view, enum column column, bool is_reversed);
enum column tasks_sort_column(const struct view *view, bool *out_is_reversed);
/* Takes the rule over; NULL: none. */
void tasks_slow(struct view *view, struct filter *slow);
/* The cursor stays on the first row until it is moved; and off again. Returns whether it does. */
bool tasks_follow(struct view *view);
void tasks_group(struct view *view, enum grouping by);
enum grouping tasks_grouping(const struct view *view);
/* Opens all groups; where all are open, folds them. */
void tasks_fold_all(struct view *view);
/* Whether the cursor is on the head of a group. */
bool tasks_is_on_group(const struct view *view);
struct task_columns *tasks_columns(struct view *view);
void tasks_filter(struct view *view, struct filter *filter, const char *text);
enum search_state { SEARCH_FOUND, SEARCH_MISSED, SEARCH_GOES_ON };

/* Moves to the next task that matches; step: 1 or -1; 0 stays if it matches. In a long list it goes
 * on with tasks_go_on(), until app_search_missed() is called or the cursor is there. */
enum search_state tasks_search(struct view *view, const char *text, int step);
/* It does not go on. */
void tasks_stop_search(struct view *view);
bool tasks_is_shown(const struct view *view, const struct task *task);

/* The tasks as shown, in order; borrowed until the next snapshot or key. They cost a pass over
 * them: for what somebody asked for. */
size_t tasks_count(const struct view *view);
const struct task *const *tasks_rows(const struct view *view);

/* view_items.c: the item under the cursor, NULL when its row is none. False: no row. */
bool items_selected(const struct view *view, uint16_t *out_source, const struct item **out_item);
/* Puts the cursor on an item; false: it is not there. */
bool items_go_to(struct view *view, uint16_t source, enum item_kind kind, const char *id);

/* view_detail.c */

/* What the pane shows; everything is borrowed. */
struct detail_shown {
    enum detail_page page;
    const struct task *task;          /* NULL: none */
    const struct task_detail *told;   /* NULL */
    const struct task_result *result; /* NULL: no table */
    size_t row;                       /* of the result, under the cursor */
    size_t column;
};
/* False: its page is a table. */
bool detail_is_text(const struct view *view);
void detail_shown(const struct view *view, struct detail_shown *out);
bool detail_wants_result(const struct view *view);
/* Whether it shows a record whose lines fold. */
bool detail_can_fold(const struct view *view);

/* detail_search.c */

/* Whether there is a page to find text in. */
bool detail_can_find(const struct view *view);
/* Marks the text on the page, and goes to the first match from here on (step 0), the next (1) or
 * the one before (-1). False: there is none. */
bool detail_find(struct view *view, const char *text, int step);
/* While text is typed: it is looked for from where the page was when that began. */
void detail_find_begin(struct view *view);
bool detail_find_typed(struct view *view, const char *text);
/* Back to where the page was then; nothing is marked any longer. */
void detail_find_undo(struct view *view);
/* Nothing is marked any longer. False: nothing was. */
bool detail_find_end(struct view *view);
/* "match 3 of 17"; false: nothing is looked for. */
#define DETAIL_FOUND_BYTES 80
bool detail_format_found(const struct view *view, char out[DETAIL_FOUND_BYTES]);
/* What is looked for; NULL: nothing. */
const char *detail_found_text(const struct view *view);

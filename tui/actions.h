/* actions.h - everything a key can do, in one table.
 *
 * The table gives the enum, the keys, the footer and the help, so that none of them can lie. What
 * an action needs is said in bits: a key that does not apply answers with the reason.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys.h"

/* What an action needs before it makes sense. */
#define NEEDS_TASK   0x01u /* a task under the cursor */
#define NEEDS_TARGET 0x02u /* marked tasks, or a task under the cursor */
#define NEEDS_CANCEL 0x04u /* a target that can be cancelled */
#define NEEDS_RETRY  0x08u /* a target that can be retried */
#define NEEDS_RIGHTS 0x10u /* the profile's mode allows actions now */
#define NEEDS_MARKS  0x20u
#define NEEDS_ENGINE 0x40u  /* the engine has started */
#define NEEDS_SEARCH 0x80u  /* something was searched for */
#define NEEDS_ITEM   0x100u /* the projects pane, and what the action on its row needs */
#define NEEDS_CREATE 0x200u /* a profile that may start tasks */
#define NEEDS_COPY   0x400u /* something to copy */
#define NEEDS_EXPORT 0x800u /* something that is worth a file */
#define NEEDS_LINK   0x1000u
#define NEEDS_HIDE   0x2000u  /* a target that can be hidden */
#define NEEDS_ROW    0x4000u  /* a task or a group under the cursor */
#define NEEDS_GROUPS 0x8000u  /* the tasks are grouped */
#define NEEDS_REPLAY 0x10000u /* a recording is shown */
#define NEEDS_SQL    0x20000u /* SQL to look at */
#define NEEDS_TEXT   0x40000u /* a page of the detail that is no table */
#define NEEDS_PLACE  0x80000u /* a place to go back to */

enum ui_group {
    UI_GROUP_MOVE,
    UI_GROUP_LOOK,
    UI_GROUP_TASK,
    UI_GROUP_CARRY,
    UI_GROUP_ITEM,
    UI_GROUP_REPLAY,
    UI_GROUP_DATA,
    UI_GROUP_COUNT
};

#define UI_KEYS(...) \
    {                \
        __VA_ARGS__  \
    }

/* In which panes the footer shows an action, and its rank there: lower ranks stay longer. */
#define UI_IN_PANES(panes, rank) ((unsigned)(panes) << 8 | (rank))
#define UI_IN_TASKS(rank)        UI_IN_PANES(1, rank)
#define UI_IN_DETAIL(rank)       UI_IN_PANES(2, rank)
#define UI_IN_TASK(rank)         UI_IN_PANES(3, rank) /* tasks and detail */
#define UI_IN_ITEMS(rank)        UI_IN_PANES(4, rank)
#define UI_IN_SIDE(rank)         UI_IN_PANES(6, rank) /* detail and projects */
#define UI_IN_ALL(rank)          UI_IN_PANES(7, rank)

/* id, name, group, keys, needs, place in the footer (0: not there), word for the footer, help. */
#define UI_ACTIONS(_)                                                                              \
    _(UP, "up", MOVE, UI_KEYS(UI_KEY_UP, 'k'), 0, 0, "up", "one row up")                           \
    _(DOWN, "down", MOVE, UI_KEYS(UI_KEY_DOWN, 'j'), 0, 0, "down", "one row down")                 \
    _(LEFT, "left", MOVE, UI_KEYS(UI_KEY_LEFT, 'h'), 0, 0, "left",                                 \
      "page back; rows and long lines: left; Projects: up")                                        \
    _(RIGHT, "right", MOVE, UI_KEYS(UI_KEY_RIGHT, 'l'), 0, 0, "right",                             \
      "next page; rows and long lines: right; Projects: down")                                     \
    _(PAGE_UP, "page-up", MOVE, UI_KEYS(UI_KEY_PAGE_UP, UI_KEY_CTRL('b')), 0, 0, "page up",        \
      "one page up")                                                                               \
    _(PAGE_DOWN, "page-down", MOVE, UI_KEYS(UI_KEY_PAGE_DOWN, UI_KEY_CTRL('f')), 0, 0,             \
      "page down", "one page down")                                                                \
    _(FIRST, "first", MOVE, UI_KEYS(UI_KEY_HOME, 'g'), 0, 0, "first", "first row")                 \
    _(LAST, "last", MOVE, UI_KEYS(UI_KEY_END, 'G'), 0, 0, "last", "last row")                      \
    _(NEXT_PANE, "next-pane", MOVE, UI_KEYS(UI_KEY_TAB), 0, UI_IN_ALL(7), "pane",                  \
      "next pane: tasks, detail, projects")                                                        \
    _(PREVIOUS_PANE, "previous-pane", MOVE, UI_KEYS(UI_KEY_BACKTAB), 0, 0, "pane back",            \
      "previous pane")                                                                             \
    _(NUMBER_1, "number-1", MOVE, UI_KEYS('1'), 0, 0, "1", "tasks; in the detail: Overview")       \
    _(NUMBER_2, "number-2", MOVE, UI_KEYS('2'), 0, 0, "2", "detail; in the detail: SQL")           \
    _(NUMBER_3, "number-3", MOVE, UI_KEYS('3'), 0, 0, "3", "projects; in the detail: Rows")        \
    _(NUMBER_4, "number-4", MOVE, UI_KEYS('4'), 0, 0, "4", "in the detail: Error")                 \
    _(NUMBER_5, "number-5", MOVE, UI_KEYS('5'), 0, 0, "5", "in the detail: JSON")                  \
    _(NEXT_TAB, "next-tab", LOOK, UI_KEYS(']'), 0, UI_IN_DETAIL(2), "next page",                   \
      "next page of the detail")                                                                   \
    _(PREVIOUS_TAB, "previous-tab", LOOK, UI_KEYS('['), 0, 0, "previous page",                     \
      "previous page of the detail")                                                               \
    _(OPEN, "open", LOOK, UI_KEYS(UI_KEY_ENTER), NEEDS_ROW, UI_IN_TASKS(2), "detail",              \
      "read the task under the cursor; JSON: fold and open")                                       \
    _(ZOOM, "zoom", LOOK, UI_KEYS('z'), 0, UI_IN_ALL(11), "zoom",                                  \
      "this pane on the whole screen, and back")                                                   \
    _(BACK, "back", LOOK, UI_KEYS(UI_KEY_ESCAPE), 0, UI_IN_SIDE(3), "back",                        \
      "close, go back to the tasks, or clear the filter")                                          \
    _(JUMPS, "go-to", LOOK, UI_KEYS('K'), NEEDS_TASK, 0, "go to",                                  \
      "go from the task to other runs, its retries, schedule, template, project")                  \
    _(EARLIER, "earlier-run", LOOK, UI_KEYS('('), NEEDS_TASK, 0, "earlier run",                    \
      "the run of the same query before this one")                                                 \
    _(LATER, "later-run", LOOK, UI_KEYS(')'), NEEDS_TASK, 0, "later run",                          \
      "the run of the same query after this one")                                                  \
    _(RETURN, "go-back", LOOK, UI_KEYS(UI_KEY_CTRL('o')), NEEDS_PLACE, 0, "go back",               \
      "back to where K, ( or ) was pressed, place by place")                                       \
    _(SEARCH, "search", LOOK, UI_KEYS('/'), 0, UI_IN_TASK(10), "search",                           \
      "find text in the tasks; in the detail, on its page")                                        \
    _(SEARCH_NEXT, "search-next", LOOK, UI_KEYS('n'), NEEDS_SEARCH, 0, "next", "next match")       \
    _(SEARCH_PREVIOUS, "search-previous", LOOK, UI_KEYS('N'), NEEDS_SEARCH, 0, "previous",         \
      "previous match")                                                                            \
    _(FILTER, "filter", LOOK, UI_KEYS('f', UI_KEY_F(4)), 0, UI_IN_TASKS(5), "filter",              \
      "show only tasks that match, such as  state=failed user~ana elapsed>10s")                    \
    _(FILTERS, "filters", LOOK, UI_KEYS('F'), 0, 0, "saved filters",                               \
      "saved filters: use, save, take away")                                                       \
    _(SORT, "sort", LOOK, UI_KEYS('s', UI_KEY_F(6)), 0, UI_IN_TASKS(6), "sort",                    \
      "choose the order")                                                                          \
    _(REVERSE, "reverse", LOOK, UI_KEYS('S'), 0, 0, "reverse", "the same order the other way")     \
    _(COLUMNS, "columns", LOOK, UI_KEYS('C'), 0, 0, "columns",                                     \
      "choose the columns, their order and widths")                                                \
    _(GROUP, "group", LOOK, UI_KEYS('B'), 0, UI_IN_TASKS(11), "group",                             \
      "put the tasks together by state, user, SQL ...; Left and Right fold")                       \
    _(FOLD_ALL, "fold-all", LOOK, UI_KEYS('Z'), NEEDS_GROUPS, UI_IN_DETAIL(6), "fold all",         \
      "open all groups, or all of a record, and fold them")                                        \
    _(FOLLOW, "follow", LOOK, UI_KEYS('L'), 0, 0, "follow",                                        \
      "keep the cursor on the first task, whichever it is, until it is moved")                     \
    _(SLOW, "slow", LOOK, UI_KEYS('W'), 0, 0, "slow...",                                           \
      "what counts as slow, such as  elapsed>5m: marked !, and first while it runs")               \
    _(MARK, "mark", TASK, UI_KEYS(' '), NEEDS_TASK, UI_IN_TASKS(8), "mark",                        \
      "mark the task for cancel, retry or hide of several")                                        \
    _(UNMARK_ALL, "unmark-all", TASK, UI_KEYS('u'), NEEDS_MARKS, 0, "unmark",                      \
      "take all marks off")                                                                        \
    _(CANCEL, "cancel", TASK, UI_KEYS('x', UI_KEY_F(9)),                                           \
      NEEDS_ENGINE | NEEDS_TARGET | NEEDS_CANCEL | NEEDS_RIGHTS, UI_IN_TASK(3), "cancel",          \
      "cancel the marked tasks, or the one under the cursor; asks first")                          \
    _(RETRY, "retry", TASK, UI_KEYS('r'),                                                          \
      NEEDS_ENGINE | NEEDS_TARGET | NEEDS_RETRY | NEEDS_RIGHTS, UI_IN_TASK(4), "retry",            \
      "run the query again as a new task; asks first")                                             \
    _(HIDE, "hide", TASK, UI_KEYS('H'), NEEDS_ENGINE | NEEDS_TARGET | NEEDS_HIDE | NEEDS_RIGHTS,   \
      0, "hide", "take the task off the service's list (Adobe's soft delete); asks first")         \
    _(RUN, "run", TASK, UI_KEYS('a'), NEEDS_ENGINE | NEEDS_CREATE, UI_IN_PANES(5, 8), "run",       \
      "add a task: run a new query or the template under the cursor, from a form")                 \
    _(TELL, "tell", TASK, UI_KEYS('!'), NEEDS_ENGINE | NEEDS_TASK, 0, "tell me",                   \
      "tell me when this task has ended: bell and notification; again: not")                       \
    _(FORMAT, "format", LOOK, UI_KEYS('c'), NEEDS_SQL, UI_IN_SIDE(6), "format",                    \
      "SQL formatted for reading, or as it was sent; long lines are formatted by themselves")      \
    _(WRAP, "wrap", LOOK, UI_KEYS('U'), NEEDS_TEXT, UI_IN_DETAIL(12), "wrap",                      \
      "wrap the long lines of a page, or let Left and Right scroll to their ends")                 \
    _(EVENTS, "events", LOOK, UI_KEYS('V'), 0, 0, "events", "the last changes of state")           \
    _(ARM, "arm", TASK, UI_KEYS('A'), NEEDS_ENGINE, 0, "arm",                                      \
      "allow cancel and retry for a minute on an armed profile, and back")                         \
    _(COPY, "copy", CARRY, UI_KEYS('y'), NEEDS_COPY, UI_IN_ALL(9), "copy",                         \
      "copy what matters here: the id; in the detail the SQL, a row, the error")                   \
    _(COPY_CHOICE, "copy-choice", CARRY, UI_KEYS('Y'), NEEDS_COPY, 0, "copy...",                   \
      "choose what to copy")                                                                       \
    _(EXPORT, "export", CARRY, UI_KEYS('e'), NEEDS_EXPORT, UI_IN_TASK(9), "export",                \
      "write the list, the rows, the SQL... to a file")                                            \
    _(BROWSE, "browse", CARRY, UI_KEYS('o'), NEEDS_LINK, UI_IN_TASK(10), "open",                   \
      "open the task's page in the browser")                                                       \
    _(PAGER, "pager", CARRY, UI_KEYS('O'), NEEDS_EXPORT, 0, "pager",                               \
      "read what this pane shows in $PAGER")                                                       \
    _(EDITOR, "editor", CARRY, UI_KEYS('E'), NEEDS_EXPORT, 0, "editor",                            \
      "open a copy of what this pane shows in $EDITOR")                                            \
    _(WORKSPACE, "workspace", ITEM, UI_KEYS('w'), NEEDS_ENGINE | NEEDS_ITEM, UI_IN_ITEMS(4),       \
      "workspace", "switch between production and dev; asks first")                                \
    _(PARTS, "parts", ITEM, UI_KEYS('b'), NEEDS_ENGINE | NEEDS_ITEM, UI_IN_ITEMS(4), "branches",   \
      "the branches of a project, the runs of a schedule; Enter goes on with one")                 \
    _(VALIDATE, "validate", ITEM, UI_KEYS('v'), NEEDS_ENGINE | NEEDS_ITEM, UI_IN_ITEMS(4),         \
      "validate", "validate the project's files")                                                  \
    _(TEST_GIT, "test-git", ITEM, UI_KEYS('t'), NEEDS_ENGINE | NEEDS_ITEM, UI_IN_ITEMS(5),         \
      "test git", "test the connection to the git remote")                                         \
    _(DEPLOY, "deploy", ITEM, UI_KEYS('D'), NEEDS_ENGINE | NEEDS_ITEM, UI_IN_ITEMS(6), "deploy",   \
      "deploy to production; wants the name typed")                                                \
    _(RESET_TO_REMOTE, "reset-to-remote", ITEM, UI_KEYS('T'), NEEDS_ENGINE | NEEDS_ITEM,           \
      UI_IN_ITEMS(8), "to remote", "reset to the remote; wants the name typed")                    \
    _(RESET_TO_PRODUCTION, "reset-to-production", ITEM, UI_KEYS('P'), NEEDS_ENGINE | NEEDS_ITEM,   \
      UI_IN_ITEMS(8), "to production", "reset to production; wants the name typed")                \
    _(ENABLE, "enable", ITEM, UI_KEYS('i'), NEEDS_ENGINE | NEEDS_ITEM, UI_IN_ITEMS(5), "enable",   \
      "put a schedule into effect; asks first")                                                    \
    _(DISABLE, "disable", ITEM, UI_KEYS('d'), NEEDS_ENGINE | NEEDS_ITEM, UI_IN_ITEMS(5),           \
      "disable", "keep a schedule from running; asks first")                                       \
    _(TRIGGER, "trigger", ITEM, UI_KEYS('m'), NEEDS_ENGINE | NEEDS_ITEM, UI_IN_ITEMS(5),           \
      "trigger", "run a schedule's query now; asks first")                                         \
    _(PALETTE, "palette", DATA, UI_KEYS(':', UI_KEY_CTRL('p')), 0, UI_IN_ALL(10), "actions",       \
      "every action by name; those that do not apply say why")                                     \
    _(REFRESH, "refresh", DATA, UI_KEYS('R', UI_KEY_F(5)), NEEDS_ENGINE, 0, "refresh",             \
      "ask all services now")                                                                      \
    _(PAUSE, "pause", DATA, UI_KEYS('p'), NEEDS_ENGINE, UI_IN_ALL(9), "pause",                     \
      "stop asking, and go on")                                                                    \
    _(FASTER, "faster", DATA, UI_KEYS('+', '='), NEEDS_ENGINE, 0, "faster", "ask more often")      \
    _(SLOWER, "slower", DATA, UI_KEYS('-'), NEEDS_ENGINE, 0, "slower", "ask less often")           \
    _(STEP, "step", REPLAY, UI_KEYS('.'), NEEDS_REPLAY, UI_IN_ALL(4), "step", "one change on")     \
    _(STEP_BACK, "step-back", REPLAY, UI_KEYS(','), NEEDS_REPLAY, UI_IN_ALL(4), "step back",       \
      "one change back")                                                                           \
    _(JUMP, "jump", REPLAY, UI_KEYS('>'), NEEDS_REPLAY, 0, "jump", "a minute on")                  \
    _(JUMP_BACK, "jump-back", REPLAY, UI_KEYS('<'), NEEDS_REPLAY, 0, "jump back", "a minute back") \
    _(JUMP_TO, "jump-to", REPLAY, UI_KEYS('J'), NEEDS_REPLAY, UI_IN_ALL(5), "jump to",             \
      "to a time: 10:41, +30s, -5m, 50%, start or end")                                            \
    _(MOUSE, "mouse", DATA, UI_KEYS('M'), 0, 0, "mouse",                                           \
      "let the mouse click, scroll and sort here, or leave it to the terminal")                    \
    _(REDRAW, "redraw", DATA, UI_KEYS(UI_KEY_CTRL('l')), 0, 0, "redraw", "draw the screen anew")   \
    _(SUSPEND, "suspend", DATA, UI_KEYS(UI_KEY_CTRL('z')), 0, 0, "suspend",                        \
      "back to the shell; fg comes back")                                                          \
    _(HELP, "help", DATA, UI_KEYS('?', UI_KEY_F(1)), 0, UI_IN_ALL(1), "help", "this help")         \
    _(QUIT, "quit", DATA, UI_KEYS('q', UI_KEY_F(10), UI_KEY_CTRL('c')), 0, UI_IN_ALL(1), "quit",   \
      "leave; the tasks go on without you")

enum ui_action {
    UI_NONE,
#define UI_ENUM(id, ...) UI_##id,
    UI_ACTIONS(UI_ENUM)
#undef UI_ENUM
        UI_ACTION_COUNT,
};

#define UI_ACTION_KEYS 4

struct ui_action_info {
    const char *name;
    enum ui_group group;
    uint32_t keys[UI_ACTION_KEYS]; /* 0 where there are fewer */
    unsigned needs;
    unsigned footer; /* UI_IN_... */
    const char *word;
    const char *help;
};

/* Index: enum ui_action. */
extern const struct ui_action_info ui_actions[UI_ACTION_COUNT];

/* UI_NONE when the key does nothing. */
enum ui_action action_for_key(uint32_t key);
const char *ui_group_title(enum ui_group group);
/* The rank in the footer of a pane (enum pane); 0: not shown there. */
unsigned ui_footer_rank(enum ui_action action, unsigned pane);

#include "item_ask.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "box.h"

/* The question around the name of the item, or of its part or the workspace. */
static const struct {
    const char *before;
    const char *after;
    bool names_argument;
    const char *yes;
} questions[ACTION_KIND_COUNT] = {
    [ACTION_SWITCH_WORKSPACE] = {"Switch to workspace ", "?", true, "switch"},
    [ACTION_CHECKOUT] = {"Check out ", "?", true, "check it out"},
    [ACTION_TEST_GIT] = {"Test the git connection of ", "?", false, "test it"},
    [ACTION_VALIDATE] = {"Validate ", "?", false, "validate it"},
    [ACTION_RESET_TO_PRODUCTION] = {"Reset ", " to production?", false, "reset it"},
    [ACTION_RESET_TO_REMOTE] = {"Reset ", " to its remote?", false, "reset it"},
    [ACTION_DEPLOY] = {"Deploy ", " to production?", false, "deploy it"},
    [ACTION_ENABLE] = {"Enable ", "?", false, "enable it"},
    [ACTION_DISABLE] = {"Disable ", "?", false, "disable it"},
    [ACTION_TRIGGER] = {"Trigger ", " now?", false, "trigger it"},
    [ACTION_CANCEL_RUN] = {"Cancel run ", "?", true, "cancel it"},
};

/* Frame, facts, warning, the name to type, blank, answers, frame. */
enum ask_row { ROW_TOP, ROW_FACTS, ROW_WARNING, ROW_TYPED, ROW_BLANK, ROW_ANSWERS, ROW_BOTTOM };

bool item_ask_is_typed(const struct item_ask *ask)
{
    return action_infos[ask->kind].class == ACTION_CLASS_DANGER;
}

static bool is_name(const struct item_ask *ask)
{
    return strcmp(ask->typed.text, ask->item_name) == 0;
}

enum item_answer item_ask_key(struct item_ask *ask, uint32_t key)
{
    if (!item_ask_is_typed(ask))
        return key == 'y' ? ITEM_ANSWER_YES : ITEM_ANSWER_NO;
    if (key == UI_KEY_ESCAPE || key == UI_KEY_CTRL('c'))
        return ITEM_ANSWER_NO;
    if (key == UI_KEY_ENTER)
        return is_name(ask) ? ITEM_ANSWER_YES : ITEM_ANSWER_NONE;
    prompt_key(&ask->typed, key);
    return ITEM_ANSWER_NONE;
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

static bool is_shown(const struct item_ask *ask, enum ask_row row)
{
    if (row == ROW_WARNING)
        return action_infos[ask->kind].warning != NULL;
    return row != ROW_TYPED || item_ask_is_typed(ask);
}

static size_t rows_before(const struct item_ask *ask, enum ask_row end)
{
    size_t rows = 0;
    for (int row = ROW_TOP; row < (int)end; row++)
        rows += is_shown(ask, (enum ask_row)row);
    return rows;
}

size_t item_ask_rows(const struct item_ask *ask)
{
    return rows_before(ask, ROW_BOTTOM) + 1;
}

static enum ask_row row_at(const struct item_ask *ask, size_t y)
{
    int row = ROW_TOP;
    while (row < ROW_BOTTOM &&
           (!is_shown(ask, (enum ask_row)row) || rows_before(ask, (enum ask_row)row) != y))
        row++;
    return (enum ask_row)row;
}

static void draw_top(const struct item_ask *ask, struct line *line)
{
    char title[LIMIT_ARGUMENT_BYTES + 60];
    snprintf(title, sizeof(title), "%s%s%s", questions[ask->kind].before,
             questions[ask->kind].names_argument ? ask->argument : ask->item_name,
             questions[ask->kind].after);
    box_top(line, title);
}

static void draw_typed(struct item_ask *ask, struct line *line)
{
    line_putf(line, ROLE_TEXT, "To go on type %s: ", ask->item_name);
    size_t room = line->limit > line->cols ? line->limit - line->cols : 0;
    prompt_draw(&ask->typed, line, room, SIZE_MAX, &ask->cursor_col);
}

static void draw_answers(const struct item_ask *ask, struct line *line)
{
    char answers[80];
    bool is_typed = item_ask_is_typed(ask);
    size_t right = line->limit;
    if (is_typed && ask->typed.len > 0 && !is_name(ask))
        line_put(line, ROLE_WARNING, "not this name yet");
    snprintf(answers, sizeof(answers), "%s %s   %s leave it", is_typed ? "Enter" : "y",
             questions[ask->kind].yes, is_typed ? "Esc" : "N");
    size_t cols = line_text_cols(answers);
    line_pad_to(line, right > cols ? right - cols : 0);
    line_put(line, ROLE_STRONG, answers);
}

void item_ask_draw(struct item_ask *ask, size_t y, struct line *line)
{
    enum ask_row row = row_at(ask, y);
    if (row == ROW_TOP) {
        draw_top(ask, line);
        return;
    }
    if (row == ROW_BOTTOM) {
        box_bottom(line);
        return;
    }
    box_left(line);
    if (row == ROW_FACTS)
        line_put_cut(line, ROLE_TEXT, ask->facts, SIZE_MAX);
    else if (row == ROW_WARNING)
        line_put_cut(line, ROLE_WARNING, action_infos[ask->kind].warning, SIZE_MAX);
    else if (row == ROW_TYPED)
        draw_typed(ask, line);
    else if (row == ROW_ANSWERS)
        draw_answers(ask, line);
    box_right(line);
}

bool item_ask_cursor(const struct item_ask *ask, size_t *out_x, size_t *out_y)
{
    *out_x = ask->cursor_col;
    *out_y = rows_before(ask, ROW_TYPED);
    return item_ask_is_typed(ask);
}

/* footer.c - the keys that matter now, and the line for messages and typing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "bars.h"

#define FOOTER_RANKS 12
#define GAP_COLS     3

/* Actions with a rank, those with lower ranks first; quit and help come last on the line. */
static size_t ranked(enum pane pane, enum ui_action out[FOOTER_RANKS * 2])
{
    size_t count = 0;
    for (unsigned rank = 2; rank <= FOOTER_RANKS; rank++)
        for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
            if (ui_footer_rank((enum ui_action)action, pane) == rank &&
                count < FOOTER_RANKS * 2 - 2)
                out[count++] = (enum ui_action)action;
    return count;
}

static size_t key_cols(const struct app *app, enum ui_action action, size_t gap)
{
    char name[KEY_NAME_BYTES];
    return line_text_cols(key_format(ui_actions[action].keys[0], name)) + 1 +
           line_text_cols(app_word(app, action)) + gap;
}

static void put_key(const struct app *app, enum ui_action action, struct line *line, size_t gap)
{
    char name[KEY_NAME_BYTES];
    bool can = app_can(app, action, NULL);
    size_t start = line->cols;
    line_put(line, can ? ROLE_KEY : ROLE_DIM, key_format(ui_actions[action].keys[0], name));
    line_putf(line, can ? ROLE_TEXT : ROLE_DIM, " %s", app_word(app, action));
    line_zone(line, start, ZONE_ACTION, action);
    line_pad_to(line, line->cols + gap);
}

static void draw_keys(const struct app *app, struct line *line)
{
    enum ui_action actions[FOOTER_RANKS * 2];
    size_t count = ranked(app->focus, actions);
    size_t gap = line->limit >= 100 ? GAP_COLS : GAP_COLS - 1;
    size_t used = 1 + key_cols(app, UI_HELP, gap) + key_cols(app, UI_QUIT, 0);
    line_put(line, ROLE_TEXT, " ");
    for (size_t i = 0; i < count; i++) {
        if (!app_fits(app, actions[i]))
            continue;
        size_t cols = key_cols(app, actions[i], gap);
        if (used + cols > line->limit)
            break;
        used += cols;
        put_key(app, actions[i], line, gap);
    }
    put_key(app, UI_HELP, line, gap);
    put_key(app, UI_QUIT, line, 0);
}

char *format_interval(char out[INTERVAL_BYTES], int64_t interval_ms)
{
    if (interval_ms % 1000 == 0)
        snprintf(out, INTERVAL_BYTES, "%llds", (long long)(interval_ms / 1000));
    else
        snprintf(out, INTERVAL_BYTES, "%lldms", (long long)interval_ms);
    return out;
}

static void draw_hints(const struct popup_hint *hints, struct line *line)
{
    line_put(line, ROLE_TEXT, " ");
    for (; hints->key != NULL; hints++) {
        line_put(line, ROLE_KEY, hints->key);
        line_putf(line, ROLE_TEXT, " %s   ", hints->word);
    }
}

/* Columns of the word that the mistake is in. */
static size_t mistake_cols(const struct app *app)
{
    const char *word = app->prompt.text + app->prompt_error_at;
    size_t cols = line_textn_cols(word, strcspn(word, " \t()"));
    return cols > 0 ? cols : 1;
}

/* The column of the prompt's line in which the mistake begins. */
static size_t mistake_col(const struct app *app)
{
    const struct prompt *prompt = &app->prompt;
    size_t at = app->prompt_error_at;
    if (at >= prompt->cursor)
        return app->prompt_cursor_col +
               line_textn_cols(prompt->text + prompt->cursor, at - prompt->cursor);
    size_t back = line_textn_cols(prompt->text + at, prompt->cursor - at);
    return app->prompt_cursor_col > back ? app->prompt_cursor_col - back : 0;
}

/* "          ~~~~ unknown state 'faild', did you mean failed": under the word, the words on the
 * side that has more room. */
static void draw_mistake(const struct app *app, struct line *line)
{
    size_t col = mistake_col(app);
    size_t cols = mistake_cols(app);
    size_t words = line_text_cols(app->prompt_error);
    bool is_left = col + cols + 1 + words > line->limit && col > line->limit / 2;
    if (is_left) {
        size_t room = col > 2 ? col - 2 : 0;
        line_pad_to(line, words < room ? room - words + 1 : 1);
        line_put_cut(line, ROLE_ERROR, app->prompt_error, room);
    }
    line_pad_to(line, col);
    for (size_t i = 0; i < cols; i++)
        line_put(line, ROLE_ERROR, "~");
    line_put(line, ROLE_TEXT, " ");
    if (!is_left)
        line_put_cut(line, ROLE_ERROR, app->prompt_error, SIZE_MAX);
}

/* A mistake in the word that can still be completed is none yet. */
static void draw_prompt_help(const struct app *app, struct line *line)
{
    const struct completion *completion = &app->completion;
    bool is_wrong = app->prompt_error[0] != '\0';
    if (completion->count > 0 && (!is_wrong || app->prompt_error_at >= completion->spot.begin))
        completion_draw(completion, line);
    else if (is_wrong)
        draw_mistake(app, line);
    else
        draw_hints(app_prompt_hints(app), line);
}

void footer_draw(const struct app *app, struct line *line)
{
    if (app->prompt_kind != PROMPT_NONE)
        draw_prompt_help(app, line);
    else if (app->popup != POPUP_NONE)
        draw_hints(popups[app->popup].hints(app), line);
    else
        draw_keys(app, line);
}

/* " match 3 of 17 for region   n next   N previous" */
static void draw_found(const struct app *app, struct line *line)
{
    static const struct popup_hint hints[] = {{"n", "next"}, {"N", "previous"}, {NULL, NULL}};
    const struct view *detail = &app->views[PANE_DETAIL];
    char words[DETAIL_FOUND_BYTES];
    if (app->focus != PANE_DETAIL || app->popup != POPUP_NONE ||
        !detail_format_found(detail, words))
        return;
    size_t room = line->limit / 2;
    line_putf(line, ROLE_STRONG, " %s", words);
    line_put(line, ROLE_TEXT, " for ");
    line_put_cut(line, ROLE_TEXT, detail_found_text(detail),
                 room > line->cols ? room - line->cols : 1);
    line_put(line, ROLE_TEXT, "  ");
    draw_hints(hints, line);
}

/* While text is typed, the matches are told at the end of its line. */
static void put_typed_found(const struct app *app, struct line *line)
{
    char words[DETAIL_FOUND_BYTES];
    if (app->prompt_kind != PROMPT_FIND || app->prompt_error[0] != '\0' ||
        !detail_format_found(&app->views[PANE_DETAIL], words))
        return;
    size_t cols = line_text_cols(words) + 1;
    if (line->cols + 2 + cols > line->limit)
        return;
    line_pad_to(line, line->limit - cols);
    line_put(line, ROLE_STRONG, words);
}

void message_draw(struct app *app, struct line *line)
{
    if (app->prompt_kind == PROMPT_NONE && app->message.text[0] == '\0') {
        draw_found(app, line);
        return;
    }
    if (app->prompt_kind == PROMPT_NONE) {
        line_put(line, ROLE_TEXT, " ");
        line_put_cut(line, (enum role)app->message.role, app->message.text, SIZE_MAX);
        return;
    }
    line_putf(line, ROLE_KEY, " %s ", app_prompt_label(app));
    size_t room = line->limit > line->cols ? line->limit - line->cols : 0;
    prompt_draw(&app->prompt, line, room,
                app->prompt_error[0] != '\0' ? app->prompt_error_at : SIZE_MAX,
                &app->prompt_cursor_col);
    put_typed_found(app, line);
}

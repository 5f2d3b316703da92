/* footer.c - the keys that matter now, and the line for messages and typing. */
#include <stdio.h>
#include <stdlib.h>

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

static size_t key_cols(enum ui_action action, size_t gap)
{
    char name[KEY_NAME_BYTES];
    return line_text_cols(key_format(ui_actions[action].keys[0], name)) + 1 +
           line_text_cols(ui_actions[action].word) + gap;
}

static void put_key(const struct app *app, enum ui_action action, struct line *line, size_t gap)
{
    char name[KEY_NAME_BYTES];
    bool can = app_can(app, action, NULL);
    line_put(line, can ? ROLE_KEY : ROLE_DIM, key_format(ui_actions[action].keys[0], name));
    line_putf(line, can ? ROLE_TEXT : ROLE_DIM, " %s", ui_actions[action].word);
    line_pad_to(line, line->cols + gap);
}

static void draw_keys(const struct app *app, struct line *line)
{
    enum ui_action actions[FOOTER_RANKS * 2];
    size_t count = ranked(app->focus, actions);
    size_t gap = line->limit >= 100 ? GAP_COLS : GAP_COLS - 1;
    size_t used = 1 + key_cols(UI_HELP, gap) + key_cols(UI_QUIT, 0);
    line_put(line, ROLE_TEXT, " ");
    for (size_t i = 0; i < count; i++) {
        size_t cols = key_cols(actions[i], gap);
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

void footer_draw(const struct app *app, struct line *line)
{
    static const struct popup_hint filter_hints[] = {
        {"Enter", "keep the filter"}, {"Esc", "as it was"}, {"^U", "empty"}, {NULL, NULL}};
    static const struct popup_hint search_hints[] = {
        {"Enter", "go there"}, {"Esc", "as it was"}, {"^U", "empty"}, {NULL, NULL}};
    if (app->prompt_kind != PROMPT_NONE)
        draw_hints(app->prompt_kind == PROMPT_FILTER ? filter_hints : search_hints, line);
    else if (app->popup != POPUP_NONE)
        draw_hints(popups[app->popup].hints(app), line);
    else
        draw_keys(app, line);
}

void message_draw(struct app *app, struct line *line)
{
    if (app->prompt_kind == PROMPT_NONE) {
        line_put(line, ROLE_TEXT, " ");
        line_put_cut(line, (enum role)app->message.role, app->message.text, SIZE_MAX);
        return;
    }
    line_put(line, ROLE_KEY, app->prompt_kind == PROMPT_FILTER ? " filter " : " search ");
    size_t room = line->limit > line->cols ? line->limit - line->cols : 0;
    size_t for_error =
        app->prompt_error[0] != '\0' ? line_text_cols(app->prompt_error) + GAP_COLS : 0;
    if (for_error > room / 2)
        for_error = room / 2;
    prompt_draw(&app->prompt, line, room - for_error,
                app->prompt_error[0] != '\0' ? app->prompt_error_at : SIZE_MAX,
                &app->prompt_cursor_col);
    if (app->prompt_error[0] == '\0')
        return;
    line_pad_to(line, line->cols + GAP_COLS);
    line_put_cut(line, ROLE_ERROR, app->prompt_error, SIZE_MAX);
}

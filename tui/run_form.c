#include "run_form.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "box.h"
#include "keys.h"
#include "model/source.h"

#define TITLE_COLS_MAX 20
#define SEPARATOR      ';' /* between the values of an option that may be given several times */
#define ROWS_AROUND    4   /* frame, help and what is wrong */

/* ---- text
 * ----------------------------------------------------------------------------------------
 */

void run_form_finish(struct run_form *form)
{
    free(form->values);
    free(form->shown);
    form->values = NULL;
    form->shown = NULL;
}

static const struct run_option *option_at(const struct run_form *form, size_t row)
{
    return &run_options[form->shown[row]];
}

static struct prompt *value_at(const struct run_form *form, size_t row)
{
    return &form->values[form->shown[row]];
}

void run_form_clear(struct run_form *form)
{
    for (size_t i = 0; i < run_option_count; i++)
        prompt_start(&form->values[i], "");
    list_go(&form->list, 0);
    form->error[0] = '\0';
    form->error_row = form->shown_count;
    form->is_waiting = false;
}

static bool is_empty(const struct run_form *form)
{
    for (size_t i = 0; i < form->shown_count; i++)
        if (value_at(form, i)->len > 0)
            return false;
    return true;
}

static void fill_in(struct run_form *form, const char *option, const char *value)
{
    if (value != NULL)
        prompt_start(&form->values[run_option_find(option) - run_options], value);
}

/* SQL that fits into a row, whole. */
static const char *sql_for_row(const struct task *task)
{
    const char *sql = task_text(task, TASK_SQL);
    bool fits = sql != NULL && strlen(sql) < PROMPT_BYTES && strchr(sql, '\n') == NULL;
    return fits && !(task->flags & TASK_SQL_IS_CUT) ? sql : NULL;
}

/* A query is named in one way: by itself where it is known, else by its explore; where there are no
 * such things, by its SQL. */
static void fill_from(struct run_form *form, unsigned caps, const struct task *task)
{
    if (!(caps & CAP_RUN_QUERY)) {
        fill_in(form, "sql", sql_for_row(task));
        return;
    }
    if (task_text(task, TASK_QUERY_ID) != NULL) {
        fill_in(form, "query", task_text(task, TASK_QUERY_ID));
        return;
    }
    fill_in(form, "model", task_text(task, TASK_MODEL));
    fill_in(form, "explore", task_text(task, TASK_EXPLORE));
}

static void choose_rows(struct run_form *form, unsigned caps)
{
    form->shown_count = 0;
    for (size_t i = 0; i < run_option_count; i++)
        if (run_options[i].cap & caps)
            form->shown[form->shown_count++] = i;
}

void run_form_open(struct run_form *form, uint16_t source, unsigned caps, const struct task *task,
                   int screen_rows)
{
    bool is_first = form->values == NULL;
    if (is_first) {
        form->values = xcalloc(run_option_count, sizeof(*form->values));
        form->shown = xcalloc(run_option_count, sizeof(*form->shown));
    }
    choose_rows(form, caps);
    form->error[0] = '\0';
    if (is_first)
        run_form_clear(form);
    form->source = source;
    run_form_resize(form, screen_rows);
    if (is_empty(form) && task != NULL && task->source == source)
        fill_from(form, caps, task);
}

void run_form_take_template(struct run_form *form, const struct item *template)
{
    struct strbuf parameters;
    strbuf_init(&parameters, PROMPT_BYTES - 1);
    for (size_t i = 0; i < template->parameter_count; i++)
        strbuf_addf(&parameters, "%s%s=%s", i > 0 ? "; " : "", template->parameters[i].name,
                    template->parameters[i].value != NULL ? template->parameters[i].value : "");
    run_form_clear(form);
    fill_in(form, "template", template->id);
    if (!parameters.is_cut)
        fill_in(form, "parameter", parameters.data);
    strbuf_finish(&parameters);
}

void run_form_resize(struct run_form *form, int screen_rows)
{
    size_t room = screen_rows > ROWS_AROUND + 2 ? (size_t)screen_rows - ROWS_AROUND - 2 : 1;
    list_resize(&form->list, form->shown_count,
                form->shown_count < room ? form->shown_count : room);
}

/* ---- keys
 * ----------------------------------------------------------------------------------------
 */

enum run_form_answer run_form_key(struct run_form *form, uint32_t key)
{
    size_t row = form->list.cursor;
    switch (key) {
    case UI_KEY_ESCAPE:
    case UI_KEY_CTRL('c'):
        return RUN_FORM_CLOSE;
    case UI_KEY_CTRL('r'):
        return RUN_FORM_RUN;
    case UI_KEY_ENTER:
        if (row + 1 == form->shown_count)
            return RUN_FORM_RUN;
        list_go(&form->list, row + 1);
        break;
    case UI_KEY_TAB:
        list_go(&form->list, (row + 1) % form->shown_count);
        break;
    case UI_KEY_BACKTAB:
        list_go(&form->list, (row + form->shown_count - 1) % form->shown_count);
        break;
    case UI_KEY_UP:
    case UI_KEY_DOWN:
    case UI_KEY_PAGE_UP:
    case UI_KEY_PAGE_DOWN:
        list_act(&form->list, action_for_key(key));
        break;
    default:
        if (prompt_key(value_at(form, row), key) && form->error_row == row)
            form->error[0] = '\0';
        break;
    }
    return RUN_FORM_NONE;
}

/* ---- what was typed, as a spec
 * -------------------------------------------------------------------
 */

void run_form_blame(struct run_form *form, const struct run_option *option, const char *words)
{
    form->error_row = 0;
    while (form->error_row < form->shown_count && option_at(form, form->error_row) != option)
        form->error_row++;
    snprintf(form->error, sizeof(form->error), "%s", words);
    if (form->error_row < form->shown_count)
        list_go(&form->list, form->error_row);
}

/* Sentences about the whole name options as on a command line: the first one named gets the blame,
 * and the dashes go. */
static void blame_whole(struct run_form *form, const char *words)
{
    char name[40] = "";
    char plain[sizeof(form->error)];
    size_t len = 0;
    const char *dashes = strstr(words, "--");
    if (dashes != NULL)
        snprintf(name, sizeof(name), "%.*s", (int)strspn(dashes + 2, "abcdefghijklmnopqrstuvwxyz-"),
                 dashes + 2);
    for (; *words != '\0' && len + 1 < sizeof(plain); words++)
        if (strncmp(words, "--", 2) == 0)
            words++;
        else
            plain[len++] = *words;
    plain[len] = '\0';
    run_form_blame(form, run_option_find(name), plain);
}

static bool set_option(struct run_spec *spec, const struct run_option *option, const char *text,
                       struct error *err)
{
    if (!option->is_repeatable)
        return option->set(spec, option, text, err);
    char part[PROMPT_BYTES];
    while (*text != '\0') {
        text += strspn(text, " ;");
        size_t length = strcspn(text, (const char[]){SEPARATOR, '\0'});
        snprintf(part, sizeof(part), "%.*s", (int)length, text);
        text += length;
        if (part[0] != '\0' && !option->set(spec, option, part, err))
            return false;
    }
    return true;
}

struct run_spec *run_form_build(struct run_form *form)
{
    struct error err = {0};
    struct run_spec *spec = run_spec_create();
    form->error[0] = '\0';
    for (size_t i = 0; i < form->shown_count; i++) {
        if (value_at(form, i)->len > 0 &&
            !set_option(spec, option_at(form, i), value_at(form, i)->text, &err)) {
            run_form_blame(form, option_at(form, i), err.message);
            run_spec_unref(spec);
            return NULL;
        }
    }
    if (run_spec_check(spec, &err))
        return spec;
    blame_whole(form, err.message);
    run_spec_unref(spec);
    return NULL;
}

/* ---- drawing
 * -------------------------------------------------------------------------------------
 */

size_t run_form_rows(const struct run_form *form)
{
    return form->list.height + ROWS_AROUND;
}

static size_t title_cols(const struct line *line)
{
    return line->limit / 3 < TITLE_COLS_MAX ? line->limit / 3 : TITLE_COLS_MAX;
}

static void draw_value(struct run_form *form, size_t row, struct line *line)
{
    bool is_wrong = form->error[0] != '\0' && row == form->error_row;
    bool is_selected = row == form->list.cursor;
    size_t col;
    line_put(line, ROLE_TITLE, is_selected ? "\xe2\x94\x83 " : "  ");
    line_cell(line,
              is_wrong      ? ROLE_ERROR
              : is_selected ? ROLE_STRONG
                            : ROLE_DIM,
              option_at(form, row)->title, title_cols(line), false);
    line_put(line, ROLE_TEXT, "  ");
    size_t room = line->limit > line->cols ? line->limit - line->cols : 0;
    prompt_draw(value_at(form, row), line, room, is_wrong ? 0 : SIZE_MAX, &col);
    if (is_selected)
        form->cursor_col = col;
    if (!is_wrong)
        return;
    line_put(line, ROLE_TEXT, "  ");
    line_put_cut(line, ROLE_ERROR, form->error, SIZE_MAX);
}

static void draw_help(const struct run_form *form, struct line *line)
{
    const struct run_option *option = option_at(form, form->list.cursor);
    if (option->is_repeatable)
        line_putf(line, ROLE_DIM, "NAME=VALUE, several with %c between; such as %s", SEPARATOR,
                  option->sample);
    else
        line_putf(line, ROLE_DIM, "%s; such as %s", option->help, option->sample);
}

static void draw_state(const struct run_form *form, struct line *line)
{
    if (form->error[0] != '\0')
        line_put_cut(line, ROLE_ERROR, form->error, SIZE_MAX);
    else if (form->is_waiting)
        line_put(line, ROLE_TEXT, "Asked; waiting for the answer.");
}

void run_form_draw(struct run_form *form, const char *profile, size_t y, struct line *line)
{
    char title[100];
    size_t height = form->list.height;
    if (y == 0) {
        snprintf(title, sizeof(title), "New query on %s", profile);
        box_top(line, title);
        return;
    }
    if (y == run_form_rows(form) - 1) {
        box_bottom(line);
        return;
    }
    box_left(line);
    if (y <= height)
        draw_value(form, form->list.top + y - 1, line);
    else if (y == height + 1)
        draw_help(form, line);
    else
        draw_state(form, line);
    box_right(line);
}

void run_form_cursor(const struct run_form *form, size_t *out_x, size_t *out_y)
{
    *out_x = form->cursor_col;
    *out_y = 1 + form->list.cursor - form->list.top;
}

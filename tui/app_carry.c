/* app_carry.c - copying, exporting, and showing things in other programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "base/save_file.h"

#define STEM_BYTES 24
/* More tasks than any clipboard takes. */
#define COPY_LIST_MAX 500

/* ---- where it is taken from --------------------------------------------------------------------
 */

/* The detail belongs to the selection, unless that has just moved on. */
static void take_detail(const struct app *app, struct carry_source *source,
                        enum detail_page *out_page)
{
    struct detail_shown shown;
    detail_shown(&app->views[PANE_DETAIL], &shown);
    *out_page = shown.page;
    if (app->focus == PANE_DETAIL)
        source->task = shown.task;
    struct task_key key = task_key_of(source->task);
    if (shown.task == NULL || !task_key_is(&key, shown.task))
        return;
    source->detail = shown.told;
    source->result = shown.result;
    source->row = shown.row;
    source->column = shown.column;
}

static struct carry_source source_of(const struct app *app, enum detail_page *out_page)
{
    struct carry_source source = {.snapshot = app->snapshot,
                                  .task = app_selected(app),
                                  .now_ms = app->now_ms};
    uint16_t ignored;
    source.list_count = tasks_count(&app->views[PANE_TASKS]);
    take_detail(app, &source, out_page);
    if (app->focus == PANE_ITEMS)
        items_selected(&app->views[PANE_ITEMS], &ignored, &source.item);
    return source;
}

/* To write from, not only to tell what there is. */
static struct carry_source whole_source_of(const struct app *app, enum detail_page *out_page)
{
    struct carry_source source = source_of(app, out_page);
    source.list = tasks_rows(&app->views[PANE_TASKS]);
    return source;
}

const char *app_sql(const struct app *app)
{
    enum detail_page page;
    struct carry_source source = source_of(app, &page);
    return carry_sql(&source);
}

bool app_can_copy(const struct app *app, struct error *reason)
{
    enum detail_page page;
    struct carry_source source = source_of(app, &page);
    return carry_to_copy(&source, app->focus, page) < CARRY_THING_COUNT ||
           error_set(reason, ERR_NO, "There is nothing to copy here.");
}

bool app_can_export(const struct app *app, struct error *reason)
{
    enum detail_page page;
    struct carry_source source = source_of(app, &page);
    return carry_to_export(&source, app->focus, page) < CARRY_THING_COUNT ||
           error_set(reason, ERR_NO, "There is nothing to export here.");
}

bool app_can_browse(const struct app *app, struct error *reason)
{
    enum detail_page page;
    struct carry_source source = source_of(app, &page);
    return carry_infos[CARRY_LINK].is_there(&source) ||
           error_set(reason, ERR_NO, "The service told no web page of this task.");
}

/* ---- copying -----------------------------------------------------------------------------------
 */

static char *format_size(char *out, size_t size, size_t bytes)
{
    if (bytes < LIMIT_KIB)
        snprintf(out, size, "%zu %s", bytes, bytes == 1 ? "byte" : "bytes");
    else if (bytes < LIMIT_MIB)
        snprintf(out, size, "%.1f KiB", (double)bytes / LIMIT_KIB);
    else
        snprintf(out, size, "%.1f MiB", (double)bytes / LIMIT_MIB);
    return out;
}

static void copy(struct app *app, const struct carry_source *source, enum carry_thing thing,
                 enum export_format format)
{
    struct error err = {0};
    char what[64], size[32];
    size_t length;
    carry_describe(source, thing, what, sizeof(what));
    if (thing == CARRY_SQL && app_shows_formatted(app))
        snprintf(what, sizeof(what), "the SQL as it was sent");
    if (thing == CARRY_LIST && source->list_count > COPY_LIST_MAX) {
        app_say(app, ROLE_WARNING, "%s: too long for a clipboard; e writes it to a file.", what);
        return;
    }
    char *text = carry_text(source, thing, format, &length);
    if (clipboard_build(&app->to_terminal, app->clipboard, what, text, length, &err))
        app_say(app, ROLE_OK, "Copied %s, %s.%s", what, format_size(size, sizeof(size), length),
                app->clipboard == CLIPBOARD_TMUX ? " tmux hands it on where set-clipboard is on."
                                                 : "");
    else
        app_say(app, ROLE_WARNING, "%s", err.message);
    free(text);
}

void app_copy(struct app *app)
{
    enum detail_page page;
    struct carry_source source = whole_source_of(app, &page);
    copy(app, &source, carry_to_copy(&source, app->focus, page), EXPORT_TSV);
}

void app_open_copy(struct app *app)
{
    enum detail_page page;
    struct carry_source source = source_of(app, &page);
    if (!copy_box_open(&app->copy_box, &source, carry_to_copy(&source, app->focus, page)))
        return;
    copy_box_resize(&app->copy_box, app->rows);
    app->popup = POPUP_COPY;
}

/* What was there when the list was opened may be gone by now. */
static void copy_choice(struct app *app)
{
    enum detail_page page;
    struct carry_source source = whole_source_of(app, &page);
    const struct copy_choice *choice = copy_box_choice(&app->copy_box);
    if (carry_infos[choice->thing].is_there(&source))
        copy(app, &source, choice->thing, choice->format);
    else
        app_say(app, ROLE_WARNING, "It is no longer there.");
}

void app_copy_key(struct app *app, uint32_t key)
{
    enum ui_action action = action_for_key(key);
    if (action == UI_QUIT) {
        app->wants_quit = true;
    } else if (action == UI_OPEN) {
        copy_choice(app);
        app_close_popup(app);
    } else if (!list_act(&app->copy_box.list, action)) {
        app_close_popup(app);
    }
}

/* ---- exporting ---------------------------------------------------------------------------------
 */

/* The beginning of the task's id, as file names like it. */
static void make_stem(const struct carry_source *source, char out[STEM_BYTES])
{
    const char *id = source->task != NULL ? task_text_or_dash(source->task, TASK_ID) : "task";
    size_t length = 0;
    for (; *id != '\0' && length < STEM_BYTES - 1; id++) {
        bool is_plain = (*id >= '0' && *id <= '9') || (*id >= 'a' && *id <= 'z') ||
                        (*id >= 'A' && *id <= 'Z') || (*id == '-' && length > 0);
        out[length++] = is_plain ? *id : '_';
    }
    out[length] = '\0';
}

void app_open_export(struct app *app)
{
    enum detail_page page;
    char stem[STEM_BYTES];
    struct carry_source source = source_of(app, &page);
    make_stem(&source, stem);
    export_box_open(&app->export_box, &source, carry_to_export(&source, app->focus, page), stem);
    app->popup = POPUP_EXPORT;
}

static void say_written(struct app *app, const struct carry_source *source, const char *path,
                        size_t length)
{
    char what[64], size[32];
    bool is_cut = export_box_thing(&app->export_box) == CARRY_ROWS && source->result->is_cut;
    char *whole = realpath(path, NULL);
    carry_describe(source, export_box_thing(&app->export_box), what, sizeof(what));
    app_say(app, is_cut ? ROLE_WARNING : ROLE_OK, "Wrote %s to %s, %s.%s", what,
            whole != NULL ? whole : path, format_size(size, sizeof(size), length),
            is_cut ? " There are more rows than were read." : "");
    free(whole);
}

static void write_export(struct app *app)
{
    struct export_box *box = &app->export_box;
    struct error err = {0};
    enum detail_page page;
    struct carry_source source = whole_source_of(app, &page);
    bool exists = false;
    size_t length;
    if (!carry_infos[export_box_thing(box)].is_there(&source)) {
        export_box_fail(box, false, "It is no longer there.");
        return;
    }
    char *text = carry_text(&source, export_box_thing(box), box->format, &length);
    char *path = save_file_path(box->name.text);
    if (save_file(path, text, length, box->asks_to_replace, &exists, &err)) {
        say_written(app, &source, path, length);
        app_close_popup(app);
    } else {
        export_box_fail(box, exists, err.message);
    }
    free(path);
    free(text);
}

void app_export_key(struct app *app, uint32_t key)
{
    enum export_answer answer = export_box_key(&app->export_box, key);
    if (answer == EXPORT_ANSWER_WRITE)
        write_export(app);
    else if (answer == EXPORT_ANSWER_CLOSE)
        app_close_popup(app);
}

/* ---- other programs ----------------------------------------------------------------------------
 */

static void show_in(struct app *app, enum external_kind kind)
{
    enum detail_page page;
    char stem[STEM_BYTES];
    struct carry_source source = whole_source_of(app, &page);
    enum carry_thing thing = carry_to_export(&source, app->focus, page);
    if (thing == CARRY_SQL && app_shows_formatted(app))
        thing = CARRY_FORMATTED_SQL;
    const char *extension = carry_infos[thing].extension;
    make_stem(&source, stem);
    free(app->show.text);
    app->show.kind = kind;
    app->show.text = carry_text(&source, thing, EXPORT_MARKDOWN, &app->show.length);
    snprintf(app->show.name, sizeof(app->show.name), "%s.%s", stem,
             extension != NULL ? extension : export_formats[EXPORT_MARKDOWN].extension);
}

void app_show_in_pager(struct app *app)
{
    show_in(app, EXTERNAL_PAGER);
}

void app_show_in_editor(struct app *app)
{
    show_in(app, EXTERNAL_EDITOR);
}

void app_browse(struct app *app)
{
    struct error err = {0};
    enum detail_page page;
    struct carry_source source = source_of(app, &page);
    const char *url = task_text(source.task, TASK_URL);
    app_look_after_browser(app);
    if (app->browser != 0)
        app_say(app, ROLE_WARNING, "The browser is still being opened.");
    else if (external_browse(url, &app->browser, &err))
        app_say(app, ROLE_TEXT, "Opening %s", url);
    else
        app_say(app, ROLE_WARNING, "%s", err.message);
}

void app_look_after_browser(struct app *app)
{
    struct error err = {0};
    if (app->browser == 0 || !external_has_ended(app->browser, &err))
        return;
    app->browser = 0;
    if (err.code != ERR_NONE)
        app_say(app, ROLE_WARNING, "%s", err.message);
}

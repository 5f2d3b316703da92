/* view_items.c - what stands around the tasks: projects, templates, schedules; one of them in full.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "base/xalloc.h"
#include "item_row.h"
#include "sql_rows.h"

#define FACT_ROWS_MIN 4

/* A row of the list: an item, the heading of its kind, or what a profile says instead of items. */
struct row {
    uint16_t source;
    enum item_kind kind;     /* of the item or heading; ITEM_KIND_COUNT: words */
    const struct item *item; /* NULL: heading or words; else borrowed from the snapshot */
    struct item_list *list;  /* it stands in */
};

struct items {
    struct row *rows;
    size_t count;
    size_t size;
    struct list list;
    struct item_widths widths[ITEM_KIND_COUNT];
    struct text_rows facts; /* of the item under the cursor */
    size_t fact_top;
    /* The report that stands in place of the facts; one that Esc has closed stays away. */
    const struct item_report *report; /* borrowed from the snapshot; NULL: none */
    int64_t report_ms;                /* when it was made */
    int64_t closed_ms;                /* when the one closed last was made */
    char selected[LIMIT_ID_BYTES];    /* id; "": words of a profile */
    enum item_kind selected_kind;
    uint16_t selected_source;
};

static void items_close(struct view *view)
{
    struct items *p = view->state;
    text_rows_finish(&p->facts);
    free(p->rows);
}

static void add_row(struct items *p, struct row row)
{
    if (p->count == p->size) {
        p->size = p->size > 0 ? p->size * 2 : 16;
        p->rows = xreallocarray(p->rows, p->size, sizeof(p->rows[0]));
    }
    p->rows[p->count++] = row;
}

static unsigned caps_of(const struct snapshot *s)
{
    unsigned caps = 0;
    for (size_t i = 0; i < s->source_count; i++)
        caps |= s->sources[i].caps & CAP_ITEMS;
    return caps;
}

static void add_items(struct items *p, uint16_t source, struct item_list *list, bool has_headings)
{
    enum item_kind kind = ITEM_KIND_COUNT;
    for (size_t i = 0; list != NULL && i < list->item_count; i++) {
        if (has_headings && list->items[i].kind != kind)
            add_row(p, (struct row){source, list->items[i].kind, NULL, list});
        kind = list->items[i].kind;
        add_row(p, (struct row){source, kind, &list->items[i], list});
    }
    if (list == NULL || list->item_count == 0 || list->error.code != ERR_NONE || list->is_cut)
        add_row(p, (struct row){source, ITEM_KIND_COUNT, NULL, list});
}

/* Headings tell several kinds apart; where there is but one, the pane's name says it. */
static void gather(struct items *p, const struct snapshot *s)
{
    unsigned caps = caps_of(s);
    bool has_headings = (caps & (caps - 1)) != 0;
    p->count = 0;
    for (size_t i = 0; i < s->source_count; i++)
        if (s->sources[i].caps & CAP_ITEMS || s->items[i] != NULL)
            add_items(p, (uint16_t)i, s->items[i], has_headings);
}

static void measure(struct items *p, size_t width, int64_t now_ms)
{
    memset(p->widths, 0, sizeof(p->widths));
    for (size_t i = 0; i < p->count; i++) {
        const struct row *row = &p->rows[i];
        if (row->item != NULL)
            item_row_fit(&p->widths[row->kind], row->item, now_ms);
        else if (row->kind != ITEM_KIND_COUNT)
            item_row_fit_heading(&p->widths[row->kind], row->kind);
    }
    for (int kind = 0; kind < ITEM_KIND_COUNT; kind++)
        item_row_settle(&p->widths[kind], (enum item_kind)kind, width > 2 ? width - 2 : 1);
}

static const struct item *item_at(const struct items *p, size_t row)
{
    return row < p->count ? p->rows[row].item : NULL;
}

static bool is_heading(const struct items *p, size_t row)
{
    return row < p->count && p->rows[row].item == NULL && p->rows[row].kind != ITEM_KIND_COUNT;
}

/* A heading is never alone: what it heads stands below it. */
static void step_off_heading(struct items *p, bool is_upwards)
{
    size_t at = p->list.cursor;
    if (!is_heading(p, at))
        return;
    list_go(&p->list, is_upwards && at > 0 ? at - 1 : at + 1);
    if (p->list.cursor == 1)
        p->list.top = 0;
}

/* How many lines the list gets; the rest is for the facts of the chosen item. */
static size_t list_rows(const struct view *view)
{
    const struct items *p = view->state;
    size_t room =
        view->height > FACT_ROWS_MIN + 1 ? view->height - FACT_ROWS_MIN - 1 : view->height;
    size_t half = (view->height + 1) / 2;
    if (room > half && p->count > half)
        room = half;
    return p->count < room ? p->count : room;
}

/* What was found by the last check of the chosen item. */
static const struct item_report *report_of(const struct view *view)
{
    const struct items *p = view->state;
    const struct item *item = item_at(p, p->list.cursor);
    if (item == NULL)
        return NULL;
    const struct item_report *report = view->app->snapshot->reports[p->rows[p->list.cursor].source];
    bool is_of_it = report != NULL && strcmp(report->item_id, item->id) == 0;
    return is_of_it && report->made_ms != p->closed_ms ? report : NULL;
}

/* "orders.view.lkml:12 error Unknown field" */
static void add_finding(struct text_rows *rows, const struct finding *finding, size_t width)
{
    static const struct {
        const char *word;
        enum role role;
    } levels[] = {
        [FINDING_OK] = {"ok", ROLE_OK},
        [FINDING_NOTE] = {"note", ROLE_DIM},
        [FINDING_WARNING] = {"warning", ROLE_WARNING},
        [FINDING_ERROR] = {"error", ROLE_ERROR},
    };
    const char *place = "";
    if (finding->file != NULL && finding->line > 0)
        place = arena_printf(&rows->arena, "%s:%d ", finding->file, finding->line);
    else if (finding->file != NULL)
        place = arena_printf(&rows->arena, "%s ", finding->file);
    text_rows_prose(rows, levels[finding->level].role,
                    arena_printf(&rows->arena, "%s%s: %s", place, levels[finding->level].word,
                                 finding->message != NULL ? finding->message : "-"),
                    width);
}

static void build_report(struct items *p, size_t width)
{
    const char *summary = p->report->summary != NULL ? p->report->summary : "done";
    text_rows_heading(&p->facts, arena_printf(&p->facts.arena, "%s: %s",
                                              action_infos[p->report->kind].name, summary));
    for (size_t i = 0; i < p->report->finding_count; i++)
        add_finding(&p->facts, &p->report->findings[i], width);
    if (p->report->is_cut)
        text_rows_prose(&p->facts, ROLE_WARNING, "There is more; the rest was left out.", width);
}

static void build_item(struct text_rows *rows, const struct item *item, enum sql_form form,
                       size_t width)
{
    if (item->command != NULL) {
        text_rows_heading(rows, "command");
        text_rows_prose(rows, ROLE_STRONG, item->command, width);
    }
    text_rows_facts(rows, item->fields, item->field_count, width);
    if (item->sql != NULL) {
        text_rows_heading(rows, "SQL");
        sql_rows_add(rows, form, item->sql, width, NULL);
    }
}

static void build_facts(struct view *view)
{
    struct items *p = view->state;
    const struct item *item = item_at(p, p->list.cursor);
    size_t width = view->width > 2 ? view->width - 2 : 1;
    text_rows_clear(&p->facts);
    p->report = report_of(view);
    int64_t report_ms = p->report != NULL ? p->report->made_ms : 0;
    if (report_ms != p->report_ms)
        p->fact_top = 0;
    p->report_ms = report_ms;
    if (p->report != NULL)
        build_report(p, width);
    else if (item != NULL)
        build_item(&p->facts, item, view->app->sql_form, width);
}

static void remember_selected(struct items *p)
{
    const struct row none = {.kind = ITEM_KIND_COUNT};
    const struct row *row = p->list.cursor < p->count ? &p->rows[p->list.cursor] : &none;
    const char *id = row->item != NULL ? row->item->id : "";
    if (row->source != p->selected_source || row->kind != p->selected_kind ||
        strcmp(id, p->selected) != 0)
        p->fact_top = 0;
    snprintf(p->selected, sizeof(p->selected), "%s", id);
    p->selected_kind = row->kind;
    p->selected_source = row->source;
}

static bool is_selected(const struct items *p, const struct row *row)
{
    return row->item != NULL && row->source == p->selected_source &&
           row->kind == p->selected_kind && strcmp(row->item->id, p->selected) == 0;
}

static void items_update(struct view *view)
{
    struct items *p = view->state;
    gather(p, view->app->snapshot);
    measure(p, view->width, view->app->now_ms);
    view->title = item_title(caps_of(view->app->snapshot));
    list_resize(&p->list, p->count, list_rows(view));
    for (size_t i = 0; i < p->count; i++)
        if (is_selected(p, &p->rows[i]))
            list_follow(&p->list, i);
    step_off_heading(p, false);
    remember_selected(p);
    build_facts(view);
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

static void items_draw_title(const struct view *view, struct line *line)
{
    const struct items *p = view->state;
    const struct snapshot *s = view->app->snapshot;
    if (p->count == 0)
        return;
    uint16_t source = p->rows[p->list.cursor].source;
    const struct item_list *list = p->rows[p->list.cursor].list;
    const char *workspace = list != NULL ? list->workspace : NULL;
    if (s->source_count > 1)
        line_putf(line, ROLE_DIM, "%s  ", s->sources[source].profile);
    line_putf(line, ROLE_DIM, "%s %s",
              list != NULL && list->place != NULL ? list->place : "workspace",
              workspace != NULL ? workspace : "-");
}

static void draw_words(const struct view *view, const struct row *row, struct line *line)
{
    const struct source_status *source = &view->app->snapshot->sources[row->source];
    char words[120];
    item_words(source->caps, words, sizeof(words));
    if (row->list == NULL)
        line_putf(line, ROLE_DIM, "Asking %s for its %s.", source->profile, words);
    else if (row->list->error.code != ERR_NONE)
        line_put_cut(line, ROLE_WARNING, row->list->error.message, SIZE_MAX);
    else if (row->list->is_cut)
        line_put(line, ROLE_WARNING, "There are more; the rest was left out.");
    else
        line_putf(line, ROLE_DIM, "%s has no %s.", source->profile, words);
}

/* Keys step over headings, and so does the way from the cursor to a row. */
static int steps_to(const struct items *p, size_t row)
{
    int steps = 0;
    for (size_t i = p->list.cursor; i < row; i++)
        steps += !is_heading(p, i + 1);
    for (size_t i = p->list.cursor; i > row; i--)
        steps -= !is_heading(p, i - 1);
    return steps;
}

static void draw_list_row(const struct view *view, size_t at, struct line *line)
{
    const struct items *p = view->state;
    const struct row *row = &p->rows[at];
    size_t right = line->cols + view->width;
    bool is_chosen = at == p->list.cursor;
    if (is_chosen)
        line->overlay = view->is_focused ? OVERLAY_SELECTED : OVERLAY_NONE;
    line_put(line, is_chosen ? ROLE_TITLE : ROLE_TEXT, is_chosen ? "\xe2\x94\x83 " : "  ");
    if (row->item != NULL)
        item_row_draw(&p->widths[row->kind], row->item, view->app->now_ms, line);
    else if (row->kind != ITEM_KIND_COUNT)
        item_row_heading(&p->widths[row->kind], row->kind, line);
    else
        draw_words(view, row, line);
    line_pad_to(line, right);
    line->overlay = OVERLAY_NONE;
    if (!is_heading(p, at))
        line_zone(line, right - view->width, ZONE_ROW, steps_to(p, at));
}

static void items_draw_row(const struct view *view, size_t y, struct line *line)
{
    const struct items *p = view->state;
    if (p->count == 0) {
        if (y == 0)
            line_put(line, ROLE_DIM,
                     view->app->snapshot->source_count == 0
                         ? "  Starting."
                         : "  No profile here has workspace projects.");
        return;
    }
    if (y < p->list.height) {
        draw_list_row(view, p->list.top + y, line);
        return;
    }
    /* One blank line, then the facts. */
    size_t at = y - p->list.height;
    if (at == 0 || p->fact_top + at - 1 >= p->facts.count)
        return;
    line_put(line, ROLE_TEXT, "  ");
    text_rows_draw(&p->facts, p->fact_top + at - 1, line, view->width > 2 ? view->width - 2 : 1);
}

/* ---- keys --------------------------------------------------------------------------------------
 */

static bool scroll_facts(struct view *view, int step)
{
    struct items *p = view->state;
    size_t room = view->height > p->list.height + 1 ? view->height - p->list.height - 1 : 0;
    if (step > 0 && p->fact_top + room < p->facts.count)
        p->fact_top++;
    else if (step < 0 && p->fact_top > 0)
        p->fact_top--;
    return true;
}

static bool items_act(struct view *view, enum ui_action action)
{
    struct items *p = view->state;
    if (action == UI_LEFT || action == UI_RIGHT)
        return scroll_facts(view, action == UI_RIGHT ? 1 : -1);
    if (action == UI_BACK && p->report != NULL) {
        p->closed_ms = p->report_ms;
        build_facts(view);
        return true;
    }
    if (!list_act(&p->list, action))
        return false;
    step_off_heading(p, action == UI_UP || action == UI_PAGE_UP);
    remember_selected(p);
    build_facts(view);
    return true;
}

bool items_selected(const struct view *view, uint16_t *out_source, const struct item **out_item)
{
    const struct items *p = view->state;
    if (p->count == 0)
        return false;
    *out_source = p->rows[p->list.cursor].source;
    if (out_item != NULL)
        *out_item = p->rows[p->list.cursor].item;
    return true;
}

bool items_go_to(struct view *view, uint16_t source, enum item_kind kind, const char *id)
{
    struct items *p = view->state;
    for (size_t i = 0; i < p->count; i++) {
        const struct row *row = &p->rows[i];
        if (row->item == NULL || row->source != source || row->kind != kind ||
            strcmp(row->item->id, id) != 0)
            continue;
        list_go(&p->list, i);
        remember_selected(p);
        build_facts(view);
        return true;
    }
    return false;
}

const struct view_ops view_items = {
    .title = "Projects",
    .state_size = sizeof(struct items),
    .update = items_update,
    .draw_title = items_draw_title,
    .draw_row = items_draw_row,
    .act = items_act,
    .close = items_close,
};

/* view_projects.c - the workspaces' projects and their git state, with the chosen one in full. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "text_rows.h"

#define NAME_COLS_MAX   22
#define REMOTE_COLS_MIN 16
#define NAME_COLS_MIN   8
#define STATE_COLS      13
#define FACT_ROWS_MIN   4

/* A row of the list: a project, or what a profile says instead of projects. */
struct project_row {
    uint16_t source;
    const struct project *project; /* NULL: words of the profile; else borrowed from the snapshot */
    struct project_list *list;     /* it stands in */
};

struct projects {
    struct project_row *rows;
    size_t count;
    size_t size;
    struct list list;
    struct text_rows facts; /* of the project under the cursor */
    size_t fact_top;
    /* The report that stands in place of the facts; one that Esc has closed stays away. */
    const struct project_report *report; /* borrowed from the snapshot; NULL: none */
    int64_t report_ms;                   /* when it was made */
    int64_t closed_ms;                   /* when the one closed last was made */
    char selected[LIMIT_NAME_BYTES * 2];
    uint16_t selected_source;
};

static void projects_close(struct view *view)
{
    struct projects *p = view->state;
    text_rows_finish(&p->facts);
    free(p->rows);
}

static void add_row(struct projects *p, uint16_t source, const struct project *project,
                    struct project_list *list)
{
    if (p->count == p->size) {
        p->size = p->size > 0 ? p->size * 2 : 16;
        p->rows = xreallocarray(p->rows, p->size, sizeof(p->rows[0]));
    }
    p->rows[p->count++] = (struct project_row){source, project, list};
}

static void gather(struct projects *p, const struct snapshot *s)
{
    p->count = 0;
    for (size_t i = 0; i < s->source_count; i++) {
        if (!(s->sources[i].caps & CAP_PROJECTS) && s->projects[i] == NULL)
            continue;
        struct project_list *list = s->projects[i];
        if (list == NULL || list->project_count == 0)
            add_row(p, (uint16_t)i, NULL, list);
        for (size_t j = 0; list != NULL && j < list->project_count; j++)
            add_row(p, (uint16_t)i, &list->projects[j], list);
    }
}

static const char *name_of(const struct project *project)
{
    if (project->name != NULL)
        return project->name;
    return project->id != NULL ? project->id : "-";
}

static const struct project *project_at(const struct projects *p, size_t row)
{
    return row < p->count ? p->rows[row].project : NULL;
}

/* How many lines the list gets; the rest is for the facts of the chosen project. */
static size_t list_rows(const struct view *view)
{
    const struct projects *p = view->state;
    size_t room =
        view->height > FACT_ROWS_MIN + 1 ? view->height - FACT_ROWS_MIN - 1 : view->height;
    size_t half = (view->height + 1) / 2;
    if (room > half && p->count > half)
        room = half;
    return p->count < room ? p->count : room;
}

/* What was found by the last check of the chosen project. */
static const struct project_report *report_of(const struct view *view)
{
    const struct projects *p = view->state;
    const struct project *project = project_at(p, p->list.cursor);
    if (project == NULL || project->id == NULL)
        return NULL;
    const struct project_report *report =
        view->app->snapshot->reports[p->rows[p->list.cursor].source];
    bool is_of_it = report != NULL && strcmp(report->project_id, project->id) == 0;
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

static void build_report(struct projects *p, size_t width)
{
    const char *summary = p->report->summary != NULL ? p->report->summary : "done";
    text_rows_heading(&p->facts, arena_printf(&p->facts.arena, "%s: %s",
                                              action_infos[p->report->kind].name, summary));
    for (size_t i = 0; i < p->report->finding_count; i++)
        add_finding(&p->facts, &p->report->findings[i], width);
    if (p->report->is_cut)
        text_rows_prose(&p->facts, ROLE_WARNING, "There is more; the rest was left out.", width);
}

static void build_facts(struct view *view)
{
    struct projects *p = view->state;
    const struct project *project = project_at(p, p->list.cursor);
    size_t width = view->width > 2 ? view->width - 2 : 1;
    text_rows_clear(&p->facts);
    p->report = report_of(view);
    int64_t report_ms = p->report != NULL ? p->report->made_ms : 0;
    if (report_ms != p->report_ms)
        p->fact_top = 0;
    p->report_ms = report_ms;
    if (p->report != NULL)
        build_report(p, width);
    else if (project != NULL)
        text_rows_facts(&p->facts, project->fields, project->field_count, width);
}

static void remember_selected(struct projects *p)
{
    const struct project *project = project_at(p, p->list.cursor);
    const char *name = project != NULL ? name_of(project) : "";
    uint16_t source = p->list.cursor < p->count ? p->rows[p->list.cursor].source : 0;
    if (source != p->selected_source || strcmp(name, p->selected) != 0)
        p->fact_top = 0;
    snprintf(p->selected, sizeof(p->selected), "%s", name);
    p->selected_source = source;
}

static void projects_update(struct view *view)
{
    struct projects *p = view->state;
    gather(p, view->app->snapshot);
    list_resize(&p->list, p->count, list_rows(view));
    for (size_t i = 0; i < p->count; i++)
        if (p->rows[i].project != NULL && p->rows[i].source == p->selected_source &&
            strcmp(name_of(p->rows[i].project), p->selected) == 0)
            list_follow(&p->list, i);
    remember_selected(p);
    build_facts(view);
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

static void projects_draw_title(const struct view *view, struct line *line)
{
    const struct projects *p = view->state;
    const struct snapshot *s = view->app->snapshot;
    if (p->count == 0)
        return;
    uint16_t source = p->rows[p->list.cursor].source;
    const struct project_list *list = p->rows[p->list.cursor].list;
    const char *workspace = list != NULL ? list->workspace : NULL;
    if (s->source_count > 1)
        line_putf(line, ROLE_DIM, "%s  ", s->sources[source].profile);
    line_putf(line, ROLE_DIM, "workspace %s", workspace != NULL ? workspace : "-");
}

static void put_git_state(const struct project *project, struct line *line)
{
    if (project->ahead != UNKNOWN && project->ahead > 0)
        line_putf(line, ROLE_WARNING, "\xe2\x86\x91%lld ", (long long)project->ahead);
    if (project->behind != UNKNOWN && project->behind > 0)
        line_putf(line, ROLE_WARNING, "\xe2\x86\x93%lld ", (long long)project->behind);
    if (project->is_clean == 1)
        line_put(line, ROLE_OK, "\xe2\x9c\x93 clean");
    else if (project->is_clean == 0)
        line_put(line, ROLE_WARNING, "dirty");
    else if (project->is_read_only)
        line_put(line, ROLE_DIM, "read only");
    else
        line_put(line, ROLE_DIM, "-");
}

static const char *branch_of(const struct project *project)
{
    return project->branch != NULL ? project->branch : "-";
}

/* Columns of the widest text there is, within bounds. */
static size_t widest(const struct projects *p, const char *(*text)(const struct project *),
                     size_t most)
{
    size_t widest = NAME_COLS_MIN;
    for (size_t i = 0; i < p->count; i++) {
        size_t cols = p->rows[i].project != NULL ? line_text_cols(text(p->rows[i].project)) : 0;
        if (cols > widest)
            widest = cols;
    }
    return widest < most ? widest : most;
}

static void draw_project(const struct view *view, const struct project *project, struct line *line)
{
    const struct projects *p = view->state;
    size_t name_cols = widest(p, name_of, NAME_COLS_MAX);
    size_t fixed = name_cols + STATE_COLS + 6;
    size_t room = view->width > fixed + NAME_COLS_MIN ? view->width - fixed : NAME_COLS_MIN;
    line_cell(line, ROLE_TEXT, name_of(project), name_cols, false);
    line_put(line, ROLE_TEXT, "  ");
    line_cell(line, ROLE_TEXT, branch_of(project),
              widest(p, branch_of, room < NAME_COLS_MAX ? room : NAME_COLS_MAX), false);
    line_put(line, ROLE_TEXT, "  ");
    size_t at = line->cols;
    put_git_state(project, line);
    line_pad_to(line, at + STATE_COLS + 2);
    if (line->limit < line->cols + REMOTE_COLS_MIN)
        return;
    line_put_cut(line, ROLE_DIM, project->remote_url != NULL ? project->remote_url : "no remote",
                 SIZE_MAX);
}

static void draw_words(const struct view *view, const struct project_row *row, struct line *line)
{
    const struct source_status *source = &view->app->snapshot->sources[row->source];
    if (row->list == NULL)
        line_putf(line, ROLE_DIM, "Asking %s for its projects.", source->profile);
    else if (row->list->error.code != ERR_NONE)
        line_put(line, ROLE_WARNING, row->list->error.message);
    else
        line_putf(line, ROLE_DIM, "%s has no projects.", source->profile);
}

static void draw_list_row(const struct view *view, size_t row, struct line *line)
{
    const struct projects *p = view->state;
    size_t right = line->cols + view->width;
    bool is_selected = row == p->list.cursor;
    if (is_selected)
        line->overlay = view->is_focused ? OVERLAY_SELECTED : OVERLAY_NONE;
    line_put(line, is_selected ? ROLE_TITLE : ROLE_TEXT, is_selected ? "\xe2\x94\x83 " : "  ");
    if (p->rows[row].project != NULL)
        draw_project(view, p->rows[row].project, line);
    else
        draw_words(view, &p->rows[row], line);
    line_pad_to(line, right);
    line->overlay = OVERLAY_NONE;
}

static void projects_draw_row(const struct view *view, size_t y, struct line *line)
{
    const struct projects *p = view->state;
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
    struct projects *p = view->state;
    size_t room = view->height > p->list.height + 1 ? view->height - p->list.height - 1 : 0;
    if (step > 0 && p->fact_top + room < p->facts.count)
        p->fact_top++;
    else if (step < 0 && p->fact_top > 0)
        p->fact_top--;
    return true;
}

static bool projects_act(struct view *view, enum ui_action action)
{
    struct projects *p = view->state;
    if (action == UI_LEFT || action == UI_RIGHT)
        return scroll_facts(view, action == UI_RIGHT ? 1 : -1);
    if (action == UI_BACK && p->report != NULL) {
        p->closed_ms = p->report_ms;
        build_facts(view);
        return true;
    }
    if (!list_act(&p->list, action))
        return false;
    remember_selected(p);
    build_facts(view);
    return true;
}

bool projects_selected(const struct view *view, uint16_t *out_source,
                       const struct project **out_project)
{
    const struct projects *p = view->state;
    if (p->count == 0)
        return false;
    *out_source = p->rows[p->list.cursor].source;
    if (out_project != NULL)
        *out_project = p->rows[p->list.cursor].project;
    return true;
}

const struct view_ops view_projects = {
    .title = "Projects",
    .state_size = sizeof(struct projects),
    .update = projects_update,
    .draw_title = projects_draw_title,
    .draw_row = projects_draw_row,
    .act = projects_act,
    .close = projects_close,
};

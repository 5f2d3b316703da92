#include "palette.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "base/fuzzy.h"
#include "base/textmatch.h"
#include "box.h"
#include "task_order.h"

#define BOX_COLS_MAX  96
#define LIST_ROWS_MAX 16
#define FRAME_ROWS    4 /* top, prompt, rule, bottom */
#define NAME_COLS     26
#define NAME_BYTES    80
#define KEY_COLS      6
/* More than letters can be worth. */
#define POINTS_BEGINS (1 << 20)
/* Fewer letters are in every help. */
#define HELP_LETTERS_MIN 3

/* ---- what there is to choose from --------------------------------------------------------------
 */

/* One row in words. */
struct entry {
    char name[NAME_BYTES];
    const char *help;
    uint32_t key;  /* UI_KEY_NONE: it has none */
    bool is_plain; /* a movement: last while nothing is typed */
    bool can;
    struct error reason; /* why it can not be done now */
};

/* As people say it: "next-pane" is "next pane". */
static void describe_action(const struct app *app, size_t index, struct entry *out)
{
    enum ui_action action = (enum ui_action)(index + 1);
    snprintf(out->name, sizeof(out->name), "%s", ui_actions[action].name);
    for (char *c = strchr(out->name, '-'); c != NULL; c = strchr(c, '-'))
        *c = ' ';
    out->help = ui_actions[action].help;
    out->key = ui_actions[action].keys[0];
    out->is_plain = ui_actions[action].group == UI_GROUP_MOVE;
    out->can = app_can(app, action, &out->reason);
}

static size_t count_actions(const struct app *app)
{
    (void)app;
    return UI_ACTION_COUNT - 1;
}

static void run_action(struct app *app, size_t index)
{
    app_act(app, (enum ui_action)(index + 1));
}

/* The order without a column comes first. */
static enum column order_at(size_t index)
{
    return index == 0 ? SORT_BY_ACTIVITY : (enum column)(index - 1);
}

static void describe_order(const struct app *app, size_t index, struct entry *out)
{
    (void)app;
    enum column column = order_at(index);
    snprintf(out->name, sizeof(out->name), "sort by %s", task_order_name(column));
    out->help = task_order_help(column);
    out->can = true;
}

static size_t count_orders(const struct app *app)
{
    (void)app;
    return COLUMN_COUNT + 1;
}

static void run_order(struct app *app, size_t index)
{
    enum column column = order_at(index);
    tasks_sort(&app->views[PANE_TASKS], column, task_order_falls(column));
    app_remember_order(app);
}

static void describe_grouping(const struct app *app, size_t index, struct entry *out)
{
    (void)app;
    snprintf(out->name, sizeof(out->name), "group by %s", groupings[index].name);
    out->help = groupings[index].help;
    out->can = true;
}

static size_t count_groupings(const struct app *app)
{
    (void)app;
    return GROUPING_COUNT;
}

static void run_grouping(struct app *app, size_t index)
{
    app_group(app, (enum grouping)index);
}

static void describe_filter(const struct app *app, size_t index, struct entry *out)
{
    const struct setting *filter = settings_at(&app->settings, SETTINGS_FILTERS, index);
    snprintf(out->name, sizeof(out->name), "filter %s", filter->key);
    out->help = filter->value;
    out->can = true;
}

static size_t count_filters(const struct app *app)
{
    size_t count = 0;
    while (settings_at(&app->settings, SETTINGS_FILTERS, count) != NULL)
        count++;
    return count;
}

static void run_filter(struct app *app, size_t index)
{
    app_use_saved_filter(app, settings_at(&app->settings, SETTINGS_FILTERS, index));
}

static const struct palette_kind {
    size_t (*count)(const struct app *app);
    void (*describe)(const struct app *app, size_t index, struct entry *out);
    void (*run)(struct app *app, size_t index);
} kinds[] = {
    {count_actions, describe_action, run_action},
    {count_filters, describe_filter, run_filter},
    {count_orders, describe_order, run_order},
    {count_groupings, describe_grouping, run_grouping},
};

static void describe(const struct app *app, const struct palette_row *row, struct entry *out)
{
    *out = (struct entry){.key = UI_KEY_NONE};
    kinds[row->kind].describe(app, row->index, out);
}

/* ---- narrowing ---------------------------------------------------------------------------------
 */

/* A name counts more than the help; the table's order decides between equals. */
static int compare_rows(const void *a, const void *b)
{
    const struct palette_row *left = a;
    const struct palette_row *right = b;
    if (left->score != right->score)
        return left->score > right->score ? -1 : 1;
    if (left->kind != right->kind)
        return left->kind < right->kind ? -1 : 1;
    return (left->index > right->index) - (left->index < right->index);
}

/* A name that begins with what was typed comes before all that only has its letters. */
static int score_of(const struct palette *palette, const struct entry *entry)
{
    struct textmatch match;
    int score = fuzzy_match(palette->prompt.text, entry->name, NULL);
    if (palette->prompt.len == 0)
        return entry->is_plain ? 0 : 1;
    if (score != FUZZY_NONE)
        return score + 1 +
               (text_starts_with(entry->name, palette->prompt.text) ? POINTS_BEGINS : 0);
    if (palette->prompt.len < HELP_LETTERS_MIN)
        return FUZZY_NONE;
    textmatch_init(&match, palette->prompt.text);
    bool is_in_help = textmatch_find(&match, entry->help, strlen(entry->help)) != NULL;
    textmatch_finish(&match);
    return is_in_help ? 0 : FUZZY_NONE;
}

static void narrow(struct app *app)
{
    struct palette *palette = &app->palette;
    struct entry entry;
    palette->count = 0;
    for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
        size_t count = kinds[kind].count(app);
        for (size_t i = 0; i < count && palette->count < PALETTE_ROWS; i++) {
            struct palette_row row = {(uint8_t)kind, (uint16_t)i, 0};
            describe(app, &row, &entry);
            row.score = score_of(palette, &entry);
            if (row.score != FUZZY_NONE)
                palette->rows[palette->count++] = row;
        }
    }
    qsort(palette->rows, palette->count, sizeof(palette->rows[0]), compare_rows);
    palette->list = (struct list){0};
}

static void fit(struct app *app)
{
    size_t room = app->rows > FRAME_ROWS + 4 ? (size_t)app->rows - FRAME_ROWS - 4 : 1;
    list_resize(&app->palette.list, app->palette.count,
                room < LIST_ROWS_MAX ? room : LIST_ROWS_MAX);
}

void app_open_palette(struct app *app)
{
    prompt_start(&app->palette.prompt, "");
    app->popup = POPUP_PALETTE;
    narrow(app);
    fit(app);
}

/* ---- keys --------------------------------------------------------------------------------------
 */

static void run(struct app *app)
{
    const struct palette *palette = &app->palette;
    app_close_popup(app);
    if (palette->count == 0)
        return;
    const struct palette_row *row = &palette->rows[palette->list.cursor];
    kinds[row->kind].run(app, row->index);
}

void palette_key(struct app *app, uint32_t key)
{
    struct palette *palette = &app->palette;
    enum ui_action action = action_for_key(key);
    fit(app);
    if (key == UI_KEY_ENTER)
        run(app);
    else if (key == UI_KEY_ESCAPE || key == UI_KEY_CTRL('c'))
        app_close_popup(app);
    else if (key == UI_KEY_TAB || key == UI_KEY_CTRL('n'))
        list_act(&palette->list, UI_DOWN);
    else if (key == UI_KEY_BACKTAB || key == UI_KEY_CTRL('p'))
        list_act(&palette->list, UI_UP);
    else if (key >= UI_KEY_UP && list_act(&palette->list, action))
        return;
    else if (prompt_key(&palette->prompt, key))
        narrow(app);
    fit(app);
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

void palette_size(const struct app *app, size_t *out_cols, size_t *out_rows)
{
    size_t room = app->cols > 4 ? (size_t)app->cols - 4 : (size_t)app->cols;
    *out_cols = room < BOX_COLS_MAX ? room : BOX_COLS_MAX;
    *out_rows = app->palette.list.height + FRAME_ROWS;
}

/* The name with the letters that were typed standing out. */
static void put_name(const char *pattern, const struct entry *entry, struct line *line)
{
    uint64_t places = 0;
    size_t right = line->cols + NAME_COLS;
    size_t length = line_text_head(entry->name, strlen(entry->name), NAME_COLS, NULL);
    enum role role = entry->can ? ROLE_TEXT : ROLE_DIM;
    if (fuzzy_match(pattern, entry->name, &places) == FUZZY_NONE)
        places = 0;
    for (size_t at = 0, end; at < length; at = end) {
        bool is_match = at < 64 && places >> at & 1;
        for (end = at + 1; end < length && (end < 64 && places >> end & 1) == is_match; end++)
            ;
        line_putn(line, is_match ? ROLE_KEY : role, entry->name + at, end - at);
    }
    line_pad_to(line, right);
}

static void draw_row(const struct app *app, size_t row, struct line *line)
{
    struct entry entry;
    char key[KEY_NAME_BYTES] = "";
    describe(app, &app->palette.rows[row], &entry);
    if (entry.key != UI_KEY_NONE)
        key_format(entry.key, key);
    size_t right = line->limit > KEY_COLS ? line->limit - KEY_COLS : 0;
    line->overlay = row == app->palette.list.cursor ? OVERLAY_SELECTED : OVERLAY_NONE;
    put_name(app->palette.prompt.text, &entry, line);
    line_put(line, ROLE_TEXT, "  ");
    size_t room = right > line->cols + 1 ? right - line->cols - 1 : 0;
    line_put_cut(line, ROLE_DIM, entry.can ? entry.help : entry.reason.message, room);
    line_pad_to(line, right);
    line_cell(line, entry.can ? ROLE_KEY : ROLE_DIM, key, KEY_COLS, true);
}

void palette_draw(struct app *app, size_t y, struct line *line)
{
    struct palette *palette = &app->palette;
    size_t row = palette->list.top + y - FRAME_ROWS + 1;
    if (y == 0) {
        box_top(line, "Actions");
        return;
    }
    if (y == palette->list.height + FRAME_ROWS - 1) {
        box_bottom(line);
        return;
    }
    box_left(line);
    if (y == 1) {
        line_put(line, ROLE_KEY, ": ");
        prompt_draw(&palette->prompt, line, line->limit - line->cols, SIZE_MAX,
                    &palette->cursor_col);
    } else if (y == 2) {
        line_rule_to(line, line->limit);
    } else if (row < palette->count) {
        draw_row(app, row, line);
    } else if (palette->count == 0 && y == FRAME_ROWS - 1) {
        line_put(line, ROLE_DIM, "No action has these letters.");
    }
    box_right(line);
    if (y >= FRAME_ROWS - 1 && row < palette->count)
        line_zone(line, 0, ZONE_ROW, (int)row - (int)palette->list.cursor);
}

bool palette_cursor(const struct app *app, size_t *out_x, size_t *out_y)
{
    *out_x = app->palette.cursor_col;
    *out_y = 1;
    return true;
}

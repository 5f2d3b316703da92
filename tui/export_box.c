#include "export_box.h"

#include <stdio.h>
#include <string.h>

#include "box.h"
#include "keys.h"

#define BOX_COLS   72
#define LABEL_COLS 8
#define NAME_ROW   (1 + 1 + (size_t)EXPORT_FORMAT_COUNT + 1)

enum carry_thing export_box_thing(const struct export_box *box)
{
    return box->things[box->thing].thing;
}

static const struct carry_info *info_of(const struct export_box *box)
{
    return &carry_infos[export_box_thing(box)];
}

static bool is_table(const struct export_box *box)
{
    return info_of(box)->extension == NULL;
}

/* "tasks.csv", "6f1c.sql": as long as the name is ours it follows the choice. */
static void propose_name(struct export_box *box)
{
    char name[PROMPT_BYTES];
    const char *extension =
        is_table(box) ? export_formats[box->format].extension : info_of(box)->extension;
    if (box->is_name_typed)
        return;
    if (export_box_thing(box) == CARRY_LIST)
        snprintf(name, sizeof(name), "tasks.%s", extension);
    else
        snprintf(name, sizeof(name), "%s.%s", box->stem, extension);
    prompt_start(&box->name, name);
}

void export_box_open(struct export_box *box, const struct carry_source *source, enum carry_thing at,
                     const char *stem)
{
    *box = (struct export_box){.format = EXPORT_CSV};
    snprintf(box->stem, sizeof(box->stem), "%s", stem);
    for (int i = 0; i < CARRY_THING_COUNT; i++) {
        enum carry_thing thing = (enum carry_thing)i;
        if (!carry_infos[thing].is_whole || !carry_infos[thing].is_there(source))
            continue;
        if (thing == at)
            box->thing = box->thing_count;
        box->things[box->thing_count].thing = thing;
        carry_describe(source, thing, box->things[box->thing_count].words,
                       sizeof(box->things[0].words));
        box->thing_count++;
    }
    propose_name(box);
}

void export_box_fail(struct export_box *box, bool exists, const char *trouble)
{
    box->asks_to_replace = exists;
    snprintf(box->trouble, sizeof(box->trouble), "%s", trouble);
}

/* ---- keys --------------------------------------------------------------------------------------
 */

static void step_format(struct export_box *box, int step)
{
    if (is_table(box))
        box->format = (enum export_format)(((int)box->format + step + EXPORT_FORMAT_COUNT) %
                                           EXPORT_FORMAT_COUNT);
    propose_name(box);
}

static void step_thing(struct export_box *box, int step)
{
    box->thing = (box->thing + box->thing_count + (size_t)step) % box->thing_count;
    propose_name(box);
}

static enum export_answer answer_replacing(struct export_box *box, uint32_t key)
{
    if (key == 'y')
        return EXPORT_ANSWER_WRITE;
    export_box_fail(box, false, "");
    return EXPORT_ANSWER_NONE;
}

static void edit_name(struct export_box *box, uint32_t key)
{
    size_t length = box->name.len;
    char before[PROMPT_BYTES];
    memcpy(before, box->name.text, length + 1);
    prompt_key(&box->name, key);
    box->is_name_typed |= strcmp(before, box->name.text) != 0;
}

enum export_answer export_box_key(struct export_box *box, uint32_t key)
{
    if (box->asks_to_replace)
        return answer_replacing(box, key);
    box->trouble[0] = '\0';
    switch (key) {
    case UI_KEY_ESCAPE:
    case UI_KEY_CTRL('c'):
        return EXPORT_ANSWER_CLOSE;
    case UI_KEY_ENTER:
        return box->name.len > 0 ? EXPORT_ANSWER_WRITE : EXPORT_ANSWER_NONE;
    case UI_KEY_UP:
    case UI_KEY_DOWN:
        step_format(box, key == UI_KEY_UP ? -1 : 1);
        break;
    case UI_KEY_TAB:
    case UI_KEY_BACKTAB:
        step_thing(box, key == UI_KEY_TAB ? 1 : -1);
        break;
    default:
        edit_name(box, key);
    }
    return EXPORT_ANSWER_NONE;
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

/* Frame, what, the formats, blank, name, answers, frame. */
size_t export_box_rows(const struct export_box *box)
{
    (void)box;
    return NAME_ROW + 3;
}

size_t export_box_cols(void)
{
    return BOX_COLS;
}

static void draw_thing(const struct export_box *box, struct line *line)
{
    line_cell(line, ROLE_DIM, "what", LABEL_COLS, false);
    line_put(line, ROLE_TEXT, box->things[box->thing].words);
    if (box->thing_count > 1)
        line_putf(line, ROLE_DIM, "   %zu of %zu", box->thing + 1, box->thing_count);
}

static void draw_format(const struct export_box *box, size_t at, struct line *line)
{
    bool is_chosen = is_table(box) ? at == (size_t)box->format : at == 0;
    line_cell(line, ROLE_DIM, at == 0 ? "as" : "", LABEL_COLS, false);
    if (!is_table(box)) {
        line_put(line, ROLE_DIM, at == 0 ? "text, as it is" : "");
        return;
    }
    line->overlay = is_chosen ? OVERLAY_SELECTED : OVERLAY_NONE;
    line_cell(line, ROLE_TEXT, export_formats[at].name, 10, false);
    line_put(line, ROLE_DIM, export_formats[at].help);
    line->overlay = OVERLAY_NONE;
}

static void draw_name(struct export_box *box, struct line *line)
{
    line_cell(line, ROLE_DIM, "file", LABEL_COLS, false);
    size_t room = line->limit > line->cols + 2 ? line->limit - line->cols - 2 : 0;
    prompt_draw(&box->name, line, room, SIZE_MAX, &box->cursor_col);
}

static void put_hint(struct line *line, const char *key, const char *word)
{
    line_put(line, ROLE_KEY, key);
    line_putf(line, ROLE_TEXT, " %s   ", word);
}

static void draw_answers(const struct export_box *box, struct line *line)
{
    if (box->trouble[0] != '\0')
        line_put_cut(line, box->asks_to_replace ? ROLE_WARNING : ROLE_ERROR, box->trouble,
                     BOX_COLS - 34);
    if (box->asks_to_replace) {
        line_put(line, ROLE_TEXT, "   ");
        put_hint(line, "y", "replace it");
        put_hint(line, "N", "keep it");
        return;
    }
    if (box->trouble[0] != '\0')
        return;
    put_hint(line, "Enter", "write");
    if (is_table(box))
        put_hint(line, "Up Down", "format");
    if (box->thing_count > 1)
        put_hint(line, "Tab", "something else");
    put_hint(line, "Esc", "close");
}

void export_box_draw(struct export_box *box, size_t y, struct line *line)
{
    if (y == 0) {
        box_top(line, "Export to a file");
        return;
    }
    if (y + 1 == export_box_rows(box)) {
        box_bottom(line);
        return;
    }
    box_left(line);
    if (y == 1)
        draw_thing(box, line);
    else if (y < 2 + (size_t)EXPORT_FORMAT_COUNT)
        draw_format(box, y - 2, line);
    else if (y == NAME_ROW)
        draw_name(box, line);
    else if (y == NAME_ROW + 1)
        draw_answers(box, line);
    box_right(line);
}

void export_box_cursor(const struct export_box *box, size_t *out_x, size_t *out_y)
{
    *out_x = box->cursor_col;
    *out_y = NAME_ROW;
}

#include "copy_box.h"

#include <stdio.h>
#include <stdlib.h>

#include "box.h"

#define BOX_COLS   76
#define WORDS_COLS 34

static const enum export_format pasted[] = {EXPORT_TSV, EXPORT_MARKDOWN};

/* The beginning, with line ends as blanks. */
static void copy_head(char out[COPY_HEAD_BYTES], const char *text)
{
    size_t length = 0;
    for (; *text != '\0' && length < COPY_HEAD_BYTES - 1; text++) {
        bool is_blank = *text == '\n' || *text == ' ' || *text == '\t';
        if (!is_blank)
            out[length++] = *text;
        else if (length > 0 && out[length - 1] != ' ')
            out[length++] = ' ';
    }
    out[length] = '\0';
}

static void add(struct copy_box *box, const struct carry_source *source, enum carry_thing thing,
                enum export_format format)
{
    char what[64];
    size_t length;
    bool is_table = carry_infos[thing].extension == NULL;
    if (box->list.count == COPY_CHOICES_MAX)
        return;
    struct copy_choice *choice = &box->choices[box->list.count++];
    *choice = (struct copy_choice){.thing = thing, .format = format};
    carry_describe(source, thing, what, sizeof(what));
    snprintf(choice->words, sizeof(choice->words), "%s%s%s", what, is_table ? " as " : "",
             is_table ? export_formats[format].name : "");
    if (is_table) {
        snprintf(choice->head, sizeof(choice->head), "%s", export_formats[format].help);
        return;
    }
    char *text = carry_text(source, thing, format, &length);
    copy_head(choice->head, text);
    free(text);
}

bool copy_box_open(struct copy_box *box, const struct carry_source *source, enum carry_thing at)
{
    size_t cursor = 0;
    box->list = (struct list){0};
    for (int i = 0; i < CARRY_THING_COUNT; i++) {
        enum carry_thing thing = (enum carry_thing)i;
        if (!carry_infos[thing].is_there(source))
            continue;
        if (thing == at)
            cursor = box->list.count;
        bool is_table = carry_infos[thing].extension == NULL;
        for (size_t f = 0; f < (is_table ? sizeof(pasted) / sizeof(pasted[0]) : 1); f++)
            add(box, source, thing, pasted[f]);
    }
    list_resize(&box->list, box->list.count, box->list.count);
    list_go(&box->list, cursor);
    return box->list.count > 0;
}

void copy_box_resize(struct copy_box *box, int screen_rows)
{
    size_t room = screen_rows > 4 ? (size_t)screen_rows - 4 : 1;
    list_resize(&box->list, box->list.count, room < box->list.count ? room : box->list.count);
}

const struct copy_choice *copy_box_choice(const struct copy_box *box)
{
    return &box->choices[box->list.cursor];
}

size_t copy_box_cols(void)
{
    return BOX_COLS;
}

size_t copy_box_rows(const struct copy_box *box)
{
    return box->list.height + 2;
}

void copy_box_draw(const struct copy_box *box, size_t y, struct line *line)
{
    if (y == 0) {
        box_top(line, "Copy");
        return;
    }
    if (y == box->list.height + 1) {
        box_bottom(line);
        return;
    }
    size_t row = box->list.top + y - 1;
    box_left(line);
    line->overlay = row == box->list.cursor ? OVERLAY_SELECTED : OVERLAY_NONE;
    line_cell(line, ROLE_TEXT, box->choices[row].words, WORDS_COLS, false);
    line_pad_to(line, line->cols + 2);
    size_t room = line->limit > line->cols + 2 ? line->limit - line->cols - 2 : 0;
    line_put_cut(line, ROLE_DIM, box->choices[row].head, room);
    box_right(line);
    line_zone(line, 0, ZONE_ROW, (int)row - (int)box->list.cursor);
}

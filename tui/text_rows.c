#include "text_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

#define MAX_ROWS          400000
#define GUTTER_COLS       6 /* "1234  " */
#define HANGING_COLS      4 /* of lines of code that go on in the next row */
#define LABEL_COLS_MIN    9
#define LABEL_COLS_MAX    19
#define LABEL_COLS_NARROW 15 /* in windows below NARROW_COLS */
#define NARROW_COLS       74
#define PAIR_MIN_COLS     64 /* facts stand side by side from this width on */

void text_rows_clear(struct text_rows *rows)
{
    arena_finish(&rows->arena);
    rows->count = 0;
    rows->widest = 0;
    rows->label_cols = LABEL_COLS_MIN;
}

void text_rows_finish(struct text_rows *rows)
{
    arena_finish(&rows->arena);
    free(rows->rows);
    memset(rows, 0, sizeof(*rows));
}

static struct text_row *add_row(struct text_rows *rows, enum text_row_kind kind, enum role role)
{
    if (rows->count == rows->size) {
        rows->size = rows->size > 0 ? rows->size * 2 : 64;
        rows->rows = xreallocarray(rows->rows, rows->size, sizeof(rows->rows[0]));
    }
    /* Beyond the ceiling the last row is used again and again. */
    if (rows->count == MAX_ROWS)
        rows->count--;
    struct text_row *row = &rows->rows[rows->count++];
    *row = (struct text_row){.kind = (uint8_t)kind, .role = (uint8_t)role, .text = ""};
    return row;
}

void text_rows_blank(struct text_rows *rows)
{
    add_row(rows, TEXT_ROW_BLANK, ROLE_TEXT);
}

void text_rows_heading(struct text_rows *rows, const char *text)
{
    struct text_row *row = add_row(rows, TEXT_ROW_HEADING, ROLE_TITLE);
    row->text = text;
    row->length = (uint32_t)strlen(text);
}

/* Columns that the rows of text take, with what stands before it. */
static void measure(struct text_rows *rows, size_t before, const char *text, size_t length)
{
    size_t cols = before + (rows->is_unwrapped ? line_textn_cols(text, length) : 0);
    if (cols > rows->widest)
        rows->widest = cols;
}

static size_t whole_line(const char *text, size_t length, size_t *out_next)
{
    const char *feed = memchr(text, '\n', length);
    size_t whole = feed != NULL ? (size_t)(feed - text) : length;
    *out_next = whole + (feed != NULL ? 1 : 0);
    return whole;
}

/* Bytes of the piece of text[0..length) that goes on one row of width columns; *out_next: bytes to
 * the start of the next piece. Breaks behind a blank where there is one. */
static size_t piece(const struct text_rows *rows, const char *text, size_t length, size_t width,
                    size_t *out_next)
{
    if (rows->is_unwrapped)
        return whole_line(text, length, out_next);
    /* Never looks further than a row: a line may have a megabyte. */
    size_t fits = line_text_head(text, length, width > 0 ? width : 1, NULL);
    const char *feed = memchr(text, '\n', fits < length ? fits + 1 : length);
    if (feed != NULL || fits == length)
        return whole_line(text, feed != NULL ? fits + 1 : length, out_next);
    size_t at = fits;
    while (at > fits / 2 && text[at] != ' ')
        at--;
    if (at > fits / 2) {
        *out_next = at + 1;
        return at;
    }
    if (fits == 0)
        fits = 1;
    while (fits < length && ((unsigned char)text[fits] & 0xc0) == 0x80)
        fits++;
    *out_next = fits;
    return fits;
}

void text_rows_prose(struct text_rows *rows, enum role role, const char *text, size_t width)
{
    size_t length = strlen(text);
    for (size_t at = 0, next; at < length; at += next) {
        struct text_row *row = add_row(rows, TEXT_ROW_PROSE, role);
        row->text = text + at;
        row->length = (uint32_t)piece(rows, text + at, length - at, width, &next);
        measure(rows, 0, row->text, row->length);
    }
}

void text_rows_fact(struct text_rows *rows, enum role role, const char *label, const char *value,
                    size_t width)
{
    size_t room = width > rows->label_cols + 1 ? width - rows->label_cols - 1 : 1;
    size_t length = strlen(value);
    size_t at = 0;
    do {
        size_t next = 0;
        struct text_row *row = add_row(rows, TEXT_ROW_FACT, role);
        row->label = at == 0 ? label : NULL;
        row->text = value + at;
        row->length = (uint32_t)piece(rows, value + at, length - at, room, &next);
        measure(rows, rows->label_cols + 1, row->text, row->length);
        at += next;
    } while (at < length);
}

static bool is_told(const struct field *field)
{
    return field->value != NULL && field->value[0] != '\0';
}

static bool is_short(const struct field *field, size_t cols)
{
    return strchr(field->value, '\n') == NULL && line_text_cols(field->value) <= cols;
}

static bool is_same_group(const struct field *a, const struct field *b)
{
    return a->group == b->group ||
           (a->group != NULL && b->group != NULL && strcmp(a->group, b->group) == 0);
}

static size_t most_label_cols(size_t width)
{
    return width < NARROW_COLS ? LABEL_COLS_NARROW : LABEL_COLS_MAX;
}

void text_rows_fix_labels(struct text_rows *rows, size_t width)
{
    rows->label_cols = most_label_cols(width);
}

/* Rows are cut for the width of all labels, so it is known first. */
static void fit_labels(struct text_rows *rows, const struct field *fields, size_t count,
                       size_t width)
{
    size_t most = most_label_cols(width);
    for (size_t i = 0; i < count; i++) {
        size_t cols = is_told(&fields[i]) ? line_text_cols(fields[i].label) + 1 : 0;
        if (cols > most)
            cols = most;
        if (cols > rows->label_cols)
            rows->label_cols = cols;
    }
}

/* The next told field of the group at or after i; count when there is none. */
static size_t next_told(const struct field *fields, size_t i, size_t count)
{
    while (i < count && !is_told(&fields[i]))
        i++;
    return i;
}

static void add_told(struct text_rows *rows, const struct field *fields, size_t count, size_t width)
{
    size_t half = width / 2;
    size_t room = half > rows->label_cols + 2 ? half - rows->label_cols - 2 : 0;
    size_t i = next_told(fields, 0, count);
    while (i < count) {
        size_t next = next_told(fields, i + 1, count);
        text_rows_fact(rows, ROLE_TEXT, fields[i].label, fields[i].value, width);
        bool is_pair = width >= PAIR_MIN_COLS && next < count && is_short(&fields[i], room) &&
                       is_short(&fields[next], room);
        if (is_pair) {
            struct text_row *row = &rows->rows[rows->count - 1];
            row->other_label = fields[next].label;
            row->other_text = fields[next].value;
            next = next_told(fields, next + 1, count);
        }
        i = next;
    }
}

/* What the service does not tell takes one line, not one each. */
static void add_untold(struct text_rows *rows, const struct field *fields, size_t count,
                       size_t width)
{
    struct strbuf names;
    strbuf_init(&names, LIMIT_DETAIL_VALUE_BYTES);
    for (size_t i = 0; i < count; i++)
        if (!is_told(&fields[i]))
            strbuf_addf(&names, "%s%s", names.len > 0 ? ", " : "", fields[i].label);
    if (names.len > 0)
        text_rows_fact(rows, ROLE_DIM, "not told", arena_strdup(&rows->arena, names.data), width);
    strbuf_finish(&names);
}

void text_rows_facts(struct text_rows *rows, const struct field *fields, size_t count, size_t width)
{
    fit_labels(rows, fields, count, width);
    for (size_t begin = 0, end; begin < count; begin = end) {
        end = begin + 1;
        while (end < count && is_same_group(&fields[begin], &fields[end]))
            end++;
        if (fields[begin].group != NULL && fields[begin].group[0] != '\0')
            text_rows_heading(rows, fields[begin].group);
        add_told(rows, fields + begin, end - begin, width);
        add_untold(rows, fields + begin, end - begin, width);
    }
}

/* ---- code --------------------------------------------------------------------------------------
 */

/* The word at the place of the mistake is what gets marked. */
static uint32_t mark_length(const char *line, size_t length, size_t at)
{
    size_t end = at;
    while (end < length && strchr(" \t(),;", line[end]) == NULL)
        end++;
    return end > at ? (uint32_t)(end - at) : 1;
}

/* A line that goes on does so further in than it began. */
static size_t hanging_cols(const struct text_rows *rows, const char *line, size_t room)
{
    size_t cols = strspn(line, " ") + HANGING_COLS;
    if (rows->is_unwrapped)
        return 0;
    return cols < room / 2 ? cols : room / 4;
}

/* A line of code, cut into the pieces that fit on rows. */
struct code_line {
    const char *text;
    size_t length;
    int number;
};

static void add_mark(struct text_rows *rows, const struct code_line *line, size_t from,
                     size_t column, const struct task_problem *problem, size_t room)
{
    /* The details are the database's own words; the message is often the same for all. */
    const char *text = problem->details != NULL ? problem->details : problem->message;
    if (text == NULL)
        text = "";
    struct text_row *row =
        add_row(rows, TEXT_ROW_MARK, problem->is_note ? ROLE_WARNING : ROLE_ERROR);
    row->mark_cols = mark_length(line->text, line->length, column);
    size_t before = from > 0 ? hanging_cols(rows, line->text, room) : 0;
    row->number = (uint32_t)(before + line_textn_cols(line->text + from, column - from));
    if (row->number >= room && !rows->is_unwrapped)
        row->number = 0;
    if (row->number + row->mark_cols > room && !rows->is_unwrapped)
        row->mark_cols = 1;
    row->text = text;
    row->length = (uint32_t)strcspn(text, "\n");
}

/* Marks what is wrong in a piece of a line, under that piece. */
static void add_marks(struct text_rows *rows, const struct code_line *line, size_t from, size_t to,
                      const struct task_problem *problems, size_t count, size_t room)
{
    for (size_t i = 0; i < count; i++) {
        if (problems[i].line != line->number)
            continue;
        size_t column = problems[i].column > 0 ? (size_t)problems[i].column - 1 : 0;
        if (column > line->length)
            column = line->length;
        bool is_last = to >= line->length;
        if (column >= from && (column < to || is_last))
            add_mark(rows, line, from, column, &problems[i], room);
    }
}

/* The token that a row begins in, found by going on from the row before. */
struct code_cursor {
    const struct code *code;
    const char *token;
    const char *end; /* of the token */
    enum role role;
};

static void add_code(struct text_rows *rows, struct code_cursor *cursor, const char *text,
                     size_t length, int number, size_t hanging)
{
    struct text_row *row = add_row(rows, TEXT_ROW_CODE, ROLE_TEXT);
    row->mark_cols = (uint32_t)hanging;
    while (cursor->end <= text && cursor->end < cursor->code->end) {
        cursor->token = cursor->end;
        cursor->end += code_token(cursor->code, cursor->token, &cursor->role);
    }
    if (cursor->token < text && cursor->end > text) {
        row->rest = (uint32_t)(cursor->end - text);
        row->rest_role = (uint8_t)cursor->role;
    }
    row->code = cursor->code;
    row->number = (uint32_t)number;
    row->text = text;
    row->length = (uint32_t)length;
    measure(rows, GUTTER_COLS, text, length);
}

void text_rows_code_line(struct text_rows *rows, const struct code *code, const char *text,
                         size_t length, size_t width, size_t number, const char *mark)
{
    size_t room = width > GUTTER_COLS ? width - GUTTER_COLS : 1;
    struct code_cursor cursor = {.code = code, .token = text, .end = text};
    size_t at = 0;
    size_t next;
    do {
        size_t hanging = at > 0 ? hanging_cols(rows, text, room) : 0;
        size_t bytes = piece(rows, text + at, length - at, room - hanging, &next);
        add_code(rows, &cursor, text + at, bytes, at == 0 ? (int)number : 0, hanging);
        if (at == 0)
            rows->rows[rows->count - 1].label = mark;
        at += next;
    } while (at < length);
}

void text_rows_code(struct text_rows *rows, enum code_language language, const char *text,
                    size_t width, const struct task_problem *problems, size_t problem_count,
                    int first, int last)
{
    size_t room = width > GUTTER_COLS ? width - GUTTER_COLS : 1;
    struct code *code = arena_alloc(&rows->arena, sizeof(*code));
    struct code_cursor cursor = {.code = code, .token = text, .end = text};
    struct code_line line = {.text = text, .number = 1};
    code_init(code, language, text);
    for (; *line.text != '\0'; line.number++) {
        line.length = strcspn(line.text, "\n");
        bool is_shown = line.number >= first && (last == 0 || line.number <= last);
        size_t at = 0;
        size_t next;
        do {
            size_t hanging = at > 0 ? hanging_cols(rows, line.text, room) : 0;
            size_t bytes = piece(rows, line.text + at, line.length - at, room - hanging, &next);
            if (is_shown) {
                add_code(rows, &cursor, line.text + at, bytes, at == 0 ? line.number : 0, hanging);
                add_marks(rows, &line, at, at + next, problems, problem_count, room);
            }
            at += next;
        } while (at < line.length);
        line.text += line.length;
        if (*line.text == '\n')
            line.text++;
    }
}

/* ---- drawing -----------------------------------------------------------------------------------
 */

void text_rows_scroll(struct text_rows *rows, int cols, size_t width)
{
    size_t most = rows->widest > width ? rows->widest - width : 0;
    size_t step = (size_t)abs(cols);
    if (cols < 0)
        rows->left = rows->left > step ? rows->left - step : 0;
    else
        rows->left += step;
    if (rows->left > most)
        rows->left = most;
}

static size_t cols_before_text(const struct text_rows *rows, const struct text_row *row)
{
    if (row->kind == TEXT_ROW_CODE)
        return GUTTER_COLS;
    return row->kind == TEXT_ROW_FACT ? rows->label_cols + 1 : 0;
}

void text_rows_show(struct text_rows *rows, size_t row, size_t at, size_t length, size_t width)
{
    const struct text_row *text = &rows->rows[row];
    size_t before = cols_before_text(rows, text);
    size_t room = width > before ? width - before : 1;
    size_t from = line_textn_cols(text->text, at);
    size_t to = from + line_textn_cols(text->text + at, length);
    /* The outermost columns have the marks that say that there is more. */
    bool is_in_sight = (rows->left == 0 || from > rows->left) && to < rows->left + room;
    if (!rows->is_unwrapped || is_in_sight)
        return;
    rows->left = from > room / 3 ? from - room / 3 : 0;
    text_rows_scroll(rows, 0, width);
}

/* Where the text of a row comes in sight; a mark for what does not. */
static const char *begin_text(const struct text_rows *rows, const struct text_row *row,
                              struct line *line)
{
    if (rows->left == 0 || row->length == 0)
        return row->text;
    line_put(line, ROLE_KEY, "<");
    return row->text + line_text_head(row->text, row->length, rows->left + 1, NULL);
}

static void put_text(const struct text_rows *rows, const struct text_row *row, struct line *line)
{
    const char *text = begin_text(rows, row, line);
    line_putn(line, (enum role)row->role, text, (size_t)(row->text + row->length - text));
}

static void draw_fact(const struct text_rows *rows, const struct text_row *row, struct line *line,
                      size_t width)
{
    size_t start = line->cols;
    line_cell(line, ROLE_DIM, row->label != NULL ? row->label : "", rows->label_cols, false);
    line_pad_to(line, start + rows->label_cols + 1);
    if (row->other_label == NULL) {
        put_text(rows, row, line);
        return;
    }
    line_putn(line, (enum role)row->role, row->text, row->length);
    line_pad_to(line, start + width / 2);
    line_cell(line, ROLE_DIM, row->other_label, rows->label_cols, false);
    line_pad_to(line, start + width / 2 + rows->label_cols + 1);
    line_put(line, ROLE_TEXT, row->other_text);
}

/* Of a token, what is neither out of sight at the left nor in the next row. */
static void put_token(const char *from, const char *to, const char *left, const char *right,
                      enum role role, struct line *line)
{
    if (from < left)
        from = left;
    if (to > right)
        to = right;
    if (from < to)
        line_putn(line, role, from, (size_t)(to - from));
}

static void draw_code(const struct text_rows *rows, const struct text_row *row, struct line *line)
{
    char number[16] = "";
    if (row->number > 0)
        snprintf(number, sizeof(number), "%u", (unsigned)row->number);
    line_cell(line, ROLE_DIM, number, GUTTER_COLS - 2, true);
    line_put(line, ROLE_KEY, row->label != NULL ? row->label : " ");
    line_pad_to(line, line->cols + 1 + row->mark_cols);
    const char *left = begin_text(rows, row, line);
    const char *right = row->text + row->length;
    const char *at = row->text + (row->rest < row->length ? row->rest : row->length);
    put_token(row->text, at, left, right, (enum role)row->rest_role, line);
    while (at < right && !line->is_cut) {
        enum role role;
        size_t bytes = code_token(row->code, at, &role);
        put_token(at, at + bytes, left, right, role, line);
        at += bytes;
    }
}

/* A mark that is out of sight stands at the edge it is beyond. */
static void draw_mark(const struct text_rows *rows, const struct text_row *row, struct line *line,
                      size_t width)
{
    size_t words = line_textn_cols(row->text, row->length);
    size_t room = width > GUTTER_COLS ? width - GUTTER_COLS : 0;
    size_t start = line->cols + GUTTER_COLS;
    enum role role = (enum role)row->role;
    line_pad_to(line, start);
    if (row->number < rows->left) {
        line_put(line, role, "<~ ");
        line_putn(line, role, row->text, row->length);
    } else if (row->number - rows->left >= room && rows->is_unwrapped) {
        line_pad_to(line, start + (room > words + 3 ? room - words - 3 : 0));
        line_putn(line, role, row->text, room > 3 && words > room - 3 ? room - 3 : row->length);
        line_put(line, role, " ~>");
    } else {
        line_pad_to(line, start + row->number - rows->left);
        for (uint32_t i = 0; i < row->mark_cols; i++)
            line_put(line, role, "~");
        line_put(line, ROLE_TEXT, " ");
        line_putn(line, role, row->text, row->length);
    }
}

static void draw_kind(const struct text_rows *rows, const struct text_row *row, struct line *line,
                      size_t width)
{
    switch ((enum text_row_kind)row->kind) {
    case TEXT_ROW_BLANK:
        break;
    case TEXT_ROW_HEADING:
        line_putn(line, (enum role)row->role, row->text, row->length);
        break;
    case TEXT_ROW_PROSE:
        put_text(rows, row, line);
        break;
    case TEXT_ROW_FACT:
        draw_fact(rows, row, line, width);
        break;
    case TEXT_ROW_CODE:
        draw_code(rows, row, line);
        break;
    case TEXT_ROW_MARK:
        draw_mark(rows, row, line, width);
        break;
    }
}

void text_rows_draw(const struct text_rows *rows, size_t at, struct line *line, size_t width)
{
    const struct text_row *row = &rows->rows[at];
    draw_kind(rows, row, line, width);
    if (rows->is_unwrapped)
        line_mark_beyond(line);
}

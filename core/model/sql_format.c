#include "model/sql_format.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "model/sql_layout.h"

#define INDENT         2
#define INDENT_MAX     40
#define DEPTH_MAX      20 /* brackets within more of them are not broken */
#define HARD_LINE_COLS 100
#define NO_SEGMENT     SIZE_MAX

struct frame {
    size_t open;    /* its bracket */
    size_t indent;  /* of its clauses or items */
    size_t outside; /* of the line that its bracket stands on */
    size_t segment; /* its clause; NO_SEGMENT: none yet */
    bool is_broken; /* the segment */
    bool has_on;
};

struct formatter {
    struct sql_layout layout;
    struct strbuf out;
    size_t col;
    size_t line_indent;
    bool wants_line; /* before the next token */
    bool wants_gap;  /* with a blank line */
    size_t wanted_indent;
    bool is_head; /* the next word that is no header begins a line */
    size_t flat_end;
    struct frame frames[DEPTH_MAX + 1];
    size_t depth;
};

/* ---- writing -----------------------------------------------------------------------------------
 */

static void want_line(struct formatter *f, size_t indent)
{
    f->wants_line = true;
    f->wanted_indent = indent < INDENT_MAX ? indent : INDENT_MAX;
}

static void begin_line(struct formatter *f)
{
    if (f->out.len > 0)
        strbuf_add_text(&f->out, f->wants_gap ? "\n\n" : "\n");
    strbuf_add_repeat(&f->out, ' ', f->wanted_indent);
    f->col = f->line_indent = f->wanted_indent;
    f->wants_line = f->wants_gap = false;
}

static void put(struct formatter *f, const struct sql_piece *piece)
{
    const char *text = f->layout.text + piece->at;
    strbuf_add(&f->out, text, piece->length);
    const char *feed = memrchr(text, '\n', piece->length);
    if (feed != NULL) {
        f->col = 0;
        text = feed + 1;
    }
    for (; text < f->layout.text + piece->at + piece->length; text++)
        f->col += ((unsigned char)*text & 0xc0) != 0x80;
}

static void put_apart(struct formatter *f, const struct sql_piece *piece)
{
    if (f->wants_line) {
        begin_line(f);
    } else if (piece->flags & SQL_BLANK_BEFORE) {
        strbuf_add_char(&f->out, ' ');
        f->col++;
    }
    put(f, piece);
}

/* ---- where lines begin -------------------------------------------------------------------------
 */

static struct frame *innermost(struct formatter *f)
{
    return &f->frames[f->depth];
}

/* Of what goes on behind a clause or in a bracket. */
static size_t inner_indent(struct formatter *f)
{
    const struct frame *frame = innermost(f);
    return frame->indent + (frame->segment != NO_SEGMENT ? INDENT : 0);
}

static bool is_within(const struct formatter *f, size_t from, size_t to, size_t col)
{
    return col + sql_layout_cols(&f->layout, from, to) <= SQL_FORMAT_COLS;
}

static void begin_segment(struct formatter *f, size_t at)
{
    struct frame *frame = innermost(f);
    const struct sql_piece *piece = &f->layout.pieces[at];
    frame->segment = at;
    frame->is_broken = !is_within(f, at, piece->end, frame->indent);
    frame->has_on = false;
    want_line(f, frame->indent);
    f->is_head = frame->is_broken && piece->flags & SQL_HEAD;
}

static void break_condition(struct formatter *f, size_t at)
{
    struct frame *frame = innermost(f);
    bool is_on = f->layout.pieces[at].part == SQL_PART_ON;
    if (frame->segment == NO_SEGMENT) {
        if (f->depth > 0 && !is_on)
            want_line(f, frame->indent);
        return;
    }
    if (!frame->is_broken || f->layout.pieces[frame->segment].flags & SQL_LIST)
        return;
    want_line(f, frame->indent + (frame->has_on && !is_on ? 2 * INDENT : INDENT));
    frame->has_on |= is_on;
}

/* The end of the item that begins at a piece, of those that are packed. */
static size_t item_end(const struct formatter *f, size_t at, size_t end)
{
    size_t last = at + 3 < end ? at + 3 : end;
    while (at < last && f->layout.pieces[at].part != SQL_PART_COMMA)
        at++;
    return at;
}

static void break_behind_comma(struct formatter *f, size_t at)
{
    const struct frame *frame = innermost(f);
    const struct sql_piece *pieces = f->layout.pieces;
    if (frame->segment != NO_SEGMENT) {
        const struct sql_piece *segment = &pieces[frame->segment];
        bool is_with = segment->word == SQL_WITH;
        if (frame->is_broken && segment->flags & SQL_LIST)
            want_line(f, frame->indent + (is_with ? 0 : INDENT));
        return;
    }
    if (f->depth == 0)
        return;
    const struct sql_piece *open = &pieces[frame->open];
    bool is_fitting =
        open->flags & SQL_FILL && is_within(f, at + 1, item_end(f, at + 1, open->end), f->col + 2);
    if (!is_fitting)
        want_line(f, frame->indent);
}

static void open_frame(struct formatter *f, size_t at)
{
    const struct sql_piece *piece = &f->layout.pieces[at];
    if (f->depth == DEPTH_MAX || is_within(f, at, piece->end + 1, f->col - piece->length)) {
        f->flat_end = (size_t)piece->end + 1;
        return;
    }
    f->frames[++f->depth] = (struct frame){.open = at,
                                           .indent = f->line_indent + INDENT,
                                           .outside = f->line_indent,
                                           .segment = NO_SEGMENT};
    if (!(piece->flags & SQL_IS_CASE))
        want_line(f, f->line_indent + INDENT);
}

static void close_frame(struct formatter *f)
{
    want_line(f, innermost(f)->outside);
    f->depth--;
}

/* A remark that had its line keeps it, at the indent of what it stands before; any other stays
 * behind its token. */
static void put_remark(struct formatter *f, size_t at)
{
    const struct sql_piece *piece = &f->layout.pieces[at];
    const struct sql_piece *next = &f->layout.pieces[piece->end];
    bool is_alone = piece->flags & SQL_FEED_BEFORE || f->out.len == 0;
    size_t indent = f->wants_line ? f->wanted_indent : inner_indent(f);
    if (at < f->flat_end)
        indent = f->line_indent;
    else if (next->part == SQL_PART_CLAUSE || piece->end == f->layout.count)
        indent = innermost(f)->indent;
    else if (next->part == SQL_PART_CLOSE)
        indent = innermost(f)->outside;
    if (is_alone) {
        want_line(f, indent);
        f->wants_gap |= (piece->flags & SQL_GAP_BEFORE) != 0;
        begin_line(f);
        put(f, piece);
        want_line(f, indent);
        return;
    }
    strbuf_add_char(&f->out, ' ');
    f->col++;
    put(f, piece);
    if (piece->kind == SQL_LINE_REMARK)
        want_line(f, indent);
}

static void end_statement(struct formatter *f)
{
    innermost(f)->segment = NO_SEGMENT;
    want_line(f, 0);
    f->wants_gap = true;
}

static void put_piece(struct formatter *f, size_t at)
{
    const struct sql_piece *piece = &f->layout.pieces[at];
    if (piece->part == SQL_PART_REMARK) {
        put_remark(f, at);
        return;
    }
    if (at < f->flat_end) {
        put_apart(f, piece);
        return;
    }
    if (f->is_head && !(piece->flags & SQL_HEADER)) {
        want_line(f, inner_indent(f));
        f->is_head = false;
    }
    if (piece->part == SQL_PART_CLOSE)
        close_frame(f);
    else if (piece->part == SQL_PART_CLAUSE)
        begin_segment(f, at);
    else if (piece->part == SQL_PART_AND_OR || piece->part == SQL_PART_ON)
        break_condition(f, at);
    put_apart(f, piece);
    if (piece->part == SQL_PART_OPEN)
        open_frame(f, at);
    else if (piece->part == SQL_PART_COMMA)
        break_behind_comma(f, at);
    else if (piece->part == SQL_PART_SEMICOLON)
        end_statement(f);
}

/* ---- checking and places -----------------------------------------------------------------------
 */

static bool next_token(struct sql_lexer *lexer, struct sql_token *out)
{
    while (sql_lexer_next(lexer, out))
        if (out->kind != SQL_BLANK)
            return true;
    return false;
}

/* What can be read in two ways might be read in the other one with other white space. */
static bool has_same_tokens(const char *a, const char *b)
{
    struct sql_lexer lexers[2];
    struct sql_token tokens[2];
    sql_lexer_init(&lexers[0], a, strlen(a));
    sql_lexer_init(&lexers[1], b, strlen(b));
    while (next_token(&lexers[0], &tokens[0]))
        if (!next_token(&lexers[1], &tokens[1]) || tokens[0].kind != tokens[1].kind ||
            tokens[0].length != tokens[1].length ||
            memcmp(tokens[0].text, tokens[1].text, tokens[0].length) != 0)
            return false;
    return !next_token(&lexers[1], &tokens[1]);
}

char *sql_format(const char *sql)
{
    struct formatter *f = xcalloc(1, sizeof(*f));
    strbuf_init(&f->out, LIMIT_FORMATTED_SQL_BYTES);
    f->frames[0].segment = NO_SEGMENT;
    sql_layout_build(&f->layout, sql);
    for (size_t i = 0; i < f->layout.count && !f->out.is_cut; i++)
        put_piece(f, i);
    char *text = NULL;
    if (!f->out.is_cut && has_same_tokens(sql, f->out.data))
        text = strbuf_take(&f->out, NULL);
    strbuf_finish(&f->out);
    sql_layout_finish(&f->layout);
    free(f);
    return text;
}

bool sql_is_hard_to_read(const char *sql)
{
    size_t hard = 0;
    size_t all = 0;
    for (size_t length; *sql != '\0'; sql += length + (sql[length] == '\n')) {
        length = strcspn(sql, "\n");
        hard += length > HARD_LINE_COLS ? length : 0;
        all += length;
    }
    return hard > all / 2;
}

size_t sql_format_place(const char *from, size_t at, const char *to)
{
    struct sql_lexer lexers[2];
    struct sql_token token;
    struct sql_token same;
    sql_lexer_init(&lexers[0], from, strlen(from));
    sql_lexer_init(&lexers[1], to, strlen(to));
    while (next_token(&lexers[0], &token) && next_token(&lexers[1], &same)) {
        size_t begin = (size_t)(token.text - from);
        if (begin + token.length > at)
            return (size_t)(same.text - to) + (at > begin ? at - begin : 0);
    }
    return strlen(to);
}

/* Bytes to a line and a column. */
static size_t byte_at(const char *text, int line, int column)
{
    const char *p = text;
    for (; line > 1 && *p != '\0'; line--) {
        p += strcspn(p, "\n");
        p += *p == '\n';
    }
    size_t length = strcspn(p, "\n");
    size_t at = column > 0 ? (size_t)column - 1 : 0;
    return (size_t)(p - text) + (at < length ? at : length);
}

void sql_format_move(const char *from, const char *to, int *line, int *column)
{
    size_t place = sql_format_place(from, byte_at(from, *line, *column), to);
    *line = 1;
    *column = 1;
    for (const char *p = to; p < to + place; p++) {
        ++*column;
        if (*p == '\n') {
            ++*line;
            *column = 1;
        }
    }
}

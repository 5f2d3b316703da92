#include "model/sql_layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "model/sql_clause.h"

/* Wider ones are broken even where they would fit on a line. */
#define QUERY_COLS_MAX 50
#define CASE_COLS_MAX  60
#define NO_PIECE       UINT32_MAX

/* ---- pieces ------------------------------------------------------------------------------------
 */

static struct sql_piece *add_piece(struct sql_layout *layout, size_t *size)
{
    if (layout->count == *size) {
        *size = *size > 0 ? *size * 2 : 256;
        layout->pieces = xreallocarray(layout->pieces, *size, sizeof(layout->pieces[0]));
    }
    struct sql_piece *piece = &layout->pieces[layout->count++];
    *piece = (struct sql_piece){.word = SQL_NO_WORD};
    return piece;
}

static bool is_mark(const struct sql_layout *layout, const struct sql_piece *piece, char c)
{
    return piece->kind == SQL_MARK && layout->text[piece->at] == c;
}

/* A name with a qualifier is no keyword: "t.order". */
static enum sql_word word_of(const struct sql_layout *layout, const struct sql_token *token,
                             const char *end)
{
    bool is_behind_dot =
        layout->count > 0 && is_mark(layout, &layout->pieces[layout->count - 1], '.');
    const char *behind = token->text + token->length;
    if (token->kind != SQL_WORD || is_behind_dot || (behind < end && *behind == '.'))
        return SQL_NO_WORD;
    return sql_word_find(token->text, token->length);
}

static void cut_pieces(struct sql_layout *layout, const char *text)
{
    struct sql_lexer lexer;
    struct sql_token token;
    size_t size = 0;
    unsigned before = 0;
    sql_lexer_init(&lexer, text, strlen(text));
    while (sql_lexer_next(&lexer, &token)) {
        if (token.kind == SQL_BLANK) {
            before = SQL_BLANK_BEFORE;
            const char *feed = memchr(token.text, '\n', token.length);
            if (feed != NULL)
                before |= SQL_FEED_BEFORE;
            if (feed != NULL && memchr(feed + 1, '\n', (size_t)(lexer.at - feed - 1)) != NULL)
                before |= SQL_GAP_BEFORE;
            continue;
        }
        enum sql_word word = word_of(layout, &token, lexer.end);
        struct sql_piece *piece = add_piece(layout, &size);
        piece->at = (uint32_t)(token.text - text);
        piece->length = (uint32_t)token.length;
        piece->kind = token.kind & 0xf;
        piece->word = (uint8_t)word;
        piece->flags = (uint16_t)before;
        if (token.kind == SQL_REMARK || token.kind == SQL_LINE_REMARK || token.kind == SQL_TAG)
            piece->part = SQL_PART_REMARK;
        before = 0;
    }
    add_piece(layout, &size)->at = (uint32_t)strlen(text);
    layout->count--;
}

/* ---- brackets ----------------------------------------------------------------------------------
 */

enum bracket { ROUND, SQUARE, CASE, NO_BRACKET };

struct open_brackets {
    uint32_t *at;
    size_t count;
    size_t of_kind[NO_BRACKET];
};

static enum bracket bracket_of(const struct sql_layout *layout, const struct sql_piece *piece,
                               enum sql_word word, char round, char square)
{
    if (piece->word == word)
        return CASE;
    if (is_mark(layout, piece, round))
        return ROUND;
    return is_mark(layout, piece, square) ? SQUARE : NO_BRACKET;
}

static enum bracket opens(const struct sql_layout *layout, const struct sql_piece *piece)
{
    return bracket_of(layout, piece, SQL_CASE, '(', '[');
}

static enum bracket closes(const struct sql_layout *layout, const struct sql_piece *piece)
{
    return bracket_of(layout, piece, SQL_END, ')', ']');
}

/* Those opened in between have no end. An END alone is a word like others. */
static void close_bracket(struct sql_layout *layout, struct open_brackets *open,
                          enum bracket bracket, size_t at)
{
    bool is_there = open->of_kind[bracket] > 0;
    if (is_there && bracket == CASE)
        is_there = opens(layout, &layout->pieces[open->at[open->count - 1]]) == CASE;
    while (is_there) {
        struct sql_piece *last = &layout->pieces[open->at[--open->count]];
        enum bracket kind = opens(layout, last);
        open->of_kind[kind]--;
        if (kind != bracket)
            continue;
        unsigned flag = bracket == CASE ? SQL_IS_CASE : 0;
        last->part = SQL_PART_OPEN;
        last->end = (uint32_t)at;
        last->flags |= (uint16_t)flag;
        layout->pieces[at].part = SQL_PART_CLOSE;
        layout->pieces[at].flags |= (uint16_t)flag;
        break;
    }
}

static void match_brackets(struct sql_layout *layout)
{
    struct open_brackets open = {.at = xcalloc(layout->count + 1, sizeof(open.at[0]))};
    for (size_t i = 0; i < layout->count; i++) {
        struct sql_piece *piece = &layout->pieces[i];
        enum bracket opened = opens(layout, piece);
        enum bracket closed = closes(layout, piece);
        if (opened != NO_BRACKET) {
            open.at[open.count++] = (uint32_t)i;
            open.of_kind[opened]++;
        } else if (closed != NO_BRACKET) {
            close_bracket(layout, &open, closed, i);
        } else if (is_mark(layout, piece, ';')) {
            piece->part = SQL_PART_SEMICOLON;
            open.count = 0;
            memset(open.of_kind, 0, sizeof(open.of_kind));
        } else if (is_mark(layout, piece, ',')) {
            piece->part = SQL_PART_COMMA;
        }
    }
    free(open.at);
}

/* From the end: what a bracket holds, and what comes behind remarks. */
static void look_ahead(struct sql_layout *layout)
{
    size_t next = layout->count; /* that is no remark */
    for (size_t i = layout->count; i-- > 0;) {
        struct sql_piece *piece = &layout->pieces[i];
        const struct sql_piece *first = &layout->pieces[next];
        if (piece->part == SQL_PART_REMARK) {
            piece->end = (uint32_t)next;
            continue;
        }
        if (piece->part == SQL_PART_OPEN &&
            (first->word == SQL_SELECT || first->word == SQL_WITH ||
             (first->part == SQL_PART_OPEN && first->flags & SQL_QUERY)))
            piece->flags |= SQL_QUERY;
        next = i;
    }
}

/* ---- clauses -----------------------------------------------------------------------------------
 */

struct frame {
    struct sql_scope scope;
    uint32_t open;    /* NO_PIECE: the statement */
    uint32_t segment; /* NO_PIECE: none yet */
    uint32_t pieces;  /* without those in brackets of its own */
    uint32_t commas;
    bool is_in_between; /* the next AND belongs to BETWEEN */
    bool has_brackets;
};

struct parser {
    struct sql_layout *layout;
    struct frame *frames;
    size_t depth; /* index of the innermost */
};

static void end_segment(struct parser *parser, size_t at)
{
    struct frame *frame = &parser->frames[parser->depth];
    if (frame->segment == NO_PIECE)
        return;
    /* Remarks at its end take no room of it. */
    while (parser->layout->pieces[at - 1].part == SQL_PART_REMARK)
        at--;
    parser->layout->pieces[frame->segment].end = (uint32_t)at;
    frame->segment = NO_PIECE;
}

/* Words that stay on the line of their clause: "SELECT DISTINCT", "GROUP BY". */
static bool is_header(const struct sql_layout *layout, size_t at)
{
    enum sql_word word = sql_word_at(layout, at);
    const struct sql_piece *before = &layout->pieces[at - 1];
    if (before->part != SQL_PART_CLAUSE || !(before->flags & SQL_HEAD))
        return false;
    return word == SQL_BY || word == SQL_DISTINCT || word == SQL_ALL;
}

static bool is_condition_of_join(const struct parser *parser, enum sql_word word)
{
    const struct frame *frame = &parser->frames[parser->depth];
    if (frame->scope.is_case)
        return word == SQL_THEN;
    if (frame->segment == NO_PIECE || (word != SQL_ON && word != SQL_USING))
        return false;
    return sql_is_join_word(sql_word_at(parser->layout, frame->segment));
}

static void classify_word(struct parser *parser, size_t at)
{
    struct frame *frame = &parser->frames[parser->depth];
    struct sql_piece *piece = &parser->layout->pieces[at];
    unsigned clause = sql_clause_at(parser->layout, &frame->scope, at);
    if (clause & SQL_IS_CLAUSE) {
        end_segment(parser, at);
        frame->segment = (uint32_t)at;
        frame->is_in_between = false;
        piece->part = SQL_PART_CLAUSE;
        piece->flags |= (uint8_t)(clause);
    } else if (is_condition_of_join(parser, (enum sql_word)piece->word)) {
        piece->part = SQL_PART_ON;
    } else if (piece->word == SQL_BETWEEN) {
        frame->is_in_between = true;
    } else if (piece->word == SQL_AND && frame->is_in_between) {
        frame->is_in_between = false;
    } else if (piece->word == SQL_AND || piece->word == SQL_OR) {
        piece->part = SQL_PART_AND_OR;
    } else if (at > 0 && is_header(parser->layout, at)) {
        piece->flags |= SQL_HEADER;
    }
}

static void begin_frame(struct parser *parser, uint32_t open, size_t first)
{
    const struct sql_piece *pieces = parser->layout->pieces;
    const struct sql_piece *bracket = open != NO_PIECE ? &pieces[open] : NULL;
    struct frame *frame = &parser->frames[parser->depth];
    *frame = (struct frame){.open = open, .segment = NO_PIECE};
    frame->scope.first =
        pieces[first].part == SQL_PART_REMARK ? pieces[first].end : (uint32_t)first;
    frame->scope.is_query = bracket == NULL || bracket->flags & SQL_QUERY;
    frame->scope.is_case = bracket != NULL && bracket->flags & SQL_IS_CASE;
}

/* Items of a word or two are packed; names with their types are not. */
static bool is_packed(const struct sql_layout *layout, const struct frame *frame)
{
    uint8_t kind = layout->pieces[frame->scope.first].kind;
    if (frame->commas == 0 || frame->has_brackets)
        return false;
    if (frame->pieces == 2 * frame->commas + 1)
        return true;
    return kind != SQL_WORD && kind != SQL_NAME && frame->pieces <= 3 * frame->commas + 2;
}

static void end_frame(struct parser *parser, size_t at)
{
    const struct frame *frame = &parser->frames[parser->depth];
    struct sql_piece *open = &parser->layout->pieces[frame->open];
    end_segment(parser, at);
    if (frame->commas > 0)
        open->flags |= SQL_LIST;
    if (is_packed(parser->layout, frame))
        open->flags |= SQL_FILL;
    parser->depth--;
}

/* ---- blanks and widths -------------------------------------------------------------------------
 */

static bool is_spaced_operator(const struct sql_layout *layout, const struct sql_piece *piece)
{
    static const char *const spaced[] = {"=", "<>", "!=", "<=", ">=", "||", "=="};
    if (piece->kind != SQL_OPERATOR)
        return false;
    for (size_t i = 0; i < sizeof(spaced) / sizeof(spaced[0]); i++)
        if (strlen(spaced[i]) == piece->length &&
            memcmp(spaced[i], layout->text + piece->at, piece->length) == 0)
            return true;
    return false;
}

static bool begins_line(const struct sql_piece *piece)
{
    return piece->part == SQL_PART_CLAUSE || piece->part == SQL_PART_AND_OR ||
           piece->part == SQL_PART_ON || piece->flags & SQL_HEADER;
}

static bool is_close_to(const struct sql_layout *layout, const struct sql_piece *piece)
{
    return piece->kind == SQL_MARK && strchr(")],;", layout->text[piece->at]) != NULL;
}

/* Where a line may end the answer must not depend on the blanks there were: what is formatted again
 * stays as it is. */
static bool has_blank(const struct sql_layout *layout, const struct sql_piece *piece)
{
    const struct sql_piece *before = piece - 1;
    if (piece == layout->pieces)
        return false;
    if (piece->part == SQL_PART_REMARK)
        return true;
    if (is_close_to(layout, piece) || is_mark(layout, before, '(') || is_mark(layout, before, '['))
        return false;
    if (is_mark(layout, before, ',') || is_mark(layout, before, ';') ||
        before->part == SQL_PART_REMARK || begins_line(piece) || begins_line(before) ||
        piece->part == SQL_PART_CLOSE || is_spaced_operator(layout, piece) ||
        is_spaced_operator(layout, before))
        return true;
    if (piece->part == SQL_PART_OPEN && !(piece->flags & SQL_IS_CASE) &&
        (before->word == SQL_IN || before->word == SQL_AS || before->word == SQL_OVER))
        return true;
    bool is_keyword = piece->word != SQL_NO_WORD && before->kind != SQL_OPERATOR;
    bool is_behind_keyword =
        before->word != SQL_NO_WORD && piece->kind != SQL_MARK && piece->kind != SQL_OPERATOR;
    return is_keyword || is_behind_keyword || piece->flags & SQL_BLANK_BEFORE;
}

static uint64_t cols_of(const struct sql_layout *layout, const struct sql_piece *piece)
{
    const char *text = layout->text + piece->at;
    uint64_t cols = 0;
    bool is_alone = piece->part == SQL_PART_REMARK && piece->flags & SQL_FEED_BEFORE;
    if (piece->kind == SQL_LINE_REMARK || is_alone || memchr(text, '\n', piece->length) != NULL)
        return SQL_ENDLESS_COLS;
    for (uint32_t i = 0; i < piece->length; i++)
        cols += ((unsigned char)text[i] & 0xc0) != 0x80;
    return cols;
}

uint64_t sql_layout_cols(const struct sql_layout *layout, size_t from, size_t to)
{
    const struct sql_piece *first = &layout->pieces[from];
    return layout->pieces[to].cols_before - first->cols_before -
           (first->flags & SQL_BLANK_BEFORE ? 1 : 0);
}

/* A bracket that is to be broken is too wide for every line. */
static uint64_t cols_for_breaking(const struct sql_layout *layout, size_t open, size_t at)
{
    unsigned flags = layout->pieces[open].flags;
    uint64_t cols = layout->pieces[at].cols_before - layout->pieces[open].cols_before;
    bool is_broken = (flags & SQL_QUERY && cols > QUERY_COLS_MAX) ||
                     (flags & SQL_IS_CASE && cols > CASE_COLS_MAX);
    return is_broken ? SQL_ENDLESS_COLS : 0;
}

static void measure(struct sql_layout *layout, size_t at)
{
    struct sql_piece *piece = &layout->pieces[at];
    bool is_apart = has_blank(layout, piece);
    piece->flags =
        (uint16_t)((piece->flags & ~SQL_BLANK_BEFORE) | (is_apart ? SQL_BLANK_BEFORE : 0));
    piece[1].cols_before = piece->cols_before + cols_of(layout, piece) + (is_apart ? 1 : 0);
}

static void classify(struct parser *parser, size_t at)
{
    struct sql_layout *layout = parser->layout;
    struct sql_piece *piece = &layout->pieces[at];
    struct frame *frame = &parser->frames[parser->depth];
    uint64_t more = 0;
    frame->pieces++;
    if (piece->part == SQL_PART_CLOSE) {
        more = cols_for_breaking(layout, frame->open, at);
        frame->pieces--;
        end_frame(parser, at);
    } else if (piece->part == SQL_PART_COMMA) {
        frame->commas++;
    } else if (piece->part == SQL_PART_SEMICOLON) {
        end_segment(parser, at);
        begin_frame(parser, NO_PIECE, at + 1);
    } else if (piece->word != SQL_NO_WORD && piece->part == SQL_PART_PLAIN) {
        classify_word(parser, at);
    }
    measure(layout, at);
    piece[1].cols_before += more;
    if (piece->part == SQL_PART_OPEN) {
        frame->has_brackets = true;
        parser->depth++;
        begin_frame(parser, (uint32_t)at, at + 1);
    }
}

static size_t deepest(const struct sql_layout *layout)
{
    size_t depth = 0;
    size_t most = 0;
    for (size_t i = 0; i < layout->count; i++) {
        if (layout->pieces[i].part == SQL_PART_OPEN && ++depth > most)
            most = depth;
        else if (layout->pieces[i].part == SQL_PART_CLOSE)
            depth--;
    }
    return most;
}

void sql_layout_build(struct sql_layout *layout, const char *text)
{
    *layout = (struct sql_layout){.text = text};
    cut_pieces(layout, text);
    match_brackets(layout);
    look_ahead(layout);
    struct parser parser = {.layout = layout,
                            .frames = xcalloc(deepest(layout) + 1, sizeof(parser.frames[0]))};
    begin_frame(&parser, NO_PIECE, 0);
    for (size_t i = 0; i < layout->count; i++)
        classify(&parser, i);
    end_segment(&parser, layout->count);
    free(parser.frames);
}

void sql_layout_finish(struct sql_layout *layout)
{
    free(layout->pieces);
    *layout = (struct sql_layout){0};
}

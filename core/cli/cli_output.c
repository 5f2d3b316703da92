#include "cli/cli_output.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/utf8.h"
#include "base/xalloc.h"

#define GAP_COLS 2
/* What a column that takes what is left should get: below that, others are cut... */
#define FLEXIBLE_WANT_COLS 36
/* ...and below that, others go. */
#define FLEXIBLE_MIN_COLS 20

/* 0: file is no terminal. */
static size_t terminal_width(FILE *file)
{
    struct winsize size;
    if (!isatty(fileno(file)))
        return 0;
    if (ioctl(fileno(file), TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* https://no-color.org; a dumb terminal would show the sequences. What was asked for by an option
 * weighs more. */
static bool wants_colours(enum cli_colour colour, bool is_terminal)
{
    if (colour != CLI_COLOUR_AUTO || !is_terminal)
        return colour == CLI_COLOUR_ALWAYS;
    const char *no_color = getenv("NO_COLOR");
    const char *term = getenv("TERM");
    return !(no_color && *no_color) && term && *term && strcmp(term, "dumb") != 0;
}

void cli_output_init(struct cli_output *out, FILE *file, enum cli_format format,
                     enum cli_colour colour)
{
    *out = (struct cli_output){.file = file, .format = format, .width_cols = terminal_width(file)};
    out->document = (struct document){.file = file, .is_lines = format == CLI_NDJSON};
    out->is_ascii = out->width_cols > 0 && !utf8_is_locale();
    out->has_colours = wants_colours(colour, out->width_cols > 0);
}

void cli_output_finish(struct cli_output *out)
{
    arena_finish(&out->arena);
    free(out->cells);
    *out = (struct cli_output){0};
}

/* ---- CSV and TSV ----------------------------------------------------------------------------- */

static enum tabular_format tabular_of(enum cli_format format)
{
    return format == CLI_CSV ? TABULAR_CSV : TABULAR_TSV;
}

static bool is_plain(const struct cli_output *out)
{
    return out->format == CLI_CSV || out->format == CLI_TSV;
}

static void begin_plain(struct cli_output *out, size_t count)
{
    out->plain = arena_alloc(&out->arena, count * sizeof(*out->plain));
    out->column_count = count;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static const char *cell_at(const struct cli_output *out, size_t row, size_t column)
{
    return out->cells[row * out->column_count + column];
}

static size_t natural_width(const struct cli_output *out, size_t column)
{
    size_t widest = utf8_cols(out->columns[column].title, strlen(out->columns[column].title));
    for (size_t row = 0; row < out->row_count; row++) {
        const char *text = cell_at(out, row, column);
        size_t cols = utf8_cols(text, strlen(text));
        widest = cols > widest ? cols : widest;
    }
    return widest;
}

static size_t sum_widths(const struct cli_output *out, const size_t *widths)
{
    size_t sum = 0;
    for (size_t i = 0; i < out->column_count; i++)
        sum += widths[i] ? widths[i] + (sum ? GAP_COLS : 0) : 0;
    return sum;
}

/* The column that goes first when it gets narrow; column_count when all must stay. */
static size_t least_wanted(const struct cli_output *out, const size_t *widths)
{
    size_t least = out->column_count;
    unsigned priority = 0;
    for (size_t i = 0; i < out->column_count; i++) {
        if (widths[i] && out->columns[i].priority > priority) {
            priority = out->columns[i].priority;
            least = i;
        }
    }
    return least;
}

static void shrink(size_t *width, size_t minimum, size_t *excess)
{
    size_t spare = *width > minimum ? *width - minimum : 0;
    size_t taken = spare < *excess ? spare : *excess;
    *width -= taken;
    *excess -= taken;
}

static void shrink_flexible(const struct cli_output *out, size_t *widths, size_t minimum,
                            size_t *excess)
{
    for (size_t i = 0; i < out->column_count; i++) {
        if (out->columns[i].max_cols == 0 && widths[i])
            shrink(&widths[i], minimum, excess);
    }
}

static void shrink_bounded(const struct cli_output *out, size_t *widths, size_t *excess)
{
    for (size_t i = out->column_count; i-- > 0;) {
        if (out->columns[i].min_cols)
            shrink(&widths[i], out->columns[i].min_cols, excess);
    }
}

/* True when all columns that are left fit. */
static bool fit_columns(const struct cli_output *out, size_t *widths)
{
    size_t sum = sum_widths(out, widths);
    size_t excess = sum > out->width_cols ? sum - out->width_cols : 0;
    shrink_flexible(out, widths, FLEXIBLE_WANT_COLS, &excess);
    shrink_bounded(out, widths, &excess);
    shrink_flexible(out, widths, FLEXIBLE_MIN_COLS, &excess);
    if (excess == 0)
        return true;
    if (least_wanted(out, widths) < out->column_count)
        return false;
    for (size_t i = out->column_count; excess > 0 && i-- > 0;) /* no choice left */
        shrink(&widths[i], 1, &excess);
    return true;
}

/* Fits the widths (0: not shown) to the terminal: columns are cut, then whole columns go. */
static void fit_widths(const struct cli_output *out, size_t *widths)
{
    for (size_t i = 0; i < out->column_count; i++) {
        if (out->columns[i].max_cols && widths[i] > out->columns[i].max_cols)
            widths[i] = out->columns[i].max_cols;
    }
    size_t *left = xmalloc(out->column_count * sizeof(*left));
    memcpy(left, widths, out->column_count * sizeof(*left));
    while (!fit_columns(out, widths)) {
        left[least_wanted(out, left)] = 0;
        memcpy(widths, left, out->column_count * sizeof(*left));
    }
    free(left);
}

static void write_blanks(FILE *file, size_t count)
{
    fprintf(file, "%*s", (int)count, "");
}

static void write_cell(const struct cli_output *out, const char *text, size_t width, bool is_right,
                       bool is_last)
{
    const char *mark = out->is_ascii ? "." : "…";
    size_t length = strlen(text);
    size_t cols = utf8_cols(text, length);
    bool is_cut = cols > width;
    if (is_cut)
        length = utf8_head(text, length, width - 1, &cols);
    size_t blanks = width - cols - is_cut;
    if (is_right)
        write_blanks(out->file, blanks);
    cli_put(out->file, text, length);
    if (is_cut)
        fputs(mark, out->file);
    if (!is_right && !is_last)
        write_blanks(out->file, blanks);
}

static void write_coloured(const struct cli_output *out, size_t column, const char *text,
                           size_t width, bool is_last)
{
    const struct cli_column *info = &out->columns[column];
    const char *colour = out->has_colours && info->colour ? info->colour(text) : "";
    if (*colour)
        fprintf(out->file, "\033[%sm", colour);
    write_cell(out, text, width, info->is_right, is_last);
    if (*colour)
        fputs("\033[0m", out->file);
}

static void write_line(const struct cli_output *out, const size_t *widths, const char *const *cells)
{
    size_t last = 0;
    for (size_t i = 0; i < out->column_count; i++)
        last = widths[i] ? i : last;
    bool is_first = true;
    for (size_t i = 0; i < out->column_count; i++) {
        if (!widths[i])
            continue;
        if (!is_first)
            write_blanks(out->file, GAP_COLS);
        is_first = false;
        if (cells)
            write_coloured(out, i, cells[i], widths[i], i == last);
        else
            write_cell(out, out->columns[i].title, widths[i], out->columns[i].is_right, i == last);
    }
    fputc('\n', out->file);
}

static void write_table(struct cli_output *out)
{
    size_t *widths = xmalloc(out->column_count * sizeof(*widths));
    for (size_t i = 0; i < out->column_count; i++)
        widths[i] = natural_width(out, i);
    if (out->width_cols)
        fit_widths(out, widths);
    for (size_t i = 0; i < out->column_count; i++)
        out->hidden_count += widths[i] == 0;
    write_line(out, widths, NULL);
    for (size_t row = 0; row < out->row_count; row++)
        write_line(out, widths, &out->cells[row * out->column_count]);
    free(widths);
}

/* A cell is one line of text. */
static const char *copy_cell(struct cli_output *out, const char *text)
{
    size_t length = text ? strlen(text) : 0;
    if (length == 0)
        return text ? "" : "-";
    char *copy = arena_alloc(&out->arena, length + 1);
    for (size_t i = 0; i < length; i++)
        copy[i] = text[i] == '\n' ? ' ' : text[i];
    return copy;
}

/* ---- rows ------------------------------------------------------------------------------------ */

void cli_rows_begin(struct cli_output *out, const struct cli_column *titles, size_t count)
{
    out->columns = arena_alloc(&out->arena, count * sizeof(*titles));
    memcpy(out->columns, titles, count * sizeof(*titles));
    out->column_count = count;
    if (out->format == CLI_TABLE)
        return;
    begin_plain(out, count);
    for (size_t i = 0; i < count; i++)
        out->plain[i] = (struct tabular_column){titles[i].title, titles[i].is_number};
    tabular_head(out->file, tabular_of(out->format), out->plain, count);
}

void cli_rows_add(struct cli_output *out, const char *const *cells)
{
    if (out->format != CLI_TABLE) {
        tabular_row(out->file, tabular_of(out->format), out->plain, cells, out->column_count);
        return;
    }
    if (out->row_count == out->row_size) {
        out->row_size = out->row_size ? 2 * out->row_size : 64;
        out->cells =
            xreallocarray(out->cells, out->row_size, out->column_count * sizeof(*out->cells));
    }
    for (size_t i = 0; i < out->column_count; i++)
        out->cells[out->row_count * out->column_count + i] = copy_cell(out, cells[i]);
    out->row_count++;
}

void cli_rows_end(struct cli_output *out)
{
    if (out->format == CLI_TABLE)
        write_table(out);
}

/* ---- documents ------------------------------------------------------------------------------- */

/* One cell for a list or an object in an item: its JSON. */
static const char *member_text(struct cli_output *out, const struct json *value)
{
    const char *text = json_string(value, NULL);
    if (text || json_is_null(value))
        return text;
    struct strbuf nested;
    strbuf_init(&nested, LIMIT_MIB);
    json_format(value, false, &nested);
    text = arena_strdup(&out->arena, nested.data);
    strbuf_finish(&nested);
    return text;
}

static size_t count_members(const struct json *item)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    size_t count = 0;
    while (json_next_member(item, &cursor, &key, &value))
        count++;
    return count;
}

static void begin_members(struct cli_output *out, const struct json *item)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    begin_plain(out, count_members(item));
    for (size_t i = 0; json_next_member(item, &cursor, &key, &value); i++)
        out->plain[i] = (struct tabular_column){.title = arena_strdup(&out->arena, key)};
    tabular_head(out->file, tabular_of(out->format), out->plain, out->column_count);
}

static void add_members(struct cli_output *out, const struct json *item)
{
    if (!out->plain)
        begin_members(out, item);
    const char **cells = xcalloc(out->column_count + 1, sizeof(*cells));
    for (size_t i = 0; i < out->column_count; i++) {
        const struct json *value = json_get(item, out->plain[i].title);
        cells[i] = member_text(out, value);
        out->plain[i].is_number = json_is_number(value);
    }
    tabular_row(out->file, tabular_of(out->format), out->plain, cells, out->column_count);
    free(cells);
}

void cli_document_begin(struct cli_output *out, struct json *head, const char *key)
{
    if (is_plain(out))
        json_destroy(head);
    else
        document_begin(&out->document, head, key);
}

void cli_document_columns(struct cli_output *out, const struct tabular_column *members,
                          size_t count)
{
    if (!is_plain(out))
        return;
    begin_plain(out, count);
    memcpy(out->plain, members, count * sizeof(*members));
    tabular_head(out->file, tabular_of(out->format), out->plain, count);
}

void cli_document_add(struct cli_output *out, struct json *item)
{
    if (!is_plain(out)) {
        document_add(&out->document, item);
        return;
    }
    add_members(out, item);
    json_destroy(item);
}

void cli_document_end(struct cli_output *out)
{
    if (!is_plain(out))
        document_end(&out->document);
}

bool cli_is_document(const struct cli *cli)
{
    return cli->format == CLI_JSON || cli->format == CLI_NDJSON;
}

struct json *cli_document_head(const struct cli *cli, const char *schema)
{
    return document_head(schema, cli->now_ms);
}

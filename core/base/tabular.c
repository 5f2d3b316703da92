#include "base/tabular.h"

#include <string.h>

/* Spreadsheets run text that begins like this, also behind blanks and in full width. */
static bool is_like_formula(const char *text)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"};
    if (*text == '\t' || *text == '\r')
        return true;
    text += strspn(text, " \n");
    for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
        if (strncmp(text, wide[i], strlen(wide[i])) == 0)
            return true;
    return *text && strchr("=+-@", *text);
}

/* As services write numbers: "-12", "-1,204.50", "+1e-9", "-3%". */
static bool is_decimal(const char *text)
{
    text += strspn(text, "+-") == 1;
    size_t digits = strspn(text, "0123456789.,");
    text += digits;
    if (*text == 'e' || *text == 'E') {
        text += 1 + (text[1] == '+' || text[1] == '-');
        text += strspn(text, "0123456789");
    }
    text += *text == '%';
    return digits > 0 && *text == '\0';
}

/* A column of numbers may hold a text too: whoever made the data chose it. */
static void write_csv_cell(FILE *file, const char *text, bool is_number)
{
    if (!text)
        return;
    bool is_guarded = is_like_formula(text) && !(is_number && is_decimal(text));
    if (*text && !is_guarded && !strpbrk(text, ",\"\r\n")) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    if (is_guarded)
        fputc('\'', file);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', file);
        fputc(*text, file);
    }
    fputc('"', file);
}

static void write_tsv_cell(FILE *file, const char *text, bool is_number)
{
    static const char special[] = "\t\n\r\\";
    static const char letters[] = "tnr\\";
    (void)is_number;
    if (!text) {
        fputs("\\N", file);
        return;
    }
    for (; *text; text++) {
        const char *found = strchr(special, *text);
        if (found)
            fputc('\\', file);
        fputc(found ? letters[found - special] : *text, file);
    }
}

/* What would be markup is text. */
static void write_markdown_cell(FILE *file, const char *text, bool is_number)
{
    (void)is_number;
    for (text = text ? text : "NULL"; *text; text++) {
        if (*text == '\n') {
            fputs("<br>", file);
            continue;
        }
        if (strchr("\\|<*`[", *text))
            fputc('\\', file);
        fputc(*text, file);
    }
}

static const struct {
    const char *before;
    const char *between;
    const char *after;
    void (*write)(FILE *file, const char *text, bool is_number);
} shapes[] = {
    [TABULAR_CSV] = {"", ",", "\r\n", write_csv_cell},
    [TABULAR_TSV] = {"", "\t", "\n", write_tsv_cell},
    [TABULAR_MARKDOWN] = {"| ", " | ", " |\n", write_markdown_cell},
};

static void write_markdown_rule(FILE *file, const struct tabular_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++)
        fputs(columns[i].is_number ? "|---:" : "|---", file);
    fputs("|\n", file);
}

void tabular_head(FILE *file, enum tabular_format format, const struct tabular_column *columns,
                  size_t count)
{
    fputs(shapes[format].before, file);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? shapes[format].between : "", file);
        shapes[format].write(file, columns[i].title, false);
    }
    fputs(shapes[format].after, file);
    if (format == TABULAR_MARKDOWN)
        write_markdown_rule(file, columns, count);
}

void tabular_row(FILE *file, enum tabular_format format, const struct tabular_column *columns,
                 const char *const *cells, size_t count)
{
    fputs(shapes[format].before, file);
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? shapes[format].between : "", file);
        shapes[format].write(file, cells[i], columns[i].is_number);
    }
    fputs(shapes[format].after, file);
}

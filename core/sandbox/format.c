#include "sandbox/format.h"

#include <string.h>

#include "sandbox/format_parts.h"

/* How a format of plain text writes a table. */
struct dialect {
    const char *before_table;
    const char *after_table;
    const char *before_row;
    const char *between;
    const char *after_row;
    bool has_rule; /* a line between titles and rows */
    void (*value)(struct strbuf *out, const char *text, size_t length);
};

static void csv_value(struct strbuf *out, const char *text, size_t length)
{
    bool needs_quotes = false;
    for (size_t i = 0; i < length; i++)
        needs_quotes |= strchr("\",\r\n", text[i]) != NULL;
    if (!needs_quotes) {
        strbuf_add(out, text, length);
        return;
    }
    strbuf_add_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"')
            strbuf_add_char(out, '"');
        strbuf_add_char(out, text[i]);
    }
    strbuf_add_char(out, '"');
}

static void txt_value(struct strbuf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++)
        strbuf_add_char(out, text[i] && strchr("\t\r\n", text[i]) ? ' ' : text[i]);
}

static void md_value(struct strbuf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '|')
            strbuf_add_char(out, '\\');
        strbuf_add_char(out, text[i] == '\n' || text[i] == '\r' ? ' ' : text[i]);
    }
}

static void html_value(struct strbuf *out, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        switch (text[i]) {
        case '<':
            strbuf_add_text(out, "&lt;");
            break;
        case '>':
            strbuf_add_text(out, "&gt;");
            break;
        case '&':
            strbuf_add_text(out, "&amp;");
            break;
        case '"':
            strbuf_add_text(out, "&quot;");
            break;
        default:
            strbuf_add_char(out, text[i]);
        }
    }
}

static const struct dialect CSV = {"", "", "", ",", "\n", false, csv_value};
static const struct dialect TXT = {"", "", "", "\t", "\n", false, txt_value};
static const struct dialect MD = {"", "", "| ", " | ", " |\n", true, md_value};
static const struct dialect HTML = {
    "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Results</title></head><body>\n"
    "<table>\n",
    "</table>\n</body></html>\n",
    "<tr><td>",
    "</td><td>",
    "</td></tr>\n",
    false,
    html_value};

static void add_titles(const struct run_facts *facts, const struct dialect *dialect,
                       struct strbuf *out)
{
    size_t count = facts->result->column_count;
    strbuf_add_text(out, dialect->before_row);
    for (size_t i = 0; i < count; i++) {
        const char *label = format_label(facts, i);
        strbuf_add_text(out, i ? dialect->between : "");
        dialect->value(out, label, strlen(label));
    }
    strbuf_add_text(out, dialect->after_row);
    if (!dialect->has_rule)
        return;
    for (size_t i = 0; i < count; i++)
        strbuf_add_text(out, "|---");
    strbuf_add_text(out, "|\n");
}

static void add_table(const struct run_facts *facts, const struct dialect *dialect,
                      struct strbuf *out)
{
    struct strbuf scratch;
    strbuf_init(&scratch, out->max);
    strbuf_add_text(out, dialect->before_table);
    add_titles(facts, dialect, out);
    for (size_t row = 0; row < facts->result->row_count; row++) {
        strbuf_add_text(out, dialect->before_row);
        for (size_t i = 0; i < facts->result->column_count; i++) {
            format_add_plain(facts, row, i, &scratch);
            strbuf_add_text(out, i ? dialect->between : "");
            dialect->value(out, scratch.data, scratch.len);
        }
        strbuf_add_text(out, dialect->after_row);
    }
    strbuf_add_text(out, dialect->after_table);
    strbuf_finish(&scratch);
}

static void csv_rows(const struct run_facts *facts, struct strbuf *out)
{
    add_table(facts, &CSV, out);
}

static void txt_rows(const struct run_facts *facts, struct strbuf *out)
{
    add_table(facts, &TXT, out);
}

static void md_rows(const struct run_facts *facts, struct strbuf *out)
{
    add_table(facts, &MD, out);
}

static void html_rows(const struct run_facts *facts, struct strbuf *out)
{
    add_table(facts, &HTML, out);
}

static void sql_rows(const struct run_facts *facts, struct strbuf *out)
{
    strbuf_add_text(out, facts->sql);
}

static const struct result_format FORMATS[] = {
    {.name = "json", .content_type = "application/json", .rows = format_json_rows, .is_json = true},
    {.name = "inline_json",
     .content_type = "application/json",
     .rows = format_json_rows,
     .is_json = true},
    {.name = "json_detail",
     .content_type = "application/json",
     .rows = format_detail_rows,
     .error = format_detail_error,
     .is_json = true,
     .has_error_body = true},
    {.name = "json_fe",
     .content_type = "application/json",
     .rows = format_detail_rows,
     .error = format_detail_error,
     .is_json = true,
     .has_error_body = true},
    {.name = "json_bi",
     .content_type = "application/json",
     .rows = format_bi_rows,
     .error = format_bi_error,
     .is_json = true},
    {.name = "csv", .content_type = "text/csv", .rows = csv_rows},
    {.name = "txt", .content_type = "text/plain", .rows = txt_rows},
    {.name = "md", .content_type = "text/plain", .rows = md_rows},
    {.name = "html", .content_type = "text/html", .rows = html_rows},
    {.name = "sql", .content_type = "application/sql", .rows = sql_rows, .is_without_rows = true},
};

const struct result_format *result_format_find(const char *name)
{
    for (size_t i = 0; i < sizeof(FORMATS) / sizeof(FORMATS[0]); i++)
        if (strcmp(FORMATS[i].name, name) == 0)
            return &FORMATS[i];
    return NULL;
}

bool result_format_is_word(const char *name)
{
    static const char *const rendered[] = {"xlsx", "gsxml", "odc"};
    for (size_t i = 0; i < sizeof(rendered) / sizeof(rendered[0]); i++)
        if (strcmp(rendered[i], name) == 0)
            return true;
    return result_format_find(name) != NULL;
}

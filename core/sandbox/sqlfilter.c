#include "sandbox/sqlgen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define EXPRESSION_BYTES 1000

/* One alternative of an expression, without blanks around it. */
struct term {
    const char *text;
    size_t length;
};

static struct term trim(const char *text, size_t length)
{
    while (length > 0 && text[0] == ' ') {
        text++;
        length--;
    }
    while (length > 0 && text[length - 1] == ' ')
        length--;
    return (struct term){text, length};
}

/* The next alternative; a comma inside brackets does not separate. */
static bool next_term(const char **at, struct term *out)
{
    if (!*at)
        return false;
    const char *start = *at;
    const char *end = start;
    for (int depth = 0; *end && (*end != ',' || depth > 0); end++) {
        if (*end == '[' || *end == '(')
            depth++;
        else if (*end == ']' || *end == ')')
            depth--;
    }
    *out = trim(start, (size_t)(end - start));
    *at = *end ? end + 1 : NULL;
    return true;
}

static bool is_word(struct term term, const char *word)
{
    return term.length == strlen(word) && strncasecmp(term.text, word, term.length) == 0;
}

static bool take_prefix(struct term *term, const char *prefix)
{
    size_t length = strlen(prefix);
    if (term->length < length || strncasecmp(term->text, prefix, length) != 0)
        return false;
    *term = trim(term->text + length, term->length - length);
    return true;
}

static bool misunderstood(const struct field *field, struct term term, struct error *err)
{
    return error_set(err, ERR_NO, "Filter on %s not understood: \"%.*s\"", field->name,
                     (int)(term.length < 100 ? term.length : 100), term.text);
}

static bool add_string(const struct field *field, struct term term, struct strbuf *out)
{
    bool is_not = take_prefix(&term, "-");
    const char *not = is_not ? "NOT " : "";
    if (is_word(term, "NULL"))
        strbuf_addf(out, "%s IS %sNULL", field->sql, not );
    else if (is_word(term, "EMPTY"))
        strbuf_addf(out, "%sCOALESCE(%s, '') = ''", not, field->sql);
    else {
        bool is_pattern = memchr(term.text, '%', term.length) != NULL;
        strbuf_addf(out, is_not ? "COALESCE(%s, '') %s " : "%s %s ", field->sql,
                    is_pattern ? (is_not ? "NOT LIKE" : "LIKE") : (is_not ? "<>" : "="));
        sql_add_literal(out, term.text, term.length);
    }
    return true;
}

static bool take_number(struct term *term, double *out)
{
    char text[64];
    if (term->length == 0 || term->length >= sizeof(text))
        return false;
    memcpy(text, term->text, term->length);
    text[term->length] = '\0';
    char *end;
    double value = strtod(text, &end);
    if (end == text || value != value || value - value != 0)
        return false;
    *out = value;
    *term = trim(term->text + (end - text), term->length - (size_t)(end - text));
    return true;
}

/* [1,5], (1,5] and so on; either end may be left out or "inf". */
static bool add_interval(const struct field *field, struct term term, struct strbuf *out)
{
    char open = term.text[0];
    char close = term.text[term.length - 1];
    struct term rest = trim(term.text + 1, term.length - 2);
    const char *comma = memchr(rest.text, ',', rest.length);
    if (!comma || (close != ']' && close != ')'))
        return false;
    struct term low = trim(rest.text, (size_t)(comma - rest.text));
    struct term high = trim(comma + 1, rest.length - (size_t)(comma + 1 - rest.text));
    double value;
    strbuf_add_char(out, '1');
    if (take_number(&low, &value))
        strbuf_addf(out, " AND %s %s %.15g", field->sql, open == '[' ? ">=" : ">", value);
    if (take_number(&high, &value))
        strbuf_addf(out, " AND %s %s %.15g", field->sql, close == ']' ? "<=" : "<", value);
    return true;
}

static bool add_comparison(const struct field *field, struct term term, struct strbuf *out)
{
    static const char *const operators[] = {">=", "<=", "<>", "!=", ">", "<", "="};
    const char *operator= "=";
    for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
        if (take_prefix(&term, operators[i])) {
            operator= operators[i];
            break;
        }
    double value;
    double high;
    if (!take_number(&term, &value))
        return false;
    if (take_prefix(&term, "to ")) {
        if (!take_number(&term, &high) || term.length > 0)
            return false;
        strbuf_addf(out, "%s BETWEEN %.15g AND %.15g", field->sql, value, high);
        return true;
    }
    strbuf_addf(out, "%s %s %.15g", field->sql, operator, value);
    if (take_prefix(&term, "AND ")) {
        strbuf_add_text(out, " AND ");
        return add_comparison(field, term, out);
    }
    return term.length == 0;
}

static bool add_number(const struct field *field, struct term term, struct strbuf *out)
{
    bool is_not = take_prefix(&term, "NOT ");
    if (is_word(term, "NULL")) {
        strbuf_addf(out, "%s IS %sNULL", field->sql, is_not ? "NOT " : "");
        return true;
    }
    strbuf_add_text(out, is_not ? "NOT (" : "(");
    bool is_interval = term.length > 2 && (term.text[0] == '[' || term.text[0] == '(');
    bool is_added = is_interval ? add_interval(field, term, out) : add_comparison(field, term, out);
    strbuf_add_char(out, ')');
    return is_added;
}

static bool add_yesno(const struct field *field, struct term term, struct strbuf *out)
{
    bool is_yes = is_word(term, "yes");
    if (!is_yes && !is_word(term, "no"))
        return false;
    strbuf_addf(out, "%s(%s)", is_yes ? "" : "NOT ", field->sql);
    return true;
}

enum unit { UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_QUARTER, UNIT_YEAR, UNIT_COUNT };

static const char *const UNIT_NAMES[UNIT_COUNT] = {"hour",  "day",     "week",
                                                   "month", "quarter", "year"};

static bool take_unit(struct term *term, enum unit *out)
{
    for (int unit = 0; unit < UNIT_COUNT; unit++)
        if (take_prefix(term, UNIT_NAMES[unit])) {
            take_prefix(term, "s");
            *out = (enum unit)unit;
            return true;
        }
    return false;
}

/* The start of the unit that holds now, moved by count units. */
static void unit_start(int64_t now_ms, enum unit unit, int count, struct tm *out)
{
    time_t now = (time_t)(now_ms / 1000);
    gmtime_r(&now, out);
    out->tm_min = out->tm_sec = 0;
    if (unit != UNIT_HOUR)
        out->tm_hour = 0;
    switch (unit) {
    case UNIT_HOUR:
        out->tm_hour += count;
        break;
    case UNIT_DAY:
        out->tm_mday += count;
        break;
    case UNIT_WEEK:
        out->tm_mday += 7 * count - (out->tm_wday + 6) % 7;
        break;
    case UNIT_MONTH:
        out->tm_mday = 1;
        out->tm_mon += count;
        break;
    case UNIT_QUARTER:
        out->tm_mday = 1;
        out->tm_mon += 3 * count - out->tm_mon % 3;
        break;
    default:
        out->tm_mday = 1;
        out->tm_mon = 0;
        out->tm_year += count;
    }
    timegm(out);
}

static void add_bound(const struct field *field, const char *operator, const struct tm * tm,
                      struct strbuf *out)
{
    char text[64];
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", tm);
    strbuf_addf(out, "%s %s '%s'", field->column, operator, text);
}

static void add_span(const struct field *field, int64_t now_ms, enum unit unit, int from, int to,
                     struct strbuf *out)
{
    struct tm tm;
    unit_start(now_ms, unit, from, &tm);
    add_bound(field, ">=", &tm, out);
    strbuf_add_text(out, " AND ");
    unit_start(now_ms, unit, to, &tm);
    add_bound(field, "<", &tm, out);
}

/* "12 weeks", "last 3 months", "2 days ago", "this year", "last month", "yesterday". */
static bool add_relative(const struct field *field, struct term term, int64_t now_ms,
                         struct strbuf *out)
{
    double count;
    enum unit unit;
    if (is_word(term, "today"))
        add_span(field, now_ms, UNIT_DAY, 0, 1, out);
    else if (is_word(term, "yesterday"))
        add_span(field, now_ms, UNIT_DAY, -1, 0, out);
    else if (take_prefix(&term, "this ") && take_unit(&term, &unit))
        add_span(field, now_ms, unit, 0, 1, out);
    else {
        bool is_last = take_prefix(&term, "last ");
        bool has_count = take_number(&term, &count);
        if (!take_unit(&term, &unit) || (!is_last && !has_count) ||
            (has_count && (count < 1 || count > 10000)))
            return false;
        if (!has_count)
            add_span(field, now_ms, unit, -1, 0, out);
        else if (is_word(term, "ago"))
            add_span(field, now_ms, unit, -(int)count, 1 - (int)count, out);
        else if (term.length == 0)
            add_span(field, now_ms, unit, 1 - (int)count, 1, out);
        else
            return false;
    }
    return true;
}

/* Reads 2026, 2026-11, 2026-11-20 or 2026/11/20; *out_end is the start of the next such span. */
static bool parse_day(struct term term, struct tm *out_start, struct tm *out_end)
{
    char text[32];
    int year;
    int month = 1;
    int day = 1;
    int used = 0;
    if (term.length == 0 || term.length >= sizeof(text))
        return false;
    memcpy(text, term.text, term.length);
    text[term.length] = '\0';
    for (char *c = text; *c; c++)
        if (*c == '/')
            *c = '-';
    /* A time of day is dropped: filters work by days here. */
    text[strcspn(text, " T")] = '\0';
    int parts = sscanf(text, "%4d%n-%2d%n-%2d%n", &year, &used, &month, &used, &day, &used);
    if (parts < 1 || text[used] != '\0' || year < 1970 || month < 1 || month > 12 || day < 1 ||
        day > 31)
        return false;
    *out_start = (struct tm){.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    *out_end = *out_start;
    if (parts == 1)
        out_end->tm_year++;
    else if (parts == 2)
        out_end->tm_mon++;
    else
        out_end->tm_mday++;
    timegm(out_start);
    timegm(out_end);
    return true;
}

static bool add_absolute(const struct field *field, struct term term, struct strbuf *out)
{
    struct tm start;
    struct tm end;
    bool is_before = take_prefix(&term, "before ");
    bool is_after = !is_before && take_prefix(&term, "after ");
    if (is_before || is_after) {
        if (!parse_day(term, &start, &end))
            return false;
        add_bound(field, is_before ? "<" : ">=", &start, out);
        return true;
    }
    const char *to = memmem(term.text, term.length, " to ", 4);
    struct term first = to ? trim(term.text, (size_t)(to - term.text)) : term;
    if (!parse_day(first, &start, &end))
        return false;
    if (to &&
        !parse_day(trim(to + 4, term.length - (size_t)(to + 4 - term.text)), &end, &(struct tm){0}))
        return false;
    add_bound(field, ">=", &start, out);
    strbuf_add_text(out, " AND ");
    add_bound(field, "<", &end, out);
    return true;
}

static bool add_date(const struct field *field, struct term term, int64_t now_ms,
                     struct strbuf *out)
{
    bool is_not = take_prefix(&term, "NOT ");
    if (is_word(term, "NULL")) {
        strbuf_addf(out, "%s IS %sNULL", field->column, is_not ? "NOT " : "");
        return true;
    }
    strbuf_add_text(out, is_not ? "NOT (" : "(");
    bool is_added = add_absolute(field, term, out) || add_relative(field, term, now_ms, out);
    strbuf_add_char(out, ')');
    return is_added;
}

static bool is_exclusion(const struct field *field, struct term term)
{
    return field->type == FIELD_STRING ? term.length > 0 && term.text[0] == '-'
                                       : take_prefix(&term, "NOT ");
}

static bool add_term(const struct field *field, struct term term, int64_t now_ms,
                     struct strbuf *out)
{
    switch (field->type) {
    case FIELD_STRING:
        return add_string(field, term, out);
    case FIELD_NUMBER:
        return add_number(field, term, out);
    case FIELD_DATE:
        return add_date(field, term, now_ms, out);
    default:
        return add_yesno(field, term, out);
    }
}

/* Alternatives of one sort: what is wanted is joined by OR, what is not wanted by AND. */
static bool add_terms(const struct field *field, const char *expression, bool is_excluding,
                      const char **lead, int64_t now_ms, struct strbuf *out, struct error *err)
{
    const char *at = expression;
    struct term term;
    while (next_term(&at, &term)) {
        if (term.length == 0 || is_exclusion(field, term) != is_excluding)
            continue;
        strbuf_add_text(out, *lead);
        if (!add_term(field, term, now_ms, out))
            return misunderstood(field, term, err);
        *lead = is_excluding ? " AND " : " OR ";
    }
    return true;
}

bool sqlfilter_build(const struct field *field, const char *expression, int64_t now_ms,
                     struct strbuf *out, struct error *err)
{
    if (strlen(expression) > EXPRESSION_BYTES)
        return error_set(err, ERR_NO, "Filter on %s is too long", field->name);
    const char *lead = "(";
    if (!add_terms(field, expression, false, &lead, now_ms, out, err))
        return false;
    bool has_wanted = lead[0] != '(';
    if (has_wanted)
        lead = ") AND (";
    if (!add_terms(field, expression, true, &lead, now_ms, out, err))
        return false;
    strbuf_add_text(out, lead[0] == '(' ? "1" : ")");
    return true;
}

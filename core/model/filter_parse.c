#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "base/suggest.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "model/filter_node.h"

#define FAILED (-1)
/* Of the user's text in an error. */
#define QUOTED_MAX_BYTES 40

struct parser {
    struct filter *filter;
    const char *text;
    const char *at;
    unsigned tokens;
    unsigned depth;
    char word[FILTER_MAX_BYTES + 1]; /* the last word or quoted text */
    struct error *err;
    const char *error_at;
};

struct comparison {
    const char *sign;
    enum filter_op op;
    bool is_negated;
    bool is_for_text;
    bool is_for_numbers;
};

/* Longer signs before the ones they start with. */
static const struct comparison comparisons[] = {
    {"!=", FILTER_EQUAL, true, true, true},           {"!~", FILTER_CONTAINS, true, true, false},
    {">=", FILTER_GREATER_EQUAL, false, false, true}, {"<=", FILTER_LESS_EQUAL, false, false, true},
    {"=", FILTER_EQUAL, false, true, true},           {"~", FILTER_CONTAINS, false, true, false},
    {">", FILTER_GREATER, false, false, true},        {"<", FILTER_LESS, false, false, true},
};

/* ---- mistakes -------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static int fail(struct parser *p, const char *at,
                                                      const char *format, ...)
{
    char message[sizeof(p->err->message)];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof(message), format, args);
    va_end(args);
    error_set(p->err, ERR_USAGE, "%s", message);
    p->error_at = at;
    return FAILED;
}

/* How much of text fits into an error, in bytes, for "%.*s". */
static int quoted_length(const char *text)
{
    size_t length = strlen(text);
    return (int)(length <= QUOTED_MAX_BYTES ? length
                                            : utf8_head(text, length, QUOTED_MAX_BYTES, NULL));
}

static int fail_field(struct parser *p, const char *at)
{
    const char *names[COLUMN_COUNT];
    struct strbuf fields;
    strbuf_init(&fields, sizeof(p->err->message));
    for (int i = 0; i < COLUMN_COUNT; i++) {
        names[i] = columns[i].name;
        strbuf_addf(&fields, "%s%s", i ? ", " : "", columns[i].name);
    }
    const char *nearest = suggest_name(p->word, names, COLUMN_COUNT);
    fail(p, at, "unknown field '%.*s'%s%s; fields: %s", quoted_length(p->word), p->word,
         nearest ? ", did you mean " : "", nearest ? nearest : "", fields.data);
    strbuf_finish(&fields);
    return FAILED;
}

/* ---- tokens ---------------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static void skip_blanks(struct parser *p)
{
    while (is_blank(*p->at))
        p->at++;
}

static bool count_token(struct parser *p)
{
    if (++p->tokens <= FILTER_MAX_TOKENS)
        return true;
    fail(p, p->at, "the filter has more than %d parts; leave some out", FILTER_MAX_TOKENS);
    return false;
}

static const struct comparison *comparison_at(const char *at)
{
    for (size_t i = 0; i < sizeof(comparisons) / sizeof(comparisons[0]); i++) {
        if (strncmp(at, comparisons[i].sign, strlen(comparisons[i].sign)) == 0)
            return &comparisons[i];
    }
    return NULL;
}

size_t filter_sign_length(const char *at)
{
    const struct comparison *comparison = comparison_at(at);
    return comparison ? strlen(comparison->sign) : 0;
}

bool filter_ends_word(const char *at)
{
    return !*at || is_blank(*at) || *at == '(' || *at == ')' || *at == '"';
}

/* Reads a word into p->word. A field name also ends at a comparison; a value does not. */
static bool take_word(struct parser *p, bool is_value)
{
    size_t length = 0;
    while (!filter_ends_word(p->at) && (is_value || !comparison_at(p->at)))
        p->word[length++] = *p->at++;
    p->word[length] = '\0';
    return count_token(p);
}

/* Reads "quoted text" into p->word; a backslash takes the next character as it is. */
static bool take_quoted(struct parser *p)
{
    const char *opening = p->at++;
    size_t length = 0;
    while (*p->at && *p->at != '"') {
        if (*p->at == '\\' && p->at[1])
            p->at++;
        p->word[length++] = *p->at++;
    }
    p->word[length] = '\0';
    if (*p->at != '"') {
        fail(p, opening, "the quote is not closed; add a \" at its end");
        return false;
    }
    p->at++;
    return count_token(p);
}

/* True when the next word is this one, which is then taken. */
static bool take_keyword(struct parser *p, const char *keyword)
{
    size_t length = strlen(keyword);
    skip_blanks(p);
    if (strncasecmp(p->at, keyword, length) != 0)
        return false;
    if (!filter_ends_word(p->at + length) || comparison_at(p->at + length))
        return false;
    p->at += length;
    return true;
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static int add_node(struct parser *p, struct filter_node node)
{
    p->filter->nodes[p->filter->count] = node;
    return (int)p->filter->count++;
}

static int negate_if(struct parser *p, bool is_negated, int index)
{
    if (!is_negated || index == FAILED)
        return index;
    return add_node(p, (struct filter_node){.kind = FILTER_NOT, .left = index});
}

static int add_word(struct parser *p)
{
    struct filter_node node = {.kind = FILTER_WORD};
    textmatch_init(&node.match, p->word);
    return add_node(p, node);
}

/* ---- comparisons ----------------------------------------------------------------------------- */

struct state_word {
    const char *name;
    unsigned states;
};

#define STATE(name) (1u << TASK_##name)

/* Words for states beside their names: groups, and what services and people say. */
static const struct state_word state_words[] = {
    {"alive", STATE(QUEUED) | STATE(RUNNING) | STATE(CANCELLING) | STATE(UNKNOWN)},
    {"ended", STATE(SUCCEEDED) | STATE(FAILED) | STATE(CANCELLED) | STATE(EXPIRED)},
    {"done", STATE(SUCCEEDED)},
    {"complete", STATE(SUCCEEDED)},
    {"error", STATE(FAILED)},
    {"killed", STATE(CANCELLED)},
    {"canceled", STATE(CANCELLED)},
    {"waiting", STATE(QUEUED)},
};
#define STATE_WORD_COUNT (sizeof(state_words) / sizeof(state_words[0]))

static unsigned states_named(enum filter_op op, const char *word)
{
    struct textmatch match;
    unsigned states = 0;
    textmatch_init(&match, word);
    for (int i = 0; i < TASK_STATE_COUNT; i++) {
        const char *name = task_states[i].name;
        bool is_named = op == FILTER_CONTAINS ? textmatch_find(&match, name, strlen(name)) != NULL
                        : op == FILTER_STARTS ? text_starts_with(name, word)
                                              : text_is_equal(name, word);
        states |= (unsigned)is_named << i;
    }
    textmatch_finish(&match);
    for (size_t i = 0; i < STATE_WORD_COUNT && op == FILTER_EQUAL; i++) {
        if (text_is_equal(state_words[i].name, word))
            states |= state_words[i].states;
    }
    return states;
}

static int fail_state(struct parser *p, const char *at)
{
    const char *names[TASK_STATE_COUNT + STATE_WORD_COUNT];
    struct strbuf list;
    strbuf_init(&list, sizeof(p->err->message));
    for (int i = 0; i < TASK_STATE_COUNT; i++) {
        names[i] = task_states[i].name;
        strbuf_addf(&list, "%s, ", names[i]);
    }
    for (size_t i = 0; i < STATE_WORD_COUNT; i++)
        names[TASK_STATE_COUNT + i] = state_words[i].name;
    const char *nearest = suggest_name(p->word, names, TASK_STATE_COUNT + STATE_WORD_COUNT);
    fail(p, at, "unknown state '%.*s'%s%s; states: %salive, ended", quoted_length(p->word), p->word,
         nearest ? ", did you mean " : "", nearest ? nearest : "", list.data);
    strbuf_finish(&list);
    return FAILED;
}

static int add_state(struct parser *p, enum filter_op op, const char *value_at)
{
    unsigned states = states_named(op, p->word);
    if (!states)
        return fail_state(p, value_at);
    return add_node(p, (struct filter_node){.kind = FILTER_STATE, .states = states});
}

static int add_text(struct parser *p, enum column column, enum filter_op op)
{
    struct filter_node node = {.kind = FILTER_TEXT, .column = column, .op = op};
    if (op == FILTER_CONTAINS)
        textmatch_init(&node.match, p->word);
    else
        node.text = xstrdup(p->word);
    return add_node(p, node);
}

/* "12", "10k", "1.5M". */
static bool parse_count(const char *text, int64_t *out)
{
    static const struct {
        char unit;
        double factor;
    } units[] = {{'\0', 1}, {'k', 1e3}, {'K', 1e3}, {'m', 1e6}, {'M', 1e6}, {'g', 1e9}, {'G', 1e9}};
    char *end;
    if (*text < '0' || *text > '9' || strspn(text, "0123456789.") + 1 < strlen(text))
        return false;
    double value = strtod(text, &end);
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (*end == units[i].unit && (!*end || !end[1]) && value * units[i].factor < 9e15) {
            *out = (int64_t)(value * units[i].factor);
            return true;
        }
    }
    return false;
}

struct number_kind {
    bool (*parse)(const char *text, int64_t *out);
    enum filter_kind node;
    const char *wanted;
};

/* Tried in order until one understands the value. */
static const struct number_kind number_kinds[][2] = {
    [COLUMN_DURATION] = {{parse_duration, FILTER_NUMBER, "a duration such as 30s, 5m, 2h or 1d"}},
    [COLUMN_NUMBER] = {{parse_count, FILTER_NUMBER, "a number such as 500, 10k or 3M"}},
    [COLUMN_TIME] = {{parse_duration, FILTER_SINCE,
                      "a time such as 2026-11-20T10:00, or how long "
                      "ago as 30s, 5m, 2h or 1d"},
                     {parse_iso8601, FILTER_NUMBER, NULL}},
};

static int add_number(struct parser *p, enum column column, enum filter_op op, const char *value_at)
{
    const struct number_kind *kinds = number_kinds[columns[column].kind];
    struct filter_node node = {.column = column, .op = op};
    for (int i = 0; i < 2 && kinds[i].parse; i++) {
        node.kind = kinds[i].node;
        if (kinds[i].parse(p->word, &node.number))
            return add_node(p, node);
    }
    return fail(p, value_at, "%s wants %s, not '%.*s'", columns[column].name, kinds[0].wanted,
                quoted_length(p->word), p->word);
}

/* Reads a value into p->word. Returns where it stands, NULL on failure. */
static const char *take_value(struct parser *p, enum column column)
{
    skip_blanks(p);
    const char *start = p->at;
    if (*start == '"')
        return take_quoted(p) ? start : NULL;
    if (!filter_ends_word(start))
        return take_word(p, true) ? start : NULL;
    fail(p, start, "a value for %s is missing; \"\" stands for none", columns[column].name);
    return NULL;
}

/* A * at the end of an unquoted value: what starts with the rest. */
static enum filter_op take_star(struct parser *p, enum filter_op op, bool is_quoted)
{
    size_t length = strlen(p->word);
    if (op != FILTER_EQUAL || is_quoted || length == 0 || p->word[length - 1] != '*')
        return op;
    p->word[length - 1] = '\0';
    return FILTER_STARTS;
}

static int add_comparison(struct parser *p, enum column column, const struct comparison *comparison,
                          const char *value_at)
{
    if (columns[column].kind != COLUMN_TEXT)
        return add_number(p, column, comparison->op, value_at);
    enum filter_op op = take_star(p, comparison->op, *value_at == '"');
    return column == COLUMN_STATE ? add_state(p, op, value_at) : add_text(p, column, op);
}

/* The field's name is in p->word, p->at stands at the sign. */
static int parse_comparison(struct parser *p, const char *field_at)
{
    const struct comparison *comparison = comparison_at(p->at);
    enum column column = column_find(p->word);
    if (!*p->word)
        return fail(p, field_at, "a field is missing before '%s'", comparison->sign);
    if (column == COLUMN_COUNT)
        return fail_field(p, field_at);
    bool is_text = columns[column].kind == COLUMN_TEXT;
    if (is_text ? !comparison->is_for_text : !comparison->is_for_numbers)
        return fail(p, p->at, "%s is %s; compare it with %s", columns[column].name,
                    is_text ? "text" : "a number",
                    is_text ? "=, !=, ~ or !~" : "=, !=, >, >=, < or <=");
    p->at += strlen(comparison->sign);
    const char *value_at = take_value(p, column);
    if (!value_at)
        return FAILED;
    return negate_if(p, comparison->is_negated, add_comparison(p, column, comparison, value_at));
}

/* ---- the grammar ----------------------------------------------------------------------------- */

static int parse_or(struct parser *p);

static int parse_group(struct parser *p)
{
    const char *opening = p->at++;
    if (!count_token(p))
        return FAILED;
    int index = parse_or(p);
    if (index == FAILED)
        return FAILED;
    skip_blanks(p);
    if (*p->at != ')')
        return fail(p, opening, "the parenthesis is not closed; add a ) after its content");
    p->at++;
    return index;
}

static int parse_term(struct parser *p)
{
    skip_blanks(p);
    const char *start = p->at;
    if (*start == '(')
        return parse_group(p);
    if (*start == '"')
        return take_quoted(p) ? add_word(p) : FAILED;
    if (*start == ')' || !*start)
        return fail(p, start, "a word or a comparison is missing here, such as user=ana");
    if (!take_word(p, false))
        return FAILED;
    skip_blanks(p);
    return comparison_at(p->at) ? parse_comparison(p, start) : add_word(p);
}

static bool take_not(struct parser *p)
{
    skip_blanks(p);
    if (*p->at != '!' || comparison_at(p->at))
        return take_keyword(p, "not");
    p->at++;
    return true;
}

static int parse_not(struct parser *p)
{
    if (++p->depth > FILTER_MAX_DEPTH)
        return fail(p, p->at, "the filter is nested more than %d deep", FILTER_MAX_DEPTH);
    int index;
    if (take_not(p))
        index = count_token(p) ? negate_if(p, true, parse_not(p)) : FAILED;
    else
        index = parse_term(p);
    p->depth--;
    return index;
}

static bool is_at_end_of_and(struct parser *p)
{
    skip_blanks(p);
    const char *at = p->at;
    bool is_end = !*at || *at == ')' || take_keyword(p, "or");
    p->at = at;
    return is_end;
}

static int join(struct parser *p, enum filter_kind kind, int left, int right)
{
    if (left == FAILED || right == FAILED)
        return FAILED;
    return add_node(p, (struct filter_node){.kind = kind, .left = left, .right = right});
}

static int parse_and(struct parser *p)
{
    int left = parse_not(p);
    while (left != FAILED && !is_at_end_of_and(p)) {
        take_keyword(p, "and");
        left = join(p, FILTER_AND, left, parse_not(p));
    }
    return left;
}

static int parse_or(struct parser *p)
{
    int left = parse_and(p);
    while (left != FAILED && take_keyword(p, "or"))
        left = join(p, FILTER_OR, left, parse_and(p));
    return left;
}

static int parse_all(struct parser *p)
{
    if (strlen(p->text) > FILTER_MAX_BYTES)
        return fail(p, p->text + FILTER_MAX_BYTES, "the filter is longer than %d bytes",
                    FILTER_MAX_BYTES);
    int root = parse_or(p);
    if (root != FAILED && *p->at == ')')
        return fail(p, p->at, "there is no ( for this )");
    return root;
}

struct filter *filter_parse(const char *text, struct error *err, size_t *out_at)
{
    struct error ignored;
    struct filter *filter = xcalloc(1, sizeof(*filter));
    struct parser p = {.filter = filter, .text = text, .at = text, .err = err ? err : &ignored};
    skip_blanks(&p);
    if (!*p.at)
        return filter;
    filter->root = parse_all(&p);
    if (filter->root != FAILED)
        return filter;
    if (out_at)
        *out_at = (size_t)(p.error_at - text);
    filter_destroy(filter);
    return NULL;
}

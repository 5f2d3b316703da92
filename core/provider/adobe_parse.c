#include <string.h>
#include <strings.h>

#include "base/sanitize.h"
#include "base/timefmt.h"
#include "provider/adobe_internal.h"

#define TITLE_SQL_BYTES 160

/* A run of more than a century is none. */
#define ELAPSED_MAX_MS 3200000000000

/* Adobe Query Service, components.schemas.query.state. There are no others, though older documents
 * and other clients guess some. */
static const struct {
    const char *word;
    enum task_state state;
} state_words[] = {
    {"SUBMITTED", TASK_QUEUED}, {"IN_PROGRESS", TASK_RUNNING}, {"SUCCESS", TASK_SUCCEEDED},
    {"FAILED", TASK_FAILED},    {"KILLED", TASK_CANCELLED},    {"TIMEOUT", TASK_FAILED},
};

enum task_state adobe_state(const char *word)
{
    for (size_t i = 0; i < sizeof(state_words) / sizeof(state_words[0]); i++) {
        if (strcasecmp(state_words[i].word, word) == 0)
            return state_words[i].state;
    }
    return TASK_UNKNOWN;
}

const char *adobe_known_word(size_t index, enum task_state *out)
{
    if (index >= sizeof(state_words) / sizeof(state_words[0]))
        return NULL;
    *out = state_words[index].state;
    return state_words[index].word;
}

int64_t adobe_time(const struct json *value)
{
    int64_t wall_ms;
    const char *text = json_string(value, NULL);
    if (!text || !*text)
        return UNKNOWN;
    if (text[strspn(text, "0123456789")] == '\0' && strlen(text) > 4)
        return json_int(value, UNKNOWN);
    return parse_iso8601(text, &wall_ms) ? wall_ms : UNKNOWN;
}

static enum sanitize_mode mode_of(enum task_text which)
{
    return which == TASK_SQL || which == TASK_MESSAGE ? SANITIZE_TEXT : SANITIZE_LINE;
}

/* Puts the sanitised string value (absent: nothing is changed) into the draft. */
static void set_text(struct adobe *adobe, struct task_draft *draft, enum task_text which,
                     const struct json *value)
{
    size_t length;
    const char *text = json_string(value, &length);
    if (!text || !length)
        return;
    strbuf_clear(&adobe->text);
    sanitize(&adobe->text, text, length, mode_of(which));
    task_draft_set_text(draft, which, adobe->text.data);
}

/* The same, only where nothing is known. */
static void fill_text(struct adobe *adobe, struct task_draft *draft, enum task_text which,
                      const struct json *value)
{
    if (!task_draft_text(draft, which))
        set_text(adobe, draft, which, value);
}

/* What nobody named is called by the head of its SQL, without its layout. */
static void fill_title_from_sql(struct adobe *adobe, struct task_draft *draft)
{
    const char *sql = task_draft_text(draft, TASK_SQL);
    if (task_draft_text(draft, TASK_TITLE) || !sql)
        return;
    char head[TITLE_SQL_BYTES];
    size_t length = strnlen(sql, sizeof(head));
    strbuf_clear(&adobe->text);
    sanitize(&adobe->text, sql, length, SANITIZE_LINE);
    sanitize_line(head, sizeof(head), adobe->text.data);
    task_draft_set_text(draft, TASK_TITLE, head);
}

static void read_state(struct adobe *adobe, struct task_draft *draft, const struct json *query)
{
    const char *word = json_string(json_get(query, "state"), NULL);
    set_text(adobe, draft, TASK_STATE_RAW, json_get(query, "state"));
    if (word)
        draft->facts.state = adobe_state(word);
}

/* created is when it was submitted; elapsedTime counts from IN_PROGRESS on and is 0 before. */
static void read_times(struct task *facts, const struct json *query)
{
    int64_t elapsed_ms = json_int(json_get(query, "elapsedTime"), UNKNOWN);
    bool is_elapsed = elapsed_ms >= 0 && elapsed_ms <= ELAPSED_MAX_MS;
    facts->created_ms = adobe_time(json_get(query, "created"));
    if (is_elapsed && facts->state != TASK_QUEUED)
        facts->elapsed_ms = elapsed_ms;
    if (!task_states[facts->state].is_alive)
        facts->ended_ms = adobe_time(json_get(query, "updated"));
}

void adobe_add_error(const struct json *entry, struct strbuf *out)
{
    if (out->len)
        strbuf_add_char(out, '\n');
    if (json_is_string(entry)) {
        size_t length;
        const char *text = json_string(entry, &length);
        sanitize(out, text, length, SANITIZE_TEXT);
        return;
    }
    if (json_text(entry, "code", SANITIZE_LINE, out))
        strbuf_add_text(out, ": ");
    json_text(entry, "message", SANITIZE_TEXT, out);
}

/* In any state: a query may succeed and complain all the same. */
static void read_errors(struct task_draft *draft, const struct json *query)
{
    const struct json *errors = json_get(query, "errors");
    const char *word = task_draft_text(draft, TASK_STATE_RAW);
    struct strbuf words;
    strbuf_init(&words, LIMIT_TASK_MESSAGE_BYTES);
    for (size_t i = 0; i < json_count(errors); i++)
        adobe_add_error(json_at(errors, i), &words);
    if (json_is_object(errors))
        adobe_add_error(errors, &words);
    if (!words.len && word && strcasecmp(word, "TIMEOUT") == 0)
        strbuf_add_text(&words, "It ran longer than Query Service allows (TIMEOUT).");
    task_draft_set_text(draft, TASK_MESSAGE, words.data);
    strbuf_finish(&words);
}

static bool has_link(const struct json *query, const char *name)
{
    return json_is_object(json_get(json_get(query, "_links"), name));
}

int adobe_flag(const struct json *value)
{
    const char *text = json_string(value, NULL);
    if (json_is_bool(value) || !text)
        return json_bool(value);
    if (strcasecmp(text, "true") == 0)
        return 1;
    return strcasecmp(text, "false") == 0 ? 0 : -1;
}

static bool writes(const struct json *query)
{
    const struct json *request = json_get(query, "request");
    return adobe_flag(json_get(query, "isCTAS")) == 1 ||
           adobe_flag(json_get(query, "isInsertInto")) == 1 ||
           json_is_object(json_get(request, "ctasParameters")) ||
           json_is_object(json_get(request, "insertIntoParameters"));
}

static void set_flags(struct task_draft *draft, const struct json *query)
{
    const struct json *request = json_get(query, "request");
    const char *id = task_draft_text(draft, TASK_ID);
    bool is_plain = id && sanitize_is_plain_id(id);
    bool is_alive = task_states[draft->facts.state].is_alive;
    unsigned flags = draft->facts.flags;
    if (is_plain && is_alive && has_link(query, "cancel"))
        flags |= TASK_CAN_CANCEL;
    if (is_plain && (json_get(request, "sql") || json_get(request, "templateId")))
        flags |= TASK_CAN_RETRY;
    if (is_plain && draft->facts.state == TASK_SUCCEEDED)
        flags |= TASK_CAN_RESULTS;
    if (is_plain && has_link(query, "soft_delete"))
        flags |= TASK_CAN_HIDE;
    if (writes(query))
        flags |= TASK_WRITES;
    draft->facts.flags = (uint8_t)flags;
}

static const struct record_part request_parts[] = {
    {"name", NULL},       {"dbName", NULL},         {"sql", NULL},
    {"templateId", NULL}, {"ctasParameters", NULL}, {"insertIntoParameters", NULL},
    {NULL, NULL},
};

static const struct record_part link_parts[] = {
    {"cancel", NULL}, {"soft_delete", NULL}, {"schedule_run", NULL}, {NULL, NULL}};

/* All that adobe_read_query() reads. */
const struct record_part adobe_query_parts[] = {
    {"id", NULL},           {"state", NULL},        {"elapsedTime", NULL},
    {"created", NULL},      {"updated", NULL},      {"request", request_parts},
    {"_links", link_parts}, {"templateName", NULL}, {"userId", NULL},
    {"client", NULL},       {"effectiveSQL", NULL}, {"rowCount", NULL},
    {"errors", NULL},       {"isCTAS", NULL},       {"isInsertInto", NULL},
    {NULL, NULL},
};

void adobe_read_query(struct adobe *adobe, struct task_draft *draft, const struct json *query,
                      int64_t now_ms)
{
    const struct json *request = json_get(query, "request");
    const struct json *links = json_get(query, "_links");
    const struct {
        enum task_text which;
        const struct json *value;
    } texts[] = {
        {TASK_ID, json_get(query, "id")},
        {TASK_TITLE, json_get(request, "name")},
        {TASK_TITLE, json_get(query, "templateName")},
        {TASK_USER, json_get(query, "userId")},
        {TASK_USER_ID, json_get(query, "userId")},
        {TASK_ORIGIN, json_get(query, "client")},
        {TASK_CONNECTION, json_get(request, "dbName")},
        {TASK_SQL, json_get(request, "sql")},
        {TASK_SQL, json_get(query, "effectiveSQL")},
        {TASK_QUERY_ID, json_get(request, "templateId")},
        {TASK_RUN_ID, json_get(json_get(links, "schedule_run"), "id")},
    };
    draft->facts.observed_ms = now_ms;
    read_state(adobe, draft, query);
    read_times(&draft->facts, query);
    if (draft->facts.state == TASK_SUCCEEDED)
        draft->facts.rows = json_int(json_get(query, "rowCount"), UNKNOWN);
    if (draft->facts.rows < 0)
        draft->facts.rows = UNKNOWN;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        fill_text(adobe, draft, texts[i].which, texts[i].value);
    fill_title_from_sql(adobe, draft);
    read_errors(draft, query);
    set_flags(draft, query);
}

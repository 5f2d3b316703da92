#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/sanitize.h"
#include "base/timefmt.h"
#include "provider/looker_internal.h"

#define TITLE_SQL_BYTES   160
#define TITLE_QUERY_BYTES 160 /* after which no more fields are added */

/* A runtime of more than a century is none. */
#define RUNTIME_MAX_S 3.2e9

struct state_word {
    const char *word;
    enum task_state state;
};

/* The words of query_task, and those of Looker's own query page, which the running list may use. */
static const struct state_word state_words[] = {
    {"added", TASK_QUEUED},        {"queued", TASK_QUEUED},      {"waiting for pdt", TASK_QUEUED},
    {"pending", TASK_QUEUED},      {"running", TASK_RUNNING},    {"building pdt", TASK_RUNNING},
    {"complete", TASK_SUCCEEDED},  {"cache", TASK_SUCCEEDED},    {"error", TASK_FAILED},
    {"failed", TASK_FAILED},       {"failure", TASK_FAILED},     {"killed", TASK_CANCELLED},
    {"cancelled", TASK_CANCELLED}, {"canceled", TASK_CANCELLED}, {"expired", TASK_EXPIRED},
    {"missing", TASK_EXPIRED},
};

enum task_state looker_state(const char *word)
{
    for (size_t i = 0; i < sizeof(state_words) / sizeof(state_words[0]); i++) {
        if (strcasecmp(state_words[i].word, word) == 0)
            return state_words[i].state;
    }
    return TASK_UNKNOWN;
}

int64_t looker_seconds(const struct json *value)
{
    double seconds = json_double(value, NAN);
    return seconds >= 0 && seconds <= RUNTIME_MAX_S ? (int64_t)(seconds * 1000 + 0.5) : UNKNOWN;
}

int64_t looker_time(const struct json *value)
{
    int64_t wall_ms;
    const char *text = json_string(value, NULL);
    return text && parse_iso8601(text, &wall_ms) ? wall_ms : UNKNOWN;
}

static enum sanitize_mode mode_of(enum task_text which)
{
    return which == TASK_SQL || which == TASK_MESSAGE ? SANITIZE_TEXT : SANITIZE_LINE;
}

void looker_set_text(struct looker *looker, struct task_draft *draft, enum task_text which,
                     const struct json *value)
{
    size_t length;
    const char *text = json_string(value, &length);
    if (!text || !length)
        return;
    strbuf_clear(&looker->text);
    sanitize(&looker->text, text, length, mode_of(which));
    task_draft_set_text(draft, which, looker->text.data);
}

/* The member's text, only where nothing is known. */
static void fill_text(struct looker *looker, struct task_draft *draft, enum task_text which,
                      const struct json *object, const char *key)
{
    if (!task_draft_text(draft, which))
        looker_set_text(looker, draft, which, json_get(object, key));
}

/* Pages for people: nothing but the web. */
static void fill_url(struct looker *looker, struct task_draft *draft, const struct json *object,
                     const char *key)
{
    const char *url = json_string(json_get(object, key), NULL);
    if (url && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0))
        fill_text(looker, draft, TASK_URL, object, key);
}

static void set_joined(struct looker *looker, struct task_draft *draft, enum task_text which,
                       const char *first, const char *between, const char *second)
{
    strbuf_clear(&looker->text);
    if (first)
        sanitize(&looker->text, first, strlen(first), SANITIZE_LINE);
    if (first && second && *first && *second)
        strbuf_add_text(&looker->text, between);
    if (second)
        sanitize(&looker->text, second, strlen(second), SANITIZE_LINE);
    task_draft_set_text(draft, which, looker->text.data);
}

/* What nobody named is called by the head of its SQL, without its layout. */
static void fill_title_from_sql(struct task_draft *draft)
{
    const char *sql = task_draft_text(draft, TASK_SQL);
    if (task_draft_text(draft, TASK_TITLE) || !sql)
        return;
    struct strbuf words;
    strbuf_init(&words, TITLE_SQL_BYTES);
    while (*(sql += strspn(sql, " \n")) && !words.is_cut) {
        size_t length = strcspn(sql, " \n");
        if (words.len)
            strbuf_add_char(&words, ' ');
        sanitize(&words, sql, length, SANITIZE_LINE);
        sql += length;
    }
    task_draft_set_text(draft, TASK_TITLE, words.data);
    strbuf_finish(&words);
}

/* What nobody named, but an explore made: "shop · orders · region, count", so that one query of an
 * explore is told from another. Fields go without their view. */
static void fill_title_from_query(struct looker *looker, struct task_draft *draft,
                                  const struct json *query)
{
    const char *model = json_string(json_get(query, "model"), NULL);
    const char *view = json_string(json_get(query, "view"), NULL);
    const struct json *fields = json_get(query, "fields");
    if (task_draft_text(draft, TASK_TITLE) || (!model && !view))
        return;
    set_joined(looker, draft, TASK_TITLE, model, " \xc2\xb7 ", view);
    const char *between = " \xc2\xb7 ";
    for (size_t i = 0; i < json_count(fields) && looker->text.len < TITLE_QUERY_BYTES; i++) {
        size_t length;
        const char *field = json_string(json_at(fields, i), &length);
        if (!field)
            continue;
        const char *dot = memrchr(field, '.', length);
        const char *name = dot ? dot + 1 : field;
        strbuf_add_text(&looker->text, between);
        sanitize(&looker->text, name, (size_t)(field + length - name), SANITIZE_LINE);
        between = ", ";
    }
    task_draft_set_text(draft, TASK_TITLE, looker->text.data);
}

void looker_read_query(struct looker *looker, struct task_draft *draft, const struct json *query)
{
    fill_title_from_query(looker, draft, query);
    fill_text(looker, draft, TASK_MODEL, query, "model");
    fill_text(looker, draft, TASK_EXPLORE, query, "view");
    if (!looker->has_number_ids)
        fill_text(looker, draft, TASK_QUERY_ID, query, "client_id");
    fill_text(looker, draft, TASK_QUERY_ID, query, "id");
    looker_note_query(looker, query, task_draft_text(draft, TASK_QUERY_ID));
    fill_url(looker, draft, query, "share_url");
    fill_url(looker, draft, query, "expanded_share_url");
}

static void read_user(struct looker *looker, struct task_draft *draft, const struct json *user)
{
    looker_set_text(looker, draft, TASK_USER, json_get(user, "display_name"));
    if (!task_draft_text(draft, TASK_USER))
        set_joined(looker, draft, TASK_USER, json_string(json_get(user, "first_name"), NULL), " ",
                   json_string(json_get(user, "last_name"), NULL));
    looker_set_text(looker, draft, TASK_USER_ID, json_get(user, "id"));
}

/* Some rows name no query task: derived tables being built, SQL Runner, anonymous users. */
static void read_id(struct looker *looker, struct task_draft *draft, const struct json *row)
{
    looker_set_text(looker, draft, TASK_ID, json_get(row, "query_task_id"));
    const char *id = json_string(json_get(row, "id"), NULL);
    if (!task_draft_text(draft, TASK_ID) && id && *id)
        set_joined(looker, draft, TASK_ID, LOOKER_BARE_PREFIX, "", id);
}

static void read_state(struct looker *looker, struct task_draft *draft, const struct json *row)
{
    const char *word = json_string(json_get(row, "status"), NULL);
    looker_set_text(looker, draft, TASK_STATE_RAW, json_get(row, "status"));
    if (word && *word)
        draft->facts.state = looker_state(word);
    else if (draft->facts.elapsed_ms != UNKNOWN)
        draft->facts.state = TASK_RUNNING;
}

/* --- rights ------------------------------------------------------------------------------------
 */

#define RIGHTS (TASK_CAN_CANCEL | TASK_CAN_RETRY | TASK_CAN_RESULTS)

/* What `can` calls them, of a task or of its query. */
static const struct {
    const char *right;
    unsigned flag;
} rights[] = {
    {"stop", TASK_CAN_CANCEL},    {"cancel", TASK_CAN_CANCEL}, {"kill", TASK_CAN_CANCEL},
    {"destroy", TASK_CAN_CANCEL}, {"run", TASK_CAN_RETRY},     {"see_results", TASK_CAN_RESULTS},
};

/* What may be done where nobody denies it. */
static unsigned usual_rights(const struct task_draft *draft)
{
    const char *id = task_draft_text(draft, TASK_ID);
    const char *query_id = task_draft_text(draft, TASK_QUERY_ID);
    bool is_bare = !id || !looker_is_task_id(id) || !sanitize_is_plain_id(id);
    enum task_state state = draft->facts.state;
    unsigned flags = 0;
    if (!is_bare && task_states[state].is_alive)
        flags |= TASK_CAN_CANCEL;
    if (!is_bare && (task_states[state].is_alive || state == TASK_SUCCEEDED))
        flags |= TASK_CAN_RESULTS;
    if (query_id && sanitize_is_plain_id(query_id))
        flags |= TASK_CAN_RETRY;
    return flags;
}

unsigned looker_denied(const struct task_draft *draft)
{
    bool is_told = draft->facts.flags & RIGHTS;
    return is_told ? usual_rights(draft) & ~draft->facts.flags : 0;
}

void looker_set_flags(struct task_draft *draft, unsigned denied)
{
    draft->facts.flags =
        (uint8_t)((draft->facts.flags & ~RIGHTS) | (usual_rights(draft) & ~denied));
}

void looker_obey(struct task_draft *draft, const struct json *can)
{
    for (size_t i = 0; i < sizeof(rights) / sizeof(rights[0]); i++) {
        if (json_bool(json_get(can, rights[i].right)) == 0)
            draft->facts.flags &= (uint8_t)~rights[i].flag;
    }
}

static const struct record_part user_parts[] = {
    {"id", NULL}, {"display_name", NULL}, {"first_name", NULL}, {"last_name", NULL}, {NULL, NULL}};

static const struct record_part query_parts[] = {
    {"id", NULL},   {"client_id", NULL}, {"slug", NULL},      {"model", NULL},
    {"view", NULL}, {"fields", NULL},    {"share_url", NULL}, {"expanded_share_url", NULL},
    {"can", NULL},  {NULL, NULL},
};

static const struct record_part look_parts[] = {{"title", NULL}, {NULL, NULL}};

static const struct record_part sql_query_parts[] = {{"sql", NULL}, {NULL, NULL}};

/* All that looker_read_row() reads. */
const struct record_part looker_row_parts[] = {
    {"can", NULL},
    {"id", NULL},
    {"user", user_parts},
    {"query", query_parts},
    {"sql_query", sql_query_parts},
    {"look", look_parts},
    {"created_at", NULL},
    {"completed_at", NULL},
    {"query_id", NULL},
    {"source", NULL},
    {"slug", NULL},
    {"query_task_id", NULL},
    {"connection_name", NULL},
    {"connection_id", NULL},
    {"message", NULL},
    {"status", NULL},
    {"runtime", NULL},
    {"sql", NULL},
    {"sql_interface_sql", NULL},
    {NULL, NULL},
};

/* Looker API 4.0, RunningQueries. */
void looker_read_row(struct looker *looker, struct task_draft *draft, const struct json *row,
                     int64_t now_ms)
{
    static const struct {
        enum task_text which;
        const char *key;
    } texts[] = {
        {TASK_ORIGIN, "source"},
        {TASK_CONNECTION, "connection_name"},
        {TASK_CONNECTION, "connection_id"},
        {TASK_MESSAGE, "message"},
        {TASK_SQL, "sql"},
        {TASK_SQL, "sql_interface_sql"},
        {TASK_QUERY_ID, "query_id"},
    };
    draft->facts.observed_ms = now_ms;
    draft->facts.created_ms = looker_time(json_get(row, "created_at"));
    draft->facts.ended_ms = looker_time(json_get(row, "completed_at"));
    draft->facts.elapsed_ms = looker_seconds(json_get(row, "runtime"));
    read_id(looker, draft, row);
    looker_note_slug(looker, json_get(row, "slug"), task_draft_text(draft, TASK_ID));
    read_state(looker, draft, row);
    if (task_states[draft->facts.state].is_alive)
        draft->facts.ended_ms = UNKNOWN;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        fill_text(looker, draft, texts[i].which, row, texts[i].key);
    read_user(looker, draft, json_get(row, "user"));
    fill_text(looker, draft, TASK_TITLE, json_get(row, "look"), "title");
    fill_text(looker, draft, TASK_SQL, json_get(row, "sql_query"), "sql");
    looker_read_query(looker, draft, json_get(row, "query"));
    fill_title_from_sql(draft);
    looker_set_flags(draft, 0);
    looker_obey(draft, json_get(row, "can"));
    looker_obey(draft, json_get(json_get(row, "query"), "can"));
}

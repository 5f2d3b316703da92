#include <string.h>

#include "base/sanitize.h"
#include "provider/looker_internal.h"

bool looker_build_results(struct provider *p, struct job *job, struct http_request *out,
                          struct error *err)
{
    const char *id = looker_task_id(job, err);
    out->max_body_bytes = LIMIT_RESULT_BODY_BYTES;
    return id && looker_request(p, out, HTTP_GET, err, "/query_tasks/%s/results", id);
}

static void set_none(struct task_result *result, enum error_code code, const char *words)
{
    result->state = RESULT_NONE;
    error_set(&result->error, code, "%s", words);
}

/* --- JSON of three kinds -----------------------------------------------------------------------
 */

/* An answer, taken apart. */
struct answer {
    struct task_result *result;
    const struct job *job;
    struct json *root;  /* all but the rows, in whose place is an empty array */
    struct record rows; /* an array as it is written */
    struct error *err;
};

/* json_bi and json show an error as rows: [{"looker_error": "..."}]. */
static bool read_error_row(struct task_result *result, const struct record *rows)
{
    struct records r;
    struct record first;
    struct strbuf words;
    records_init(&r, rows->bytes, rows->length);
    if (!records_next(&r, &first))
        return false;
    struct json *row = json_parse(first.bytes, first.length, NULL);
    strbuf_init(&words, sizeof(result->error.message) - 1);
    bool is_error = json_text(row, "looker_error", SANITIZE_LINE, &words);
    if (is_error)
        set_none(result, ERR_NO, words.data);
    strbuf_finish(&words);
    json_destroy(row);
    return is_error;
}

/* The first error, or, when all are remarks, a note. True when there are no rows for it. */
static bool read_errors(struct task_result *result, const struct json *root)
{
    struct strbuf words;
    strbuf_init(&words, sizeof(result->error.message) - 1);
    bool is_fatal = looker_read_errors(root, &words) > 0;
    if (is_fatal) {
        char line[sizeof(result->error.message)];
        set_none(result, ERR_NO, sanitize_line(line, sizeof(line), words.data));
    } else if (words.len) {
        result->note = arena_strdup(&result->arena, words.data);
    }
    strbuf_finish(&words);
    return is_fatal;
}

static bool read_json_detail(const struct answer *a)
{
    struct task_result *result = a->result;
    result->format = "json_detail";
    result->runtime_ms = looker_seconds(json_get(a->root, "runtime"));
    result->is_from_cache = json_bool(json_get(a->root, "from_cache"));
    if (read_errors(result, a->root))
        return true;
    if (!looker_read_rows(result, json_get(a->root, "fields"), json_get(a->root, "pivots"),
                          &a->rows, a->job, a->err))
        return false;
    if (json_bool(json_get(a->root, "truncated")) == 1) {
        result->is_cut = true;
        result->note = "Looker cut the result";
    }
    return true;
}

static bool read_json_bi(const struct answer *a)
{
    struct task_result *result = a->result;
    result->format = "json_bi";
    if (read_error_row(result, &a->rows))
        return true;
    if (!looker_read_rows(result, NULL, NULL, &a->rows, a->job, a->err))
        return false;
    if (json_bool(json_get(json_get(a->root, "metadata"), "columns_truncated")) == 1) {
        result->is_cut = true;
        result->note = "Looker left columns out";
    }
    return true;
}

static bool read_json_rows(const struct answer *a)
{
    a->result->format = "json";
    return read_error_row(a->result, &a->rows) ||
           looker_read_rows(a->result, NULL, NULL, &a->rows, a->job, a->err);
}

typedef bool (*reader)(const struct answer *a);

/* NULL: it is none of the three. */
static reader reader_of(const struct json *root)
{
    if (json_is_array(root))
        return read_json_rows;
    if (json_is_array(json_get(root, "rows")))
        return read_json_bi;
    if (json_is_array(json_get(root, "data")) || json_get(root, "errors") ||
        json_get(root, "error"))
        return read_json_detail;
    return NULL;
}

/* Rows may be many: they are cut out before the rest is parsed. */
static bool cut_rows(const struct http_response *response, struct answer *a, struct strbuf *around)
{
    static const char *const keys[] = {NULL, "rows", "data"};
    a->rows = (struct record){.bytes = "[]", .length = 2};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (records_cut_out(response->body, response->body_len, keys[i], &a->rows, around))
            return true;
    }
    return false;
}

/* False with err: no JSON, broken rows. *out_is_known: the shape was. */
static bool read_json(struct answer *a, const struct http_response *response, bool *out_is_known)
{
    struct http_response rest = *response;
    struct strbuf around;
    strbuf_init(&around, LIMIT_RESULT_BODY_BYTES);
    if (cut_rows(response, a, &around)) {
        rest.body = around.data;
        rest.body_len = around.len;
    }
    a->root = looker_json(&rest, "the result", a->err);
    reader read = reader_of(a->root);
    bool is_read = a->root && (!read || read(a));
    *out_is_known = read != NULL;
    json_destroy(a->root);
    strbuf_finish(&around);
    return is_read;
}

/* --- everything else, as lines -----------------------------------------------------------------
 */

static const struct {
    const char *content_type;
    const char *format;
} text_formats[] = {
    {"text/csv", "csv"},          {"text/plain", "txt"},   {"text", "txt"},
    {"text/html", "html"},        {"text/markdown", "md"}, {"application/sql", "sql"},
    {"application/json", "json"},
};

static const char *text_format(const char *content_type)
{
    for (size_t i = 0; i < sizeof(text_formats) / sizeof(text_formats[0]); i++) {
        if (strcmp(text_formats[i].content_type, content_type) == 0)
            return text_formats[i].format;
    }
    return NULL;
}

static void keep_raw(struct task_result *result, const struct http_response *response)
{
    char *raw = arena_alloc(&result->arena, response->body_len + 1);
    memcpy(raw, response->body, response->body_len);
    result->raw = raw;
    result->raw_bytes = response->body_len;
}

static void read_text(struct task_result *result, const struct http_response *response)
{
    result->format = text_format(response->content_type);
    if (!result->format || strlen(response->body) != response->body_len) {
        set_none(result, ERR_NO,
                 "the result is a file (a spreadsheet or a picture); `querytop results -o FILE` "
                 "saves it");
        return;
    }
    struct strbuf text;
    strbuf_init(&text, LIMIT_RESULT_TEXT_BYTES);
    if (!sanitize(&text, response->body, response->body_len, SANITIZE_TEXT)) {
        result->is_cut = true;
        result->note = "only the beginning is kept";
    }
    result->text = arena_strndup(&result->arena, text.data, text.len);
    result->state = RESULT_LINES;
    strbuf_finish(&text);
}

/* --- the op ------------------------------------------------------------------------------------
 */

static enum provider_step read_success(struct task_result *result, const struct job *job,
                                       const struct http_response *response, struct error *err)
{
    /* Not ready: 204 up to release 24.20, 202 since 25.0. */
    if (response->status == 202 || response->status == 204) {
        result->state = RESULT_PENDING;
        error_set(&result->error, ERR_NO, "no rows yet: the task has not ended");
        return STEP_DONE;
    }
    char first = response->body[strspn(response->body, " \t\r\n")];
    bool is_json =
        strcmp(response->content_type, "application/json") == 0 || first == '{' || first == '[';
    bool is_known = false;
    struct answer answer = {.result = result, .job = job, .err = err};
    if (is_json && !read_json(&answer, response, &is_known))
        return STEP_FAILED;
    if (!is_known) {
        read_text(result, response);
        if (job->wants_raw)
            keep_raw(result, response);
    }
    return STEP_DONE;
}

/* 400 is how formats other than JSON tell an SQL error; 404 an unknown task or forgotten rows. */
static bool read_refusal(struct task_result *result, const struct http_response *response)
{
    char words[200];
    if (response->transport.code != ERR_NONE)
        return false;
    if (response->status == 404) {
        set_none(result, ERR_NO,
                 "Looker has no rows of this task any more; retry it to run it again");
        return true;
    }
    if (response->status != 400)
        return false;
    looker_words(response, words, sizeof(words));
    set_none(result, ERR_NO, words[0] ? words : "the query failed, and Looker does not say why");
    return true;
}

/* How many rows it had, and how long it really took, is worth knowing in the list. */
static void teach_task(struct provider *p, const struct job *job, const struct task_result *result,
                       struct batch *out)
{
    struct task_draft *draft = &looker_of(p)->draft;
    if (result->state != RESULT_TABLE || task_is_alive(job->task))
        return;
    task_draft_copy(draft, job->task);
    if (!result->is_cut)
        draft->facts.rows = (int64_t)result->row_count;
    if (result->runtime_ms != UNKNOWN)
        draft->facts.elapsed_ms = result->runtime_ms;
    batch_add_task(out, task_create(draft));
}

enum provider_step looker_parse_results(struct provider *p, struct job *job,
                                        const struct http_response *response, struct batch *out,
                                        struct error *err)
{
    struct task_result *result = task_result_create(p->source, task_text(job->task, TASK_ID));
    enum provider_step step = STEP_DONE;
    result->fetched_ms = job->now_ms;
    result->format = "";
    if (!read_refusal(result, response)) {
        step = looker_check(response, "the result", err);
        if (step == STEP_DONE)
            step = read_success(result, job, response, err);
    }
    if (step != STEP_DONE) {
        task_result_unref(result);
        return step;
    }
    teach_task(p, job, result, out);
    out->result = result;
    return STEP_DONE;
}

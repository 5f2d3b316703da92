#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "net/json.h"
#include "provider/exchange.h"

#define ID "a607517addb9d3159300ee61d314e40e"

/* --- results -----------------------------------------------------------------------------------
 */

static const struct task_result *result_of(struct exchange *x, const struct task *task, long status,
                                           const char *type, const char *body)
{
    exchange_begin(x, OP_RESULTS, task);
    assert_true(exchange_build(x));
    assert_int_equal(exchange_answer(x, status, type, body, strlen(body)), STEP_DONE);
    assert_non_null(x->batch.result);
    assert_string_equal(x->batch.result->task_id, ID);
    assert_int_equal(x->batch.result->source, 3);
    return x->batch.result;
}

static void assert_cell(const struct task_result *result, size_t row, size_t column,
                        const char *expected)
{
    assert_true(row < result->row_count && column < result->column_count);
    const char *cell = task_result_cell(result, row, column);
    if (expected) {
        assert_non_null(cell);
        assert_string_equal(cell, expected);
    } else {
        assert_null(cell);
    }
}

static void json_detail_becomes_a_table_in_lookers_order(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    exchange_begin(x, OP_RESULTS, task);
    assert_request(x, "GET https://acme.example/api/4.0/query_tasks/" ID "/results\n"
                      "Accept: application/json\nAuthorization: token tok-1\n");
    const struct task_result *r = result_of(
        x, task, 200, "application/json",
        "{\"from_cache\":true,\"truncated\":false,\"runtime\":\"0.489\",\"fields\":{"
        "\"measures\":[{\"name\":\"o.count\",\"is_numeric\":true}],"
        "\"dimensions\":[{\"name\":\"o.week\",\"is_numeric\":false}],"
        "\"table_calculations\":[{\"name\":\"calc\"}]},\"data\":["
        "{\"calc\":{\"value\":1.5},\"o.week\":{\"value\":\"2026-11-16\",\"rendered\":\"16 Nov\"},"
        "\"o.count\":{\"value\":1337,\"rendered\":\"1,337\",\"links\":[]}},"
        "{\"o.week\":{\"value\":null,\"rendered\":\"\xe2\x88\x85\"},\"o.count\":{\"value\":0,"
        "\"rendered\":\"\"},\"calc\":{\"value\":\"\"}}]}");
    assert_int_equal(r->state, RESULT_TABLE);
    assert_string_equal(r->format, "json_detail");
    assert_int_equal(r->column_count, 3);
    assert_string_equal(r->columns[0].name, "o.week");
    assert_string_equal(r->columns[1].name, "o.count");
    assert_string_equal(r->columns[2].name, "calc");
    assert_false(r->columns[0].is_number);
    assert_true(r->columns[1].is_number);
    assert_true(r->columns[2].is_number);
    assert_int_equal(r->row_count, 2);
    assert_cell(r, 0, 0, "16 Nov");
    assert_cell(r, 0, 1, "1,337");
    assert_cell(r, 0, 2, "1.5");
    assert_cell(r, 1, 0, NULL);
    assert_cell(r, 1, 1, "0");
    assert_cell(r, 1, 2, "");
    assert_int_equal(r->runtime_ms, 489);
    assert_int_equal(r->is_from_cache, 1);
    assert_false(r->is_cut);
    /* What the result taught about the task. */
    assert_int_equal(only_task(x)->rows, 2);
    assert_int_equal(only_task(x)->elapsed_ms, 489);
    assert_int_equal(only_task(x)->state, TASK_SUCCEEDED);
    task_unref(task);
}

static void pivots_make_a_column_for_each_value(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    const struct task_result *r =
        result_of(x, task, 200, "application/json",
                  "{\"fields\":{\"dimensions\":[{\"name\":\"d\"}],\"measures\":[{\"name\":\"m\"}],"
                  "\"pivots\":[{\"name\":\"p\"}]},\"pivots\":[{\"key\":\"CA\"},{\"key\":\"NY\"}],"
                  "\"data\":[{\"d\":{\"value\":\"x\"},\"m\":{\"CA\":{\"value\":1},\"NY\":{"
                  "\"value\":null}}}]}");
    assert_int_equal(r->column_count, 3);
    assert_string_equal(r->columns[1].name, "m \xc2\xb7 CA");
    assert_cell(r, 0, 0, "x");
    assert_cell(r, 0, 1, "1");
    assert_cell(r, 0, 2, NULL);
    assert_int_equal(x->batch.task_count, 0); /* the list tells of a living task */
    task_unref(task);
}

static void json_and_json_bi_take_their_keys_for_columns(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    static const char rows[] =
        "[{\"a\":1,\"b\":\"x\\u001b[31m\\ty\"},{\"b\":null,\"c\":[1,{\"k\":2}]}]";
    char bi[256];
    snprintf(bi, sizeof(bi), "{\"metadata\":{\"columns_truncated\":true},\"rows\":%s}", rows);
    for (int i = 0; i < 2; i++) {
        const struct task_result *r = result_of(x, task, 200, "application/json", i ? bi : rows);
        assert_string_equal(r->format, i ? "json_bi" : "json");
        assert_int_equal(r->column_count, 3);
        assert_true(r->columns[0].is_number);
        assert_cell(r, 0, 0, "1");
        assert_cell(r, 0, 1, "x\xe2\x90\x9b[31m y");
        assert_cell(r, 0, 2, NULL);
        assert_cell(r, 1, 0, NULL);
        assert_cell(r, 1, 2, "[1,{\"k\":2}]");
        assert_int_equal(r->is_cut, i);
    }
    task_unref(task);
}

static void empty_results_are_tables_without_rows(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    const struct task_result *r = result_of(x, task, 200, "application/json", "[]");
    assert_int_equal(r->state, RESULT_TABLE);
    assert_int_equal(r->row_count, 0);
    r = result_of(x, task, 200, "application/json",
                  "{\"fields\":{\"dimensions\":[{\"name\":\"d\"}]},\"data\":[]}");
    assert_int_equal(r->column_count, 1);
    assert_int_equal(r->row_count, 0);
    assert_int_equal(only_task(x)->rows, 0);
    task_unref(task);
}

static void other_formats_are_lines(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    static const struct {
        const char *type;
        const char *format;
    } cases[] = {{"text/csv", "csv"},
                 {"text/plain", "txt"},
                 {"application/sql", "sql"},
                 {"text/html", "html"}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct task_result *r = result_of(x, task, 200, cases[i].type, "a,b\r\n1,\x1b[2J\n");
        assert_int_equal(r->state, RESULT_LINES);
        assert_string_equal(r->format, cases[i].format);
        assert_string_equal(r->text, "a,b\n1,\xe2\x90\x9b[2J\n");
    }
    const struct task_result *r = result_of(x, task, 200, "image/png", "\x89PNG");
    assert_int_equal(r->state, RESULT_NONE);
    assert_non_null(strstr(r->error.message, "is a file"));
    task_unref(task);
}

static void no_rows_have_a_reason(void **state)
{
    struct exchange *x = *state;
    static const struct {
        long status;
        const char *body;
        enum result_state state;
        const char *words;
    } cases[] = {
        {204, "", RESULT_PENDING, "has not ended"},
        {202, "{}", RESULT_PENDING, "has not ended"},
        {404, "<html>", RESULT_NONE, "no rows of this task any more; retry it"},
        {400, "{\"message\":\"no such column: x\"}", RESULT_NONE, "no such column: x"},
        {400, "", RESULT_NONE, "does not say why"},
        {200, "{\"data\":[],\"errors\":[{\"message\":\"boom\",\"message_details\":\"line\\n2\"}]}",
         RESULT_NONE, "line 2"},
        {200, "[{\"looker_error\":\"View Not Found\"}]", RESULT_NONE, "View Not Found"},
        {200, "{\"rows\":[{\"looker_error\":\"View Not Found\"}]}", RESULT_NONE, "View Not Found"},
        {200, "{\"from_cache\":true,\"error\":\"View Not Found\"}", RESULT_NONE, "View Not Found"},
    };
    struct task *task = exchange_task(ID, TASK_FAILED, NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct task_result *r =
            result_of(x, task, cases[i].status, "application/json", cases[i].body);
        assert_int_equal(r->state, cases[i].state);
        assert_non_null(strstr(r->error.message, cases[i].words));
    }
    task_unref(task);
}

static void remarks_do_not_hide_the_rows(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    const struct task_result *r =
        result_of(x, task, 200, "application/json",
                  "{\"data\":[{\"a\":{\"value\":1}}],\"errors\":[{\"message\":\"Note: x\","
                  "\"fatal\":false}]}");
    assert_int_equal(r->state, RESULT_TABLE);
    assert_int_equal(r->row_count, 1);
    assert_string_equal(r->note, "Note: x");
    task_unref(task);
}

/* One row at a time: as one tree the cells would take more memory than a document may. */
static void a_result_of_many_cells_is_read(void **state)
{
    enum { ROWS = 9000, COLUMNS = 20 };
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    struct strbuf body;
    strbuf_init(&body, LIMIT_RESULT_BODY_BYTES);
    strbuf_add_text(&body, "{\"data\":[");
    for (size_t i = 0; i < ROWS; i++) {
        strbuf_add_text(&body, i ? ",{" : "{");
        for (size_t c = 0; c < COLUMNS; c++)
            strbuf_addf(&body, "%s\"c%zu\":{\"value\":%zu}", c ? "," : "", c, i);
        strbuf_add_char(&body, '}');
    }
    strbuf_add_text(&body, "],\"truncated\":true}");
    assert_null(json_parse(body.data, body.len, NULL));
    const struct task_result *r = result_of(x, task, 200, "application/json", body.data);
    assert_int_equal(r->column_count, COLUMNS);
    assert_int_equal(r->row_count, ROWS);
    assert_cell(r, ROWS - 1, COLUMNS - 1, "8999");
    assert_true(r->is_cut);
    strbuf_finish(&body);
    task_unref(task);
}

static void rows_that_are_null_have_no_cells(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    const struct task_result *r =
        result_of(x, task, 200, "application/json", " [{\"a\":1}, null ,7]\n");
    assert_int_equal(r->row_count, 3);
    assert_cell(r, 0, 0, "1");
    assert_cell(r, 1, 0, NULL);
    assert_cell(r, 2, 0, NULL);
    task_unref(task);
}

static void rows_that_nobody_waits_for_are_not_read(void **state)
{
    struct exchange *x = *state;
    const _Atomic bool is_stopping = true;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    exchange_begin(x, OP_RESULTS, task);
    x->job.is_stopping = &is_stopping;
    assert_int_equal(exchange_leg(x, 200, "[{\"a\":1}]"), STEP_FAILED);
    task_unref(task);
}

static void broken_result_is_a_failure(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    exchange_begin(x, OP_RESULTS, task);
    assert_int_equal(exchange_leg(x, 200, "[{\"a\":1}"), STEP_FAILED);
    assert_error(x, ERR_SERVICE, "the answer is not valid JSON");
    assert_int_equal(exchange_leg(x, 200, "{\"rows\":[{\"a\":1},{\"a\" 2}]}"), STEP_FAILED);
    assert_error(x, ERR_SERVICE, "row 2 of the result: the answer is not valid JSON");
    assert_int_equal(exchange_leg(x, 200, "[{\"a\":1} {}]"), STEP_FAILED);
    assert_error(x, ERR_SERVICE, "row 1 of the result is not valid JSON");
    assert_int_equal(exchange_leg(x, 401, ""), STEP_LOGIN);
    assert_int_equal(exchange_leg(x, 500, ""), STEP_FAILED);
    assert_null(x->batch.result);
    task_unref(task);
}

static void long_results_are_cut_and_say_so(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    struct strbuf body;
    strbuf_init(&body, 1 << 20);
    strbuf_add_char(&body, '[');
    for (size_t i = 0; i < LIMIT_RESULT_ROWS + 5; i++)
        strbuf_addf(&body, "%s{\"a\":%zu}", i ? "," : "", i);
    strbuf_add_char(&body, ']');
    const struct task_result *r = result_of(x, task, 200, "application/json", body.data);
    assert_int_equal(r->row_count, LIMIT_RESULT_ROWS);
    assert_true(r->is_cut);
    assert_string_equal(r->note, "only the first 10000 of 10005 rows are kept");
    assert_int_equal(only_task(x)->rows, UNKNOWN);
    strbuf_finish(&body);
    task_unref(task);
}

/* --- detail ------------------------------------------------------------------------------------
 */

static const char *field_of(const struct task_detail *detail, const char *group, const char *label)
{
    for (size_t i = 0; i < detail->field_count; i++) {
        const struct field *field = &detail->fields[i];
        if (strcmp(field->group, group) == 0 && strcmp(field->label, label) == 0)
            return field->value ? field->value : "-";
    }
    return NULL;
}

static void assert_field(const struct task_detail *detail, const char *group, const char *label,
                         const char *expected)
{
    const char *value = field_of(detail, group, label);
    if (!value)
        fail_msg("no field %s/%s", group, label);
    assert_string_equal(value, expected);
}

#define TASK_BODY(status)                                                                         \
    "{\"can\":{\"show\":true,\"hide\":false},\"id\":\"" ID "\",\"query_id\":\"q5\",\"query\":{"   \
    "\"id\":\"q5\",\"model\":\"shop\",\"view\":\"orders\",\"fields\":[\"a\",\"b\"],\"filters\":{" \
    "\"u.state\":\"CA\",\"u.age\":\">20\"},\"limit\":\"500\",\"vis_config\":{\"x\":1}},"          \
    "\"cache\":true,\"path_prefix\":null,\"access_token\":\"hush\",\"status\":\"" status          \
    "\",\"source\":\"look\"}"

static void assert_url(struct exchange *x, const char *path)
{
    if (!exchange_build(x))
        fail_msg("%s", x->err.message);
    assert_string_equal(x->request.url.data + strlen("https://acme.example/api/4.0"), path);
}

static void detail_of_an_ended_task_has_every_field_and_its_sql(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    exchange_begin(x, OP_DETAIL, task);
    assert_url(x, "/query_tasks/" ID);
    assert_int_equal(exchange_leg(x, 200, TASK_BODY("complete")), STEP_AGAIN);
    assert_int_equal(only_task(x)->state, TASK_SUCCEEDED); /* however long its SQL takes */
    assert_url(x, "/queries/q5/run/sql");
    assert_int_equal(exchange_answer(x, 200, "application/sql", "SELECT\n\t1", 9), STEP_DONE);
    const struct task_detail *d = x->batch.detail;
    assert_non_null(d);
    assert_string_equal(d->task_id, ID);
    assert_field(d, "task", "status", "complete");
    assert_field(d, "task", "can", "show");
    assert_field(d, "task", "cache", "true");
    assert_field(d, "task", "path prefix", "-");
    assert_field(d, "query", "model", "shop");
    assert_field(d, "query", "fields", "a, b");
    assert_field(d, "query", "filters", "u.state: CA, u.age: >20");
    assert_null(field_of(d, "query", "vis config"));
    assert_string_equal(d->sql, "SELECT\n    1");
    assert_int_equal(d->fetched_ms, TEST_NOW_MS);
    assert_int_equal(d->error.code, ERR_NONE);
    assert_non_null(strstr(d->json, "\"vis_config\""));
    for (size_t i = 0; i < d->field_count; i++)
        assert_true(!d->fields[i].value || !strstr(d->fields[i].value, "hush"));
    assert_null(strstr(d->json, "hush"));
    assert_string_equal(d->fields[0].label, "id");
    assert_text(only_task(x), TASK_QUERY_ID, "q5");
    task_unref(task);
}

static void detail_of_a_living_task_asks_the_list_too(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_RUNNING, NULL);
    exchange_begin(x, OP_DETAIL, task);
    assert_int_equal(exchange_leg(x, 200, TASK_BODY("running")), STEP_AGAIN);
    assert_int_equal(x->batch.task_count, 0);
    assert_url(x, "/running_queries");
    assert_int_equal(
        exchange_leg(x, 200,
                     "[{\"query_task_id\":\"other\",\"sql\":\"no\"},{\"query_task_id\":\"" ID
                     "\",\"node_id\":\"3\",\"dialect\":\"mysql\",\"user\":{\"display_name\":"
                     "\"Ana\"},\"look\":{\"title\":\"Weekly\"},\"sql\":\"SELECT 2\"}]"),
        STEP_DONE);
    const struct task_detail *d = x->batch.detail;
    assert_field(d, "running", "node id", "3");
    assert_field(d, "running", "dialect", "mysql");
    assert_field(d, "user", "display name", "Ana");
    assert_field(d, "look", "title", "Weekly");
    assert_string_equal(d->sql, "SELECT 2");
    assert_int_equal(x->batch.task_count, 0);
    task_unref(task);
}

static void detail_of_a_row_without_a_query_task_comes_from_the_list(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task("q:7", TASK_RUNNING, NULL);
    exchange_begin(x, OP_DETAIL, task);
    assert_url(x, "/running_queries");
    assert_int_equal(exchange_leg(x, 200,
                                  "[{\"id\":7,\"message\":\"Building PDT\",\"query\":{"
                                  "\"model\":\"m\"}}]"),
                     STEP_DONE);
    assert_field(x->batch.detail, "running", "message", "Building PDT");
    assert_field(x->batch.detail, "query", "model", "m");
    task_unref(task);
}

static void detail_of_a_failed_task_has_its_errors_and_their_place(void **state)
{
    struct exchange *x = *state;
    struct task *task = exchange_task(ID, TASK_FAILED, NULL);
    exchange_begin(x, OP_DETAIL, task);
    exchange_leg(x, 200, TASK_BODY("error"));
    assert_int_equal(exchange_leg(x, 502, "<html>"), STEP_AGAIN); /* SQL: not now */
    assert_url(x, "/query_tasks/" ID "/results");
    assert_int_equal(
        exchange_leg(
            x, 200,
            "{\"sql\":\"SELECT y\",\"errors\":[{\"message\":\"SQL error\",\"message_details\":"
            "\"no such column\",\"sql_error_loc\":{\"line\":2,\"column\":8}},{\"message\":"
            "\"note\",\"fatal\":false}]}"),
        STEP_DONE);
    const struct task_detail *d = x->batch.detail;
    assert_int_equal(d->problem_count, 2);
    assert_string_equal(d->problems[0].message, "SQL error");
    assert_string_equal(d->problems[0].details, "no such column");
    assert_int_equal(d->problems[0].line, 2);
    assert_int_equal(d->problems[0].column, 8);
    assert_false(d->problems[0].is_note);
    assert_true(d->problems[1].is_note);
    assert_string_equal(d->sql, "SELECT y");
    assert_non_null(strstr(d->error.message, "the SQL: bad gateway"));
    task_unref(task);
}

static void detail_of_a_forgotten_task_tells_what_was_seen(void **state)
{
    struct exchange *x = *state;
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.source = 3;
    draft.facts.state = TASK_FAILED;
    task_draft_set_text(&draft, TASK_ID, ID);
    task_draft_set_text(&draft, TASK_SQL, "SELECT 3");
    task_draft_set_text(&draft, TASK_USER, "Ana");
    task_draft_set_text(&draft, TASK_MESSAGE, "it broke");
    struct task *task = task_create(&draft);
    exchange_begin(x, OP_DETAIL, task);
    assert_int_equal(exchange_leg(x, 404, ""), STEP_AGAIN);
    assert_int_equal(exchange_leg(x, 404, ""), STEP_DONE);
    const struct task_detail *d = x->batch.detail;
    assert_non_null(strstr(d->error.message, "no longer knows"));
    assert_string_equal(d->sql, "SELECT 3");
    assert_field(d, "seen", "user", "Ana");
    assert_int_equal(d->problem_count, 1);
    assert_string_equal(d->problems[0].message, "it broke");
    task_unref(task);
    task_draft_finish(&draft);
}

/* --- projects ----------------------------------------------------------------------------------
 */

#define PROJECTS                                                                                  \
    "[{\"id\":\"finance\",\"name\":\"Finance\",\"uses_git\":true,\"git_remote_url\":"             \
    "\"https://me:hush@git.example/f.git\",\"git_password\":\"hush\",\"deploy_secret\":\"hush\"," \
    "\"is_example\":false},{\"name\":\"no id\"},{\"id\":\"a b\",\"uses_git\":false}]"

#define MODELS                                                                       \
    "[{\"name\":\"money\",\"project_name\":\"finance\"},{\"name\":\"shapeless\"},7," \
    "{\"name\":\"lost\",\"project_name\":\"not among them\"}]"

static const struct item_list *projects_of(struct exchange *x)
{
    assert_non_null(x->batch.items);
    return x->batch.items;
}

static void projects_come_with_what_is_checked_out(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_ITEMS, NULL);
    assert_url(x, "/session");
    exchange_leg(x, 200, "{\"workspace_id\":\"dev\"}");
    assert_url(x, "/workspaces");
    exchange_leg(x, 200, "[{\"id\":\"production\"},{\"id\":\"dev\"},{}]");
    assert_true(exchange_build(x));
    assert_non_null(strstr(x->request.url.data, "/projects?fields=id,name,"));
    assert_null(strstr(x->request.url.data, "password"));
    assert_int_equal(exchange_leg(x, 200, PROJECTS), STEP_AGAIN);
    assert_url(x, "/lookml_models?fields=name,project_name");
    assert_int_equal(exchange_leg(x, 200, MODELS), STEP_AGAIN);
    assert_url(x, "/projects/finance/current_workspace");
    assert_int_equal(
        exchange_leg(
            x, 200,
            "{\"git_status\":\"clean\",\"git_head\":\"64a1c0ffee0000000000\","
            "\"git_branch\":{\"name\":\"dev-ana\",\"remote\":\"origin\",\"remote_name\":"
            "\"dev-ana\",\"ahead_count\":2,\"behind_count\":\"1\",\"commit_at\":1580852037}}"),
        STEP_AGAIN);
    assert_url(x, "/projects/a%20b/current_workspace");
    assert_int_equal(exchange_leg(x, 500, "{\"message\":\"no git here\"}"), STEP_DONE);
    const struct item_list *list = projects_of(x);
    assert_string_equal(x->batch.workspace, "dev");
    assert_string_equal(list->workspace, "dev");
    assert_int_equal(list->workspace_count, 2);
    assert_string_equal(list->workspaces[1], "dev");
    assert_int_equal(list->item_count, 2);
    const struct item *p = &list->items[0];
    assert_string_equal(p->name, "Finance");
    assert_string_equal(p->branch, "dev-ana");
    assert_string_equal(p->remote_branch, "origin/dev-ana");
    assert_string_equal(p->remote_url, "https://git.example/f.git");
    assert_string_equal(p->last_commit, "64a1c0ffee");
    assert_int_equal(p->ahead, 2);
    assert_int_equal(p->behind, 1);
    assert_int_equal(p->is_clean, 1);
    assert_int_equal(p->changed_ms, 1580852037000);
    assert_false(p->is_read_only);
    for (size_t i = 0; i < p->field_count; i++)
        assert_true(!p->fields[i].value || !strstr(p->fields[i].value, "hush"));
    /* One project's trouble does not lose the others. */
    assert_string_equal(list->items[1].name, "a b");
    assert_null(list->items[1].branch);
    assert_int_equal(list->items[1].ahead, UNKNOWN);
    assert_true(list->items[1].is_read_only);
    assert_string_equal(list->error.message, "a b: no git here (500)");
    assert_ptr_equal(item_list_find_project(list, "money"), p);
    assert_ptr_equal(item_list_find_project(list, "finance"), p);
    assert_null(item_list_find_project(list, "lost"));
    assert_null(item_list_find_project(list, "nowhere"));
}

/* To the leg behind the list of projects. */
static void begin_projects(struct exchange *x)
{
    exchange_begin(x, OP_ITEMS, NULL);
    exchange_leg(x, 200, "{}");
    exchange_leg(x, 200, "[]");
    assert_int_equal(exchange_leg(x, 200, "[{\"id\":\"finance\"}]"), STEP_AGAIN);
}

static void models_are_asked_once_after_each_login(void **state)
{
    struct exchange *x = *state;
    begin_projects(x);
    assert_url(x, "/lookml_models?fields=name,project_name");
    exchange_leg(x, 200, MODELS);
    assert_int_equal(exchange_leg(x, 200, "{}"), STEP_DONE);
    begin_projects(x);
    assert_url(x, "/projects/finance/current_workspace");
    assert_int_equal(exchange_leg(x, 200, "{}"), STEP_DONE);
    assert_non_null(item_list_find_project(projects_of(x), "money"));
    exchange_begin(x, OP_LOGIN, NULL);
    exchange_leg(x, 200, "{\"access_token\":\"tok-1\"}");
    assert_int_equal(exchange_leg(x, 200, "{\"id\":\"1\"}"), STEP_DONE);
    begin_projects(x);
    assert_url(x, "/lookml_models?fields=name,project_name");
}

static void models_that_may_not_be_read_are_no_error_and_not_asked_again(void **state)
{
    struct exchange *x = *state;
    static const struct {
        long status;
        const char *body;
    } answers[] = {{403, "{\"message\":\"no\"}"}, {404, "<html>"}, {500, ""}, {200, "not JSON"}};
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        exchange_begin(x, OP_LOGIN, NULL);
        exchange_leg(x, 200, "{\"access_token\":\"tok-1\"}");
        exchange_leg(x, 200, "{\"id\":\"1\"}");
        begin_projects(x);
        assert_int_equal(exchange_leg(x, answers[i].status, answers[i].body), STEP_AGAIN);
        assert_int_equal(exchange_leg(x, 200, "{}"), STEP_DONE);
        assert_int_equal(projects_of(x)->error.code, ERR_NONE);
        assert_non_null(item_list_find_project(projects_of(x), "finance"));
        begin_projects(x);
        assert_url(x, "/projects/finance/current_workspace");
    }
}

static void a_plea_to_wait_for_the_models_is_heeded_and_they_are_asked_again(void **state)
{
    struct exchange *x = *state;
    begin_projects(x);
    assert_int_equal(exchange_leg(x, 429, ""), STEP_DONE);
    assert_int_equal(projects_of(x)->item_count, 1);
    begin_projects(x);
    assert_url(x, "/lookml_models?fields=name,project_name");
}

static void projects_end_early_when_the_service_asks_to_wait(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_ITEMS, NULL);
    exchange_leg(x, 404, "");
    exchange_leg(x, 404, "");
    exchange_leg(x, 200, PROJECTS);
    assert_int_equal(exchange_leg(x, 429, ""), STEP_DONE);
    assert_int_equal(projects_of(x)->item_count, 2);
    assert_null(projects_of(x)->workspace);
    assert_non_null(strstr(projects_of(x)->error.message, "the session: not found"));
}

static void without_the_list_of_projects_there_is_none(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_ITEMS, NULL);
    exchange_leg(x, 200, "{}");
    exchange_leg(x, 200, "[]");
    assert_int_equal(exchange_leg(x, 403, "{\"message\":\"no\"}"), STEP_FAILED);
    assert_error(x, ERR_FORBIDDEN, "the projects: no (403)");
}

static void no_projects_are_an_empty_list(void **state)
{
    struct exchange *x = *state;
    exchange_begin(x, OP_ITEMS, NULL);
    exchange_leg(x, 200, "{}");
    exchange_leg(x, 200, "[]");
    assert_int_equal(exchange_leg(x, 200, "[]"), STEP_DONE);
    assert_int_equal(projects_of(x)->item_count, 0);
    assert_int_equal(projects_of(x)->error.code, ERR_NONE);
}

static void bytes_of_a_file_are_kept_when_wanted(void **state)
{
    struct exchange *x = *state;
    static const char xlsx[] = "PK\003\004\0\001rest";
    struct task *task = exchange_task(ID, TASK_SUCCEEDED, NULL);
    for (int wants_raw = 0; wants_raw < 2; wants_raw++) {
        exchange_begin(x, OP_RESULTS, task);
        x->job.wants_raw = wants_raw;
        assert_true(exchange_build(x));
        assert_int_equal(exchange_answer(x, 200, "application/vnd.ms-excel", xlsx, sizeof(xlsx)),
                         STEP_DONE);
        assert_int_equal(x->batch.result->state, RESULT_NONE);
        assert_non_null(strstr(x->batch.result->error.message, "results -o FILE"));
        assert_int_equal(x->batch.result->raw_bytes, wants_raw ? sizeof(xlsx) : 0);
        if (wants_raw)
            assert_memory_equal(x->batch.result->raw, xlsx, sizeof(xlsx));
    }
    task_unref(task);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOOKER_TEST(json_detail_becomes_a_table_in_lookers_order),
        LOOKER_TEST(pivots_make_a_column_for_each_value),
        LOOKER_TEST(json_and_json_bi_take_their_keys_for_columns),
        LOOKER_TEST(empty_results_are_tables_without_rows),
        LOOKER_TEST(other_formats_are_lines),
        LOOKER_TEST(bytes_of_a_file_are_kept_when_wanted),
        LOOKER_TEST(no_rows_have_a_reason),
        LOOKER_TEST(remarks_do_not_hide_the_rows),
        LOOKER_TEST(a_result_of_many_cells_is_read),
        LOOKER_TEST(rows_that_are_null_have_no_cells),
        LOOKER_TEST(rows_that_nobody_waits_for_are_not_read),
        LOOKER_TEST(broken_result_is_a_failure),
        LOOKER_TEST(long_results_are_cut_and_say_so),
        LOOKER_TEST(detail_of_an_ended_task_has_every_field_and_its_sql),
        LOOKER_TEST(detail_of_a_living_task_asks_the_list_too),
        LOOKER_TEST(detail_of_a_row_without_a_query_task_comes_from_the_list),
        LOOKER_TEST(detail_of_a_failed_task_has_its_errors_and_their_place),
        LOOKER_TEST(detail_of_a_forgotten_task_tells_what_was_seen),
        LOOKER_TEST(projects_come_with_what_is_checked_out),
        LOOKER_TEST(models_are_asked_once_after_each_login),
        LOOKER_TEST(models_that_may_not_be_read_are_no_error_and_not_asked_again),
        LOOKER_TEST(a_plea_to_wait_for_the_models_is_heeded_and_they_are_asked_again),
        LOOKER_TEST(projects_end_early_when_the_service_asks_to_wait),
        LOOKER_TEST(without_the_list_of_projects_there_is_none),
        LOOKER_TEST(no_projects_are_an_empty_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

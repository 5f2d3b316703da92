/* Every verb that takes a format is written well in each: what stands in one stands in the others.
 */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"
#include "cli/cli_internal.h"
#include "cli/verbs.h"
#include "sandbox/rest_client.h"

#define LOOKER                                                     \
    "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n" \
    "client_secret = demo-secret\nmode = read-write\npoll = 250ms\nworkspace = dev\n"
#define ADOBE                                                                    \
    "[demo]\nprovider = adobe\nbase_url = %s/data/foundation/query\n"            \
    "ims_url = %s/ims/token/v3\nclient_id = demo\nclient_secret = demo-secret\n" \
    "org_id = DEMO@AdobeOrg\nsandbox_name = demo\nmode = read-write\npoll = 250ms\n"

/* "%" in the words is the id of a task of the profile that has ended. */
static const struct {
    const char *profile;
    const char *verb;
    const char *words;
} calls[] = {
    {LOOKER, "list", "--watch-task % --filter id=%"},
    {LOOKER, "show", "%"},
    {LOOKER, "results", "%"},
    {LOOKER, "run", "--model shop --explore users --fields users.region"},
    {LOOKER, "run", "--wait --model shop --explore users --fields users.region"},
    {LOOKER, "cancel", "--yes %"},
    {LOOKER, "retry", "--yes %"},
    {ADOBE, "hide", "--yes %"},
    {LOOKER, "wait", "%"},
    {LOOKER, "projects", ""},
    {LOOKER, "project", "show finance"},
    {LOOKER, "project", "branches finance"},
    {LOOKER, "project", "validate finance"},
    {LOOKER, "project", "validate shop_model"},
    {LOOKER, "project", "switch-workspace dev"},
    {ADOBE, "templates", ""},
    {ADOBE, "template", "show by-region"},
    {ADOBE, "schedules", ""},
    {ADOBE, "schedule", "show nightly"},
    {ADOBE, "schedule", "runs nightly"},
    {ADOBE, "schedule", "enable --yes nightly"},
    {ADOBE, "connections", ""},
    {LOOKER, "audit", "%"},
    {LOOKER, "doctor", ""},
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

static struct verbs verbs;
static struct rest rest;
static char template_id[64];

static int open_service(void **state)
{
    (void)state;
    verbs_open(&verbs, (const char *[]){"--tasks", "0", "--rate", "0", "--adobe-tasks", "0",
                                        "--adobe-rate", "0", NULL});
    rest_init(&rest, service_url(verbs.service));
    assert_int_equal(rest_login_adobe(&rest, "demo", "demo-secret"), 200);
    rest_expect(&rest, 202, "POST", "/query-templates",
                "{\"name\":\"by-region\",\"sql\":\"SELECT 1\"}");
    snprintf(template_id, sizeof(template_id), "%s", rest_string(&rest, "id"));
    rest_expect(
        &rest, 202, "POST", "/schedules",
        "{\"query\":{\"dbName\":\"demo:all\",\"sql\":\"SELECT 1\",\"name\":\"nightly\"},"
        "\"schedule\":{\"schedule\":\"0 3 * * *\",\"startDate\":\"2026-01-01T00:00:00Z\"}}");
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    rest_finish(&rest);
    verbs_close(&verbs);
    return 0;
}

/* A task of the profile, new and at its end. */
static void make_task(const char *profile, char id[VERBS_ID_BYTES])
{
    struct call call =
        strcmp(profile, ADOBE) == 0
            ? verbs_call_with(&verbs, "run --wait --format json --template ", template_id)
            : verbs_call(&verbs, "run --wait --format json --model shop --explore users --fields "
                                 "users.region,users.count");
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    snprintf(id, VERBS_ID_BYTES, "%s", json_member(json_at(json_get(json, "tasks"), 0), "id"));
    json_destroy(json);
    call_finish(&call);
}

static void add_words(struct strbuf *out, const char *words, const char *id)
{
    for (; *words; words++) {
        if (*words == '%')
            strbuf_add_text(out, id);
        else
            strbuf_add_char(out, *words);
    }
}

static struct call call_as(size_t index, enum cli_format format)
{
    char id[VERBS_ID_BYTES] = "";
    struct strbuf text;
    verbs_configure(&verbs, calls[index].profile);
    if (strchr(calls[index].words, '%'))
        make_task(calls[index].profile, id);
    strbuf_init(&text, LIMIT_KIB);
    strbuf_addf(&text, "%s %s %s ", calls[index].verb,
                strcmp(calls[index].verb, "results") == 0 ? "--as" : "--format",
                cli_formats[format]);
    add_words(&text, calls[index].words, id);
    struct call call = verbs_call(&verbs, text.data);
    if (call.exit_code > 1 || (!*call.out && format != CLI_NDJSON))
        fail_msg("%s: exit code %d\n%s", text.data, call.exit_code, call.err);
    strbuf_finish(&text);
    return call;
}

/* ---- shapes ------------------------------------------------------------------------------------
 */

/* The last member is the list. */
static const struct json *list_of(const struct json *document)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *value = NULL;
    while (json_next_member(document, &cursor, &key, &value))
        ;
    return value;
}

static size_t count_json(size_t index)
{
    struct call call = call_as(index, CLI_JSON);
    struct json *document = call_json(&call);
    assert_int_equal(strncmp(json_member(document, "schema"), "querytop.", 9), 0);
    assert_true(json_is_array(list_of(document)));
    size_t count = json_count(list_of(document));
    json_destroy(document);
    call_finish(&call);
    return count;
}

static size_t count_ndjson(size_t index)
{
    struct call call = call_as(index, CLI_NDJSON);
    size_t count = 0;
    for (const char *at = call.out; *at; at += strcspn(at, "\n") + 1, count++) {
        struct json *line = json_parse(at, strcspn(at, "\n"), NULL);
        assert_non_null(line);
        json_destroy(line);
    }
    call_finish(&call);
    return count;
}

/* Fields of the record at *at, which goes on to the next: RFC 4180. */
static size_t read_csv_record(const char **at)
{
    size_t fields = 1;
    bool is_quoted = false;
    for (; is_quoted || strncmp(*at, "\r\n", 2) != 0; (*at)++) {
        assert_int_not_equal(**at, '\0');
        is_quoted ^= **at == '"';
        fields += !is_quoted && **at == ',';
    }
    *at += 2;
    return fields;
}

static size_t read_tsv_record(const char **at)
{
    size_t fields = 1;
    for (; **at != '\n'; (*at)++) {
        assert_int_not_equal(**at, '\0');
        fields += **at == '\t';
    }
    ++*at;
    return fields;
}

/* Records behind the head; all are as long as that. */
static size_t count_records(size_t index, enum cli_format format,
                            size_t (*read_record)(const char **at))
{
    struct call call = call_as(index, format);
    const char *at = call.out;
    size_t fields = read_record(&at);
    size_t count = 0;
    assert_true(fields > 1);
    for (; *at; count++)
        assert_int_equal(read_record(&at), fields);
    call_finish(&call);
    return count;
}

/* ---- tests -------------------------------------------------------------------------------------
 */

static void every_verb_with_a_format_is_called_here(void **state)
{
    (void)state;
    for (size_t i = 0; i < cli_verb_count; i++) {
        bool has_call = !(cli_verbs[i].options & (CLI_OPTION_FORMAT | CLI_OPTION_AS));
        for (size_t at = 0; at < CALLS; at++)
            has_call |= strcmp(calls[at].verb, cli_verbs[i].name) == 0;
        if (!has_call)
            fail_msg("call %s here", cli_verbs[i].name);
    }
}

static void every_format_holds_the_same_items(void **state)
{
    (void)state;
    for (size_t i = 0; i < CALLS; i++) {
        size_t items = count_json(i);
        size_t lines = count_ndjson(i);
        size_t csv = count_records(i, CLI_CSV, read_csv_record);
        size_t tsv = count_records(i, CLI_TSV, read_tsv_record);
        /* What is told of a task grows while the service is asked about it. */
        bool is_growing = strcmp(calls[i].verb, "show") == 0;
        bool is_outcome = items == 0 && csv == 1; /* in the head of JSON */
        bool is_same = csv == tsv && lines == csv && (csv == items || is_outcome);
        if (!is_same && !is_growing)
            fail_msg("%s %s: %zu in JSON, %zu in NDJSON, %zu in CSV, %zu in TSV", calls[i].verb,
                     calls[i].words, items, lines, csv, tsv);
    }
}

static void assert_has(size_t index, enum cli_format format, const char *text)
{
    struct call call = call_as(index, format);
    if (!strstr(call.out, text))
        fail_msg("%s: no %s in\n%s", calls[index].verb, text, call.out);
    call_finish(&call);
}

static size_t index_of(const char *verb, const char *words)
{
    for (size_t i = 0; i < CALLS; i++)
        if (strcmp(calls[i].verb, verb) == 0 && strncmp(calls[i].words, words, strlen(words)) == 0)
            return i;
    fail_msg("no call of %s %s", verb, words);
    return 0;
}

static void csv_of_an_action_tells_its_outcome(void **state)
{
    (void)state;
    assert_has(index_of("cancel", ""), CLI_CSV,
               "profile,id,action,state,title,words,new_task_id,asked_at,changed_at\r\ndemo,");
    assert_has(index_of("cancel", ""), CLI_CSV, ",cancel,already_ended,");
    assert_has(index_of("retry", ""), CLI_TSV, "\tretry\tconfirmed\t");
    assert_has(index_of("project", "validate shop_model"), CLI_CSV, "demo,shop_model,validate,");
    assert_has(index_of("project", "validate finance"), CLI_CSV,
               ",explores/ledger.explore.lkml,17\r\n");
    assert_has(index_of("run", "--wait"), CLI_CSV, "profile,id,state,state_raw,title,user,");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_verb_with_a_format_is_called_here),
        cmocka_unit_test(every_format_holds_the_same_items),
        cmocka_unit_test(csv_of_an_action_tells_its_outcome),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}

/* Memory runs out at each place of what the core does: nothing falls over, and nothing that is
 * wrong is taken for right. */
#include "support/testing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "engine/audit.h"
#include "engine/config.h"
#include "engine/export.h"
#include "engine/recorder.h"
#include "engine/recording.h"
#include "engine/replay.h"
#include "engine/request_file.h"
#include "failure/walk.h"
#include "model/filter.h"
#include "model/make_task.h"
#include "model/store.h"
#include "net/json.h"
#include "provider/exchange.h"
#include "provider/scripts.h"
#include "support/environment.h"

#define NOW INT64_C(1795168800000) /* 2026-11-20T10:00:00Z */

static char path[300];

static void choose_path(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
    unlink(path);
}

/* With plain calls: reading it back is no part of the work. */
static void add_file(struct strbuf *out)
{
    char bytes[4096];
    ssize_t length;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd >= 0 && (length = read(fd, bytes, sizeof(bytes))) > 0)
        strbuf_add(out, bytes, (size_t)length);
    if (fd >= 0)
        close(fd);
}

static void add_text(struct strbuf *out, const char *text)
{
    strbuf_add_text(out, text ? text : "-");
    strbuf_add_char(out, '\n');
}

/* ---- JSON ---- */

static bool read_json(struct strbuf *out, struct error *err)
{
    static const char text[] =
        "{\"a\":[1,2.5,\"x\",{\"deep\":[[[null,true]]]}],\"long\":\"0123456789012345678901234567890"
        "1234567890123456789\\u00e4\\ud83d\\ude00\",\"many\":{\"1\":1,\"2\":2,\"3\":3,\"4\":4,"
        "\"5\":5,\"6\":6,\"7\":7,\"8\":8,\"9\":9,\"10\":10,\"11\":11,\"12\":12,\"13\":13}}";
    struct json *root = json_parse(text, strlen(text), err);
    if (!root)
        return false;
    json_format(root, true, out);
    json_destroy(root);
    return true;
}

static void json_is_read_and_written_whole_or_not_at_all(void **state)
{
    (void)state;
    walk_memory("JSON", read_json, NULL);
}

/* ---- configuration ---- */

static bool read_config(struct strbuf *out, struct error *err)
{
    struct config config = {0};
    bool is_good = config_load(&config, path, err) && config_resolve_secrets(&config, err);
    for (size_t i = 0; is_good && i < config.profile_count; i++) {
        const struct profile *profile = &config.profiles[i];
        strbuf_addf(out, "%s %s %s %d %zu %s\n", profile->name, profile->base_url,
                    profile->client_id, (int)profile->mode, profile->client_secret.len,
                    profile->problem.message);
    }
    config_finish(&config);
    return is_good;
}

static void a_configuration_is_whole_or_refused(void **state)
{
    (void)state;
    static const char text[] =
        "[prod]\nprovider = looker\nbase_url = https://acme.example:19999\nclient_id = a\n"
        "client_secret = hush\nmode = read-only\npoll = 5s\n"
        "[command]\nprovider = looker\nbase_url = https://acme.example\nclient_id = b\n"
        "client_secret_command = echo hush-hush\nmode = read-write\n"
        "[adobe]\nprovider = adobe\nbase_url = https://adobe.example/data/foundation/query\n"
        "client_id = c\nclient_secret = hush\norg_id = A@AdobeOrg\nsandbox_name = dev\n"
        "[tell slow]\nwhen = elapsed>10m user=me\nbell = true\n";
    snprintf(path, sizeof(path), "%s", scratch_file("config.ini", text, 0600));
    walk_memory("configuration", read_config, NULL);
}

/* ---- answers of services ---- */

static const struct provider_script *script;
static const struct op_script *op;

static void add_batch(struct strbuf *out, const struct batch *batch)
{
    for (size_t i = 0; i < batch->task_count; i++) {
        for (int which = 0; which < TASK_TEXT_COUNT; which++)
            add_text(out, task_text(batch->tasks[i], (enum task_text)which));
    }
    for (size_t i = 0; batch->detail && i < batch->detail->field_count; i++) {
        add_text(out, batch->detail->fields[i].label);
        add_text(out, batch->detail->fields[i].value);
    }
    if (batch->detail)
        add_text(out, batch->detail->json);
    const struct task_result *result = batch->result;
    for (size_t i = 0; result && i < result->row_count * result->column_count; i++)
        add_text(out, result->cells[i]);
    for (size_t i = 0; batch->items && i < batch->items->item_count; i++)
        add_text(out, batch->items->items[i].name);
    add_text(out, batch->words);
    add_text(out, batch->new_task_id);
}

static bool play(struct exchange *x, struct strbuf *out)
{
    for (size_t leg = 0; leg < SCRIPT_LEGS_MAX && op->legs[leg].body; leg++) {
        const struct good_answer *answer = &op->legs[leg];
        if (!exchange_build(x))
            return false;
        enum provider_step step =
            exchange_answer(x, 200,
                            answer->content_type ? answer->content_type : "application/json",
                            answer->body, strlen(answer->body));
        if (step == STEP_FAILED)
            return false;
        strbuf_addf(out, "step %d\n", (int)step);
        add_batch(out, &x->batch);
    }
    return true;
}

static bool log_in(struct exchange *x)
{
    exchange_begin(x, OP_LOGIN, NULL);
    enum provider_step step =
        exchange_leg(x, 200, "{\"access_token\":\"tok-1\",\"expires_in\":3600}");
    if (step == STEP_AGAIN)
        step = exchange_leg(x, 200, "{\"display_name\":\"Test\"}");
    return step == STEP_DONE;
}

static bool do_op(struct strbuf *out, struct error *err)
{
    static const struct run_spec of_query = {
        .model = "shop", .explore = "orders", .fields = {"orders.count"}, .field_count = 1};
    static const struct run_spec of_sql = {.sql = "SELECT 1", .ctas_dataset = "t"};
    struct exchange x;
    exchange_init_version(&x, script->provider, script->api_version);
    struct task *task = exchange_task(script->task_id, op->state, "q1");
    bool is_good = op->op == OP_LOGIN || log_in(&x);
    if (is_good)
        exchange_begin(&x, op->op, task);
    x.job.spec = x.provider->ops->caps & CAP_RUN_SQL ? &of_sql : &of_query;
    x.job.action = op->action;
    x.job.item_id = "f";
    x.job.argument = "dev";
    is_good = is_good && play(&x, out);
    *err = x.err;
    exchange_finish(&x);
    task_unref(task);
    return is_good;
}

static void answers_are_read_whole_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < provider_script_count; i++) {
        script = &provider_scripts[i];
        for (op = script->ops; op->op != OP_COUNT; op++) {
            char name[100];
            snprintf(name, sizeof(name), "%s: %s", script->provider, op_name(op->op));
            walk_memory(name, do_op, NULL);
        }
    }
}

/* ---- what is known, and what leaves the program ---- */

static struct store *make_store(void)
{
    struct store *store = store_create(1);
    strcpy(store_source(store, 0)->profile, "one");
    store_source(store, 0)->state = SOURCE_OK;
    return store;
}

/* The list of a poll; of a later one some have left, some are new, some go on. */
static void merge_list(struct store *store, int first, int count)
{
    struct merge merge = {.tasks = xcalloc((size_t)count, sizeof(struct task *)),
                          .count = (size_t)count,
                          .is_complete = true,
                          .now_ms = NOW + first,
                          .asked_ms = NOW + first - 10};
    struct merge_outcome outcome;
    for (int i = 0; i < count; i++) {
        char id[20];
        snprintf(id, sizeof(id), "t%d", first + i);
        merge.tasks[i] = make_task(0, id, TASK_RUNNING, 1000 + i, NOW, "weekly \"revenue\"");
    }
    store_merge(store, &merge, &outcome);
    merge_outcome_finish(&outcome);
    free(merge.tasks);
}

static size_t select_tasks(const struct snapshot *s, const char *expression,
                           const struct task **tasks, struct error *err)
{
    const struct column_context context = {.snapshot = s, .now_ms = NOW};
    struct filter *filter = filter_parse(expression, err, NULL);
    size_t count = 0;
    for (size_t slot = 0; filter && slot < snapshot_slots(s); slot++) {
        const struct task *task = snapshot_task_at(s, slot);
        if (task && filter_matches(filter, task, &context))
            tasks[count++] = task;
    }
    filter_destroy(filter);
    return count;
}

static bool write_tasks(const struct snapshot *s, enum export_format format, struct error *err)
{
    const struct task *tasks[100];
    const struct column_context context = {.snapshot = s, .now_ms = NOW};
    size_t count = select_tasks(s, "state=running (weekly or user=ana) elapsed>1s", tasks, err);
    FILE *file = fopen(path, "w");
    if (!file)
        return error_set(err, ERR_NO, "%s", strerror(errno));
    export_tasks(file, format, tasks, count, &context);
    bool is_whole = !ferror(file);
    return (fclose(file) == 0 && is_whole) || error_set(err, ERR_NO, "not written");
}

static enum export_format format;

static bool merge_and_export(struct strbuf *out, struct error *err)
{
    struct store *store = make_store();
    choose_path("tasks");
    merge_list(store, 0, 40);
    snapshot_unref(store_snapshot(store, NOW));
    merge_list(store, 20, 40);
    struct snapshot *s = store_snapshot(store, NOW);
    bool is_good = write_tasks(s, format, err);
    if (is_good)
        add_file(out);
    snapshot_unref(s);
    store_destroy(store);
    return is_good;
}

static void a_list_is_merged_and_written_whole_or_not(void **state)
{
    (void)state;
    for (format = 0; format < EXPORT_FORMAT_COUNT; format++)
        walk_memory(export_formats[format].name, merge_and_export, NULL);
}

/* Of this run alone. */
static void hide_pid(struct strbuf *out)
{
    char *pid = strstr(out->data, "\"pid\":");
    for (pid = pid ? pid + strlen("\"pid\":") : NULL; pid && *pid >= '0' && *pid <= '9'; pid++)
        *pid = '0';
}

static bool keep_record(struct strbuf *out, struct error *err)
{
    struct audit audit;
    char url[] = "https://acme.example", id[] = "abc";
    const struct profile profile = {
        .name = "prod", .base_url = url, .client_id = id, .audit_log = path, .mode = MODE_ARMED};
    const struct source_status status = {.profile = "prod", .user = "Ana"};
    const struct action_record record = {.id = 7,
                                         .kind = ACTION_CANCEL,
                                         .task_id = "6f1c",
                                         .task_title = "weekly \"revenue\" \xc3\xa4",
                                         .asked_ms = NOW};
    const struct audit_entry entry = {.profile = &profile, .status = &status, .record = &record};
    choose_path("audit.jsonl");
    clock_freeze(NOW);
    audit_init(&audit);
    bool is_good = audit_write(&audit, &entry, err);
    audit_finish(&audit);
    if (is_good)
        add_file(out);
    hide_pid(out);
    return is_good;
}

/* No line, or one with its end. */
static void record_is_whole(void)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_MIB);
    add_file(&text);
    assert_true(text.len == 0 || text.data[text.len - 1] == '\n');
    strbuf_finish(&text);
}

static void a_record_is_whole_or_the_action_is_not_done(void **state)
{
    (void)state;
    walk_memory("audit log", keep_record, record_is_whole);
}

static bool write_recording(struct error *err)
{
    struct recorder *recorder = recorder_open(path, RECORDING_MAX_BYTES, err);
    if (!recorder)
        return false;
    struct store *store = make_store();
    for (int i = 0; i < 3; i++) {
        merge_list(store, i, 10);
        struct snapshot *s = store_snapshot(store, NOW + 1000 * i);
        recorder_note(recorder, s);
        snapshot_unref(s);
    }
    store_destroy(store);
    return recorder_close(recorder, err);
}

static bool record_and_replay(struct strbuf *out, struct error *err)
{
    choose_path("recording");
    if (!write_recording(err))
        return false;
    add_file(out);
    struct replay *replay = replay_open(path, err);
    if (!replay)
        return false;
    strbuf_addf(out, "%zu moments\n", replay_status(replay).moment_count);
    replay_close(replay);
    return true;
}

static void a_recording_is_whole_or_said_not_to_be(void **state)
{
    (void)state;
    walk_memory("recording", record_and_replay, NULL);
}

/* What stood there before, to begin with; without an allocation. */
static void put_counts(void)
{
    static const char text[] = "{\"schema\":\"querytop.requests/1\",\"profiles\":[{\"profile\":"
                               "\"prod\",\"base_url\":\"https://acme.example\",\"month\":"
                               "\"2026-11\",\"requests\":41}]}\n";
    choose_path("requests.json");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
}

/* The old ones or the new ones. */
static void counts_are_whole(void)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_MIB);
    add_file(&text);
    struct json *json = json_parse(text.data, text.len, NULL);
    const struct json *profile = json_at(json_get(json, "profiles"), 0);
    assert_true(json_int(json_get(profile, "requests"), 0) >= 41);
    json_destroy(json);
    strbuf_finish(&text);
}

static bool count_requests(struct strbuf *out, struct error *err)
{
    struct request_count count;
    const struct request_entry entry = {"prod", "https://acme.example", &count};
    request_count_init(&count, 0, 0);
    put_counts();
    for (int i = 0; i < 3; i++) {
        request_count_add(&count, i, NOW);
        if (!request_file_sync(path, &entry, 1, NOW, err))
            return false;
    }
    add_file(out);
    return true;
}

static void counted_requests_are_kept_or_said_not_to_be(void **state)
{
    (void)state;
    walk_memory("request counts", count_requests, counts_are_whole);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_is_read_and_written_whole_or_not_at_all),
        cmocka_unit_test(a_configuration_is_whole_or_refused),
        cmocka_unit_test(answers_are_read_whole_or_refused),
        cmocka_unit_test(a_list_is_merged_and_written_whole_or_not),
        cmocka_unit_test(a_record_is_whole_or_the_action_is_not_done),
        cmocka_unit_test(a_recording_is_whole_or_said_not_to_be),
        cmocka_unit_test(counted_requests_are_kept_or_said_not_to_be),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

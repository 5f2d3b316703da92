#include "support/testing.h"

#include "engine/rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/http.h"
#include "net/json.h"

#define DEADLINE_MS 60000

struct sandbox_options rig_endless_tasks(void)
{
    struct sandbox_options options;
    sandbox_options_init(&options);
    options.seed = 1;
    options.rate = 0;
    options.tasks = 0;
    options.active = 4;
    options.workers = 2;
    options.speed = 1;
    return options;
}

struct sandbox_options rig_quick_tasks(void)
{
    struct sandbox_options options = rig_endless_tasks();
    options.speed = 0;
    options.rate = 1; /* a busy machine keeps up with it, so that what we start is run soon */
    return options;
}

struct sandbox *rig_sandbox(const struct sandbox_options *options)
{
    struct error err = {0};
    struct sandbox *sandbox = sandbox_start(options, &err);
    if (!sandbox)
        fail_msg("the service does not start: %s", err.message);
    return sandbox;
}

struct profile *rig_add_profile(struct rig *rig, const char *name, const char *url)
{
    struct profile *profile = config_add(&rig->config, name, "looker");
    profile->base_url = strdup(url);
    profile->client_id = strdup("demo");
    secret_set(&profile->client_secret, "demo-secret", 11);
    profile->mode = MODE_READ_WRITE;
    profile->poll_ms = 250;
    profile->timeout_ms = 5000;
    return profile;
}

void rig_start(struct rig *rig)
{
    struct error err = {0};
    rig->engine = engine_start(&rig->config, &err);
    if (!rig->engine)
        fail_msg("the engine does not start: %s", err.message);
}

void rig_make_adobe(struct profile *profile, const char *url)
{
    char address[200];
    free(profile->base_url);
    snprintf(profile->provider, sizeof(profile->provider), "adobe");
    snprintf(address, sizeof(address), "%s/data/foundation/query", url);
    profile->base_url = strdup(address);
    snprintf(address, sizeof(address), "%s/ims/token/v3", url);
    profile->ims_url = strdup(address);
    profile->org_id = strdup("DEMO@AdobeOrg");
    profile->sandbox_name = strdup("demo");
}

void rig_open(struct rig *rig, const struct sandbox_options *options)
{
    *rig = (struct rig){.sandbox = rig_sandbox(options)};
    rig_add_profile(rig, "one", sandbox_url(rig->sandbox));
    rig_start(rig);
}

void rig_close(struct rig *rig)
{
    engine_stop(rig->engine);
    sandbox_stop(rig->sandbox);
    config_finish(&rig->config);
}

/* ---- waiting for what must come ---- */

struct snapshot *rig_wait(struct rig *rig, const char *what, rig_predicate *is_true,
                          const void *context)
{
    int64_t until_ms = clock_mono_ms() + DEADLINE_MS;
    for (;;) {
        struct snapshot *s = engine_snapshot(rig->engine);
        if (is_true(s, context))
            return s;
        const struct source_status *status = s->source_count ? &s->sources[0] : NULL;
        if (clock_mono_ms() > until_ms)
            fail_msg("waited in vain for: %s (state %s, error '%s', %u tasks)", what,
                     status ? source_state_name(status->state) : "none",
                     status ? status->error.message : "", s->totals.tasks);
        snapshot_unref(s);
        engine_wait(rig->engine, 200);
    }
}

void rig_wait_until(struct rig *rig, const char *what, rig_predicate *is_true, const void *context)
{
    snapshot_unref(rig_wait(rig, what, is_true, context));
}

bool rig_is_ok(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->source_count > 0 && s->sources[0].state == SOURCE_OK;
}

bool rig_has_running(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->totals.by_state[TASK_RUNNING] > 0;
}

bool rig_has_ends(const struct snapshot *s, const void *context)
{
    (void)context;
    uint32_t ended = s->totals.by_state[TASK_SUCCEEDED] + s->totals.by_state[TASK_FAILED];
    return ended >= 3;
}

static bool action_is_at_its_end(const struct snapshot *s, const void *id)
{
    const struct action_record *record = snapshot_action(s, *(const uint64_t *)id);
    return record && action_is_final(record->state);
}

void rig_find(const struct snapshot *s, enum task_state state, char *out)
{
    for (size_t i = 0; i < snapshot_slots(s); i++) {
        const struct task *task = snapshot_task_at(s, i);
        if (task && task->state == state) {
            snprintf(out, LIMIT_ID_BYTES, "%s", task_text(task, TASK_ID));
            return;
        }
    }
    fail_msg("no task is %s", task_states[state].name);
}

struct snapshot *rig_wait_action(struct rig *rig, uint64_t action_id, struct action_record *out)
{
    struct snapshot *s = rig_wait(rig, "the end of the action", action_is_at_its_end, &action_id);
    *out = *snapshot_action(s, action_id);
    return s;
}

struct snapshot *rig_act(struct rig *rig, enum action_kind kind, const char *task_id,
                         struct action_record *out)
{
    struct error err = {0};
    uint64_t id = 0;
    if (!engine_act(rig->engine, kind, 0, task_id, &id, &err))
        fail_msg("the action was refused at once: %s", err.message);
    return rig_wait_action(rig, id, out);
}

void rig_open_faulty(struct rig *rig, const char *fault, const char *workspace)
{
    const char *faults[] = {fault};
    struct sandbox_options options = rig_endless_tasks();
    options.faults = faults;
    options.fault_count = 1;
    *rig = (struct rig){.sandbox = rig_sandbox(&options)};
    struct profile *profile = rig_add_profile(rig, "one", sandbox_url(rig->sandbox));
    if (workspace)
        profile->workspace = strdup(workspace);
    rig_start(rig);
}

void rig_find_running(struct rig *rig, char *out)
{
    struct snapshot *s = rig_wait(rig, "a running task", rig_has_running, NULL);
    rig_find(s, TASK_RUNNING, out);
    snapshot_unref(s);
}

/* Rows of the history and what SQL Runner asked can do less. */
static bool is_whole_success(const struct task *task)
{
    return task && task->state == TASK_SUCCEEDED && task->flags & TASK_CAN_RETRY &&
           strncmp(task_text(task, TASK_ID), "h:", 2) != 0;
}

static const struct task *find_success(const struct snapshot *s)
{
    for (size_t i = 0; i < snapshot_slots(s); i++) {
        if (is_whole_success(snapshot_task_at(s, i)))
            return snapshot_task_at(s, i);
    }
    return NULL;
}

static bool has_success(const struct snapshot *s, const void *context)
{
    (void)context;
    return find_success(s) != NULL;
}

void rig_find_succeeded(struct rig *rig, char *out_id)
{
    struct snapshot *s = rig_wait(rig, "a success", has_success, NULL);
    snprintf(out_id, LIMIT_ID_BYTES, "%s", task_text(find_success(s), TASK_ID));
    snapshot_unref(s);
}

/* Of the service's own addresses; body NULL: a GET. The answer is the caller's. */
static struct json *ask_service(struct rig *rig, const char *path, const char *body)
{
    struct http_client *client = http_client_create(NULL);
    struct http_request request;
    struct http_done done;
    http_request_init(&request);
    request.method = body ? HTTP_POST : HTTP_GET;
    request.has_body = body;
    strbuf_addf(&request.url, "%s%s", sandbox_url(rig->sandbox), path);
    strbuf_add_text(&request.body, body ? body : "");
    http_client_start(client, &request, &(struct http_options){.timeout_ms = DEADLINE_MS});
    http_client_wait(client, DEADLINE_MS);
    assert_true(http_client_next(client, &done));
    assert_int_equal(done.response.status / 100, 2);
    struct json *json = json_parse(done.response.body, done.response.body_len, NULL);
    http_request_finish(&request);
    http_client_destroy(client);
    return json;
}

void rig_set_faults(struct rig *rig, const char *text)
{
    json_destroy(ask_service(rig, "/sandbox/faults", text));
}

void rig_wait_service_idle(struct rig *rig)
{
    int64_t until_ms = clock_mono_ms() + DEADLINE_MS;
    int64_t alive = 1;
    while (alive > 0 && clock_mono_ms() < until_ms) {
        struct json *stats = ask_service(rig, "/sandbox/stats", NULL);
        alive = json_int(json_get(stats, "alive"), 1);
        json_destroy(stats);
    }
    assert_int_equal(alive, 0);
}

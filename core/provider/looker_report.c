#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/timefmt.h"
#include "provider/looker_internal.h"

#define FINDINGS_MAX 2000
#define TESTS_MAX    50

/* --- gathering ---------------------------------------------------------------------------------
 */

static struct item_report *begin(struct job *job, enum action_kind kind, size_t max)
{
    struct looker_job *state = looker_job_state(job);
    item_report_unref(state->report); /* the leg may be repeated */
    state->report = item_report_create(job->item_id, kind);
    state->findings = arena_alloc(&state->report->arena, max * sizeof(*state->findings));
    state->finding_count = 0;
    return state->report;
}

static size_t count_level(const struct looker_job *state, enum finding_level level)
{
    size_t count = 0;
    for (size_t i = 0; i < state->finding_count; i++)
        count += state->findings[i].level == level;
    return count;
}

static void give(struct job *job, const char *summary, struct batch *out)
{
    struct looker_job *state = job->state;
    struct item_report *report = state->report;
    report->summary = arena_strdup(&report->arena, summary);
    report->findings = state->findings;
    report->finding_count = state->finding_count;
    report->made_ms = job->now_ms;
    snprintf(out->words, sizeof(out->words), "%s", summary);
    out->report = report;
    state->report = NULL;
}

/* --- validation --------------------------------------------------------------------------------
 */

static enum finding_level level_of(const struct json *value)
{
    static const struct {
        const char *word;
        enum finding_level level;
    } levels[] = {{"warning", FINDING_WARNING}, {"info", FINDING_NOTE}, {"success", FINDING_OK}};
    const char *word = json_string(value, NULL);
    for (size_t i = 0; word && i < sizeof(levels) / sizeof(levels[0]); i++) {
        if (strcasecmp(levels[i].word, word) == 0)
            return levels[i].level;
    }
    return FINDING_ERROR; /* "fatal", "error", and what we do not know */
}

static struct finding read_error(struct arena *arena, const struct json *error)
{
    int64_t line = json_int(json_get(error, "line_number"), 0);
    const char *message = json_fields_line(arena, json_get(error, "message"));
    if (!message)
        message = json_fields_line(arena, json_get(error, "sanitized_message"));
    return (struct finding){
        .level = level_of(json_get(error, "severity")),
        .message = message ? message : "an error without words",
        .file = json_fields_line(arena, json_get(error, "file_path")),
        .line = line > 0 && line < INT32_MAX ? (int)line : 0,
    };
}

static struct finding read_skipped(struct arena *arena, const struct json *model)
{
    const char *name = json_fields_line(arena, json_get(model, "name"));
    return (struct finding){
        .level = FINDING_NOTE,
        .message = arena_printf(arena, "model %s was not validated", name ? name : "-"),
    };
}

/* "2 errors, 1 warning in 1.3s" */
static void add_count(struct strbuf *out, size_t count, const char *name)
{
    if (count)
        strbuf_addf(out, "%s%zu %s%s", out->len ? ", " : "", count, name, count == 1 ? "" : "s");
}

static void give_validation(struct job *job, const struct json *root, struct batch *out)
{
    const struct looker_job *state = job->state;
    int64_t took_ms = looker_seconds(json_get(root, "computation_time"));
    char duration[TIMEFMT_BYTES];
    struct strbuf summary;
    strbuf_init(&summary, sizeof(out->words) - 1);
    add_count(&summary, count_level(state, FINDING_ERROR), "error");
    add_count(&summary, count_level(state, FINDING_WARNING), "warning");
    if (!summary.len)
        strbuf_add_text(&summary, "no errors");
    if (took_ms != UNKNOWN)
        strbuf_addf(&summary, " in %s", format_duration(duration, took_ms));
    give(job, summary.data, out);
    strbuf_finish(&summary);
}

enum provider_step looker_read_validation(struct provider *p, struct job *job,
                                          const struct json *root, struct batch *out)
{
    (void)p;
    const struct json *errors = json_get(root, "errors");
    const struct json *skipped = json_get(root, "models_not_validated");
    size_t count = json_count(errors) + json_count(skipped);
    struct item_report *report =
        begin(job, ACTION_VALIDATE, count < FINDINGS_MAX ? count : FINDINGS_MAX);
    struct looker_job *state = job->state;
    report->is_cut = count > FINDINGS_MAX;
    for (size_t i = 0; i < json_count(errors) && state->finding_count < FINDINGS_MAX; i++)
        state->findings[state->finding_count++] = read_error(&report->arena, json_at(errors, i));
    for (size_t i = 0; i < json_count(skipped) && state->finding_count < FINDINGS_MAX; i++)
        state->findings[state->finding_count++] = read_skipped(&report->arena, json_at(skipped, i));
    give_validation(job, root, out);
    return STEP_DONE;
}

/* --- git connection tests: which there are, then each --------------------------------------------
 */

static void read_tests(struct job *job, const struct json *root)
{
    size_t count = json_count(root) < TESTS_MAX ? json_count(root) : TESTS_MAX;
    struct item_report *report = begin(job, ACTION_TEST_GIT, count);
    struct looker_job *state = job->state;
    struct looker_git_test *tests = arena_alloc(&report->arena, count * sizeof(*tests));
    report->is_cut = json_count(root) > count;
    state->test_count = 0;
    state->step = 0;
    for (size_t i = 0; i < count; i++) {
        const struct json *entry = json_at(root, i);
        const char *id = json_fields_line(&report->arena, json_get(entry, "id"));
        const char *title = json_fields_line(&report->arena, json_get(entry, "description"));
        if (id && strspn(id, ".") != strlen(id))
            tests[state->test_count++] = (struct looker_git_test){id, title ? title : id};
    }
    state->tests = tests;
}

static void read_outcome(struct looker_job *state, const struct json *root)
{
    struct arena *arena = &state->report->arena;
    const struct looker_git_test *test = &state->tests[state->step++];
    const char *status = json_string(json_get(root, "status"), NULL);
    const char *message = json_fields_line(arena, json_get(root, "message"));
    bool is_pass = status && strcasecmp(status, "pass") == 0;
    state->findings[state->finding_count++] = (struct finding){
        .level = is_pass ? FINDING_OK : FINDING_ERROR,
        .message = message ? arena_printf(arena, "%s: %s", test->title, message) : test->title,
    };
}

static enum provider_step give_tests(struct job *job, struct batch *out)
{
    const struct looker_job *state = job->state;
    size_t failed = count_level(state, FINDING_ERROR);
    char summary[80];
    if (!state->test_count)
        snprintf(summary, sizeof(summary), "this project has no git connection tests");
    else if (failed)
        snprintf(summary, sizeof(summary), "%zu of %zu tests failed", failed, state->test_count);
    else
        snprintf(summary, sizeof(summary), "%zu tests passed", state->test_count);
    give(job, summary, out);
    return STEP_DONE;
}

enum provider_step looker_read_git_test(struct provider *p, struct job *job,
                                        const struct json *root, struct batch *out)
{
    (void)p;
    if (job->leg == 0)
        read_tests(job, root);
    else
        read_outcome(job->state, root);
    const struct looker_job *state = job->state;
    return state->step < state->test_count ? STEP_AGAIN : give_tests(job, out);
}

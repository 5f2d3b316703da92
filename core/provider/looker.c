#include "provider/looker.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "provider/looker_internal.h"

static const struct looker_op ops[OP_COUNT] = {
    [OP_LOGIN] = {looker_build_login, looker_parse_login},
    [OP_LOGOUT] = {looker_build_logout, looker_parse_logout},
    [OP_LIST] = {looker_build_list, looker_parse_list},
    [OP_FATE] = {looker_build_fate, looker_parse_fate},
    [OP_DETAIL] = {looker_build_detail, looker_parse_detail},
    [OP_RESULTS] = {looker_build_results, looker_parse_results},
    [OP_CANCEL] = {looker_build_cancel, looker_parse_cancel},
    [OP_RETRY] = {looker_build_retry, looker_parse_retry},
    [OP_RUN] = {looker_build_run, looker_parse_run},
    [OP_ITEMS] = {looker_build_projects, looker_parse_projects},
    [OP_PARTS] = {looker_build_branches, looker_parse_branches},
    [OP_ITEM] = {looker_build_project, looker_parse_project},
    [OP_HISTORY] = {looker_build_history, looker_parse_history},
};

/* The versions spoken, and where they live under base_url. */
static const struct {
    const char *version;
    const char *path;
    bool has_number_ids;
} versions[] = {
    {"4.0", "/api/4.0", false},
    {"3.1", "/api/3.1", true},
};

/* The first one where the profile names none. */
static bool choose_version(struct looker *looker, const char *version)
{
    for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
        if (version && strcmp(versions[i].version, version) != 0)
            continue;
        looker->version = versions[i].version;
        looker->api_path = versions[i].path;
        looker->has_number_ids = versions[i].has_number_ids;
        return true;
    }
    return false;
}

static bool is_workspace(const char *name)
{
    return strcmp(name, "production") == 0 || strcmp(name, "dev") == 0;
}

static bool init(struct provider *p, struct error *err)
{
    const struct profile *profile = p->profile;
    struct looker *looker = looker_of(p);
    looker->token_life_ms = UNKNOWN;
    task_draft_init(&looker->draft);
    looker->draft.facts.source = p->source;
    strbuf_init(&looker->text, LIMIT_TASK_SQL_BYTES);
    if (!choose_version(looker, profile->api_version))
        return error_set(err, ERR_CONFIG, "%s: api_version %s is not spoken; use 4.0 or 3.1",
                         profile->name, profile->api_version);
    if (!profile->base_url)
        return error_set(err, ERR_CONFIG, "%s: base_url is missing", profile->name);
    if (!profile->client_id && !profile_has_token(profile))
        return error_set(err, ERR_CONFIG, "%s: client_id is missing", profile->name);
    if (profile->workspace && !is_workspace(profile->workspace))
        return error_set(err, ERR_CONFIG, "%s: workspace is neither production nor dev: '%s'",
                         profile->name, profile->workspace);
    return true;
}

static void finish(struct provider *p)
{
    struct looker *looker = looker_of(p);
    looker_forget_list(looker);
    looker_forget_names(looker);
    looker_forget_models(looker);
    secret_finish(&looker->token);
    task_draft_finish(&looker->draft);
    strbuf_finish(&looker->text);
}

static bool build(struct provider *p, struct job *job, struct http_request *out_request,
                  struct error *err)
{
    if (!ops[job->op].build)
        return error_set(err, ERR_NO, "Looker can not be asked for that");
    return ops[job->op].build(p, job, out_request, err);
}

static enum provider_step parse(struct provider *p, struct job *job,
                                const struct http_response *response, struct batch *out_batch,
                                struct error *err)
{
    return ops[job->op].parse(p, job, response, out_batch, err);
}

struct looker_job *looker_job_state(struct job *job)
{
    if (!job->state) {
        struct looker_job *state = xcalloc(1, sizeof(*state));
        strbuf_init(&state->json, LIMIT_DETAIL_SQL_BYTES);
        strbuf_init(&state->query, LIMIT_URL_BYTES);
        strbuf_init(&state->body, LIMIT_KIB * 4);
        strbuf_init(&state->text, LIMIT_TASK_FIELD_BYTES);
        job->state = state;
    }
    return job->state;
}

static void drop_job_state(struct job *job)
{
    struct looker_job *state = job->state;
    if (!state)
        return;
    task_unref(state->task);
    task_detail_unref(state->detail);
    free(state->fields.items);
    strbuf_finish(&state->json);
    strbuf_finish(&state->query);
    strbuf_finish(&state->body);
    strbuf_finish(&state->text);
    item_report_unref(state->report);
    item_list_unref(state->list);
    free(state->projects);
    free(state);
    job->state = NULL;
}

const struct provider_ops looker_ops = {
    .name = "looker",
    .title = "Looker",
    .caps = CAP_CANCEL | CAP_RETRY | CAP_RESULTS | CAP_PROJECTS | CAP_DETAIL | CAP_CREATE |
            CAP_HISTORY | CAP_RUN_QUERY,
    .state_size = sizeof(struct looker),
    .init = init,
    .finish = finish,
    .build = build,
    .parse = parse,
    .drop_job_state = drop_job_state,
};

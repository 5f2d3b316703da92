#include "provider/adobe.h"

#include "base/xalloc.h"
#include "provider/adobe_internal.h"
#include <stdlib.h>

static const struct adobe_op ops[OP_COUNT] = {
    [OP_LOGIN] = {adobe_build_login, adobe_parse_login},
    [OP_LIST] = {adobe_build_list, adobe_parse_list},
    [OP_FATE] = {adobe_build_query, adobe_parse_fate},
    [OP_DETAIL] = {adobe_build_query, adobe_parse_detail},
    [OP_RESULTS] = {adobe_build_query, adobe_parse_results},
    [OP_CANCEL] = {adobe_build_cancel, adobe_parse_cancel},
    [OP_HIDE] = {adobe_build_hide, adobe_parse_hide},
    [OP_RETRY] = {adobe_build_retry, adobe_parse_retry},
    [OP_RUN] = {adobe_build_run, adobe_parse_run},
    [OP_ITEMS] = {adobe_build_items, adobe_parse_items},
    [OP_PARTS] = {adobe_build_parts, adobe_parse_parts},
    [OP_ITEM] = {adobe_build_item, adobe_parse_item},
};

/* Goes into a header of every request. */
static bool is_header_value(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p <= 0x20 || *p >= 0x7f)
            return false;
    }
    return true;
}

static bool check_profile(const struct profile *profile, struct error *err)
{
    const struct {
        const char *key;
        const char *value;
        const char *hint;
    } needed[] = {
        {"base_url", profile->base_url, "https://platform.adobe.io/data/foundation/query"},
        {"client_id", profile->client_id, "the API key of the credential"},
        {"org_id", profile->org_id, "...@AdobeOrg"},
        {"sandbox_name", profile->sandbox_name, "prod or the name of a development sandbox"},
    };
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        if (!needed[i].value)
            return error_set(err, ERR_CONFIG, "%s: %s is missing; it is %s", profile->name,
                             needed[i].key, needed[i].hint);
        if (!is_header_value(needed[i].value))
            return error_set(err, ERR_CONFIG, "%s: %s holds a character that can not be sent",
                             profile->name, needed[i].key);
    }
    return true;
}

static bool init(struct provider *p, struct error *err)
{
    struct adobe *adobe = adobe_of(p);
    adobe->full_ms = adobe->newest_ms = UNKNOWN;
    task_draft_init(&adobe->draft);
    adobe->draft.facts.source = p->source;
    strbuf_init(&adobe->text, LIMIT_TASK_SQL_BYTES);
    strbuf_init(&adobe->picked, LIMIT_RECORD_BYTES);
    adobe->parser = json_parser_create();
    return check_profile(p->profile, err);
}

static void finish(struct provider *p)
{
    struct adobe *adobe = adobe_of(p);
    adobe_known_forget(adobe, 0);
    secret_finish(&adobe->token);
    task_draft_finish(&adobe->draft);
    strbuf_finish(&adobe->text);
    strbuf_finish(&adobe->picked);
    json_parser_destroy(adobe->parser);
}

static bool build(struct provider *p, struct job *job, struct http_request *out_request,
                  struct error *err)
{
    if (!ops[job->op].build)
        return error_set(err, ERR_NO, "Adobe Query Service can not be asked for that");
    return ops[job->op].build(p, job, out_request, err);
}

/* Times in requests are the service's own: our clock may be wrong. */
static void note_clock(struct adobe *adobe, const struct job *job,
                       const struct http_response *response)
{
    if (response->date_ms != UNKNOWN)
        adobe->service_ahead_ms = response->date_ms - job->now_ms;
}

static enum provider_step parse(struct provider *p, struct job *job,
                                const struct http_response *response, struct batch *out_batch,
                                struct error *err)
{
    note_clock(adobe_of(p), job, response);
    return ops[job->op].parse(p, job, response, out_batch, err);
}

struct adobe_job *adobe_job_state(struct job *job)
{
    if (!job->state)
        job->state = xcalloc(1, sizeof(struct adobe_job));
    return job->state;
}

static void drop_job_state(struct job *job)
{
    struct adobe_job *state = job->state;
    if (!state)
        return;
    json_destroy(state->request);
    adobe_gather_drop(&state->items);
    item_report_unref(state->report);
    free(state);
    job->state = NULL;
}

const struct provider_ops adobe_ops = {
    .name = "adobe",
    .title = "Adobe Query Service",
    .caps = CAP_CANCEL | CAP_RETRY | CAP_RESULTS | CAP_DETAIL | CAP_CREATE | CAP_HIDE |
            CAP_RUN_SQL | CAP_TEMPLATES | CAP_SCHEDULES | CAP_CONNECTION,
    .state_size = sizeof(struct adobe),
    .init = init,
    .finish = finish,
    .build = build,
    .parse = parse,
    .drop_job_state = drop_job_state,
};

/* Adobe says no: too many requests, with and without a time to wait, and settings that are wrong.
 */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "engine/rig.h"

#define LIST "GET /data/foundation/query/queries"

static struct profile *set_up(struct rig *rig)
{
    struct sandbox_options options = rig_quick_tasks();
    options.rate = 0;
    options.active = 0;
    options.adobe_tasks = 5;
    *rig = (struct rig){.sandbox = rig_sandbox(&options)};
    struct profile *profile = rig_add_profile(rig, "lake", "");
    rig_make_adobe(profile, sandbox_url(rig->sandbox));
    return profile;
}

/* ---- 429 ------------------------------------------------------------------------------------- */

static bool is_limited(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->source_count > 0 && s->sources[0].state == SOURCE_LIMITED;
}

static bool has_come_through(const struct snapshot *s, const void *context)
{
    const int64_t *since_ms = context;
    return rig_is_ok(s, NULL) && s->sources[0].data_ms > *since_ms && s->totals.tasks >= 5;
}

/* Refused once; returns how long it was left alone. */
static int64_t rest_after(const char *fault, const char *words)
{
    struct rig rig;
    set_up(&rig);
    rig_set_faults(&rig, fault);
    int64_t begun_ms = clock_wall_ms();
    rig_start(&rig);
    struct snapshot *s = rig_wait(&rig, "a refusal", is_limited, NULL);
    const struct source_status *status = &s->sources[0];
    assert_int_equal(status->error.code, ERR_LIMITED);
    if (!strstr(status->error.message, words))
        fail_msg("%s: %s", fault, status->error.message);
    assert_true(status->next_try_ms > begun_ms);
    snapshot_unref(s);
    s = rig_wait(&rig, "its list all the same", has_come_through, &begun_ms);
    int64_t rest_ms = s->sources[0].data_ms - begun_ms;
    snapshot_unref(s);
    rig_close(&rig);
    return rest_ms;
}

static void a_time_to_wait_is_kept(void **state)
{
    (void)state;
    assert_true(rest_after(LIST " 429 retry-after=2 count=1", "the list of queries") >= 2000);
    assert_true(rest_after("POST /ims 429 retry-after=2 count=1", "login") >= 2000);
}

static void without_one_it_is_asked_again_by_and_by(void **state)
{
    (void)state;
    rest_after(LIST " 429 count=1", "Too many requests (429)");
    rest_after("POST /ims 429 count=1", "Too many requests (429)");
}

/* What was known stays in sight, and its age is told. */
static void what_is_known_stays_while_it_waits(void **state)
{
    (void)state;
    struct rig rig;
    int64_t since_ms = 0;
    set_up(&rig);
    rig_start(&rig);
    rig_wait_until(&rig, "the list", has_come_through, &since_ms);
    rig_set_faults(&rig, LIST " 429 retry-after=600");
    struct snapshot *s = rig_wait(&rig, "a refusal", is_limited, NULL);
    assert_true(s->totals.tasks >= 5);
    assert_true(s->sources[0].data_ms != UNKNOWN);
    assert_true(s->sources[0].next_try_ms > clock_wall_ms() + 300000);
    snapshot_unref(s);
    rig_close(&rig);
}

/* ---- settings -------------------------------------------------------------------------------- */

static bool is_refused(const struct snapshot *s, const void *context)
{
    (void)context;
    return s->source_count > 0 && s->sources[0].error.code != ERR_NONE;
}

static void the_setting_that_is_wrong_is_named(void **state)
{
    static const struct {
        const char *org_id;
        const char *sandbox_name;
        const char *ims_path;
        enum error_code code;
        const char *words;
    } cases[] = {
        {"DEMO", "demo", NULL, ERR_LOGIN, "(403027); check org_id"},
        {"OTHER@AdobeOrg", "demo", NULL, ERR_LOGIN, "(403025); check org_id"},
        {"DEMO@AdobeOrg", "prod", NULL, ERR_CONFIG, "check sandbox_name"},
        {"DEMO@AdobeOrg", "demo", "/ims/token", ERR_LOGIN, "check ims_url"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct rig rig;
        struct profile *profile = set_up(&rig);
        free(profile->org_id);
        free(profile->sandbox_name);
        profile->org_id = strdup(cases[i].org_id);
        profile->sandbox_name = strdup(cases[i].sandbox_name);
        if (cases[i].ims_path)
            strcpy(strstr(profile->ims_url, "/ims"), cases[i].ims_path);
        rig_start(&rig);
        struct snapshot *s = rig_wait(&rig, cases[i].words, is_refused, NULL);
        if (s->sources[0].error.code != cases[i].code ||
            !strstr(s->sources[0].error.message, cases[i].words))
            fail_msg("'%s': %s", cases[i].words, s->sources[0].error.message);
        snapshot_unref(s);
        rig_close(&rig);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_time_to_wait_is_kept),
        cmocka_unit_test(without_one_it_is_asked_again_by_and_by),
        cmocka_unit_test(what_is_known_stays_while_it_waits),
        cmocka_unit_test(the_setting_that_is_wrong_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

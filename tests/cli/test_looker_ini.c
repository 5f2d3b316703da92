/* The verbs with what the official Looker SDKs are configured with. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"
#include "support/environment.h"

static struct service *service;

static int open_service(void **state)
{
    (void)state;
    service = service_start(NULL, NULL);
    return 0;
}

static int close_service(void **state)
{
    (void)state;
    service_stop(service);
    return 0;
}

static void assert_lists_as(const char *const *argv, const char *const *env, const char *profile)
{
    struct call call = {.proc = proc_start(argv, env)};
    call.exit_code = proc_wait(call.proc);
    call.out = proc_output(call.proc);
    call.err = proc_errors(call.proc);
    verbs_expect(&call, 0);
    struct json *json = call_json(&call);
    const struct json *source = json_at(json_get(json, "sources"), 0);
    assert_string_equal(json_string(json_get(source, "profile"), NULL), profile);
    assert_string_equal(json_string(json_get(source, "state"), NULL), "ok");
    json_destroy(json);
    call_finish(&call);
}

static void looker_ini_is_enough(void **state)
{
    (void)state;
    char text[400];
    snprintf(text, sizeof(text),
             "[Looker]\nbase_url=https://nowhere.invalid\nclient_id=x\nclient_secret=x\n"
             "[staging]\nbase_url='%s'\nclient_id=demo\nclient_secret=\"demo-secret\"\n",
             service_url(service));
    const char *path = scratch_file("looker.ini", text, 0600);
    assert_lists_as((const char *[]){TEST_QUERYTOP, "list", "--format", "json", "--looker-ini",
                                     path, "--looker-section", "staging", NULL},
                    NULL, "staging");
}

static void variables_are_enough(void **state)
{
    (void)state;
    char url[200];
    snprintf(url, sizeof(url), "LOOKERSDK_BASE_URL=%s", service_url(service));
    assert_lists_as((const char *[]){TEST_QUERYTOP, "list", "--format", "json", NULL},
                    (const char *[]){url, "LOOKERSDK_CLIENT_ID=demo",
                                     "LOOKERSDK_CLIENT_SECRET=demo-secret", NULL},
                    "looker");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(looker_ini_is_enough),
        cmocka_unit_test(variables_are_enough),
    };
    return cmocka_run_group_tests(tests, open_service, close_service);
}

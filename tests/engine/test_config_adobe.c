/* Credentials of Adobe from the files of aepp and aio. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/config.h"

#define PROFILE "[a]\nprovider = adobe\nbase_url = https://platform.example/data/foundation/query\n"

static char dir[] = "/tmp/querytop-adobe-XXXXXX";
static char config_path[64], json_path[64];

static void write_file(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static bool load(struct config *config, const char *json, const char *more, struct error *err)
{
    char text[1024];
    write_file(json_path, json, 0600);
    snprintf(text, sizeof(text), PROFILE "credentials_file = %s\n%s", json_path, more);
    write_file(config_path, text, 0600);
    return config_load(config, config_path, err);
}

static const struct profile *assert_loads(struct config *config, const char *json, const char *more)
{
    struct error err = {0};
    if (!load(config, json, more, &err))
        fail_msg("%s", err.message);
    return &config->profiles[0];
}

static void a_file_of_aepp_fills_the_profile(void **state)
{
    (void)state;
    struct config config;
    const struct profile *profile =
        assert_loads(&config,
                     "{\"Org_Id\":\"A@AdobeOrg\",\"api_key\":\"abc\",\"secret\":\"hush\","
                     "\"sandbox-name\":\"dev\",\"environment\":\"prod\",\"scopes\":\"openid\"}",
                     "");
    assert_string_equal(profile->client_id, "abc");
    assert_string_equal(profile->client_secret.text, "hush");
    assert_string_equal(profile->org_id, "A@AdobeOrg");
    assert_string_equal(profile->sandbox_name, "dev");
    assert_string_equal(profile->scopes, "openid");
    config_finish(&config);
}

#define CONTEXT(id)                                                                  \
    "{\"client_id\":\"" id "\",\"client_secrets\":[\"one\",\"two\"],\"ims_org_id\":" \
    "\"A@AdobeOrg\",\"scopes\":[\"openid\",\"AdobeID\"]}"

static void the_context_of_aio_is_found(void **state)
{
    (void)state;
    struct config config;
    const struct profile *profile =
        assert_loads(&config,
                     "{\"ims\":{\"contexts\":{\"cli\":{\"token\":1},\"s2s\":" CONTEXT("abc") "}}}",
                     "sandbox_name = dev\n");
    assert_string_equal(profile->client_id, "abc");
    assert_string_equal(profile->client_secret.text, "one");
    assert_string_equal(profile->scopes, "openid,AdobeID");
    config_finish(&config);
}

#define TWO "ims: {\n contexts: {\n one: " CONTEXT("abc") "\n two: " CONTEXT("def") "\n}\n"

static void assert_client(const char *json, const char *more, const char *client_id)
{
    struct config config;
    char settings[200];
    snprintf(settings, sizeof(settings), "sandbox_name = dev\n%s", more);
    assert_string_equal(assert_loads(&config, json, settings)->client_id, client_id);
    config_finish(&config);
}

static void one_of_several_contexts_is_named_or_the_current_one(void **state)
{
    (void)state;
    assert_client(TWO "}", "credentials_context = one\n", "abc");
    assert_client(TWO "config: {current: two\n}}", "", "def");
    assert_client(TWO "config: {current: two\n}}", "credentials_context = one\n", "abc");
    assert_client("$ims: {$current: two\n one: " CONTEXT("abc") " two: " CONTEXT("def") "}", "",
                  "def");
    /* The current one is a person's, the only one with credentials is meant. */
    assert_client("ims: {contexts: {cli: {token: 1}, s2s: " CONTEXT(
                      "abc") "}\n"
                             "config: {current: cli\n}}",
                  "", "abc");
}

static void the_hjson_of_aio_is_read(void **state)
{
    (void)state;
    struct config config;
    const struct profile *profile = assert_loads(&config,
                                                 "{\n  ims:\n  {\n    contexts:\n    {\n"
                                                 "      s2s:\n      {\n"
                                                 "        client_id: abc\n"
                                                 "        client_secrets:\n        [\n"
                                                 "          p8e-hush\n        ]\n"
                                                 "        ims_org_id: A@AdobeOrg\n"
                                                 "        scopes:\n        [\n"
                                                 "          openid\n          AdobeID\n"
                                                 "        ]\n      }\n    }\n  }\n}\n",
                                                 "sandbox_name = dev\n");
    assert_string_equal(profile->client_secret.text, "p8e-hush");
    assert_string_equal(profile->org_id, "A@AdobeOrg");
    assert_string_equal(profile->scopes, "openid,AdobeID");
    config_finish(&config);
}

static void a_context_that_is_not_there_is_told(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    assert_false(load(&config, TWO "}", "credentials_context = three\n", &err));
    assert_non_null(strstr(err.message, "no context 'three' with a client_id; there are one, two"));
    assert_int_equal(err.code, ERR_CONFIG);
}

static void what_the_profile_says_itself_counts(void **state)
{
    (void)state;
    struct config config;
    char json[] = "{\"client_id\":\"abc\",\"secret\":\"hush\",\"org_id\":\"A@AdobeOrg\","
                  "\"sandbox-name\":\"prod\"}";
    char text[1024];
    struct error err = {0};
    write_file(json_path, json, 0600);
    snprintf(text, sizeof(text),
             PROFILE "sandbox_name = dev\ncredentials_file = %s\nclient_id = mine\n", json_path);
    write_file(config_path, text, 0600);
    assert_true(config_load(&config, config_path, &err));
    assert_string_equal(config.profiles[0].sandbox_name, "dev");
    assert_string_equal(config.profiles[0].client_id, "mine");
    config_finish(&config);
}

static void what_is_no_such_file_is_refused_without_its_secret(void **state)
{
    static const struct {
        const char *json;
        const char *words;
    } cases[] = {
        {"{\"secret\":\"hush\"}", "names no client_id"},
        {"not hush", "is neither JSON nor hjson: line 1: there is no : behind a name; `aio"},
        {"{\"ims\":{\"contexts\":{\"a\":" CONTEXT("hush") ",\"b\":" CONTEXT("hush") "}}}",
         "several contexts; set credentials_context to one of a, b"},
        {"{\"client_id\":\"abc\",\"secret\":\"hush\",\"org_id\":\"A@AdobeOrg\"}",
         "sandbox_name is missing"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config config;
        struct error err = {0};
        assert_false(load(&config, cases[i].json, "", &err));
        assert_int_equal(err.code, ERR_CONFIG);
        if (!strstr(err.message, cases[i].words) || strstr(err.message, "hush"))
            fail_msg("'%s': %s", cases[i].words, err.message);
    }
}

static void a_file_that_others_can_read_is_refused(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    char text[1024];
    write_file(json_path, "{\"client_id\":\"abc\",\"secret\":\"hush\"}", 0644);
    snprintf(text, sizeof(text), PROFILE "credentials_file = %s\n", json_path);
    write_file(config_path, text, 0600);
    assert_false(config_load(&config, config_path, &err));
    assert_non_null(strstr(err.message, "chmod 600"));
    unlink(json_path);
    assert_false(config_load(&config, config_path, &err));
    assert_non_null(strstr(err.message, "No such file"));
}

static int make_dir(void **state)
{
    (void)state;
    snprintf(config_path, sizeof(config_path), "%s/config.ini", mkdtemp(dir));
    snprintf(json_path, sizeof(json_path), "%s/aepp.json", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(config_path);
    unlink(json_path);
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_of_aepp_fills_the_profile),
        cmocka_unit_test(the_context_of_aio_is_found),
        cmocka_unit_test(one_of_several_contexts_is_named_or_the_current_one),
        cmocka_unit_test(the_hjson_of_aio_is_read),
        cmocka_unit_test(a_context_that_is_not_there_is_told),
        cmocka_unit_test(what_the_profile_says_itself_counts),
        cmocka_unit_test(what_is_no_such_file_is_refused_without_its_secret),
        cmocka_unit_test(a_file_that_others_can_read_is_refused),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

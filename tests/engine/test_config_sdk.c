#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/config_sdk.h"

#define MINIMAL                       \
    "base_url=https://acme.example\n" \
    "client_id=abc\n"                 \
    "client_secret=s3cret\n"

static const char *const variables[] = {
    "LOOKERSDK_BASE_URL",   "LOOKERSDK_CLIENT_ID", "LOOKERSDK_CLIENT_SECRET",
    "LOOKERSDK_VERIFY_SSL", "LOOKERSDK_TIMEOUT",   "LOOKERSDK_API_VERSION",
};

static char dir[] = "/tmp/querytop-sdk-XXXXXX";
static char ini[64];
static char own[64]; /* a configuration of our own */

static void write_mode(const char *path, const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

/* One profile from text, or from the variables alone when text is NULL. */
static const struct profile *load(struct config *config, const char *text, const char *section)
{
    struct error err = {0};
    *config = (struct config){0};
    if (text)
        write_mode(ini, text, 0600);
    if (!config_load_sdk(config, text ? ini : NULL, section, &err))
        fail_msg("%s", err.message);
    assert_int_equal(config->profile_count, 1);
    return &config->profiles[0];
}

static void assert_refused(const char *text, const char *section, const char *words)
{
    struct config config = {0};
    struct error err = {0};
    if (text)
        write_mode(ini, text, 0600);
    if (config_load_sdk(&config, text ? ini : NULL, section, &err))
        fail_msg("was taken: %s", text ? text : "the environment");
    assert_int_equal(err.code, ERR_CONFIG);
    assert_int_equal(config.profile_count, 0);
    if (!strstr(err.message, words))
        fail_msg("'%s' is not in: %s", words, err.message);
    if (text && strncmp(err.message, ini, strlen(ini)) != 0)
        fail_msg("does not begin with the file: %s", err.message);
    if (strstr(err.message, "s3cret"))
        fail_msg("tells the secret: %s", err.message);
    config_finish(&config);
}

static void every_setting_of_the_sdks_is_read(void **state)
{
    (void)state;
    struct config config;
    const struct profile *p = load(&config,
                                   "# what the SDKs read\n"
                                   "[Looker]\n"
                                   "base_url = \"https://acme.example:19999\"\n"
                                   "CLIENT_ID='abc'\n"
                                   "client_secret=\"s3cret\"\n"
                                   "verify_ssl=False\n"
                                   "timeout=90\n"
                                   "api_version=4.0\n"
                                   "embed_secret=x\n"
                                   "user_id=7\n"
                                   "something_of_another_tool = 1\n",
                                   NULL);
    assert_string_equal(p->name, "Looker");
    assert_string_equal(p->provider, "looker");
    assert_string_equal(p->base_url, "https://acme.example:19999");
    assert_string_equal(p->client_id, "abc");
    assert_string_equal(p->client_secret.text, "s3cret");
    assert_false(p->verify_tls);
    assert_int_equal(p->timeout_ms, 90000);
    assert_string_equal(p->api_version, "4.0");
    assert_int_equal(p->mode, MODE_ARMED);
    config_finish(&config);
}

static void the_section_is_looker_else_the_first(void **state)
{
    (void)state;
    static const char both[] = "[first]\n" MINIMAL "timeout=5\n[Looker]\n" MINIMAL "timeout=6\n"
                               "[last]\n" MINIMAL "timeout=7\n";
    static const struct {
        const char *text;
        const char *section;
        const char *name;
        int timeout_ms;
    } cases[] = {
        {both, NULL, "Looker", 6000},
        {both, "first", "first", 5000},
        {both, "last", "last", 7000},
        {"[first]\n" MINIMAL "timeout=5\n[second]\n" MINIMAL "timeout=6\n", NULL, "first", 5000},
        /* What the first one says is not mixed into the one that counts. */
        {"[first]\n" MINIMAL "timeout=5\n[Looker]\n" MINIMAL, NULL, "Looker", 30000},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config config;
        const struct profile *p = load(&config, cases[i].text, cases[i].section);
        assert_string_equal(p->name, cases[i].name);
        assert_int_equal(p->timeout_ms, cases[i].timeout_ms);
        config_finish(&config);
    }
}

static void verify_ssl_takes_the_words_of_the_sdks(void **state)
{
    (void)state;
    static const struct {
        const char *word;
        bool is_on;
    } cases[] = {
        {"yes", true}, {"y", true},   {"TRUE", true}, {"t", true},      {"1", true},  {"", true},
        {"''", true},  {"no", false}, {"n", false},   {"False", false}, {"F", false}, {"0", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct config config;
        char text[256];
        snprintf(text, sizeof(text), "[Looker]\n" MINIMAL "verify_ssl=%s\n", cases[i].word);
        if (load(&config, text, NULL)->verify_tls != cases[i].is_on)
            fail_msg("verify_ssl=%s", cases[i].word);
        config_finish(&config);
        setenv("LOOKERSDK_VERIFY_SSL", cases[i].word, 1);
        if (load(&config, "[Looker]\n" MINIMAL, NULL)->verify_tls != cases[i].is_on)
            fail_msg("LOOKERSDK_VERIFY_SSL=%s", cases[i].word);
        config_finish(&config);
        unsetenv("LOOKERSDK_VERIFY_SSL");
    }
}

static void environment_wins_over_the_file(void **state)
{
    (void)state;
    struct config config;
    setenv("LOOKERSDK_BASE_URL", "'https://other.example'", 1);
    setenv("LOOKERSDK_CLIENT_SECRET", "from-env", 1);
    setenv("LOOKERSDK_TIMEOUT", "33", 1);
    setenv("LOOKERSDK_CLIENT_ID", "", 1); /* empty is none */
    const struct profile *p = load(&config, "[Looker]\n" MINIMAL "timeout=90\n", NULL);
    assert_string_equal(p->base_url, "https://other.example");
    assert_string_equal(p->client_id, "abc");
    assert_string_equal(p->client_secret.text, "from-env");
    assert_int_equal(p->timeout_ms, 33000);
    config_finish(&config);
}

static void environment_alone_makes_a_profile(void **state)
{
    (void)state;
    struct config config;
    setenv("LOOKERSDK_BASE_URL", "https://acme.example", 1);
    assert_refused(NULL, NULL,
                   "client_id is missing; add it to a looker.ini, or set "
                   "LOOKERSDK_CLIENT_ID");
    setenv("LOOKERSDK_CLIENT_ID", "abc", 1);
    assert_refused(NULL, NULL, "LOOKERSDK_CLIENT_SECRET");
    setenv("LOOKERSDK_CLIENT_SECRET", "s3cret", 1);
    setenv("LOOKERSDK_API_VERSION", "4.0", 1);
    const struct profile *p = load(&config, NULL, NULL);
    assert_string_equal(p->name, "looker");
    assert_string_equal(p->client_secret.text, "s3cret");
    assert_string_equal(p->api_version, "4.0");
    config_finish(&config);
}

static void mistakes_are_named_with_the_place(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *section;
        const char *words;
    } cases[] = {
        {"[Looker]\n" MINIMAL "verify_ssl=maybe\n", NULL,
         ": [Looker]: verify_ssl is neither true nor false: 'maybe'"},
        {"[Looker]\n" MINIMAL "timeout=soon\n", NULL, "timeout is no number of seconds"},
        {"[Looker]\n" MINIMAL "timeout=0\n", NULL, "timeout is no number of seconds"},
        {"[Looker]\n" MINIMAL "api_version=9.9\n", NULL, "api_version 9.9"},
        {"[Looker]\nclient_id=abc\n", NULL, ": [Looker]: base_url is missing"},
        {"[Looker]\nbase_url=https://x/api/4.0\nclient_id=a\nclient_secret=s3cret\n", NULL,
         "leave /api/... out"},
        {"[Looker]\nbase_url=http://x.example\nclient_id=a\nclient_secret=s3cret\n", NULL,
         "allow_http = true"},
        {"[Looker]\n" MINIMAL "client_secret=s3cret\n", NULL,
         ":5: client_secret stands here twice"},
        {"[Looker]\n" MINIMAL "[Looker]\n" MINIMAL, NULL, ":5: this section stands here twice"},
        {"[a]\n" MINIMAL "[b]\n" MINIMAL, "c", ": no section [c]; there is a, b"},
        {"base_url=https://x\n", NULL, ":1: base_url stands before the first section"},
        {"# nothing\n", NULL, "holds no section; begin one with [Looker]"},
        {"# nothing\n", "c", "holds no section"},
        {"[a:b]\n" MINIMAL, NULL, "bad profile name"},
        {"[Looker\n", NULL, ":1: '[' without ']'"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_refused(cases[i].text, cases[i].section, cases[i].words);
    unlink(ini);
    struct config config = {0};
    struct error err = {0};
    assert_false(config_load_sdk(&config, ini, NULL, &err));
    assert_non_null(strstr(err.message, "No such file"));
    setenv("LOOKERSDK_TIMEOUT", "long", 1);
    assert_refused("[Looker]\n" MINIMAL, NULL, "LOOKERSDK_TIMEOUT is no number of seconds");
}

static void other_sections_may_hold_anything(void **state)
{
    (void)state;
    struct config config;
    load(&config, "[x]\nverify_ssl=maybe\n[Looker]\n" MINIMAL "[y:z]\ntimeout=?\ntimeout=?\n",
         NULL);
    config_finish(&config);
}

static void long_timeouts_are_cut_to_the_longest_of_ours(void **state)
{
    (void)state;
    struct config config;
    assert_int_equal(
        load(&config, "[Looker]\n" MINIMAL "timeout=99999999999999999999\n", NULL)->timeout_ms,
        600000);
    config_finish(&config);
}

static void file_with_a_secret_that_others_can_read_is_refused(void **state)
{
    (void)state;
    static const char *const secret[] = {
        "[Looker]\n" MINIMAL,
        "[Looker]\nbase_url=https://x\nclient_id=y\nembed_secret=s3cret\n",
        "[Looker]\nbase_url=https://x\nclient_id=y\n[other]\nclient_secret=s3cret\n",
    };
    static const char open[] = "[Looker]\nbase_url=https://x\nclient_id=y\nclient_secret=\n";
    struct config config = {0};
    struct error err = {0};
    for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
        write_mode(ini, secret[i], 0644);
        assert_false(config_load_sdk(&config, ini, NULL, &err));
        assert_non_null(strstr(err.message, "run: chmod 600 /tmp/querytop-sdk-"));
    }
    setenv("LOOKERSDK_CLIENT_SECRET", "s3cret", 1);
    write_mode(ini, open, 0644); /* the secret is not in the file */
    assert_true(config_load_sdk(&config, ini, NULL, &err));
    config_finish(&config);
}

/* ---- where profiles come from ---- */

static void set_variables(void)
{
    setenv("LOOKERSDK_BASE_URL", "https://env.example", 1);
    setenv("LOOKERSDK_CLIENT_ID", "env", 1);
    setenv("LOOKERSDK_CLIENT_SECRET", "s3cret", 1);
}

static void load_places(struct config *config, const struct config_places *places)
{
    struct error err = {0};
    if (!config_load_places(config, places, &err))
        fail_msg("%s", err.message);
}

static void variables_alone_count_only_without_a_configuration(void **state)
{
    (void)state;
    struct config config;
    struct config_places places = {0};
    load_places(&config, &places);
    assert_int_equal(config.profile_count, 0);
    config_finish(&config);

    set_variables();
    load_places(&config, &places);
    assert_int_equal(config.profile_count, 1);
    assert_string_equal(config.profiles[0].name, "looker");
    config_finish(&config);

    write_mode(own, "[mine]\nprovider = looker\n" MINIMAL, 0600);
    setenv("QUERYTOP_CONFIG", own, 1); /* a usual place */
    load_places(&config, &places);
    assert_int_equal(config.profile_count, 1);
    assert_string_equal(config.profiles[0].name, "mine");
    assert_string_equal(config.profiles[0].base_url, "https://acme.example");
    config_finish(&config);
}

static void named_looker_ini_adds_to_the_configuration(void **state)
{
    (void)state;
    struct config config;
    struct config_places places = {
        .path = own,
        .looker_ini = ini,
        .looker_sections = {"b", "a"},
    };
    write_mode(own, "[mine]\nprovider = looker\n" MINIMAL, 0600);
    write_mode(ini, "[a]\n" MINIMAL "[b]\n" MINIMAL "[mine]\n" MINIMAL, 0600);
    load_places(&config, &places);
    assert_int_equal(config.profile_count, 2);
    assert_string_equal(config.profiles[1].name, "a");
    config_finish(&config);

    places.looker_section_count = 2;
    load_places(&config, &places);
    assert_int_equal(config.profile_count, 3);
    assert_string_equal(config.profiles[0].name, "mine");
    assert_string_equal(config.profiles[1].name, "b");
    assert_string_equal(config.profiles[2].name, "a");
    config_finish(&config);

    struct error err = {0};
    places.looker_sections[1] = "mine";
    assert_false(config_load_places(&config, &places, &err));
    assert_non_null(strstr(err.message, "this profile stands here twice: mine"));
    assert_int_equal(config.profile_count, 0);
}

static void section_without_a_file_is_a_usage_error(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    struct config_places places = {.looker_sections = {"a"}, .looker_section_count = 1};
    assert_false(config_load_places(&config, &places, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.message, "--looker-section wants --looker-ini FILE as well");
}

static int clear_environment(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
        unsetenv(variables[i]);
    unlink(ini);
    unlink(own);
    setenv("QUERYTOP_CONFIG", own, 1);
    return 0;
}

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(ini, sizeof(ini), "%s/looker.ini", dir);
    snprintf(own, sizeof(own), "%s/config.ini", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(ini);
    unlink(own);
    return rmdir(dir);
}

#define TEST(function) cmocka_unit_test_setup(function, clear_environment)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_setting_of_the_sdks_is_read),
        TEST(the_section_is_looker_else_the_first),
        TEST(verify_ssl_takes_the_words_of_the_sdks),
        TEST(environment_wins_over_the_file),
        TEST(environment_alone_makes_a_profile),
        TEST(mistakes_are_named_with_the_place),
        TEST(other_sections_may_hold_anything),
        TEST(long_timeouts_are_cut_to_the_longest_of_ours),
        TEST(file_with_a_secret_that_others_can_read_is_refused),
        TEST(variables_alone_count_only_without_a_configuration),
        TEST(named_looker_ini_adds_to_the_configuration),
        TEST(section_without_a_file_is_a_usage_error),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

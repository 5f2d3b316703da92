#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "engine/config.h"
#include "support/environment.h"

#define PROFILE                                                                   \
    "[mine]\nprovider = looker\nbase_url = https://acme.example\nclient_id = a\n" \
    "client_secret_env = X\n"

static struct config config;
static struct error err;

static bool load(const char *text)
{
    error_clear(&err);
    return config_load(&config, scratch_file("config.ini", text, 0600), &err);
}

static void assert_refused(const char *text, const char *words)
{
    assert_false(load(text));
    assert_int_equal(err.code, ERR_CONFIG);
    if (!strstr(err.message, words))
        fail_msg("'%s' is not in: %s", words, err.message);
}

static void rules_stand_beside_profiles(void **state)
{
    (void)state;
    if (!load("[tell failures]\nwhen = state=failed user=me\n" PROFILE
              "[tell slow ones]\nwhen = elapsed>5m\nbell = false\nnotify = false\n"
              "command = /usr/local/bin/page -x 'two words'\n"))
        fail_msg("%s", err.message);
    assert_int_equal(config.profile_count, 1);
    assert_int_equal(config.rule_count, 2);
    assert_string_equal(config.rules[0].name, "failures");
    assert_true(config.rules[0].has_bell && config.rules[0].has_notification);
    assert_null(config.rules[0].command);
    assert_string_equal(config.rules[1].name, "slow ones");
    assert_false(config.rules[1].has_bell || config.rules[1].has_notification);
    assert_string_equal(config.rules[1].command, "/usr/local/bin/page -x 'two words'");
    config_finish(&config);
    assert_int_equal(config.rule_count, 0);
}

static void mistakes_are_told_with_file_line_and_the_next_step(void **state)
{
    (void)state;
    assert_refused("[tell x]\nwhen = state=faild\n", ":2: when at character 7: ");
    assert_refused("[tell x]\nwhen = \n", "would be all tasks");
    assert_refused("[tell x]\nwen = state=failed\n", "did you mean when");
    assert_refused("[tell x]\nzzz = 1\n", "keys are when, bell, notify, command");
    assert_refused("[tell x]\nbell = loud\n", "bell is neither true nor false");
    assert_refused("[tell x]\nbell = true\n", "[tell x] does not say when");
    assert_refused("[tell ]\nwhen = a\n", "a rule needs a name");
    assert_refused("[tell x]\ncommand =\n", "command is empty");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_stand_beside_profiles),
        cmocka_unit_test(mistakes_are_told_with_file_line_and_the_next_step),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

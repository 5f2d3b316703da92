/* The example of a configuration is one, and names every key. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "engine/config.h"
#include "engine/config_keys.h"

#define EXAMPLE        TEST_SOURCE_DIR "/../docs/config.ini.example"
#define MAX_FILE_BYTES (1u << 16)

static struct strbuf text;

static int read_example(void **state)
{
    (void)state;
    char bytes[4096];
    FILE *file = fopen(EXAMPLE, "r");
    if (!file)
        return -1;
    strbuf_init(&text, MAX_FILE_BYTES);
    for (size_t count; (count = fread(bytes, 1, sizeof(bytes), file)) > 0;)
        strbuf_add(&text, bytes, count);
    fclose(file);
    return 0;
}

static int drop_example(void **state)
{
    (void)state;
    strbuf_finish(&text);
    return 0;
}

static void example_loads_though_all_can_read_it(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    if (!config_load(&config, EXAMPLE, &err))
        fail_msg("%s", err.message);
    assert_int_equal(config.profile_count, 2);
    assert_int_equal(config.rule_count, 1);
    assert_string_equal(config.profiles[0].name, "looker-prod");
    assert_string_equal(config.profiles[1].sandbox_name, "dev");
    config_finish(&config);
}

static void example_names_every_key(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_key_count; i++) {
        char plain[80], aside[80];
        snprintf(plain, sizeof(plain), "\n%s = ", config_keys[i].name);
        snprintf(aside, sizeof(aside), "\n#%s = ", config_keys[i].name);
        if (!strstr(text.data, plain) && !strstr(text.data, aside))
            fail_msg("docs/config.ini.example lacks %s", config_keys[i].name);
    }
}

/* What a line that is put aside says is right too: its value is taken. */
static void example_names_every_key_of_a_rule(void **state)
{
    (void)state;
    for (size_t i = 0; i < tell_key_count; i++) {
        char plain[80], aside[80];
        snprintf(plain, sizeof(plain), "\n%s = ", tell_keys[i].name);
        snprintf(aside, sizeof(aside), "\n#%s = ", tell_keys[i].name);
        if (!strstr(text.data, plain) && !strstr(text.data, aside))
            fail_msg("docs/config.ini.example lacks %s", tell_keys[i].name);
    }
}

static void keys_that_are_put_aside_have_good_values(void **state)
{
    (void)state;
    struct config config;
    struct error none = {0};
    assert_true(config_load(&config, EXAMPLE, &none));
    struct profile *profile = config_add(&config, "aside", "looker");
    for (const char *line = text.data; line; line = strchr(line, '\n')) {
        char name[64], value[128];
        struct error err = {0};
        line += *line == '\n';
        if (sscanf(line, "#%63[a-z_] = %127[^;\n]", name, value) != 2)
            continue;
        for (size_t end = strlen(value); value[end - 1] == ' '; end--)
            value[end - 1] = '\0';
        const struct config_key *key = config_key_find(name);
        if (!key && tell_rule_set(&config.rules[0], name, value, &err))
            continue;
        if (!key)
            fail_msg("%s", err.message);
        if (!key->set(profile, key, value, &err))
            fail_msg("%s %s", name, err.message);
    }
    assert_int_equal(profile->requests_per_minute, 30);
    config_finish(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_loads_though_all_can_read_it),
        cmocka_unit_test(example_names_every_key),
        cmocka_unit_test(example_names_every_key_of_a_rule),
        cmocka_unit_test(keys_that_are_put_aside_have_good_values),
    };
    return cmocka_run_group_tests(tests, read_example, drop_example);
}

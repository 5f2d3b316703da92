/* The command line of the dashboard and the demo is read by its table. */
#include "support/testing.h"

#include <string.h>

#include "program.h"

#define ARGV_MAX 16

static struct program program;
static struct error err;

/* line: words parted by blanks, as main() passes them on. */
static bool read_line(enum program_kind kind, char *line)
{
    char name[] = "querytop";
    char *argv[ARGV_MAX + 1] = {name};
    int argc = 1;
    char *rest = NULL;
    for (char *word = strtok_r(line, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        assert_true(argc < ARGV_MAX);
        argv[argc++] = word;
    }
    program = (struct program){.log_path = NULL};
    error_clear(&err);
    return program_read(&program, kind, argc, argv, &err);
}

static void assert_refused(enum program_kind kind, const char *text, const char *message)
{
    char line[128];
    strcpy(line, text);
    assert_false(read_line(kind, line));
    assert_int_equal(err.code, ERR_USAGE);
    assert_string_equal(err.message, message);
}

static void dashboard_reads_its_options(void **state)
{
    (void)state;
    char line[] = "-c my.ini -p one --profile=two --looker-ini sdk.ini --looker-section Dev "
                  "--watch-task one:17 --log out.log";
    assert_true(read_line(PROGRAM_DASHBOARD, line));
    assert_string_equal(program.places.path, "my.ini");
    assert_int_equal(program.profile_count, 2);
    assert_string_equal(program.profiles[0], "one");
    assert_string_equal(program.profiles[1], "two");
    assert_string_equal(program.places.looker_ini, "sdk.ini");
    assert_int_equal(program.places.looker_section_count, 1);
    assert_string_equal(program.places.looker_sections[0], "Dev");
    assert_int_equal(program.watched_count, 1);
    assert_string_equal(program.watched[0], "one:17");
    assert_string_equal(program.log_path, "out.log");
    assert_false(program.wants_help || program.wants_version);
}

static void demo_reads_its_options(void **state)
{
    (void)state;
    char line[] = "--rate 0.5 --tasks 20 --adobe-rate 0.25 --adobe-tasks 30 --seed 7 --speed 1e6 "
                  "--log=out.log -h";
    assert_true(read_line(PROGRAM_DEMO, line));
    assert_true(program.demo.rate > 0.49 && program.demo.rate < 0.51);
    assert_int_equal(program.demo.tasks, 20);
    assert_true(program.demo.adobe_rate > 0.24 && program.demo.adobe_rate < 0.26);
    assert_int_equal(program.demo.adobe_tasks, 30);
    assert_int_equal(program.demo.seed, 7);
    assert_true(program.demo.speed > 999999 && program.demo.speed < 1000001);
    assert_string_equal(program.log_path, "out.log");
    assert_true(program.wants_help);
}

static void each_kind_refuses_the_options_of_the_other(void **state)
{
    (void)state;
    assert_refused(PROGRAM_DEMO, "--config x", "there is no option --config");
    assert_refused(PROGRAM_DEMO, "-c x", "there is no option -c");
    assert_refused(PROGRAM_DASHBOARD, "--speed 3", "there is no option --speed");
}

static void misspelt_option_gets_the_nearest_name_of_its_kind(void **state)
{
    (void)state;
    assert_refused(PROGRAM_DASHBOARD, "--profil-e x",
                   "there is no option --profil-e; did you mean --profile");
    assert_refused(PROGRAM_DEMO, "--spead=3", "there is no option --spead; did you mean --speed");
}

static void what_is_no_option_is_refused_in_the_words_of_its_kind(void **state)
{
    (void)state;
    assert_refused(PROGRAM_DASHBOARD, "--log x list",
                   "list stands behind options; a verb comes first");
    assert_refused(PROGRAM_DEMO, "fast", "fast is not understood");
    assert_refused(PROGRAM_DASHBOARD, "--log", "a value is missing after --log");
    assert_refused(PROGRAM_DEMO, "--rate much", "--rate: 'much' is no number");
    assert_refused(PROGRAM_DEMO, "--tasks -4", "--tasks: '-4' is no number");
    assert_refused(PROGRAM_DEMO, "--tasks 20001", "--tasks: at most 20000");
}

static void repeated_options_have_a_bound(void **state)
{
    (void)state;
    char name[] = "querytop", option[] = "-p", value[] = "same";
    char *argv[2 * (LIMIT_PROFILES + 1) + 2] = {name};
    int argc = 1;
    for (int i = 0; i <= LIMIT_PROFILES; i++) {
        argv[argc++] = option;
        argv[argc++] = value;
    }
    program = (struct program){.log_path = NULL};
    error_clear(&err);
    assert_true(program_read(&program, PROGRAM_DASHBOARD, argc - 2, argv, &err));
    program = (struct program){.log_path = NULL};
    assert_false(program_read(&program, PROGRAM_DASHBOARD, argc, argv, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_int_equal(program.profile_count, LIMIT_PROFILES);
}

static void names_and_letters_are_unique_within_a_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < program_option_count; i++) {
        const struct program_option *one = &program_options[i];
        assert_true(one->kinds != 0 && one->set != NULL && one->help[0]);
        for (size_t j = i + 1; j < program_option_count; j++) {
            const struct program_option *other = &program_options[j];
            if (!(one->kinds & other->kinds))
                continue;
            assert_string_not_equal(one->name, other->name);
            assert_false(one->letter && one->letter == other->letter);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dashboard_reads_its_options),
        cmocka_unit_test(demo_reads_its_options),
        cmocka_unit_test(each_kind_refuses_the_options_of_the_other),
        cmocka_unit_test(misspelt_option_gets_the_nearest_name_of_its_kind),
        cmocka_unit_test(what_is_no_option_is_refused_in_the_words_of_its_kind),
        cmocka_unit_test(repeated_options_have_a_bound),
        cmocka_unit_test(names_and_letters_are_unique_within_a_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

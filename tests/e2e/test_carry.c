/* What leaves the dashboard: the clipboard sequence on the wire, the pager, the editor, the
 * browser. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "e2e/stage.h"
#include "support/environment.h"

#define VARIABLE_BYTES 600

/* A program of the test's own in a variable, such as "PAGER=/scratch/name -x". */
static void make_program(char out[VARIABLE_BYTES], const char *variable, const char *name,
                         const char *options, const char *script)
{
    snprintf(out, VARIABLE_BYTES, "%s=%s%s", variable, scratch_file(name, script, 0700), options);
}

static void open_sql(struct stage *stage, const char *variable)
{
    const char *const env[] = {variable, "TMUX", "STY", NULL};
    char id[64];
    stage_open(stage, &(struct stage_options){.sandbox = stage_slow, .env = env});
    service_submit(stage->service, "order_items", "users.region", id, sizeof(id));
    assert_shows(stage, "succeeded");
    stage_select(stage, id);
    term_key(stage->term, "Enter");
    term_key(stage->term, "2");
    assert_shows(stage, "SELECT");
}

static bool has_clipboard(struct term *t, const void *context)
{
    (void)context;
    return strstr(term_log(t)->data, "\033]52;c;U0VMRUNU") != NULL; /* SELECT */
}

static void copying_sends_the_sequence_and_leaves_the_screen_alone(void **state)
{
    (void)state;
    struct stage stage;
    open_sql(&stage, "PAGER=cat");
    term_key(stage.term, "y");
    assert_true(term_wait_until(stage.term, has_clipboard, NULL, TERM_PATIENCE_MS));
    assert_shows(&stage, "Copied the SQL");
    assert_shows(&stage, "SELECT");
    stage_close(&stage);
}

static void the_pager_has_the_terminal_until_it_ends(void **state)
{
    (void)state;
    struct stage stage;
    char variable[VARIABLE_BYTES];
    make_program(variable, "PAGER", "pager", " 'two words'",
                 "#!/bin/sh\n"
                 "echo \"first=$1\"; head -n 1 \"$2\"; ls -l \"$2\" | cut -c1-10\n"
                 "echo \"$2\" > \"$HOME/seen\"; read -r answer; echo \"got $answer\"\n");
    open_sql(&stage, variable);
    term_key(stage.term, "O");
    assert_shows(&stage, "first=two words");
    assert_shows(&stage, "-rw-------");
    assert_true(term_has_echo(stage.term));
    term_type(stage.term, "ok");
    term_key(stage.term, "Enter");
    assert_shows(&stage, "Overview"); /* ours again */
    assert_false(term_has_echo(stage.term));
    char command[600];
    snprintf(command, sizeof(command), "test ! -e \"$(cat %s/seen)\"", scratch_folder());
    assert_int_equal(system(command), 0); /* the copy is gone */
    stage_close(&stage);
}

static void a_key_that_interrupts_the_pager_does_not_end_the_dashboard(void **state)
{
    (void)state;
    struct stage stage;
    char variable[VARIABLE_BYTES];
    make_program(variable, "PAGER", "waiting", "", "#!/bin/sh\necho waiting\nread -r answer\n");
    open_sql(&stage, variable);
    term_key(stage.term, "O");
    assert_shows(&stage, "waiting");
    term_key(stage.term, "C-c");
    assert_shows(&stage, "Overview");
    stage_close(&stage);
}

static void what_is_no_command_is_never_given_to_a_shell(void **state)
{
    (void)state;
    struct stage stage;
    char path[300], variable[VARIABLE_BYTES];
    snprintf(path, sizeof(path), "%s/pwned", scratch_folder());
    snprintf(variable, sizeof(variable), "PAGER=cat; touch %s", path);
    open_sql(&stage, variable);
    term_key(stage.term, "O");
    assert_shows(&stage, "no plain command");
    assert_null(fopen(path, "r"));
    stage_close(&stage);
}

static void the_browser_gets_the_link_as_one_word(void **state)
{
    (void)state;
    struct stage stage;
    char variable[VARIABLE_BYTES], command[600];
    make_program(variable, "BROWSER", "browser", "",
                 "#!/bin/sh\necho \"$#:$1\" > \"$HOME/opened\"\nexit 3\n");
    open_sql(&stage, variable);
    term_key(stage.term, "o");
    assert_shows(&stage, "could not be opened"); /* takes the place of "Opening" at once */
    snprintf(command, sizeof(command), "grep -q '^1:http://' %s/opened", scratch_folder());
    assert_int_equal(system(command), 0);
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copying_sends_the_sequence_and_leaves_the_screen_alone),
        cmocka_unit_test(the_pager_has_the_terminal_until_it_ends),
        cmocka_unit_test(a_key_that_interrupts_the_pager_does_not_end_the_dashboard),
        cmocka_unit_test(what_is_no_command_is_never_given_to_a_shell),
        cmocka_unit_test(the_browser_gets_the_link_as_one_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

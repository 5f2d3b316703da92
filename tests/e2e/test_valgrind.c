/* A short session under valgrind: no leak, no read of what was never written. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "e2e/stage.h"
#include "support/environment.h"

#define VALGRIND "/usr/bin/valgrind"

static void short_session_leaks_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"shop", NULL};
    struct stage stage = {.service = service_start(stage_slow, NULL)};
    char id[64];
    char log_file[300];
    snprintf(log_file, sizeof(log_file), "--log-file=%s/valgrind.log", scratch_folder());
    const char *const argv[] = {VALGRIND,
                                "--quiet",
                                "--error-exitcode=99",
                                "--leak-check=full",
                                "--soname-synonyms=somalloc=NONE", /* core/base/malloc.c */
                                "--suppressions=" TEST_SOURCE_DIR "/support/valgrind.supp",
                                "--show-leak-kinds=definite,indirect,possible",
                                "--errors-for-leak-kinds=definite,indirect,possible",
                                log_file,
                                TEST_QUERYTOP,
                                "--config",
                                service_config(stage.service, names, NULL),
                                NULL};
    stage.term = term_start(&(struct term_options){.argv = argv, .rows = 40, .cols = 120});
    assert_shows(&stage, "shop \xe2\x97\x8f");
    for (int i = 0; i < 3; i++)
        service_submit(stage.service, "order_items", "users.region", id, sizeof(id));
    assert_shows(&stage, "succeeded");
    term_keys(stage.term, "Down Down Enter 2 3");
    assert_shows(&stage, "row");
    term_keys(stage.term, "Esc f");
    term_type(stage.term, "state=succeeded");
    term_keys(stage.term, "Enter Esc ? Esc s Esc r");
    assert_shows(&stage, "Run this query again?");
    term_key(stage.term, "y");
    assert_shows(&stage, "retr");
    term_resize(stage.term, 24, 80);
    term_key(stage.term, "q");
    int code = stage_exit_code(stage.term);
    if (code != 0) {
        char command[400];
        snprintf(command, sizeof(command), "cat %s/valgrind.log >&2", scratch_folder());
        if (system(command) != 0)
            perror("valgrind.log");
    }
    assert_int_equal(code, 0);
    term_close(stage.term);
    service_stop(stage.service);
}

int main(void)
{
    if (access(VALGRIND, X_OK) != 0) {
        puts("skipped: no valgrind here");
        return 77;
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(short_session_leaks_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Planted secrets, and everything that querytop leaves behind searched for them. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e2e/planted.h"
#include "support/environment.h"
#include "support/proc.h"

static void visit_every_screen(struct term *t)
{
    static const char *const keys[] = {"?", "Esc", ":",   "Esc", "Enter", "1",  "2",   "3",
                                       "4", "5",   "Esc", "3",   "Down",  "b",  "Esc", "1",
                                       "s", "Esc", "R",   "Tab", "Tab",   "Esc"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        term_key(t, keys[i]);
}

/* ---- tests ---- */

static void nothing_that_the_dashboard_leaves_behind_holds_a_secret(void **state)
{
    (void)state;
    struct service *service = service_start(stage_queue, NULL);
    planted_configure(service);
    const char *const argv[] = {TEST_QUERYTOP, "--config",  planted_config,
                                "--log",       planted_log, NULL};
    const char *const env[] = {"QT_CANARY=demo-secret", planted_pager, NULL};
    struct stage stage = {.service = service};
    stage.term =
        term_start(&(struct term_options){.argv = argv, .env = env, .rows = 40, .cols = 160});
    assert_shows(&stage, "env \xe2\x97\x8f");
    assert_shows(&stage, "queued");
    visit_every_screen(stage.term);
    term_keys(stage.term, "g x");
    assert_shows(&stage, "Cancel this task?");
    term_key(stage.term, "y");
    assert_shows(&stage, "cancel confirmed");
    term_keys(stage.term, "O");
    assert_shows(&stage, "paged");
    planted_search_process(term_pid(stage.term));
    term_key(stage.term, "Enter");
    assert_hides(&stage, "paged");
    planted_search("the terminal", term_log(stage.term)->data, term_log(stage.term)->len);
    stage_close(&stage);
    assert_int_equal(access(planted_log, F_OK), 0);
    planted_search_files();
}

static void no_core_file_can_be_made_while_a_secret_is_held(void **state)
{
    (void)state;
    static char bytes[PLANTED_FILE_BYTES];
    char path[64];
    struct service *service = service_start(stage_queue, NULL);
    planted_configure(service);
    const char *const argv[] = {TEST_QUERYTOP, "--config", planted_config, NULL};
    const char *const env[] = {"QT_CANARY=demo-secret", NULL};
    struct stage stage = {.service = service};
    stage.term =
        term_start(&(struct term_options){.argv = argv, .env = env, .rows = 24, .cols = 80});
    assert_shows(&stage, "queued");
    snprintf(path, sizeof(path), "/proc/%d/limits", (int)term_pid(stage.term));
    bytes[planted_read(path, bytes)] = '\0';
    const char *limit = strstr(bytes, "Max core file size");
    assert_non_null(limit);
    char soft[20], hard[20];
    assert_int_equal(sscanf(limit, "Max core file size %19s %19s", soft, hard), 2);
    assert_string_equal(soft, "0");
    assert_string_equal(hard, "0");
    stage_close(&stage);
}

static void no_verb_tells_a_secret(void **state)
{
    (void)state;
    static const char *const verbs[] = {"list", "projects", "doctor", "watch", "show"};
    struct service *service = service_start(stage_queue, NULL);
    planted_configure(service);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        bool is_endless = strcmp(verbs[i], "watch") == 0;
        const char *const argv[] = {TEST_QUERYTOP,
                                    verbs[i],
                                    "--config",
                                    planted_config,
                                    strcmp(verbs[i], "show") == 0 ? "env:none" : NULL,
                                    NULL};
        const char *const env[] = {"QT_CANARY=demo-secret", NULL};
        struct proc *p = proc_start(argv, env);
        if (is_endless) {
            proc_wait_text(p, "\"schema\"");
            proc_signal(p, SIGINT);
        }
        proc_wait(p);
        planted_search(verbs[i], proc_output(p), strlen(proc_output(p)));
        planted_search(verbs[i], proc_errors(p), strlen(proc_errors(p)));
        proc_destroy(p);
    }
    service_stop(service);
    planted_search_files();
}

static void mistakes_do_not_repeat_what_is_secret(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "[a]\nprovider = looker\nbase_url = https://me:passw0rd-Canary-66@host\n",
        "[a]\nprovider = looker\nims_url = https://me:passw0rd-Canary-66@host\n",
        "[a]\nclient_secret = wr0ng-Canary-77\nclient_secret = wr0ng-Canary-77\n",
        "[a]\nprovider = looker\nclient_secret = wr0ng-Canary-77\ntoken = t0ken-Canary-99\n",
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *path = scratch_file("config.ini", texts[i], 0600);
        const char *const argv[] = {TEST_QUERYTOP, "list", "--config", path, NULL};
        struct proc *p = proc_start(argv, NULL);
        assert_int_equal(proc_wait(p), 3);
        assert_true(proc_errors(p)[0]);
        planted_search(texts[i], proc_errors(p), strlen(proc_errors(p)));
        proc_destroy(p);
    }
    const char *const argv[] = {TEST_QUERYTOP, "list", NULL};
    const char *const env[] = {"LOOKERSDK_BASE_URL=https://me:passw0rd-Canary-66@host",
                               "LOOKERSDK_CLIENT_ID=x", "LOOKERSDK_CLIENT_SECRET=wr0ng-Canary-77",
                               NULL};
    unlink(planted_config);
    struct proc *p = proc_start(argv, env);
    assert_int_equal(proc_wait(p), 3);
    planted_search("the SDK's variables", proc_errors(p), strlen(proc_errors(p)));
    proc_destroy(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_the_dashboard_leaves_behind_holds_a_secret),
        cmocka_unit_test(no_core_file_can_be_made_while_a_secret_is_held),
        cmocka_unit_test(no_verb_tells_a_secret),
        cmocka_unit_test(mistakes_do_not_repeat_what_is_secret),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

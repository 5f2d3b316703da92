/* Planted secrets, and everything that querytop leaves behind searched for them. */
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e2e/stage.h"
#include "support/environment.h"
#include "support/proc.h"

#define FILE_BYTES (4u << 20)

/* The account's own, out of a variable; a wrong one out of the file, which is refused and talked
 * about; one that no command line may show; and a token that is none. */
static const char *const planted[] = {"demo-secret", "wr0ng-Canary-77", "c0mmand-Canary-88",
                                      "t0ken-Canary-99", "passw0rd-Canary-66"};

static char config[300];
static char log_path[300];
static char pager[300];
static const char *found_in;

/* ---- searching ---- */

static const char *secret_in(const char *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++) {
        if (memmem(bytes, length, planted[i], strlen(planted[i])))
            return planted[i];
    }
    return NULL;
}

static void search_text(const char *what, const char *bytes, size_t length)
{
    const char *secret = secret_in(bytes, length);
    if (secret)
        fail_msg("%s holds %s", what, secret);
}

static size_t read_whole(const char *path, char *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t count;
    while (fd >= 0 && (count = read(fd, out + length, FILE_BYTES - length)) > 0)
        length += (size_t)count;
    if (fd >= 0)
        close(fd);
    return length;
}

static int search_file(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
    static char bytes[FILE_BYTES];
    (void)facts;
    (void)walk;
    if (kind != FTW_F || strcmp(path, config) == 0 || strstr(path, "tell-secret"))
        return 0;
    size_t length = read_whole(path, bytes);
    if (!secret_in(bytes, length))
        return 0;
    static char name[300];
    snprintf(name, sizeof(name), "%s", path);
    found_in = name;
    return 1;
}

/* The home of the program under test: log, audit log, state, exports, what the pager saw. */
static void search_files(void)
{
    found_in = NULL;
    nftw(scratch_folder(), search_file, 8, FTW_PHYS);
    if (found_in)
        fail_msg("a secret stands in %s", found_in);
}

static void search_process(pid_t pid)
{
    static const char *const names[] = {"cmdline", "environ"};
    static char bytes[FILE_BYTES];
    char path[64];
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, names[i]);
        search_text(path, bytes, read_whole(path, bytes));
    }
}

/* ---- planting ---- */

static void write_config(const struct service *service)
{
    static const char format[] =
        "[env]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
        "client_secret_env = QT_CANARY\nmode = read-write\npoll = 300ms\n"
        "[env-too]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
        "client_secret_env = QT_CANARY\nmode = read-write\n"
        "[file]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
        "client_secret = wr0ng-Canary-77\n"
        "[command]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
        "client_secret_command = %s\n"
        "[token]\nprovider = looker\nbase_url = %s\ntoken = t0ken-Canary-99\n";
    char text[2000];
    char teller[300];
    const char *url = service_url(service);
    snprintf(teller, sizeof(teller), "%s",
             scratch_file("tell-secret", "#!/bin/sh\necho c0mmand-Canary-88\n", 0700));
    snprintf(text, sizeof(text), format, url, url, url, url, teller, url);
    snprintf(config, sizeof(config), "%s", scratch_file("config.ini", text, 0600));
    snprintf(log_path, sizeof(log_path), "%s/querytop.log", scratch_folder());
    /* What a child sees: its own command line and environment, and the text. */
    snprintf(
        pager, sizeof(pager), "PAGER=%s",
        scratch_file("pager",
                     "#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ \"$@\" >$HOME/pager.out\n"
                     "echo paged; read -r answer\n",
                     0700));
}

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
    write_config(service);
    const char *const argv[] = {TEST_QUERYTOP, "--config", config, "--log", log_path, NULL};
    const char *const env[] = {"QT_CANARY=demo-secret", pager, NULL};
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
    search_process(term_pid(stage.term));
    term_key(stage.term, "Enter");
    assert_hides(&stage, "paged");
    search_text("the terminal", term_log(stage.term)->data, term_log(stage.term)->len);
    stage_close(&stage);
    assert_int_equal(access(log_path, F_OK), 0);
    search_files();
}

static void no_core_file_can_be_made_while_a_secret_is_held(void **state)
{
    (void)state;
    static char bytes[FILE_BYTES];
    char path[64];
    struct service *service = service_start(stage_queue, NULL);
    write_config(service);
    const char *const argv[] = {TEST_QUERYTOP, "--config", config, NULL};
    const char *const env[] = {"QT_CANARY=demo-secret", NULL};
    struct stage stage = {.service = service};
    stage.term =
        term_start(&(struct term_options){.argv = argv, .env = env, .rows = 24, .cols = 80});
    assert_shows(&stage, "queued");
    snprintf(path, sizeof(path), "/proc/%d/limits", (int)term_pid(stage.term));
    bytes[read_whole(path, bytes)] = '\0';
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
    write_config(service);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        bool is_endless = strcmp(verbs[i], "watch") == 0;
        const char *const argv[] = {TEST_QUERYTOP,
                                    verbs[i],
                                    "--config",
                                    config,
                                    strcmp(verbs[i], "show") == 0 ? "env:none" : NULL,
                                    NULL};
        const char *const env[] = {"QT_CANARY=demo-secret", NULL};
        struct proc *p = proc_start(argv, env);
        if (is_endless) {
            proc_wait_text(p, "\"schema\"");
            proc_signal(p, SIGINT);
        }
        proc_wait(p);
        search_text(verbs[i], proc_output(p), strlen(proc_output(p)));
        search_text(verbs[i], proc_errors(p), strlen(proc_errors(p)));
        proc_destroy(p);
    }
    service_stop(service);
    search_files();
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
        search_text(texts[i], proc_errors(p), strlen(proc_errors(p)));
        proc_destroy(p);
    }
    const char *const argv[] = {TEST_QUERYTOP, "list", NULL};
    const char *const env[] = {"LOOKERSDK_BASE_URL=https://me:passw0rd-Canary-66@host",
                               "LOOKERSDK_CLIENT_ID=x", "LOOKERSDK_CLIENT_SECRET=wr0ng-Canary-77",
                               NULL};
    unlink(config);
    struct proc *p = proc_start(argv, env);
    assert_int_equal(proc_wait(p), 3);
    search_text("the SDK's variables", proc_errors(p), strlen(proc_errors(p)));
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

/* Looker and Adobe in one dashboard and one list: whatever befalls one of them, the other goes on.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "e2e/stage.h"
#include "support/environment.h"
#include "support/proc.h"

enum { SHOP, LAKE, COUNT };

static const char *const names[COUNT] = {[SHOP] = "shop", [LAKE] = "lake"};

/* Nothing runs there: what was submitted stays in sight. */
static const char *const idle[] = {"--tasks", "0", "--rate", "0", "--workers", "0", NULL};

struct pair {
    struct service *services[COUNT];
    char config[256];
    struct term *term;
};

static void write_config(struct pair *pair, const char *secret)
{
    char text[2048];
    snprintf(text, sizeof(text),
             "[shop]\nprovider = looker\nbase_url = %s\nclient_id = demo\nclient_secret = %s\n"
             "mode = read-write\npoll = 300ms\ntimeout = 1s\n\n"
             "[lake]\nprovider = adobe\nbase_url = %s/data/foundation/query\n"
             "ims_url = %s/ims/token/v3\nclient_id = demo\nclient_secret = %s\n"
             "org_id = DEMO@AdobeOrg\nsandbox_name = demo\n"
             "mode = read-write\npoll = 300ms\ntimeout = 1s\n",
             service_url(pair->services[SHOP]), secret, service_url(pair->services[LAKE]),
             service_url(pair->services[LAKE]), secret);
    snprintf(pair->config, sizeof(pair->config), "%s", scratch_file("pair.ini", text, 0600));
}

static void pair_open(struct pair *pair)
{
    for (int i = 0; i < COUNT; i++)
        pair->services[i] = service_start(idle, NULL);
    write_config(pair, "demo-secret");
}

static void pair_close(struct pair *pair)
{
    for (int i = 0; i < COUNT; i++)
        service_stop(pair->services[i]);
}

/* `querytop WORDS... --config ...`, to its end. words ends with NULL. */
static struct proc *call(const struct pair *pair, const char *const *words, int exit_code)
{
    const char *argv[16] = {TEST_QUERYTOP};
    int count = 1;
    while (*words)
        argv[count++] = *words++;
    argv[count++] = "--config";
    argv[count] = pair->config;
    struct proc *proc = proc_start(argv, NULL);
    int ended = proc_wait(proc);
    if (ended != exit_code)
        fail_msg("%s: exit code %d, not %d\n%s\n%s", argv[1], ended, exit_code, proc_output(proc),
                 proc_errors(proc));
    return proc;
}

static void submit(struct pair *pair, int which)
{
    char id[64];
    if (which == SHOP)
        service_submit(pair->services[SHOP], "users", "users.count", id, sizeof(id));
    else
        proc_destroy(call(
            pair, (const char *const[]){"run", "--profile", "lake", "--sql", "SELECT 1", NULL}, 0));
}

/* ---- the dashboard --------------------------------------------------------------------------- */

static void assert_shows_of(struct pair *pair, int which, const char *state)
{
    char text[64];
    snprintf(text, sizeof(text), "%s %s", names[which], state);
    assert_true(term_wait_text(pair->term, text, TERM_PATIENCE_MS));
}

static void assert_queued(struct pair *pair, int count)
{
    char text[32];
    snprintf(text, sizeof(text), "\xe2\x97\x8c %d", count);
    assert_true(term_wait_text(pair->term, text, TERM_PATIENCE_MS));
}

static void open_dashboard(struct pair *pair)
{
    const char *const argv[] = {TEST_QUERYTOP, "--config", pair->config, NULL};
    pair->term = term_start(&(struct term_options){.argv = argv, .rows = 40, .cols = 160});
    assert_shows_of(pair, SHOP, "\xe2\x97\x8f");
    assert_shows_of(pair, LAKE, "\xe2\x97\x8f");
}

static void assert_answers_keys(struct pair *pair)
{
    term_key(pair->term, "?");
    assert_true(term_wait_text(pair->term, "Moving", TERM_PATIENCE_MS));
    term_key(pair->term, "Esc");
    assert_true(term_wait_no_text(pair->term, "Moving", TERM_PATIENCE_MS));
}

static void close_dashboard(struct pair *pair)
{
    term_key(pair->term, "q");
    assert_exit_code(pair->term, 0);
    term_close(pair->term);
}

/* ---- what may befall one --------------------------------------------------------------------- */

static void stop(struct service *service)
{
    service_signal(service, SIGSTOP);
}

static void go_on(struct service *service)
{
    service_signal(service, SIGCONT);
}

static void refuse(struct service *service)
{
    service_set_faults(service, "POST /api/4.0/login 404\nGET /api/4.0 401\n"
                                "POST /ims 401\nGET /data/foundation/query 401\n");
}

static void accept_again(struct service *service)
{
    service_set_faults(service, "");
}

struct trouble {
    const char *name;
    void (*begin)(struct service *service);
    void (*end)(struct service *service);
    const char *shown;
    const char *said; /* by `list` */
    bool forgets;     /* the service no longer knows its tasks afterwards */
};
static const struct trouble troubles[] = {
    {"hangs", stop, go_on, "\xe2\x9c\x97 no answer", "no answer", false},
    {"dies", service_kill, service_restart, "\xe2\x9c\x97 unreachable", "connection refused", true},
    {"refuses the login", refuse, accept_again, "\xe2\x9c\x97 login refused", "client_secret",
     false},
};

static size_t count_of(const char *text, const char *profile)
{
    char member[64];
    size_t count = 0;
    snprintf(member, sizeof(member), "{\"profile\":\"%s\"", profile);
    for (const char *at = text; (at = strstr(at, member)); at++)
        count++;
    return count;
}

/* Rows of the good one alone, and the other one's name with the reason. */
static void assert_listed(struct pair *pair, const struct trouble *trouble, int ill)
{
    struct proc *list =
        call(pair, (const char *const[]){"list", "--format", "ndjson", "--timeout", "20s", NULL},
             0);
    const char *out = proc_output(list);
    const char *said = strstr(proc_errors(list), names[ill]);
    if (count_of(out, names[!ill]) != 2 || count_of(out, names[ill]) != 0 || !said ||
        !strstr(said, trouble->said) || strstr(proc_errors(list), names[!ill]))
        fail_msg("%s %s:\n%s\n%s", names[ill], trouble->name, out, proc_errors(list));
    proc_destroy(list);
}

static void assert_goes_on_beside(const struct trouble *trouble, int ill)
{
    struct pair pair;
    int well = !ill;
    pair_open(&pair);
    submit(&pair, SHOP);
    submit(&pair, LAKE);
    open_dashboard(&pair);
    assert_queued(&pair, 2);
    trouble->begin(pair.services[ill]);
    assert_shows_of(&pair, ill, trouble->shown);
    submit(&pair, well);
    assert_queued(&pair, 3); /* the one of the ill service is among them */
    assert_shows_of(&pair, well, "\xe2\x97\x8f");
    assert_shows_of(&pair, ill, "\xe2\x9c\x97");
    assert_answers_keys(&pair);
    assert_listed(&pair, trouble, ill);
    trouble->end(pair.services[ill]);
    term_key(pair.term, "R");
    assert_shows_of(&pair, ill, "\xe2\x97\x8f");
    if (!trouble->forgets)
        assert_queued(&pair, 3);
    close_dashboard(&pair);
    pair_close(&pair);
}

static void adobe_goes_on_whatever_befalls_looker(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
        assert_goes_on_beside(&troubles[i], SHOP);
}

static void looker_goes_on_whatever_befalls_adobe(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
        assert_goes_on_beside(&troubles[i], LAKE);
}

/* ---- nobody answers -------------------------------------------------------------------------- */

static void when_none_answers_the_exit_code_is_the_reason_they_share(void **state)
{
    (void)state;
    static const char *const list[] = {"list", NULL};
    struct pair pair;
    pair_open(&pair);
    write_config(&pair, "wrong");
    struct proc *refused = call(&pair, list, 4);
    assert_string_equal(proc_output(refused), "");
    assert_non_null(strstr(proc_errors(refused), "shop: "));
    assert_non_null(strstr(proc_errors(refused), "lake: "));
    proc_destroy(refused);
    service_kill(pair.services[LAKE]);
    proc_destroy(call(&pair, list, 5));
    service_restart(pair.services[LAKE]);
    pair_close(&pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adobe_goes_on_whatever_befalls_looker),
        cmocka_unit_test(looker_goes_on_whatever_befalls_adobe),
        cmocka_unit_test(when_none_answers_the_exit_code_is_the_reason_they_share),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

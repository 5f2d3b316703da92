/* Services that hang, vanish, come back, refuse, or are something else. */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "e2e/stage.h"
#include "support/environment.h"
#include "support/fault_proxy.h"

#define POLLS           30
#define CONNECTIONS_MAX 6 /* as many as there are requests at a time */

static void hung_service_blocks_no_key(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    service_signal(stage.service, SIGSTOP);
    term_key(stage.term, "?");
    assert_shows(&stage, "Moving");
    term_key(stage.term, "Esc");
    assert_hides(&stage, "Moving");
    assert_shows(&stage, "stale");
    term_key(stage.term, "2");
    assert_shows(&stage, "Overview");
    term_key(stage.term, "1");
    term_keys(stage.term, "x");
    assert_shows(&stage, "Cancel this task?");
    term_key(stage.term, "y");
    assert_shows(&stage, "asked");
    service_signal(stage.service, SIGCONT);
    assert_shows(&stage, "shop \xe2\x97\x8f");
    assert_shows(&stage, "\xe2\x97\x8c 4");
    stage_close(&stage);
}

static void quits_at_once_while_the_service_hangs(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    service_signal(stage.service, SIGSTOP);
    term_key(stage.term, "R");
    assert_shows(&stage, "stale");
    int64_t from_us = term_now_us();
    term_key(stage.term, "q");
    assert_exit_code(stage.term, 0);
    /* Generous, because a sanitizer may be at work; a timeout of the network would be longer. */
    assert_true(term_now_us() - from_us < 3000000);
    term_close(stage.term);
    service_stop(stage.service);
}

static void restarted_service_is_found_again_and_logged_in_to(void **state)
{
    (void)state;
    struct stage stage;
    char id[64];
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    service_kill(stage.service);
    assert_shows(&stage, "unreachable");
    service_restart(stage.service); /* knows no token of before */
    assert_shows(&stage, "shop \xe2\x97\x8f");
    service_submit(stage.service, "users", "users.count", id, sizeof(id));
    assert_shows(&stage, "\xe2\x97\x8c 6");
    stage_close(&stage);
}

static void expired_token_is_renewed_unseen(void **state)
{
    (void)state;
    static const char *const args[] = {"--tasks",   "0", "--rate",      "0",  "--active", "5",
                                       "--workers", "0", "--token-ttl", "2s", NULL};
    struct stage stage;
    char id[64];
    stage_open(&stage, &(struct stage_options){.sandbox = args});
    assert_shows(&stage, "queued");
    for (int i = 0; i < 4; i++) {
        char count[16];
        assert_false(stage_sees(&stage, "refused", 1200));
        service_submit(stage.service, "users", "users.count", id, sizeof(id));
        snprintf(count, sizeof(count), "\xe2\x97\x8c %d", 6 + i);
        assert_shows(&stage, count);
    }
    stage_close(&stage);
}

/* The dashboard on a profile of its own; returns with the terminal still open. */
static struct term *open_profile(const char *text)
{
    const char *config = scratch_file("other.ini", text, 0600);
    const char *const argv[] = {TEST_QUERYTOP, "--config", config, NULL};
    return term_start(&(struct term_options){.argv = argv, .cols = 100});
}

static void quit(struct term *t)
{
    term_key(t, "q");
    assert_exit_code(t, 0);
    term_close(t);
}

static void wrong_password_is_a_state_not_a_crash(void **state)
{
    (void)state;
    char text[512];
    struct service *service = service_start(stage_queue, NULL);
    snprintf(text, sizeof(text),
             "[shop]\nprovider = looker\nbase_url = %s\nclient_id = demo\nclient_secret = wrong\n",
             service_url(service));
    struct term *t = open_profile(text);
    assert_true(term_wait_text(t, "login refused", TERM_PATIENCE_MS));
    assert_null(strstr(term_screen(t), "wrong"));
    quit(t);
    service_stop(service);
}

/* The engine is not there yet: its secret is still being asked for. */
static void quits_at_once_while_a_secret_is_awaited(void **state)
{
    (void)state;
    struct term *t = open_profile("[shop]\nprovider = looker\nbase_url = http://127.0.0.1:9\n"
                                  "client_id = demo\nclient_secret_command = sleep 60\n");
    assert_true(term_wait_text(t, "q quit", TERM_PATIENCE_MS));
    int64_t from_us = term_now_us();
    quit(t);
    assert_true(term_now_us() - from_us < 3000000);
}

static void port_that_nobody_serves_is_named(void **state)
{
    (void)state;
    char text[512];
    struct service *service = service_start(stage_idle, NULL);
    uint16_t port = service_port(service);
    service_stop(service);
    snprintf(text, sizeof(text),
             "[shop]\nprovider = looker\nbase_url = http://127.0.0.1:%u\nclient_id = demo\n"
             "client_secret = demo-secret\n",
             port);
    struct term *t = open_profile(text);
    char address[32];
    snprintf(address, sizeof(address), "127.0.0.1:%u", port);
    assert_true(term_wait_text(t, "unreachable", TERM_PATIENCE_MS));
    assert_true(term_wait_text(t, address, TERM_PATIENCE_MS));
    quit(t);
}

/* One dead service beside a living one. */
static void dead_service_hides_no_other(void **state)
{
    (void)state;
    char text[1024];
    struct service *service = service_start(stage_queue, NULL);
    snprintf(text, sizeof(text),
             "[dead]\nprovider = looker\nbase_url = http://127.0.0.1:9\nclient_id = demo\n"
             "client_secret = demo-secret\n\n"
             "[shop]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
             "client_secret = demo-secret\npoll = 300ms\n",
             service_url(service));
    struct term *t = open_profile(text);
    assert_true(term_wait_text(t, "unreachable", TERM_PATIENCE_MS));
    assert_true(term_wait_text(t, "queued", TERM_PATIENCE_MS));
    quit(t);
    service_stop(service);
}

static bool has_polled(struct term *t, const void *proxy)
{
    (void)t;
    return fault_proxy_struck(proxy) >= POLLS;
}

static void polls_go_over_connections_that_are_kept(void **state)
{
    (void)state;
    char text[512];
    struct service *service = service_start(stage_queue, NULL);
    struct fault_proxy *proxy =
        fault_proxy_start(service_port(service), "GET /api/4.0/running_queries");
    snprintf(text, sizeof(text),
             "[shop]\nprovider = looker\nbase_url = http://127.0.0.1:%u\nclient_id = demo\n"
             "client_secret = demo-secret\npoll = 200ms\n",
             fault_proxy_port(proxy));
    struct term *t = open_profile(text);
    assert_true(term_wait_until(t, has_polled, proxy, TERM_PATIENCE_MS));
    assert_in_range(fault_proxy_connections(proxy), 1, CONNECTIONS_MAX);
    quit(t);
    fault_proxy_stop(proxy);
    service_stop(service);
}

/* A web server that is no Looker: answers every request with a page. */
static void serve_pages(int listener)
{
    static const char page[] =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 44\r\n"
        "Connection: close\r\n\r\n"
        "<html><body><h1>It works!</h1></body></html>";
    char request[4096];
    for (;;) {
        int client = accept(listener, NULL, NULL);
        if (client < 0)
            return;
        if (read(client, request, sizeof(request)) > 0 && write(client, page, sizeof(page) - 1) < 0)
            perror("write");
        close(client);
    }
}

static void server_that_is_no_looker_is_told_in_words(void **state)
{
    (void)state;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(listener, (struct sockaddr *)&address, length), 0);
    assert_int_equal(listen(listener, 8), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    pid_t pid = fork();
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed assertion leaves nobody behind */
        serve_pages(listener);
        _exit(0);
    }
    char text[512];
    snprintf(text, sizeof(text),
             "[shop]\nprovider = looker\nbase_url = http://127.0.0.1:%u\nclient_id = demo\n"
             "client_secret = demo-secret\n",
             ntohs(address.sin_port));
    struct term *t = open_profile(text);
    assert_true(term_wait_text(t, "not like a Looker API", TERM_PATIENCE_MS));
    assert_null(strstr(term_screen(t), "<html>"));
    assert_null(strstr(term_screen(t), "It works!"));
    quit(t);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hung_service_blocks_no_key),
        cmocka_unit_test(quits_at_once_while_the_service_hangs),
        cmocka_unit_test(restarted_service_is_found_again_and_logged_in_to),
        cmocka_unit_test(expired_token_is_renewed_unseen),
        cmocka_unit_test(wrong_password_is_a_state_not_a_crash),
        cmocka_unit_test(quits_at_once_while_a_secret_is_awaited),
        cmocka_unit_test(port_that_nobody_serves_is_named),
        cmocka_unit_test(dead_service_hides_no_other),
        cmocka_unit_test(polls_go_over_connections_that_are_kept),
        cmocka_unit_test(server_that_is_no_looker_is_told_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* A service behind a server that speaks HTTP/2, as most of them are. */
#include <stdio.h>
#include <string.h>

#include "e2e/front.h"
#include "e2e/stage.h"
#include "net/http.h"
#include "support/proc.h"

#define AT_ONCE 8

/* ---- the client alone ------------------------------------------------------------------------ */

static uint64_t start_get(struct http_client *client, const struct front *front, const char *path)
{
    const struct http_options options = {.verify_tls = true,
                                         .ca_file = front_certificate(front),
                                         .connect_timeout_ms = TERM_PATIENCE_MS,
                                         .timeout_ms = TERM_PATIENCE_MS};
    struct http_request request;
    http_request_init(&request);
    strbuf_addf(&request.url, "https://127.0.0.1:%u%s", (unsigned)front_port(front), path);
    uint64_t id = http_client_start(client, &request, &options);
    http_request_finish(&request);
    return id;
}

static void await_answer(struct http_client *client, const char *protocol)
{
    struct http_done done;
    while (!http_client_next(client, &done))
        http_client_wait(client, TERM_PATIENCE_MS);
    assert_string_equal(done.response.transport.message, "");
    assert_int_equal(done.response.status, 200);
    assert_string_equal(done.response.protocol, protocol);
}

/* One request that is never answered, and more of them, all begun together. */
static void ask_beside_silence(struct http_client *client, const struct front *front,
                               const char *protocol)
{
    struct http_stats stats;
    start_get(client, front, "/versions");
    for (int i = 0; i < AT_ONCE; i++)
        start_get(client, front, "/sandbox/stats");
    for (int i = 0; i < AT_ONCE; i++)
        await_answer(client, protocol);
    http_client_stats(client, &stats);
    assert_int_equal(stats.in_flight, 1);
}

static void requests_at_once_share_one_connection(void **state)
{
    struct service *service = *state;
    struct front *front = front_start(service, "h2,http/1.1");
    struct http_client *client = http_client_create(NULL);
    service_set_faults(service, "GET /versions hang");
    ask_beside_silence(client, front, "HTTP/2");
    assert_int_equal(front_connections(front), 1);
    http_client_destroy(client);
    front_stop(front);
}

/* To wait whether a connection can be shared is not to wait for its answer. */
static void none_waits_for_another_where_none_can_be_shared(void **state)
{
    struct service *service = *state;
    struct front *front = front_start(service, "http/1.1");
    struct http_client *client = http_client_create(NULL);
    service_set_faults(service, "GET /versions hang");
    ask_beside_silence(client, front, "HTTP/1.1");
    assert_in_range(front_connections(front), 2, AT_ONCE + 1);
    http_client_destroy(client);
    front_stop(front);
}

/* ---- the verbs ------------------------------------------------------------------------------- */

/* Runs `querytop VERB ... --config`, which is to end well and to print the text. */
static void expect_verb(const char *config, const char *const *words, const char *text)
{
    const char *argv[16] = {TEST_QUERYTOP};
    size_t count = 1;
    for (; *words; words++)
        argv[count++] = *words;
    argv[count++] = "--config";
    argv[count++] = config;
    struct proc *proc = proc_start(argv, NULL);
    int code = proc_wait(proc);
    if (code != 0 || !strstr(proc_output(proc), text))
        fail_msg("%s: %d\n%s\n%s", argv[1], code, proc_output(proc), proc_errors(proc));
    proc_destroy(proc);
}

static void list_result_and_doctor_go_through(void **state)
{
    struct service *service = *state;
    struct front *front = front_start(service, "h2,http/1.1");
    const char *config = front_config(front);
    char id[64];
    service_submit(service, "users", "users.region", id, sizeof(id));
    assert_true(service_wait_status(service, id, "complete", TERM_PATIENCE_MS));
    expect_verb(config, (const char *const[]){"list", "--watch-task", id, NULL}, id);
    expect_verb(config, (const char *const[]){"results", id, NULL}, "users.region");
    expect_verb(config, (const char *const[]){"doctor", NULL}, ", over HTTP/2");
    assert_true(front_wait_answered(front, "h2", "GET /api/4.0/running_queries", 3));
    assert_int_equal(front_answered(front, "http/1.1", ""), 0);
    front_stop(front);
}

/* ---- the dashboard --------------------------------------------------------------------------- */

static void dashboard_outlives_a_restart_of_the_server(void **state)
{
    struct service *service = *state;
    struct front *front = front_start(service, "h2,http/1.1");
    const char *const argv[] = {TEST_QUERYTOP, "--config", front_config(front), NULL};
    struct stage stage = {.service = service,
                          .term = term_start(&(struct term_options){.argv = argv})};
    char id[64];
    assert_shows(&stage, "\xe2\x97\x8c 5");
    term_key(stage.term, "x");
    assert_shows(&stage, "Cancel this task?");
    term_key(stage.term, "y");
    assert_shows(&stage, "\xe2\x97\x8c 4");
    assert_true(front_wait_answered(front, "h2", "DELETE /api/4.0/running_queries/", 1));
    assert_int_equal(front_connections(front), 1);

    front_leave(front);
    assert_shows(&stage, "unreachable");
    front_return(front);
    assert_shows(&stage, "shop \xe2\x97\x8f");
    service_submit(service, "users", "users.count", id, sizeof(id));
    assert_shows(&stage, "\xe2\x97\x8c 5");
    assert_int_equal(front_connections(front), 1);
    assert_int_equal(front_answered(front, "http/1.1", ""), 0);
    term_key(stage.term, "q");
    assert_exit_code(stage.term, 0);
    term_close(stage.term);
    front_stop(front);
}

static int start_service(void **state)
{
    *state = service_start(stage_idle, NULL);
    return 0;
}

static int start_queue(void **state)
{
    *state = service_start(stage_queue, NULL);
    return 0;
}

static int stop_service(void **state)
{
    service_stop(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(requests_at_once_share_one_connection, start_service,
                                        stop_service),
        cmocka_unit_test_setup_teardown(none_waits_for_another_where_none_can_be_shared,
                                        start_service, stop_service),
        cmocka_unit_test_setup_teardown(list_result_and_doctor_go_through, start_service,
                                        stop_service),
        cmocka_unit_test_setup_teardown(dashboard_outlives_a_restart_of_the_server, start_queue,
                                        stop_service),
    };
    if (!front_is_there()) {
        puts("skipped: no nghttpx (nghttp2-proxy) or no openssl here");
        return 77;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}

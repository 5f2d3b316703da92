#include "support/testing.h"

#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/timefmt.h"
#include "net/http.h"
#include "support/http_script.h"

#define DEADLINE_MS 10000
#define AT_ONCE_MS  1500 /* generous for a loaded machine, far below any timeout in use */

#define HEAD "HTTP/1.1 200 OK\r\n"

static const struct script scripts[] = {
    {"/whole",
     HEAD "Content-Type: Application/JSON; charset=utf-8\r\n"
          "ETag: W/\"a1\"\r\n"
          "Date: Wed, 13 May 2020 04:07:08 GMT\r\nContent-Length: 12\r\n\r\n{\"a\": \"b c\"}",
     SCRIPT_KEEP, 0},
    {"/long-etag",
     HEAD "ETag: \"0123456789012345678901234567890123456789012345678901234567890123456789012345678"
          "90123456789012345678901234567890123456789012345678901234567890\"\r\n"
          "Content-Length: 0\r\n\r\n",
     SCRIPT_KEEP, 0},
    {"/empty", "HTTP/1.1 204 No Content\r\n\r\n", SCRIPT_KEEP, 0},
    {"/cut", HEAD "Content-Length: 100\r\n\r\nonly half", SCRIPT_CLOSE, 0},
    {"/chunk-cut", HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", SCRIPT_CLOSE, 0},
    {"/nothing", "", SCRIPT_CLOSE, 0},
    {"/garbage", "\x01\x02\x1b]0;owned\x07 what is this\n", SCRIPT_CLOSE, 0},
    {"/hang", "", SCRIPT_HANG, 0},
    {"/slow", HEAD "Content-Length: 100\r\n\r\nstart", SCRIPT_HANG, 0},
    {"/huge", HEAD "Content-Length: 999999999999\r\n\r\n", SCRIPT_HANG, 0},
    {"/long", HEAD "\r\n0123456789012345678901234567890123456789012345678901234567890123456789\n",
     SCRIPT_CLOSE, 100},
    {"/moved", "HTTP/1.1 302 Found\r\nLocation: /whole\r\nContent-Length: 0\r\n\r\n", SCRIPT_KEEP,
     0},
    {"/seconds", "HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n",
     SCRIPT_KEEP, 0},
    {"/date",
     "HTTP/1.1 503 Busy\r\nDate: Wed, 13 May 2020 04:07:08 GMT\r\n"
     "Retry-After: Wed, 13 May 2020 04:08:08 GMT\r\nContent-Length: 0\r\n\r\n",
     SCRIPT_KEEP, 0},
    {"/odd", "HTTP/1.1 503 Busy\r\nRetry-After: soon\r\nContent-Length: 0\r\n\r\n", SCRIPT_KEEP, 0},
    {"/nul", HEAD "Content-Length: 3\r\n\r\nabc", SCRIPT_KEEP, 0},
    {NULL, NULL, SCRIPT_CLOSE, 0},
};

struct fixture {
    struct script_server *server;
    struct http_client *client;
    struct http_options options;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    f->server = script_server_start(scripts);
    f->client = http_client_create(NULL);
    f->options = (struct http_options){.verify_tls = true};
    *state = f;
    return f->client ? 0 : -1;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    http_client_destroy(f->client);
    script_server_stop(f->server);
    free(f);
    return 0;
}

static void request_init(struct http_request *request, const struct fixture *f, const char *path)
{
    http_request_init(request);
    strbuf_addf(&request->url, "http://127.0.0.1:%u%s", script_server_port(f->server), path);
}

static uint64_t start(struct fixture *f, struct http_request *request)
{
    uint64_t id = http_client_start(f->client, request, &f->options);
    assert_int_not_equal(id, 0);
    http_request_finish(request); /* the transfer has its own copy */
    return id;
}

static uint64_t start_get(struct fixture *f, const char *path)
{
    struct http_request request;
    request_init(&request, f, path);
    return start(f, &request);
}

static struct http_response await(struct fixture *f, uint64_t id)
{
    struct http_done done;
    int64_t deadline_ms = clock_mono_ms() + DEADLINE_MS;
    while (!http_client_next(f->client, &done)) {
        assert_true(clock_mono_ms() < deadline_ms);
        http_client_wait(f->client, 1000);
    }
    assert_int_equal(done.id, id);
    return done.response;
}

static struct http_response get(struct fixture *f, const char *path)
{
    return await(f, start_get(f, path));
}

static void assert_failure(const struct http_response *response, enum error_code code,
                           const char *words)
{
    if (response->transport.code != code || !strstr(response->transport.message, words))
        fail_msg("code %d: %s", (int)response->transport.code, response->transport.message);
}

static void whole_answer_comes_with_its_facts(void **state)
{
    struct fixture *f = *state;
    struct http_response r = get(f, "/whole");
    assert_int_equal(r.transport.code, ERR_NONE);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.protocol, "HTTP/1.1");
    assert_string_equal(r.content_type, "application/json");
    assert_string_equal(r.etag, "W/\"a1\"");
    assert_string_equal(r.body, "{\"a\": \"b c\"}");
    assert_int_equal(r.body_len, 12);
    assert_int_equal(r.retry_after_ms, -1);
    assert_int_equal(r.date_ms, 1589342828000);
    assert_true(r.latency_ms >= 0 && r.total_ms >= r.latency_ms);
}

static void name_of_a_version_is_whole_or_none(void **state)
{
    assert_string_equal(get(*state, "/long-etag").etag, "");
}

static void answer_without_body_is_an_empty_string(void **state)
{
    struct http_response r = get(*state, "/empty");
    assert_int_equal(r.status, 204);
    assert_string_equal(r.body, "");
    assert_string_equal(r.content_type, "");
    assert_int_equal(r.date_ms, TIME_UNKNOWN);
}

static void connections_are_kept(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++)
        assert_int_equal(get(f, "/whole").status, 200);
    assert_int_equal(script_server_connections(f->server), 1);
    assert_int_equal(script_server_requests(f->server), 5);
}

static void request_is_sent_as_it_was_built(void **state)
{
    struct fixture *f = *state;
    struct http_request request;
    char sent[4096];
    request_init(&request, f, "/whole");
    request.method = HTTP_PATCH;
    request.has_body = true;
    strbuf_add_text(&request.body, "{\"workspace_id\":\"dev\"}");
    assert_true(http_request_add_header(&request, "Authorization", "token abc"));
    assert_true(http_request_add_header(&request, "Content-Type", "application/json"));
    await(f, start(f, &request));
    script_server_last(f->server, sent, sizeof(sent));
    assert_memory_equal(sent, "PATCH /whole HTTP/1.1\r\n", 23);
    assert_non_null(strstr(sent, "\r\nAuthorization: token abc\r\n"));
    assert_non_null(strstr(sent, "\r\nContent-Type: application/json\r\n"));
    assert_non_null(strstr(sent, "\r\nUser-Agent: querytop/" QUERYTOP_VERSION "\r\n"));
    assert_non_null(strstr(sent, "\r\n\r\n{\"workspace_id\":\"dev\"}"));
    assert_null(strstr(sent, "Expect:"));
    assert_null(strstr(sent, "Accept-Encoding:"));
}

static void packed_answers_are_asked_for_on_links_alone(void **state)
{
    struct fixture *f = *state;
    char sent[4096];
    f->options.accept_gzip = true;
    assert_int_equal(get(f, "/whole").status, 200);
    script_server_last(f->server, sent, sizeof(sent));
    assert_null(strstr(sent, "Accept-Encoding:"));

    /* The kernel takes this address for loopback; the client does not know that. */
    struct http_request request;
    http_request_init(&request);
    strbuf_addf(&request.url, "http://0.0.0.0:%u/whole", script_server_port(f->server));
    assert_int_equal(await(f, start(f, &request)).status, 200);
    script_server_last(f->server, sent, sizeof(sent));
    assert_non_null(strstr(sent, "Accept-Encoding:"));
    assert_non_null(strstr(sent, "gzip"));
}

static void every_method_is_sent(void **state)
{
    struct fixture *f = *state;
    char sent[4096];
    for (unsigned m = 0; m < HTTP_METHOD_COUNT; m++) {
        struct http_request request;
        request_init(&request, f, "/empty");
        request.method = m;
        assert_int_equal(await(f, start(f, &request)).status, 204);
        script_server_last(f->server, sent, sizeof(sent));
        size_t length = strlen(http_method_name(m));
        assert_memory_equal(sent, http_method_name(m), length);
        assert_null(strstr(sent, "Content-Type:"));
        if (m == HTTP_POST)
            assert_non_null(strstr(sent, "Content-Length: 0"));
    }
}

static void one_handle_serves_body_and_no_body_in_turn(void **state)
{
    struct fixture *f = *state;
    char sent[4096];
    struct http_request request;
    request_init(&request, f, "/empty");
    request.method = HTTP_POST;
    request.has_body = true;
    strbuf_add_text(&request.body, "client_secret=hush");
    await(f, start(f, &request));
    get(f, "/empty");
    script_server_last(f->server, sent, sizeof(sent));
    assert_memory_equal(sent, "GET /empty", 10);
    assert_null(strstr(sent, "hush"));
    assert_null(strstr(sent, "Content-Length"));
}

static void header_with_a_line_break_is_refused(void **state)
{
    (void)state;
    struct http_request request;
    http_request_init(&request);
    assert_false(http_request_add_header(&request, "Authorization", "token a\r\nHost: evil"));
    assert_false(http_request_add_header(&request, "X\n", "a"));
    assert_int_equal(request.header_count, 0);
    for (int i = 0; i < HTTP_HEADERS_MAX; i++)
        assert_true(http_request_add_header(&request, "X", "a"));
    assert_false(http_request_add_header(&request, "X", "a"));
    http_request_finish(&request);
}

static void broken_answers_are_told_apart(void **state)
{
    struct fixture *f = *state;
    struct http_response r = get(f, "/cut");
    assert_failure(&r, ERR_NETWORK, "broke off after 9 bytes");
    r = get(f, "/chunk-cut");
    assert_failure(&r, ERR_NETWORK, "broke off after 5 bytes");
    r = get(f, "/nothing");
    assert_failure(&r, ERR_NETWORK, "closed the connection without an answer");
    r = get(f, "/garbage");
    assert_failure(&r, ERR_NETWORK, "does not answer in HTTP");
    assert_int_equal(r.status, 0);
}

static void silence_ends_in_a_timeout(void **state)
{
    struct fixture *f = *state;
    struct http_request request;
    request_init(&request, f, "/hang");
    request.timeout_ms = 100;
    struct http_response r = await(f, start(f, &request));
    assert_failure(&r, ERR_TIMEOUT, "no answer from 127.0.0.1:");
    f->options.timeout_ms = 100;
    r = get(f, "/slow");
    assert_failure(&r, ERR_TIMEOUT, "not whole after");
    assert_int_equal(r.status, 200);
}

static void silence_on_a_kept_connection_is_no_missing_connection(void **state)
{
    struct fixture *f = *state;
    struct http_request request;
    get(f, "/whole");
    request_init(&request, f, "/hang");
    request.timeout_ms = 100;
    struct http_response r = await(f, start(f, &request));
    assert_int_equal(script_server_connections(f->server), 1);
    assert_failure(&r, ERR_TIMEOUT, "no answer from 127.0.0.1:");
}

static void long_answers_are_not_read_on(void **state)
{
    struct fixture *f = *state;
    struct http_response r = get(f, "/huge");
    assert_failure(&r, ERR_SERVICE, "too large (more than 8 MiB)");
    struct http_request request;
    request_init(&request, f, "/long");
    request.max_body_bytes = 1000;
    r = await(f, start(f, &request));
    assert_failure(&r, ERR_SERVICE, "too large (more than 1000 bytes)");
    request_init(&request, f, "/long");
    request.max_body_bytes = 100000;
    r = await(f, start(f, &request));
    assert_int_equal(r.transport.code, ERR_NONE);
    assert_true(r.body_len > 7000);
}

static void redirects_are_not_followed(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(get(f, "/moved").status, 302);
    assert_int_equal(script_server_requests(f->server), 1);
}

static void retry_after_is_read_as_seconds_and_as_date(void **state)
{
    struct fixture *f = *state;
    struct http_response r = get(f, "/seconds");
    assert_int_equal(r.status, 429);
    assert_int_equal(r.retry_after_ms, 7000);
    assert_int_equal(get(f, "/date").retry_after_ms, 60000);
    assert_int_equal(get(f, "/odd").retry_after_ms, -1);
    assert_int_equal(get(f, "/whole").retry_after_ms, -1);
}

static void refused_connection_asks_for_the_port(void **state)
{
    struct fixture *f = *state;
    script_server_stop(f->server);
    f->server = script_server_start(scripts);
    uint16_t port = script_server_port(f->server);
    script_server_stop(f->server);
    f->server = NULL;

    struct http_request request;
    http_request_init(&request);
    strbuf_addf(&request.url, "http://127.0.0.1:%u/secret-path?token=abc", port);
    struct http_response r = await(f, start(f, &request));
    assert_failure(&r, ERR_NETWORK, "connection refused by 127.0.0.1:");
    assert_non_null(strstr(r.transport.message, "is the port right?"));
    assert_null(strstr(r.transport.message, "secret"));
    assert_null(strstr(r.transport.message, "abc"));
}

static void only_http_addresses_are_used(void **state)
{
    struct fixture *f = *state;
    static const char *const urls[] = {"file:///etc/passwd", "ftp://127.0.0.1/x", "", "not a url",
                                       "http://"};
    for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
        struct http_request request;
        http_request_init(&request);
        strbuf_add_text(&request.url, urls[i]);
        struct http_response r = await(f, start(f, &request));
        assert_failure(&r, ERR_CONFIG, "no usable http or https address");
    }
}

static void unreadable_ca_file_is_named(void **state)
{
    struct fixture *f = *state;
    struct http_request request;
    http_request_init(&request);
    strbuf_addf(&request.url, "https://127.0.0.1:%u/whole", script_server_port(f->server));
    request.timeout_ms = 2000;
    f->options.ca_file = "/nonexistent/ca.pem";
    struct http_response r = await(f, start(f, &request));
    assert_failure(&r, ERR_CONFIG, "/nonexistent/ca.pem can not be read");
    assert_string_equal(r.protocol, "");
}

static void many_transfers_run_side_by_side(void **state)
{
    struct fixture *f = *state;
    struct http_stats stats;
    uint64_t hanging = start_get(f, "/hang");
    bool is_seen[21] = {false};
    for (int i = 0; i < 20; i++)
        start_get(f, "/whole");
    for (int i = 0; i < 20; i++) {
        struct http_done done;
        int64_t deadline_ms = clock_mono_ms() + DEADLINE_MS;
        while (!http_client_next(f->client, &done)) {
            assert_true(clock_mono_ms() < deadline_ms);
            http_client_wait(f->client, 1000);
        }
        assert_int_equal(done.response.status, 200);
        assert_true(done.id > hanging && done.id <= hanging + 20);
        assert_false(is_seen[done.id - hanging]);
        is_seen[done.id - hanging] = true;
    }
    http_client_stats(f->client, &stats);
    assert_int_equal(stats.started, 21);
    assert_int_equal(stats.finished, 20);
    assert_int_equal(stats.in_flight, 1);
    assert_int_equal(stats.bytes_received, 20 * 12);
}

static void cancelled_transfer_is_not_reported(void **state)
{
    struct fixture *f = *state;
    struct http_stats stats;
    struct http_done done;
    uint64_t hanging = start_get(f, "/hang");
    uint64_t whole = start_get(f, "/whole");
    http_client_cancel(f->client, hanging);
    http_client_cancel(f->client, hanging);
    http_client_cancel(f->client, 999);
    assert_int_equal(await(f, whole).status, 200);
    assert_false(http_client_next(f->client, &done));
    http_client_stats(f->client, &stats);
    assert_int_equal(stats.in_flight, 0);

    /* One that is done but not taken yet. */
    uint64_t unwanted = start_get(f, "/whole");
    http_client_wait(f->client, DEADLINE_MS);
    http_client_cancel(f->client, unwanted);
    assert_false(http_client_next(f->client, &done));
}

struct waker {
    struct http_client *client;
    atomic_bool is_started;
};

static void *wake(void *context)
{
    struct waker *waker = context;
    atomic_store(&waker->is_started, true);
    http_client_wake(waker->client);
    return NULL;
}

static void wake_ends_the_wait(void **state)
{
    struct fixture *f = *state;
    start_get(f, "/hang");
    struct waker waker = {.client = f->client};
    pthread_t thread;
    int64_t from_ms = clock_mono_ms();
    assert_int_equal(pthread_create(&thread, NULL, wake, &waker), 0);
    http_client_wait(f->client, 8000);
    assert_true(clock_mono_ms() - from_ms < 4000);
    pthread_join(thread, NULL);
    assert_true(atomic_load(&waker.is_started));

    /* A wake-up before the wait is not lost, and counts once. */
    http_client_wake(f->client);
    from_ms = clock_mono_ms();
    http_client_wait(f->client, 8000);
    assert_true(clock_mono_ms() - from_ms < 4000);
    from_ms = clock_mono_ms();
    http_client_wait(f->client, 50);
    assert_true(clock_mono_ms() - from_ms >= 50);
}

static void destroy_while_hanging_returns_at_once(void **state)
{
    struct fixture *f = *state;
    start_get(f, "/hang");
    start_get(f, "/slow");
    http_client_wait(f->client, 50);
    int64_t from_ms = clock_mono_ms();
    http_client_destroy(f->client);
    f->client = NULL;
    assert_true(clock_mono_ms() - from_ms < AT_ONCE_MS);
}

/* A resolver that hangs on one name until it is let go: the program's own getaddrinfo() stands
 * before the C library's for libcurl too. */
static sem_t resolver_release;
static atomic_int resolver_entered;
static atomic_int resolver_left;

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **out)
{
    if (node && strcmp(node, "hang.example") == 0) {
        atomic_fetch_add(&resolver_entered, 1);
        sem_wait(&resolver_release);
        atomic_fetch_add(&resolver_left, 1);
        return EAI_NONAME;
    }
    if (node && strcmp(node, "nowhere.example") == 0)
        return EAI_NONAME;
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    return real(node, service, hints, out);
}

static void unknown_host_is_named(void **state)
{
    struct fixture *f = *state;
    struct http_request request;
    http_request_init(&request);
    strbuf_add_text(&request.url, "http://nowhere.example:19999/api");
    struct http_response r = await(f, start(f, &request));
    assert_failure(&r, ERR_NETWORK, "cannot resolve nowhere.example:19999");
}

static void destroy_does_not_wait_for_a_stuck_resolver(void **state)
{
    struct fixture *f = *state;
    struct http_request request;
    sem_init(&resolver_release, 0, 0);
    http_request_init(&request);
    strbuf_add_text(&request.url, "http://hang.example/");
    start(f, &request);
    int64_t deadline_ms = clock_mono_ms() + DEADLINE_MS;
    while (!atomic_load(&resolver_entered)) {
        assert_true(clock_mono_ms() < deadline_ms);
        http_client_wait(f->client, 10);
    }
    int64_t from_ms = clock_mono_ms();
    http_client_destroy(f->client);
    f->client = NULL;
    assert_true(clock_mono_ms() - from_ms < AT_ONCE_MS);
    assert_int_equal(atomic_load(&resolver_left), 0);
    sem_post(&resolver_release);
    while (!atomic_load(&resolver_left))
        assert_true(clock_mono_ms() < deadline_ms);
}

static void every_status_has_words(void **state)
{
    (void)state;
    for (long status = -1; status < 1000; status++)
        assert_true(strlen(http_status_words(status)) > 3);
    assert_string_equal(http_status_words(404), "not found");
    assert_string_equal(http_status_words(599), "the service failed");
}

#define HTTP_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    unsetenv("http_proxy"); /* 0.0.0.0 would go there */
    const struct CMUnitTest tests[] = {
        HTTP_TEST(whole_answer_comes_with_its_facts),
        HTTP_TEST(name_of_a_version_is_whole_or_none),
        HTTP_TEST(answer_without_body_is_an_empty_string),
        HTTP_TEST(connections_are_kept),
        HTTP_TEST(request_is_sent_as_it_was_built),
        HTTP_TEST(packed_answers_are_asked_for_on_links_alone),
        HTTP_TEST(every_method_is_sent),
        HTTP_TEST(one_handle_serves_body_and_no_body_in_turn),
        cmocka_unit_test(header_with_a_line_break_is_refused),
        HTTP_TEST(broken_answers_are_told_apart),
        HTTP_TEST(silence_ends_in_a_timeout),
        HTTP_TEST(silence_on_a_kept_connection_is_no_missing_connection),
        HTTP_TEST(long_answers_are_not_read_on),
        HTTP_TEST(redirects_are_not_followed),
        HTTP_TEST(retry_after_is_read_as_seconds_and_as_date),
        HTTP_TEST(refused_connection_asks_for_the_port),
        HTTP_TEST(only_http_addresses_are_used),
        HTTP_TEST(unreadable_ca_file_is_named),
        HTTP_TEST(many_transfers_run_side_by_side),
        HTTP_TEST(cancelled_transfer_is_not_reported),
        HTTP_TEST(wake_ends_the_wait),
        HTTP_TEST(destroy_while_hanging_returns_at_once),
        HTTP_TEST(unknown_host_is_named),
        HTTP_TEST(destroy_does_not_wait_for_a_stuck_resolver),
        cmocka_unit_test(every_status_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

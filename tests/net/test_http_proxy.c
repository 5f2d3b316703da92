/* Proxies of the environment, and a .netrc: neither sees or adds what is not its own. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "net/http.h"
#include "support/environment.h"
#include "support/http_script.h"

#define DEADLINE_MS 20000
#define TOKEN       "Bearer t0ken-Canary-99"

/* It stands for the proxy, too. */
static const struct script scripts[] = {
    {"/whole", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", SCRIPT_KEEP, 0},
    {"http://127.example.invalid/whole", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
     SCRIPT_KEEP, 0},
    {NULL, NULL, SCRIPT_CLOSE, 0},
};

static struct script_server *server;

static int set_up(void **state)
{
    (void)state;
    server = script_server_start(scripts);
    unsetenv("http_proxy");
    unsetenv("https_proxy");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    script_server_stop(server);
    return 0;
}

static void go_by_proxy(const char *variable)
{
    char url[64];
    snprintf(url, sizeof(url), "http://127.0.0.1:%u", script_server_port(server));
    setenv(variable, url, 1);
}

/* Tells what was sent; token may be NULL. Returns the status. */
static long ask(const char *url, const char *token, char *out_sent, size_t size)
{
    static const struct http_options options = {.verify_tls = true};
    struct http_client *client = http_client_create(NULL);
    struct http_request request;
    struct http_done done;
    int64_t deadline_ms = clock_mono_ms() + DEADLINE_MS;
    assert_non_null(client);
    http_request_init(&request);
    strbuf_add_text(&request.url, url);
    assert_true(!token || http_request_add_header(&request, "Authorization", token));
    http_client_start(client, &request, &options);
    http_request_finish(&request);
    while (!http_client_next(client, &done)) {
        assert_true(clock_mono_ms() < deadline_ms);
        http_client_wait(client, 1000);
    }
    long status = done.response.status;
    http_client_destroy(client);
    script_server_last(server, out_sent, size);
    return status;
}

static void proxy_of_a_secure_connection_is_told_its_place_and_no_token(void **state)
{
    (void)state;
    char sent[4096] = "";
    go_by_proxy("https_proxy");
    ask("https://acme.example.invalid/whole", TOKEN, sent, sizeof(sent));
    assert_memory_equal(sent, "CONNECT acme.example.invalid:443 ", 33);
    assert_null(strstr(sent, "Canary"));
}

/* A name is none, whatever it begins with. */
static void only_addresses_of_this_machine_go_by_no_proxy(void **state)
{
    (void)state;
    char sent[4096] = "", url[64];
    go_by_proxy("http_proxy");
    assert_int_equal(ask("http://127.example.invalid/whole", TOKEN, sent, sizeof(sent)), 200);
    assert_non_null(strstr(sent, "GET http://127.example.invalid/whole "));
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/whole", script_server_port(server));
    assert_int_equal(ask(url, TOKEN, sent, sizeof(sent)), 200);
    assert_memory_equal(sent, "GET /whole ", 11);
}

static void netrc_is_not_read(void **state)
{
    (void)state;
    char sent[4096] = "", url[64];
    scratch_file(".netrc", "machine 127.0.0.1 login ana password netrc-Canary\n", 0600);
    setenv("HOME", scratch_folder(), 1);
    snprintf(url, sizeof(url), "http://127.0.0.1:%u/whole", script_server_port(server));
    assert_int_equal(ask(url, NULL, sent, sizeof(sent)), 200);
    assert_memory_equal(sent, "GET /whole ", 11);
    assert_null(strstr(sent, "Authorization"));
}

#define HTTP_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        HTTP_TEST(proxy_of_a_secure_connection_is_told_its_place_and_no_token),
        HTTP_TEST(only_addresses_of_this_machine_go_by_no_proxy),
        HTTP_TEST(netrc_is_not_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Whatever goes wrong on the way to a service is told in words, asked again, and loses nothing. */
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "e2e/faults.h"
#include "e2e/stage.h"
#include "support/environment.h"
#include "support/proc.h"

#define DOCUMENT       TEST_SOURCE_DIR "/../docs/faults.md"
#define LIST           "GET /api/4.0/running_queries"
#define DOCUMENT_BYTES (1u << 20)
#define SLEEP_MS       1500
#define SETTINGS       "mode = read-write\npoll = 300ms\ntimeout = 2s\n"

struct house {
    struct service *service;
    struct fault_proxy *proxy;
    struct term *term;
    int bystander; /* listens at the address that the redirect names */
    char redirect[256];
};

static int listen_somewhere(struct sockaddr_in *out)
{
    socklen_t length = sizeof(*out);
    *out = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)out, length), 0);
    assert_int_equal(listen(fd, 8), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)out, &length), 0);
    return fd;
}

static void open_bystander(struct house *house)
{
    struct sockaddr_in address;
    house->bystander = listen_somewhere(&address);
    snprintf(house->redirect, sizeof(house->redirect),
             "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:%u/api/4.0/running_queries\r\n"
             "Content-Length: 0\r\n\r\n",
             (unsigned)ntohs(address.sin_port));
}

/* The token would have gone with a request. */
static void close_bystander(struct house *house)
{
    struct pollfd visit = {.fd = house->bystander, .events = POLLIN};
    assert_int_equal(poll(&visit, 1, 0), 0);
    close(house->bystander);
}

static void house_open(struct house *house)
{
    char text[512];
    open_bystander(house);
    house->service = service_start(stage_queue, NULL);
    house->proxy = fault_proxy_start(service_port(house->service), LIST);
    snprintf(text, sizeof(text),
             "[shop]\nprovider = looker\nbase_url = http://127.0.0.1:%u\nclient_id = demo\n"
             "client_secret = demo-secret\n" SETTINGS,
             (unsigned)fault_proxy_port(house->proxy));
    const char *config = scratch_file("faults.ini", text, 0600);
    const char *const argv[] = {TEST_QUERYTOP, "--config", config, NULL};
    house->term = term_start(&(struct term_options){.argv = argv, .rows = 40, .cols = 160});
}

static void house_close(struct house *house)
{
    term_key(house->term, "q");
    assert_exit_code(house->term, 0);
    term_close(house->term);
    fault_proxy_stop(house->proxy);
    service_stop(house->service);
    close_bystander(house);
}

/* ---- one row --------------------------------------------------------------------------------- */

static bool is_well(struct term *t, const void *context)
{
    (void)context;
    const char *screen = term_screen(t);
    return strstr(screen, "shop \xe2\x97\x8f") && strstr(screen, "\xe2\x97\x8c 5");
}

/* The five tasks of before, whatever is wrong now. */
static void assert_kept(const struct house *house, const struct fault_row *row)
{
    size_t count = 0;
    for (const char *at = term_screen(house->term); (at = strstr(at, "queued  ")); at++)
        count++;
    if (count < 5)
        fail_msg("%s: %zu of 5 tasks are left\n%s", row->name, count, term_screen(house->term));
}

struct passing {
    const struct house *house;
    size_t until;
};

static bool has_struck(struct term *t, const void *context)
{
    (void)t;
    const struct passing *passing = context;
    return fault_proxy_struck(passing->house->proxy) >= passing->until;
}

static void begin(const struct house *house, const struct fault_row *row)
{
    if (row->place == FAULT_IN_SERVICE)
        service_kill(house->service);
    else if (row->place == FAULT_IN_MACHINE)
        kill(term_pid(house->term), SIGSTOP);
    else
        fault_proxy_set(house->proxy, row->fault,
                        row->fault == PROXY_ANSWER && !row->text ? house->redirect : row->text);
}

static void end(const struct house *house, const struct fault_row *row)
{
    if (row->place == FAULT_IN_SERVICE)
        service_restart(house->service);
    else if (row->place == FAULT_IN_MACHINE)
        kill(term_pid(house->term), SIGCONT);
    else
        fault_proxy_set(house->proxy, PROXY_PASS, NULL);
}

/* A row that waits for the list to be asked again while the fault lasts. */
static void wait_for_retry(const struct house *house, const struct fault_row *row, size_t before)
{
    const struct passing passing = {house, before + 2};
    if (row->place != FAULT_IN_PROXY || row->fault == PROXY_BLACK_HOLE)
        return;
    int64_t until_us = term_now_us() + TERM_PATIENCE_MS * 1000LL;
    while (!has_struck(house->term, &passing) && term_now_us() < until_us)
        term_pump(house->term, 20);
    if (!has_struck(house->term, &passing))
        fail_msg("%s: not asked again", row->name);
}

static void suffer(const struct house *house, const struct fault_row *row)
{
    size_t before = fault_proxy_struck(house->proxy);
    begin(house, row);
    if (row->place == FAULT_IN_MACHINE)
        poll(NULL, 0, SLEEP_MS); /* what is tested is that time passes */
    else if (row->sees)
        assert_true(term_wait_text(house->term, row->sees, TERM_PATIENCE_MS));
    wait_for_retry(house, row, before);
    assert_kept(house, row);
    if (row->place == FAULT_IN_PROXY && !row->sees)
        assert_true(is_well(house->term, NULL));
    end(house, row);
    term_key(house->term, "R");
    if (!term_wait_until(house->term, is_well, NULL, TERM_PATIENCE_MS))
        fail_msg("%s: not well again", row->name);
    assert_kept(house, row);
}

static void every_fault_is_told_asked_again_and_loses_nothing(void **state)
{
    (void)state;
    struct house house;
    house_open(&house);
    assert_true(term_wait_until(house.term, is_well, NULL, TERM_PATIENCE_MS));
    for (size_t i = 0; i < fault_row_count; i++)
        suffer(&house, &fault_rows[i]);
    house_close(&house);
}

/* ---- from the start -------------------------------------------------------------------------- */

/* A server that speaks TLS, with a certificate of its own for other.example. */
struct tls_server {
    struct proc *proc;
    unsigned port;
    char certificate[256];
};

static bool tls_open(struct tls_server *tls)
{
    static const char script[] =
        "cd \"$0\" && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
        "-days 2 -subj /CN=other.example -addext subjectAltName=DNS:other.example "
        "-keyout key.pem -out certificate.pem 2>/dev/null && "
        "exec openssl s_server -accept 127.0.0.1:0 -cert certificate.pem -key key.pem -www";
    const char *const argv[] = {"/bin/sh", "-c", script, scratch_folder(), NULL};
    if (access("/usr/bin/openssl", X_OK) != 0)
        return false;
    tls->proc = proc_start(argv, NULL);
    proc_wait_text(tls->proc, "ACCEPT 127.0.0.1:");
    const char *at = strstr(proc_output(tls->proc), "ACCEPT 127.0.0.1:");
    tls->port = (unsigned)strtoul(at + strlen("ACCEPT 127.0.0.1:"), NULL, 10);
    snprintf(tls->certificate, sizeof(tls->certificate), "%s/certificate.pem", scratch_folder());
    return true;
}

static void suffer_from_start(const struct start_row *row, const struct tls_server *tls,
                              unsigned plain_port)
{
    char text[1024];
    bool is_dns = row->fault == START_DNS_HANGS;
    bool is_trusted = row->fault == START_TLS_OTHER_HOST;
    snprintf(text, sizeof(text),
             "[shop]\nprovider = looker\nbase_url = https://%s:%u\nclient_id = demo\n"
             "client_secret = demo-secret\ntimeout = 2s\n%s%s\n",
             is_dns ? "shop.example" : "127.0.0.1",
             row->fault == START_TLS_NONE ? plain_port : tls->port, is_trusted ? "ca_file = " : "",
             is_trusted ? tls->certificate : "");
    const char *const argv[] = {TEST_QUERYTOP, "--config", scratch_file("start.ini", text, 0600),
                                NULL};
    const char *const env[] = {"LD_PRELOAD=" TEST_HANG_DNS, NULL};
    struct term *t =
        term_start(&(struct term_options){.argv = argv, .env = is_dns ? env : NULL, .cols = 140});
    if (!term_wait_text(t, row->sees, TERM_PATIENCE_MS))
        fail_msg("%s", row->name);
    term_key(t, "q");
    assert_exit_code(t, 0);
    term_close(t);
}

static void what_stands_in_the_way_from_the_start_is_told(void **state)
{
    (void)state;
    struct tls_server tls;
    if (!tls_open(&tls)) {
        puts("skipped: no openssl here");
        return;
    }
    struct service *service = service_start(stage_idle, NULL);
    for (size_t i = 0; i < start_row_count; i++)
        suffer_from_start(&start_rows[i], &tls, service_port(service));
    service_stop(service);
    proc_destroy(tls.proc);
}

/* ---- the document ---------------------------------------------------------------------------- */

static void build_document(struct strbuf *out)
{
    strbuf_add_text(
        out,
        "# When a service fails\n"
        "\n"
        "Written from the table of `tests/e2e/faults.c` by `GOLDEN_WRITE=1 ctest -R e2e_faults`; "
        "the\n"
        "same test brings each of these about, between the real program and a real service.\n"
        "\n"
        "The words stand in the header, beside the profile; other profiles go on. No key waits "
        "for\n"
        "any of it. The pauses between tries grow from the poll interval to a minute, with some\n"
        "chance in them; `R` asks at once.\n"
        "\n"
        "| what happens | what is seen | what is asked again | what is kept |\n"
        "|---|---|---|---|\n");
    for (size_t i = 0; i < fault_row_count; i++) {
        const struct fault_row *row = &fault_rows[i];
        strbuf_addf(out, "| %s | %s%s%s | %s | all tasks, with their age |\n", row->name,
                    row->sees ? "\"" : "nothing", row->sees ? row->sees : "", row->sees ? "\"" : "",
                    row->retry);
    }
    for (size_t i = 0; i < start_row_count; i++)
        strbuf_addf(out,
                    "| %s | \"%s\" | the login, after a growing pause | nothing was known yet |\n",
                    start_rows[i].name, start_rows[i].sees);
}

static void document_is_what_is_tested(void **state)
{
    (void)state;
    struct strbuf wanted, present;
    strbuf_init(&wanted, DOCUMENT_BYTES);
    strbuf_init(&present, DOCUMENT_BYTES);
    build_document(&wanted);
    const char *wish = getenv("GOLDEN_WRITE");
    bool is_wished = wish && strcmp(wish, "1") == 0;
    FILE *file = fopen(DOCUMENT, is_wished ? "w" : "r");
    assert_non_null(file);
    if (is_wished) {
        assert_int_equal(fwrite(wanted.data, 1, wanted.len, file), wanted.len);
    } else {
        char bytes[4096];
        for (size_t count; (count = fread(bytes, 1, sizeof(bytes), file)) > 0;)
            strbuf_add(&present, bytes, count);
        if (strcmp(present.data, wanted.data) != 0)
            fail_msg("docs/faults.md is not what is tested; GOLDEN_WRITE=1 writes it");
    }
    assert_int_equal(fclose(file), 0);
    strbuf_finish(&wanted);
    strbuf_finish(&present);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fault_is_told_asked_again_and_loses_nothing),
        cmocka_unit_test(what_stands_in_the_way_from_the_start_is_told),
        cmocka_unit_test(document_is_what_is_tested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

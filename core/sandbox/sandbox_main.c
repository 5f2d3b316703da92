#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/helptext.h"
#include "base/timefmt.h"
#include "net/json.h"
#include "sandbox/sandbox.h"

#define FAULTS_MAX 64
/* For an option in --help. */
#define HEAD_COLS 25

struct arguments {
    struct sandbox_options options;
    const char *faults[FAULTS_MAX];
};

static bool read_unsigned(const char *text, unsigned long long max, unsigned long long *out)
{
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || end == text || text[0] == '-' || value > max)
        return false;
    *out = value;
    return true;
}

static bool set_listen(struct arguments *a, const char *text)
{
    a->options.listen = text;
    return true;
}

static bool set_port(struct arguments *a, const char *text)
{
    unsigned long long value;
    if (!read_unsigned(text, 65535, &value))
        return false;
    a->options.port = (uint16_t)value;
    return true;
}

static bool set_count(const char *text, unsigned max, unsigned *out)
{
    unsigned long long value;
    if (!read_unsigned(text, max, &value))
        return false;
    *out = (unsigned)value;
    return true;
}

static bool set_tasks(struct arguments *a, const char *text)
{
    return set_count(text, 20000, &a->options.tasks);
}

static bool set_active(struct arguments *a, const char *text)
{
    return set_count(text, 200000, &a->options.active);
}

static bool set_workers(struct arguments *a, const char *text)
{
    return set_count(text, 256, &a->options.workers);
}

static bool set_seed(struct arguments *a, const char *text)
{
    unsigned long long value;
    if (!read_unsigned(text, UINT64_MAX, &value))
        return false;
    a->options.seed = value;
    return true;
}

static bool set_number(const char *text, double max, double *out)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0 && value <= max))
        return false;
    *out = value;
    return true;
}

static bool set_rate(struct arguments *a, const char *text)
{
    return set_number(text, 10000, &a->options.rate);
}

static bool set_adobe_tasks(struct arguments *a, const char *text)
{
    return set_count(text, 100000, &a->options.adobe_tasks);
}

static bool set_adobe_rate(struct arguments *a, const char *text)
{
    return set_number(text, 10000, &a->options.adobe_rate);
}

static bool set_speed(struct arguments *a, const char *text)
{
    return set_number(text, 1e12, &a->options.speed);
}

static bool set_ttl(struct arguments *a, const char *text)
{
    return parse_duration(text, &a->options.token_ttl_ms) && a->options.token_ttl_ms > 0;
}

static bool set_adobe_timeout(struct arguments *a, const char *text)
{
    return parse_duration(text, &a->options.adobe_timeout_ms);
}

static bool set_versions(struct arguments *a, const char *text)
{
    a->options.is_without_api_3_1 = strcmp(text, "4.0") == 0;
    return a->options.is_without_api_3_1 || strcmp(text, "3.1,4.0") == 0;
}

static bool set_nulls(struct arguments *a, const char *text)
{
    a->options.has_described_nulls = strcmp(text, "described") == 0;
    return a->options.has_described_nulls || strcmp(text, "real") == 0;
}

static bool set_fault(struct arguments *a, const char *text)
{
    if (a->options.fault_count == FAULTS_MAX)
        return false;
    a->faults[a->options.fault_count++] = text;
    return true;
}

static bool set_client_id(struct arguments *a, const char *text)
{
    a->options.client_id = text;
    return *text != '\0';
}

static bool set_client_secret(struct arguments *a, const char *text)
{
    a->options.client_secret = text;
    return *text != '\0';
}

static const struct {
    const char *name;
    const char *value;
    const char *help;
    bool (*set)(struct arguments *a, const char *text);
} OPTIONS[] = {
    {"listen", "ADDRESS", "address to listen on (127.0.0.1)", set_listen},
    {"port", "N", "port; 0 takes a free one (0)", set_port},
    {"tasks", "N", "tasks that have run before, and a few that wait (0)", set_tasks},
    {"active", "N", "more tasks that wait in the queue (0)", set_active},
    {"rate", "R", "new tasks per second (0)", set_rate},
    {"adobe-tasks", "N", "the same of Adobe's queries, with templates and schedules (0)",
     set_adobe_tasks},
    {"adobe-rate", "R", "new queries of Adobe's per second (0)", set_adobe_rate},
    {"seed", "S", "seed of data, ids and traffic (1)", set_seed},
    {"workers", "N", "threads that run tasks; 0 leaves them queued (4)", set_workers},
    {"speed", "R", "steps per second of a worker; 0 is as fast as it goes (0)", set_speed},
    {"token-ttl", "DURATION", "how long a login lasts, such as 20s (1h)", set_ttl},
    {"adobe-timeout", "DURATION", "what an Adobe query may run; 0 is no limit (10m)",
     set_adobe_timeout},
    {"looker-versions", "LIST", "3.1,4.0, or 4.0 as services have it since 2023", set_versions},
    {"nulls", "WORD", "of queries in 3.1: real, or described, which has none (real)", set_nulls},
    {"fault", "SPEC", "METHOD PATH-PREFIX KIND [key=value]...; repeatable", set_fault},
    {"client-id", "ID", "the account that may log in (demo)", set_client_id},
    {"client-secret", "SECRET", "its secret (demo-secret)", set_client_secret},
};

bool sandbox_option_at(size_t at, struct sandbox_option_info *out)
{
    if (at >= sizeof(OPTIONS) / sizeof(OPTIONS[0]))
        return false;
    *out = (struct sandbox_option_info){OPTIONS[at].name, OPTIONS[at].value, OPTIONS[at].help};
    return true;
}

#define OPTION_COUNT (sizeof(OPTIONS) / sizeof(OPTIONS[0]))

static void print_help(FILE *out)
{
    fputs("usage: querytop sandbox [OPTION]...\n"
          "\n"
          "Serves a query service of its own until SIGTERM or SIGINT: Looker's API, 4.0\n"
          "and 3.1, and Adobe's Query Service, over SQL on sample data. Prints one line of\n"
          "JSON that says where, as soon as it answers.\n\n",
          out);
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        char head[60];
        snprintf(head, sizeof(head), "--%s %s", OPTIONS[i].name, OPTIONS[i].value);
        helptext_put(out, head, HEAD_COLS, OPTIONS[i].help);
    }
    helptext_put(out, "--help", HEAD_COLS, "this text");
}

/* -1: go on; else the exit code. */
static int read_arguments(int argc, char **argv, struct arguments *a)
{
    struct option longs[OPTION_COUNT + 2] = {{0}};
    for (size_t i = 0; i < OPTION_COUNT; i++)
        longs[i] = (struct option){OPTIONS[i].name, required_argument, NULL, (int)i + 1000};
    longs[OPTION_COUNT] = (struct option){"help", no_argument, NULL, 'h'};
    int c;
    optind = 0; /* start anew: the caller may have used getopt for the whole line */
    while ((c = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        if (c == 'h') {
            print_help(stdout);
            return 0;
        }
        if (c < 1000)
            return 2;
        if (!OPTIONS[c - 1000].set(a, optarg)) {
            fprintf(stderr, "querytop sandbox: --%s does not take \"%s\"; see --help\n",
                    OPTIONS[c - 1000].name, optarg);
            return 2;
        }
    }
    if (optind < argc) {
        fprintf(stderr, "querytop sandbox: \"%s\" is not understood; see --help\n", argv[optind]);
        return 2;
    }
    return -1;
}

static void print_ready(const struct sandbox *sandbox, const struct sandbox_options *options)
{
    const char *url = sandbox_url(sandbox);
    char text[256];
    struct strbuf line;
    struct json *json = json_new_object();
    strbuf_init(&line, 4096);
    json_set_string(json, "schema", "querytop.sandbox/1");
    json_set_string(json, "looker", url);
    snprintf(text, sizeof(text), "%s/data/foundation/query", url);
    json_set_string(json, "adobe", text);
    snprintf(text, sizeof(text), "%s/ims/token/v3", url);
    json_set_string(json, "ims", text);
    json_set_string(json, "client_id", options->client_id ? options->client_id : "demo");
    json_set_string(json, "client_secret",
                    options->client_secret ? options->client_secret : "demo-secret");
    json_set_string(json, "org_id", "DEMO@AdobeOrg");
    json_set_string(json, "sandbox_name", "demo");
    json_format(json, false, &line);
    puts(line.data);
    fflush(stdout);
    json_destroy(json);
    strbuf_finish(&line);
}

int sandbox_main(int argc, char **argv)
{
    struct arguments a = {0};
    sandbox_options_init(&a.options);
    a.options.faults = a.faults;
    int code = read_arguments(argc, argv, &a);
    if (code >= 0)
        return code;
    /* Blocked before any thread is there, so that only sigwait() sees them. */
    sigset_t ends;
    int which;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    struct error err;
    struct sandbox *sandbox = sandbox_start(&a.options, &err);
    if (!sandbox) {
        fprintf(stderr, "querytop sandbox: %s\n", err.message);
        return error_exit_code(err.code);
    }
    print_ready(sandbox, &a.options);
    sigwait(&ends, &which);
    sandbox_stop(sandbox);
    return 0;
}

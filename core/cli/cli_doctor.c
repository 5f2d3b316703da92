#include <arpa/inet.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "base/timefmt.h"
#include "cli/cli_output.h"
#include "engine/audit.h"

/* A clock this far off makes ages and tokens wrong. */
#define CLOCK_TOLERANCE_MS 5000

struct report {
    const struct cli *cli;
    const struct source_status *status;
    struct cli_output *out;
    bool is_document;
};

static void add_check(const struct report *report, const char *check, const char *verdict,
                      const char *text)
{
    if (!report->is_document) {
        cli_rows_add(report->out, (const char *[]){report->status->profile, check, verdict, text});
        return;
    }
    struct json *object = json_new_object();
    json_set_string(object, "profile", report->status->profile);
    json_set_string(object, "check", check);
    json_set_string(object, "verdict", verdict);
    json_set_string(object, "text", text);
    cli_document_add(report->out, object);
}

/* ---- the way there --------------------------------------------------------------------------- */

static void check_file(const struct report *report)
{
    const struct cli *cli = report->cli;
    const char *path = cli->config.path ? cli->config.path : cli->places.looker_ini;
    struct stat facts;
    char text[500];
    if (!path || stat(path, &facts) != 0)
        return;
    bool is_open = facts.st_mode & (S_IRWXG | S_IRWXO);
    snprintf(text, sizeof(text), "%s, mode %04o: %s", path, (unsigned)facts.st_mode & 07777,
             is_open ? "others may use it; it holds no secret" : "for its owner alone");
    add_check(report, "file", "good", text);
}

static bool is_address(const char *host)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, host, bytes) == 1 || inet_pton(AF_INET6, host, bytes) == 1;
}

/* "acme.example:19999" -> "acme.example", "[::1]:1" -> "::1" */
static void copy_host(char *out, size_t size, const char *authority)
{
    bool is_bracketed = *authority == '[';
    const char *host = authority + is_bracketed;
    snprintf(out, size, "%.*s", (int)strcspn(host, is_bracketed ? "]" : ":"), host);
}

/* Behind a proxy a name that this machine does not know is no trouble. */
static void check_dns(const struct report *report)
{
    char host[sizeof(report->status->host)], address[INET6_ADDRSTRLEN] = "", text[400];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    copy_host(host, sizeof(host), report->status->host);
    if (is_address(host)) {
        add_check(report, "dns", "good", "not needed: base_url has an address");
        return;
    }
    int failure = getaddrinfo(host, NULL, &hints, &found);
    if (failure) {
        snprintf(text, sizeof(text), "%s: %s; check the host in base_url", host,
                 gai_strerror(failure));
        add_check(report, "dns", cli_has_answered(report->status) ? "warn" : "bad", text);
        return;
    }
    getnameinfo(found->ai_addr, found->ai_addrlen, address, sizeof(address), NULL, 0,
                NI_NUMERICHOST);
    freeaddrinfo(found);
    snprintf(text, sizeof(text), "%s is %s", host, address);
    add_check(report, "dns", "good", text);
}

static bool is_tls_failure(const struct source_status *status)
{
    return strstr(status->error.message, "TLS: ");
}

static void check_tls(const struct report *report)
{
    const struct source_status *status = report->status;
    const struct profile *profile = config_find(&report->cli->config, status->profile);
    if (profile && strncmp(profile->base_url, "http:", 5) == 0)
        add_check(report, "tls", "good", "not used: base_url begins with http://");
    else if (is_tls_failure(status))
        add_check(report, "tls", "bad", status->error.message);
    else if (!status->verify_tls)
        add_check(report, "tls", "warn",
                  "certificates are not checked; remove verify_tls = false, or set ca_file");
    else if (cli_has_answered(status))
        add_check(report, "tls", "good", "certificate checked");
    else
        add_check(report, "tls", "unknown", "nothing was heard to tell by");
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void check_failure(const struct report *report)
{
    const struct source_status *status = report->status;
    const char *words = status->error.code ? status->error.message : "no answer in time";
    const char *check = status->error.code == ERR_LOGIN    ? "login"
                        : status->error.code == ERR_CONFIG ? "profile"
                                                           : "answer";
    if (!is_tls_failure(status))
        add_check(report, check, "bad", words);
}

static void check_answer(const struct report *report)
{
    const struct source_status *status = report->status;
    char latency[TIMEFMT_BYTES];
    char text[500];
    if (!cli_has_answered(status)) {
        check_failure(report);
        return;
    }
    snprintf(text, sizeof(text), "%s lists its tasks in %s, over %s", status->host,
             format_duration(latency, status->latency_ms), status->protocol);
    add_check(report, "answer", "good", text);
    snprintf(text, sizeof(text), "logged in%s%s", status->user[0] ? " as " : "", status->user);
    add_check(report, "login", "good", text);
    if (status->is_partial)
        add_check(report, "rights", "warn", status->partial_reason);
    else
        add_check(report, "rights", "good", "may list all tasks");
}

static void check_clock(const struct report *report)
{
    char off[TIMEFMT_BYTES];
    char text[200];
    int64_t ahead_ms = report->status->clock_ahead_ms;
    if (!cli_has_answered(report->status))
        return;
    snprintf(text, sizeof(text), "the service's clock is %s %s%s",
             format_duration(off, llabs(ahead_ms)), ahead_ms < 0 ? "behind" : "ahead",
             llabs(ahead_ms) > CLOCK_TOLERANCE_MS ? "; set this machine's clock by NTP" : "");
    add_check(report, "clock", llabs(ahead_ms) > CLOCK_TOLERANCE_MS ? "warn" : "good", text);
}

static void check_budget(const struct report *report)
{
    const struct source_status *status = report->status;
    char text[200];
    int length =
        snprintf(text, sizeof(text), "%u requests in the last minute, %" PRIu64 " this month",
                 status->requests_last_minute, status->requests_this_month);
    if (status->requests_per_month_max)
        snprintf(text + length, sizeof(text) - (size_t)length, " of %" PRId64,
                 status->requests_per_month_max);
    bool is_spent = status->requests_per_month_max &&
                    status->requests_this_month >= (uint64_t)status->requests_per_month_max;
    add_check(report, "requests", is_spent ? "warn" : "good", text);
}

static void check_audit(const struct report *report)
{
    const struct profile *profile = config_find(&report->cli->config, report->status->profile);
    struct audit audit;
    struct error err = {0};
    char text[sizeof(err.message) + 60];
    if (!profile)
        return;
    audit_init(&audit);
    if (!audit_is_on(profile))
        add_check(report, "audit", "warn", "actions are not recorded: audit_log = off");
    else if (audit_check(&audit, profile, &err))
        add_check(report, "audit", "good", audit_path(&audit, profile));
    else {
        snprintf(text, sizeof(text), "%s; no action is possible until this is mended", err.message);
        add_check(report, "audit", "bad", text);
    }
    audit_finish(&audit);
}

static void check_profile(const struct report *report)
{
    static const char *const modes[MODE_COUNT] = {
        [MODE_READ_ONLY] = "read-only: cancel and retry are refused",
        [MODE_ARMED] = "armed: cancel and retry ask first",
        [MODE_READ_WRITE] = "read-write: cancel and retry are allowed",
    };
    check_file(report);
    check_dns(report);
    check_tls(report);
    check_answer(report);
    check_clock(report);
    check_budget(report);
    add_check(report, "mode", "good", modes[report->status->mode]);
    check_audit(report);
}

static const char *colour_of_verdict(const char *text)
{
    static const char *const colours[][2] = {{"good", "32"}, {"warn", "33"}, {"bad", "31"}};
    for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++)
        if (strcmp(text, colours[i][0]) == 0)
            return colours[i][1];
    return "";
}

int cli_doctor(struct cli *cli, struct error *err)
{
    static const struct cli_column row[] = {
        {.title = "PROFILE", .max_cols = 20},
        {.title = "CHECK", .max_cols = 10},
        {.title = "VERDICT", .max_cols = 7, .colour = colour_of_verdict},
        {.title = "TEXT"},
    };
    bool has_answers = cli_poll(cli, err);
    if (!cli->snapshot || err->code == ERR_INTERRUPTED)
        return cli_fail(err);
    bool is_document = cli_is_document(cli);
    struct cli_output out;
    cli_output_init(&out, stdout, cli->format, cli->colour);
    if (is_document)
        cli_document_begin(&out, cli_document_head(cli, "querytop.doctor/1"), "checks");
    else
        cli_rows_begin(&out, row, sizeof(row) / sizeof(row[0]));
    for (size_t i = 0; i < cli->snapshot->source_count; i++)
        check_profile(&(struct report){cli, &cli->snapshot->sources[i], &out, is_document});
    if (is_document)
        cli_document_end(&out);
    else
        cli_rows_end(&out);
    cli_output_finish(&out);
    return has_answers ? 0 : cli_fail(err);
}

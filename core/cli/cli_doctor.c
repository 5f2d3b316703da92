#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/timefmt.h"
#include "cli/cli_output.h"

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

static void check_answer(const struct report *report)
{
    const struct source_status *status = report->status;
    char latency[TIMEFMT_BYTES];
    char text[500];
    if (!cli_has_answered(status)) {
        add_check(report, status->state == SOURCE_LOGIN ? "login" : "answer", "bad",
                  status->error.code ? status->error.message : "no answer in time");
        return;
    }
    snprintf(text, sizeof(text), "%s lists its tasks in %s", status->host,
             format_duration(latency, status->latency_ms));
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

static void check_profile(const struct report *report)
{
    static const char *const modes[MODE_COUNT] = {
        [MODE_READ_ONLY] = "read-only: cancel and retry are refused",
        [MODE_ARMED] = "armed: cancel and retry ask first",
        [MODE_READ_WRITE] = "read-write: cancel and retry are allowed",
    };
    check_answer(report);
    check_clock(report);
    check_budget(report);
    add_check(report, "mode", "good", modes[report->status->mode]);
    if (!report->status->verify_tls)
        add_check(report, "tls", "warn",
                  "certificates are not checked; remove verify_tls = false, or set ca_file");
}

int cli_doctor(struct cli *cli, struct error *err)
{
    static const struct cli_column row[] = {
        {.title = "PROFILE", .max_cols = 20},
        {.title = "CHECK", .max_cols = 10},
        {.title = "VERDICT", .max_cols = 7},
        {.title = "TEXT"},
    };
    bool has_answers = cli_poll(cli, err);
    if (!cli->snapshot || err->code == ERR_INTERRUPTED)
        return cli_fail(err);
    bool is_document = cli->format == CLI_JSON || cli->format == CLI_NDJSON;
    struct cli_output out;
    cli_output_init(&out, stdout, cli->format);
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

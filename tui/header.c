/* header.c - one line: the profiles and how they are doing, the totals and the recent rate. */
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "bars.h"
#include "base/timefmt.h"

#define SEPARATOR  " \xc2\xb7 "
#define TICKING_MS 60000

#define COLS_OF_HISTORY  100
#define COLS_OF_FAILURES (HISTORY_SLICES + 6)
#define SOURCE_GAP_COLS  2
#define COLS_OF_NAME     11 /* " querytop  " */

static void put_retry(const struct source_status *source, int64_t now_ms, struct line *line)
{
    if (source->next_try_ms == UNKNOWN || source->next_try_ms <= now_ms) {
        line_put(line, ROLE_DIM, SEPARATOR "asking");
        return;
    }
    /* Whole seconds: a countdown in tenths would only flicker. */
    char left[TIMEFMT_BYTES];
    int64_t left_ms = source->next_try_ms - now_ms;
    if (left_ms > TICKING_MS)
        line_putf(line, ROLE_DIM, SEPARATOR "retry %s", format_duration(left, left_ms));
    else
        line_putf(line, ROLE_DIM, SEPARATOR "retry %llds", (long long)(left_ms + 999) / 1000);
}

/* "62.1k/100k": the month's requests, where they are bounded. */
static void put_budget(const struct source_status *source, struct line *line)
{
    char used[TIMEFMT_BYTES];
    char most[TIMEFMT_BYTES];
    if (source->requests_per_month_max)
        line_putf(line, ROLE_DIM, SEPARATOR "%s/%s",
                  format_count(used, (int64_t)source->requests_this_month),
                  format_count(most, source->requests_per_month_max));
}

static void put_age(const char *word, const struct source_status *source, int64_t now_ms,
                    struct line *line)
{
    char age[TIMEFMT_BYTES];
    int64_t age_ms = source->data_ms == UNKNOWN ? UNKNOWN : now_ms - source->data_ms;
    if (age_ms != UNKNOWN && age_ms < TICKING_MS)
        line_putf(line, ROLE_WARNING, "%s %llds", word, (long long)(age_ms / 1000));
    else
        line_putf(line, ROLE_WARNING, "%s %s", word,
                  age_ms == UNKNOWN ? "" : format_duration(age, age_ms));
}

/* The kind of failure in a word or two; the whole sentence is in the list or the message. */
static const char *failure_word(const struct source_status *source)
{
    switch (source->error.code) {
    case ERR_LOGIN:
        return "login refused";
    case ERR_FORBIDDEN:
        return "not allowed";
    case ERR_TIMEOUT:
        return "no answer";
    case ERR_NETWORK:
        return "unreachable";
    case ERR_LIMITED:
        return "limited";
    case ERR_CONFIG:
        return "misconfigured";
    default:
        return "failing";
    }
}

void header_source_words(const struct source_status *source, int64_t now_ms, struct line *line)
{
    char text[TIMEFMT_BYTES];
    switch (source_state_at(source, now_ms)) {
    case SOURCE_STARTING:
        line_put(line, ROLE_DIM, "connecting");
        break;
    case SOURCE_OK:
        line_put(line, ROLE_OK, "\xe2\x97\x8f");
        if (source->latency_ms != UNKNOWN)
            line_putf(line, ROLE_DIM, " %s", format_duration(text, source->latency_ms));
        break;
    case SOURCE_STALE:
        put_age("\xe2\x97\x8b stale", source, now_ms, line);
        put_retry(source, now_ms, line);
        break;
    case SOURCE_ERROR:
        line_putf(line, ROLE_ERROR, "\xe2\x9c\x97 %s", failure_word(source));
        if (source->data_ms != UNKNOWN) {
            line_put(line, ROLE_DIM, SEPARATOR);
            put_age("stale", source, now_ms, line);
        }
        put_retry(source, now_ms, line);
        break;
    case SOURCE_LOGIN:
        line_put(line, ROLE_ERROR, "\xe2\x9c\x97 login refused");
        put_retry(source, now_ms, line);
        break;
    case SOURCE_LIMITED:
        line_put(line, ROLE_WARNING, "\xe2\x97\x8b limited");
        put_retry(source, now_ms, line);
        break;
    default:
        line_putf(line, ROLE_ERROR, "\xe2\x9c\x97 off: %s", failure_word(source));
        break;
    }
    put_budget(source, line);
}

static void put_flags(const struct source_status *source, int64_t now_ms, struct line *line)
{
    if (source->is_paused)
        line_put(line, ROLE_WARNING, SEPARATOR "paused");
    if (!source->verify_tls)
        line_put(line, ROLE_WARNING, SEPARATOR "TLS not verified");
    if (source->is_partial)
        line_put(line, ROLE_WARNING, SEPARATOR "partial");
    if (source->armed_until_ms != UNKNOWN && source->armed_until_ms > now_ms) {
        int64_t left_s = (source->armed_until_ms - now_ms + 999) / 1000;
        line_putf(line, ROLE_WARNING, SEPARATOR "armed %lld:%02lld", (long long)(left_s / 60),
                  (long long)(left_s % 60));
    }
}

/* One of the values, against the largest of them. */
static const char *bar_of(const uint32_t values[HISTORY_SLICES], int at)
{
    static const char *const bars[] = {" ",
                                       "\xe2\x96\x81",
                                       "\xe2\x96\x82",
                                       "\xe2\x96\x83",
                                       "\xe2\x96\x84",
                                       "\xe2\x96\x85",
                                       "\xe2\x96\x86",
                                       "\xe2\x96\x87"};
    uint32_t most = 1;
    for (int i = 0; i < HISTORY_SLICES; i++)
        most = values[i] > most ? values[i] : most;
    return bars[values[at] == 0 ? 0 : 1 + (values[at] * 6 + most / 2) / most];
}

/* Two minutes of starts; the slices with failures stand out. */
static void put_starts(const struct totals *totals, struct line *line)
{
    uint32_t values[HISTORY_SLICES];
    for (int i = 0; i < HISTORY_SLICES; i++)
        values[i] = totals->history[i].started;
    for (int i = 0; i < HISTORY_SLICES; i++)
        line_put(line, totals->history[i].failed > 0 ? ROLE_ERROR : ROLE_RUNNING,
                 bar_of(values, i));
}

/* Nothing where there were none. */
static void put_failures(const struct app *app, struct line *line)
{
    uint32_t values[HISTORY_SLICES];
    uint32_t sum = 0;
    for (int i = 0; i < HISTORY_SLICES; i++)
        sum += values[i] = app->snapshot->totals.history[i].failed;
    if (sum == 0)
        return;
    line_putf(line, ROLE_DIM, "  %s ", glyph_of_state(app, TASK_FAILED));
    for (int i = 0; i < HISTORY_SLICES; i++)
        line_put(line, ROLE_ERROR, bar_of(values, i));
}

static void put_totals(const struct app *app, struct line *line, bool has_history)
{
    static const enum task_state shown[] = {TASK_RUNNING, TASK_QUEUED, TASK_SUCCEEDED, TASK_FAILED};
    const struct totals *totals = &app->snapshot->totals;
    char count[TIMEFMT_BYTES];
    for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
        uint32_t number = totals->by_state[shown[i]];
        if (i > 0)
            line_put(line, ROLE_TEXT, "  ");
        line_putf(line, number > 0 ? role_of_state(shown[i]) : ROLE_DIM, "%s %s",
                  glyph_of_state(app, shown[i]), format_count(count, number));
    }
    if (!has_history)
        return;
    /* Ended per minute over the last minute that is complete. */
    uint32_t ended = 0;
    for (int i = HISTORY_SLICES - 60000 / HISTORY_SLICE_MS; i < HISTORY_SLICES; i++)
        ended += totals->history[i].ended;
    line_putf(line, ROLE_DIM, "  %s/min ", format_count(count, ended));
    if (totals->p95_elapsed_ms != UNKNOWN)
        line_putf(line, ROLE_DIM, " p95 %s ", format_duration(count, totals->p95_elapsed_ms));
    put_starts(totals, line);
}

static void start_source(const struct app *app, const struct source_status *source,
                         struct line *line)
{
    line_start(line, LINE_MAX_COLS);
    line_putf(line, ROLE_TEXT, "%s ", source->profile);
    header_source_words(source, app->now_ms, line);
    put_flags(source, app->now_ms, line);
}

/* What all profiles would take. */
static size_t cols_of_sources(struct app *app)
{
    size_t cols = 0;
    for (size_t i = 0; i < app->snapshot->source_count; i++) {
        start_source(app, &app->snapshot->sources[i], &app->part);
        cols += app->part.cols + SOURCE_GAP_COLS;
    }
    return cols;
}

/* One profile, or nothing when it does not fit in what is left before right. */
static bool put_source(struct app *app, const struct source_status *source, size_t right,
                       bool is_first, struct line *line)
{
    static const size_t room_for_rest = 4;
    const struct line *part = &app->part;
    start_source(app, source, &app->part);
    bool fits = line->cols + part->cols + room_for_rest <= right;
    if (fits || is_first) {
        size_t room = right > line->cols ? right - line->cols : 0;
        line_append(line, part, 0, part->cols < room ? part->cols : room);
        line_pad_to(line, line->cols + SOURCE_GAP_COLS);
    }
    return fits || is_first;
}

void header_draw(struct app *app, struct line *line)
{
    const struct snapshot *s = app->snapshot;
    size_t width = line->limit;
    struct line *totals = &app->totals;
    line_start(totals, width);
    put_totals(app, totals, width >= COLS_OF_HISTORY);
    /* Profiles come first: failures are drawn where all of them find room beside. */
    if (width >= COLS_OF_HISTORY &&
        COLS_OF_NAME + cols_of_sources(app) + totals->cols + COLS_OF_FAILURES < width)
        put_failures(app, totals);
    bool has_totals = width >= totals->cols + 20 && s->source_count > 0;
    size_t right = has_totals ? width - totals->cols - 1 : width;

    line_put(line, ROLE_STRONG, " querytop");
    line_put(line, ROLE_TEXT, "  ");
    if (app_replay(app) != NULL)
        app_replay_draw(app, line);
    size_t shown = 0;
    while (shown < s->source_count &&
           put_source(app, &s->sources[shown], right - 1, shown == 0, line))
        shown++;
    if (s->source_count == 0)
        line_put(line, ROLE_DIM, "starting");
    else if (shown < s->source_count)
        line_putf(line, ROLE_DIM, "+%zu", s->source_count - shown);
    if (has_totals) {
        line_pad_to(line, right);
        line_append(line, totals, 0, totals->cols);
    }
}

bool header_is_ticking(const struct app *app)
{
    if (app_replay(app) != NULL && !replay_status(app_replay(app)).is_paused)
        return true;
    for (size_t i = 0; i < app->snapshot->source_count; i++) {
        const struct source_status *source = &app->snapshot->sources[i];
        enum source_state state = source_state_at(source, app->now_ms);
        if (state != SOURCE_OK && state != SOURCE_STARTING && state != SOURCE_DISABLED)
            return true;
        if (source->armed_until_ms != UNKNOWN && source->armed_until_ms > app->now_ms)
            return true;
    }
    return false;
}

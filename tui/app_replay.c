/* app_replay.c - moving about in the time of a recording. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app.h"
#include "base/timefmt.h"

#define JUMP_MS 60000
#define DAY_MS  (24 * 60 * 60 * 1000)

struct replay *app_replay(const struct app *app)
{
    return app->engine != NULL ? engine_replay(app->engine) : NULL;
}

bool app_can_replay(const struct app *app, struct error *reason)
{
    return app_replay(app) != NULL ||
           error_set(reason, ERR_NO, "Only a replay has other times: querytop replay FILE.");
}

void app_replay_pause(struct app *app)
{
    struct replay *replay = app_replay(app);
    replay_pause(replay, !replay_status(replay).is_paused);
}

void app_replay_speed(struct app *app, bool is_faster)
{
    struct replay *replay = app_replay(app);
    double speed = replay_status(replay).speed;
    replay_set_speed(replay, is_faster ? speed * 2 : speed / 2);
}

void app_replay_step(struct app *app)
{
    replay_step(app_replay(app), 1);
}

void app_replay_step_back(struct app *app)
{
    replay_step(app_replay(app), -1);
}

static void jump(struct app *app, int64_t by_ms)
{
    struct replay *replay = app_replay(app);
    replay_seek(replay, replay_now_ms(replay) + by_ms);
}

void app_replay_jump(struct app *app)
{
    jump(app, JUMP_MS);
}

void app_replay_jump_back(struct app *app)
{
    jump(app, -JUMP_MS);
}

void app_replay_ask(struct app *app)
{
    app_open_prompt(app, PROMPT_JUMP, "");
}

/* "10:41" or "10:41:07", local: the first such time of the recording, or the day's where it has
 * none. */
static bool find_clock(const struct replay_status *status, const char *text, int64_t *out_ms)
{
    int hour, minute, second = 0, used = 0;
    if (sscanf(text, "%2d:%2d%n", &hour, &minute, &used) != 2)
        return false;
    if (text[used] == ':' && sscanf(text + used, ":%2d", &second) == 1)
        used += (int)strspn(text + used, ":0123456789");
    if (text[used] != '\0' || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
        second > 59)
        return false;
    time_t from = (time_t)(status->from_ms / 1000);
    struct tm day;
    localtime_r(&from, &day);
    day.tm_hour = hour;
    day.tm_min = minute;
    day.tm_sec = second;
    day.tm_isdst = -1;
    *out_ms = (int64_t)mktime(&day) * 1000;
    if (*out_ms + 999 < status->from_ms && *out_ms + DAY_MS <= status->to_ms)
        *out_ms += DAY_MS;
    return true;
}

static bool find_share(const struct replay_status *status, const char *text, int64_t *out_ms)
{
    char *end;
    double share = strtod(text, &end);
    if (end == text || strcmp(end, "%") != 0 || !(share >= 0 && share <= 100))
        return false;
    *out_ms = status->from_ms + (int64_t)((double)(status->to_ms - status->from_ms) * share / 100);
    return true;
}

static bool find_offset(const struct replay_status *status, const char *text, int64_t *out_ms)
{
    int64_t by_ms;
    if ((text[0] != '+' && text[0] != '-') || !parse_duration(text + 1, &by_ms))
        return false;
    *out_ms = status->now_ms + (text[0] == '-' ? -by_ms : by_ms);
    return true;
}

static bool find_end(const struct replay_status *status, const char *text, int64_t *out_ms)
{
    bool is_start = strcmp(text, "start") == 0;
    if (!is_start && strcmp(text, "end") != 0)
        return false;
    *out_ms = is_start ? status->from_ms : status->to_ms;
    return true;
}

bool app_replay_find(const struct replay_status *status, const char *text, int64_t *out_ms,
                     struct error *err)
{
    return find_end(status, text, out_ms) || find_offset(status, text, out_ms) ||
           find_share(status, text, out_ms) || find_clock(status, text, out_ms) ||
           error_set(err, ERR_USAGE, "a time such as 10:41, +30s, -5m, 50%%, start or end");
}

void app_replay_draw(const struct app *app, struct line *line)
{
    struct replay_status status = replay_status(app_replay(app));
    char now[TIMEFMT_BYTES];
    const char *playing = app->is_ascii ? ">" : "\xe2\x96\xb6";
    line_putf(line, ROLE_WARNING, "replay %s %s", status.is_paused ? "||" : playing,
              format_local(now, status.now_ms, status.to_ms));
    line_putf(line, ROLE_DIM, "  %zu/%zu  x%.3g  ", status.moment, status.moment_count,
              status.speed);
}

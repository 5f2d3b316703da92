#include "engine/replay.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "engine/recording.h"
#include "model/store.h"

#define LINE_MAX_BYTES LIMIT_MIB
/* What the moments take together. A snapshot holds all that is known of services and actions: a
 * small file may stand for very much. */
#define MOMENTS_MAX_BYTES (256 * LIMIT_MIB)

struct replay {
    struct snapshot **moments; /* at least one, in the order of time */
    size_t count;
    size_t size;
    size_t bytes;
    /* now = base_wall + (monotonic - base_mono) * speed while it plays */
    int64_t base_wall_ms;
    int64_t base_mono_ms;
    double speed;
    bool is_paused;
    int timer;
};

/* ---- reading --------------------------------------------------------------------------------- */

struct reading {
    struct replay *replay;
    struct store *store;
    char (*profiles)[LIMIT_NAME_BYTES];
    size_t profile_count;
    struct task_draft draft;
    int64_t at_ms; /* of the moment that is being read; UNKNOWN: none yet */
    size_t number; /* of that moment */
    size_t stride; /* every so many-th is kept */
};

static bool find_profile(const struct reading *r, const struct json *object, uint16_t *out)
{
    const char *name = json_string(json_get(object, "profile"), NULL);
    for (size_t i = 0; name && i < r->profile_count; i++) {
        if (strcmp(r->profiles[i], name) == 0) {
            *out = (uint16_t)i;
            return true;
        }
    }
    return false;
}

static bool read_task(struct reading *r, const struct json *object)
{
    uint16_t source;
    if (!find_profile(r, object, &source) || !recording_read_task(object, &r->draft))
        return false;
    r->draft.facts.source = source;
    struct task *task = task_create(&r->draft);
    const struct task *before = store_find(r->store, source, task_text(task, TASK_ID));
    /* The store believes no old news of a task that has ended; what was recorded was so. */
    if (before && !task_is_alive(before) && task_is_alive(task))
        store_forget(r->store, source, task_text(task, TASK_ID));
    store_put(r->store, task, r->at_ms);
    return true;
}

static bool read_gone(struct reading *r, const struct json *object)
{
    uint16_t source;
    const char *id = json_string(json_get(object, "id"), NULL);
    if (!find_profile(r, object, &source) || !id || strlen(id) >= LIMIT_TASK_FIELD_BYTES)
        return false;
    store_forget(r->store, source, id);
    return true;
}

static bool read_source(struct reading *r, const struct json *object)
{
    uint16_t source;
    if (!find_profile(r, object, &source))
        return false;
    recording_read_source(object, store_source(r->store, source));
    return true;
}

static bool read_action(struct reading *r, const struct json *object)
{
    struct action_record read = {0};
    if (!find_profile(r, object, &read.source) || !recording_read_action(object, &read))
        return false;
    struct action_record *record = store_action(r->store, read.id);
    if (!record)
        record =
            store_add_action(r->store, read.kind, read.id, read.source, read.task_id, r->at_ms);
    *record = read;
    return true;
}

static const struct {
    const char *key;
    bool (*read)(struct reading *r, const struct json *object);
} kinds[] = {
    {"task", read_task},
    {"gone", read_gone},
    {"source", read_source},
    {"action", read_action},
};

static size_t bytes_of(const struct snapshot *s)
{
    return sizeof(*s) + s->page_count * sizeof(*s->pages) + s->source_count * sizeof(*s->sources) +
           s->action_count * sizeof(*s->actions) + sizeof(struct task_page) +
           sizeof(struct task_chunk);
}

/* Leaves out every other one, from now on too. */
static void thin_out(struct reading *r)
{
    struct replay *replay = r->replay;
    size_t count = replay->count;
    r->stride *= 2;
    replay->count = replay->bytes = 0;
    for (size_t i = 0; i < count; i++) {
        struct snapshot *moment = replay->moments[i];
        if (i % 2 != 0) {
            snapshot_unref(moment);
            continue;
        }
        replay->moments[replay->count++] = moment;
        replay->bytes += bytes_of(moment);
    }
}

/* What was read since the moment before becomes one. */
static void end_moment(struct reading *r, bool is_last)
{
    struct replay *replay = r->replay;
    bool is_kept = is_last || r->number % r->stride == 0;
    if (r->at_ms == UNKNOWN || (r->number++, !is_kept))
        return;
    if (replay->count == replay->size) {
        replay->size = replay->size ? 2 * replay->size : 256;
        replay->moments = xreallocarray(replay->moments, replay->size, sizeof(*replay->moments));
    }
    struct snapshot *moment = store_snapshot(r->store, r->at_ms);
    replay->moments[replay->count++] = moment;
    replay->bytes += bytes_of(moment);
    if (replay->bytes > MOMENTS_MAX_BYTES && !is_last)
        thin_out(r);
}

/* A moment ends with the first line of a later one. */
static void reach(struct reading *r, int64_t at_ms)
{
    if (r->at_ms != UNKNOWN && at_ms <= r->at_ms) /* the wall clock may be set back meanwhile */
        return;
    end_moment(r, false);
    r->at_ms = at_ms;
}

static bool read_change(struct reading *r, const struct json *line, struct error *err)
{
    int64_t at_ms;
    const char *at = json_string(json_get(line, "at"), NULL);
    if (!at || !parse_iso8601(at, &at_ms))
        return error_set(err, ERR_USAGE, "it says no time");
    reach(r, at_ms);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const struct json *object = json_get(line, kinds[i].key);
        if (object && !kinds[i].read(r, object))
            return error_set(err, ERR_USAGE, "its %s is not understood", kinds[i].key);
    }
    return true;
}

/* Until a line tells of it. */
static struct source_status unheard_source(const char *profile)
{
    struct source_status status = {.mode = MODE_READ_ONLY, .verify_tls = true};
    snprintf(status.profile, sizeof(status.profile), "%s", profile);
    status.latency_ms = status.data_ms = status.stale_at_ms = UNKNOWN;
    status.next_try_ms = status.armed_until_ms = UNKNOWN;
    return status;
}

static bool read_head(struct reading *r, const struct json *line, struct error *err)
{
    const char *schema = json_string(json_get(line, "schema"), NULL);
    const struct json *profiles = json_get(line, "profiles");
    size_t count = json_count(profiles);
    if (!schema || strcmp(schema, RECORDING_SCHEMA) != 0)
        return error_set(err, ERR_USAGE, "this is no recording (%s)", RECORDING_SCHEMA);
    if (count == 0 || count > LIMIT_PROFILES)
        return error_set(err, ERR_USAGE, "it names no profiles, or too many");
    r->profiles = xcalloc(count, sizeof(*r->profiles));
    r->profile_count = count;
    r->store = store_create(count);
    for (size_t i = 0; i < count; i++) {
        const char *name = json_string(json_at(profiles, i), NULL);
        sanitize_line(r->profiles[i], LIMIT_NAME_BYTES, name ? name : "");
        *store_source(r->store, (uint16_t)i) = unheard_source(r->profiles[i]);
    }
    return true;
}

static bool read_line(struct reading *r, const char *text, size_t length, struct error *err)
{
    struct error why = {0};
    struct json *line = json_parse(text, length, &why);
    if (!line)
        return error_set(err, ERR_USAGE, "%s", why.message);
    bool is_read = r->store ? read_change(r, line, err) : read_head(r, line, err);
    json_destroy(line);
    return is_read;
}

/* With its end, and no more of it than is needed to see that it is too long. 0: there is none. */
static size_t read_text(FILE *file, char text[LINE_MAX_BYTES + 1])
{
    size_t length = 0;
    for (int c = 0; length <= LINE_MAX_BYTES && c != '\n' && (c = getc_unlocked(file)) != EOF;)
        text[length++] = (char)c;
    return length;
}

/* A last line without an end was being written when the program ended: it does not count. */
static bool read_lines(struct reading *r, FILE *file, struct error *err)
{
    char *text = xmalloc(LINE_MAX_BYTES + 1);
    size_t total = 0, number = 0;
    bool is_read = true;
    for (size_t length; is_read && (length = read_text(file, text)) > 0;) {
        total += length;
        number++;
        if (length > LINE_MAX_BYTES || total > RECORDING_MAX_BYTES)
            is_read = error_set(err, ERR_USAGE, "it is too long");
        else if (text[length - 1] != '\n')
            break;
        else
            is_read = read_line(r, text, length - 1, err);
    }
    free(text);
    if (!is_read)
        return error_prefix(err, "line %zu", number);
    end_moment(r, true);
    return r->replay->count > 0 || error_set(err, ERR_USAGE, "there is nothing in it");
}

static bool read_file(struct replay *replay, const char *path, struct error *err)
{
    struct reading r = {.replay = replay, .at_ms = UNKNOWN, .stride = 1};
    FILE *file = fopen(path, "re");
    if (!file)
        return error_set(err, ERR_USAGE, "%.200s: %s", path, strerror(errno));
    task_draft_init(&r.draft);
    bool is_read = read_lines(&r, file, err) || error_prefix(err, "%.200s", path);
    fclose(file);
    task_draft_finish(&r.draft);
    if (r.store)
        store_destroy(r.store);
    free(r.profiles);
    return is_read;
}

/* ---- time ------------------------------------------------------------------------------------ */

static int64_t first_ms(const struct replay *replay)
{
    return replay->moments[0]->made_ms;
}

static int64_t last_ms(const struct replay *replay)
{
    return replay->moments[replay->count - 1]->made_ms;
}

int64_t replay_now_ms(const struct replay *replay)
{
    if (replay->is_paused)
        return replay->base_wall_ms;
    double played_ms = (double)(clock_mono_ms() - replay->base_mono_ms) * replay->speed;
    int64_t left_ms = last_ms(replay) - replay->base_wall_ms;
    return replay->base_wall_ms + (played_ms < (double)left_ms ? (int64_t)played_ms : left_ms);
}

/* The last moment that is not after now. */
static size_t moment_at(const struct replay *replay, int64_t now_ms)
{
    size_t low = 0, high = replay->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (replay->moments[middle]->made_ms <= now_ms)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The descriptor calls when the next moment is due, or at once. */
static void set_timer(struct replay *replay, bool is_now)
{
    struct itimerspec when = {0};
    int64_t now_ms = replay_now_ms(replay);
    size_t next = moment_at(replay, now_ms) + 1;
    double wait_ms = 0;
    if (!is_now && !replay->is_paused && next < replay->count)
        wait_ms = (double)(replay->moments[next]->made_ms - now_ms) / replay->speed;
    int64_t wait_us = (int64_t)(wait_ms * 1000);
    if (is_now || wait_ms > 0) {
        wait_us = wait_us > 1000 ? wait_us : 1000; /* a timer of 0 never goes off */
        when.it_value.tv_sec = wait_us / 1000000;
        when.it_value.tv_nsec = wait_us % 1000000 * 1000;
    }
    timerfd_settime(replay->timer, 0, &when, NULL);
}

static void go_to(struct replay *replay, int64_t wall_ms, bool is_paused)
{
    if (wall_ms < first_ms(replay))
        wall_ms = first_ms(replay);
    if (wall_ms > last_ms(replay))
        wall_ms = last_ms(replay);
    replay->base_wall_ms = wall_ms;
    replay->base_mono_ms = clock_mono_ms();
    replay->is_paused = is_paused;
    set_timer(replay, true);
}

void replay_seek(struct replay *replay, int64_t wall_ms)
{
    go_to(replay, wall_ms, replay->is_paused);
}

void replay_step(struct replay *replay, int count)
{
    size_t moment = moment_at(replay, replay_now_ms(replay));
    size_t back = count < 0 ? (size_t)-count : 0;
    moment = back > moment ? 0 : moment - back + (count > 0 ? (size_t)count : 0);
    if (moment >= replay->count)
        moment = replay->count - 1;
    go_to(replay, replay->moments[moment]->made_ms, true);
}

void replay_pause(struct replay *replay, bool is_paused)
{
    int64_t now_ms = replay_now_ms(replay);
    bool is_at_end = now_ms >= last_ms(replay);
    go_to(replay, !is_paused && is_at_end ? first_ms(replay) : now_ms, is_paused);
}

void replay_set_speed(struct replay *replay, double speed)
{
    int64_t now_ms = replay_now_ms(replay);
    replay->speed = speed < REPLAY_SPEED_MIN   ? REPLAY_SPEED_MIN
                    : speed > REPLAY_SPEED_MAX ? REPLAY_SPEED_MAX
                                               : speed;
    go_to(replay, now_ms, replay->is_paused);
}

struct replay_status replay_status(const struct replay *replay)
{
    int64_t now_ms = replay_now_ms(replay);
    return (struct replay_status){
        .from_ms = first_ms(replay),
        .now_ms = now_ms,
        .to_ms = last_ms(replay),
        .moment = moment_at(replay, now_ms) + 1,
        .moment_count = replay->count,
        .speed = replay->speed,
        .is_paused = replay->is_paused || now_ms >= last_ms(replay),
    };
}

/* ---- the door -------------------------------------------------------------------------------- */

struct replay *replay_open(const char *path, struct error *err)
{
    struct replay *replay = xcalloc(1, sizeof(*replay));
    replay->timer = -1;
    replay->speed = 1;
    if (!read_file(replay, path, err)) {
        replay_close(replay);
        return NULL;
    }
    replay->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (replay->timer < 0) {
        error_set(err, ERR_NO, "no timer: %s", strerror(errno));
        replay_close(replay);
        return NULL;
    }
    go_to(replay, first_ms(replay), false);
    return replay;
}

void replay_close(struct replay *replay)
{
    if (!replay)
        return;
    for (size_t i = 0; i < replay->count; i++)
        snapshot_unref(replay->moments[i]);
    free(replay->moments);
    if (replay->timer >= 0)
        close(replay->timer);
    free(replay);
}

int replay_fd(const struct replay *replay)
{
    return replay->timer;
}

struct snapshot *replay_snapshot(struct replay *replay)
{
    uint64_t calls;
    if (read(replay->timer, &calls, sizeof(calls)) > 0)
        set_timer(replay, false);
    return snapshot_ref(replay->moments[moment_at(replay, replay_now_ms(replay))]);
}

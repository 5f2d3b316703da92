#include "engine/recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "base/xalloc.h"
#include "engine/recording.h"
#include "model/change.h"

#define LINE_MAX_BYTES LIMIT_MIB

struct recorder {
    FILE *file;
    char *path;
    size_t max_bytes;
    size_t written;
    bool is_full;
    int failure;           /* an errno; 0 */
    struct snapshot *last; /* written already; NULL: nothing yet */
    const struct snapshot *now;
    char **sources; /* the line written last of each */
    size_t source_count;
};

struct recorder *recorder_open(const char *path, size_t max_bytes, struct error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) {
        error_set(err, ERR_USAGE, "--record: %.200s: %s%s", path, strerror(errno),
                  errno == EEXIST ? "; name another file" : "");
        return NULL;
    }
    struct recorder *recorder = xcalloc(1, sizeof(*recorder));
    recorder->file = fdopen(fd, "w");
    recorder->path = xstrdup(path);
    recorder->max_bytes = max_bytes;
    return recorder;
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool is_writing(const struct recorder *recorder)
{
    return !recorder->is_full && recorder->failure == 0;
}

static void put(struct recorder *recorder, const char *text, size_t length)
{
    if (!is_writing(recorder))
        return;
    recorder->is_full = recorder->written + length + 1 > recorder->max_bytes;
    if (recorder->is_full)
        return;
    if (fwrite(text, 1, length, recorder->file) != length || fputc('\n', recorder->file) == EOF)
        recorder->failure = errno;
    recorder->written += length + 1;
}

/* Takes line. */
static void put_json(struct recorder *recorder, struct json *line)
{
    struct strbuf text;
    strbuf_init(&text, LINE_MAX_BYTES);
    json_format(line, false, &text);
    put(recorder, text.data, text.len);
    strbuf_finish(&text);
    json_destroy(line);
}

/* {"at":...,"task":{...}}; takes value. */
static struct json *make_line(const struct recorder *recorder, const char *key, struct json *value)
{
    char at[TIMEFMT_BYTES];
    struct json *line = json_new_object();
    json_set_string(line, "at", format_utc(at, recorder->now->made_ms));
    json_set(line, key, value);
    return line;
}

static void note_task(void *context, const struct change *change)
{
    struct recorder *recorder = context;
    if (!is_writing(recorder))
        return;
    if (change->kind == CHANGE_GONE)
        put_json(recorder,
                 make_line(recorder, "gone", recording_gone(change->before, recorder->now)));
    else
        put_json(recorder,
                 make_line(recorder, "task", recording_task(change->task, recorder->now)));
}

/* A source has many numbers, most of which stand still: its lines are compared. */
static void note_source(struct recorder *recorder, size_t index)
{
    struct strbuf text;
    struct json *source = recording_source(&recorder->now->sources[index]);
    strbuf_init(&text, LINE_MAX_BYTES);
    json_format(source, false, &text);
    bool is_new = !recorder->sources[index] || strcmp(recorder->sources[index], text.data) != 0;
    if (is_new) {
        free(recorder->sources[index]);
        recorder->sources[index] = xstrdup(text.data);
        put_json(recorder, make_line(recorder, "source", source));
    } else {
        json_destroy(source);
    }
    strbuf_finish(&text);
}

static bool is_told(const struct recorder *recorder, const struct action_record *record)
{
    const struct action_record *before =
        recorder->last ? snapshot_action(recorder->last, record->id) : NULL;
    return before && before->state == record->state && before->changed_ms == record->changed_ms;
}

static void note_actions(struct recorder *recorder)
{
    const struct snapshot *s = recorder->now;
    for (size_t i = 0; i < s->action_count; i++) {
        if (!is_told(recorder, &s->actions[i]))
            put_json(recorder, make_line(recorder, "action", recording_action(&s->actions[i], s)));
    }
}

/* ---- the door -------------------------------------------------------------------------------- */

static void begin(struct recorder *recorder, const struct snapshot *s)
{
    put_json(recorder, recording_head(s));
    recorder->source_count = s->source_count;
    recorder->sources = xcalloc(s->source_count + 1, sizeof(*recorder->sources));
}

void recorder_note(struct recorder *recorder, const struct snapshot *s)
{
    if (!is_writing(recorder))
        return;
    recorder->now = s;
    if (!recorder->last)
        begin(recorder, s);
    for (size_t i = 0; i < recorder->source_count; i++)
        note_source(recorder, i);
    change_each(recorder->last, s, note_task, recorder);
    note_actions(recorder);
    if (fflush(recorder->file) != 0 && recorder->failure == 0)
        recorder->failure = errno;
    snapshot_unref(recorder->last);
    recorder->last = snapshot_ref(s);
}

static void finish(struct recorder *recorder)
{
    for (size_t i = 0; i < recorder->source_count; i++)
        free(recorder->sources[i]);
    free(recorder->sources);
    free(recorder->path);
    snapshot_unref(recorder->last);
    free(recorder);
}

bool recorder_close(struct recorder *recorder, struct error *err)
{
    bool is_whole = true;
    if (!recorder)
        return true;
    if (fclose(recorder->file) != 0 && recorder->failure == 0)
        recorder->failure = errno;
    if (recorder->failure != 0)
        is_whole = error_set(err, ERR_NO, "%.200s is not whole: %s", recorder->path,
                             strerror(recorder->failure));
    else if (recorder->is_full)
        is_whole = error_set(err, ERR_NO, "%.200s ends early: a recording holds at most %zu MiB",
                             recorder->path, recorder->max_bytes / LIMIT_MIB);
    finish(recorder);
    return is_whole;
}

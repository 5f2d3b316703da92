#include "engine/audit_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/timefmt.h"
#include "base/xalloc.h"

#define SCHEMA     "querytop.audit/"
#define LINE_BYTES (4 * LIMIT_MIB)
#define PART_BYTES (64 * LIMIT_KIB)
/* The lines of an action stand close to each other; farther back is not looked. */
#define REACH 5000

/* From a line's members to those of the contract. */
static const struct {
    const char *to;
    const char *from;
} texts[] = {
    {"profile", "profile"},
    {"id", "task"},
    {"item", "item"},
    {"action", "action"},
    {"argument", "argument"},
    {"state", "state"},
    {"title", "title"},
    {"words", "words"},
    {"new_task_id", "new_task"},
    {"asked_at", "asked_at"},
    {"changed_at", "at"},
    {"account", "account"},
    {"os_user", "os_user"},
    {"machine", "machine"},
    {"client_id", "client_id"},
    {"base_url", "base_url"},
    {"task_user", "task_user"},
};

void audit_history_init(struct audit_history *history)
{
    *history = (struct audit_history){0};
}

void audit_history_finish(struct audit_history *history)
{
    for (size_t i = 0; i < history->count; i++) {
        free(history->actions[i].key);
        json_destroy(history->actions[i].item);
    }
    free(history->actions);
    audit_history_init(history);
}

/* ---- a line ---- */

static struct json *clean_text(const struct json *line, const char *key)
{
    struct strbuf text;
    strbuf_init(&text, LINE_BYTES);
    bool is_there = json_text(line, key, SANITIZE_LINE, &text);
    struct json *value = is_there ? json_new_string_len(text.data, text.len) : NULL;
    strbuf_finish(&text);
    return value;
}

static struct json *clean_copy(const struct json *value);

static struct json *clean_object(const struct json *object)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *member;
    struct json *copy = json_new_object();
    while (json_next_member(object, &cursor, &key, &member)) {
        char clean[LIMIT_NAME_BYTES];
        json_set(copy, sanitize_line(clean, sizeof(clean), key),
                 json_is_string(member) ? clean_text(object, key) : clean_copy(member));
    }
    return copy;
}

/* Of an array's strings and of all else. */
static struct json *clean_copy(const struct json *value)
{
    if (json_is_object(value))
        return clean_object(value);
    if (json_is_array(value)) {
        struct json *copy = json_new_array();
        for (size_t i = 0; i < json_count(value); i++)
            json_push(copy, clean_copy(json_at(value, i)));
        return copy;
    }
    if (!json_is_string(value))
        return json_share(value);
    struct strbuf text;
    size_t length;
    const char *raw = json_string(value, &length);
    strbuf_init(&text, LINE_BYTES);
    sanitize(&text, raw, length, SANITIZE_LINE);
    struct json *copy = json_new_string_len(text.data, text.len);
    strbuf_finish(&text);
    return copy;
}

static const char *text_of(const struct json *line, const char *key)
{
    const char *text = json_string(json_get(line, key), NULL);
    return text ? text : "";
}

static bool is_line(const struct json *line, int64_t *out_asked_ms)
{
    return strncmp(text_of(line, "schema"), SCHEMA, strlen(SCHEMA)) == 0 &&
           text_of(line, "action")[0] && text_of(line, "state")[0] &&
           parse_iso8601(text_of(line, "asked_at"), out_asked_ms);
}

/* A number counts the actions of one run of the program. */
static char *make_key(const struct json *line)
{
    return xasprintf("%s %s %s %s %s", text_of(line, "asked_at"), text_of(line, "pid"),
                     text_of(line, "number"), text_of(line, "machine"), text_of(line, "profile"));
}

static struct json *make_step(const struct json *line)
{
    struct json *step = json_new_object();
    json_set(step, "at", clean_text(line, "at"));
    json_set(step, "state", clean_text(line, "state"));
    json_set(step, "words", clean_text(line, "words"));
    return step;
}

/* steps is taken. */
static struct json *make_item(const struct json *line, struct json *steps)
{
    struct json *item = json_new_object();
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        json_set(item, texts[i].to, clean_text(line, texts[i].from));
    json_set(item, "run", clean_copy(json_get(line, "run")));
    json_set(item, "steps", steps);
    return item;
}

/* ---- actions ---- */

static struct audit_action *find_action(struct audit_history *history, const char *key)
{
    size_t last = history->count > REACH ? history->count - REACH : 0;
    for (size_t i = history->count; i > last; i--) {
        if (strcmp(history->actions[i - 1].key, key) == 0)
            return &history->actions[i - 1];
    }
    return NULL;
}

/* key is taken. */
static struct audit_action *add_action(struct audit_history *history, char *key, int64_t asked_ms)
{
    if (history->count == history->size) {
        history->size = history->size ? 2 * history->size : 64;
        history->actions =
            xreallocarray(history->actions, history->size, sizeof(*history->actions));
    }
    struct audit_action *action = &history->actions[history->count++];
    *action = (struct audit_action){.key = key, .asked_ms = asked_ms};
    return action;
}

/* What a later step does not tell any more, such as what was run, an earlier one did. */
static void keep_run(struct json *item, const struct json *before)
{
    const struct json *run = json_get(before, "run");
    if (run && !json_get(item, "run"))
        json_set(item, "run", json_share(run));
}

static void take_step(struct audit_history *history, const struct json *line, int64_t asked_ms)
{
    char *key = make_key(line);
    struct audit_action *action = find_action(history, key);
    if (action)
        free(key);
    else
        action = add_action(history, key, asked_ms);
    const struct json *old = json_get(action->item, "steps");
    struct json *steps = old ? json_share(old) : json_new_array();
    json_push(steps, make_step(line));
    struct json *item = make_item(line, steps);
    keep_run(item, action->item);
    json_destroy(action->item);
    action->item = item;
}

/* ---- a file ---- */

struct reading {
    struct audit_history *history;
    struct strbuf line;
    size_t number;
    struct audit_unread unread;
};

static void take_line(struct reading *r)
{
    int64_t asked_ms;
    r->number++;
    if (r->line.len == 0)
        return;
    struct json *line = r->line.is_cut ? NULL : json_parse(r->line.data, r->line.len, NULL);
    if (is_line(line, &asked_ms))
        take_step(r->history, line, asked_ms);
    else if (r->unread.count++ == 0)
        r->unread.first = r->number;
    json_destroy(line);
    strbuf_clear(&r->line);
}

static void take_part(struct reading *r, const char *bytes, size_t length)
{
    while (length > 0) {
        const char *end = memchr(bytes, '\n', length);
        size_t taken = end ? (size_t)(end - bytes) : length;
        strbuf_add(&r->line, bytes, taken);
        if (end)
            take_line(r);
        taken += end != NULL;
        bytes += taken;
        length -= taken;
    }
}

static bool read_lines(struct reading *r, int fd)
{
    char bytes[PART_BYTES];
    ssize_t count;
    while ((count = read(fd, bytes, sizeof(bytes))) > 0)
        take_part(r, bytes, (size_t)count);
    if (r->line.len > 0)
        take_line(r); /* being written, or cut short */
    return count == 0;
}

bool audit_history_read(struct audit_history *history, const char *path,
                        struct audit_unread *out_unread, struct error *err)
{
    struct reading reading = {.history = history};
    struct stat facts;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0 && errno == ENOENT)
        return *out_unread = (struct audit_unread){0}, true;
    if (fd < 0)
        return error_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
    strbuf_init(&reading.line, LINE_BYTES);
    bool is_plain = fstat(fd, &facts) == 0 && S_ISREG(facts.st_mode);
    bool is_read = is_plain && read_lines(&reading, fd);
    if (is_read)
        *out_unread = reading.unread;
    else
        error_set(err, ERR_CONFIG, "%s: %s", path, is_plain ? strerror(errno) : "no plain file");
    strbuf_finish(&reading.line);
    close(fd);
    return is_read;
}

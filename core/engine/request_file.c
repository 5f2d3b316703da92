#include "engine/request_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "engine/state_file.h"
#include "net/json.h"

#define SCHEMA "querytop.requests/1"
/* Profiles in the file that are none of ours. */
#define OTHERS_MAX 1000

char *request_file_path(void)
{
    return state_file_path("requests.json");
}

static bool fail(const char *path, struct error *err)
{
    return error_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
}

/* ---- reading ---- */

/* *out_document NULL: there is none, or none that can be understood. */
static bool read_document(const char *path, struct json **out_document, struct error *err)
{
    char bytes[4096];
    ssize_t length;
    struct strbuf text;
    *out_document = NULL;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR || fail(path, err);
    strbuf_init(&text, LIMIT_CONFIG_BYTES);
    while ((length = read(fd, bytes, sizeof(bytes))) > 0 && !text.is_cut)
        strbuf_add(&text, bytes, (size_t)length);
    bool is_read = length >= 0 || fail(path, err);
    close(fd);
    if (is_read)
        *out_document = json_parse(text.data, text.len, NULL);
    strbuf_finish(&text);
    return is_read;
}

static bool has_text(const struct json *item, const char *key, const char *text)
{
    const char *value = json_string(json_get(item, key), NULL);
    return value && strcmp(value, text) == 0;
}

static bool is_of(const struct json *item, const struct request_entry *entry)
{
    return has_text(item, "profile", entry->profile) && has_text(item, "base_url", entry->base_url);
}

static uint64_t saved_requests(const struct json *document, const struct request_entry *entry,
                               const char *month)
{
    const struct json *items = json_get(document, "profiles");
    for (size_t i = 0; i < json_count(items); i++) {
        const struct json *item = json_at(items, i);
        int64_t requests = json_int(json_get(item, "requests"), 0);
        if (is_of(item, entry) && has_text(item, "month", month))
            return requests > 0 ? (uint64_t)requests : 0;
    }
    return 0;
}

/* ---- writing ---- */

static bool is_of_any(const struct json *item, const struct request_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_of(item, &entries[i]))
            return true;
    }
    return false;
}

/* Other programs' profiles stay, but not their months that are over. */
static struct json *build_document(const struct json *old, const struct request_entry *entries,
                                   size_t entry_count, const char *month)
{
    struct json *document = json_new_object();
    struct json *items = json_new_array();
    const struct json *old_items = json_get(old, "profiles");
    for (size_t i = 0; i < json_count(old_items) && json_count(items) < OTHERS_MAX; i++) {
        const struct json *item = json_at(old_items, i);
        if (has_text(item, "month", month) && !is_of_any(item, entries, entry_count))
            json_push(items, json_share(item));
    }
    for (size_t i = 0; i < entry_count; i++) {
        struct json *item = json_new_object();
        json_set_string(item, "profile", entries[i].profile);
        json_set_string(item, "base_url", entries[i].base_url);
        json_set_string(item, "month", month);
        json_set_int(item, "requests", (int64_t)entries[i].count->in_month);
        json_push(items, item);
    }
    json_set_string(document, "schema", SCHEMA);
    json_set(document, "profiles", items);
    return document;
}

/* ---- both ---- */

static bool take_over(const char *path, const struct request_entry *entries, size_t entry_count,
                      int64_t wall_ms, struct json **out_document, struct error *err)
{
    char month[16];
    request_month_format(month, request_month(wall_ms));
    if (!read_document(path, out_document, err))
        return false;
    for (size_t i = 0; i < entry_count; i++)
        request_count_merge(entries[i].count, saved_requests(*out_document, &entries[i], month),
                            wall_ms);
    return true;
}

static bool add_unsaved(const char *path, const struct request_entry *entries, size_t entry_count,
                        int64_t wall_ms, struct error *err)
{
    struct json *document;
    struct strbuf text;
    char month[16];
    if (!take_over(path, entries, entry_count, wall_ms, &document, err))
        return false;
    request_month_format(month, request_month(wall_ms));
    struct json *fresh = build_document(document, entries, entry_count, month);
    strbuf_init(&text, 2 * LIMIT_CONFIG_BYTES);
    json_format(fresh, true, &text);
    strbuf_add_char(&text, '\n');
    bool is_good = state_file_replace(path, &text, err);
    for (size_t i = 0; i < entry_count && is_good; i++)
        entries[i].count->unsaved = 0;
    strbuf_finish(&text);
    json_destroy(fresh);
    json_destroy(document);
    return is_good;
}

/* The file itself is replaced, so the lock is on another one beside it. */
static int open_lock(const char *path, struct error *err)
{
    char *lock = xasprintf("%s.lock", path);
    int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        fail(lock, err);
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        error_set(err, ERR_TIMEOUT, "%s: another querytop is writing it", path);
        close(fd);
        fd = -1;
    }
    free(lock);
    return fd;
}

static bool has_unsaved(const struct request_entry *entries, size_t entry_count, int64_t wall_ms)
{
    for (size_t i = 0; i < entry_count; i++) {
        const struct request_count *count = entries[i].count;
        if (count->unsaved && count->month == request_month(wall_ms))
            return true;
    }
    return false;
}

bool request_file_sync(const char *path, const struct request_entry *entries, size_t entry_count,
                       int64_t wall_ms, struct error *err)
{
    if (!has_unsaved(entries, entry_count, wall_ms)) {
        struct json *document;
        bool is_read = take_over(path, entries, entry_count, wall_ms, &document, err);
        json_destroy(document);
        return is_read;
    }
    if (!state_file_make_folder(path, err))
        return false;
    int lock = open_lock(path, err);
    if (lock < 0)
        return false;
    bool is_good = add_unsaved(path, entries, entry_count, wall_ms, err);
    close(lock);
    return is_good;
}

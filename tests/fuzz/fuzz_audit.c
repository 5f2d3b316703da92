/* Any bytes as an audit log: actions that are whole, and nothing in them that a terminal would
 * obey. Read twice, as two files that follow each other. */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/sanitize.h"
#include "engine/audit_read.h"

static void check_text(const struct json *value)
{
    size_t length = 0;
    const char *text = json_is_string(value) ? json_string(value, &length) : NULL;
    REQUIRE(!text || sanitize_is_clean(text, length));
}

static void check(const struct json *value)
{
    const void *cursor = NULL;
    const char *key;
    const struct json *member;
    check_text(value);
    for (size_t i = 0; i < json_count(value); i++)
        check(json_at(value, i));
    while (json_next_member(value, &cursor, &key, &member)) {
        REQUIRE(sanitize_is_clean(key, strlen(key)));
        check(member);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct audit_history history;
    struct audit_unread unread;
    int fd = memfd_create("audit", MFD_CLOEXEC);
    REQUIRE(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    audit_history_init(&history);
    for (int i = 0; i < 2; i++) {
        REQUIRE(audit_history_read(&history, path, &unread, NULL));
        REQUIRE((unread.count == 0) == (unread.first == 0));
    }
    for (size_t i = 0; i < history.count; i++) {
        REQUIRE(json_count(json_get(history.actions[i].item, "steps")) >= 2);
        check(history.actions[i].item);
    }
    audit_history_finish(&history);
    close(fd);
    return 0;
}

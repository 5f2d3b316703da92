#include "sandbox/faults.h"

#include <string.h>

#include "base/limits.h"
#include "net/json.h"

#define HUGE_BYTES 20000

/* Stands for bytes that JSON cannot hold; they are put in once it has become text. */
#define BROKEN_MARK  "@broken-utf8@"
#define BROKEN_BYTES "\xff\xc3\xed\xa0\x80"

/* One each in turn. */
static const char *const ATTACKS[] = {
    "\x1b[2J\x1b]0;owned\x07",      /* clears the screen, sets the title */
    "\xe2\x80\xae\xd7\x90 txt.exe", /* runs from right to left */
    "a\xe2\x80\x8b\xe2\x80\x8d"
    "b\xef\xbb\xbf", /* zero width */
    "\xc2\x9b"
    "31m\xc2\x90q",                                                      /* C1 */
    "\r\nHTTP/1.1 200\r\n\t\b\b\b",                                      /* lines */
    "Z\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88", /* marks upon marks */
    "\xe2\x80\xa8\xe2\x80\xa9\x7f", /* line and paragraph separators, DEL */
    BROKEN_MARK,
    "", /* stands for a huge one */
};

#define ATTACK_COUNT (sizeof(ATTACKS) / sizeof(ATTACKS[0]))

/* What a client must get right to ask again. */
static bool is_kept(const char *key)
{
    static const char *const kept[] = {"id",         "query_id",   "query_task_id", "slug",
                                       "client_id",  "status",     "workspace_id",  "access_token",
                                       "token_type", "created_at", "completed_at",  "ran_at",
                                       "limit",      "runtime",    "result_format", "project_id",
                                       "state",      "created",    "updated",       "start",
                                       "next",       "href",       "taskId",        "queryId",
                                       "scheduleId", "templateId", "token"};
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        if (strcmp(kept[i], key) == 0)
            return true;
    return false;
}

static struct json *attack(const char *text, size_t length, size_t *turn)
{
    struct strbuf out;
    strbuf_init(&out, 4 * LIMIT_MIB);
    strbuf_add(&out, text, length);
    const char *extra = ATTACKS[(*turn)++ % ATTACK_COUNT];
    if (*extra)
        strbuf_add_text(&out, extra);
    else
        strbuf_add_repeat(&out, 'W', HUGE_BYTES);
    struct json *json = json_new_string_len(out.data, out.len);
    strbuf_finish(&out);
    return json;
}

static struct json *rewrite(const struct json *value, size_t *turn)
{
    if (json_is_object(value)) {
        struct json *out = json_new_object();
        const void *cursor = NULL;
        const char *key;
        const struct json *member;
        while (json_next_member(value, &cursor, &key, &member))
            json_set(out, key, is_kept(key) && member ? json_share(member) : rewrite(member, turn));
        return out;
    }
    if (json_is_array(value)) {
        struct json *out = json_new_array();
        for (size_t i = 0; i < json_count(value); i++)
            json_push(out, rewrite(json_at(value, i), turn));
        return out;
    }
    if (json_is_string(value)) {
        size_t length;
        const char *text = json_string(value, &length);
        return attack(text, length, turn);
    }
    return value ? json_share(value) : NULL;
}

void hostile_rewrite(struct strbuf *body)
{
    struct json *json = json_parse(body->data, body->len, NULL);
    if (!json)
        return;
    size_t turn = 0;
    struct json *out = rewrite(json, &turn);
    strbuf_clear(body);
    json_format(out, false, body);
    json_destroy(out);
    json_destroy(json);
    /* The mark is longer than the bytes: pad with blanks, which JSON text may hold. */
    for (char *at = body->data; (at = strstr(at, BROKEN_MARK));) {
        memset(at, ' ', strlen(BROKEN_MARK));
        memcpy(at, BROKEN_BYTES, strlen(BROKEN_BYTES));
    }
}

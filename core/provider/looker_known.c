#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "provider/looker_known.h"

#undef uthash_fatal
#define uthash_fatal(msg) xalloc_die()

static const char clock_key[] = "\"runtime\"";

void looker_drop_known(struct looker *looker, struct looker_known *known)
{
    HASH_DEL(looker->known, known);
    task_unref(known->task);
    free(known);
}

void looker_forget_list(struct looker *looker)
{
    struct looker_known *known, *next;
    HASH_ITER (hh, looker->known, known, next)
        looker_drop_known(looker, known);
    free(looker->order);
    looker->order = NULL;
    looker->order_count = 0;
}

/* ---- masks ------------------------------------------------------------------------------------
 */

/* In raw JSON "runtime" between bare quotes and before a colon is a key: inside a string the quotes
 * would be escaped. It is the last one that belongs to the record, not to its query. */
static const char *find_runtime(const struct record *record)
{
    const size_t length = sizeof(clock_key) - 1;
    size_t left = record->length;
    const char *quote;
    while ((quote = memrchr(record->bytes, '"', left))) {
        left = (size_t)(quote - record->bytes);
        if (left + 1 >= length && memcmp(quote + 1 - length, clock_key, length) == 0)
            return quote + 1;
    }
    return NULL;
}

/* "12.75" -> 12750; what follows the number is in *out_end. False when there is none, or too great
 * a one. */
static bool read_seconds(const char *text, const char *end, int64_t *out_ms, const char **out_end)
{
    int64_t ms = 0;
    int64_t scale = 1000; /* of the digit to come, in ms */
    const char *p = text;
    for (; p < end && *p >= '0' && *p <= '9' && ms < INT64_MAX / 20; p++)
        ms = ms * 10 + (*p - '0') * scale;
    bool is_number = p > text && ms < INT64_MAX / 20;
    if (p < end && *p == '.')
        p++;
    for (; p < end && *p >= '0' && *p <= '9'; p++) {
        scale /= 10;
        ms += (*p - '0') * scale;
    }
    *out_ms = ms;
    *out_end = p;
    return is_number;
}

static uint64_t hash_parts(const char *head, size_t head_length, const char *tail,
                           size_t tail_length)
{
    uint64_t parts[2] = {records_hash(head, head_length), records_hash(tail, tail_length)};
    return records_hash(parts, sizeof(parts));
}

struct looker_mask looker_mask_nothing(const struct record *record)
{
    return (
        struct looker_mask){.hash = record->hash, .head = record->length, .runtime_ms = UNKNOWN};
}

struct looker_mask looker_mask(const struct record *record)
{
    const char *end = record->bytes + record->length;
    const char *number = find_runtime(record);
    const char *rest;
    int64_t runtime_ms;
    while (number && number < end && strchr(" \t\r\n:\"", *number))
        number++;
    if (!number || !read_seconds(number, end, &runtime_ms, &rest))
        return looker_mask_nothing(record);
    size_t head = (size_t)(number - record->bytes);
    size_t tail = (size_t)(end - rest);
    return (struct looker_mask){hash_parts(record->bytes, head, rest, tail), head, tail,
                                runtime_ms};
}

/* ---- finding ----------------------------------------------------------------------------------
 */

static struct looker_known *find_by_hash(struct looker *looker, uint64_t hash)
{
    struct looker_known *known;
    HASH_FIND(hh, looker->known, &hash, sizeof(hash), known);
    return known;
}

static struct looker_known *expected(const struct looker_reading *reading)
{
    const struct looker *looker = reading->looker;
    return reading->next < looker->order_count ? looker->order[reading->next] : NULL;
}

struct looker_known *looker_find_known(struct looker_reading *reading,
                                       const struct looker_mask *mask)
{
    return find_by_hash(reading->looker, mask->hash);
}

/* Whether the known record begins at text, with whatever runtime. */
static bool stands_at(const struct looker_known *known, const char *text, size_t left,
                      size_t *out_length, int64_t *out_runtime_ms)
{
    const struct looker_mask *mask = &known->mask;
    *out_runtime_ms = UNKNOWN;
    *out_length = mask->head;
    if (left < mask->head)
        return false;
    if (mask->runtime_ms == UNKNOWN)
        return records_hash(text, mask->head) == mask->hash;

    const char *end = text + left;
    const char *rest;
    if (!read_seconds(text + mask->head, end, out_runtime_ms, &rest) ||
        (size_t)(end - rest) < mask->tail)
        return false;
    *out_length = (size_t)(rest - text) + mask->tail;
    return hash_parts(text, mask->head, rest, mask->tail) == mask->hash;
}

struct looker_known *looker_expect_known(struct looker_reading *reading, struct records *records,
                                         int64_t *out_runtime_ms)
{
    struct looker_known *known = expected(reading);
    size_t left;
    size_t length;
    const char *text = records_peek(records, &left);
    if (!known || !stands_at(known, text, left, &length, out_runtime_ms) ||
        !records_skip(records, length))
        return NULL;
    reading->has_news |= *out_runtime_ms != known->mask.runtime_ms;
    known->mask.runtime_ms = *out_runtime_ms;
    looker_note_known(reading, known);
    return known;
}

/* ---- the order of the list --------------------------------------------------------------------
 */

void looker_note_known(struct looker_reading *reading, struct looker_known *known)
{
    if (reading->count == reading->size) {
        reading->size = reading->size ? 2 * reading->size : 64;
        reading->order = xreallocarray(reading->order, reading->size, sizeof(*reading->order));
    }
    if (known->serial != reading->looker->list_serial)
        reading->next = known->position + 1;
    known->serial = reading->looker->list_serial;
    known->position = reading->count;
    reading->order[reading->count++] = known;
}

void looker_add_known(struct looker_reading *reading, const struct looker_mask *mask,
                      struct task *task)
{
    struct looker *looker = reading->looker;
    struct looker_known *known = find_by_hash(looker, mask->hash);
    if (!known) {
        known = xcalloc(1, sizeof(*known));
        known->mask = *mask;
        known->serial = looker->list_serial;
        HASH_ADD(hh, looker->known, mask.hash, sizeof(known->mask.hash), known);
    }
    task_unref(known->task);
    known->task = task_ref(task);
    looker_note_known(reading, known);
}

void looker_keep_order(struct looker_reading *reading)
{
    struct looker *looker = reading->looker;
    free(looker->order);
    looker->order = reading->order;
    looker->order_count = reading->count;
    reading->order = NULL;
}

void looker_drop_order(struct looker_reading *reading)
{
    free(reading->order);
    reading->order = NULL;
}

/* looker_known.h - the records of the last running list, and the tasks that were made of them.
 *
 * A running record differs from poll to poll in its runtime alone, so records are compared without
 * it. Lists keep their order for the most part: the record that followed the last one in the last
 * list is looked for first, and where it stands again it is neither split off nor searched.
 * Poller thread only.
 */
#pragma once

#include <uthash.h>

#include "net/records.h"
#include "provider/looker_internal.h"

/* A record without its runtime: the hash of what stands before the number and behind it. */
struct looker_mask {
    uint64_t hash;
    size_t head; /* bytes before the number; the whole record when there is none */
    size_t tail;
    int64_t runtime_ms; /* UNKNOWN: nothing was left out */
};

struct looker_known {
    struct looker_mask mask;
    unsigned serial; /* of the last list that had it */
    size_t position; /* in that list */
    struct task *task;
    UT_hash_handle hh;
};

/* A list on its way through. */
struct looker_reading {
    struct looker *looker;
    const struct job *job;
    size_t records;             /* so far */
    bool has_news;              /* some of them were not as in the last list, byte for byte */
    size_t unread;              /* that were too long */
    struct json_parser *parser; /* these two for the new records */
    struct strbuf row;
    struct looker_known **order; /* of this list */
    size_t count;
    size_t size;
    size_t next; /* where in the order of the last list the next record is expected */
};

/* What has to be looked for when a record was not expected. */
struct looker_mask looker_mask(const struct record *record);
struct looker_mask looker_mask_nothing(const struct record *record);
struct looker_known *looker_find_known(struct looker_reading *reading,
                                       const struct looker_mask *mask);

/* The known record that was expected next, if it is the next one of the list: then the list is one
 * record further, and *out_runtime_ms is what the record says now. */
struct looker_known *looker_expect_known(struct looker_reading *reading, struct records *records,
                                         int64_t *out_runtime_ms);
/* Notes that the list has it, after looker_find_known(). */
void looker_note_known(struct looker_reading *reading, struct looker_known *known);
/* A record that was not known, and its task (another reference is taken). */
void looker_add_known(struct looker_reading *reading, const struct looker_mask *mask,
                      struct task *task);
/* Forgets a record, for good. */
void looker_drop_known(struct looker *looker, struct looker_known *known);

/* The list was read: the next one is expected to be like it. */
void looker_keep_order(struct looker_reading *reading);
/* It was broken. */
void looker_drop_order(struct looker_reading *reading);

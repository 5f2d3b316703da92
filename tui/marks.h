/* marks.h - the identity of a task, and a set of marked ones. Pure.
 *
 * Actions belong to an identity, never to a row or a pointer: rows move and tasks are replaced by
 * newer versions of themselves.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/snapshot.h"

struct task_key {
    uint16_t source;
    char id[LIMIT_ID_BYTES]; /* "": no task */
};

/* NULL gives the key of no task. */
struct task_key task_key_of(const struct task *task);
bool task_key_is(const struct task_key *key, const struct task *task);
/* A long id as its head and tail: "6f1c0000…0b2e". Returns out. */
#define SHORT_ID_BYTES 40
char *format_short_id(char out[SHORT_ID_BYTES], const char *id);
bool task_key_is_set(const struct task_key *key);
bool task_key_equal(const struct task_key *a, const struct task_key *b);
/* The task as the snapshot has it; NULL when it has none. */
const struct task *task_key_find(const struct task_key *key, const struct snapshot *snapshot);

struct marks {
    struct task_key *keys;
    size_t count;
    size_t size;
};

void marks_finish(struct marks *marks);
void marks_clear(struct marks *marks);
bool marks_has(const struct marks *marks, const struct task *task);
void marks_remove(struct marks *marks, const struct task_key *key);
/* False when there are LIMIT_MARKS already. */
bool marks_toggle(struct marks *marks, const struct task *task);

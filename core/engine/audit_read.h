/* audit_read.h - the record of actions read again: its lines put together to actions.
 *
 * Every byte counts as a stranger's: texts come out sanitised, and a line that is none of a record
 * is counted and left out. One thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "net/json.h"

struct audit_action {
    char *key; /* which lines are about it */
    struct json
        *item;        /* as the contract has it (querytop.actions/1); null where nothing is known */
    int64_t asked_ms; /* wall clock */
};

/* In the order in which they were asked for, as far as the files are. */
struct audit_history {
    struct audit_action *actions;
    size_t count;
    size_t size;
};

/* Lines of a file that can not be read. */
struct audit_unread {
    size_t count;
    size_t first; /* the number of the first of them, from 1 */
};

void audit_history_init(struct audit_history *history);
void audit_history_finish(struct audit_history *history);
/* Adds what a file holds; actions go on over the end of one file in the next. No such file:
 * nothing. ERR_CONFIG. */
bool audit_history_read(struct audit_history *history, const char *path,
                        struct audit_unread *out_unread, struct error *err);

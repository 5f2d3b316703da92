/* lake.h - the data sets that queries make: tables in SQLite that CREATE TABLE AS and INSERT INTO
 * fill, beside the sample shop, which stays as it is.
 *
 * Writing happens in one database of its own; readers see pictures of it, each taken after a write.
 * Threads: any; locks of its own, never held while a query runs. A data set that was once made
 * keeps its id until the end.
 */
#pragma once

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "sandbox/result.h"

#define DATA_SET_ID_LENGTH 24
#define DATA_SET_NAME_MAX  127

struct data_set {
    char id[DATA_SET_ID_LENGTH + 1];
    char name[DATA_SET_NAME_MAX + 1];
};

/* All data sets at one moment, for a connection that only reads. Immutable, reference-counted. */
struct lake_image {
    _Atomic unsigned refs;
    unsigned char *bytes;
    int64_t byte_count;
};

/* Accepts NULL. */
void lake_image_unref(struct lake_image *image);

struct lake {
    pthread_mutex_t writing; /* db */
    sqlite3 *db;
    pthread_mutex_t lock; /* what follows; may be taken inside writing and the service's lock */
    struct lake_image *empty;
    struct lake_image *newest;
    struct data_set **sets;
    size_t set_count;
    uint64_t seed;
};

bool lake_init(struct lake *lake, uint64_t seed, struct error *err);
void lake_finish(struct lake *lake);

/* A picture of all data sets, or of none. The caller owns a reference. */
struct lake_image *lake_newest(struct lake *lake);
struct lake_image *lake_empty(struct lake *lake);

/* The data set of that name, also one of the shop; it gets an id when it had none. NULL when there
 * are too many. Stays until lake_finish(). */
const struct data_set *lake_name(struct lake *lake, const char *name);
/* The data sets that a statement names, at most max. Returns how many. */
size_t lake_named_in(struct lake *lake, const char *sql, const struct data_set **out, size_t max);

/* Makes a data set of the rows. The words of failures are SQLite's where it was asked. */
bool lake_create(struct lake *lake, const char *name, const struct result *rows, struct error *err);
/* Adds the rows; columns is "(a, b)" or NULL for all. */
bool lake_insert(struct lake *lake, const char *name, const char *columns,
                 const struct result *rows, struct error *err);

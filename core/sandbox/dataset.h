/* dataset.h - the sample shop: users, products, orders, order_items and events in SQLite.
 *
 * Made in memory from a seed, then serialised once. Each connection reads the same bytes, so that
 * worker threads share no lock. Immutable once made; any thread may open connections.
 */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct dataset {
    unsigned char *image; /* a whole SQLite database */
    int64_t image_bytes;
};

/* About 100,000 rows whose times end at end_ms (wall clock, cut to the day). The same seed and
 * day give the same bytes. *is_stopping, looked at now and then, makes it give up early. */
bool dataset_make(struct dataset *out, uint64_t seed, int64_t end_ms,
                  const _Atomic bool *is_stopping, struct error *err);
void dataset_finish(struct dataset *dataset);

/* A connection of its own onto the data: reading only, no ATTACH, no extension, no PRAGMA, small
 * limits. Close it with sqlite3_close() before dataset_finish(). */
bool dataset_open(const struct dataset *dataset, sqlite3 **out_db, struct error *err);

struct lake_image;

/* Lets a connection of dataset_open() read these data sets too, in place of others before. The
 * image must stay until they are replaced or the connection is closed. Between two statements. */
bool dataset_show_lake(sqlite3 *db, const struct lake_image *image);

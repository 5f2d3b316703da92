/* settings.h - what the dashboard remembers from one day to the next: saved filters, columns,
 * order.
 *
 * A plain INI file, dashboard.ini in the program's state folder, for its user alone: [filters] has
 * a line per saved filter, "[view PROFILES]" the looks of the dashboard on these profiles. It may
 * be edited by hand and shared by several dashboards: what one changes is put into what stands
 * there. UI thread only.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define SETTINGS_MAX        500
#define SETTINGS_LINE_BYTES 190 /* of "name = value": inih reads no longer lines */
#define SETTINGS_FILTERS    "filters"

struct setting {
    char *section;
    char *key;
    char *value;
};

struct settings {
    char *path; /* NULL: nothing is kept */
    struct setting *items;
    size_t count;
};

/* path is taken over; NULL: everything is forgotten at the end. A file that is not there is an
 * empty one; for one that can not be read err says why, and nothing will be written. */
bool settings_open(struct settings *settings, char *path, struct error *err);
void settings_close(struct settings *settings);

/* NULL: not set. */
const char *settings_get(const struct settings *settings, const char *section, const char *key);
/* The n-th setting of a section; NULL beyond the last. */
const struct setting *settings_at(const struct settings *settings, const char *section, size_t n);
/* Sets and writes at once; value NULL: takes it away. ERR_USAGE for what an INI file can not hold.
 */
bool settings_set(struct settings *settings, const char *section, const char *key,
                  const char *value, struct error *err);

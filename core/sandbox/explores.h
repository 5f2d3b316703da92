/* explores.h - the models "shop" and "system__activity": which explores, views and fields there
 * are, and their SQL.
 *
 * Tables only, immutable; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define EXPLORE_MODEL       "shop"
#define EXPLORE_MODEL_LABEL "Shop"
#define EXPLORE_PROJECT     "shop_model"
#define EXPLORE_CONNECTION  "warehouse"
/* The service's own past (activity.h). */
#define ACTIVITY_MODEL "system__activity"

enum field_kind { FIELD_DIMENSION, FIELD_MEASURE };
enum field_type { FIELD_NUMBER, FIELD_STRING, FIELD_DATE, FIELD_YESNO };
enum field_format { FORMAT_PLAIN, FORMAT_USD, FORMAT_PERCENT };

struct field {
    const char *name; /* "users.region" */
    const char *label;
    const char *sql; /* over the view's alias, which is the view's name */
    enum field_kind kind;
    enum field_type type;
    enum field_format format;
    const char *column; /* of times: the bare column, which filters compare */
};

/* One view that an explore joins; on may use views joined before. */
struct join {
    const char *view;
    const char *on;
    const char *needs; /* a view that must be joined too; NULL: only the explore's own */
};

#define EXPLORE_JOINS_MAX 4

struct explore {
    const char *model;
    const char *name; /* also the view it starts from */
    const char *label;
    const char *description;
    struct join joins[EXPLORE_JOINS_MAX]; /* ends at a NULL view */
    const char *table;                    /* SQL of a derived table; NULL: the table of its name */
};

bool explore_is_model(const char *name);
/* NULL when there is none. */
const struct explore *explore_find(const char *model, const char *name);
/* A field of the explore's own view or of one it joins. NULL when there is none. */
const struct field *explore_field(const struct explore *explore, const char *name);
/* NULL unless the explore joins that view. */
const struct join *explore_join(const struct explore *explore, const char *view, size_t length);

/* run_spec.h - what to run: the parameters of a new query task.
 *
 * One of five ways to name the query: its id or slug, a Look, explore and fields, SQL, or a
 * template; which of them a service takes is in its capabilities (CAP_RUN_...). What is
 * not said is left to the service. Immutable once sent; reference-counted; strings are the spec's
 * own. Threads: made by one, read by another after it was sent.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"

#define RUN_SPEC_FIELDS_MAX  100
#define RUN_SPEC_FILTERS_MAX 50
#define RUN_SPEC_SORTS_MAX   20

#define RUN_SPEC_PARAMETERS_MAX 100

struct run_parameter {
    const char *name;
    const char *value;
};

struct run_filter {
    const char *field;
    const char *value;
};

/* -1: not said, 0 no, 1 yes. */
typedef signed char run_flag;

struct run_spec {
    _Atomic uint32_t refs;
    struct arena arena;
    const char *query; /* id or slug */
    const char *look_id;
    const char *model;
    const char *explore;
    const char *fields[RUN_SPEC_FIELDS_MAX];
    size_t field_count;
    struct run_filter filters[RUN_SPEC_FILTERS_MAX];
    size_t filter_count;
    const char *sorts[RUN_SPEC_SORTS_MAX];
    size_t sort_count;
    const char *limit;         /* rows; "-1": all */
    const char *result_format; /* NULL: json_detail */
    const char *path_prefix;
    const char *sql;
    const char *template_id;
    struct run_parameter parameters[RUN_SPEC_PARAMETERS_MAX]; /* $name in the SQL */
    size_t parameter_count;
    const char *name;
    const char *description;
    const char *database;     /* NULL: all of the sandbox */
    const char *ctas_dataset; /* the rows go into a new data set of this name */
    const char *ctas_description;
    const char *ctas_schema;
    const char *insert_into; /* the rows go into this data set */
    run_flag cache;
    run_flag cache_only;
    run_flag force_production;
    run_flag rebuild_pdts;
    run_flag apply_formatting;
    run_flag generate_drill_links;
    run_flag server_table_calcs;
};

struct run_spec *run_spec_create(void);
struct run_spec *run_spec_ref(const struct run_spec *spec);
void run_spec_unref(struct run_spec *spec);

/* One row of the table that options, the form and the documentation come from. */
struct run_option {
    const char *name; /* "fields": the option is --fields */
    const char *title;
    const char *help;
    const char *sample; /* "orders.count,users.region" */
    bool is_repeatable; /* filter: once per filter */
    bool is_flag;       /* yes or no */
    unsigned cap;       /* enum provider_cap that the service needs */
    /* Sets the value; err names what is wrong and what is allowed. "" takes a value back. */
    bool (*set)(struct run_spec *spec, const struct run_option *option, const char *value,
                struct error *err);
    size_t offset; /* of the member that set() writes, where that is one text or flag */
};

extern const struct run_option run_options[];
extern const size_t run_option_count;

/* By name; NULL when there is none. */
const struct run_option *run_option_find(const char *name);
/* By what the service calls the parameter: "view", "result_format", "fields[0]"; NULL. */
const struct run_option *run_option_of_field(const char *field);
/* Does the service with these capabilities (enum provider_cap) know all that is said? err names the
 * first option that it does not. */
bool run_spec_suits(const struct run_spec *spec, unsigned caps, struct error *err);
/* True when it names a query in exactly one way; err says what is missing. */
bool run_spec_check(const struct run_spec *spec, struct error *err);

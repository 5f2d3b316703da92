/* report.h - what was measured, beside its floor and its budget: a table for people, JSON for
 * programs. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Values of one measurement, repeated. */
struct samples {
    double *values;
    size_t count;
    size_t size;
};

void samples_add(struct samples *samples, double value);
void samples_finish(struct samples *samples);
/* share 0.5: the median. NAN without values. */
double samples_quantile(struct samples *samples, double share);

enum budget_kind {
    BUDGET_VALUE, /* the measured value may be this much */
    BUDGET_RATIO, /* the measured value may be this many times the floor */
    BUDGET_NONE,  /* shown for its own sake */
};

struct measurement {
    const char *name; /* copied by report_add() */
    const char *unit;
    double value;
    double low; /* spread of the repeats; NAN: measured once */
    double high;
    double floor; /* the same job done with the bare library, in the same run; NAN: none */
    enum budget_kind kind;
    double budget;
    char note[120];
};

struct report;

struct report *report_create(void);
void report_destroy(struct report *report);
void report_add(struct report *report, const struct measurement *measurement);
/* What could not be measured, and why. */
void report_add_missing(struct report *report, const char *name, const char *why);
/* Median and the middle 80 % of samples go into value, low and high. */
void measurement_take(struct measurement *measurement, struct samples *samples);

void report_print(const struct report *report, FILE *out);
bool report_write_json(const struct report *report, const char *path);

#include "bench/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "net/json.h"

#define ROWS_MAX 128

struct report {
    struct measurement rows[ROWS_MAX];
    char *names[ROWS_MAX];
    bool is_missing[ROWS_MAX];
    size_t count;
};

void samples_add(struct samples *samples, double value)
{
    if (samples->count == samples->size) {
        samples->size = samples->size ? samples->size * 2 : 64;
        samples->values = xreallocarray(samples->values, samples->size, sizeof(double));
    }
    samples->values[samples->count++] = value;
}

void samples_finish(struct samples *samples)
{
    free(samples->values);
    *samples = (struct samples){0};
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

double samples_quantile(struct samples *samples, double share)
{
    if (samples->count == 0)
        return NAN;
    qsort(samples->values, samples->count, sizeof(double), compare);
    double at = share * (double)(samples->count - 1);
    size_t below = (size_t)at;
    size_t above = below + 1 < samples->count ? below + 1 : below;
    double rest = at - (double)below;
    return samples->values[below] * (1 - rest) + samples->values[above] * rest;
}

void measurement_take(struct measurement *measurement, struct samples *samples)
{
    measurement->value = samples_quantile(samples, 0.5);
    measurement->low = samples_quantile(samples, 0.1);
    measurement->high = samples_quantile(samples, 0.9);
}

struct report *report_create(void)
{
    return xcalloc(1, sizeof(struct report));
}

void report_destroy(struct report *report)
{
    for (size_t i = 0; i < report->count; i++)
        free(report->names[i]);
    free(report);
}

void report_add(struct report *report, const struct measurement *measurement)
{
    if (report->count == ROWS_MAX)
        abort();
    report->rows[report->count] = *measurement;
    report->names[report->count] = xstrdup(measurement->name);
    report->rows[report->count].name = report->names[report->count];
    report->count++;
    fprintf(stderr, "bench: %-52s %.4g %s\n", measurement->name, measurement->value,
            measurement->unit);
}

void report_add_missing(struct report *report, const char *name, const char *why)
{
    struct measurement row = {.name = name, .unit = "", .value = NAN, .floor = NAN};
    snprintf(row.note, sizeof(row.note), "%s", why);
    row.low = row.high = NAN;
    row.kind = BUDGET_NONE;
    report->is_missing[report->count] = true;
    report_add(report, &row);
}

static double ratio(const struct measurement *row)
{
    return row->value / row->floor;
}

/* NULL where there is no budget. */
static const char *verdict(const struct measurement *row)
{
    if (row->kind == BUDGET_NONE)
        return NULL;
    double used = row->kind == BUDGET_RATIO ? ratio(row) : row->value;
    if (!isfinite(used))
        return "not measured";
    return used <= row->budget ? "met" : "MISSED";
}

static void format_number(double value, const char *unit, char *out, size_t size)
{
    if (!isfinite(value))
        snprintf(out, size, "-");
    else if (fabs(value) >= 1000)
        snprintf(out, size, "%.0f%s", value, unit);
    else if (fabs(value) >= 10 || value == 0)
        snprintf(out, size, "%.1f%s", value, unit);
    else
        snprintf(out, size, "%.3g%s", value, unit);
}

static void print_row(const struct measurement *row, bool is_missing, FILE *out)
{
    char value[32], spread[48] = "", floor_text[32], ratio_text[32], budget[32] = "";
    char low[24], high[24];
    format_number(row->value, "", value, sizeof(value));
    format_number(row->floor, "", floor_text, sizeof(floor_text));
    format_number(ratio(row), "x", ratio_text, sizeof(ratio_text));
    if (isfinite(row->low)) {
        format_number(row->low, "", low, sizeof(low));
        format_number(row->high, "", high, sizeof(high));
        snprintf(spread, sizeof(spread), "%s..%s", low, high);
    }
    if (row->kind != BUDGET_NONE)
        format_number(row->budget, row->kind == BUDGET_RATIO ? "x" : "", budget, sizeof(budget));
    const char *judged = is_missing ? "not measured" : verdict(row);
    fprintf(out, "%-56s %9s %-9s %-15s %9s %8s %8s  %-6s %s\n", row->name, value, row->unit, spread,
            floor_text, ratio_text, budget, judged ? judged : "", row->note);
}

void report_print(const struct report *report, FILE *out)
{
    fprintf(out, "%-56s %9s %-9s %-15s %9s %8s %8s  %s\n", "what", "measured", "unit",
            "middle 80 %", "floor", "ratio", "budget", "verdict");
    for (size_t i = 0; i < report->count; i++)
        print_row(&report->rows[i], report->is_missing[i], out);
}

static struct json *row_json(const struct measurement *row)
{
    struct json *object = json_new_object();
    json_set_string(object, "name", row->name);
    json_set_string(object, "unit", row->unit);
    json_set_double(object, "measured", row->value);
    json_set_double(object, "low", row->low);
    json_set_double(object, "high", row->high);
    json_set_double(object, "floor", row->floor);
    json_set_double(object, "ratio", ratio(row));
    if (row->kind == BUDGET_NONE)
        json_set_null(object, "budget");
    else
        json_set_double(object, "budget", row->budget);
    json_set_string(object, "budget_of", row->kind == BUDGET_RATIO ? "ratio" : "measured");
    json_set_string(object, "verdict", verdict(row));
    json_set_string(object, "note", row->note[0] ? row->note : NULL);
    return object;
}

bool report_write_json(const struct report *report, const char *path)
{
    struct json *document = json_new_object();
    struct json *rows = json_new_array();
    json_set_string(document, "schema", "querytop.bench/1");
    json_set_string(document, "version", QUERYTOP_VERSION);
    json_set(document, "measurements", rows);
    for (size_t i = 0; i < report->count; i++)
        json_push(rows, row_json(&report->rows[i]));
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    json_format(document, true, &text);
    json_destroy(document);
    FILE *file = fopen(path, "w");
    bool is_written = file && fwrite(text.data, 1, text.len, file) == text.len;
    if (file && fclose(file) != 0)
        is_written = false;
    strbuf_finish(&text);
    return is_written;
}

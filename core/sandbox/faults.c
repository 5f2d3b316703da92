#include "sandbox/faults.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DELAY_DEFAULT_MS 1000

static const struct {
    const char *name;
    unsigned status; /* unless the spec says otherwise */
} KINDS[FAULT_KIND_COUNT] = {
    [FAULT_STATUS] = {"", 0},           [FAULT_DELAY] = {"delay", 0},
    [FAULT_HANG] = {"hang", 0},         [FAULT_CUT] = {"cut", 0},
    [FAULT_GARBAGE] = {"garbage", 200}, [FAULT_HTML] = {"html", 502},
    [FAULT_RESET] = {"reset", 0},       [FAULT_HOSTILE] = {"hostile", 0},
    [FAULT_EXPIRED] = {"expired", 0},
};

static bool read_number(const char *text, double low, double high, double *out)
{
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= low && value <= high))
        return false;
    *out = value;
    return true;
}

static bool read_kind(const char *word, struct fault *out)
{
    double status;
    if (read_number(word, 200, 599, &status)) {
        out->kind = FAULT_STATUS;
        out->status = (unsigned)status;
        return true;
    }
    for (int kind = FAULT_DELAY; kind < FAULT_KIND_COUNT; kind++)
        if (strcmp(word, KINDS[kind].name) == 0) {
            out->kind = (enum fault_kind)kind;
            out->status = KINDS[kind].status;
            return true;
        }
    return false;
}

static bool set_share(struct fault *fault, const char *value)
{
    return read_number(value, 0, 1, &fault->share);
}

static bool set_count(struct fault *fault, const char *value)
{
    double count;
    if (!read_number(value, 0, 1e9, &count))
        return false;
    fault->count = (int64_t)count;
    return true;
}

static bool set_ms(struct fault *fault, const char *value)
{
    double ms;
    if (!read_number(value, 0, 86400e3, &ms))
        return false;
    fault->delay_ms = (int64_t)ms;
    return true;
}

static bool set_status(struct fault *fault, const char *value)
{
    double status;
    if (!read_number(value, 200, 599, &status))
        return false;
    fault->status = (unsigned)status;
    return true;
}

/* Anything without blanks, so that clients can be tried with nonsense too. */
static bool set_retry_after(struct fault *fault, const char *value)
{
    if (!*value || strlen(value) >= sizeof(fault->retry_after))
        return false;
    snprintf(fault->retry_after, sizeof(fault->retry_after), "%s", value);
    return true;
}

static const struct {
    const char *name;
    bool (*set)(struct fault *fault, const char *value);
} KEYS[] = {
    {"share", set_share},
    {"count", set_count},
    {"ms", set_ms},
    {"status", set_status},
    {"retry-after", set_retry_after},
};

static bool read_key(struct fault *fault, char *word)
{
    char *equals = strchr(word, '=');
    if (!equals)
        return false;
    *equals = '\0';
    for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++)
        if (strcmp(KEYS[i].name, word) == 0)
            return KEYS[i].set(fault, equals + 1);
    return false;
}

/* The next word of a line that strtok_r cuts; false when it is missing or too long for size. */
static bool next_word(char *line, char **rest, char *out, size_t size)
{
    const char *word = strtok_r(line, " \t\r\n", rest);
    if (!word || strlen(word) >= size)
        return false;
    snprintf(out, size, "%s", word);
    return true;
}

bool fault_parse(const char *spec, struct fault *out, struct error *err)
{
    struct fault fault = {.share = 1, .count = -1, .delay_ms = DELAY_DEFAULT_MS};
    char line[512];
    char kind[16];
    char *rest;
    if (strlen(spec) >= sizeof(line))
        return error_set(err, ERR_USAGE, "a fault is too long (%zu bytes)", strlen(spec));
    snprintf(line, sizeof(line), "%s", spec);
    if (!next_word(line, &rest, fault.method, sizeof(fault.method)) ||
        !next_word(NULL, &rest, fault.prefix, sizeof(fault.prefix)) || fault.prefix[0] != '/' ||
        !next_word(NULL, &rest, kind, sizeof(kind)))
        return error_set(err, ERR_USAGE,
                         "\"%.100s\" is no fault; it goes METHOD /PATH-PREFIX KIND [key=value]...",
                         spec);
    if (!read_kind(kind, &fault))
        return error_set(err, ERR_USAGE,
                         "\"%s\" is no kind of fault: a status from 200 to 599, delay, hang, cut,"
                         " garbage, html, reset, hostile or expired",
                         kind);
    for (char *word; (word = strtok_r(NULL, " \t\r\n", &rest));)
        if (!read_key(&fault, word))
            return error_set(err, ERR_USAGE,
                             "\"%.60s\" does not fit a fault; keys are share, count, ms, status and"
                             " retry-after",
                             word);
    *out = fault;
    return true;
}

bool faults_add(struct faults *faults, const char *spec, struct error *err)
{
    if (faults->count == FAULTS_MAX)
        return error_set(err, ERR_USAGE, "more than %d faults", FAULTS_MAX);
    if (!fault_parse(spec, &faults->list[faults->count], err))
        return false;
    faults->count++;
    return true;
}

bool faults_set(struct faults *faults, const char *text, struct error *err)
{
    struct faults fresh = {.rng = faults->rng, .version = faults->version + 1};
    while (*text) {
        char line[512];
        size_t length = strcspn(text, "\n");
        if (length >= sizeof(line))
            return error_set(err, ERR_USAGE, "a fault is too long (%zu bytes)", length);
        memcpy(line, text, length);
        line[length] = '\0';
        size_t blanks = strspn(line, " \t\r");
        if (line[blanks] && line[blanks] != '#' && !faults_add(&fresh, line, err))
            return false;
        text += length + (text[length] == '\n');
    }
    *faults = fresh;
    return true;
}

static bool strikes(struct faults *faults, struct fault *fault, const char *method,
                    const char *path)
{
    bool is_meant = strcmp(fault->method, "*") == 0 || strcasecmp(fault->method, method) == 0;
    if (!is_meant || strncmp(path, fault->prefix, strlen(fault->prefix)) != 0 || fault->count == 0)
        return false;
    if (fault->share < 1 && rng_unit(&faults->rng) >= fault->share)
        return false;
    if (fault->count > 0)
        fault->count--;
    fault->struck++;
    return true;
}

bool faults_choose(struct faults *faults, const char *method, const char *path, struct fault *out)
{
    for (size_t i = 0; i < faults->count; i++)
        if (strikes(faults, &faults->list[i], method, path)) {
            *out = faults->list[i];
            out->version = faults->version;
            return true;
        }
    return false;
}

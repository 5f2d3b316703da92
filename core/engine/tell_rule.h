/* tell_rule.h - what somebody wants to be told of: the sections [tell NAME] of the configuration.
 *
 * Made before threads start; read by the UI thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/limits.h"
#include "model/filter.h"

/* A section of that beginning is a rule and no profile. */
#define TELL_SECTION "tell "

struct tell_rule {
    char name[LIMIT_NAME_BYTES];
    struct filter *filter; /* NULL until "when" was read */
    bool has_bell;
    bool has_notification;
    char *command; /* split into words, never read by a shell; NULL */
};

struct tell_key {
    const char *name;
    const char *values; /* what it takes, in words */
    const char *help;
    bool (*set)(struct tell_rule *rule, const char *value, struct error *err);
};
extern const struct tell_key tell_keys[];
extern const size_t tell_key_count;

/* False: no good name. */
bool tell_rule_init(struct tell_rule *rule, const char *name, struct error *err);
void tell_rule_finish(struct tell_rule *rule);
/* err says what is wrong with key or value. */
bool tell_rule_set(struct tell_rule *rule, const char *key, const char *value, struct error *err);
/* False: it does not say when. */
bool tell_rule_check(const struct tell_rule *rule, struct error *err);

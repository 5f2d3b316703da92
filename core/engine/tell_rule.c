#include "engine/tell_rule.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/sanitize.h"
#include "base/suggest.h"
#include "base/xalloc.h"

#define ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool set_when(struct tell_rule *rule, const char *value, struct error *err)
{
    size_t at = 0;
    struct error why = {0};
    struct filter *filter = filter_parse(value, &why, &at);
    if (!filter)
        return error_set(err, ERR_CONFIG, "at character %zu: %s", at + 1, why.message);
    filter_destroy(rule->filter);
    rule->filter = filter;
    return !filter_is_empty(filter) ||
           error_set(err, ERR_CONFIG, "is empty, which would be all tasks");
}

static bool set_flag(bool *flag, const char *value, struct error *err)
{
    *flag = strcasecmp(value, "true") == 0;
    return *flag || strcasecmp(value, "false") == 0 ||
           error_set(err, ERR_CONFIG, "is neither true nor false");
}

static bool set_bell(struct tell_rule *rule, const char *value, struct error *err)
{
    return set_flag(&rule->has_bell, value, err);
}

static bool set_notify(struct tell_rule *rule, const char *value, struct error *err)
{
    return set_flag(&rule->has_notification, value, err);
}

static bool set_command(struct tell_rule *rule, const char *value, struct error *err)
{
    if (!*value)
        return error_set(err, ERR_CONFIG, "is empty");
    free(rule->command);
    rule->command = xstrdup(value);
    return true;
}

const struct tell_key tell_keys[] = {
    {"when", "a filter", "which tasks: told of each once, as soon as it matches; required",
     set_when},
    {"bell", "true or false", "rings the terminal's bell; true when not given", set_bell},
    {"notify", "true or false",
     "a notification of the terminal (OSC 9 or 777); true when not given", set_notify},
    {"command", "a command and its words",
     "run without a shell; what happened stands in its environment, as QUERYTOP_RULE, _PROFILE, "
     "_ID, _STATE, _TITLE, _USER, _MESSAGE and _URL",
     set_command},
};
const size_t tell_key_count = ARRAY_LENGTH(tell_keys);

bool tell_rule_init(struct tell_rule *rule, const char *name, struct error *err)
{
    *rule = (struct tell_rule){.has_bell = true, .has_notification = true};
    name += strspn(name, " ");
    if (!*name || strlen(name) >= sizeof(rule->name) || !sanitize_is_clean(name, strlen(name)))
        return error_set(err, ERR_CONFIG, "a rule needs a name, as in [tell failures]");
    strcpy(rule->name, name);
    return true;
}

void tell_rule_finish(struct tell_rule *rule)
{
    filter_destroy(rule->filter);
    free(rule->command);
    *rule = (struct tell_rule){.filter = NULL};
}

static bool fail_unknown(const char *key, struct error *err)
{
    char shown[LIMIT_NAME_BYTES];
    const char *names[ARRAY_LENGTH(tell_keys)];
    for (size_t i = 0; i < tell_key_count; i++)
        names[i] = tell_keys[i].name;
    const char *near = suggest_name(key, names, tell_key_count);
    return error_set(err, ERR_CONFIG, "unknown key '%s' of a rule; %s%s",
                     sanitize_line(shown, sizeof(shown), key),
                     near ? "did you mean " : "keys are when, bell, notify, command",
                     near ? near : "");
}

bool tell_rule_set(struct tell_rule *rule, const char *key, const char *value, struct error *err)
{
    struct error why = {0};
    for (size_t i = 0; i < tell_key_count; i++) {
        if (strcmp(tell_keys[i].name, key) == 0)
            return tell_keys[i].set(rule, value, &why) ||
                   error_set(err, ERR_CONFIG, "%s %s", key, why.message);
    }
    return fail_unknown(key, err);
}

bool tell_rule_check(const struct tell_rule *rule, struct error *err)
{
    return rule->filter || error_set(err, ERR_CONFIG, "[tell %s] does not say when", rule->name);
}

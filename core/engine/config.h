/* config.h - the profiles and where they come from.
 *
 * $QUERYTOP_CONFIG, else $XDG_CONFIG_HOME/querytop/config.ini, else ~/.config/querytop/config.ini;
 * a path given wins. A section is a profile. Mistakes are one line with file, line, key and the
 * next step; nothing is guessed. Call before threads start.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "engine/secret_source.h"
#include "engine/tell_rule.h"
#include "provider/profile.h"

struct filter;
struct recorder;

struct config {
    struct profile *profiles;
    size_t profile_count;
    struct tell_rule *rules; /* what to tell of; their filters are checked */
    size_t rule_count;
    char *path;                  /* the file that was read; NULL when there was none */
    struct secret_guard guard;   /* asked while secrets are resolved; by that thread */
    const struct filter *wanted; /* tasks that it does not match may be left out, where that saves
                                    asking for them; borrowed; NULL: all are wanted */
    struct recorder *recorder;   /* writes down what is published; borrowed; NULL */
};

/* path NULL: the usual places. No file at a usual place: an empty config, true; no file at a path
 * that was given: ERR_CONFIG. A file that holds client_secret and that group or others can read is
 * refused with the chmod that mends it. An unknown key, a bad value, a key twice: ERR_CONFIG. */
bool config_load(struct config *config, const char *path, struct error *err);
void config_finish(struct config *config);

/* Keeps only the named profiles, in that order. An unknown name is ERR_CONFIG and lists the names.
 */
bool config_select(struct config *config, const char *const *names, size_t count,
                   struct error *err);
/* Adds a rule of what to tell, for filling in; false: no good name, or too many. */
bool config_add_rule(struct config *config, const char *name, struct tell_rule **out,
                     struct error *err);
/* Adds a profile made by the program itself (demo, tests). Returns it for filling in; defaults are
 * set, and nothing of it is kept on disk. name is copied. */
struct profile *config_add(struct config *config, const char *name, const char *provider);
/* The same for a name that a file gives: NULL and err when it can not be used or is there already.
 */
struct profile *config_add_checked(struct config *config, const char *name, const char *provider,
                                   struct error *err);
/* NULL when there is none of that name. */
struct profile *config_find(const struct config *config, const char *name);
/* Has a task watched: "profile:id", or the id alone where there is but one profile. ERR_USAGE. */
bool config_watch(struct config *config, const char *task, struct error *err);
/* Is the profile whole, and does its provider take it? err names profile and key. */
bool config_check(const struct profile *profile, struct error *err);
/* Resolves the secrets of all profiles: out of the file, a variable, or a command (run without a
 * shell; several at the same time; 30 s at most each). The variables are emptied: no child inherits
 * them. What a profile lacks stands in its problem;
 * false when no profile is left, or ERR_INTERRUPTED when the guard says that nobody wants them. */
bool config_resolve_secrets(struct config *config, struct error *err);
/* What to say when there is no profile at all: how to make one, and that demo needs none. */
void config_explain_missing(const struct config *config, struct strbuf *out);

/* config_keys.h - the keys of a profile: what they are called, what they take, what they are for.
 *
 * The configuration reads by this table, and the documentation is made from it. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "provider/profile.h"

struct config_key {
    const char *name;
    const char *values; /* what it takes, in words: "true or false" */
    const char *help;
    /* Puts value into the profile. err says what is wrong with the value, without the key. */
    bool (*set)(struct profile *profile, const struct config_key *key, const char *value,
                struct error *err);
    size_t offset;  /* of the field in struct profile, for setters that serve several keys */
    bool is_secret; /* the value is never repeated in a message */
};

/* In the order of the documentation. */
extern const struct config_key config_keys[];
extern const size_t config_key_count;

/* NULL when there is no such key. */
const struct config_key *config_key_find(const char *name);
/* The key that was meant by a misspelt one; NULL when none is near. */
const struct config_key *config_key_nearest(const char *name);

/* A secret of a profile, and where in struct profile it and its two other sources are. */
struct config_secret {
    const char *name; /* the key; name_env and name_command are the others */
    size_t value;     /* struct secret */
    size_t env;       /* char *, the variable's name */
    size_t command;   /* char * */
};
enum { CONFIG_SECRET_COUNT = 2 };
extern const struct config_secret config_secrets[CONFIG_SECRET_COUNT];

/* Adds tasks to those that the profile watches: ids, parted by commas or blanks. */
bool config_watch_tasks(struct profile *profile, const char *ids, struct error *err);
/* The next id of such a text and what follows it; NULL when there is none. at may be NULL. */
const char *config_next_watched(const char *at, char out_id[LIMIT_ID_BYTES]);

/* Sets what a profile has that says nothing. */
void config_profile_init(struct profile *profile);
void config_profile_finish(struct profile *profile);
/* Checks what no single key can tell: required keys, one source of one secret, http only where
 * it is safe. err names the key, not the profile. */
bool config_profile_check(const struct profile *profile, struct error *err);

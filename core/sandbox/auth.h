/* auth.h - accounts, and the tokens that logins give.
 *
 * Accounts are immutable after sessions_init(). Threads: whoever holds the service's lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sandbox/rng.h"

struct account {
    const char *id;
    const char *first_name;
    const char *last_name;
    const char *email;
    const char *client_id; /* NULL: cannot log in */
    const char *client_secret;
    bool is_admin;
};

#define TOKEN_LENGTH 40

struct session;

struct sessions {
    struct account *accounts;
    size_t account_count;
    struct session *by_token;
    struct rng rng;
    int64_t ttl_ms;
};

/* client_id and client_secret become those of the first account; borrowed. */
void sessions_init(struct sessions *sessions, const char *client_id, const char *client_secret,
                   int64_t ttl_ms, uint64_t seed);
void sessions_finish(struct sessions *sessions);

const struct account *account_by_id(const struct sessions *sessions, const char *id);
const struct account *account_by_credentials(const struct sessions *sessions, const char *client_id,
                                             const char *client_secret);
/* False when nobody may log in under that id, whatever the secret. */
bool sessions_knows_client(const struct sessions *sessions, const char *client_id);
/* "Ana Silva"; returns out. */
const char *account_name(const struct account *account, char *out, size_t size);

/* Writes a new token. Sessions begin in the production workspace. */
void sessions_login(struct sessions *sessions, const struct account *account, int64_t mono_ms,
                    char out_token[TOKEN_LENGTH + 1]);
/* False for an unknown or expired token. */
bool sessions_logout(struct sessions *sessions, const char *token, int64_t mono_ms);
/* The account behind a token, or NULL; *out_is_dev (may be NULL) says which workspace. */
const struct account *sessions_find(struct sessions *sessions, const char *token, int64_t mono_ms,
                                    bool *out_is_dev);
void sessions_set_workspace(struct sessions *sessions, const char *token, bool is_dev);

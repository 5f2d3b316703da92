#include "sandbox/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <uthash.h>

#include "base/xalloc.h"

#define SESSIONS_MAX 20000

struct session {
    char token[TOKEN_LENGTH + 1];
    const struct account *account;
    int64_t expires_ms; /* monotonic */
    bool is_dev;
    UT_hash_handle hh;
};

static const struct account ACCOUNTS[] = {
    {"1", "Demo", "Admin", "demo@shop.example", NULL, NULL, true},
    {"2", "Anna", "Lyst", "analyst@shop.example", "analyst", "analyst-secret", false},
    {"37", "Ana", "Silva", "ana.silva@shop.example", NULL, NULL, false},
    {"41", "Bo", "Chen", "bo.chen@shop.example", NULL, NULL, false},
    {"58", "Dee", "Ray", "dee.ray@shop.example", NULL, NULL, false},
    {"63", "Chidi", "Okafor", "chidi.okafor@shop.example", NULL, NULL, false},
    {"71", "Zoë", "Müller", "zoe.mueller@shop.example", NULL, NULL, false},
    {"88", "Mira", "Novak", "mira.novak@shop.example", NULL, NULL, false},
    {"104", "API", "Loader", "api-loader@shop.example", NULL, NULL, false},
    {"105", "Report", "Scheduler", "scheduler@shop.example", NULL, NULL, false},
};

void sessions_init(struct sessions *sessions, const char *client_id, const char *client_secret,
                   int64_t ttl_ms, uint64_t seed)
{
    *sessions = (struct sessions){.ttl_ms = ttl_ms, .rng = {.state = seed ^ 0x70C3}};
    sessions->account_count = sizeof(ACCOUNTS) / sizeof(ACCOUNTS[0]);
    sessions->accounts = xmalloc(sizeof(ACCOUNTS));
    memcpy(sessions->accounts, ACCOUNTS, sizeof(ACCOUNTS));
    sessions->accounts[0].client_id = client_id;
    sessions->accounts[0].client_secret = client_secret;
}

static void drop(struct sessions *sessions, struct session *session)
{
    HASH_DEL(sessions->by_token, session);
    free(session);
}

void sessions_finish(struct sessions *sessions)
{
    struct session *session;
    struct session *next;
    HASH_ITER (hh, sessions->by_token, session, next)
        drop(sessions, session);
    free(sessions->accounts);
}

const struct account *account_by_id(const struct sessions *sessions, const char *id)
{
    for (size_t i = 0; i < sessions->account_count; i++)
        if (strcmp(sessions->accounts[i].id, id) == 0)
            return &sessions->accounts[i];
    return NULL;
}

static const struct account *account_by_client(const struct sessions *sessions,
                                               const char *client_id)
{
    for (size_t i = 0; i < sessions->account_count; i++) {
        const struct account *account = &sessions->accounts[i];
        if (account->client_id && strcmp(account->client_id, client_id) == 0)
            return account;
    }
    return NULL;
}

bool sessions_knows_client(const struct sessions *sessions, const char *client_id)
{
    return account_by_client(sessions, client_id) != NULL;
}

const struct account *account_by_credentials(const struct sessions *sessions, const char *client_id,
                                             const char *client_secret)
{
    const struct account *account = account_by_client(sessions, client_id);
    return account && strcmp(account->client_secret, client_secret) == 0 ? account : NULL;
}

const char *account_name(const struct account *account, char *out, size_t size)
{
    snprintf(out, size, "%s %s", account->first_name, account->last_name);
    return out;
}

/* Makes room: the expired ones first, else the oldest (uthash keeps the order of insertion). */
static void make_room(struct sessions *sessions, int64_t mono_ms)
{
    struct session *session;
    struct session *next;
    HASH_ITER (hh, sessions->by_token, session, next)
        if (session->expires_ms <= mono_ms)
            drop(sessions, session);
    if (HASH_COUNT(sessions->by_token) >= SESSIONS_MAX)
        drop(sessions, sessions->by_token);
}

void sessions_login(struct sessions *sessions, const struct account *account, int64_t mono_ms,
                    char out_token[TOKEN_LENGTH + 1])
{
    if (HASH_COUNT(sessions->by_token) >= SESSIONS_MAX)
        make_room(sessions, mono_ms);
    struct session *session = xcalloc(1, sizeof(*session));
    rng_text(&sessions->rng, session->token, sizeof(session->token), RNG_BASE62);
    session->account = account;
    session->expires_ms = mono_ms + sessions->ttl_ms;
    HASH_ADD_STR(sessions->by_token, token, session);
    memcpy(out_token, session->token, sizeof(session->token));
}

static struct session *find(struct sessions *sessions, const char *token, int64_t mono_ms)
{
    struct session *session;
    HASH_FIND_STR(sessions->by_token, token, session);
    if (session && session->expires_ms <= mono_ms) {
        drop(sessions, session);
        session = NULL;
    }
    return session;
}

bool sessions_logout(struct sessions *sessions, const char *token, int64_t mono_ms)
{
    struct session *session = find(sessions, token, mono_ms);
    if (!session)
        return false;
    drop(sessions, session);
    return true;
}

const struct account *sessions_find(struct sessions *sessions, const char *token, int64_t mono_ms,
                                    bool *out_is_dev)
{
    struct session *session = find(sessions, token, mono_ms);
    if (!session)
        return NULL;
    if (out_is_dev)
        *out_is_dev = session->is_dev;
    return session->account;
}

void sessions_set_workspace(struct sessions *sessions, const char *token, bool is_dev)
{
    struct session *session;
    HASH_FIND_STR(sessions->by_token, token, session);
    if (session)
        session->is_dev = is_dev;
}

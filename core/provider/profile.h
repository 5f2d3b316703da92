/* profile.h - how to reach one service, as the configuration says. Plain data.
 *
 * Owned by the configuration; immutable once the engine runs. Threads: read by any, the secret by
 * the poller only.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/secret.h"
#include "model/source.h"

struct profile {
    char name[LIMIT_NAME_BYTES];
    char provider[LIMIT_NAME_BYTES]; /* "looker" */
    char *base_url;                  /* without trailing slash. Looker: scheme, host, port; Adobe:
                                        with the path, .../data/foundation/query */
    char *api_version;               /* "4.0" */
    char *client_id;
    struct secret client_secret; /* resolved before the engine starts */
    char *client_secret_env;     /* or where it is to be found: a variable's name, */
    char *client_secret_command; /* a command's first line */
    struct secret token; /* an access token made elsewhere, to be used instead of logging in */
    char *token_env;     /* or where it is to be found, as above */
    char *token_command;
    char *workspace;           /* "production" or "dev"; NULL: the service's default */
    char *ims_url;             /* Adobe: where tokens are given; NULL: the usual place */
    char *org_id;              /* Adobe: "...@AdobeOrg" */
    char *sandbox_name;        /* Adobe */
    char *scopes;              /* Adobe: of the token; NULL: the usual ones */
    char *credentials_file;    /* Adobe: of aepp or aio; what is missing here is read from it */
    char *credentials_context; /* Adobe: which of the file's contexts; NULL: the only one */
    char *watch_tasks;         /* ids, parted by commas or blanks: on no list, perhaps; NULL */
    char *ca_file;             /* NULL: the system's */
    char *audit_log;           /* path of the record of actions, or "off"; NULL: the usual place */
    struct error problem;      /* why it can not be used, such as a secret that is not to be had */
    enum profile_mode mode;
    bool verify_tls;
    bool include_hidden;       /* Adobe: also statements of SQL clients */
    bool include_soft_deleted; /* Adobe: also queries that were hidden */
    bool allow_http; /* plain http to a host that is not this one was allowed on purpose */
    int64_t poll_ms;
    int64_t since_ms;            /* how far back a list with ended tasks goes */
    int64_t timeout_ms;          /* of one request */
    int64_t requests_per_minute; /* no more are sent by themselves; 0: no bound */
    int64_t requests_per_month;  /* calendar month in UTC */
    bool is_transient; /* made by the program for this run: nothing of it is kept on disk */
};

/* Does somebody else see to the access token? It is known only once it is resolved. */
static inline bool profile_has_token(const struct profile *profile)
{
    return secret_is_set(&profile->token) || profile->token_env || profile->token_command;
}

#include "engine/config_keys.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/sanitize.h"
#include "base/save_file.h"
#include "base/strbuf.h"
#include "base/suggest.h"
#include "base/timefmt.h"
#include "base/xalloc.h"
#include "model/source.h"

#define POLL_DEFAULT_MS    2000
#define POLL_MIN_MS        200
#define POLL_MAX_MS        (60 * 60 * 1000)
#define SINCE_DEFAULT_MS   (24 * 60 * 60 * 1000)
#define SINCE_MIN_MS       (60 * 1000)
#define SINCE_MAX_MS       ((int64_t)366 * 24 * 60 * 60 * 1000)
#define TIMEOUT_DEFAULT_MS 30000
#define TIMEOUT_MIN_MS     1000
#define TIMEOUT_MAX_MS     (10 * 60 * 1000)

static char **text_at(struct profile *profile, const struct config_key *key)
{
    return (char **)((char *)profile + key->offset);
}

static bool set_text(struct profile *profile, const struct config_key *key, const char *value,
                     struct error *err)
{
    if (!*value)
        return error_set(err, ERR_CONFIG, "is empty");
    if (!sanitize_is_clean(value, strlen(value)))
        return error_set(err, ERR_CONFIG, "holds characters that can not be shown");
    free(*text_at(profile, key));
    *text_at(profile, key) = xstrdup(value);
    return true;
}

bool config_watch_tasks(struct profile *profile, const char *ids, struct error *err)
{
    char id[LIMIT_ID_BYTES];
    for (const char *at = ids; (at = config_next_watched(at, id)) != NULL;) {
        if (!sanitize_is_plain_id(id))
            return error_set(err, ERR_CONFIG, "'%.40s' is no id of a task", id);
    }
    char *before = profile->watch_tasks;
    struct strbuf all;
    strbuf_init(&all, LIMIT_CONFIG_BYTES);
    strbuf_addf(&all, "%s%s%s", before ? before : "", before ? "," : "", ids);
    free(before);
    profile->watch_tasks = xstrdup(all.data);
    strbuf_finish(&all);
    return true;
}

const char *config_next_watched(const char *at, char out_id[LIMIT_ID_BYTES])
{
    at = at ? at + strspn(at, ", ") : "";
    size_t length = strcspn(at, ", ");
    snprintf(out_id, LIMIT_ID_BYTES, "%.*s", (int)length, at);
    return length ? at + length : NULL;
}

static bool set_watch_tasks(struct profile *profile, const struct config_key *key,
                            const char *value, struct error *err)
{
    (void)key;
    return config_watch_tasks(profile, value, err);
}

static bool set_provider(struct profile *profile, const struct config_key *key, const char *value,
                         struct error *err)
{
    (void)key;
    if (!*value || strlen(value) >= sizeof(profile->provider) ||
        !sanitize_is_clean(value, strlen(value)))
        return error_set(err, ERR_CONFIG, "is no name of a provider");
    strcpy(profile->provider, value);
    return true;
}

static bool set_secret(struct profile *profile, const struct config_key *key, const char *value,
                       struct error *err)
{
    if (!*value)
        return error_set(err, ERR_CONFIG, "is empty");
    secret_set((struct secret *)((char *)profile + key->offset), value, strlen(value));
    return true;
}

static bool set_bool(struct profile *profile, const struct config_key *key, const char *value,
                     struct error *err)
{
    static const char *const words[] = {"false", "true", "no", "yes", "off", "on", "0", "1"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(value, words[i]) == 0) {
            *(bool *)((char *)profile + key->offset) = i % 2;
            return true;
        }
    }
    return error_set(err, ERR_CONFIG, "is neither true nor false");
}

static bool set_mode(struct profile *profile, const struct config_key *key, const char *value,
                     struct error *err)
{
    (void)key;
    for (unsigned mode = 0; mode < MODE_COUNT; mode++) {
        if (strcmp(value, profile_mode_name(mode)) == 0) {
            profile->mode = mode;
            return true;
        }
    }
    return error_set(err, ERR_CONFIG, "is none of read-only, armed, read-write");
}

static bool set_duration(int64_t *field, int64_t min_ms, int64_t max_ms, const char *value,
                         struct error *err)
{
    char min[TIMEFMT_BYTES];
    char max[TIMEFMT_BYTES];
    int64_t ms;
    if (!parse_duration(value, &ms))
        return error_set(err, ERR_CONFIG, "is no duration such as 500ms, 2s or 1m");
    if (ms < min_ms || ms > max_ms)
        return error_set(err, ERR_CONFIG, "is not between %s and %s", format_duration(min, min_ms),
                         format_duration(max, max_ms));
    *field = ms;
    return true;
}

static bool set_poll(struct profile *profile, const struct config_key *key, const char *value,
                     struct error *err)
{
    (void)key;
    return set_duration(&profile->poll_ms, POLL_MIN_MS, POLL_MAX_MS, value, err);
}

static bool set_since(struct profile *profile, const struct config_key *key, const char *value,
                      struct error *err)
{
    (void)key;
    return set_duration(&profile->since_ms, SINCE_MIN_MS, SINCE_MAX_MS, value, err);
}

static bool set_timeout(struct profile *profile, const struct config_key *key, const char *value,
                        struct error *err)
{
    (void)key;
    return set_duration(&profile->timeout_ms, TIMEOUT_MIN_MS, TIMEOUT_MAX_MS, value, err);
}

static bool set_bound(struct profile *profile, const struct config_key *key, const char *value,
                      struct error *err)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end || errno)
        return error_set(err, ERR_CONFIG, "is no number such as 100000");
    *(int64_t *)((char *)profile + key->offset) = number;
    return true;
}

/* A relative path would be another file in each folder. */
static bool set_audit_log(struct profile *profile, const struct config_key *key, const char *value,
                          struct error *err)
{
    bool is_off = strcmp(value, "off") == 0;
    char *path = is_off ? xstrdup(value) : save_file_path(value);
    bool is_set = is_off || path[0] == '/' ||
                  error_set(err, ERR_CONFIG, "is neither off nor a path from / or ~/");
    is_set = is_set && set_text(profile, key, path, err);
    free(path);
    return is_set;
}

/* --- base_url ----------------------------------------------------------------------------------
 */

static const char *after_scheme(const char *url)
{
    if (strncmp(url, "https://", 8) == 0)
        return url + 8;
    return strncmp(url, "http://", 7) == 0 ? url + 7 : NULL;
}

static bool is_port(const char *text, size_t length)
{
    long port = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        port = port * 10 + (text[i] - '0');
        if (port > 65535)
            return false;
    }
    return length > 0 && port > 0;
}

/* host or host:port, where the host may be [IPv6]. */
static bool is_authority(const char *text, size_t length)
{
    size_t host = 0;
    if (length && text[0] == '[') {
        const char *bracket = memchr(text, ']', length);
        host = bracket ? (size_t)(bracket - text) + 1 : 0;
    } else {
        while (host < length && text[host] != ':')
            host++;
    }
    if (host == 0 || host == length)
        return host > 0;
    return text[host] == ':' && is_port(text + host + 1, length - host - 1);
}

static bool set_path(struct profile *profile, const struct config_key *key, const char *value,
                     struct error *err)
{
    char *path = save_file_path(value);
    bool is_set = set_text(profile, key, path, err);
    free(path);
    return is_set;
}

static bool set_url(struct profile *profile, const struct config_key *key, const char *value,
                    struct error *err)
{
    const char *rest = after_scheme(value);
    if (!rest)
        return error_set(err, ERR_CONFIG, "does not begin with https:// or http://");
    for (const char *p = value; *p; p++) {
        if (*p <= ' ' || *p >= 0x7f || strchr("\"'<>\\^`{|}", *p))
            return error_set(err, ERR_CONFIG, "holds a character that no address has");
    }
    size_t authority = strcspn(rest, "/?#");
    if (memchr(rest, '@', authority))
        return error_set(err, ERR_CONFIG,
                         "holds a name or password; use client_id and client_secret_env");
    if (!is_authority(rest, authority))
        return error_set(err, ERR_CONFIG, "has no host, or a bad port");
    if (strpbrk(rest, "?#"))
        return error_set(err, ERR_CONFIG, "holds a '?' or '#'; leave that part out");
    if (strstr(rest, "/api/") || (strlen(rest) > 4 && strcmp(rest + strlen(rest) - 4, "/api") == 0))
        return error_set(err, ERR_CONFIG, "goes too far; leave /api/... out");

    char *url = xstrdup(value);
    for (size_t length = strlen(url); url[length - 1] == '/'; length--)
        url[length - 1] = '\0';
    free(*text_at(profile, key));
    *text_at(profile, key) = url;
    return true;
}

static bool is_loopback_url(const char *url)
{
    static const char *const hosts[] = {"localhost", "[::1]"};
    const char *rest = after_scheme(url);
    if (strncmp(rest, "127.", 4) == 0 && strspn(rest, "0123456789.") == strcspn(rest, ":/"))
        return true;
    for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
        size_t length = strlen(hosts[i]);
        if (strncasecmp(rest, hosts[i], length) == 0 && strchr(":/", rest[length]))
            return true;
    }
    return false;
}

/* --- the table ---------------------------------------------------------------------------------
 */

#define AT(field) offsetof(struct profile, field)

const struct config_key config_keys[] = {
    {.name = "provider",
     .values = "looker or adobe",
     .help = "the kind of service; required",
     .set = set_provider},
    {.name = "base_url",
     .values = "https://host[:port][/path]",
     .help = "address of the API, without /api/... for Looker, with /data/foundation/query for "
             "Adobe; required",
     .set = set_url,
     .offset = AT(base_url)},
    {.name = "api_version",
     .values = "4.0 or 3.1",
     .help = "version of the API; 4.0 when not given, 3.1 for old servers of one's own",
     .set = set_text,
     .offset = AT(api_version)},
    {.name = "client_id",
     .values = "text",
     .help = "who logs in; required unless there is a token",
     .set = set_text,
     .offset = AT(client_id)},
    {.name = "client_secret_command",
     .values = "a command and its words",
     .help = "the first line it prints is the secret; run without a shell",
     .set = set_text,
     .offset = AT(client_secret_command)},
    {.name = "client_secret_env",
     .values = "name of a variable",
     .help = "the environment variable that holds the secret",
     .set = set_text,
     .offset = AT(client_secret_env)},
    {.name = "client_secret",
     .values = "text",
     .help = "the secret itself; then the file must be readable by you alone",
     .set = set_secret,
     .offset = AT(client_secret),
     .is_secret = true},
    {.name = "token_command",
     .values = "a command and its words",
     .help = "the first line it prints is an access token, used instead of logging in",
     .set = set_text,
     .offset = AT(token_command)},
    {.name = "token_env",
     .values = "name of a variable",
     .help = "the environment variable that holds the access token",
     .set = set_text,
     .offset = AT(token_env)},
    {.name = "token",
     .values = "text",
     .help = "the access token itself; then the file must be readable by you alone",
     .set = set_secret,
     .offset = AT(token),
     .is_secret = true},
    {.name = "mode",
     .values = "read-only, armed or read-write",
     .help = "whether cancel and retry are allowed; armed: after a key, for a while",
     .set = set_mode},
    {.name = "audit_log",
     .values = "path, or off",
     .help = "the file that records each action; audit.jsonl in the state folder when not given",
     .set = set_audit_log,
     .offset = AT(audit_log)},
    {.name = "poll",
     .values = "200ms to 1h",
     .help = "how often the service is asked while tasks run; 2s when not given",
     .set = set_poll},
    {.name = "timeout",
     .values = "1s to 10m",
     .help = "how long one answer may take; 30s when not given",
     .set = set_timeout},
    {.name = "requests_per_minute",
     .values = "a number",
     .help = "no more requests than this in any minute, but for what is asked by hand",
     .set = set_bound,
     .offset = AT(requests_per_minute)},
    {.name = "requests_per_month",
     .values = "a number",
     .help = "no more requests than this in a calendar month (UTC), but for what is asked by hand",
     .set = set_bound,
     .offset = AT(requests_per_month)},
    {.name = "workspace",
     .values = "production or dev",
     .help = "the workspace of the session; production when not given",
     .set = set_text,
     .offset = AT(workspace)},
    {.name = "watch_tasks",
     .values = "ids, parted by commas",
     .help = "tasks to show and to ask for though no list holds them",
     .set = set_watch_tasks},
    {.name = "ims_url",
     .values = "https://host[:port]/path",
     .help = "Adobe: where tokens are given; https://ims-na1.adobelogin.com/ims/token/v3 when not "
             "given",
     .set = set_url,
     .offset = AT(ims_url)},
    {.name = "org_id",
     .values = "...@AdobeOrg",
     .help = "Adobe: the organisation; required there",
     .set = set_text,
     .offset = AT(org_id)},
    {.name = "sandbox_name",
     .values = "text",
     .help = "Adobe: the sandbox, such as dev; required there: nobody reaches prod by accident",
     .set = set_text,
     .offset = AT(sandbox_name)},
    {.name = "scopes",
     .values = "words, parted by commas",
     .help = "Adobe: what the token is for; the usual scopes of Query Service when not given",
     .set = set_text,
     .offset = AT(scopes)},
    {.name = "credentials_file",
     .values = "path of a file",
     .help = "Adobe: client_id, client_secret, org_id, sandbox_name and scopes as aepp or aio keep "
             "them; what the profile says itself counts",
     .set = set_path,
     .offset = AT(credentials_file)},
    {.name = "credentials_context",
     .values = "name",
     .help = "Adobe: which context of that file, where it has several; the current one when not "
             "given",
     .set = set_text,
     .offset = AT(credentials_context)},
    {.name = "since",
     .values = "1m to 366d",
     .help = "Adobe: how far back the list goes; 24h when not given",
     .set = set_since},
    {.name = "include_hidden",
     .values = "true or false",
     .help = "Adobe: also statements that SQL clients and dashboards send",
     .set = set_bool,
     .offset = AT(include_hidden)},
    {.name = "include_soft_deleted",
     .values = "true or false",
     .help = "Adobe: also queries that were hidden",
     .set = set_bool,
     .offset = AT(include_soft_deleted)},
    {.name = "verify_tls",
     .values = "true or false",
     .help = "whether the service's certificate is checked; true when not given",
     .set = set_bool,
     .offset = AT(verify_tls)},
    {.name = "ca_file",
     .values = "path",
     .help = "PEM file with the certificates to trust; the system's when not given",
     .set = set_text,
     .offset = AT(ca_file)},
    {.name = "allow_http",
     .values = "true or false",
     .help = "allows http:// to another machine, where secret and data travel in the clear",
     .set = set_bool,
     .offset = AT(allow_http)},
};
static_assert(sizeof(config_keys) / sizeof(config_keys[0]) <= 64,
              "config.c keeps a bit for each key");
const size_t config_key_count = sizeof(config_keys) / sizeof(config_keys[0]);

const struct config_secret config_secrets[CONFIG_SECRET_COUNT] = {
    {"client_secret", AT(client_secret), AT(client_secret_env), AT(client_secret_command)},
    {"token", AT(token), AT(token_env), AT(token_command)},
};

const struct config_key *config_key_find(const char *name)
{
    for (size_t i = 0; i < config_key_count; i++) {
        if (strcmp(config_keys[i].name, name) == 0)
            return &config_keys[i];
    }
    return NULL;
}

const struct config_key *config_key_nearest(const char *name)
{
    const char *names[sizeof(config_keys) / sizeof(config_keys[0])];
    for (size_t i = 0; i < config_key_count; i++)
        names[i] = config_keys[i].name;
    const char *nearest = suggest_name(name, names, config_key_count);
    return nearest ? config_key_find(nearest) : NULL;
}

/* --- a whole profile ---------------------------------------------------------------------------
 */

void config_profile_init(struct profile *profile)
{
    *profile = (struct profile){
        .mode = MODE_ARMED,
        .verify_tls = true,
        .poll_ms = POLL_DEFAULT_MS,
        .since_ms = SINCE_DEFAULT_MS,
        .timeout_ms = TIMEOUT_DEFAULT_MS,
    };
}

void config_profile_finish(struct profile *profile)
{
    for (size_t i = 0; i < config_key_count; i++) {
        if (config_keys[i].set == set_text || config_keys[i].set == set_url ||
            config_keys[i].set == set_audit_log || config_keys[i].set == set_path) {
            free(*text_at(profile, &config_keys[i]));
            *text_at(profile, &config_keys[i]) = NULL;
        }
    }
    free(profile->watch_tasks);
    profile->watch_tasks = NULL;
    secret_finish(&profile->client_secret);
    secret_finish(&profile->token);
}

/* Exactly one source of one secret. */
static bool check_secrets(const struct profile *profile, struct error *err)
{
    const char *at = (const char *)profile;
    unsigned sources = 0;
    const char *many = NULL; /* the one that has more than one source */
    for (size_t i = 0; i < CONFIG_SECRET_COUNT; i++) {
        const struct config_secret *secret = &config_secrets[i];
        unsigned own = secret_is_set((const struct secret *)(at + secret->value)) +
                       (*(char *const *)(at + secret->env) != NULL) +
                       (*(char *const *)(at + secret->command) != NULL);
        sources += own;
        many = own > 1 ? secret->name : many;
    }
    if (sources == 0)
        return error_set(err, ERR_CONFIG,
                         "the secret is missing; add client_secret_command, client_secret_env or "
                         "client_secret, or else a token");
    if (many)
        return error_set(err, ERR_CONFIG, "more than one of %s, %s_env and %s_command; keep one",
                         many, many, many);
    return sources == 1 ||
           error_set(err, ERR_CONFIG, "client_secret and token are both given; keep one");
}

static bool check_url(const char *key, const char *url, bool allow_http, struct error *err)
{
    if (!url || strncmp(url, "http:", 5) != 0 || allow_http || is_loopback_url(url))
        return true;
    return error_set(err, ERR_CONFIG,
                     "%s sends the secret in the clear; use https://, or say allow_http = true if "
                     "you must",
                     key);
}

bool config_profile_check(const struct profile *profile, struct error *err)
{
    if (!profile->provider[0])
        return error_set(err, ERR_CONFIG, "provider is missing; add provider = looker or adobe");
    if (!profile->base_url)
        return error_set(err, ERR_CONFIG, "base_url is missing; add base_url = https://...");
    if (!profile->client_id && !profile_has_token(profile))
        return error_set(err, ERR_CONFIG, "client_id is missing");
    return check_secrets(profile, err) &&
           check_url("base_url", profile->base_url, profile->allow_http, err) &&
           check_url("ims_url", profile->ims_url, profile->allow_http, err);
}

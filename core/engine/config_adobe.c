#include "engine/config_adobe.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sanitize.h"
#include "base/strbuf.h"
#include "engine/config_keys.h"
#include "engine/hjson.h"
#include "net/json.h"

/* --- the file ----------------------------------------------------------------------------------
 */

static bool read_fd(int fd, const char *path, struct strbuf *out, struct error *err)
{
    char bytes[4096];
    ssize_t count;
    struct stat info;
    if (fstat(fd, &info) != 0)
        return error_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
    if (S_ISREG(info.st_mode) && (info.st_mode & (S_IRWXG | S_IRWXO)))
        return error_set(err, ERR_CONFIG,
                         "%s holds a secret and others can read it; run: chmod 600 %s", path, path);
    strbuf_reserve(out, out->max); /* what is copied while growing could not be wiped */
    while ((count = read(fd, bytes, sizeof(bytes))) > 0 && !out->is_cut)
        strbuf_add(out, bytes, (size_t)count);
    explicit_bzero(bytes, sizeof(bytes));
    if (count < 0 || out->is_cut)
        return error_set(err, ERR_CONFIG, "%s: %s", path,
                         count < 0 ? strerror(errno) : "is too large for credentials");
    return true;
}

/* JSON as it is, or what hjson means. */
static struct json *parse(const struct strbuf *text, const char *path, struct error *err)
{
    struct error why = {0};
    struct strbuf plain;
    struct json *root = json_parse(text->data, text->len, NULL);
    if (root)
        return root;
    strbuf_init(&plain, LIMIT_SECRET_BYTES * 2);
    strbuf_reserve(&plain, plain.max);
    if (hjson_to_json(text->data, text->len, &plain, &why))
        root = json_parse(plain.data, plain.len, &why);
    strbuf_wipe(&plain);
    if (!root)
        error_set(err, ERR_CONFIG,
                  "%s is neither JSON nor hjson: %s; `aio config get --json` writes JSON", path,
                  why.message);
    return root;
}

static struct json *read_file(const char *path, struct error *err)
{
    struct strbuf text;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        error_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
        return NULL;
    }
    strbuf_init(&text, LIMIT_SECRET_BYTES);
    bool is_read = read_fd(fd, path, &text, err);
    struct json *root = is_read ? parse(&text, path, err) : NULL;
    strbuf_wipe(&text);
    close(fd);
    return root;
}

/* --- its members -------------------------------------------------------------------------------
 */

#define NAMES_MAX 6
/* What aepp, aio and Adobe's Postman collection call it. */
static const struct {
    const char *key; /* ours */
    const char *names[NAMES_MAX];
} members[] = {
    {"client_id", {"client_id", "client-id", "api_key"}},
    {"client_secret", {"client_secret", "client-secret", "secret", "client_secrets"}},
    {"org_id", {"org_id", "org-id", "ims_org_id", "ims_org"}},
    {"sandbox_name", {"sandbox_name", "sandbox-name", "sandbox"}},
    {"scopes", {"scopes", "scope", "meta_scopes"}},
};
#define MEMBER_COUNT (sizeof(members) / sizeof(members[0]))

static const struct json *member_of(const struct json *object, const char *const names[NAMES_MAX])
{
    for (size_t i = 0; i < NAMES_MAX && names[i]; i++) {
        const void *cursor = NULL;
        const char *key;
        const struct json *value;
        while (json_next_member(object, &cursor, &key, &value)) {
            if (strcasecmp(key, names[i]) == 0)
                return value;
        }
    }
    return NULL;
}

/* Where aio keeps its contexts, and which is the current one: as it is today, and as it was. */
static const struct json *find_contexts(const struct json *root, const char **out_current)
{
    const struct json *ims = json_get(root, "ims");
    const struct json *old = json_get(root, "$ims");
    const struct json *current =
        old ? json_get(old, "$current") : json_get(json_get(ims, "config"), "current");
    *out_current = json_string(current, NULL);
    return old ? old : json_get(ims, "contexts");
}

struct choice {
    const struct json *found;
    size_t count;
    char names[200];
};

/* Those with a client_id, of that name if one is given. */
static struct choice choose(const struct json *contexts, const char *name)
{
    struct choice choice = {0};
    const void *cursor = NULL;
    const char *key;
    const struct json *value;
    struct strbuf names;
    strbuf_init(&names, sizeof(choice.names) - 1);
    while (json_next_member(contexts, &cursor, &key, &value)) {
        if (!member_of(value, members[0].names) || (name && strcmp(key, name) != 0))
            continue;
        strbuf_add_text(&names, choice.count ? ", " : "");
        sanitize(&names, key, strlen(key), SANITIZE_LINE);
        choice.found = value;
        choice.count++;
    }
    memcpy(choice.names, names.data, names.len + 1);
    strbuf_finish(&names);
    return choice;
}

/* The object with the credentials: the whole file, or a context of an aio configuration: the one
 * that the profile names, the only one that has any, or the current one. */
static const struct json *find_credentials(const struct json *root, const struct profile *profile,
                                           struct error *err)
{
    const char *path = profile->credentials_file;
    const char *wanted = profile->credentials_context;
    const char *current;
    const struct json *contexts = find_contexts(root, &current);
    struct choice all = choose(contexts, NULL);
    struct choice named = choose(contexts, wanted ? wanted : current);
    if (!wanted && member_of(root, members[0].names))
        return root;
    if (!wanted && all.count == 1)
        return all.found;
    if ((wanted || current) && named.count == 1)
        return named.found;
    if (!all.count)
        error_set(err, ERR_CONFIG, "%s names no client_id; it is neither aepp's nor aio's", path);
    else if (wanted)
        error_set(err, ERR_CONFIG, "%s has no context '%s' with a client_id; there %s %s", path,
                  wanted, all.count == 1 ? "is" : "are", all.names);
    else
        error_set(err, ERR_CONFIG, "%s has several contexts; set credentials_context to one of %s",
                  path, all.names);
    return NULL;
}

/* A text, or a list of texts: a secret is the first of them, scopes are all. */
static void add_value(struct strbuf *out, const struct json *value, bool is_first_only)
{
    size_t count = json_is_array(value) ? json_count(value) : 1;
    for (size_t i = 0; i < count && (i == 0 || !is_first_only); i++) {
        const char *text = json_string(json_is_array(value) ? json_at(value, i) : value, NULL);
        if (text && *text)
            strbuf_addf(out, "%s%s", out->len ? "," : "", text);
    }
}

static bool is_said(const struct profile *profile, const struct config_key *key)
{
    if (strcmp(key->name, "client_secret") == 0)
        return profile_has_token(profile) || secret_is_set(&profile->client_secret) ||
               profile->client_secret_env || profile->client_secret_command;
    return *(char *const *)((const char *)profile + key->offset) != NULL;
}

static bool take_member(struct profile *profile, size_t which, const struct json *credentials,
                        const char *path, struct error *err)
{
    const char *name = members[which].key;
    const struct config_key *key = config_key_find(name);
    struct strbuf text;
    if (is_said(profile, key))
        return true;
    strbuf_init(&text, LIMIT_SECRET_BYTES);
    strbuf_reserve(&text, text.max);
    add_value(&text, member_of(credentials, members[which].names),
              strcmp(name, "client_secret") == 0);
    bool is_good = !text.len || key->set(profile, key, text.data, err) ||
                   error_prefix(err, "%s: %s", path, name);
    strbuf_wipe(&text);
    return is_good;
}

bool config_adobe_read(struct profile *profile, struct error *err)
{
    const char *path = profile->credentials_file;
    struct json *root = read_file(path, err);
    const struct json *credentials = root ? find_credentials(root, profile, err) : NULL;
    bool is_good = credentials != NULL;
    for (size_t i = 0; i < MEMBER_COUNT && is_good; i++)
        is_good = take_member(profile, i, credentials, path, err);
    json_destroy_wiped(root);
    return is_good;
}

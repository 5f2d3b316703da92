#include "engine/config.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sanitize.h"
#include "base/xalloc.h"
#include "engine/config_keys.h"
#include "engine/secret_source.h"
#include "provider/provider.h"

#define SECRET_COMMAND_TIMEOUT_MS 30000

void config_finish(struct config *config)
{
    for (size_t i = 0; i < config->profile_count; i++)
        config_profile_finish(&config->profiles[i]);
    free(config->profiles);
    free(config->path);
    *config = (struct config){0};
}

struct profile *config_add(struct config *config, const char *name, const char *provider)
{
    size_t count = config->profile_count + 1;
    config->profiles = xreallocarray(config->profiles, count, sizeof(*config->profiles));
    struct profile *profile = &config->profiles[config->profile_count];
    config_profile_init(profile);
    strncpy(profile->name, name, sizeof(profile->name) - 1);
    strncpy(profile->provider, provider, sizeof(profile->provider) - 1);
    config->profile_count = count;
    return profile;
}

static struct profile *find_profile(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->profile_count; i++) {
        if (strcmp(config->profiles[i].name, name) == 0)
            return &config->profiles[i];
    }
    return NULL;
}

/* --- the file, line by line --------------------------------------------------------------------
 */

/* inih splits a line into section, key and value. It knows no line numbers, drops empty sections
 * and shortens long names; so it is fed line by line, and what it would swallow is looked at first.
 */
struct reading {
    struct config *config;
    const char *path;
    const char *at; /* the next line */
    int line;
    unsigned long long seen; /* keys of the profile at hand, a bit each */
    bool has_secret;         /* the file itself holds one */
    struct error *err;
    bool is_failed;
    bool is_cut_off; /* a line was too long to be handed on */
};

static bool fail(struct reading *r, const char *what, const char *detail)
{
    if (!r->is_failed)
        error_set(r->err, ERR_CONFIG, "%s:%d: %s%s", r->path, r->line, what, detail);
    r->is_failed = true;
    return false;
}

static bool is_profile_name(const char *name)
{
    return *name && strlen(name) < LIMIT_NAME_BYTES && !strchr(name, ':') && name[0] != ' ' &&
           sanitize_is_clean(name, strlen(name));
}

/* "[name]" in line. */
static bool begin_profile(struct reading *r, const char *line, size_t length)
{
    const char *end = memchr(line, ']', length);
    char name[LIMIT_NAME_BYTES] = "";
    if (!end)
        return fail(r, "'[' without ']'", "; a profile begins with [name]");
    if ((size_t)(end - line) <= sizeof(name))
        memcpy(name, line + 1, (size_t)(end - line) - 1);
    if (!is_profile_name(name))
        return fail(r, "bad profile name", "; use 1 to 63 printable characters without ':'");
    if (find_profile(r->config, name))
        return fail(r, "this profile stands here twice: ", name);
    if (r->config->profile_count == LIMIT_PROFILES)
        return fail(r, "too many profiles", "");
    config_add(r->config, name, "");
    r->seen = 0;
    return true;
}

/* The next line for inih, as fgets() would give it. Leading blanks go, because inih takes an
 * indented line for more of the value before it. */
static char *next_line(char *out, int size, void *context)
{
    struct reading *r = context;
    if (!*r->at || r->is_failed)
        return NULL;
    const char *line = r->at;
    size_t length = strcspn(line, "\n");
    r->at += length + (line[length] == '\n');
    r->line++;
    if (r->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3;
        length -= 3;
    }
    size_t blanks = strspn(line, " \t\r");
    blanks = blanks < length ? blanks : length;
    line += blanks;
    length -= blanks;
    if (length > (size_t)size - 2) {
        fail(r, "the line is too long", "; put a long command into a script");
        return NULL;
    }
    if (length && line[0] == '[' && !begin_profile(r, line, length))
        return NULL;
    memcpy(out, line, length);
    memcpy(out + length, "\n", 2);
    return out;
}

static bool fail_unknown_key(struct reading *r, const char *shown)
{
    const struct config_key *near = config_key_nearest(shown);
    struct strbuf words;
    strbuf_init(&words, LIMIT_KIB);
    strbuf_addf(&words, "unknown key '%s'", shown);
    if (near)
        strbuf_addf(&words, "; did you mean %s?", near->name);
    else
        strbuf_add_text(&words, "; keys are");
    for (size_t i = 0; !near && i < config_key_count; i++)
        strbuf_addf(&words, "%s %s", i ? "," : "", config_keys[i].name);
    fail(r, words.data, "");
    strbuf_finish(&words);
    return false;
}

static bool set_key(struct reading *r, const struct config_key *key, const char *value)
{
    struct profile *profile = &r->config->profiles[r->config->profile_count - 1];
    struct error why = {0};
    char shown[80];
    if (key->set(profile, key, value, &why)) {
        r->has_secret = r->has_secret || key->is_secret;
        return true;
    }
    sanitize_line(shown, sizeof(shown), value);
    struct strbuf words;
    strbuf_init(&words, LIMIT_KIB);
    strbuf_addf(&words, "%s %s", key->name, why.message);
    if (*value && !key->is_secret)
        strbuf_addf(&words, ": '%s'", shown);
    strbuf_addf(&words, " (it takes %s)", key->values);
    fail(r, words.data, "");
    strbuf_finish(&words);
    return false;
}

/* inih's handler: 0 is failure. */
static int on_key(void *context, const char *section, const char *name, const char *value)
{
    struct reading *r = context;
    char shown[LIMIT_NAME_BYTES];
    sanitize_line(shown, sizeof(shown), name);
    (void)section; /* begin_profile() knows it */
    if (!r->config->profile_count)
        return fail(r, shown, " stands before the first profile; begin one with [name]");
    const struct config_key *key = config_key_find(name);
    if (!key)
        return fail_unknown_key(r, shown);
    unsigned long long bit = 1ULL << (key - config_keys);
    if (r->seen & bit)
        return fail(r, shown, " stands here twice; keep one");
    r->seen |= bit;
    return set_key(r, key, value);
}

static bool parse(struct reading *r)
{
    int bad_line = ini_parse_stream(next_line, r, on_key, r);
    if (r->is_failed)
        return false;
    if (bad_line > 0) {
        r->line = bad_line;
        return fail(r, "neither [profile] nor key = value", "");
    }
    return true;
}

/* --- loading -----------------------------------------------------------------------------------
 */

static bool read_whole(int fd, const char *path, struct strbuf *out, struct error *err)
{
    char bytes[4096];
    ssize_t count;
    strbuf_reserve(out, sizeof(bytes)); /* what is copied while growing could not be wiped */
    while ((count = read(fd, bytes, sizeof(bytes))) > 0 && !out->is_cut)
        strbuf_add(out, bytes, (size_t)count);
    explicit_bzero(bytes, sizeof(bytes));
    if (count < 0)
        return error_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
    if (out->is_cut)
        return error_set(err, ERR_CONFIG, "%s is too large for a configuration", path);
    if (strlen(out->data) != out->len)
        return error_set(err, ERR_CONFIG, "%s is not a text file", path);
    return true;
}

static bool check_profiles(const struct config *config, const char *path, struct error *err)
{
    for (size_t i = 0; i < config->profile_count; i++) {
        const struct profile *profile = &config->profiles[i];
        if (!config_profile_check(profile, err))
            return error_prefix(err, "%s: [%s]", path, profile->name);
        struct provider *provider = provider_create(profile, 0, err);
        if (!provider)
            return error_prefix(err, "%s", path);
        provider_destroy(provider);
    }
    return true;
}

static bool check_privacy(const struct stat *info, const char *path, struct error *err)
{
    if (!S_ISREG(info->st_mode) || !(info->st_mode & (S_IRWXG | S_IRWXO)))
        return true;
    return error_set(err, ERR_CONFIG, "%s holds a secret and others can read it; run: chmod 600 %s",
                     path, path);
}

static bool load_fd(struct config *config, int fd, const char *path, struct error *err)
{
    struct reading reading = {.config = config, .path = path, .err = err};
    struct strbuf text;
    struct stat info;
    if (fstat(fd, &info) != 0)
        return error_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return error_set(err, ERR_CONFIG, "%s is a directory; name the file in it", path);
    strbuf_init(&text, LIMIT_CONFIG_BYTES);
    bool is_good = read_whole(fd, path, &text, err);
    reading.at = text.data;
    is_good = is_good && parse(&reading) &&
              (!reading.has_secret || check_privacy(&info, path, err)) &&
              check_profiles(config, path, err);
    strbuf_wipe(&text);
    return is_good;
}

/* The usual place; NULL when there is none. The caller frees it. */
static char *usual_path(void)
{
    const char *named = getenv("QUERYTOP_CONFIG");
    const char *xdg = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    if (named && *named)
        return xstrdup(named);
    if (xdg && xdg[0] == '/') /* a relative one is to be ignored, says the XDG specification */
        return xasprintf("%s/querytop/config.ini", xdg);
    return home && *home ? xasprintf("%s/.config/querytop/config.ini", home) : NULL;
}

bool config_load(struct config *config, const char *path, struct error *err)
{
    *config = (struct config){0};
    char *used = path ? xstrdup(path) : usual_path();
    int fd = used ? open(used, O_RDONLY | O_CLOEXEC | O_NOCTTY) : -1;
    bool is_absent = fd < 0 && (!used || errno == ENOENT || errno == ENOTDIR);
    if (fd < 0) {
        bool is_good = !path && is_absent;
        if (!is_good)
            error_set(err, ERR_CONFIG, "%s: %s", used, strerror(errno));
        free(used);
        return is_good;
    }
    bool is_good = load_fd(config, fd, used, err);
    close(fd);
    if (is_good) {
        config->path = used;
        return true;
    }
    free(used);
    config_finish(config);
    return false;
}

/* --- choosing and completing -------------------------------------------------------------------
 */

static bool fail_unknown_profile(const struct config *config, const char *name, struct error *err)
{
    char shown[LIMIT_NAME_BYTES];
    struct strbuf names;
    strbuf_init(&names, LIMIT_KIB);
    for (size_t i = 0; i < config->profile_count; i++)
        strbuf_addf(&names, "%s%s", i ? ", " : "", config->profiles[i].name);
    error_set(err, ERR_CONFIG, "no profile '%s'; there %s %s",
              sanitize_line(shown, sizeof(shown), name), config->profile_count == 1 ? "is" : "are",
              config->profile_count ? names.data : "none");
    strbuf_finish(&names);
    return false;
}

bool config_select(struct config *config, const char *const *names, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!find_profile(config, names[i]))
            return fail_unknown_profile(config, names[i], err);
    }
    struct profile *chosen = xcalloc(count ? count : 1, sizeof(*chosen));
    size_t chosen_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct profile *profile = find_profile(config, names[i]);
        if (!profile) /* named twice: taken already */
            continue;
        chosen[chosen_count++] = *profile;
        *profile = (struct profile){0}; /* moved */
    }
    for (size_t i = 0; i < config->profile_count; i++)
        config_profile_finish(&config->profiles[i]);
    free(config->profiles);
    config->profiles = chosen;
    config->profile_count = chosen_count;
    return true;
}

static bool resolve_secret(struct profile *profile, struct error *err)
{
    if (secret_is_set(&profile->client_secret))
        return true;
    if (profile->client_secret_env)
        return secret_from_env(profile->client_secret_env, &profile->client_secret, err) ||
               error_prefix(err, "client_secret_env");
    if (profile->client_secret_command)
        return secret_from_command(profile->client_secret_command, SECRET_COMMAND_TIMEOUT_MS,
                                   &profile->client_secret, err) ||
               error_prefix(err, "client_secret_command");
    return error_set(err, ERR_CONFIG, "the secret is missing");
}

bool config_resolve_secrets(struct config *config, struct error *err)
{
    for (size_t i = 0; i < config->profile_count; i++) {
        struct profile *profile = &config->profiles[i];
        if (!resolve_secret(profile, err))
            return error_prefix(err, "%s", profile->name);
    }
    return true;
}

void config_explain_missing(const struct config *config, struct strbuf *out)
{
    char *usual = config->path ? xstrdup(config->path) : usual_path();
    const char *place = usual ? usual : "~/.config/querytop/config.ini";
    strbuf_addf(out, "No profile yet: %s %s.\n\n", place,
                config->path ? "holds none" : "does not exist");
    strbuf_addf(out,
                "Put this into %s:\n\n"
                "  [looker-prod]\n"
                "  provider = looker\n"
                "  base_url = https://acme.cloud.looker.com\n"
                "  client_id = ...\n"
                "  client_secret_command = pass show looker\n\n"
                "To look around without an account, run: querytop demo\n",
                place);
    free(usual);
}

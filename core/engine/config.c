#include "engine/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/sanitize.h"
#include "base/xalloc.h"
#include "engine/config_adobe.h"
#include "engine/config_keys.h"
#include "engine/ini_file.h"
#include "engine/secret_source.h"
#include "provider/provider.h"

#define SECRET_COMMAND_TIMEOUT_MS 30000

void config_finish(struct config *config)
{
    for (size_t i = 0; i < config->profile_count; i++)
        config_profile_finish(&config->profiles[i]);
    free(config->profiles);
    for (size_t i = 0; i < config->rule_count; i++)
        tell_rule_finish(&config->rules[i]);
    free(config->rules);
    free(config->path);
    *config = (struct config){0};
}

struct profile *config_add(struct config *config, const char *name, const char *provider)
{
    size_t count = config->profile_count + 1;
    config->profiles = xreallocarray(config->profiles, count, sizeof(*config->profiles));
    struct profile *profile = &config->profiles[config->profile_count];
    config_profile_init(profile);
    profile->is_transient = true;
    strncpy(profile->name, name, sizeof(profile->name) - 1);
    strncpy(profile->provider, provider, sizeof(profile->provider) - 1);
    config->profile_count = count;
    return profile;
}

struct profile *config_find(const struct config *config, const char *name)
{
    for (size_t i = 0; i < config->profile_count; i++) {
        if (strcmp(config->profiles[i].name, name) == 0)
            return &config->profiles[i];
    }
    return NULL;
}

/* --- the file ----------------------------------------------------------------------------------
 */

struct reading {
    struct config *config;
    unsigned long long seen; /* keys of the profile at hand, a bit each */
    bool has_secret;         /* the file itself holds one */
    bool is_rule;            /* the section at hand is a rule, the last one */
};

static bool is_profile_name(const char *name)
{
    return *name && strlen(name) < LIMIT_NAME_BYTES && !strchr(name, ':') && name[0] != ' ' &&
           sanitize_is_clean(name, strlen(name));
}

struct profile *config_add_checked(struct config *config, const char *name, const char *provider,
                                   struct error *err)
{
    if (!is_profile_name(name))
        error_set(err, ERR_CONFIG,
                  "bad profile name; use 1 to 63 printable characters without ':'");
    else if (config_find(config, name))
        error_set(err, ERR_CONFIG, "this profile stands here twice: %s", name);
    else if (config->profile_count == LIMIT_PROFILES)
        error_set(err, ERR_CONFIG, "too many profiles");
    else {
        struct profile *profile = config_add(config, name, provider);
        profile->is_transient = false;
        return profile;
    }
    return NULL;
}

bool config_add_rule(struct config *config, const char *name, struct tell_rule **out,
                     struct error *err)
{
    if (config->rule_count == LIMIT_RULES)
        return error_set(err, ERR_CONFIG, "more than %d rules", LIMIT_RULES);
    config->rules = xreallocarray(config->rules, config->rule_count + 1, sizeof(*config->rules));
    if (!tell_rule_init(&config->rules[config->rule_count], name, err))
        return false;
    *out = &config->rules[config->rule_count++];
    return true;
}

static bool begin_section(void *context, const char *name, struct error *err)
{
    struct reading *r = context;
    struct tell_rule *rule;
    r->seen = 0;
    r->is_rule = strncmp(name, TELL_SECTION, strlen(TELL_SECTION)) == 0;
    if (r->is_rule)
        return config_add_rule(r->config, name + strlen(TELL_SECTION), &rule, err);
    return config_add_checked(r->config, name, "", err);
}

static bool fail_unknown_key(const char *shown, struct error *err)
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
    error_set(err, ERR_CONFIG, "%s", words.data);
    strbuf_finish(&words);
    return false;
}

/* A secret, or an address that may hold one: "https://name:password@host". */
static bool may_be_shown(const struct config_key *key, const char *value)
{
    bool is_address = strstr(value, "://") != NULL;
    return *value && !key->is_secret && !(is_address && strchr(value, '@'));
}

static bool set_key(struct reading *r, const struct config_key *key, const char *value,
                    struct error *err)
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
    if (may_be_shown(key, value))
        strbuf_addf(&words, ": '%s'", shown);
    error_set(err, ERR_CONFIG, "%s (it takes %s)", words.data, key->values);
    strbuf_finish(&words);
    return false;
}

static bool read_key(void *context, const char *name, const char *value, struct error *err)
{
    struct reading *r = context;
    char shown[LIMIT_NAME_BYTES];
    sanitize_line(shown, sizeof(shown), name);
    if (r->is_rule)
        return tell_rule_set(&r->config->rules[r->config->rule_count - 1], name, value, err);
    if (!r->config->profile_count)
        return error_set(err, ERR_CONFIG,
                         "%s stands before the first profile; begin one with [name]", shown);
    const struct config_key *key = config_key_find(name);
    if (!key)
        return fail_unknown_key(shown, err);
    unsigned long long bit = 1ULL << (key - config_keys);
    if (r->seen & bit)
        return error_set(err, ERR_CONFIG, "%s stands here twice; keep one", shown);
    r->seen |= bit;
    return set_key(r, key, value, err);
}

bool config_check(const struct profile *profile, struct error *err)
{
    /* What else is wrong is not known before it is known what it is a profile of. */
    bool is_known = !profile->provider[0] || provider_find(profile->provider);
    if (is_known && !config_profile_check(profile, err))
        return error_prefix(err, "[%s]", profile->name);
    struct provider *provider = provider_create(profile, 0, err); /* its errors name the profile */
    provider_destroy(provider);
    return provider;
}

static bool check_all(struct config *config, const char *path, struct error *err)
{
    for (size_t i = 0; i < config->profile_count; i++) {
        struct profile *profile = &config->profiles[i];
        if (profile->credentials_file && !config_adobe_read(profile, err))
            return error_prefix(err, "%s: [%s] credentials_file", path, profile->name);
        if (!config_check(profile, err))
            return error_prefix(err, "%s", path);
    }
    for (size_t i = 0; i < config->rule_count; i++) {
        if (!tell_rule_check(&config->rules[i], err))
            return error_prefix(err, "%s", path);
    }
    return true;
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
    struct reading reading = {.config = config};
    struct ini_file file = {.begin = begin_section, .set = read_key, .context = &reading};
    char *used = path ? xstrdup(path) : usual_path();
    if (!used)
        return true;
    if (ini_file_read(&file, used, err) &&
        (!reading.has_secret || ini_file_check_privacy(&file, used, err)) &&
        check_all(config, used, err)) {
        config->path = used;
        return true;
    }
    free(used);
    config_finish(config);
    if (path || !file.is_absent)
        return false;
    error_clear(err);
    return true;
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
    sanitize_line(shown, sizeof(shown), name);
    if (config->profile_count)
        error_set(err, ERR_CONFIG, "no profile '%s'; profiles: %s", shown, names.data);
    else
        error_set(
            err, ERR_CONFIG,
            "no profile '%s', and no other one; querytop without options says how to make one",
            shown);
    strbuf_finish(&names);
    return false;
}

bool config_select(struct config *config, const char *const *names, size_t count, struct error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (!config_find(config, names[i]))
            return fail_unknown_profile(config, names[i], err);
    }
    struct profile *chosen = xcalloc(count ? count : 1, sizeof(*chosen));
    size_t chosen_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct profile *profile = config_find(config, names[i]);
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

/* The profile before the colon, and what follows it; an id may hold a colon itself. */
static struct profile *watched_profile(struct config *config, const char *task, const char **out_id)
{
    const char *colon = strchr(task, ':');
    for (size_t i = 0; colon && i < config->profile_count; i++) {
        const char *name = config->profiles[i].name;
        if (strncmp(name, task, (size_t)(colon - task)) == 0 && !name[colon - task]) {
            *out_id = colon + 1;
            return &config->profiles[i];
        }
    }
    *out_id = task;
    return config->profile_count == 1 ? &config->profiles[0] : NULL;
}

bool config_watch(struct config *config, const char *task, struct error *err)
{
    const char *id;
    struct error why = {0};
    struct profile *profile = watched_profile(config, task, &id);
    if (!profile && config->profile_count)
        return error_set(err, ERR_USAGE, "which profile has task %.60s? name it as in %s:%.60s",
                         task, config->profiles[0].name, task);
    if (profile && !config_watch_tasks(profile, id, &why))
        return error_set(err, ERR_USAGE, "%s", why.message);
    return true;
}

static const char *text_at(const struct profile *profile, size_t offset)
{
    return *(char *const *)((const char *)profile + offset);
}

static struct secret *secret_at(struct profile *profile, const struct config_secret *key)
{
    return (struct secret *)((char *)profile + key->value);
}

/* The one that has a source; NULL: none has. */
static const struct config_secret *secret_of(struct profile *profile)
{
    for (size_t i = 0; i < CONFIG_SECRET_COUNT; i++) {
        const struct config_secret *key = &config_secrets[i];
        if (secret_is_set(secret_at(profile, key)) || text_at(profile, key->env) ||
            text_at(profile, key->command))
            return key;
    }
    return NULL;
}

/* Takes what needs no command; a command is added to those that are to run. */
static void find_secret(struct profile *profile, struct secret_command *commands, size_t *count)
{
    struct error *err = &profile->problem;
    const struct config_secret *key = secret_of(profile);
    error_clear(err);
    if (!key) {
        error_set(err, ERR_CONFIG, "the secret is missing");
        return;
    }
    struct secret *value = secret_at(profile, key);
    const char *variable = text_at(profile, key->env);
    if (secret_is_set(value))
        return;
    if (!variable)
        commands[(*count)++] = (struct secret_command){text_at(profile, key->command), value, err};
    else if (!secret_from_env(variable, value, err))
        error_prefix(err, "%s_env", key->name);
}

/* Only now: two profiles may share a variable. */
static void forget_variables(const struct config *config)
{
    for (size_t i = 0; i < config->profile_count; i++) {
        for (size_t k = 0; k < CONFIG_SECRET_COUNT; k++) {
            const char *variable = text_at(&config->profiles[i], config_secrets[k].env);
            if (variable)
                secret_forget_env(variable);
        }
    }
}

bool config_resolve_secrets(struct config *config, struct error *err)
{
    size_t usable = config->profile_count;
    size_t count = 0;
    struct secret_command *commands = xcalloc(usable ? usable : 1, sizeof(*commands));
    for (size_t i = 0; i < config->profile_count; i++)
        find_secret(&config->profiles[i], commands, &count);
    forget_variables(config);
    bool is_wanted =
        secret_run_commands(commands, count, SECRET_COMMAND_TIMEOUT_MS, &config->guard);
    free(commands);
    if (!is_wanted)
        return error_set(err, ERR_INTERRUPTED, "interrupted");
    for (size_t i = 0; i < config->profile_count; i++) {
        struct profile *profile = &config->profiles[i];
        const struct config_secret *key = secret_of(profile);
        if (profile->problem.code && key && text_at(profile, key->command))
            error_prefix(&profile->problem, "%s_command", key->name);
        usable -= profile->problem.code != ERR_NONE;
    }
    if (usable || !config->profile_count)
        return true;
    *err = config->profiles[0].problem;
    return error_prefix(err, "%s", config->profiles[0].name);
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
                "A Looker SDK's looker.ini will do too: querytop --looker-ini FILE; so will\n"
                "LOOKERSDK_BASE_URL, LOOKERSDK_CLIENT_ID and LOOKERSDK_CLIENT_SECRET.\n\n"
                "To look around without an account, run: querytop demo\n",
                place);
    free(usual);
}

#include "engine/config_sdk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/sanitize.h"
#include "base/xalloc.h"
#include "engine/config_keys.h"
#include "engine/ini_file.h"

#define DEFAULT_SECTION "Looker"
#define DEFAULT_PROFILE "looker"
/* The longest that a profile may wait; the SDKs know no end. */
#define TIMEOUT_MAX_S 600

/* --- the keys ----------------------------------------------------------------------------------
 */

static bool set_ours(struct profile *profile, const char *key, const char *value, struct error *err)
{
    const struct config_key *ours = config_key_find(key);
    return ours->set(profile, ours, value, err);
}

static bool set_verify(struct profile *profile, const char *key, const char *value,
                       struct error *err)
{
    static const char *const words[] = {"no", "yes", "n", "y", "false", "true", "f", "t", "0", "1"};
    (void)key;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(value, words[i]) == 0) {
            profile->verify_tls = i % 2;
            return true;
        }
    }
    return error_set(err, ERR_CONFIG, "is neither true nor false");
}

static bool set_timeout(struct profile *profile, const char *key, const char *value,
                        struct error *err)
{
    (void)key;
    size_t digits = strspn(value, "0123456789");
    if (!digits || value[digits] || strtoul(value, NULL, 10) == 0)
        return error_set(err, ERR_CONFIG, "is no number of seconds, such as 120");
    unsigned long seconds = strtoul(value, NULL, 10);
    profile->timeout_ms = (int64_t)(seconds < TIMEOUT_MAX_S ? seconds : TIMEOUT_MAX_S) * 1000;
    return true;
}

static const struct sdk_key {
    const char *name;     /* in looker.ini, in any case */
    const char *variable; /* NULL: none */
    bool (*set)(struct profile *profile, const char *key, const char *value, struct error *err);
    bool is_secret; /* the value is never repeated, and the file must be private */
    bool is_required;
} keys[] = {
    {.name = "base_url", .variable = "LOOKERSDK_BASE_URL", .set = set_ours, .is_required = true},
    {.name = "client_id", .variable = "LOOKERSDK_CLIENT_ID", .set = set_ours, .is_required = true},
    {.name = "client_secret",
     .variable = "LOOKERSDK_CLIENT_SECRET",
     .set = set_ours,
     .is_secret = true,
     .is_required = true},
    {.name = "verify_ssl", .variable = "LOOKERSDK_VERIFY_SSL", .set = set_verify},
    {.name = "timeout", .variable = "LOOKERSDK_TIMEOUT", .set = set_timeout},
    {.name = "api_version", .variable = "LOOKERSDK_API_VERSION", .set = set_ours},
    {.name = "allow_http", .set = set_ours},     /* ours; the SDKs pass over it */
    {.name = "embed_secret", .is_secret = true}, /* nothing here needs it */
};
#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

/* --- the values, from file and environment -----------------------------------------------------
 */

struct settings {
    const char *section; /* the wanted one; NULL: the default */
    char *found;         /* the one that counts, as far as is known; NULL: none yet */
    bool is_inside;      /* of that one */
    bool has_section;
    bool has_secret; /* the file, in whatever section */
    char *values[KEY_COUNT];
    bool is_from_environment[KEY_COUNT];
    struct strbuf sections; /* their names, for a message */
};

static void wipe(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

static void drop_values(struct settings *settings)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        wipe(settings->values[i]);
        settings->values[i] = NULL;
    }
}

/* NULL when nothing is left. */
static char *unquoted(const char *value)
{
    size_t length = strlen(value);
    bool is_quoted =
        length >= 2 && (value[0] == '"' || value[0] == '\'') && value[length - 1] == value[0];
    if (is_quoted) {
        value++;
        length -= 2;
    }
    return length ? xstrndup(value, length) : NULL;
}

static bool begin_section(void *context, const char *name, struct error *err)
{
    struct settings *s = context;
    char shown[LIMIT_NAME_BYTES];
    strbuf_addf(&s->sections, "%s%s", s->has_section ? ", " : "",
                sanitize_line(shown, sizeof(shown), name));
    bool is_wanted = strcmp(name, s->section ? s->section : DEFAULT_SECTION) == 0;
    bool is_stopgap = !s->section && !s->has_section;
    s->has_section = true;
    s->is_inside = is_wanted || is_stopgap;
    if (!s->is_inside)
        return true;
    if (s->found && strcmp(s->found, name) == 0)
        return error_set(err, ERR_CONFIG, "this section stands here twice: %s", shown);
    drop_values(s);
    free(s->found);
    s->found = xstrdup(name);
    return true;
}

static bool read_key(void *context, const char *name, const char *value, struct error *err)
{
    struct settings *s = context;
    size_t i = 0;
    while (i < KEY_COUNT && strcasecmp(keys[i].name, name) != 0)
        i++;
    if (i == KEY_COUNT)
        return true;
    if (!s->has_section)
        return error_set(err, ERR_CONFIG,
                         "%s stands before the first section; begin one with [" DEFAULT_SECTION "]",
                         keys[i].name);
    if (s->is_inside && s->values[i])
        return error_set(err, ERR_CONFIG, "%s stands here twice; keep one", keys[i].name);
    char *own = unquoted(value);
    s->has_secret = s->has_secret || (own && keys[i].is_secret);
    if (s->is_inside)
        s->values[i] = own;
    else
        wipe(own);
    return true;
}

static bool read_ini(struct settings *s, const char *path, struct error *err)
{
    struct ini_file file = {.begin = begin_section, .set = read_key, .context = s};
    char shown[LIMIT_NAME_BYTES];
    if (!ini_file_read(&file, path, err) ||
        (s->has_secret && !ini_file_check_privacy(&file, path, err)))
        return false;
    if (s->found)
        return true;
    if (!s->section || !s->has_section)
        return error_set(err, ERR_CONFIG,
                         "%s holds no section; begin one with [" DEFAULT_SECTION "]", path);
    return error_set(err, ERR_CONFIG, "%s: no section [%s]; there is %s", path,
                     sanitize_line(shown, sizeof(shown), s->section), s->sections.data);
}

static void read_environment(struct settings *s)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        const char *variable = keys[i].variable ? getenv(keys[i].variable) : NULL;
        char *value = variable ? unquoted(variable) : NULL;
        if (!value)
            continue;
        wipe(s->values[i]);
        s->values[i] = value;
        s->is_from_environment[i] = true;
    }
}

/* --- the profile -------------------------------------------------------------------------------
 */

static bool set_value(struct profile *profile, const struct settings *s, size_t i,
                      struct error *err)
{
    struct error why = {0};
    char shown[80];
    if (!s->values[i] || !keys[i].set || keys[i].set(profile, keys[i].name, s->values[i], &why))
        return true;
    const char *name = s->is_from_environment[i] ? keys[i].variable : keys[i].name;
    if (keys[i].is_secret)
        return error_set(err, ERR_CONFIG, "%s %s", name, why.message);
    if (strstr(s->values[i], "://") && strchr(s->values[i], '@')) /* a password, perhaps */
        return error_set(err, ERR_CONFIG, "%s %s", name, why.message);
    return error_set(err, ERR_CONFIG, "%s %s: '%s'", name, why.message,
                     sanitize_line(shown, sizeof(shown), s->values[i]));
}

static bool set_values(struct profile *profile, const struct settings *s, struct error *err)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (keys[i].is_required && !s->values[i])
            return error_set(err, ERR_CONFIG, "%s is missing; add it to a looker.ini, or set %s",
                             keys[i].name, keys[i].variable);
        if (!set_value(profile, s, i, err))
            return false;
    }
    return true;
}

static bool add_profile(struct config *config, const struct settings *s, const char *name,
                        struct error *err)
{
    struct profile *profile = config_add_checked(config, name, "looker", err);
    if (!profile)
        return false;
    bool is_good = (set_values(profile, s, err) || error_prefix(err, "[%s]", name)) &&
                   config_check(profile, err);
    if (!is_good) {
        config_profile_finish(profile);
        config->profile_count--;
    }
    return is_good;
}

bool config_load_sdk(struct config *config, const char *ini_path, const char *section,
                     struct error *err)
{
    struct settings settings = {.section = section};
    strbuf_init(&settings.sections, LIMIT_KIB);
    bool is_good = !ini_path || read_ini(&settings, ini_path, err);
    if (is_good) {
        read_environment(&settings);
        is_good = add_profile(config, &settings, ini_path ? settings.found : DEFAULT_PROFILE, err);
        if (!is_good && ini_path)
            error_prefix(err, "%s", ini_path);
    }
    drop_values(&settings);
    free(settings.found);
    strbuf_finish(&settings.sections);
    return is_good;
}

/* --- what a command line says ------------------------------------------------------------------
 */

static bool load_sections(struct config *config, const struct config_places *places,
                          struct error *err)
{
    if (!places->looker_section_count)
        return config_load_sdk(config, places->looker_ini, NULL, err);
    for (size_t i = 0; i < places->looker_section_count; i++) {
        if (!config_load_sdk(config, places->looker_ini, places->looker_sections[i], err))
            return false;
    }
    return true;
}

/* Only now: each section of a file is completed from the variables. */
static void forget_variables(void)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (keys[i].is_secret && keys[i].variable)
            secret_forget_env(keys[i].variable);
    }
}

bool config_load_places(struct config *config, const struct config_places *places,
                        struct error *err)
{
    *config = (struct config){0};
    if (places->looker_section_count && !places->looker_ini)
        return error_set(err, ERR_USAGE, "--looker-section wants --looker-ini FILE as well");
    if (!config_load(config, places->path, err))
        return false;
    const char *base_url = getenv("LOOKERSDK_BASE_URL");
    bool is_good = true;
    if (places->looker_ini)
        is_good = load_sections(config, places, err);
    else if (!config->path && base_url && *base_url)
        is_good = config_load_sdk(config, NULL, NULL, err);
    if (is_good)
        forget_variables();
    else
        config_finish(config);
    return is_good;
}

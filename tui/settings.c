#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"
#include "engine/ini_file.h"
#include "engine/state_file.h"

static void drop_items(struct settings *settings)
{
    for (size_t i = 0; i < settings->count; i++) {
        free(settings->items[i].section);
        free(settings->items[i].key);
        free(settings->items[i].value);
    }
    free(settings->items);
    settings->items = NULL;
    settings->count = 0;
}

static struct setting *find(const struct settings *settings, const char *section, const char *key)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].section, section) == 0 &&
            strcmp(settings->items[i].key, key) == 0)
            return &settings->items[i];
    return NULL;
}

static void put(struct settings *settings, const char *section, const char *key, const char *value)
{
    struct setting *item = find(settings, section, key);
    if (item != NULL) {
        free(item->value);
        item->value = xstrdup(value);
        return;
    }
    settings->items =
        xreallocarray(settings->items, settings->count + 1, sizeof(settings->items[0]));
    settings->items[settings->count++] =
        (struct setting){xstrdup(section), xstrdup(key), xstrdup(value)};
}

static void take_away(struct settings *settings, const char *section, const char *key)
{
    struct setting *item = find(settings, section, key);
    if (item == NULL)
        return;
    free(item->section);
    free(item->key);
    free(item->value);
    size_t behind = settings->count - (size_t)(item - settings->items) - 1;
    memmove(item, item + 1, behind * sizeof(*item));
    settings->count--;
}

/* ---- reading -----------------------------------------------------------------------------------
 */

struct reading {
    struct settings *settings;
    char *section;
};

static bool begin_section(void *context, const char *section, struct error *err)
{
    struct reading *reading = context;
    (void)err;
    free(reading->section);
    reading->section = xstrdup(section);
    return true;
}

static bool read_key(void *context, const char *key, const char *value, struct error *err)
{
    struct reading *reading = context;
    if (reading->settings->count == SETTINGS_MAX)
        return error_set(err, ERR_CONFIG, "more than %d settings; take some out", SETTINGS_MAX);
    put(reading->settings, reading->section != NULL ? reading->section : "", key, value);
    return true;
}

static bool read_all(struct settings *settings, struct error *err)
{
    struct reading reading = {.settings = settings};
    struct ini_file file = {.begin = begin_section, .set = read_key, .context = &reading};
    drop_items(settings);
    bool is_good = ini_file_read(&file, settings->path, err);
    free(reading.section);
    if (is_good || !file.is_absent)
        return is_good;
    if (err != NULL)
        error_clear(err);
    return true;
}

bool settings_open(struct settings *settings, char *path, struct error *err)
{
    *settings = (struct settings){.path = path};
    if (path == NULL || read_all(settings, err))
        return true;
    /* What could not be read must not be written over. */
    drop_items(settings);
    free(settings->path);
    settings->path = NULL;
    return false;
}

void settings_close(struct settings *settings)
{
    drop_items(settings);
    free(settings->path);
    *settings = (struct settings){0};
}

const char *settings_get(const struct settings *settings, const char *section, const char *key)
{
    const struct setting *item = find(settings, section, key);
    return item != NULL ? item->value : NULL;
}

const struct setting *settings_at(const struct settings *settings, const char *section, size_t n)
{
    for (size_t i = 0; i < settings->count; i++)
        if (strcmp(settings->items[i].section, section) == 0 && n-- == 0)
            return &settings->items[i];
    return NULL;
}

/* ---- writing -----------------------------------------------------------------------------------
 */

/* Each section once, in the order in which they first came. */
static void format_all(const struct settings *settings, struct strbuf *out)
{
    for (size_t i = 0; i < settings->count; i++) {
        const char *section = settings->items[i].section;
        const struct setting *first = settings_at(settings, section, 0);
        if (first != &settings->items[i])
            continue;
        strbuf_addf(out, "%s[%s]\n", out->len > 0 ? "\n" : "", section);
        const struct setting *item;
        for (size_t n = 0; (item = settings_at(settings, section, n)) != NULL; n++)
            strbuf_addf(out, "%s = %s\n", item->key, item->value);
    }
}

static bool write_all(const struct settings *settings, struct error *err)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_CONFIG_BYTES);
    format_all(settings, &text);
    bool is_good = state_file_make_folder(settings->path, err) &&
                   state_file_replace(settings->path, &text, err);
    strbuf_finish(&text);
    return is_good;
}

/* What comes back from the file as it was put in. */
static bool check_text(const char *key, const char *value, struct error *err)
{
    if (key[0] == '\0' || strpbrk(key, "=:;#[]\n\r") != NULL || key[0] == ' ' ||
        key[strlen(key) - 1] == ' ')
        return error_set(err, ERR_USAGE,
                         "a name is of letters, digits, blanks and - _ .; '%s' is not", key);
    if (value != NULL && strlen(key) + strlen(value) + 3 > SETTINGS_LINE_BYTES)
        return error_set(err, ERR_USAGE, "too long to be kept: name and text have %d bytes at most",
                         SETTINGS_LINE_BYTES - 3);
    if (value != NULL && (strpbrk(value, "\n\r") != NULL || strstr(value, " ;") != NULL ||
                          strstr(value, "\t;") != NULL || value[0] == ';'))
        return error_set(err, ERR_USAGE, "a ; behind a blank can not be kept");
    return true;
}

bool settings_set(struct settings *settings, const char *section, const char *key,
                  const char *value, struct error *err)
{
    if (!check_text(key, value, err) || (settings->path != NULL && !read_all(settings, err)))
        return false;
    if (value == NULL)
        take_away(settings, section, key);
    else if (settings->count == SETTINGS_MAX && find(settings, section, key) == NULL)
        return error_set(err, ERR_USAGE, "there are %d settings already; take some out",
                         SETTINGS_MAX);
    else
        put(settings, section, key, value);
    return settings->path == NULL || write_all(settings, err);
}

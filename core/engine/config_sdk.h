/* config_sdk.h - profiles from what the official Looker SDKs are configured with.
 *
 * A looker.ini (a section is a profile of that name) and the variables LOOKERSDK_BASE_URL,
 * _CLIENT_ID, _CLIENT_SECRET, _VERIFY_SSL, _TIMEOUT, _API_VERSION. The order is that of the SDKs: a
 * variable wins over the file. Quotes around a value are stripped, an empty value is none, keys
 * that the SDKs or other tools may have there are passed over. Call before threads start.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/config.h"

/* Where a command line says that the profiles are. All borrowed. */
struct config_places {
    const char *path;       /* --config; NULL: the usual places */
    const char *looker_ini; /* --looker-ini; NULL: none */
    const char *looker_sections[LIMIT_PROFILES];
    size_t looker_section_count; /* 0: [Looker], else the first */
};

/* Adds one profile: from section (NULL: [Looker], else the first) of the file, or, without a file,
 * from the variables alone; it is called "looker" then. A file with a secret that others can read
 * is refused. On failure (ERR_CONFIG) config is as it was. */
bool config_load_sdk(struct config *config, const char *ini_path, const char *section,
                     struct error *err);

/* config_load(), and what the SDKs' ways add to it: a looker.ini that was named always, the
 * variables alone when there is neither a configuration at the usual place nor a path to one. */
bool config_load_places(struct config *config, const struct config_places *places,
                        struct error *err);

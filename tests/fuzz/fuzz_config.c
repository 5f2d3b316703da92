/* Any bytes as a configuration, and as a looker.ini: profiles that are whole, or words that say
 * what is wrong and hold nothing that a terminal would obey. No command of it is run. */
#include "fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sanitize.h"
#include "engine/config.h"
#include "engine/config_sdk.h"

static void check_error(const struct error *err)
{
    REQUIRE(err->code == ERR_CONFIG && err->message[0]);
    REQUIRE(sanitize_is_clean(err->message, strlen(err->message)));
}

static void check_profile(const struct profile *profile)
{
    struct error err = {0};
    REQUIRE(profile->name[0] && sanitize_is_clean(profile->name, strlen(profile->name)));
    REQUIRE(config_check(profile, &err));
    REQUIRE(strncmp(profile->base_url, "http", 4) == 0);
    REQUIRE(!profile->audit_log || profile->audit_log[0] == '/' ||
            strcmp(profile->audit_log, "off") == 0);
}

static void check(struct config *config, bool is_loaded, const struct error *err)
{
    if (!is_loaded)
        check_error(err);
    for (size_t i = 0; is_loaded && i < config->profile_count; i++)
        check_profile(&config->profiles[i]);
    config_finish(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct config config = {0};
    struct error err = {0};
    int fd = memfd_create("config", MFD_CLOEXEC);
    REQUIRE(fd >= 0 && write(fd, data, size) == (ssize_t)size && fchmod(fd, 0600) == 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    bool is_loaded = config_load(&config, path, &err);
    check(&config, is_loaded, &err);
    error_clear(&err);
    config = (struct config){0};
    is_loaded = config_load_sdk(&config, path, NULL, &err);
    check(&config, is_loaded, &err);
    close(fd);
    return 0;
}

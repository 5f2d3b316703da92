#include "engine/state_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/write_file.h"
#include "base/xalloc.h"

char *state_file_path(const char *name)
{
    const char *xdg = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (xdg && xdg[0] == '/') /* a relative one is to be ignored, says the XDG specification */
        return xasprintf("%s/querytop/%s", xdg, name);
    return home && home[0] == '/' ? xasprintf("%s/.local/state/querytop/%s", home, name) : NULL;
}

static bool fail(const char *path, int reason, struct error *err)
{
    return error_set(err, ERR_CONFIG, "%s: %s", path, strerror(reason));
}

/* mkdir -p of all but the last part. */
bool state_file_make_folder(const char *path, struct error *err)
{
    char *folder = xstrdup(path);
    bool is_good = true;
    for (char *slash = strchr(folder + 1, '/'); slash && is_good; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        is_good = mkdir(folder, 0700) == 0 || errno == EEXIST || fail(folder, errno, err);
        *slash = '/';
    }
    free(folder);
    return is_good;
}

bool state_file_replace(const char *path, const struct strbuf *text, struct error *err)
{
    char *fresh = xasprintf("%s.new", path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    int reason = fd < 0 ? errno : write_file_finish(fd, text->data, text->len);
    reason = write_file_place(fresh, path, reason);
    free(fresh);
    return reason == 0 || fail(path, reason, err);
}

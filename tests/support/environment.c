#include "support/environment.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xalloc.h"

#define ENVIRONMENT_MAX 64

static char folder[64];
static pid_t folder_owner;

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info;
    (void)kind;
    (void)walk;
    return remove(path);
}

static void remove_folder(void)
{
    if (getpid() == folder_owner)
        nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

const char *scratch_folder(void)
{
    if (folder[0])
        return folder;
    strcpy(folder, "/tmp/querytop-test-XXXXXX");
    if (!mkdtemp(folder)) {
        perror("mkdtemp");
        abort();
    }
    folder_owner = getpid();
    atexit(remove_folder);
    return folder;
}

const char *scratch_file(const char *name, const char *text, unsigned mode)
{
    static char path[256];
    snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text) || fchmod(fd, mode) != 0) {
        perror(path);
        abort();
    }
    close(fd);
    return path;
}

/* Sets, replaces or removes (no "=") an entry. */
static void change(char **environment, const char *entry)
{
    size_t length = strcspn(entry, "=");
    size_t at = 0;
    while (environment[at] &&
           (strncmp(environment[at], entry, length) != 0 || environment[at][length] != '='))
        at++;
    if (at == ENVIRONMENT_MAX - 1)
        abort();
    free(environment[at]);
    if (entry[length] == '=') {
        environment[at] = xstrdup(entry);
        return;
    }
    for (; environment[at]; at++)
        environment[at] = environment[at + 1];
}

char **environment_create(const char *const *changes)
{
    static const char *const inherited[] = {"PATH",          "ASAN_OPTIONS", "LSAN_OPTIONS",
                                            "UBSAN_OPTIONS", "TSAN_OPTIONS", "GOLDEN_WRITE"};
    char **environment = xcalloc(ENVIRONMENT_MAX, sizeof(*environment));
    char entry[4096];
    for (size_t i = 0; i < sizeof(inherited) / sizeof(inherited[0]); i++) {
        const char *value = getenv(inherited[i]);
        if (!value)
            continue;
        snprintf(entry, sizeof(entry), "%s=%s", inherited[i], value);
        change(environment, entry);
    }
    snprintf(entry, sizeof(entry), "HOME=%s", scratch_folder());
    change(environment, entry);
    change(environment, "TERM=xterm-256color");
    change(environment, "LC_ALL=C.UTF-8");
    change(environment, "TZ=UTC");
    for (; changes && *changes; changes++)
        change(environment, *changes);
    return environment;
}

void environment_destroy(char **environment)
{
    for (char **entry = environment; *entry; entry++)
        free(*entry);
    free(environment);
}

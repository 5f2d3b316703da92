#include "e2e/planted.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "support/environment.h"

/* The account's own, out of a variable; a wrong one out of the file, which is refused and talked
 * about; one that no command line may show; and a token that is none. */
static const char *const planted[] = {"demo-secret", "wr0ng-Canary-77", "c0mmand-Canary-88",
                                      "t0ken-Canary-99", "passw0rd-Canary-66"};

char planted_config[300];
char planted_log[300];
char planted_pager[300];
static const char *found_in;

/* ---- searching ---- */

static const char *secret_in(const char *bytes, size_t length)
{
    for (size_t i = 0; i < sizeof(planted) / sizeof(planted[0]); i++) {
        if (memmem(bytes, length, planted[i], strlen(planted[i])))
            return planted[i];
    }
    return NULL;
}

void planted_search(const char *what, const char *bytes, size_t length)
{
    const char *secret = secret_in(bytes, length);
    if (secret)
        fail_msg("%s holds %s", what, secret);
}

size_t planted_read(const char *path, char *out)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t length = 0;
    ssize_t count;
    while (fd >= 0 && (count = read(fd, out + length, PLANTED_FILE_BYTES - length)) > 0)
        length += (size_t)count;
    if (fd >= 0)
        close(fd);
    return length;
}

static int search_file(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
    static char bytes[PLANTED_FILE_BYTES];
    (void)facts;
    (void)walk;
    if (kind != FTW_F || strcmp(path, planted_config) == 0 || strstr(path, "tell-secret"))
        return 0;
    size_t length = planted_read(path, bytes);
    if (!secret_in(bytes, length))
        return 0;
    static char name[300];
    snprintf(name, sizeof(name), "%s", path);
    found_in = name;
    return 1;
}

void planted_search_files(void)
{
    found_in = NULL;
    nftw(scratch_folder(), search_file, 8, FTW_PHYS);
    if (found_in)
        fail_msg("a secret stands in %s", found_in);
}

void planted_search_process(pid_t pid)
{
    static const char *const names[] = {"cmdline", "environ"};
    static char bytes[PLANTED_FILE_BYTES];
    char path[64];
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, names[i]);
        planted_search(path, bytes, planted_read(path, bytes));
    }
}

/* ---- planting ---- */

void planted_configure(const struct service *service)
{
    static const char format[] =
        "[env]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
        "client_secret_env = QT_CANARY\nmode = read-write\npoll = 300ms\n"
        "[env-too]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
        "client_secret_env = QT_CANARY\nmode = read-write\n"
        "[file]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
        "client_secret = wr0ng-Canary-77\n"
        "[command]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
        "client_secret_command = %s\n"
        "[token]\nprovider = looker\nbase_url = %s\ntoken = t0ken-Canary-99\n";
    char text[2000];
    char teller[300];
    const char *url = service_url(service);
    snprintf(teller, sizeof(teller), "%s",
             scratch_file("tell-secret",
                          "#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ >$HOME/teller.out\n"
                          "echo c0mmand-Canary-88\n",
                          0700));
    snprintf(text, sizeof(text), format, url, url, url, url, teller, url);
    snprintf(planted_config, sizeof(planted_config), "%s", scratch_file("config.ini", text, 0600));
    snprintf(planted_log, sizeof(planted_log), "%s/querytop.log", scratch_folder());
    /* What a child sees: its own command line and environment, and the text. */
    snprintf(
        planted_pager, sizeof(planted_pager), "PAGER=%s",
        scratch_file("pager",
                     "#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ \"$@\" >$HOME/pager.out\n"
                     "echo paged; read -r answer\n",
                     0700));
}

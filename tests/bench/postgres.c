#include "bench/postgres.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xalloc.h"

struct postgres {
    pid_t pid;
    FILE *said;   /* of postgres.sh: the folder */
    int lifetime; /* it ends when this is closed */
    char folder[128];
};

static bool spawn(struct postgres *p, int input, int output)
{
    char sessions[16];
    snprintf(sessions, sizeof(sessions), "%d", POSTGRES_SESSIONS);
    char *const argv[] = {(char *)BENCH_POSTGRES, sessions, NULL};
    char *const env[] = {(char *)"PATH=/usr/sbin:/usr/bin:/sbin:/bin", (char *)"LC_ALL=C.UTF-8",
                         NULL};
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    bool is_spawned = posix_spawn(&p->pid, BENCH_POSTGRES, &actions, NULL, argv, env) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return is_spawned;
}

struct postgres *postgres_start(struct error *err)
{
    int input[2], output[2];
    struct postgres *p = xcalloc(1, sizeof(*p));
    if (pipe2(input, O_CLOEXEC) != 0 || pipe2(output, O_CLOEXEC) != 0)
        abort();
    bool is_spawned = spawn(p, input[0], output[1]);
    close(input[0]);
    close(output[1]);
    p->lifetime = input[1];
    p->said = fdopen(output[0], "r");
    bool has_line = is_spawned && fgets(p->folder, sizeof(p->folder), p->said);
    p->folder[strcspn(p->folder, "\n")] = '\0';
    if (has_line && p->folder[0] == '/')
        return p;
    error_set(err, ERR_CONFIG, "%s", has_line ? p->folder : "PostgreSQL did not start");
    postgres_stop(p);
    return NULL;
}

const char *postgres_socket_folder(const struct postgres *postgres)
{
    return postgres->folder;
}

void postgres_stop(struct postgres *postgres)
{
    if (!postgres)
        return;
    close(postgres->lifetime);
    if (postgres->pid > 0)
        waitpid(postgres->pid, NULL, 0);
    fclose(postgres->said);
    free(postgres);
}

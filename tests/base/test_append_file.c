#include "support/testing.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/append_file.h"
#include "base/limits.h"
#include "support/environment.h"

#define WRITERS    8
#define LINES_EACH 150

static char path[300];
static struct error err;

static int name_file(void **state)
{
    (void)state;
    snprintf(path, sizeof(path), "%s/lines", scratch_folder());
    unlink(path);
    rmdir(path);
    error_clear(&err);
    return 0;
}

static bool append(const char *text)
{
    return append_file_line(path, text, strlen(text), &err);
}

static char *read_file(void)
{
    static char bytes[LIMIT_MIB];
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    bytes[fread(bytes, 1, sizeof(bytes) - 1, file)] = '\0';
    fclose(file);
    return bytes;
}

static void assert_refused(const char *words)
{
    assert_false(append("x"));
    assert_non_null(strstr(err.message, words));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_false(append_file_check(path, NULL));
}

static void lines_follow_each_other_in_a_private_file(void **state)
{
    (void)state;
    struct stat facts;
    assert_true(append("one"));
    assert_true(append("two"));
    assert_string_equal(read_file(), "one\ntwo\n");
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 07777, 0600);
}

/* "WRITER NUMBER xxxx", long enough for lines to be torn apart if they could be. */
static void write_many(int writer)
{
    char line[1200];
    for (int i = 0; i < LINES_EACH; i++) {
        int head = snprintf(line, sizeof(line), "%d %d ", writer, i);
        size_t length = (size_t)head + (size_t)(i * 7 % 1000);
        memset(line + head, 'x', length - (size_t)head);
        line[length] = '\0';
        if (!append(line))
            _exit(1);
    }
    _exit(0);
}

static void several_processes_lose_and_tear_no_line(void **state)
{
    (void)state;
    int next[WRITERS] = {0};
    for (int i = 0; i < WRITERS; i++) {
        if (fork() == 0)
            write_many(i);
    }
    for (int i = 0; i < WRITERS; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 0);
    }
    char *rest = read_file();
    for (char *line; (line = strsep(&rest, "\n")) != NULL && line[0];) {
        int writer, number, head;
        assert_int_equal(sscanf(line, "%d %d %n", &writer, &number, &head), 2);
        assert_in_range(writer, 0, WRITERS - 1);
        assert_int_equal(number, next[writer]++);
        assert_int_equal(strspn(line + head, "x"), number * 7 % 1000);
        assert_int_equal(strlen(line), (size_t)head + (size_t)(number * 7 % 1000));
    }
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(next[i], LINES_EACH);
}

static void full_disk_is_said_and_costs_that_line_alone(void **state)
{
    (void)state;
    int status;
    assert_true(append("before"));
    if (fork() == 0) {
        const struct rlimit little = {10, 10};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &little);
        _exit(append("cut in the middle") || !strstr(err.message, "No space left"));
    }
    assert_true(wait(&status) > 0);
    assert_int_equal(status, 0);
    assert_true(append("after"));
    assert_string_equal(read_file(), "before\ncut\nafter\n");
}

static void file_that_others_may_write_is_refused(void **state)
{
    (void)state;
    assert_true(append("one"));
    assert_int_equal(chmod(path, 0620), 0);
    assert_refused("others may write it; chmod 600 ");
    assert_string_equal(read_file(), "one\n");
}

static void what_is_no_plain_file_is_refused(void **state)
{
    (void)state;
    assert_int_equal(symlink("/tmp/elsewhere", path), 0);
    assert_refused("no plain file");
    assert_int_not_equal(access("/tmp/elsewhere", F_OK), 0);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused("no plain file");
    unlink(path);
    assert_int_equal(mkdir(path, 0700), 0);
    assert_refused("Is a directory");
}

static void missing_folder_is_named(void **state)
{
    (void)state;
    snprintf(path, sizeof(path), "%s/none/lines", scratch_folder());
    assert_refused("No such file or directory");
    assert_non_null(strstr(err.message, path));
}

static void program_that_keeps_the_lock_holds_nobody_up(void **state)
{
    (void)state;
    assert_true(append("one"));
    int fd = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    assert_false(append("two"));
    assert_non_null(strstr(err.message, "locked by another program"));
    close(fd);
    assert_true(append("two"));
    assert_string_equal(read_file(), "one\ntwo\n");
}

static void check_makes_the_file_and_writes_nothing(void **state)
{
    (void)state;
    assert_true(append_file_check(path, &err));
    assert_string_equal(read_file(), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lines_follow_each_other_in_a_private_file, name_file),
        cmocka_unit_test_setup(several_processes_lose_and_tear_no_line, name_file),
        cmocka_unit_test_setup(full_disk_is_said_and_costs_that_line_alone, name_file),
        cmocka_unit_test_setup(file_that_others_may_write_is_refused, name_file),
        cmocka_unit_test_setup(what_is_no_plain_file_is_refused, name_file),
        cmocka_unit_test_setup(missing_folder_is_named, name_file),
        cmocka_unit_test_setup(program_that_keeps_the_lock_holds_nobody_up, name_file),
        cmocka_unit_test_setup(check_makes_the_file_and_writes_nothing, name_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/testing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

static char path[] = "/tmp/querytop-log-XXXXXX";

static int make_path(void **state)
{
    (void)state;
    strcpy(strrchr(path, '-') + 1, "XXXXXX");
    int fd = mkstemp(path);
    if (fd < 0 || close(fd) != 0)
        return -1;
    clock_freeze(INT64_C(1589342828007));
    return unlink(path);
}

static int remove_path(void **state)
{
    (void)state;
    log_close();
    unlink(path);
    return 0;
}

static size_t read_log(char *out, size_t size)
{
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    ssize_t length = read(fd, out, size - 1);
    assert_true(length >= 0);
    out[length] = '\0';
    close(fd);
    return (size_t)length;
}

static void lines_carry_time_level_and_area(void **state)
{
    (void)state;
    struct error err = {0};
    assert_true(log_open(path, LOG_LEVEL_INFO, &err));
    log_error("net", "first %d", 1);
    log_debug("net", "too fine");
    log_info("poll", "second");
    char text[256];
    read_log(text, sizeof(text));
    assert_string_equal(text, "2020-05-13T04:07:08.007Z error net: first 1\n"
                              "2020-05-13T04:07:08.007Z info  poll: second\n");
}

static void the_file_is_private_and_appended_to(void **state)
{
    (void)state;
    umask(0);
    for (int i = 0; i < 2; i++) {
        assert_true(log_open(path, LOG_LEVEL_ERROR, NULL));
        log_error("a", "x");
        log_close();
        log_error("a", "closed");
    }
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(info.st_size, 2 * (int)strlen("2020-05-13T04:07:08.007Z error a: x\n"));
}

static void text_of_a_stranger_stays_one_clean_line(void **state)
{
    (void)state;
    assert_true(log_open(path, LOG_LEVEL_DEBUG, NULL));
    log_warn("net", "%s", "a\nb\x1b[2J");
    char text[256];
    read_log(text, sizeof(text));
    assert_string_equal(text, "2020-05-13T04:07:08.007Z warn  net: a b\xE2\x90\x9B[2J\n");
}

static void a_long_line_is_cut_but_ends(void **state)
{
    (void)state;
    static char text[20000];
    static char read_back[20000];
    memset(text, '\x01', sizeof(text) - 1);
    assert_true(log_open(path, LOG_LEVEL_DEBUG, NULL));
    log_info("net", "%s", text);
    size_t length = read_log(read_back, sizeof(read_back));
    assert_true(length > 4000 && length <= 4096);
    assert_int_equal(read_back[length - 1], '\n');
}

static void a_file_that_cannot_be_made_is_an_error(void **state)
{
    (void)state;
    struct error err = {0};
    assert_false(log_open("/nonexistent/\x1b/log", LOG_LEVEL_INFO, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.message, "/nonexistent/\xE2\x90\x9B/log"));
}

#define LOG_TEST(function) cmocka_unit_test_setup_teardown(function, make_path, remove_path)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LOG_TEST(lines_carry_time_level_and_area),
        LOG_TEST(the_file_is_private_and_appended_to),
        LOG_TEST(text_of_a_stranger_stays_one_clean_line),
        LOG_TEST(a_long_line_is_cut_but_ends),
        LOG_TEST(a_file_that_cannot_be_made_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

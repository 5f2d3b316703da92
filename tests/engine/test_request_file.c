#include "support/testing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "engine/request_file.h"
#include "support/environment.h"

#define MONO_MS 5000000

static char path[300];
static int64_t november_ms;

/* A program with one profile. */
struct instance {
    struct request_count count;
    struct request_entry entry;
};

static void start(struct instance *instance, const char *profile)
{
    struct error err = {0};
    request_count_init(&instance->count, 0, 0);
    instance->entry = (struct request_entry){profile, "https://acme.example", &instance->count};
    if (!request_file_sync(path, &instance->entry, 1, november_ms, &err))
        fail_msg("%s", err.message);
}

static void send(struct instance *instance, int times)
{
    for (int i = 0; i < times; i++)
        request_count_add(&instance->count, MONO_MS, november_ms);
}

static void sync_at(struct instance *instance, int64_t wall_ms)
{
    struct error err = {0};
    if (!request_file_sync(path, &instance->entry, 1, wall_ms, &err))
        fail_msg("%s", err.message);
}

static uint64_t this_month(const struct instance *instance)
{
    return request_count_this_month(&instance->count, november_ms);
}

static uint64_t month_of_a_fresh_start(const char *profile)
{
    struct instance instance;
    start(&instance, profile);
    return this_month(&instance);
}

static void write_text(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static mode_t mode_of(const char *name)
{
    struct stat info;
    assert_int_equal(stat(name, &info), 0);
    return info.st_mode & 07777;
}

static void remove_file(const char *name)
{
    if (unlink(name) != 0)
        assert_int_equal(errno, ENOENT);
}

static int forget(void **state)
{
    (void)state;
    char text[320];
    parse_iso8601("2026-11-20T10:00:00Z", &november_ms);
    snprintf(path, sizeof(path), "%s/state/querytop/requests.json", scratch_folder());
    remove_file(path);
    snprintf(text, sizeof(text), "%s.lock", path);
    remove_file(text);
    *strrchr(path, '/') = '\0';
    rmdir(path);
    snprintf(path, sizeof(path), "%s/state/querytop/requests.json", scratch_folder());
    return 0;
}

static void place_follows_the_xdg_rules(void **state)
{
    (void)state;
    static const struct {
        const char *state_home;
        const char *home;
        const char *place;
    } cases[] = {
        {"/s", "/h", "/s/querytop/requests.json"},
        {"", "/h", "/h/.local/state/querytop/requests.json"},
        {"relative", "/h", "/h/.local/state/querytop/requests.json"},
        {"", "", NULL},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        setenv("XDG_STATE_HOME", cases[i].state_home, 1);
        setenv("HOME", cases[i].home, 1);
        char *place = request_file_path();
        if (cases[i].place)
            assert_string_equal(place, cases[i].place);
        else
            assert_null(place);
        free(place);
    }
}

static void count_survives_a_restart_in_a_private_file(void **state)
{
    (void)state;
    struct instance one;
    start(&one, "prod");
    assert_int_equal(access(path, F_OK), -1); /* nothing to say yet: no file, no folder */
    send(&one, 3);
    sync_at(&one, november_ms);
    assert_int_equal(one.count.unsaved, 0);
    assert_int_equal(month_of_a_fresh_start("prod"), 3);
    assert_int_equal(month_of_a_fresh_start("other"), 0);
    assert_int_equal(mode_of(path), 0600);
    *strrchr(path, '/') = '\0';
    assert_int_equal(mode_of(path), 0700);
}

static void two_programs_add_up(void **state)
{
    (void)state;
    struct instance one, two;
    start(&one, "prod");
    start(&two, "prod");
    send(&one, 3);
    send(&two, 4);
    sync_at(&one, november_ms);
    sync_at(&two, november_ms);
    assert_int_equal(this_month(&one), 3);
    assert_int_equal(this_month(&two), 7);
    send(&one, 10);
    sync_at(&one, november_ms);
    assert_int_equal(this_month(&one), 17);
    sync_at(&two, november_ms); /* has nothing new, but learns */
    assert_int_equal(this_month(&two), 17);
    assert_int_equal(month_of_a_fresh_start("prod"), 17);
}

static void profiles_do_not_disturb_each_other(void **state)
{
    (void)state;
    struct instance one, two, moved;
    start(&one, "prod");
    start(&two, "dev");
    send(&one, 3);
    send(&two, 4);
    sync_at(&one, november_ms);
    sync_at(&two, november_ms);
    assert_int_equal(month_of_a_fresh_start("prod"), 3);
    assert_int_equal(month_of_a_fresh_start("dev"), 4);
    /* The same name for another service is another profile. */
    start(&moved, "prod");
    request_count_init(&moved.count, 0, 0);
    moved.entry.base_url = "https://other.example";
    sync_at(&moved, november_ms);
    assert_int_equal(this_month(&moved), 0);
}

static void new_month_starts_anew_and_clears_the_file(void **state)
{
    (void)state;
    struct instance one, two;
    int64_t december_ms;
    parse_iso8601("2026-12-01T00:00:00Z", &december_ms);
    start(&one, "prod");
    start(&two, "dev");
    send(&one, 3);
    send(&two, 4);
    sync_at(&one, november_ms);
    sync_at(&two, december_ms); /* of last month: not worth a word any more */
    assert_int_equal(request_count_this_month(&two.count, december_ms), 0);
    request_count_add(&two.count, MONO_MS, december_ms);
    sync_at(&two, december_ms);
    assert_int_equal(request_count_this_month(&two.count, december_ms), 1);
    assert_int_equal(month_of_a_fresh_start("prod"), 0);
    sync_at(&one, december_ms);
    assert_int_equal(request_count_this_month(&one.count, december_ms), 0);
}

static void broken_file_counts_as_empty_and_is_mended(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "",
        "{",
        "[]",
        "null",
        "\xff\xfe",
        "{\"profiles\":7}",
        "{\"profiles\":[1,null,{},{\"profile\":3}]}",
        "{\"profiles\":[{\"profile\":\"prod\",\"base_url\":\"https://acme.example\","
        "\"month\":\"2026-11\",\"requests\":-5}]}",
        "{\"profiles\":[{\"profile\":\"prod\",\"base_url\":\"https://acme.example\","
        "\"month\":\"2026-11\",\"requests\":\"many\"}]}",
        "{\"profiles\":[{\"profile\":\"prod\",\"base_url\":\"https://acme.example\","
        "\"month\":\"soon\",\"requests\":9}]}",
    };
    struct instance one;
    start(&one, "prod");
    send(&one, 1);
    sync_at(&one, november_ms); /* makes the folder */
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
        write_text(broken[i]);
        start(&one, "prod");
        assert_int_equal(this_month(&one), 0);
        send(&one, 2);
        sync_at(&one, november_ms);
        assert_int_equal(month_of_a_fresh_start("prod"), 2);
    }
    /* What a running program knows is not lost with the file. */
    write_text("{");
    send(&one, 1);
    sync_at(&one, november_ms);
    assert_int_equal(month_of_a_fresh_start("prod"), 3);
}

static void locked_file_is_tried_again_later(void **state)
{
    (void)state;
    struct instance one;
    struct error err = {0};
    char lock[320];
    start(&one, "prod");
    send(&one, 1);
    sync_at(&one, november_ms);
    snprintf(lock, sizeof(lock), "%s.lock", path);
    int fd = open(lock, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX), 0);
    send(&one, 2);
    assert_false(request_file_sync(path, &one.entry, 1, november_ms, &err));
    assert_int_equal(err.code, ERR_TIMEOUT);
    assert_int_equal(this_month(&one), 3);
    assert_int_equal(one.count.unsaved, 2);
    close(fd);
    sync_at(&one, november_ms);
    assert_int_equal(month_of_a_fresh_start("prod"), 3);
}

static void place_that_can_not_be_written_is_told(void **state)
{
    (void)state;
    struct instance one;
    struct error err = {0};
    request_count_init(&one.count, 0, 0);
    one.entry = (struct request_entry){"prod", "https://acme.example", &one.count};
    send(&one, 2);
    assert_false(
        request_file_sync("/dev/null/querytop/requests.json", &one.entry, 1, november_ms, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.message, "/dev/null"));
    assert_int_equal(one.count.unsaved, 2);
}

#define TEST(function) cmocka_unit_test_setup(function, forget)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(place_follows_the_xdg_rules),
        TEST(count_survives_a_restart_in_a_private_file),
        TEST(two_programs_add_up),
        TEST(profiles_do_not_disturb_each_other),
        TEST(new_month_starts_anew_and_clears_the_file),
        TEST(broken_file_counts_as_empty_and_is_mended),
        TEST(locked_file_is_tried_again_later),
        TEST(place_that_can_not_be_written_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The disk fails at each call that goes to it, and at each byte: what was there before stays whole,
 * and whoever asked is told. */
#include "support/testing.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/append_file.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/replace_file.h"
#include "base/save_file.h"
#include "engine/recorder.h"
#include "engine/recording.h"
#include "engine/replay.h"
#include "engine/request_file.h"
#include "engine/state_file.h"
#include "failure/walk.h"
#include "model/make_task.h"
#include "model/store.h"
#include "net/json.h"
#include "support/environment.h"

#define NOW INT64_C(1795168800000) /* 2026-11-20T10:00:00Z */

#define OLD_LINE "the old text, which is longer than the new one in order to be missed\n"
#define NEW_LINE "the new text\n"

static char folder[300];
static char path[320];

/* A fresh folder for each test, so that what is left behind can be counted. */
static int make_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "%s/XXXXXX", scratch_folder());
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/file", folder);
    return 0;
}

/* Streams of stdio, which no failing call reaches. */
static void put(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static const char *content(void)
{
    static char bytes[LIMIT_MIB];
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(bytes, 1, sizeof(bytes) - 1, file) : 0;
    bytes[length] = '\0';
    if (file)
        fclose(file);
    return bytes;
}

static void add_content(struct strbuf *out)
{
    strbuf_add_text(out, content());
}

static size_t count_files(void)
{
    size_t count = 0;
    DIR *stream = opendir(folder);
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(stream);
    return count;
}

/* ---- whole or as it was ---- */

static bool save_anew(struct strbuf *out, struct error *err)
{
    bool exists;
    unlink(path);
    if (!save_file(path, NEW_LINE, strlen(NEW_LINE), false, &exists, err))
        return false;
    add_content(out);
    return true;
}

static void new_or_nothing(void)
{
    if (access(path, F_OK) == 0)
        assert_string_equal(content(), NEW_LINE);
    assert_true(count_files() <= 1);
}

static void a_new_file_is_whole_or_not_there(void **state)
{
    (void)state;
    walk_calls("save", save_anew, new_or_nothing);
    walk_room("save", save_anew, new_or_nothing, strlen(NEW_LINE));
}

static void new_or_old(void)
{
    if (strcmp(content(), NEW_LINE) != 0)
        assert_string_equal(content(), OLD_LINE);
    assert_int_equal(count_files(), 1);
}

static bool save_over(struct strbuf *out, struct error *err)
{
    bool exists;
    if (!save_file(path, NEW_LINE, strlen(NEW_LINE), true, &exists, err))
        return false;
    add_content(out);
    return true;
}

static bool keep_state(struct strbuf *out, struct error *err)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_KIB);
    strbuf_add_text(&text, NEW_LINE);
    bool is_good = state_file_replace(path, &text, err);
    strbuf_finish(&text);
    if (is_good)
        add_content(out);
    return is_good;
}

static bool write_output(struct strbuf *out, struct error *err)
{
    struct replace_file file;
    if (!replace_file_open(&file, path, err))
        return false;
    for (const char *at = NEW_LINE; *at; at++)
        fputc(*at, file.file);
    if (!replace_file_close(&file, true, err))
        return false;
    add_content(out);
    return true;
}

static void put_old(void)
{
    new_or_old();
    put(OLD_LINE);
}

static void an_old_file_is_replaced_whole_or_stays(void **state)
{
    (void)state;
    put(OLD_LINE);
    walk_calls("save over", save_over, put_old);
    walk_room("save over", save_over, put_old, strlen(NEW_LINE));
    walk_calls("state file", keep_state, put_old);
    walk_room("state file", keep_state, put_old, strlen(NEW_LINE));
    walk_room("output file", write_output, put_old, strlen(NEW_LINE));
}

/* ---- counted requests ---- */

#define COUNTS                                                                              \
    "{\"schema\":\"querytop.requests/1\",\"profiles\":[{\"profile\":\"prod\",\"base_url\":" \
    "\"https://acme.example\",\"month\":\"2026-11\",\"requests\":41}]}\n"

static bool count_request(struct strbuf *out, struct error *err)
{
    struct request_count count;
    const struct request_entry entry = {"prod", "https://acme.example", &count};
    request_count_init(&count, 0, 0);
    request_count_add(&count, 1, NOW);
    bool is_good = request_file_sync(path, &entry, 1, NOW, err);
    if (!is_good && count.unsaved != 1)
        return strbuf_add_text(out, "lost"), true;
    if (is_good)
        strbuf_addf(out, "%llu", (unsigned long long)count.in_month);
    return is_good;
}

static void old_or_new_count(void)
{
    struct json *json = json_parse(content(), strlen(content()), NULL);
    const struct json *profile = json_at(json_get(json, "profiles"), 0);
    int64_t requests = json_int(json_get(profile, "requests"), 0);
    assert_true(requests == 41 || requests == 42);
    json_destroy(json);
    put(COUNTS);
}

static void a_request_that_can_not_be_kept_is_counted_again_later(void **state)
{
    (void)state;
    put(COUNTS);
    walk_calls("request counts", count_request, old_or_new_count);
    walk_room("request counts", count_request, old_or_new_count, strlen(COUNTS));
}

/* ---- lines that are appended ---- */

static bool append_line(struct strbuf *out, struct error *err)
{
    if (!append_file_line(path, "two", 3, err))
        return false;
    add_content(out);
    return true;
}

/* The first line stands whatever came of the second, and the third one is whole. */
static void append_third(void)
{
    assert_true(append_file_line(path, "three", 5, NULL));
    assert_true(strncmp(content(), "one\n", 4) == 0);
    assert_non_null(strstr(content(), "\nthree\n"));
    put("one\n");
}

static void a_line_that_failed_costs_no_other(void **state)
{
    (void)state;
    put("one\n");
    walk_calls("audit line", append_line, append_third);
    walk_room("audit line", append_line, append_third, strlen("one\ntwo\n"));
}

static bool write_log(struct strbuf *out, struct error *err)
{
    if (!log_open(path, LOG_LEVEL_INFO, err))
        return false;
    log_write(LOG_LEVEL_INFO, "test", "one");
    log_write(LOG_LEVEL_INFO, "test", "two");
    log_close();
    strbuf_add_text(out, "went on");
    return true;
}

/* Nobody can be told, but what comes is still a log. */
static void read_log(void)
{
    char line[200];
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file)) {
        bool is_begun = strncmp(line, "2026-11-20T10:00:00.000Z info  test: ", 37) == 0;
        assert_true(is_begun || strlen(line) < 37);
    }
    if (file)
        fclose(file);
    unlink(path);
}

static void a_log_without_room_goes_on(void **state)
{
    (void)state;
    clock_freeze(NOW);
    walk_calls("log", write_log, read_log);
}

/* ---- recordings ---- */

static bool record(struct strbuf *out, struct error *err)
{
    unlink(path);
    struct recorder *recorder = recorder_open(path, RECORDING_MAX_BYTES, err);
    if (!recorder)
        return false;
    struct store *store = store_create(1);
    strcpy(store_source(store, 0)->profile, "one");
    for (int i = 0; i < 3; i++) {
        char id[20];
        snprintf(id, sizeof(id), "t%d", i);
        store_put(store, make_task(0, id, TASK_RUNNING, 1000, NOW, "weekly"), NOW + i);
        struct snapshot *s = store_snapshot(store, NOW + 1000 * i);
        recorder_note(recorder, s);
        snapshot_unref(s);
    }
    store_destroy(store);
    if (!recorder_close(recorder, err))
        return false;
    add_content(out);
    return true;
}

/* What came to be recorded before is shown. */
static void replay_what_there_is(void)
{
    struct error err = {0};
    const char *end = strchr(content(), '\n');
    if (!end || !strstr(end, "\"task\""))
        return;
    struct replay *replay = replay_open(path, &err);
    if (!replay && strchr(strstr(end, "\"task\""), '\n'))
        fail_msg("%s", err.message);
    replay_close(replay);
}

static void a_recording_without_room_says_so_and_shows_what_it_has(void **state)
{
    (void)state;
    struct error err = {0};
    struct strbuf whole;
    strbuf_init(&whole, LIMIT_MIB);
    assert_true(record(&whole, &err));
    walk_room("recording", record, replay_what_there_is, whole.len);
    strbuf_finish(&whole);
}

#define FILE_TEST(f) cmocka_unit_test_setup(f, make_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILE_TEST(a_new_file_is_whole_or_not_there),
        FILE_TEST(an_old_file_is_replaced_whole_or_stays),
        FILE_TEST(a_request_that_can_not_be_kept_is_counted_again_later),
        FILE_TEST(a_line_that_failed_costs_no_other),
        FILE_TEST(a_log_without_room_goes_on),
        FILE_TEST(a_recording_without_room_says_so_and_shows_what_it_has),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What was shown is recorded, and comes back; a stranger's recording is a stranger's text. */
#include "support/testing.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sanitize.h"
#include "engine/recorder.h"
#include "engine/recording.h"
#include "engine/replay.h"
#include "model/make_task.h"
#include "model/store.h"
#include "support/environment.h"

#define START INT64_C(1795168800000) /* 2026-11-20T10:00:00Z */
#define HEAD                            \
    "{\"schema\":\"querytop.recording/" \
    "1\",\"at\":\"2026-11-20T10:00:00.000Z\",\"profiles\":[\"p\"]}\n"
#define TASK(t)                                                                         \
    "{\"at\":\"2026-11-20T10:00:0" t ".000Z\",\"task\":{\"profile\":\"p\",\"id\":\"t" t \
    "\",\"state\":\"running\"}}\n"

static char path[300];
static struct error err;

static int choose_path(void **state)
{
    (void)state;
    snprintf(path, sizeof(path), "%s/recording", scratch_folder());
    error_clear(&err);
    return 0;
}

static int remove_file(void **state)
{
    (void)state;
    unlink(path);
    return 0;
}

/* ---- a small history: two profiles, one task that runs, fails and is forgotten ----------------
 */

static void note(struct recorder *recorder, struct store *store, int64_t after_ms)
{
    struct snapshot *s = store_snapshot(store, START + after_ms);
    recorder_note(recorder, s);
    snapshot_unref(s);
}

static struct store *make_store(void)
{
    struct store *store = store_create(2);
    strcpy(store_source(store, 0)->profile, "one");
    strcpy(store_source(store, 1)->profile, "two");
    store_source(store, 0)->state = SOURCE_OK;
    store_source(store, 0)->latency_ms = 42;
    store_source(store, 1)->state = SOURCE_ERROR;
    error_set(&store_source(store, 1)->error, ERR_NETWORK, "connection refused");
    return store;
}

static struct task *failed_task(void)
{
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.source = 0;
    draft.facts.state = TASK_FAILED;
    draft.facts.flags = TASK_CAN_RETRY | TASK_IS_ESTIMATED;
    draft.facts.created_ms = START - 5000;
    draft.facts.started_ms = UNKNOWN;
    draft.facts.ended_ms = START + 2000;
    draft.facts.elapsed_ms = 7000;
    draft.facts.observed_ms = START + 2000;
    draft.facts.rows = UNKNOWN;
    task_draft_set_text(&draft, TASK_ID, "t1");
    task_draft_set_text(&draft, TASK_TITLE, "weekly \"revenue\"");
    task_draft_set_text(&draft, TASK_SQL, "SELECT 1\nFROM oders");
    task_draft_set_text(&draft, TASK_MESSAGE, "no such table: oders");
    task_draft_set_text(&draft, TASK_URL, "https://acme.example/x");
    task_draft_set_text(&draft, TASK_USER_ID, "37");
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

static void write_history(size_t max_bytes)
{
    struct store *store = make_store();
    struct recorder *recorder = recorder_open(path, max_bytes, &err);
    assert_non_null(recorder);
    store_put(store, make_task(0, "t1", TASK_RUNNING, 1000, START, "weekly"), START);
    note(recorder, store, 0);
    store_add_action(store, ACTION_CANCEL, 9, 0, "t1", START + 1000);
    note(recorder, store, 1000);
    store_put(store, failed_task(), START + 2000);
    store_action(store, 9)->state = ACTION_ALREADY_ENDED;
    note(recorder, store, 2000);
    store_forget(store, 0, "t1");
    note(recorder, store, 3000);
    assert_true(recorder_close(recorder, &err) == (max_bytes == RECORDING_MAX_BYTES));
    store_destroy(store);
}

static void write_text(const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static void what_was_shown_comes_back(void **state)
{
    (void)state;
    write_history(RECORDING_MAX_BYTES);
    struct replay *replay = replay_open(path, &err);
    if (!replay)
        fail_msg("%s", err.message);
    replay_step(replay, 2);
    struct snapshot *s = replay_snapshot(replay);
    assert_int_equal(s->made_ms, START + 2000);
    assert_string_equal(s->sources[0].profile, "one");
    assert_int_equal(s->sources[0].latency_ms, 42);
    assert_int_equal(s->sources[1].state, SOURCE_ERROR);
    assert_string_equal(s->sources[1].error.message, "connection refused");
    const struct task *task = snapshot_find_task(s, 0, "t1");
    struct task *expected = failed_task();
    assert_non_null(task);
    assert_true(task_is_same(task, expected));
    assert_int_equal(task->flags, expected->flags);
    assert_int_equal(task->elapsed_ms, 7000);
    assert_int_equal(task->observed_ms, START + 2000);
    for (int i = 0; i < TASK_TEXT_COUNT; i++)
        assert_string_equal(task_text_or_dash(task, i), task_text_or_dash(expected, i));
    assert_int_equal(snapshot_task_action(s, 0, "t1")->state, ACTION_ALREADY_ENDED);
    assert_int_equal(s->totals.by_state[TASK_FAILED], 1);
    task_unref(expected);
    snapshot_unref(s);
    replay_close(replay);
}

static void file_is_for_its_owner_and_never_over_another(void **state)
{
    (void)state;
    struct stat facts;
    write_history(RECORDING_MAX_BYTES);
    assert_int_equal(stat(path, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_null(recorder_open(path, RECORDING_MAX_BYTES, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.message, "name another file"));
}

static void recording_ends_at_its_bound_and_says_so(void **state)
{
    (void)state;
    struct stat facts;
    write_history(2000);
    assert_non_null(strstr(err.message, "ends early"));
    assert_int_equal(stat(path, &facts), 0);
    assert_true(facts.st_size > 1000 && facts.st_size <= 2000);
    struct replay *replay = replay_open(path, &err);
    assert_non_null(replay);
    replay_close(replay);
}

static bool shows(struct replay *replay, const char *id)
{
    struct snapshot *s = replay_snapshot(replay);
    bool is_shown = snapshot_find_task(s, 0, id);
    snapshot_unref(s);
    return is_shown;
}

static void time_goes_by_steps_jumps_and_back(void **state)
{
    (void)state;
    write_text(HEAD TASK("1") TASK("2") TASK("5"));
    struct replay *replay = replay_open(path, &err);
    assert_non_null(replay);
    replay_pause(replay, true);
    replay_seek(replay, START);
    assert_true(shows(replay, "t1") && !shows(replay, "t2"));
    replay_step(replay, 1);
    assert_int_equal(replay_now_ms(replay), START + 2000);
    assert_true(shows(replay, "t2") && !shows(replay, "t5"));
    replay_seek(replay, START + 4999);
    assert_int_equal(replay_now_ms(replay), START + 4999);
    assert_false(shows(replay, "t5"));
    replay_seek(replay, START + 999999);
    assert_true(shows(replay, "t5"));
    assert_int_equal(replay_status(replay).moment, 3);
    replay_step(replay, -1);
    assert_false(shows(replay, "t5"));
    replay_step(replay, -99);
    assert_int_equal(replay_status(replay).moment, 1);
    assert_int_equal(replay_status(replay).moment_count, 3);
    replay_close(replay);
}

static void it_plays_by_itself_to_its_end(void **state)
{
    (void)state;
    write_text(HEAD TASK("1") TASK("2") TASK("5"));
    struct replay *replay = replay_open(path, &err);
    assert_non_null(replay);
    replay_set_speed(replay, 100);
    while (!shows(replay, "t5")) {
        struct pollfd wake = {.fd = replay_fd(replay), .events = POLLIN};
        assert_int_equal(poll(&wake, 1, 20000), 1);
    }
    assert_true(replay_status(replay).is_paused);
    replay_pause(replay, false); /* from the beginning again */
    assert_false(replay_status(replay).is_paused);
    assert_true(replay_now_ms(replay) < START + 5000);
    replay_close(replay);
}

static void line_that_was_being_written_does_not_count(void **state)
{
    (void)state;
    write_text(HEAD TASK("1") "{\"at\":\"2026-11-20T10:00:02.0");
    struct replay *replay = replay_open(path, &err);
    assert_non_null(replay);
    assert_int_equal(replay_status(replay).moment_count, 1);
    replay_close(replay);
}

static void assert_refused(const char *text, const char *words)
{
    write_text(text);
    assert_null(replay_open(path, &err));
    assert_int_equal(err.code, ERR_USAGE);
    if (!strstr(err.message, words))
        fail_msg("'%s' is not in: %s", words, err.message);
}

static void damage_is_told_with_its_line(void **state)
{
    (void)state;
    assert_refused("", "there is nothing in it");
    assert_refused(HEAD, "there is nothing in it");
    assert_refused("{\"schema\":\"other/1\"}\n", "line 1: this is no recording");
    assert_refused(HEAD TASK("1") "{\"at\":\"2026\n", "line 3: ");
    assert_refused(HEAD "{\"task\":{}}\n", "line 2: it says no time");
    assert_refused(HEAD "{\"at\":\"2026-11-20\",\"task\":{\"profile\":\"q\",\"id\":\"x\"}}\n",
                   "line 2: its task is not understood");
    assert_refused(HEAD "{\"at\":\"2026-11-20\",\"task\":{\"profile\":\"p\"}}\n",
                   "line 2: its task is not understood");
    assert_refused(HEAD "{\"at\":\"2026-11-20\",\"action\":{\"profile\":\"p\",\"action\":\"x\"}}\n",
                   "line 2: its action is not understood");
}

/* Such as a file of zeros, or a pipe that never ends. */
static void line_without_end_is_not_read_on(void **state)
{
    (void)state;
    write_text(HEAD TASK("1"));
    assert_int_equal(truncate(path, 3 * LIMIT_MIB), 0);
    assert_null(replay_open(path, &err));
    assert_non_null(strstr(err.message, "line 3: it is too long"));
}

/* Every moment holds all services: so many short lines would take more than may be. */
static void moments_that_take_too_much_memory_are_thinned_out(void **state)
{
    (void)state;
#ifdef __SANITIZE_THREAD__
    skip(); /* much memory, and one thread */
#endif
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\"schema\":\"querytop.recording/1\",\"profiles\":[\"p\"", file);
    for (int i = 1; i < LIMIT_PROFILES; i++)
        fprintf(file, ",\"p%d\"", i);
    fputs("]}\n", file);
    for (int i = 0; i < 2400; i++)
        fprintf(
            file,
            "{\"at\":\"2026-11-20T%02d:%02d:%02dZ\",\"gone\":{\"profile\":\"p\",\"id\":\"x\"}}\n",
            i / 3600, i / 60 % 60, i % 60);
    fputs(TASK("9"), file); /* hours later */
    assert_int_equal(fclose(file), 0);
    struct replay *replay = replay_open(path, &err);
    assert_non_null(replay);
    struct replay_status status = replay_status(replay);
    assert_in_range(status.moment_count, 1000, 2000);
    assert_int_equal(status.from_ms, START - 10 * 3600 * 1000);
    assert_int_equal(status.to_ms, START + 9000);
    replay_step(replay, 2400);
    assert_true(shows(replay, "t9"));
    replay_step(replay, -1);
    assert_in_range(replay_now_ms(replay), START - 10 * 3600 * 1000 + 2300 * 1000,
                    START - 10 * 3600 * 1000 + 2399 * 1000);
    replay_close(replay);
}

static void text_of_a_recording_is_sanitised(void **state)
{
    (void)state;
    write_text(
        HEAD
        "{\"at\":\"2026-11-20\",\"task\":{\"profile\":\"p\",\"id\":\"x\",\"state\":\"gone mad\","
        "\"title\":\"a\\u001b[2Jb\\u202ec\",\"url\":\"javascript:alert(1)\"}}\n"
        "{\"at\":\"2026-11-21\",\"source\":{\"profile\":\"p\",\"error\":\"\\u001b]0;x\\u0007\"}}"
        "\n");
    struct replay *replay = replay_open(path, &err);
    assert_non_null(replay);
    replay_step(replay, 1);
    struct snapshot *s = replay_snapshot(replay);
    const struct task *task = snapshot_find_task(s, 0, "x");
    assert_int_equal(task->state, TASK_UNKNOWN);
    assert_true(
        sanitize_is_clean(task_text(task, TASK_TITLE), strlen(task_text(task, TASK_TITLE))));
    assert_null(task_text(task, TASK_URL));
    assert_null(strchr(s->sources[0].error.message, '\033'));
    snapshot_unref(s);
    replay_close(replay);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, choose_path, remove_file)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_shown_comes_back),
        TEST(file_is_for_its_owner_and_never_over_another),
        TEST(recording_ends_at_its_bound_and_says_so),
        TEST(time_goes_by_steps_jumps_and_back),
        TEST(it_plays_by_itself_to_its_end),
        TEST(line_that_was_being_written_does_not_count),
        TEST(damage_is_told_with_its_line),
        TEST(line_without_end_is_not_read_on),
        TEST(moments_that_take_too_much_memory_are_thinned_out),
        TEST(text_of_a_recording_is_sanitised),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

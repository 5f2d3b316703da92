/* Keys move about in the time of a recording. */
#include "support/testing.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app_fixture.h"
#include "support/environment.h"

#define START INT64_C(1795168800000) /* 2026-11-20T10:00:00Z */
#define LINE(at, id)                                                                 \
    "{\"at\":\"2026-11-20T10:" at ".000Z\",\"task\":{\"profile\":\"p\",\"id\":\"" id \
    "\",\"state\":\"running\",\"can_cancel\":true,\"title\":\"" id "\"}}\n"
#define RECORDING                                                                            \
    "{\"schema\":\"querytop.recording/1\",\"at\":\"2026-11-20T10:00:00.000Z\",\"profiles\":" \
    "[\"p\"]}\n" LINE("00:00", "first") LINE("01:30", "second") LINE("09:00", "third")

static struct app_fixture fixture;

static int open_replay(void **state)
{
    (void)state;
    struct error err = {0};
    struct replay *replay = replay_open(scratch_file("recording", RECORDING, 0600), &err);
    assert_non_null(replay);
    replay_pause(replay, true);
    replay_seek(replay, START);
    app_fixture_start(&fixture, replay_snapshot(replay), 100, 30);
    fixture.engine.replay = replay;
    return 0;
}

static int close_replay(void **state)
{
    (void)state;
    replay_close(fixture.engine.replay);
    app_fixture_finish(&fixture);
    return 0;
}

/* What the loop does between two keys. */
static void look(void)
{
    app_take_snapshot(&fixture.app, replay_snapshot(fixture.engine.replay));
    fixture.wall_ms = replay_now_ms(fixture.engine.replay);
    app_fixture_pass(&fixture, 0);
}

static void press(const char *keys)
{
    app_fixture_type(&fixture, keys);
    look();
}

static void steps_go_from_change_to_change(void **state)
{
    (void)state;
    assert_shows(&fixture, "replay || 10:00:00  1/3  x1");
    press(".");
    assert_shows(&fixture, "replay || 10:01:30  2/3");
    assert_shows(&fixture, "second");
    press(",");
    assert_shows(&fixture, "1/3");
    assert_shows_not(&fixture, "second");
}

static void jumps_go_a_minute_on_and_back(void **state)
{
    (void)state;
    press(">>");
    assert_shows(&fixture, "10:02:00  2/3");
    press("<");
    assert_shows(&fixture, "10:01:00  1/3");
}

static void typed_time_is_tried_and_gone_to(void **state)
{
    (void)state;
    press("Jsoon");
    app_fixture_key(&fixture, UI_KEY_ENTER);
    assert_shows(&fixture, "a time such as 10:41");
    app_fixture_key(&fixture, UI_KEY_CTRL('u'));
    press("10:09");
    app_fixture_key(&fixture, UI_KEY_ENTER);
    look();
    assert_shows(&fixture, "10:09:00  3/3");
    assert_shows(&fixture, "third");
}

static void plays_pauses_and_changes_its_speed(void **state)
{
    (void)state;
    press("p");
    assert_shows(&fixture, "replay > 10:00:00");
    press("++");
    assert_shows(&fixture, "x4");
    press("---");
    assert_shows(&fixture, "x0.5");
    press("p");
    assert_shows(&fixture, "replay || ");
}

static void past_can_not_be_changed(void **state)
{
    (void)state;
    app_fixture_key(&fixture, 'x');
    assert_shows(&fixture, "This is a recording: what has been can not be changed.");
    app_fixture_type(&fixture, "xy");
    assert_string_equal(fake_engine_take_log(&fixture.engine), "");
}

static void without_a_recording_its_keys_say_so(void **state)
{
    (void)state;
    struct replay *replay = fixture.engine.replay;
    fixture.engine.replay = NULL;
    app_fixture_type(&fixture, ".");
    assert_shows(&fixture, "Only a replay has other times: querytop replay FILE.");
    assert_shows_not(&fixture, "step back");
    fixture.engine.replay = replay;
}

static void assert_found(const char *text, int64_t expected_ms)
{
    struct replay_status status = {.from_ms = START,
                                   .now_ms = START + 60000,
                                   .to_ms = START + 600000};
    int64_t found_ms = 0;
    assert_true(app_replay_find(&status, text, &found_ms, NULL));
    assert_int_equal(found_ms - START, expected_ms);
}

static void times_are_written_in_several_ways(void **state)
{
    (void)state;
    const char *const wrong[] = {"",  "soon", "25:00", "10:61", "10:00x",
                                 "+", "+x",   "101%",  "5",     NULL};
    assert_found("start", 0);
    assert_found("end", 600000);
    assert_found("50%", 300000);
    assert_found("+30s", 90000);
    assert_found("-1m", 0);
    assert_found("10:03", 180000);
    assert_found("10:03:05", 185000);
    for (int i = 0; wrong[i] != NULL; i++) {
        struct replay_status status = {.from_ms = START, .to_ms = START + 1};
        int64_t untouched = 7;
        assert_false(app_replay_find(&status, wrong[i], &untouched, NULL));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_replay, close_replay)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(steps_go_from_change_to_change),
        TEST(jumps_go_a_minute_on_and_back),
        TEST(typed_time_is_tried_and_gone_to),
        TEST(plays_pauses_and_changes_its_speed),
        TEST(past_can_not_be_changed),
        TEST(without_a_recording_its_keys_say_so),
        cmocka_unit_test(times_are_written_in_several_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

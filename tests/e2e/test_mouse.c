/* The mouse in a real terminal: off unless it is wanted, and then understood. */
#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "e2e/stage.h"
#include "support/environment.h"
#include "support/output_check.h"

static const char *const *with_memory(const char *name, const char *terminal)
{
    static char state_home[512];
    static const char *env[] = {state_home, NULL, NULL};
    snprintf(state_home, sizeof(state_home), "XDG_STATE_HOME=%s/%s", scratch_folder(), name);
    env[1] = terminal;
    return env;
}

static bool is_mouse_on(struct term *t, const void *context)
{
    (void)context;
    return term_wants_mouse(t);
}

static bool is_mouse_off(struct term *t, const void *context)
{
    (void)context;
    return !term_wants_mouse(t);
}

/* As xterm tells of it, in mode 1006; places count from 1. */
static void send_mouse(struct term *t, int button, int row, int col)
{
    char bytes[80];
    int length = snprintf(bytes, sizeof(bytes), "\033[<%d;%d;%dM\033[<%d;%d;%dm", button, col + 1,
                          row + 1, button, col + 1, row + 1);
    term_send_bytes(t, bytes, (size_t)length);
}

static void quit(struct stage *stage)
{
    struct strbuf reason;
    term_key(stage->term, "q");
    assert_exit_code(stage->term, 0);
    assert_false(term_wants_mouse(stage->term));
    strbuf_init(&reason, LIMIT_KIB);
    if (!output_check(term_log(stage->term)->data, term_log(stage->term)->len, OUTPUT_SCREEN,
                      &reason))
        fail_msg("%s", reason.data);
    strbuf_finish(&reason);
    term_close(stage->term);
}

static void off_at_first_and_kept_as_it_was_left(void **state)
{
    (void)state;
    struct stage stage;
    struct stage_options options = {.sandbox = stage_queue, .env = with_memory("kept", NULL)};
    stage_open(&stage, &options);
    assert_shows(&stage, "queued");
    assert_null(strstr(term_log(stage.term)->data, "\033[?1000"));
    assert_null(strstr(term_log(stage.term)->data, "\033[?1006"));
    term_key(stage.term, "M");
    assert_true(term_wait_until(stage.term, is_mouse_on, NULL, TERM_PATIENCE_MS));
    quit(&stage);
    stage_open_term(&stage, &options);
    assert_true(term_wait_until(stage.term, is_mouse_on, NULL, TERM_PATIENCE_MS));
    assert_shows(&stage, "queued");
    term_key(stage.term, "M");
    assert_true(term_wait_until(stage.term, is_mouse_off, NULL, TERM_PATIENCE_MS));
    quit(&stage);
    stage_open_term(&stage, &options);
    assert_shows(&stage, "queued");
    assert_false(term_wants_mouse(stage.term));
    quit(&stage);
    service_stop(stage.service);
}

static void clicks_select_open_and_sort_and_the_wheel_scrolls(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage,
               &(struct stage_options){.sandbox = stage_queue, .env = with_memory("clicks", NULL)});
    assert_shows(&stage, "\xe2\x97\x8c 5");
    term_keys(stage.term, "M g");
    assert_true(term_wait_until(stage.term, is_mouse_on, NULL, TERM_PATIENCE_MS));
    send_mouse(stage.term, 65, 5, 10);
    assert_true(term_wait_text(stage.term, "\xe2\x94\x83   \xe2\x97\x8c", TERM_PATIENCE_MS));
    while (term_char(stage.term, 6, 0) != 0x2503) /* three rows on */
        assert_true(term_pump(stage.term, TERM_PATIENCE_MS));
    send_mouse(stage.term, 0, 4, 10);
    while (term_char(stage.term, 4, 0) != 0x2503)
        assert_true(term_pump(stage.term, TERM_PATIENCE_MS));
    send_mouse(stage.term, 0, 2, 28);
    assert_shows(&stage, "order user");
    send_mouse(stage.term, 0, 1, 12);
    assert_shows(&stage, "[Detail]");
    quit(&stage);
    service_stop(stage.service);
}

static void half_a_word_of_the_mouse_stops_nothing(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage,
               &(struct stage_options){.sandbox = stage_queue, .env = with_memory("half", NULL)});
    assert_shows(&stage, "\xe2\x97\x8c 5");
    term_keys(stage.term, "M");
    assert_true(term_wait_until(stage.term, is_mouse_on, NULL, TERM_PATIENCE_MS));
    term_send_bytes(stage.term, "\033[<0;1", 7);
    service_submit(stage.service, "events", "events.browser", (char[64]){0}, 64);
    assert_shows(&stage, "\xe2\x97\x8c 6"); /* it polls and draws on */
    term_key(stage.term, "?");
    assert_shows(&stage, "one row up");
    term_key(stage.term, "Esc");
    assert_hides(&stage, "one row up");
    quit(&stage);
    service_stop(stage.service);
}

static void terminal_without_a_mouse_is_told_so(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue,
                                               .env = with_memory("none", "TERM=vt100")});
    assert_shows(&stage, "queued");
    term_key(stage.term, "M");
    assert_shows(&stage, "This terminal does not tell of a mouse.");
    quit(&stage);
    service_stop(stage.service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(off_at_first_and_kept_as_it_was_left),
        cmocka_unit_test(clicks_select_open_and_sort_and_the_wheel_scrolls),
        cmocka_unit_test(half_a_word_of_the_mouse_stops_nothing),
        cmocka_unit_test(terminal_without_a_mouse_is_told_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

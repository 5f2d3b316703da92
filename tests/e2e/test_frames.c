/* Frames on slow, stalled and clever terminals. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/strbuf.h"
#include "e2e/stage.h"

#define SIP_BYTES 80 /* each ten milliseconds: 8 KB/s */

static const char *const many_tasks[] = {"--tasks", "0",         "--rate", "0", "--active",
                                         "300",     "--workers", "0",      NULL};

static void sip(struct term *t, int times)
{
    for (int i = 0; i < times; i++) {
        poll(NULL, 0, 10); /* the line's speed */
        term_sip(t, SIP_BYTES);
    }
}

/* Sips until the text is there; how many bytes that took. */
static size_t bytes_until(struct term *t, const char *text)
{
    size_t before = term_bytes(t);
    int64_t until_us = term_now_us() + TERM_PATIENCE_MS * 1000LL;
    while (!strstr(term_screen(t), text) && term_now_us() < until_us)
        sip(t, 1);
    assert_non_null(strstr(term_screen(t), text));
    return term_bytes(t) - before;
}

/* Each key paints the whole screen, and comes when a tenth of that has gone over the line. */
static void slow_line_gets_the_newest_frame_and_no_queue(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = many_tasks, .rows = 40, .cols = 120});
    assert_shows(&stage, "queued");
    term_keys(stage.term, "C-l"); /* by now it has answered */
    assert_true(term_wait_quiet(stage.term, 300, TERM_PATIENCE_MS));
    for (int i = 0; i < 40; i++) {
        term_key(stage.term, "C-l");
        sip(stage.term, 6);
    }
    term_key(stage.term, "?");
    assert_true(bytes_until(stage.term, "one row up") < 24000);
    term_key(stage.term, "Esc");
    stage_close(&stage);
}

static bool has_ended(pid_t pid)
{
    siginfo_t info = {0};
    return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

static void terminal_that_takes_nothing_does_not_keep_from_quitting(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = many_tasks, .rows = 200, .cols = 500});
    assert_shows(&stage, "queued");
    assert_true(term_wait_quiet(stage.term, 300, TERM_PATIENCE_MS));
    term_key(stage.term, "C-l"); /* more than a terminal buffers */
    while (!term_sip(stage.term, 1))
        poll(NULL, 0, 10);
    term_key(stage.term, "q");
    int64_t until_us = term_now_us() + TERM_PATIENCE_MS * 1000LL;
    while (!has_ended(term_pid(stage.term)) && term_now_us() < until_us)
        poll(NULL, 0, 10);
    assert_true(has_ended(term_pid(stage.term)));
    assert_exit_code(stage.term, 0);
    assert_false(term_is_alternate(stage.term));
    assert_true(term_has_first_modes(stage.term));
    term_close(stage.term);
    service_stop(stage.service);
}

/* ---- synchronised output --------------------------------------------------------------------- */

static bool has_sent(struct term *t, const char *bytes)
{
    const struct strbuf *log = term_log(t);
    return memmem(log->data, log->len, bytes, strlen(bytes)) != NULL;
}

static bool asks_for_sync(struct term *t, const void *context)
{
    (void)context;
    return has_sent(t, "\033[?2026$p");
}

/* Opens the dashboard and gives it this answer to its question. */
static void open_answering(struct stage *stage, const char *answer)
{
    stage_open(stage, &(struct stage_options){.sandbox = stage_queue, .rows = 40, .cols = 120});
    assert_shows(stage, "queued");
    term_key(stage->term, "C-l");
    assert_true(term_wait_until(stage->term, asks_for_sync, NULL, TERM_PATIENCE_MS));
    assert_false(has_sent(stage->term, "\033[?2026h"));
    term_send_bytes(stage->term, answer, strlen(answer));
}

static void terminal_that_says_so_gets_frames_as_a_whole(void **state)
{
    (void)state;
    struct stage stage;
    open_answering(&stage, "\033[?2026;2$y");
    term_key(stage.term, "Down");
    assert_true(term_wait_frame(stage.term, TERM_PATIENCE_MS));
    stage_close(&stage);
}

/* An answer is no key either: "?" would open the help. */
static void terminal_that_does_not_know_it_gets_no_marks(void **state)
{
    (void)state;
    struct stage stage;
    open_answering(&stage, "\033[?2026;0$y");
    term_key(stage.term, "2");
    assert_shows(&stage, "Overview");
    assert_null(strstr(term_screen(stage.term), "one row up"));
    assert_false(has_sent(stage.term, "\033[?2026h"));
    stage_close(&stage);
}

static const struct {
    const char *env[3];
    bool has_marks;
    bool has_question;
} kinds[] = {
    {{"TERM=foot"}, true, false},
    {{"TERM=xterm-kitty"}, true, false},
    {{"TERM=xterm-256color"}, false, true},
    {{"TERM=xterm-256color", "QUERYTOP_SYNC=1"}, true, false},
    {{"TERM=foot", "QUERYTOP_SYNC=0"}, false, false},
    {{"TERM=linux"}, false, false},
    {{"TERM=vt100"}, false, false},
};

static void terminals_are_marked_and_asked_by_kind(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct stage stage;
        stage_open(&stage,
                   &(struct stage_options){
                       .sandbox = stage_queue, .env = kinds[i].env, .rows = 40, .cols = 120});
        assert_shows(&stage, "queued");
        term_key(stage.term, "C-l");
        term_key(stage.term, "?");
        assert_shows(&stage, "one row up");
        if (kinds[i].has_question) /* it stands behind the frame, and may be read after it */
            assert_true(term_wait_until(stage.term, asks_for_sync, NULL, TERM_PATIENCE_MS));
        term_key(stage.term, "Esc");
        assert_true(term_wait_no_text(stage.term, "one row up", TERM_PATIENCE_MS));
        assert_int_equal(has_sent(stage.term, "\033[?2026h"), kinds[i].has_marks);
        assert_int_equal(has_sent(stage.term, "\033[?2026$p"), kinds[i].has_question);
        stage_close(&stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slow_line_gets_the_newest_frame_and_no_queue),
        cmocka_unit_test(terminal_that_takes_nothing_does_not_keep_from_quitting),
        cmocka_unit_test(terminal_that_says_so_gets_frames_as_a_whole),
        cmocka_unit_test(terminal_that_does_not_know_it_gets_no_marks),
        cmocka_unit_test(terminals_are_marked_and_asked_by_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

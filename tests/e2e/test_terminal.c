/* Terminals of all sizes and kinds. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>

#include "e2e/stage.h"
#include "support/environment.h"

/* ---- sizes ----------------------------------------------------------------------------------- */

static const struct {
    int rows;
    int cols;
} sizes[] = {{1, 1},  {1, 80},   {2, 2},    {3, 20},    {24, 80}, {5, 200},
             {40, 7}, {40, 120}, {24, 118}, {200, 500}, {10, 40}, {24, 80}};

static void every_size_is_survived_in_every_pane(void **state)
{
    (void)state;
    static const char *const panes[] = {"1", "2",   "Esc", "3",   "?", "Esc",
                                        "x", "Esc", "s",   "Esc", "f"};
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        term_resize(stage.term, sizes[i].rows, sizes[i].cols);
        for (size_t key = 0; key < sizeof(panes) / sizeof(panes[0]); key++) {
            term_key(stage.term, panes[key]);
            term_pump(stage.term, 20);
        }
        term_keys(stage.term, "Esc");
    }
    term_keys(stage.term, "Esc 1");
    assert_shows(&stage, "queued");
    assert_shows(&stage, "quit");
    stage_close(&stage);
}

/* Not even the marks around it. */
static void a_frame_that_is_as_it_was_writes_nothing(void **state)
{
    (void)state;
    static const char *const env[] = {"QUERYTOP_SYNC=1", "QUERYTOP_FREEZE=2026-11-20T10:00:00Z",
                                      NULL};
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue, .env = env});
    assert_shows(&stage, "queued");
    service_signal(stage.service, SIGSTOP);
    term_keys(stage.term, "Down g");
    assert_true(term_wait_quiet(stage.term, 500, TERM_PATIENCE_MS));
    size_t before = term_bytes(stage.term);
    term_keys(stage.term, "Up Up Up");
    term_wait_quiet(stage.term, 500, TERM_PATIENCE_MS);
    assert_int_equal(term_bytes(stage.term), before);
    term_key(stage.term, "Down");
    assert_true(term_wait_frame(stage.term, TERM_PATIENCE_MS));
    service_signal(stage.service, SIGCONT);
    stage_close(&stage);
}

static bool has_whole_frame(struct term *t, const void *context)
{
    (void)context;
    return strstr(term_row(t, 0), "querytop") && strstr(term_row(t, term_rows(t) - 1), "quit");
}

static void storm_of_resizes_ends_in_a_whole_frame(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    for (int i = 0; i < 200; i++)
        term_resize(stage.term, 10 + i % 40, 60 + i * 7 % 120);
    term_resize(stage.term, 31, 101);
    assert_true(term_wait_until(stage.term, has_whole_frame, NULL, TERM_PATIENCE_MS));
    assert_shows(&stage, "queued");
    stage_close(&stage);
}

static void redraw_key_writes_the_whole_screen(void **state)
{
    (void)state;
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    size_t before = term_bytes(stage.term);
    term_key(stage.term, "C-l");
    int64_t until_us = term_now_us() + TERM_PATIENCE_MS * 1000LL;
    while (term_bytes(stage.term) - before < 1000 && term_now_us() < until_us)
        term_pump(stage.term, 50);
    assert_true(term_bytes(stage.term) - before >= 1000);
    stage_close(&stage);
}

/* ---- kinds of terminals ---------------------------------------------------------------------- */

static void ascii_locale_gets_ascii_alone(void **state)
{
    (void)state;
    static const char *const env[] = {"LC_ALL=C", NULL};
    struct stage stage = {.service = service_start(stage_queue, NULL)};
    stage_open_term(&stage, &(struct stage_options){.env = env});
    assert_shows(&stage, "queued");
    term_key(stage.term, "2");
    assert_shows(&stage, "Overview");
    const struct strbuf *log = term_log(stage.term);
    for (size_t i = 0; i < log->len; i++)
        assert_true((unsigned char)log->data[i] < 0x80);
    stage_close(&stage);
}

/* Counts "ESC [ ... m" sequences that set a colour. */
static size_t count_colours(const struct strbuf *log)
{
    size_t count = 0;
    for (size_t i = 0; i + 2 < log->len; i++) {
        if (log->data[i] != '\x1b' || log->data[i + 1] != '[')
            continue;
        const char *end = log->data + i + 2 + strspn(log->data + i + 2, "0123456789;");
        if (*end != 'm')
            continue;
        for (const char *part = log->data + i + 2; part < end; part++) {
            bool is_start = part[-1] == '[' || part[-1] == ';';
            if (is_start && (*part == '3' || *part == '4') && part + 1 < end && part[1] >= '0' &&
                part[1] <= '8')
                count++;
        }
    }
    return count;
}

static void no_color_means_none(void **state)
{
    (void)state;
    static const char *const env[] = {"NO_COLOR=1", NULL};
    struct stage stage;
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue, .env = env});
    assert_shows(&stage, "queued");
    assert_int_equal(count_colours(term_log(stage.term)), 0);
    /* The row under the cursor is still told apart. */
    assert_true(term_row_is_reverse(stage.term, term_find_row(stage.term, "queued"), 10));
    stage_close(&stage);
    stage_open(&stage, &(struct stage_options){.sandbox = stage_queue});
    assert_shows(&stage, "queued");
    assert_true(count_colours(term_log(stage.term)) > 0);
    stage_close(&stage);
}

static void old_terminals_work(void **state)
{
    (void)state;
    static const char *const terms[] = {"TERM=vt100",           "TERM=linux",
                                        "TERM=xterm-mono",      "TERM=xterm",
                                        "TERM=xterm-256color",  "TERM=screen",
                                        "TERM=screen-256color", "TERM=tmux-256color"};
    for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
        const char *const env[] = {terms[i], NULL};
        struct stage stage;
        stage_open(&stage, &(struct stage_options){.sandbox = stage_queue, .env = env});
        assert_shows(&stage, "queued");
        stage_close(&stage);
    }
}

static void unknown_terminal_falls_back_with_a_word(void **state)
{
    (void)state;
    static const char *const env[] = {"TERM=no-such-terminal", NULL};
    struct stage stage = {.service = service_start(stage_queue, NULL)};
    stage_open_term(&stage, &(struct stage_options){.env = env});
    assert_shows(&stage, "no-such-terminal");
    term_key(stage.term, "q");
    assert_true(stage_exit_code(stage.term) >= 0);
    term_close(stage.term);
    service_stop(stage.service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_is_survived_in_every_pane),
        cmocka_unit_test(a_frame_that_is_as_it_was_writes_nothing),
        cmocka_unit_test(storm_of_resizes_ends_in_a_whole_frame),
        cmocka_unit_test(redraw_key_writes_the_whole_screen),
        cmocka_unit_test(ascii_locale_gets_ascii_alone),
        cmocka_unit_test(no_color_means_none),
        cmocka_unit_test(old_terminals_work),
        cmocka_unit_test(unknown_terminal_falls_back_with_a_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* What the dashboard writes to its terminal, call by call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "e2e/stage.h"
#include "support/environment.h"

#define CALLS_MAX   4000
#define FRAME_BEGIN "\033[?2026h"
#define FRAME_END   "\033[?2026l"

/* The calls in their order. */
struct calls {
    size_t ends[CALLS_MAX]; /* of the writes: bytes written so far */
    size_t count;
    size_t before_libcurl; /* bytes; SIZE_MAX: it was never set up */
};

static char calls_path[300];

static void open_noted(struct stage *stage, int rows, int cols)
{
    char *preload = xasprintf("LD_PRELOAD=%s", TEST_NOTE_CALLS);
    snprintf(calls_path, sizeof(calls_path), "%s", scratch_file("calls", "", 0600));
    char *note = xasprintf("NOTE_CALLS=%s", calls_path);
    const char *const env[] = {preload, note, "QUERYTOP_SYNC=1", NULL};
    stage_open(stage, &(struct stage_options){
                          .sandbox = stage_queue, .env = env, .rows = rows, .cols = cols});
    free(preload);
    free(note);
}

static void read_calls(struct calls *out)
{
    char word[32];
    long number;
    size_t bytes = 0;
    FILE *file = fopen(calls_path, "re");
    assert_non_null(file);
    *out = (struct calls){.before_libcurl = SIZE_MAX};
    while (fscanf(file, "%31s %ld", word, &number) == 2) {
        if (strcmp(word, "libcurl") == 0 && out->before_libcurl == SIZE_MAX)
            out->before_libcurl = bytes;
        if (strcmp(word, "write") != 0)
            continue;
        assert_true(out->count < CALLS_MAX);
        bytes += (size_t)number;
        out->ends[out->count++] = bytes;
    }
    fclose(file);
}

/* The first byte of the write that wrote the byte at. */
static size_t write_begin(const struct calls *calls, size_t at)
{
    size_t begin = 0;
    for (size_t i = 0; i < calls->count && calls->ends[i] <= at; i++)
        begin = calls->ends[i];
    return begin;
}

static void each_frame_is_one_write(void **state)
{
    (void)state;
    struct stage stage;
    struct calls calls;
    size_t frames = 0;
    open_noted(&stage, 60, 200);
    assert_shows(&stage, "queued");
    term_keys(stage.term, "Down");
    assert_true(term_wait_frame(stage.term, TERM_PATIENCE_MS));
    term_key(stage.term, "C-l"); /* more than the buffer of curses holds */
    assert_true(term_wait_frame(stage.term, TERM_PATIENCE_MS));
    term_resize(stage.term, 50, 180);
    assert_true(term_wait_frame(stage.term, TERM_PATIENCE_MS));
    term_key(stage.term, "?");
    assert_shows(&stage, "one row up");
    term_key(stage.term, "q");
    assert_exit_code(stage.term, 0);
    read_calls(&calls);
    const char *log = term_log(stage.term)->data;
    for (const char *at = log; (at = strstr(at, FRAME_BEGIN)); at++) {
        const char *end = strstr(at, FRAME_END);
        assert_non_null(end);
        assert_int_equal(write_begin(&calls, (size_t)(end - log)), at - log);
        frames++;
    }
    assert_true(frames >= 5);
    term_close(stage.term);
    service_stop(stage.service);
}

static const char *clearing_after(struct term *t, size_t from)
{
    return strstr(term_log(t)->data + from, "\033[2J");
}

static bool is_cleared(struct term *t, const void *context)
{
    return clearing_after(t, *(const size_t *)context) != NULL;
}

/* Nothing else is sent for a resize: not the old frame in the new size. */
static void a_resize_clears_within_its_frame(void **state)
{
    (void)state;
    struct stage stage;
    open_noted(&stage, 40, 120);
    assert_shows(&stage, "queued");
    size_t from = term_log(stage.term)->len;
    term_resize(stage.term, 50, 160);
    assert_true(term_wait_until(stage.term, is_cleared, &from, TERM_PATIENCE_MS));
    const char *log = term_log(stage.term)->data;
    const char *cleared = clearing_after(stage.term, from);
    const char *begin = NULL;
    const char *end = log;
    for (const char *at = log; (at = strstr(at, FRAME_BEGIN)) && at < cleared; at++)
        begin = at;
    for (const char *at = log; (at = strstr(at, FRAME_END)) && at < cleared; at++)
        end = at;
    assert_non_null(begin);
    assert_true(begin > end);
    stage_close(&stage);
}

static void first_frame_comes_before_libcurl(void **state)
{
    (void)state;
    struct stage stage;
    struct calls calls;
    open_noted(&stage, 40, 120);
    read_calls(&calls);
    assert_true(calls.before_libcurl != SIZE_MAX);
    const struct strbuf *log = term_log(stage.term);
    const char *footer = memmem(log->data, calls.before_libcurl, "quit", 4);
    assert_non_null(footer);
    assert_non_null(memmem(log->data, calls.before_libcurl, "querytop", 8));
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_frame_is_one_write),
        cmocka_unit_test(a_resize_clears_within_its_frame),
        cmocka_unit_test(first_frame_comes_before_libcurl),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

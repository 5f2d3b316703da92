/* Whole frames against files. QUERYTOP_UPDATE_GOLDEN=1 writes them anew: read the difference. */
#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"
#include "base/xalloc.h"

static struct app_fixture f;

static char *read_golden(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return xstrdup("");
    struct strbuf text;
    strbuf_init(&text, LIMIT_MIB);
    char bytes[4096];
    size_t count;
    while ((count = fread(bytes, 1, sizeof(bytes), file)) > 0)
        strbuf_add(&text, bytes, count);
    fclose(file);
    return strbuf_take(&text, NULL);
}

static void write_golden(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_golden(const char *name)
{
    char path[512];
    snprintf(path, sizeof(path), TEST_SOURCE_DIR "/tui/golden/%s.txt", name);
    const char *screen = app_fixture_screen(&f);
    const char *update = getenv("QUERYTOP_UPDATE_GOLDEN");
    if (update != NULL && update[0] == '1')
        write_golden(path, screen);
    char *golden = read_golden(path);
    if (strcmp(golden, screen) != 0)
        fail_msg("%s is not as it was:\n%s", path, screen);
    free(golden);
}

static void show(struct snapshot *s, int cols, int rows, const char *keys)
{
    app_fixture_start(&f, s, cols, rows);
    app_fixture_type(&f, keys);
}

static void close_frame(void)
{
    app_fixture_finish(&f);
}

/* name, columns, rows, keys */
static const struct {
    const char *name;
    int cols;
    int rows;
    const char *keys;
} frames[] = {
    {"wide", 120, 40, ""},
    {"wide-sql", 120, 40, "\r2"},
    {"wide-sql-formatted", 120, 40, "\r2c"},
    {"wide-search-typed", 120, 40, "\r2/rev"},
    {"narrow-search", 80, 24, "\r2/rev\r"},
    {"narrow-search-missed", 80, 24, "\r2/nowhere"},
    {"narrow-jumps", 80, 24, "K"},
    {"narrow-json-folded", 80, 24, "\r5jhh"},
    {"narrow-json-unwrapped", 80, 24, "\r5U"},
    {"wide-error", 120, 40, "jjj\r4"},
    {"wide-confirm", 120, 40, "x"},
    {"wide-marks", 120, 40, " jx"},
    {"narrow", 80, 24, ""},
    {"narrow-detail", 80, 24, "\r"},
    {"narrow-rows", 80, 24, "G\r3"},
    {"narrow-json", 80, 24, "\r5"},
    {"narrow-projects", 80, 24, "3"},
    {"narrow-sort", 80, 24, "s"},
    {"narrow-group", 80, 24, "B"},
    {"wide-groups", 120, 40, ":group by user\r\rj"},
    {"wide-columns", 120, 40, "Cjj++++j   Kj"},
    {"narrow-run", 80, 24, "a"},
    {"narrow-copy", 80, 24, "Y"},
    {"wide-export", 120, 40, "e"},
    {"wide-deploy", 120, 40, "3Dshop"},
    {"narrow-help", 80, 24, "?"},
    {"narrow-filter", 80, 24, "fstate=failed"},
    {"narrow-palette", 80, 24, ":ca"},
    {"wide-palette", 120, 40, ":"},
    {"tiny-40x10", 40, 10, ""},
    {"tiny-20x5", 20, 5, ""},
    {"tiny-7x3", 7, 3, ""},
};

static void frames_are_as_they_were(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(frames) / sizeof(frames[0]); i++) {
        show(app_fixture_shop(1), frames[i].cols, frames[i].rows, frames[i].keys);
        assert_golden(frames[i].name);
        close_frame();
    }
}

static void troubled_profiles_say_what_is_wrong(void **state)
{
    (void)state;
    struct snapshot *s = app_fixture_shop(3);
    struct source_status *second = &s->sources[1];
    s->sources[0].verify_tls = false;
    s->sources[0].armed_until_ms = FAKE_NOW + 23000;
    second->state = SOURCE_ERROR;
    second->error.code = ERR_NETWORK;
    second->data_ms = FAKE_NOW - 14000;
    second->next_try_ms = FAKE_NOW + 8000;
    s->sources[2].state = SOURCE_LOGIN;
    s->sources[2].is_paused = true;
    show(s, 200, 30, "");
    assert_golden("troubles");
    close_frame();
}

static void starting_and_empty_are_sentences(void **state)
{
    (void)state;
    show(fake_snapshot(NULL, 0, 0), 80, 24, "");
    assert_golden("narrow-starting");
    close_frame();
    show(fake_snapshot(NULL, 0, 1), 80, 24, "");
    assert_golden("narrow-empty");
    close_frame();
}

static void without_utf8_the_frame_is_ascii(void **state)
{
    (void)state;
    setlocale(LC_CTYPE, "C");
    utf8_init_locale();
    app_fixture_start(&f, app_fixture_shop(1), 120, 40);
    f.app.is_ascii = true;
    assert_golden("wide-ascii");
    const char *screen = app_fixture_screen(&f);
    for (const char *c = screen; *c != '\0'; c++)
        assert_in_range((unsigned char)*c, '\n', '~');
    close_frame();
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_as_they_were),
        cmocka_unit_test(troubled_profiles_say_what_is_wrong),
        cmocka_unit_test(starting_and_empty_are_sentences),
        cmocka_unit_test(without_utf8_the_frame_is_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

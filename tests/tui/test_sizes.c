/* Every screen in every size from 1x1 to 500x200: all of the small ones, a sample of the others. */
#include "support/testing.h"

#include <locale.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"

#define SMALL_COLS 24
#define SMALL_ROWS 12

static const int large_cols[] = {30, 40, 60, 79, 80, 81, 100, 117, 118, 119, 120, 140, 200, 500};
static const int large_rows[] = {16, 20, 24, 25, 30, 40, 75, 200};

/* What is typed before the sweep: panes, pages, boxes and prompts. */
static const char *const screens[] = {
    "",  "\r",       "\r2", "\r3", "\r4", "\r5", "3",   "x",   " jx", "s",    "a",     "?",     ":",
    "f", "fstate=x", "/",   "e",   "Y",   "F",   "\rz", "3jj", "C",   "\r2c", "\r2Ul", "\r5Ul", "K",
};

static struct app_fixture f;

static void assert_fits(const char *keys, int cols, int rows)
{
    struct line line;
    int x = 0;
    int y = 0;
    app_resize(&f.app, cols, rows);
    line_init(&line);
    for (int row = 0; row < rows; row++) {
        app_draw_line(&f.app, row, &line);
        if (line.cols != (size_t)cols || line_text_cols(line.text.data) != (size_t)cols)
            fail_msg("\"%s\" in %dx%d: row %d has %zu columns: %s", keys, cols, rows, row,
                     line.cols, line.text.data);
    }
    line_finish(&line);
    if (app_cursor(&f.app, &x, &y) && (x < 0 || x >= cols || y < 0 || y >= rows))
        fail_msg("\"%s\" in %dx%d: the cursor is at %d,%d", keys, cols, rows, x, y);
}

static int size_at(size_t index, int small, const int *large)
{
    return index < (size_t)small ? (int)index + 1 : large[index - (size_t)small];
}

static void sweep(const char *keys)
{
    size_t col_count = SMALL_COLS + sizeof(large_cols) / sizeof(large_cols[0]);
    size_t row_count = SMALL_ROWS + sizeof(large_rows) / sizeof(large_rows[0]);
    for (size_t col = 0; col < col_count; col++)
        for (size_t row = 0; row < row_count; row++)
            assert_fits(keys, size_at(col, SMALL_COLS, large_cols),
                        size_at(row, SMALL_ROWS, large_rows));
}

static void every_screen_fits_every_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
        app_fixture_start(&f, app_fixture_shop(2), 120, 40);
        app_fixture_type(&f, screens[i]);
        sweep(screens[i]);
        app_fixture_finish(&f);
    }
}

static void keys_work_in_a_window_of_one_cell(void **state)
{
    (void)state;
    app_fixture_start(&f, app_fixture_shop(2), 1, 1);
    for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
        app_fixture_type(&f, screens[i]);
        app_fixture_type(&f, "\033");
        app_fixture_type(&f, "\033");
        assert_fits(screens[i], 1, 1);
    }
    app_resize(&f.app, 80, 24);
    assert_shows(&f, "quit");
    app_fixture_finish(&f);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_screen_fits_every_size),
        cmocka_unit_test(keys_work_in_a_window_of_one_cell),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

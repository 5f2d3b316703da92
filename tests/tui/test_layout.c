#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "layout.h"

/* Paints each place into a grid; every cell must be painted once at most. Returns what is left. */
static int paint(const struct layout *layout, char *grid)
{
    const struct rect *places[3 + 2 * PANE_COUNT];
    size_t count = 0;
    places[count++] = &layout->header;
    places[count++] = &layout->message;
    places[count++] = &layout->footer;
    for (int pane = 0; pane < PANE_COUNT; pane++) {
        places[count++] = &layout->titles[pane];
        places[count++] = &layout->panes[pane];
    }
    memset(grid, 0, (size_t)(layout->cols * layout->rows));
    for (size_t i = 0; i < count; i++)
        for (int y = places[i]->y; y < places[i]->y + places[i]->height; y++)
            for (int x = places[i]->x; x < places[i]->x + places[i]->width; x++) {
                assert_in_range(y, 0, layout->rows - 1);
                assert_in_range(x, 0, layout->cols - 1);
                assert_int_equal(grid[y * layout->cols + x]++, 0);
            }
    int left = 0;
    for (int i = 0; i < layout->cols * layout->rows; i++)
        left += grid[i] == 0;
    return left;
}

static void places_cover_the_screen_and_never_overlap(void **state)
{
    (void)state;
    char *grid = malloc(500 * 200);
    for (int cols = 1; cols <= 500; cols += cols < 130 ? TEST_STRIDE : 37)
        for (int rows = 1; rows <= 200; rows += rows < 50 ? 1 : 23)
            for (int shown = 0; shown < PANE_COUNT; shown++)
                for (int zoomed = 0; zoomed < 2; zoomed++) {
                    struct layout layout;
                    layout_compute(&layout, cols, rows, (enum pane)shown, zoomed);
                    int left = paint(&layout, grid);
                    /* Only the line between detail and projects belongs to nobody. */
                    int divider = layout.is_wide ? layout.panes[PANE_DETAIL].height + 1 : 0;
                    assert_int_equal(left, divider);
                    assert_true(layout.panes[shown].height >= 1);
                }
    free(grid);
}

static void nothing_is_wide_below_its_size(void **state)
{
    (void)state;
    struct layout layout;
    layout_compute(&layout, LAYOUT_WIDE_COLS, LAYOUT_WIDE_ROWS, PANE_TASKS, false);
    assert_true(layout.is_wide);
    layout_compute(&layout, LAYOUT_WIDE_COLS - 1, 60, PANE_TASKS, false);
    assert_false(layout.is_wide);
    layout_compute(&layout, 200, LAYOUT_WIDE_ROWS - 1, PANE_TASKS, false);
    assert_false(layout.is_wide);
    assert_int_equal(layout.panes[PANE_DETAIL].height, 0);
}

static void no_size_at_all_is_survived(void **state)
{
    (void)state;
    struct layout layout;
    layout_compute(&layout, 0, 0, PANE_TASKS, false);
    assert_int_equal(layout.panes[PANE_TASKS].height, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_cover_the_screen_and_never_overlap),
        cmocka_unit_test(nothing_is_wide_below_its_size),
        cmocka_unit_test(no_size_at_all_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* While nothing happens the dashboard ticks and draws in the memory it has. */
#include "support/testing.h"

#include <stdio.h>

#include "app_fixture.h"
#include "support/fail_alloc.h"

#define TICKS 10

static struct app_fixture f;

/* A second later, as the loop does it. */
static void tick(struct line *line)
{
    f.wall_ms += 1000;
    f.mono_ms += 1000;
    app_tick(&f.app, f.wall_ms, f.mono_ms);
    for (int row = 0; row < f.app.rows; row++)
        app_draw_line(&f.app, row, line);
    app_next_tick_ms(&f.app, f.wall_ms, f.mono_ms);
}

static void ticks_take_no_memory(void **state)
{
    (void)state;
    static const struct {
        const char *keys;
        int cols;
        int rows;
    } screens[] = {
        {"", 120, 40},           {"", 80, 24},    {"\r", 120, 40},
        {"\r2", 120, 40},        {"\r3", 80, 24}, {"\r4", 120, 40},
        {"\r5", 80, 24},         {"3", 120, 40},  {"?", 120, 40},
        {"frunning\n", 120, 40}, {"V", 80, 24},   {":", 80, 24},
    };
    for (size_t i = 0; i < sizeof(screens) / sizeof(screens[0]); i++) {
        struct line line;
        line_init(&line);
        app_fixture_start(&f, app_fixture_shop(2), screens[i].cols, screens[i].rows);
        app_fixture_type(&f, screens[i].keys);
        for (int n = 0; n < TICKS; n++)
            tick(&line);
        fail_alloc_at(0, false); /* counts anew */
        for (int n = 0; n < TICKS; n++)
            tick(&line);
        unsigned long count = fail_alloc_count();
        if (count)
            fail_msg("\"%s\": %lu allocations in %d ticks\n%s", screens[i].keys, count, TICKS,
                     app_fixture_screen(&f));
        app_fixture_finish(&f);
        line_finish(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(ticks_take_no_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "app_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "support/testing.h"

#define SCREEN_BYTES_MAX (4 * LIMIT_MIB)

void app_fixture_start(struct app_fixture *fixture, struct snapshot *first, int cols, int rows)
{
    memset(fixture, 0, sizeof(*fixture));
    fixture->wall_ms = FAKE_NOW;
    fixture->mono_ms = 1000;
    app_init(&fixture->app, first, false);
    fixture->app.engine = &fixture->engine;
    app_tick(&fixture->app, fixture->wall_ms, fixture->mono_ms);
    app_resize(&fixture->app, cols, rows);
    /* What is asked for at the start has been asked; the wall clock stands still meanwhile. */
    for (int i = 0; i < 2; i++)
        app_tick(&fixture->app, fixture->wall_ms, fixture->mono_ms += 1000);
    fake_engine_take_log(&fixture->engine);
}

void app_fixture_finish(struct app_fixture *fixture)
{
    app_finish(&fixture->app);
    free(fixture->screen);
}

void app_fixture_key(struct app_fixture *fixture, uint32_t key)
{
    app_key(&fixture->app, key);
    app_tick(&fixture->app, fixture->wall_ms, fixture->mono_ms);
}

void app_fixture_type(struct app_fixture *fixture, const char *keys)
{
    for (; *keys != '\0'; keys++)
        app_fixture_key(fixture, (unsigned char)*keys);
}

void app_fixture_pass(struct app_fixture *fixture, int64_t ms)
{
    fixture->wall_ms += ms;
    fixture->mono_ms += ms;
    app_tick(&fixture->app, fixture->wall_ms, fixture->mono_ms);
}

static void add_row(struct app_fixture *fixture, int row, struct strbuf *out)
{
    struct line line;
    line_init(&line);
    app_draw_line(&fixture->app, row, &line);
    size_t length = line.text.len;
    while (length > 0 && line.text.data[length - 1] == ' ')
        length--;
    strbuf_add(out, line.text.data, length);
    line_finish(&line);
}

static const char *keep(struct app_fixture *fixture, struct strbuf *text)
{
    free(fixture->screen);
    fixture->screen = strbuf_take(text, NULL);
    return fixture->screen;
}

const char *app_fixture_screen(struct app_fixture *fixture)
{
    struct strbuf text;
    strbuf_init(&text, SCREEN_BYTES_MAX);
    for (int row = 0; row < fixture->app.rows; row++) {
        add_row(fixture, row, &text);
        strbuf_add_char(&text, '\n');
    }
    return keep(fixture, &text);
}

const char *app_fixture_row(struct app_fixture *fixture, int row)
{
    struct strbuf text;
    strbuf_init(&text, SCREEN_BYTES_MAX);
    add_row(fixture, row, &text);
    return keep(fixture, &text);
}

void assert_shows(struct app_fixture *fixture, const char *text)
{
    const char *screen = app_fixture_screen(fixture);
    if (strstr(screen, text) == NULL)
        fail_msg("not on the screen: %s\n%s", text, screen);
}

void assert_shows_not(struct app_fixture *fixture, const char *text)
{
    const char *screen = app_fixture_screen(fixture);
    if (strstr(screen, text) != NULL)
        fail_msg("on the screen: %s\n%s", text, screen);
}

struct snapshot *app_fixture_shop(size_t source_count)
{
    static const struct fake_task tasks[] = {
        {"6f1c0000000000000000000000000b2e", TASK_RUNNING, 192000, 194000, "Ana Silva", "dashboard",
         "shop \xc2\xb7 order_items", "SELECT users.region,\n  SUM(order_items.revenue)\nFROM x",
         NULL, 0, 0, 0, NULL},
        {"t2", TASK_RUNNING, 48100, 50200, "Bo Chen", "explore", "shop \xc2\xb7 events", NULL, NULL,
         0, 0, 0, NULL},
        {"t3", TASK_QUEUED, 12000, 12100, "API Loader", "api4", "shop \xc2\xb7 users", NULL, NULL,
         0, 0, 0, NULL},
        {"t4", TASK_FAILED, 62000, 280000, "Dee Ray", "sql runner", "SELECT o FROM oders", NULL,
         "no such table: oders", 0, 0, 0, NULL},
        {"t5", TASK_SUCCEEDED, 812, 400000, "Ana Silva", "look", "weekly revenue", "SELECT 1", NULL,
         0, 0, 0, NULL},
    };
    struct snapshot *s = fake_snapshot(tasks, sizeof(tasks) / sizeof(tasks[0]), source_count);
    fake_add_detail(s, fake_detail("6f1c0000000000000000000000000b2e"));
    fake_add_detail(s, fake_detail("t4"));
    fake_add_result(s, fake_result("t5"));
    if (source_count > 0)
        s->items[0] = fake_items();
    return s;
}

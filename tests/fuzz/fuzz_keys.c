/* Any bytes as what a terminal sends, through ncurses' own decoder, to a dashboard whose engine
 * only takes notes: no key makes it fall over, leave the screen, or hit what the profile forbids.
 * The first byte chooses the size of the screen and the profile's mode. */
#include "fuzz.h"

#include <curses.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

/* curses has these names too. */
#undef line

#include "app_fixture.h"
#include "base/utf8.h"
#include "input.h"

#define BYTES_MAX  256
#define DRAW_EVERY 8

static int keyboard[2];

static const struct {
    int cols, rows;
} sizes[] = {{120, 40}, {80, 24}, {1, 1}, {20, 5}, {300, 80}, {3, 60}, {500, 2}, {45, 12}};

/* As screen.c sets it up, but nobody waits for the rest of a sequence. */
static void start(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    utf8_init_locale();
    REQUIRE(pipe2(keyboard, O_CLOEXEC) == 0);
    FILE *in = fdopen(keyboard[0], "r");
    FILE *out = fopen("/dev/null", "w");
    REQUIRE(in && out && newterm("xterm-256color", out, in));
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    input_learn();
    nodelay(stdscr, TRUE);
    set_escdelay(0);
}

static struct snapshot *make_snapshot(uint8_t choice)
{
    struct snapshot *s = app_fixture_shop(2);
    s->sources[0].mode = s->sources[1].mode = choice / 8 % MODE_COUNT;
    return s;
}

/* What the loop would do with it, but for files and other programs. */
static uint32_t tame(struct app *app, uint32_t key)
{
    free(app->show.text);
    app->show.text = NULL;
    strbuf_clear(&app->to_terminal);
    app->wants_quit = app->wants_suspend = app->wants_redraw = false;
    return app->popup == POPUP_EXPORT && key == UI_KEY_ENTER ? UI_KEY_ESCAPE : key;
}

static void draw(struct app *app)
{
    int x, y;
    for (int row = 0; row < app->rows; row++) {
        struct line line;
        line_init(&line);
        app_draw_line(app, row, &line);
        REQUIRE(line_text_cols(line.text.data) <= (size_t)app->cols);
        line_finish(&line);
    }
    if (app_cursor(app, &x, &y))
        REQUIRE(x >= 0 && y >= 0 && x < app->cols && y < app->rows);
}

static void check_log(const struct app_fixture *f, enum profile_mode mode)
{
    REQUIRE(mode == MODE_READ_WRITE || !strstr(f->engine.log, "cancel 0"));
    REQUIRE(mode == MODE_READ_WRITE || !strstr(f->engine.log, "deploy 0"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct app_fixture f;
    uint32_t key;
    struct mouse mouse;
    if (size < 2)
        return 0;
    if (!keyboard[1])
        start();
    size_t count = size - 1 < BYTES_MAX ? size - 1 : BYTES_MAX;
    REQUIRE(write(keyboard[1], data + 1, count) == (ssize_t)count);
    app_fixture_start(&f, make_snapshot(data[0]), sizes[data[0] % 8].cols, sizes[data[0] % 8].rows);
    for (size_t i = 1; (key = input_take(&mouse)) != UI_KEY_NONE; i++) {
        if (key == UI_KEY_MOUSE)
            app_mouse(&f.app, &mouse);
        else
            app_fixture_key(&f, tame(&f.app, key));
        if (i % DRAW_EVERY == 0)
            draw(&f.app);
        check_log(&f, data[0] / 8 % MODE_COUNT);
    }
    draw(&f.app);
    app_fixture_finish(&f);
    return 0;
}

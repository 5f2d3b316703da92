/* Clicks and the wheel: what stands there is what is meant. */
#include "support/testing.h"

#include <locale.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"

static struct app_fixture f;

static int start_wide(void **state)
{
    (void)state;
    app_fixture_start(&f, app_fixture_shop(1), 120, 40);
    return 0;
}

static int start_narrow(void **state)
{
    (void)state;
    app_fixture_start(&f, app_fixture_shop(1), 80, 24);
    return 0;
}

static int finish(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    return 0;
}

static void act_at(enum mouse_deed deed, int x, int y)
{
    const struct mouse mouse = {deed, x, y};
    app_mouse(&f.app, &mouse);
    app_tick(&f.app, f.wall_ms, f.mono_ms);
}

/* Where a text begins on the screen. */
static void find(const char *text, int *out_x, int *out_y)
{
    const char *screen = app_fixture_screen(&f);
    const char *place = strstr(screen, text);
    if (place == NULL)
        fail_msg("not on the screen: %s\n%s", text, screen);
    const char *line = screen;
    *out_y = 0;
    for (const char *at = screen; at < place; at++) {
        if (*at != '\n')
            continue;
        line = at + 1;
        ++*out_y;
    }
    *out_x = (int)utf8_cols(line, (size_t)(place - line));
}

static void click_on(const char *text)
{
    int x, y;
    find(text, &x, &y);
    act_at(MOUSE_CLICK, x, y);
}

static const char *selected(void)
{
    return task_text(app_selected(&f.app), TASK_ID);
}

static void a_row_is_selected_and_opened_by_a_second_click(void **state)
{
    (void)state;
    click_on("Dee Ray");
    assert_string_equal(selected(), "t4");
    assert_int_equal(f.app.focus, PANE_TASKS);
    click_on("Bo Chen");
    assert_string_equal(selected(), "t2");
    click_on("Bo Chen");
    assert_int_equal(f.app.focus, PANE_DETAIL);
}

static void the_head_of_a_column_sorts_and_again_the_other_way(void **state)
{
    (void)state;
    click_on("ELAPSED");
    assert_shows(&f, "order elapsed \xe2\x96\xbc");
    click_on("ELAPSED");
    assert_shows(&f, "order elapsed \xe2\x96\xb2");
    click_on("USER");
    assert_shows(&f, "order user \xe2\x96\xb2");
}

static void the_wheel_moves_what_is_under_it_and_leaves_the_focus(void **state)
{
    (void)state;
    int x, y;
    find("Ana Silva", &x, &y);
    act_at(MOUSE_WHEEL_DOWN, x, y);
    assert_string_equal(selected(), "t4");
    act_at(MOUSE_WHEEL_UP, x, y);
    assert_string_equal(selected(), "6f1c0000000000000000000000000b2e");
    find("shop_model", &x, &y);
    act_at(MOUSE_WHEEL_DOWN, x, y);
    assert_shows(&f, "\xe2\x94\x83 sample_thelook");
    assert_int_equal(f.app.focus, PANE_TASKS);
    act_at(MOUSE_WHEEL_DOWN, 3, 39); /* the footer */
    assert_string_equal(selected(), "6f1c0000000000000000000000000b2e");
}

static void panes_and_their_pages_are_chosen(void **state)
{
    (void)state;
    struct detail_shown shown;
    click_on("2 SQL");
    assert_int_equal(f.app.focus, PANE_DETAIL);
    detail_shown(&f.app.views[PANE_DETAIL], &shown);
    assert_int_equal(shown.page, PAGE_SQL);
    click_on("finance");
    assert_int_equal(f.app.focus, PANE_ITEMS);
    assert_shows(&f, "\xe2\x94\x83 finance");
}

static void a_click_that_goes_to_a_pane_opens_nothing_there(void **state)
{
    (void)state;
    click_on("finance");
    click_on("Ana Silva");
    assert_int_equal(f.app.focus, PANE_TASKS);
    click_on("Ana Silva");
    assert_int_equal(f.app.focus, PANE_DETAIL);
}

static void tabs_of_a_narrow_window_are_chosen(void **state)
{
    (void)state;
    click_on("Projects");
    assert_int_equal(f.app.focus, PANE_ITEMS);
    click_on("Detail");
    assert_int_equal(f.app.focus, PANE_DETAIL);
    click_on("Tasks");
    assert_int_equal(f.app.focus, PANE_TASKS);
}

static void keys_of_the_footer_are_pressed(void **state)
{
    (void)state;
    click_on("s sort");
    assert_int_equal(f.app.popup, POPUP_SORT);
    app_fixture_key(&f, UI_KEY_ESCAPE);
    click_on("? help");
    assert_int_equal(f.app.popup, POPUP_HELP);
}

static void a_box_is_used_and_left_by_a_click_beside_it(void **state)
{
    (void)state;
    app_fixture_type(&f, "s");
    click_on("elapsed ");
    assert_int_equal(f.app.popup, POPUP_SORT);
    click_on("elapsed ");
    assert_shows(&f, "order elapsed");
    app_fixture_type(&f, "B");
    act_at(MOUSE_WHEEL_DOWN, 60, 20);
    assert_int_equal(f.app.group_box.cursor, 3);
    act_at(MOUSE_CLICK, 1, 1);
    assert_int_equal(f.app.popup, POPUP_NONE);
    app_fixture_type(&f, "C");
    click_on("[x] state");
    assert_shows(&f, "[ ] state");
    assert_int_equal(f.app.popup, POPUP_COLUMNS);
}

/* Only a key says yes. */
static void no_click_confirms_anything(void **state)
{
    (void)state;
    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 120; x++) {
            app_fixture_type(&f, "gx");
            assert_int_equal(f.app.popup, POPUP_CONFIRM);
            fake_engine_take_log(&f.engine);
            act_at(MOUSE_CLICK, x, y);
            assert_string_equal(fake_engine_take_log(&f.engine), "");
            app_fixture_key(&f, UI_KEY_ESCAPE);
        }
}

static void while_typing_the_wheel_scrolls_and_clicks_do_nothing(void **state)
{
    (void)state;
    app_fixture_type(&f, "fa");
    click_on("Dee Ray");
    assert_int_equal(f.app.prompt_kind, PROMPT_FILTER);
    act_at(MOUSE_WHEEL_DOWN, 1, 5);
    assert_string_equal(selected(), "t4");
    assert_string_equal(f.app.prompt.text, "a");
}

static void places_beyond_the_screen_are_survived(void **state)
{
    (void)state;
    for (int deed = MOUSE_CLICK; deed <= MOUSE_WHEEL_DOWN; deed++)
        for (int x = -2; x < 85; x++)
            for (int y = -2; y < 28; y++)
                act_at((enum mouse_deed)deed, x, y);
}

static void a_click_on_the_record_folds_it(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r5");
    click_on("\"status\"");
    click_on("1\xe2\x96\xbe {");
    assert_shows(&f, "\"status\"");
    click_on("1\xe2\x96\xbe {");
    assert_shows(&f, "{\xe2\x80\xa6 2}");
}

/* ---- what the terminal sends
 * -------------------------------------------------------------------
 */

static enum mouse_reading read_all(const char *text, struct mouse *out)
{
    struct mouse_reader reader = {.count = 0};
    enum mouse_reading reading = MOUSE_PART;
    for (; *text != '\0' && reading == MOUSE_PART; text++)
        reading = mouse_read(&reader, (unsigned char)*text, out);
    return reading;
}

static void words_of_the_terminal_are_understood(void **state)
{
    (void)state;
    struct mouse mouse;
    assert_int_equal(read_all("\033[<0;10;5M", &mouse), MOUSE_READ);
    assert_int_equal(mouse.deed, MOUSE_CLICK);
    assert_int_equal(mouse.x, 9);
    assert_int_equal(mouse.y, 4);
    assert_int_equal(read_all("\033[<65;300;100M", &mouse), MOUSE_READ);
    assert_int_equal(mouse.deed, MOUSE_WHEEL_DOWN);
    assert_int_equal(mouse.x, 299);
    assert_int_equal(read_all("\033[<64;1;1M", &mouse), MOUSE_READ);
    assert_int_equal(mouse.deed, MOUSE_WHEEL_UP);
}

static void what_means_nothing_is_told_from_what_is_no_mouse(void **state)
{
    (void)state;
    struct mouse mouse;
    static const char *const noise[] = {"\033[<0;10;5m", "\033[<2;10;5M", "\033[<0;0;5M",
                                        "\033[<M",       "\033[<0;1M",    "\033[<;;;M"};
    static const char *const other[] = {
        "x",          "\033x",         "\033[A",
        "\033[<0;1x", "\033[<0;1\033", "\033[<0000000000000000000000000000"};
    for (size_t i = 0; i < sizeof(noise) / sizeof(noise[0]); i++)
        assert_int_equal(read_all(noise[i], &mouse), MOUSE_NOISE);
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        assert_int_equal(read_all(other[i], &mouse), MOUSE_NOT);
    assert_int_equal(read_all("\033[<0;1", &mouse), MOUSE_PART);
}

#define WIDE(name)   cmocka_unit_test_setup_teardown(name, start_wide, finish)
#define NARROW(name) cmocka_unit_test_setup_teardown(name, start_narrow, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        WIDE(a_row_is_selected_and_opened_by_a_second_click),
        WIDE(the_head_of_a_column_sorts_and_again_the_other_way),
        WIDE(the_wheel_moves_what_is_under_it_and_leaves_the_focus),
        WIDE(panes_and_their_pages_are_chosen),
        WIDE(a_click_that_goes_to_a_pane_opens_nothing_there),
        NARROW(tabs_of_a_narrow_window_are_chosen),
        NARROW(keys_of_the_footer_are_pressed),
        WIDE(a_box_is_used_and_left_by_a_click_beside_it),
        WIDE(a_click_on_the_record_folds_it),
        WIDE(no_click_confirms_anything),
        WIDE(while_typing_the_wheel_scrolls_and_clicks_do_nothing),
        cmocka_unit_test(words_of_the_terminal_are_understood),
        cmocka_unit_test(what_means_nothing_is_told_from_what_is_no_mouse),
        NARROW(places_beyond_the_screen_are_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Copying and exporting, as a person does it: keys in, clipboard and files out. */
#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app_fixture.h"
#include "base/utf8.h"
#include "support/environment.h"

static struct app_fixture f;

static int start(void **state)
{
    (void)state;
    app_fixture_start(&f, app_fixture_shop(1), 120, 40);
    f.app.clipboard = CLIPBOARD_PLAIN;
    return 0;
}

static int finish(void **state)
{
    (void)state;
    app_fixture_finish(&f);
    return 0;
}

static int go_to_scratch(void **state)
{
    (void)state;
    return chdir(scratch_folder());
}

/* What the terminal was sent, decoded. */
static const char *clipboard(void)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static char text[4096];
    size_t length = 0;
    unsigned bits = 0, count = 0;
    const char *at = f.app.to_terminal.data;
    assert_int_equal(strncmp(at, "\033]52;c;", 7), 0);
    for (at += 7; *at != '\a' && *at != '='; at++) {
        bits = bits << 6 | (unsigned)(strchr(digits, *at) - digits);
        count += 6;
        if (count >= 8)
            text[length++] = (char)(bits >> (count -= 8));
    }
    text[length] = '\0';
    strbuf_clear(&f.app.to_terminal);
    return text;
}

static const char *file_text(const char *name)
{
    static char text[8192];
    FILE *file = fopen(name, "r");
    if (file == NULL)
        fail_msg("no file %s", name);
    size_t length = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

static void assert_says(const char *text)
{
    if (strstr(f.app.message.text, text) == NULL)
        fail_msg("it says: %s, not: %s", f.app.message.text, text);
}

/* Puts the cursor on the task that has rows, and opens the detail. */
static void open_rows(void)
{
    app_fixture_type(&f, "G\r3");
    assert_shows(&f, "users.region");
}

/* ---- copying -----------------------------------------------------------------------------------
 */

static void y_copies_what_matters_in_the_pane(void **state)
{
    (void)state;
    app_fixture_type(&f, "y");
    assert_string_equal(clipboard(), "6f1c0000000000000000000000000b2e");
    assert_says("Copied the id, 32 bytes.");
    app_fixture_type(&f, "\r2y");
    assert_int_equal(strncmp(clipboard(), "SELECT users.region", 19), 0);
    app_fixture_type(&f, "4y");
    assert_string_equal(clipboard(), "no such table: oders (line 3, column 8)");
    app_fixture_type(&f, "5y");
    assert_non_null(strstr(clipboard(), "\"status\": \"error\""));
    app_fixture_key(&f, UI_KEY_TAB);
    app_fixture_type(&f, "y");
    assert_string_equal(clipboard(), "git@example.com:shop.git");
}

static void in_the_rows_the_first_in_sight_is_copied(void **state)
{
    (void)state;
    open_rows();
    app_fixture_type(&f, "y");
    assert_string_equal(clipboard(), "orders.created_week\tusers.region\torder_items.revenue\n"
                                     "2026-11-16\tEMEA\t128233.1\n");
    assert_says("Copied row 1,");
}

static void the_list_of_things_to_copy_has_the_cell_and_all_rows(void **state)
{
    (void)state;
    open_rows();
    app_fixture_type(&f, "lY");
    assert_shows(&f, "row 1, users.region");
    assert_shows(&f, "3 rows as TSV");
    assert_shows(&f, "3 rows as Markdown");
    /* The cursor stands on what y would take. */
    app_fixture_type(&f, "k\r");
    assert_string_equal(clipboard(), "EMEA");
    app_fixture_type(&f, "Yjjj\r");
    assert_non_null(strstr(clipboard(), "| 2026-11-16 | NULL | 4001 |\n"));
    assert_int_equal(f.app.popup, POPUP_NONE);
}

static void a_terminal_without_a_clipboard_is_told_so(void **state)
{
    (void)state;
    f.app.clipboard = CLIPBOARD_NONE;
    app_fixture_type(&f, "y");
    assert_int_equal(f.app.to_terminal.len, 0);
    assert_says("no clipboard for programs; e writes the id to a file");
}

static void nothing_to_copy_says_so(void **state)
{
    (void)state;
    app_take_snapshot(&f.app, fake_snapshot(NULL, 0, 1));
    app_fixture_type(&f, "y");
    assert_says("There is nothing to copy here.");
    app_fixture_type(&f, "e");
    assert_says("There is nothing to export here.");
    assert_int_equal(f.app.popup, POPUP_NONE);
}

/* ---- exporting ---------------------------------------------------------------------------------
 */

static void the_list_is_written_as_it_is_shown(void **state)
{
    (void)state;
    unlink("tasks.csv");
    app_fixture_type(&f, "fuser~ana\re\r");
    assert_says("Wrote the list, 2 tasks to ");
    assert_says("/tasks.csv, ");
    const char *text = file_text("tasks.csv");
    assert_int_equal(strncmp(text, "profile,id,state,", 17), 0);
    assert_non_null(strstr(text, "demo,6f1c0000000000000000000000000b2e,running,"));
    assert_non_null(strstr(text, "demo,t5,succeeded,"));
    assert_null(strstr(text, "Bo Chen"));
}

static void arrows_choose_the_format_and_the_name_follows(void **state)
{
    (void)state;
    unlink("t5.ndjson");
    open_rows();
    app_fixture_type(&f, "e");
    assert_shows(&f, "file    t5.csv");
    for (int i = 0; i < 3; i++)
        app_fixture_key(&f, UI_KEY_DOWN);
    assert_shows(&f, "file    t5.ndjson");
    app_fixture_type(&f, "\r");
    assert_says("Wrote 3 rows to ");
    assert_non_null(strstr(file_text("t5.ndjson"), "\"users.region\":null"));
}

static void an_existing_file_is_asked_about(void **state)
{
    (void)state;
    scratch_file("mine.csv", "precious", 0600);
    app_fixture_type(&f, "e");
    app_fixture_key(&f, UI_KEY_CTRL('u'));
    app_fixture_type(&f, "mine.csv\r");
    assert_shows(&f, "mine.csv exists");
    assert_shows(&f, "y replace it");
    app_fixture_type(&f, "n");
    assert_string_equal(file_text("mine.csv"), "precious");
    assert_int_equal(f.app.popup, POPUP_EXPORT);
    app_fixture_type(&f, "\ry");
    assert_int_equal(f.app.popup, POPUP_NONE);
    assert_int_equal(strncmp(file_text("mine.csv"), "profile,", 8), 0);
}

static void what_can_not_be_written_keeps_the_box_open(void **state)
{
    (void)state;
    app_fixture_type(&f, "e");
    app_fixture_key(&f, UI_KEY_CTRL('u'));
    app_fixture_type(&f, "no/such/place.csv\r");
    assert_shows(&f, "no/such/place.csv: No such file");
    assert_int_equal(f.app.popup, POPUP_EXPORT);
    app_fixture_key(&f, UI_KEY_ESCAPE);
    assert_int_equal(f.app.popup, POPUP_NONE);
}

static void tab_takes_something_else(void **state)
{
    (void)state;
    unlink("6f1c0000000000000000000.sql");
    app_fixture_type(&f, "e");
    app_fixture_key(&f, UI_KEY_TAB);
    assert_shows(&f, "what    the SQL");
    assert_shows(&f, "file    6f1c0000000000000000000.sql");
    app_fixture_type(&f, "\r");
    assert_int_equal(strncmp(file_text("6f1c0000000000000000000.sql"), "SELECT", 6), 0);
}

static void hostile_ids_make_tame_file_names(void **state)
{
    (void)state;
    struct fake_task fake = {
        .id = "-../../etc/x y", .state = TASK_RUNNING, .sql = "SELECT 1", .title = "shop"};
    app_take_snapshot(&f.app, fake_snapshot(&fake, 1, 1));
    app_fixture_type(&f, "e");
    app_fixture_key(&f, UI_KEY_TAB);
    assert_shows(&f, "file    _______etc_x_y.sql");
}

/* ---- other programs ----------------------------------------------------------------------------
 */

static void the_pager_gets_what_the_pane_shows(void **state)
{
    (void)state;
    app_fixture_type(&f, "\r2O");
    assert_non_null(f.app.show.text);
    assert_int_equal(f.app.show.kind, EXTERNAL_PAGER);
    assert_int_equal(strncmp(f.app.show.text, "SELECT users.region", 19), 0);
    assert_string_equal(f.app.show.name, "6f1c0000000000000000000.sql");
    app_fixture_type(&f, "1E");
    assert_int_equal(f.app.show.kind, EXTERNAL_EDITOR);
    assert_non_null(strstr(f.app.show.text, "user                 Ana Silva\n"));
}

static void only_web_pages_are_opened(void **state)
{
    (void)state;
    struct error err = {0};
    pid_t pid = 0;
    assert_false(external_browse("file:///etc/passwd", &pid, &err));
    assert_false(external_browse("--help", &pid, &err));
    assert_int_equal(pid, 0);
}

static void without_a_display_the_link_is_said(void **state)
{
    (void)state;
    struct error err = {0};
    pid_t pid = 0;
    unsetenv("BROWSER");
    unsetenv("DISPLAY");
    unsetenv("WAYLAND_DISPLAY");
    assert_false(external_browse("https://acme.example/x", &pid, &err));
    assert_non_null(strstr(err.message, "https://acme.example/x"));
}

#define CARRY_TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        CARRY_TEST(y_copies_what_matters_in_the_pane),
        CARRY_TEST(in_the_rows_the_first_in_sight_is_copied),
        CARRY_TEST(the_list_of_things_to_copy_has_the_cell_and_all_rows),
        CARRY_TEST(a_terminal_without_a_clipboard_is_told_so),
        CARRY_TEST(nothing_to_copy_says_so),
        CARRY_TEST(the_list_is_written_as_it_is_shown),
        CARRY_TEST(arrows_choose_the_format_and_the_name_follows),
        CARRY_TEST(an_existing_file_is_asked_about),
        CARRY_TEST(what_can_not_be_written_keeps_the_box_open),
        CARRY_TEST(tab_takes_something_else),
        CARRY_TEST(hostile_ids_make_tame_file_names),
        CARRY_TEST(the_pager_gets_what_the_pane_shows),
        cmocka_unit_test(only_web_pages_are_opened),
        cmocka_unit_test(without_a_display_the_link_is_said),
    };
    return cmocka_run_group_tests(tests, go_to_scratch, NULL);
}

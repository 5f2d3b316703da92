#include "support/testing.h"

#include <locale.h>

#include "base/utf8.h"
#include "keys.h"
#include "prompt.h"

static struct prompt prompt;

static void type(const char *text)
{
    while (*text != '\0')
        prompt_key(&prompt, (unsigned char)*text++);
}

static void edits_in_the_middle(void **state)
{
    (void)state;
    prompt_start(&prompt, "state=done");
    prompt_key(&prompt, UI_KEY_CTRL('w'));
    assert_string_equal(prompt.text, "");
    type("ac");
    prompt_key(&prompt, UI_KEY_LEFT);
    type("b");
    assert_string_equal(prompt.text, "abc");
    prompt_key(&prompt, UI_KEY_HOME);
    prompt_key(&prompt, UI_KEY_DELETE);
    assert_string_equal(prompt.text, "bc");
    prompt_key(&prompt, UI_KEY_END);
    prompt_key(&prompt, UI_KEY_BACKSPACE);
    assert_string_equal(prompt.text, "b");
    prompt_key(&prompt, UI_KEY_CTRL('u'));
    assert_int_equal(prompt.len, 0);
    prompt_key(&prompt, UI_KEY_BACKSPACE);
    assert_int_equal(prompt.len, 0);
}

static void a_character_is_never_cut_in_half(void **state)
{
    (void)state;
    prompt_start(&prompt, "");
    prompt_key(&prompt, 0x6f22);
    prompt_key(&prompt, 0xe9);
    assert_string_equal(prompt.text, "\xe6\xbc\xa2\xc3\xa9");
    prompt_key(&prompt, UI_KEY_LEFT);
    prompt_key(&prompt, UI_KEY_BACKSPACE);
    assert_string_equal(prompt.text, "\xc3\xa9");
}

static void control_keys_are_not_text(void **state)
{
    (void)state;
    prompt_start(&prompt, "a");
    assert_false(prompt_key(&prompt, UI_KEY_ESCAPE));
    assert_false(prompt_key(&prompt, UI_KEY_F(5)));
    assert_false(prompt_key(&prompt, 0x9b));
    assert_string_equal(prompt.text, "a");
}

static void length_is_bounded(void **state)
{
    (void)state;
    prompt_start(&prompt, "");
    for (int i = 0; i < 2 * PROMPT_BYTES; i++)
        prompt_key(&prompt, 'x');
    assert_int_equal(prompt.len, PROMPT_BYTES - 1);
}

static void the_cursor_is_in_sight_and_the_mistake_marked(void **state)
{
    (void)state;
    struct line line;
    size_t col;
    line_init(&line);
    line_start(&line, 20);
    prompt_start(&prompt, "");
    type("0123456789abcdefghijkl");
    prompt_draw(&prompt, &line, 10, 20, &col);
    assert_string_equal(line.text.data, "defghijkl");
    assert_int_equal(col, 9);
    assert_int_equal(line.run_count, 2);
    assert_int_equal(line.runs[1].role, ROLE_ERROR);
    assert_int_equal(line.runs[1].at, 7);
    line_finish(&line);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edits_in_the_middle),
        cmocka_unit_test(a_character_is_never_cut_in_half),
        cmocka_unit_test(control_keys_are_not_text),
        cmocka_unit_test(length_is_bounded),
        cmocka_unit_test(the_cursor_is_in_sight_and_the_mistake_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support/testing.h"

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

static void grows_and_stays_terminated(void **state)
{
    (void)state;
    struct strbuf s;
    strbuf_init(&s, 1 << 20);
    for (int i = 0; i < 10000; i++)
        assert_true(strbuf_addf(&s, "%d,", i % 10));
    assert_int_equal(s.len, 20000);
    assert_int_equal(strlen(s.data), 20000);
    strbuf_finish(&s);
}

static void ceiling_cuts_and_says_so(void **state)
{
    (void)state;
    struct strbuf s;
    strbuf_init(&s, 5);
    assert_true(strbuf_add_text(&s, "abc"));
    assert_false(strbuf_add_text(&s, "defg"));
    assert_string_equal(s.data, "abcde");
    assert_true(s.is_cut);
    assert_false(strbuf_add_char(&s, 'x'));
    assert_int_equal(s.len, 5);
    strbuf_clear(&s);
    assert_false(s.is_cut);
    assert_true(strbuf_add_repeat(&s, '-', 5));
    assert_false(strbuf_add_repeat(&s, '-', 1));
    strbuf_finish(&s);
}

static void long_formatted_text_is_whole(void **state)
{
    (void)state;
    char long_text[1000];
    memset(long_text, 'y', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    struct strbuf s;
    strbuf_init(&s, 4096);
    assert_true(strbuf_addf(&s, "<%s>", long_text));
    assert_int_equal(s.len, 1001);
    assert_int_equal(s.data[1000], '>');
    strbuf_finish(&s);
}

static void url_encoding_leaves_only_unreserved(void **state)
{
    (void)state;
    struct strbuf s;
    strbuf_init(&s, 4096);
    strbuf_add_urlencoded(&s, "a-b._~/?&=%\xc3\xa9 ");
    assert_string_equal(s.data, "a-b._~%2F%3F%26%3D%25%C3%A9%20");
    strbuf_finish(&s);
}

static void take_moves_the_text_out(void **state)
{
    (void)state;
    struct strbuf s;
    strbuf_init(&s, 10);
    size_t len;
    char *empty = strbuf_take(&s, &len);
    assert_string_equal(empty, "");
    assert_int_equal(len, 0);
    strbuf_add_text(&s, "hello");
    char *text = strbuf_take(&s, &len);
    assert_string_equal(text, "hello");
    assert_int_equal(len, 5);
    assert_int_equal(s.len, 0);
    assert_string_equal(s.data, "");
    free(empty);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grows_and_stays_terminated),
        cmocka_unit_test(ceiling_cuts_and_says_so),
        cmocka_unit_test(long_formatted_text_is_whole),
        cmocka_unit_test(url_encoding_leaves_only_unreserved),
        cmocka_unit_test(take_moves_the_text_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

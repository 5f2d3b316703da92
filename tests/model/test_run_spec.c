#include "support/testing.h"

#include <string.h>

#include "model/run_spec.h"

static bool set(struct run_spec *spec, const char *name, const char *value, struct error *err)
{
    const struct run_option *option = run_option_find(name);
    assert_non_null(option);
    return option->set(spec, option, value, err);
}

static void nothing_is_said_to_begin_with(void **state)
{
    (void)state;
    struct run_spec *spec = run_spec_create();
    for (size_t i = 0; i < run_option_count; i++) {
        if (run_options[i].is_flag)
            assert_int_equal(*(run_flag *)((char *)spec + run_options[i].offset), -1);
        assert_non_null(run_options[i].help);
    }
    struct error err = {0};
    assert_false(run_spec_check(spec, &err));
    assert_int_equal(err.code, ERR_USAGE);
    run_spec_unref(spec);
}

static void lists_are_split_at_commas(void **state)
{
    (void)state;
    struct run_spec *spec = run_spec_create();
    assert_true(set(spec, "fields", " a.b , c.d,,e.f ", NULL));
    assert_int_equal(spec->field_count, 3);
    assert_string_equal(spec->fields[0], "a.b");
    assert_string_equal(spec->fields[2], "e.f");
    assert_true(set(spec, "sorts", "a.b desc, c.d", NULL));
    assert_int_equal(spec->sort_count, 2);
    assert_string_equal(spec->sorts[0], "a.b desc");
    struct error err = {0};
    char many[1000];
    memset(many, 0, sizeof(many));
    for (int i = 0; i < 2 * (RUN_SPEC_FIELDS_MAX + 1); i++)
        many[i] = i % 2 ? ',' : 'f';
    assert_false(set(spec, "fields", many, &err));
    run_spec_unref(spec);
}

static void values_are_checked_where_they_are_given(void **state)
{
    (void)state;
    struct run_spec *spec = run_spec_create();
    struct error err = {0};
    assert_false(set(spec, "limit", "many", &err));
    assert_non_null(strstr(err.message, "many"));
    assert_false(set(spec, "limit", "0", &err));
    assert_true(set(spec, "limit", "-1", &err));
    assert_false(set(spec, "cache", "perhaps", &err));
    assert_true(set(spec, "cache", "No", &err));
    assert_int_equal(spec->cache, 0);
    assert_true(set(spec, "cache", "", &err));
    assert_int_equal(spec->cache, -1);
    assert_false(set(spec, "filter", "users.region", &err));
    assert_true(set(spec, "filter", "users.region=a=b", &err));
    assert_string_equal(spec->filters[0].field, "users.region");
    assert_string_equal(spec->filters[0].value, "a=b");
    run_spec_unref(spec);
}

static void a_query_is_named_in_exactly_one_way(void **state)
{
    (void)state;
    struct error err = {0};
    struct run_spec *spec = run_spec_create();
    set(spec, "query", "abc", NULL);
    assert_true(run_spec_check(spec, &err));
    set(spec, "look", "1", NULL);
    assert_false(run_spec_check(spec, &err));
    set(spec, "query", "", NULL);
    assert_true(run_spec_check(spec, &err));
    set(spec, "look", "", NULL);
    set(spec, "model", "shop", NULL);
    assert_false(run_spec_check(spec, &err));
    assert_non_null(strstr(err.message, "--explore"));
    set(spec, "explore", "orders", NULL);
    set(spec, "fields", "orders.count", NULL);
    assert_true(run_spec_check(spec, &err));
    run_spec_unref(spec);
}

static void services_word_finds_the_option(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"fields", "fields"},
                                           {"fields[0]", "fields"},
                                           {"filters[users.id]", "filter"},
                                           {"result_format", "result-format"},
                                           {"view", "explore"},
                                           {"query_id", "query"},
                                           {"rebuild_pdts", "rebuild-pdts"}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        const struct run_option *option = run_option_of_field(pairs[i][0]);
        assert_non_null(option);
        assert_string_equal(option->name, pairs[i][1]);
    }
    assert_null(run_option_of_field("dynamic_fields"));
    assert_null(run_option_of_field(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_said_to_begin_with),
        cmocka_unit_test(lists_are_split_at_commas),
        cmocka_unit_test(services_word_finds_the_option),
        cmocka_unit_test(values_are_checked_where_they_are_given),
        cmocka_unit_test(a_query_is_named_in_exactly_one_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

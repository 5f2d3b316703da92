#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app_fixture.h"
#include "bars.h"
#include "base/utf8.h"

/* The words for a profile that is all well but for what change() does. */
static const char *words(void (*change)(struct source_status *))
{
    static char text[200];
    struct snapshot *s = fake_snapshot(NULL, 0, 1);
    struct line line;
    line_init(&line);
    line_start(&line, 120);
    change(&s->sources[0]);
    header_source_words(&s->sources[0], FAKE_NOW, &line);
    snprintf(text, sizeof(text), "%s", line.text.data);
    line_finish(&line);
    snapshot_unref(s);
    return text;
}

static void leave(struct source_status *source)
{
    (void)source;
}

static void hear_nothing(struct source_status *source)
{
    source->state = SOURCE_STARTING;
}

static void grow_old(struct source_status *source)
{
    source->data_ms = FAKE_NOW - 14000;
    source->stale_at_ms = FAKE_NOW - 8000;
    source->next_try_ms = FAKE_NOW + 2100;
}

static void grow_old_while_asking(struct source_status *source)
{
    grow_old(source);
    source->next_try_ms = UNKNOWN;
}

static void refuse(struct source_status *source)
{
    source->state = SOURCE_ERROR;
    source->error.code = ERR_NETWORK;
    source->data_ms = UNKNOWN;
    source->next_try_ms = FAKE_NOW + 8000;
}

static void refuse_login(struct source_status *source)
{
    source->state = SOURCE_LOGIN;
    source->next_try_ms = FAKE_NOW - 1;
}

static void limit(struct source_status *source)
{
    source->state = SOURCE_LIMITED;
    source->next_try_ms = FAKE_NOW + 30000;
}

static void limit_for_days(struct source_status *source)
{
    source->state = SOURCE_LIMITED;
    source->next_try_ms = FAKE_NOW + 10LL * 24 * 3600 * 1000;
}

static void bound(struct source_status *source)
{
    source->requests_this_month = 62140;
    source->requests_per_month_max = 100000;
}

static void disable(struct source_status *source)
{
    source->state = SOURCE_DISABLED;
    source->error.code = ERR_CONFIG;
}

static void every_state_has_its_words(void **state)
{
    (void)state;
    assert_string_equal(words(leave), "\xe2\x97\x8f 42ms");
    assert_string_equal(words(hear_nothing), "connecting");
    assert_string_equal(words(grow_old), "\xe2\x97\x8b stale 14s \xc2\xb7 retry 3s");
    assert_string_equal(words(grow_old_while_asking), "\xe2\x97\x8b stale 14s \xc2\xb7 asking");
    assert_string_equal(words(refuse), "\xe2\x9c\x97 unreachable \xc2\xb7 retry 8s");
    assert_string_equal(words(refuse_login), "\xe2\x9c\x97 login refused \xc2\xb7 asking");
    assert_string_equal(words(limit), "\xe2\x97\x8b limited \xc2\xb7 retry 30s");
    assert_string_equal(words(limit_for_days), "\xe2\x97\x8b limited \xc2\xb7 retry 10d");
    assert_string_equal(words(disable), "\xe2\x9c\x97 off: misconfigured");
}

static void budget_of_the_month_is_shown_where_there_is_one(void **state)
{
    (void)state;
    assert_string_equal(words(bound), "\xe2\x97\x8f 42ms \xc2\xb7 62.1k/100k");
}

static void profiles_that_do_not_fit_are_counted(void **state)
{
    (void)state;
    struct app_fixture f;
    app_fixture_start(&f, fake_snapshot(NULL, 0, 3), 64, 24);
    assert_non_null(strstr(app_fixture_row(&f, 0), "+1"));
    app_resize(&f.app, 200, 24);
    const char *row = app_fixture_row(&f, 0);
    assert_non_null(strstr(row, "third"));
    assert_null(strstr(row, "+1"));
    app_fixture_finish(&f);
}

static void trouble_is_told_in_full_once_and_so_is_its_end(void **state)
{
    (void)state;
    struct app_fixture f;
    app_fixture_start(&f, fake_snapshot(NULL, 0, 1), 120, 30);
    struct snapshot *s = fake_snapshot(NULL, 0, 1);
    refuse(&s->sources[0]);
    snprintf(s->sources[0].error.message, sizeof(s->sources[0].error.message), "refused by host");
    app_take_snapshot(&f.app, s);
    assert_string_equal(f.app.message.text, "demo: refused by host");
    app_fixture_type(&f, "j");
    app_take_snapshot(&f.app, snapshot_ref(s));
    assert_string_equal(f.app.message.text, "");
    app_take_snapshot(&f.app, fake_snapshot(NULL, 0, 1));
    assert_string_equal(f.app.message.text, "demo answers again.");
    app_fixture_finish(&f);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_has_its_words),
        cmocka_unit_test(budget_of_the_month_is_shown_where_there_is_one),
        cmocka_unit_test(profiles_that_do_not_fit_are_counted),
        cmocka_unit_test(trouble_is_told_in_full_once_and_so_is_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

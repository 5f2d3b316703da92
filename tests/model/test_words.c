#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "model/action.h"
#include "model/source.h"
#include "model/task.h"

#define NOW 1700000000000

static struct source_status make_status(enum profile_mode mode)
{
    struct source_status status = {
        .mode = mode,
        .state = SOURCE_OK,
        .interval_ms = 2000,
        .data_ms = NOW,
        .stale_at_ms = NOW + 6001,
        .armed_until_ms = UNKNOWN,
    };
    snprintf(status.profile, sizeof(status.profile), "prod");
    return status;
}

static void an_overdue_answer_makes_the_data_stale(void **state)
{
    (void)state;
    struct source_status status = make_status(MODE_ARMED);
    assert_int_equal(source_state_at(&status, NOW + 6000), SOURCE_OK);
    assert_int_equal(source_state_at(&status, NOW + 6001), SOURCE_STALE);
    status.state = SOURCE_LOGIN;
    assert_int_equal(source_state_at(&status, NOW + 60000), SOURCE_LOGIN);
    status.state = SOURCE_OK;
    status.stale_at_ms = UNKNOWN;
    assert_int_equal(source_state_at(&status, NOW), SOURCE_OK);
}

static void every_state_and_mode_has_a_name(void **state)
{
    (void)state;
    for (int i = 0; i < SOURCE_STATE_COUNT; i++)
        assert_non_null(source_state_name(i));
    for (int i = 0; i < MODE_COUNT; i++)
        assert_non_null(profile_mode_name(i));
    assert_string_equal(source_state_name(SOURCE_LIMITED), "limited");
    assert_string_equal(profile_mode_name(MODE_READ_ONLY), "read-only");
}

static void actions_are_allowed_by_mode_and_only_while_armed(void **state)
{
    (void)state;
    struct error err = {0};
    struct source_status status = make_status(MODE_READ_WRITE);
    assert_true(source_allows_actions(&status, NOW, &err));
    status.mode = MODE_READ_ONLY;
    assert_false(source_allows_actions(&status, NOW, &err));
    assert_int_equal(err.code, ERR_MODE);
    assert_non_null(strstr(err.message, "prod is read-only; set mode = armed"));
    status.mode = MODE_ARMED;
    assert_false(source_allows_actions(&status, NOW, &err));
    assert_non_null(strstr(err.message, "prod is not armed"));
    status.armed_until_ms = NOW + 1;
    assert_true(source_allows_actions(&status, NOW, &err));
    assert_false(source_allows_actions(&status, NOW + 1, &err));
}

static void actions_are_told_in_words(void **state)
{
    (void)state;
    static const struct {
        enum action_kind kind;
        enum action_state state;
        const char *text;
    } cases[] = {
        {ACTION_CANCEL, ACTION_ASKED, "cancel asked"},
        {ACTION_CANCEL, ACTION_ACCEPTED, "cancel accepted"},
        {ACTION_CANCEL, ACTION_STILL_RUNNING, "cancel accepted, still running after 12s"},
        {ACTION_CANCEL, ACTION_CONFIRMED, "cancel confirmed after 3.0s: no right"},
        {ACTION_CANCEL, ACTION_ALREADY_ENDED, "not cancelled: it had already ended"},
        {ACTION_CANCEL, ACTION_REFUSED, "cancel refused: no right"},
        {ACTION_RETRY, ACTION_FAILED, "retry failed: no right"},
        {ACTION_RETRY, ACTION_CONFIRMED, "retried as 77aa"},
    };
    struct action_record record = {.asked_ms = NOW - 12000,
                                   .changed_ms = NOW - 9000,
                                   .words = "no right",
                                   .new_task_id = "77aa"};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[200];
        record.kind = cases[i].kind;
        record.state = cases[i].state;
        action_format(&record, NOW, text, sizeof(text));
        assert_string_equal(text, cases[i].text);
    }
    record.words[0] = '\0';
    char text[200];
    record.state = ACTION_REFUSED;
    action_format(&record, NOW, text, sizeof(text));
    assert_string_equal(text, "retry refused");
}

static void every_action_state_of_each_kind_has_words(void **state)
{
    (void)state;
    int finals = 0;
    for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
        const struct action_info *info = &action_infos[kind];
        assert_true(info->name && info->word && info->class && info->cap);
        assert_true(!info->task_flag || info->refusal);
        assert_true(info->class != ACTION_CLASS_DANGER || info->warning);
        for (int i = 0; i < ACTION_STATE_COUNT; i++) {
            struct action_record record = {.kind = kind, .state = i};
            char text[200] = "";
            action_format(&record, NOW, text, sizeof(text));
            assert_true(strlen(text) > 5);
            finals += action_is_final(i);
        }
    }
    assert_int_equal(finals, 4 * ACTION_KIND_COUNT);
    assert_false(action_is_final(ACTION_STILL_RUNNING));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_overdue_answer_makes_the_data_stale),
        cmocka_unit_test(every_state_and_mode_has_a_name),
        cmocka_unit_test(actions_are_allowed_by_mode_and_only_while_armed),
        cmocka_unit_test(actions_are_told_in_words),
        cmocka_unit_test(every_action_state_of_each_kind_has_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

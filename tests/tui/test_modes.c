/* Every key is classed: what changes a service stands here by name, and no other key does it. */
#include "support/testing.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "app_fixture.h"
#include "base/utf8.h"

enum verdict { UNCLASSED, READS, WRITES };

/* How a key is brought to its effect: keys before it, what it asks the engine to do, the answer. */
static const struct {
    enum verdict verdict;
    const char *before;
    const char *answer;
} ways[UI_ACTION_COUNT] = {
#define READING(id) [UI_##id] = {READS, "", "y"}
    READING(UP),
    READING(DOWN),
    READING(LEFT),
    READING(RIGHT),
    READING(PAGE_UP),
    READING(PAGE_DOWN),
    READING(FIRST),
    READING(LAST),
    READING(NEXT_PANE),
    READING(PREVIOUS_PANE),
    READING(NUMBER_1),
    READING(NUMBER_2),
    READING(NUMBER_3),
    READING(NUMBER_4),
    READING(NUMBER_5),
    READING(NEXT_TAB),
    READING(PREVIOUS_TAB),
    READING(OPEN),
    READING(ZOOM),
    READING(BACK),
    READING(SEARCH),
    READING(SEARCH_NEXT),
    READING(SEARCH_PREVIOUS),
    READING(FILTER),
    READING(FILTERS),
    READING(SORT),
    READING(REVERSE),
    READING(COLUMNS),
    READING(GROUP),
    READING(FOLD_ALL),
    READING(MARK),
    READING(UNMARK_ALL),
    READING(ARM),
    READING(COPY),
    READING(COPY_CHOICE),
    READING(EXPORT),
    READING(BROWSE),
    READING(PAGER),
    READING(EDITOR),
    READING(PALETTE),
    READING(REFRESH),
    READING(PAUSE),
    READING(FASTER),
    READING(SLOWER),
    READING(MOUSE),
    READING(REDRAW),
    READING(SUSPEND),
    READING(TELL),
    READING(EVENTS),
    READING(FORMAT),
    READING(JUMPS),
    READING(EARLIER),
    READING(LATER),
    READING(RETURN),
    READING(WRAP),
    READING(STEP),
    READING(STEP_BACK),
    READING(JUMP),
    READING(JUMP_BACK),
    READING(JUMP_TO),
    READING(HELP),
    READING(QUIT),
#undef READING
    /* These change our own session, or only look. */
    [UI_FOLLOW] = {READS, "", "y"},
    [UI_SLOW] = {READS, "", "y"},
    [UI_WORKSPACE] = {READS, "3", "y"},
    [UI_VALIDATE] = {READS, "3", "y"},
    [UI_TEST_GIT] = {READS, "3", "y"},
    [UI_PARTS] = {READS, "3", "y"},
    [UI_CANCEL] = {WRITES, "g", "y"},
    [UI_RETRY] = {WRITES, "G", "y"},
    [UI_HIDE] = {WRITES, "G", "y"},
    [UI_RUN] = {WRITES, "", "q1\x12"},
    [UI_ENABLE] = {WRITES, "3G", "y"},
    [UI_DISABLE] = {WRITES, "3G", "y"},
    [UI_TRIGGER] = {WRITES, "3G", "y"},
    [UI_DEPLOY] = {WRITES, "3", "shop_model\r"},
    [UI_RESET_TO_REMOTE] = {WRITES, "3", "shop_model\r"},
    [UI_RESET_TO_PRODUCTION] = {WRITES, "3", "shop_model\r"},
};

/* A retry, a run or a deploy in the engine's log, but not what any profile allows. */
static bool has_written(const char *log)
{
    for (const char *line = log; *line != '\0'; line = strchr(line, '\n') + 1) {
        for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
            const struct action_info *info = &action_infos[kind];
            const char *names[] = {info->word, info->name};
            for (size_t i = 0; i < 2; i++) {
                size_t length = strlen(names[i]);
                if (info->class != ACTION_CLASS_OWN && strncmp(line, names[i], length) == 0 &&
                    line[length] == ' ')
                    return true;
            }
        }
    }
    return false;
}

/* The projects of one service, or, for what is steered at its times, a schedule of another. */
static struct item_list *make_items(enum ui_action action)
{
    if (action != UI_ENABLE && action != UI_DISABLE && action != UI_TRIGGER)
        return fake_items();
    struct item_list *list = item_list_create(NULL);
    struct item *schedule = arena_alloc(&list->arena, sizeof(*schedule));
    *schedule = (struct item){.kind = ITEM_SCHEDULE,
                              .id = "s1",
                              .name = "nightly",
                              ITEM_UNKNOWN,
                              .state = action == UI_ENABLE ? "DISABLED" : "ENABLED",
                              .timing = "0 3 * * *"};
    list->items = schedule;
    list->item_count = 1;
    list->place = "sandbox";
    list->workspace = "dev";
    return list;
}

/* Presses the key on a profile of that mode and answers what it asks. */
static bool writes_in(enum profile_mode mode, enum ui_action action)
{
    struct app_fixture f;
    struct fake_task tasks[] = {
        {.id = "t1", .state = TASK_RUNNING, .elapsed_ms = 5000, .age_ms = 9000, .title = "a"},
        {.id = "t2",
         .state = TASK_FAILED,
         .elapsed_ms = 10,
         .age_ms = 9000,
         .title = "b",
         .more_flags = TASK_CAN_RETRY | TASK_CAN_HIDE},
    };
    struct snapshot *s = fake_snapshot(tasks, 2, 1);
    s->items[0] = make_items(action);
    s->sources[0].mode = mode;
    s->sources[0].caps |= CAP_SCHEDULES;
    app_fixture_start(&f, s, 120, 40);
    app_fixture_type(&f, ways[action].before);
    fake_engine_take_log(&f.engine);
    app_act(&f.app, action);
    app_fixture_type(&f, ways[action].answer);
    bool is_written = has_written(fake_engine_take_log(&f.engine));
    app_fixture_finish(&f);
    return is_written;
}

static void every_action_is_classed(void **state)
{
    (void)state;
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
        if (ways[action].verdict == UNCLASSED)
            fail_msg("say here whether %s changes anything", ui_actions[action].name);
}

static void actions_write_when_they_are_said_to_and_only_then(void **state)
{
    (void)state;
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
        if (writes_in(MODE_READ_WRITE, action) != (ways[action].verdict == WRITES))
            fail_msg("%s is classed wrongly", ui_actions[action].name);
}

static void no_action_writes_on_a_profile_that_does_not_allow_it(void **state)
{
    (void)state;
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
        if (writes_in(MODE_READ_ONLY, action) || writes_in(MODE_ARMED, action))
            fail_msg("%s is not stopped by the profile's mode", ui_actions[action].name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_is_classed),
        cmocka_unit_test(actions_write_when_they_are_said_to_and_only_then),
        cmocka_unit_test(no_action_writes_on_a_profile_that_does_not_allow_it),
    };
    setlocale(LC_ALL, "C.UTF-8");
    utf8_init_locale();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

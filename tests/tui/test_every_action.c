/* Every action of the table does something that can be noticed: by each of its keys, and by its
 * name in the palette. An action without a row here fails. */
#include "support/testing.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "app_fixture.h"
#include "base/strbuf.h"
#include "base/utf8.h"
#include "support/environment.h"

#define RECORDING_TASK(at, id)                                                       \
    "{\"at\":\"2026-11-20T10:" at ".000Z\",\"task\":{\"profile\":\"p\",\"id\":\"" id \
    "\",\"state\":\"running\",\"can_cancel\":true,\"title\":\"" id "\"}}\n"
#define RECORDING                                                                            \
    "{\"schema\":\"querytop.recording/1\",\"at\":\"2026-11-20T10:00:00.000Z\",\"profiles\":" \
    "[\"p\"]}\n" RECORDING_TASK("00:00", "first") RECORDING_TASK("01:30", "second")          \
        RECORDING_TASK("09:00", "third")

#define ENTER "\r"

enum stage { SHOP, ARMED, HIDING, LINKED, ON, OFF, REPLAY };

struct witness {
    enum stage stage;
    const char *before; /* keys that lead there */
    const char *sight;  /* what is noticed then, and was not before; NULL: no row here */
};

/* clang-format off */
static const struct witness witnesses[UI_ACTION_COUNT] = {
    [UI_UP] = {SHOP, "j", "cursor 6f1c"},
    [UI_DOWN] = {SHOP, "", "cursor t2"},
    [UI_LEFT] = {SHOP, "Gk2l", "page 1"},
    [UI_RIGHT] = {SHOP, "2", "page 2"},
    [UI_PAGE_UP] = {SHOP, "G", "cursor 6f1c"},
    [UI_PAGE_DOWN] = {SHOP, "", "cursor t5"},
    [UI_FIRST] = {SHOP, "jj", "cursor 6f1c"},
    [UI_LAST] = {SHOP, "", "cursor t5"},
    [UI_NEXT_PANE] = {SHOP, "", "pane 2"},
    [UI_PREVIOUS_PANE] = {SHOP, "", "pane 3"},
    [UI_NUMBER_1] = {SHOP, "3", "pane 1"},
    [UI_NUMBER_2] = {SHOP, "", "pane 2"},
    [UI_NUMBER_3] = {SHOP, "", "pane 3"},
    [UI_NUMBER_4] = {SHOP, "2", "page 4"},
    [UI_NUMBER_5] = {SHOP, "2", "page 5"},
    [UI_NEXT_TAB] = {SHOP, "", "page 2"},
    [UI_PREVIOUS_TAB] = {SHOP, "]]", "page 2"},
    [UI_OPEN] = {SHOP, "", "pane 2"},
    [UI_ZOOM] = {SHOP, "", "[Tasks]"},
    [UI_BACK] = {SHOP, "2", "pane 1"},
    [UI_JUMPS] = {SHOP, "", "Go to"},
    [UI_EARLIER] = {SHOP, "", "No earlier run of this query"},
    [UI_LATER] = {SHOP, "", "No later run of this query"},
    [UI_RETURN] = {SHOP, "", "There is no place to go back to"},
    [UI_SEARCH] = {SHOP, "", "\n search tasks\n"},
    [UI_SEARCH_NEXT] = {SHOP, "/Ana" ENTER, "cursor t5"},
    [UI_SEARCH_PREVIOUS] = {SHOP, "/Ana" ENTER "n", "cursor 6f1c"},
    [UI_FILTER] = {SHOP, "", "\n filter\n"},
    [UI_FILTERS] = {SHOP, "", "Saved filters"},
    [UI_SORT] = {SHOP, "", "Order by"},
    [UI_REVERSE] = {SHOP, "", "order activity \xe2\x96\xb2"},
    [UI_COLUMNS] = {SHOP, "", "Columns"},
    [UI_GROUP] = {SHOP, "", "Group by"},
    [UI_FOLD_ALL] = {SHOP, ":group by user" ENTER, "weekly revenue"},
    [UI_FOLLOW] = {SHOP, "", "Following the first task"},
    [UI_SLOW] = {SHOP, "", "\n slow is\n"},
    [UI_FORMAT] = {SHOP, "]", "formatted for reading; c shows it as it was sent"},
    [UI_WRAP] = {SHOP, "2", "U wraps them"},
    [UI_EVENTS] = {SHOP, "", "Events"},
    [UI_MARK] = {SHOP, "", "marked 1"},
    [UI_UNMARK_ALL] = {SHOP, " ", "marked 0"},
    [UI_CANCEL] = {SHOP, "", "Cancel this task?"},
    [UI_RETRY] = {SHOP, "G", "Run this query again?"},
    [UI_HIDE] = {HIDING, "", "Hide this task?"},
    [UI_RUN] = {SHOP, "", "New query"},
    [UI_TELL] = {SHOP, "", "You will be told"},
    [UI_ARM] = {ARMED, "", "arm 0 60000"},
    [UI_COPY] = {SHOP, "", "\033]52;c;"},
    [UI_COPY_CHOICE] = {SHOP, "", "Copy "},
    [UI_EXPORT] = {SHOP, "", "Export "},
    [UI_BROWSE] = {LINKED, "", "https://looker.example.com/x/1"},
    [UI_PAGER] = {SHOP, "", "to the pager"},
    [UI_EDITOR] = {SHOP, "", "to the editor"},
    [UI_WORKSPACE] = {SHOP, "3", "Switch to workspace production?"},
    [UI_PARTS] = {SHOP, "3", "branches 0 shop"},
    [UI_VALIDATE] = {SHOP, "3", "Validate shop_model?"},
    [UI_TEST_GIT] = {SHOP, "3", "Test the git connection of shop_model?"},
    [UI_DEPLOY] = {SHOP, "3", "Deploy shop_model to production?"},
    [UI_RESET_TO_REMOTE] = {SHOP, "3", "Reset shop_model to its remote?"},
    [UI_RESET_TO_PRODUCTION] = {SHOP, "3", "Reset shop_model to production?"},
    [UI_ENABLE] = {OFF, "3", "Enable nightly?"},
    [UI_DISABLE] = {ON, "3", "Disable nightly?"},
    [UI_TRIGGER] = {ON, "3", "Trigger nightly now?"},
    [UI_STEP] = {REPLAY, "", "10:01:30  2/3"},
    [UI_STEP_BACK] = {REPLAY, ".", "10:00:00  1/3"},
    [UI_JUMP] = {REPLAY, "", "10:01:00  1/3"},
    [UI_JUMP_BACK] = {REPLAY, ">>", "10:01:00  1/3"},
    [UI_JUMP_TO] = {REPLAY, "", "\n jump to\n"},
    [UI_PALETTE] = {SHOP, "", "Actions"},
    [UI_REFRESH] = {SHOP, "", "refresh"},
    [UI_PAUSE] = {SHOP, "", "pause 1"},
    [UI_FASTER] = {SHOP, "", "interval 1000"},
    [UI_SLOWER] = {SHOP, "", "interval 4000"},
    [UI_MOUSE] = {SHOP, "", "The mouse is on"},
    [UI_REDRAW] = {SHOP, "", "wants a redraw"},
    [UI_SUSPEND] = {SHOP, "", "wants the shell"},
    [UI_HELP] = {SHOP, "", "one row up"},
    [UI_QUIT] = {SHOP, "", "wants to quit"},
};
/* clang-format on */

static struct app_fixture f;

/* ---- stages ------------------------------------------------------------------------------------
 */

static struct item_list *make_schedule(const char *state)
{
    struct item_list *list = item_list_create(NULL);
    struct item *schedule = arena_alloc(&list->arena, sizeof(*schedule));
    *schedule = (struct item){.kind = ITEM_SCHEDULE,
                              .id = "s1",
                              .name = "nightly",
                              ITEM_UNKNOWN,
                              .state = state,
                              .timing = "0 3 * * *"};
    list->items = schedule;
    list->item_count = 1;
    list->place = "sandbox";
    return list;
}

static struct snapshot *make_task(unsigned flags, const char *url)
{
    const struct fake_task task = {
        .id = "t1", .state = TASK_FAILED, .age_ms = 9000, .more_flags = flags, .url = url};
    struct snapshot *s = fake_snapshot(&task, 1, 1);
    s->sources[0].caps |= CAP_HIDE;
    return s;
}

static struct snapshot *make_scheduled(const char *state)
{
    struct snapshot *s = fake_snapshot(NULL, 0, 1);
    s->sources[0].caps |= CAP_SCHEDULES;
    s->items[0] = make_schedule(state);
    return s;
}

static struct snapshot *make_shop(enum profile_mode mode)
{
    struct snapshot *s = app_fixture_shop(1);
    s->sources[0].mode = mode;
    return s;
}

static void open_replay(void)
{
    struct error err = {0};
    struct replay *replay = replay_open(scratch_file("recording", RECORDING, 0600), &err);
    assert_non_null(replay);
    replay_pause(replay, true);
    replay_seek(replay, FAKE_NOW);
    app_fixture_start(&f, replay_snapshot(replay), 120, 40);
    f.engine.replay = replay;
}

static struct snapshot *make_first(enum stage stage)
{
    switch (stage) {
    case HIDING:
        return make_task(TASK_CAN_HIDE, NULL);
    case LINKED:
        return make_task(0, "https://looker.example.com/x/1");
    case ON:
        return make_scheduled("ENABLED");
    case OFF:
        return make_scheduled("DISABLED");
    default:
        return make_shop(stage == ARMED ? MODE_ARMED : MODE_READ_WRITE);
    }
}

static void set_stage(enum stage stage)
{
    if (stage == REPLAY)
        open_replay();
    else
        app_fixture_start(&f, make_first(stage), 120, 40);
    f.app.clipboard = CLIPBOARD_PLAIN;
}

static void clear_stage(void)
{
    replay_close(f.engine.replay);
    f.engine.replay = NULL;
    app_fixture_finish(&f);
}

/* ---- noticing ----------------------------------------------------------------------------------
 */

static void add_wishes(struct strbuf *out)
{
    const char *const shown[] = {[EXTERNAL_PAGER] = "pager", [EXTERNAL_EDITOR] = "editor"};
    if (f.app.wants_quit)
        strbuf_add_text(out, "wants to quit\n");
    if (f.app.wants_suspend)
        strbuf_add_text(out, "wants the shell\n");
    if (f.app.wants_redraw)
        strbuf_add_text(out, "wants a redraw\n");
    if (f.app.show.text != NULL)
        strbuf_addf(out, "to the %s\n", shown[f.app.show.kind]);
}

/* Whatever a person, a terminal or a service could notice, as one text. */
static void notice(struct strbuf *out)
{
    struct detail_shown shown;
    if (f.engine.replay != NULL)
        app_take_snapshot(&f.app, replay_snapshot(f.engine.replay));
    const struct task *task = app_selected(&f.app);
    detail_shown(&f.app.views[PANE_DETAIL], &shown);
    strbuf_add_text(out, app_fixture_screen(&f));
    strbuf_addf(out, "cursor %s\n", task != NULL ? task_text(task, TASK_ID) : "-");
    strbuf_addf(out, "pane %d\npage %d\n", f.app.focus + 1, shown.page + 1);
    strbuf_addf(out, "marked %zu\n", f.app.marks.count);
    strbuf_add(out, f.app.to_terminal.data, f.app.to_terminal.len);
    strbuf_add_text(out, fake_engine_take_log(&f.engine));
    add_wishes(out);
}

static bool notices(const char *sight)
{
    struct strbuf text;
    strbuf_init(&text, LIMIT_MIB);
    notice(&text);
    bool is_there = strstr(text.data, sight) != NULL;
    strbuf_finish(&text);
    return is_there;
}

static void press_key(enum ui_action action, size_t which)
{
    app_fixture_key(&f, ui_actions[action].keys[which]);
}

/* Its row is the one that is named so; what comes first among the letters' matches does not matter.
 */
static void choose_in_palette(enum ui_action action, size_t which)
{
    (void)which;
    app_fixture_key(&f, ':');
    while (f.app.palette.rows[f.app.palette.list.cursor].kind != 0 ||
           f.app.palette.rows[f.app.palette.list.cursor].index + 1 != (int)action)
        app_fixture_key(&f, UI_KEY_TAB);
    app_fixture_key(&f, UI_KEY_ENTER);
}

/* False, with a word about it, when nothing was noticed. */
static bool try_way(enum ui_action action, void (*way)(enum ui_action action, size_t which),
                    size_t which, const char *name)
{
    const struct witness *witness = &witnesses[action];
    if (witness->sight == NULL)
        return false;
    set_stage(witness->stage);
    app_fixture_type(&f, witness->before);
    bool was_there = notices(witness->sight);
    way(action, which);
    bool is_there = notices(witness->sight);
    if (was_there || !is_there)
        print_error("%s, %s: \"%s\" is %s; it says \"%s\"\n", ui_actions[action].name, name,
                    witness->sight, was_there ? "there before" : "not seen", f.app.message.text);
    clear_stage();
    return is_there && !was_there;
}

/* ---- tests -------------------------------------------------------------------------------------
 */

static void every_action_has_a_witness(void **state)
{
    (void)state;
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
        if (witnesses[action].sight == NULL)
            fail_msg("say here what %s does", ui_actions[action].name);
}

static void every_key_does_what_its_action_is_for(void **state)
{
    (void)state;
    char name[KEY_NAME_BYTES];
    bool is_good = true;
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
        for (size_t i = 0; i < UI_ACTION_KEYS && ui_actions[action].keys[i]; i++)
            is_good &= try_way((enum ui_action)action, press_key, i,
                               key_format(ui_actions[action].keys[i], name));
    assert_true(is_good);
}

static void every_row_of_the_palette_does_it_too(void **state)
{
    (void)state;
    bool is_good = true;
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
        if (action != UI_PALETTE)
            is_good &= try_way((enum ui_action)action, choose_in_palette, 0, "in the palette");
    assert_true(is_good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_has_a_witness),
        cmocka_unit_test(every_key_does_what_its_action_is_for),
        cmocka_unit_test(every_row_of_the_palette_does_it_too),
    };
    setlocale(LC_ALL, "C.UTF-8");
    utf8_init_locale();
    return cmocka_run_group_tests(tests, NULL, NULL);
}

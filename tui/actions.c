#include "actions.h"

const struct ui_action_info ui_actions[UI_ACTION_COUNT] = {
#define UI_ROW(id, name, group, keys, needs, rank, word, help) \
    [UI_##id] = {name, UI_GROUP_##group, keys, needs, rank, word, help},
    UI_ACTIONS(UI_ROW)
#undef UI_ROW
};

enum ui_action action_for_key(uint32_t key)
{
    if (key == UI_KEY_NONE)
        return UI_NONE;
    for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
        for (int i = 0; i < UI_ACTION_KEYS; i++)
            if (ui_actions[action].keys[i] == key)
                return (enum ui_action)action;
    return UI_NONE;
}

const char *ui_group_title(enum ui_group group)
{
    static const char *const titles[UI_GROUP_COUNT] = {
        [UI_GROUP_MOVE] = "Moving",
        [UI_GROUP_LOOK] = "Looking",
        [UI_GROUP_TASK] = "Tasks",
        [UI_GROUP_CARRY] = "Carrying away",
        [UI_GROUP_ITEM] = "Projects, in their pane",
        [UI_GROUP_REPLAY] = "Replay of a recording, where p plays and + - set the speed",
        [UI_GROUP_DATA] = "Data and screen",
    };
    return titles[group];
}

unsigned ui_footer_rank(enum ui_action action, unsigned pane)
{
    unsigned footer = ui_actions[action].footer;
    return footer >> 8 & 1u << pane ? footer & 0xff : 0;
}

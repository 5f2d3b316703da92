#include "model/action.h"

#include <assert.h>
#include <stdio.h>

#include "base/timefmt.h"

struct wording {
    bool is_final;
    const char *text[ACTION_KIND_COUNT];
    enum { NOTHING_MORE, HOW_LONG, WHY, NEW_TASK } more[ACTION_KIND_COUNT];
};

static const struct wording wordings[ACTION_STATE_COUNT] = {
    [ACTION_ASKED] = {.text = {"cancel asked", "retry asked"}},
    [ACTION_ACCEPTED] = {.text = {"cancel accepted", "retry accepted"}},
    [ACTION_STILL_RUNNING] = {.text = {"cancel accepted, still running after ",
                                       "retry accepted, no new task after "},
                              .more = {HOW_LONG, HOW_LONG}},
    [ACTION_CONFIRMED] = {.is_final = true,
                          .text = {"cancel confirmed after ", "retried as "},
                          .more = {HOW_LONG, NEW_TASK}},
    [ACTION_ALREADY_ENDED] = {.is_final = true,
                              .text = {"not cancelled: it had already ended",
                                       "not retried: it is gone"}},
    [ACTION_REFUSED] = {.is_final = true,
                        .text = {"cancel refused", "retry refused"},
                        .more = {WHY, WHY}},
    [ACTION_FAILED] = {.is_final = true,
                       .text = {"cancel failed", "retry failed"},
                       .more = {WHY, WHY}},
};

bool action_is_final(enum action_state state)
{
    assert(state < ACTION_STATE_COUNT);
    return wordings[state].is_final;
}

const char *action_kind_name(enum action_kind kind)
{
    static const char *const names[ACTION_KIND_COUNT] = {
        [ACTION_CANCEL] = "cancel",
        [ACTION_RETRY] = "retry",
    };
    assert(kind < ACTION_KIND_COUNT);
    return names[kind];
}

void action_format(const struct action_record *record, int64_t now_ms, char *out,
                   unsigned long out_size)
{
    const struct wording *wording = &wordings[record->state];
    const char *text = wording->text[record->kind];
    int64_t until_ms = wording->is_final ? record->changed_ms : now_ms;
    char duration[TIMEFMT_BYTES];
    switch (wording->more[record->kind]) {
    case HOW_LONG:
        snprintf(out, out_size, "%s%s", text,
                 format_duration(duration, until_ms - record->asked_ms));
        break;
    case WHY:
        snprintf(out, out_size, "%s%s%s", text, record->words[0] ? ": " : "", record->words);
        break;
    case NEW_TASK:
        snprintf(out, out_size, "%s%s", text,
                 record->new_task_id[0] ? record->new_task_id : "a new task");
        break;
    default:
        snprintf(out, out_size, "%s", text);
    }
}

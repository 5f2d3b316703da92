#include "model/action.h"

#include <assert.h>
#include <stdio.h>

#include "base/timefmt.h"
#include "model/source.h"
#include "model/task.h"

const struct action_info action_infos[ACTION_KIND_COUNT] = {
    [ACTION_CANCEL] =
        {
            .name = "cancel",
            .word = "cancel",
            .class = ACTION_CLASS_WRITE,
            .target = TARGET_TASK,
            .cap = CAP_CANCEL,
            .task_flag = TASK_CAN_CANCEL,
            .refusal = "the service does not allow it",
        },
    [ACTION_RETRY] =
        {
            .name = "retry",
            .word = "retry",
            .class = ACTION_CLASS_WRITE,
            .target = TARGET_TASK,
            .cap = CAP_RETRY,
            .task_flag = TASK_CAN_RETRY,
            .refusal = "it has no query that this account may run again",
            .writes_warning = "It writes to a data set, and would do so again.",
        },
    [ACTION_HIDE] =
        {
            .name = "hide",
            .word = "hide",
            .class = ACTION_CLASS_WRITE,
            .target = TARGET_TASK,
            .cap = CAP_HIDE,
            .task_flag = TASK_CAN_HIDE,
            .refusal = "the service does not offer it",
        },
    [ACTION_RUN] =
        {
            .name = "run",
            .word = "run",
            .class = ACTION_CLASS_WRITE,
            .target = TARGET_SERVICE,
            .cap = CAP_CREATE,
        },
    [ACTION_SWITCH_WORKSPACE] =
        {
            .name = "switch workspace",
            .word = "switch-workspace",
            .class = ACTION_CLASS_OWN,
            .target = TARGET_SERVICE,
            .cap = CAP_PROJECTS,
        },
    [ACTION_CHECKOUT] =
        {
            .name = "check out",
            .word = "checkout",
            .class = ACTION_CLASS_WRITE,
            .target = TARGET_ITEM,
            .item = ITEM_PROJECT,
            .names_part = true,
            .cap = CAP_PROJECTS,
            .needs_dev = true,
        },
    [ACTION_TEST_GIT] =
        {
            .name = "git connection tests",
            .word = "test-git",
            .class = ACTION_CLASS_OWN,
            .target = TARGET_ITEM,
            .item = ITEM_PROJECT,
            .cap = CAP_PROJECTS,
        },
    [ACTION_VALIDATE] =
        {
            .name = "validate",
            .word = "validate",
            .class = ACTION_CLASS_OWN,
            .target = TARGET_ITEM,
            .item = ITEM_PROJECT,
            .cap = CAP_PROJECTS,
        },
    [ACTION_RESET_TO_PRODUCTION] =
        {
            .name = "reset to production",
            .word = "reset-to-production",
            .class = ACTION_CLASS_DANGER,
            .target = TARGET_ITEM,
            .item = ITEM_PROJECT,
            .cap = CAP_PROJECTS,
            .needs_dev = true,
            .warning = "Changes of the branch that are not in production are lost.",
        },
    [ACTION_RESET_TO_REMOTE] =
        {
            .name = "reset to remote",
            .word = "reset-to-remote",
            .class = ACTION_CLASS_DANGER,
            .target = TARGET_ITEM,
            .item = ITEM_PROJECT,
            .cap = CAP_PROJECTS,
            .needs_dev = true,
            .warning = "Changes that were not pushed are lost.",
        },
    [ACTION_DEPLOY] =
        {
            .name = "deploy to production",
            .word = "deploy",
            .class = ACTION_CLASS_DANGER,
            .target = TARGET_ITEM,
            .item = ITEM_PROJECT,
            .cap = CAP_PROJECTS,
            .needs_dev = true,
            .warning = "Everyone who uses this Looker gets this version.",
        },
    [ACTION_ENABLE] =
        {
            .name = "enable",
            .word = "enable",
            .class = ACTION_CLASS_WRITE,
            .target = TARGET_ITEM,
            .item = ITEM_SCHEDULE,
            .cap = CAP_SCHEDULES,
            .is_received = true,
            .warning = "From now on it runs at its times.",
        },
    [ACTION_DISABLE] =
        {
            .name = "disable",
            .word = "disable",
            .class = ACTION_CLASS_WRITE,
            .target = TARGET_ITEM,
            .item = ITEM_SCHEDULE,
            .cap = CAP_SCHEDULES,
            .is_received = true,
            .warning = "Its query no longer runs until somebody enables it.",
        },
    [ACTION_TRIGGER] =
        {
            .name = "trigger",
            .word = "trigger",
            .class = ACTION_CLASS_WRITE,
            .target = TARGET_ITEM,
            .item = ITEM_SCHEDULE,
            .cap = CAP_SCHEDULES,
            .is_received = true,
            .warning = "Its query runs now, beside the runs at its times.",
        },
    [ACTION_READ_RUN] =
        {
            .name = "read run",
            .word = "run",
            .class = ACTION_CLASS_OWN,
            .target = TARGET_ITEM,
            .item = ITEM_SCHEDULE,
            .names_part = true,
            .cap = CAP_SCHEDULES,
        },
    [ACTION_CANCEL_RUN] =
        {
            .name = "cancel run",
            .word = "cancel-run",
            .class = ACTION_CLASS_WRITE,
            .target = TARGET_ITEM,
            .item = ITEM_SCHEDULE,
            .names_part = true,
            .cap = CAP_SCHEDULES,
            .is_received = true,
        },
};

/* What each state adds to the action's name: "cancel" + " refused" + ": " + the service's words. */
static const struct {
    const char *name; /* for programs */
    bool is_final;
    const char *text;
    enum { NOTHING_MORE, HOW_LONG, WHY } more;
} wordings[ACTION_STATE_COUNT] = {
    [ACTION_ASKED] = {"asked", false, "asked", NOTHING_MORE},
    [ACTION_ACCEPTED] = {"accepted", false, "accepted", NOTHING_MORE},
    [ACTION_STILL_RUNNING] = {"still_running", false, "accepted, still running after ", HOW_LONG},
    [ACTION_CONFIRMED] = {"confirmed", true, "done", WHY},
    [ACTION_ALREADY_ENDED] = {"already_ended", true, "not needed: it had already ended",
                              NOTHING_MORE},
    [ACTION_REFUSED] = {"refused", true, "refused", WHY},
    [ACTION_FAILED] = {"failed", true, "failed", WHY},
};

const char *action_state_name(enum action_state state)
{
    assert(state < ACTION_STATE_COUNT);
    return wordings[state].name;
}

bool action_is_final(enum action_state state)
{
    assert(state < ACTION_STATE_COUNT);
    return wordings[state].is_final;
}

/* The ends that a kind tells in words of its own. False: it has none for this state. */
static bool format_own_words(const struct action_record *record, char *out, unsigned long out_size)
{
    char duration[TIMEFMT_BYTES];
    const char *new_task = record->new_task_id[0] ? record->new_task_id : "a new task";
    if (record->kind == ACTION_CANCEL && record->state == ACTION_CONFIRMED)
        snprintf(out, out_size, "cancel confirmed after %s%s%s",
                 format_duration(duration, record->changed_ms - record->asked_ms),
                 record->words[0] ? ": " : "", record->words);
    else if (record->kind == ACTION_CANCEL && record->state == ACTION_ALREADY_ENDED)
        snprintf(out, out_size, "not cancelled: it had already ended");
    else if (record->kind == ACTION_RETRY && record->state == ACTION_CONFIRMED)
        snprintf(out, out_size, "retried as %s", new_task);
    else if (record->kind == ACTION_RETRY && record->state == ACTION_ALREADY_ENDED)
        snprintf(out, out_size, "not retried: it is gone");
    else if (record->kind == ACTION_HIDE && record->state == ACTION_CONFIRMED)
        snprintf(out, out_size, "hidden%s%s", record->words[0] ? ": " : "", record->words);
    else if (record->kind == ACTION_RUN && record->state == ACTION_CONFIRMED)
        snprintf(out, out_size, "running as %s", new_task);
    else if (action_infos[record->kind].is_received && record->state == ACTION_CONFIRMED)
        snprintf(out, out_size, "%s accepted%s%s", action_infos[record->kind].name,
                 record->words[0] ? ": " : "", record->words);
    else
        return false;
    return true;
}

void action_format(const struct action_record *record, int64_t now_ms, char *out,
                   unsigned long out_size)
{
    if (format_own_words(record, out, out_size))
        return;
    const char *name = action_infos[record->kind].name;
    const char *text = wordings[record->state].text;
    char duration[TIMEFMT_BYTES];
    switch (wordings[record->state].more) {
    case HOW_LONG:
        snprintf(out, out_size, "%s %s%s", name, text,
                 format_duration(duration, now_ms - record->asked_ms));
        break;
    case WHY:
        snprintf(out, out_size, "%s %s%s%s", name, text, record->words[0] ? ": " : "",
                 record->words);
        break;
    case NOTHING_MORE:
        snprintf(out, out_size, "%s %s", name, text);
        break;
    }
}

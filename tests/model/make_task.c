#include "model/make_task.h"

struct task *make_task(uint16_t source, const char *id, enum task_state state, int64_t elapsed_ms,
                       int64_t observed_ms, const char *title)
{
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.source = source;
    draft.facts.state = state;
    draft.facts.elapsed_ms = elapsed_ms;
    draft.facts.observed_ms = observed_ms;
    task_draft_set_text(&draft, TASK_ID, id);
    task_draft_set_text(&draft, TASK_TITLE, title);
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

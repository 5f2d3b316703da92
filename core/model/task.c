#include "model/task.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/xalloc.h"

const struct task_state_info task_states[TASK_STATE_COUNT] = {
    [TASK_QUEUED] = {"queued", "queued", "◌", ".", true},
    [TASK_RUNNING] = {"running", "running", "▶", ">", true},
    [TASK_CANCELLING] = {"cancelling", "running", "⊘", "-", true},
    [TASK_SUCCEEDED] = {"succeeded", "succeeded", "✓", "+", false},
    [TASK_FAILED] = {"failed", "failed", "✗", "x", false},
    [TASK_CANCELLED] = {"cancelled", "cancelled", "⊗", "#", false},
    [TASK_EXPIRED] = {"expired", "expired", "?", "?", false},
    /* A state we do not know may still change: it is watched like a living one. */
    [TASK_UNKNOWN] = {"unknown", "unknown", "?", "?", true},
};

/* The head of the text block is an empty string, so that offset 0 can mean unknown. */
#define TEXT_START 1

/* "Slower than usual" wants some runs to compare with, and a difference that people would notice.
 */
#define SLOW_MIN_RUNS 3
#define SLOW_MIN_MS   1000

static const size_t text_max_bytes =
    LIMIT_TASK_SQL_BYTES + LIMIT_TASK_MESSAGE_BYTES + TASK_TEXT_COUNT * LIMIT_TASK_FIELD_BYTES;

const char *task_text(const struct task *task, enum task_text which)
{
    uint32_t at = task->text_at[which];
    return at ? task->text + at : NULL;
}

const char *task_text_or_dash(const struct task *task, enum task_text which)
{
    const char *text = task_text(task, which);
    return text ? text : "-";
}

struct task *task_ref(const struct task *task)
{
    struct task *t = (struct task *)task;
    atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    return t;
}

void task_unref(struct task *task)
{
    if (task && atomic_fetch_sub_explicit(&task->refs, 1, memory_order_acq_rel) == 1)
        free(task);
}

bool task_is_alive(const struct task *task)
{
    return task_states[task->state].is_alive;
}

int64_t task_elapsed_at(const struct task *task, int64_t now_ms)
{
    bool is_ticking =
        task->state == TASK_RUNNING || task->state == TASK_CANCELLING || task->state == TASK_QUEUED;
    if (task->elapsed_ms == UNKNOWN || !is_ticking || task->observed_ms == UNKNOWN)
        return task->elapsed_ms;
    int64_t since_ms = now_ms - task->observed_ms;
    return task->elapsed_ms + (since_ms > 0 ? since_ms : 0);
}

bool task_is_slow_at(const struct task *task, int64_t now_ms)
{
    int64_t elapsed_ms = task_elapsed_at(task, now_ms);
    return task->usual_runs >= SLOW_MIN_RUNS && elapsed_ms != UNKNOWN &&
           elapsed_ms > task->usual_p95_ms + SLOW_MIN_MS;
}

int64_t task_expected_end_ms(const struct task *task, int64_t now_ms)
{
    int64_t elapsed_ms = task_elapsed_at(task, now_ms);
    if (task->state != TASK_RUNNING || task->usual_runs == 0 || elapsed_ms == UNKNOWN)
        return UNKNOWN;
    int64_t expected_ms = elapsed_ms < task->usual_ms ? task->usual_ms : task->usual_p95_ms;
    return expected_ms > elapsed_ms ? now_ms - elapsed_ms + expected_ms : UNKNOWN;
}

static bool is_same_text(const struct task *a, const struct task *b, enum task_text which)
{
    const char *left = task_text(a, which);
    const char *right = task_text(b, which);
    if (!left || !right)
        return left == right;
    return strcmp(left, right) == 0;
}

bool task_is_same(const struct task *a, const struct task *b)
{
    if (a == b)
        return true;
    if (a->state != b->state || a->flags != b->flags || a->created_ms != b->created_ms ||
        a->started_ms != b->started_ms || a->ended_ms != b->ended_ms || a->rows != b->rows)
        return false;
    for (int i = 0; i < TASK_TEXT_COUNT; i++) {
        if (!is_same_text(a, b, i))
            return false;
    }
    return true;
}

void task_draft_init(struct task_draft *draft)
{
    *draft = (struct task_draft){.facts = {.observed_ms = UNKNOWN}};
    strbuf_init(&draft->text, text_max_bytes);
    task_draft_clear(draft);
}

void task_draft_finish(struct task_draft *draft)
{
    strbuf_finish(&draft->text);
}

void task_draft_clear(struct task_draft *draft)
{
    uint16_t source = draft->facts.source;
    int64_t observed_ms = draft->facts.observed_ms;
    draft->facts = (struct task){
        .source = source,
        .state = TASK_UNKNOWN,
        .created_ms = UNKNOWN,
        .started_ms = UNKNOWN,
        .ended_ms = UNKNOWN,
        .elapsed_ms = UNKNOWN,
        .observed_ms = observed_ms,
        .rows = UNKNOWN,
        .usual_ms = UNKNOWN,
        .usual_p95_ms = UNKNOWN,
    };
    strbuf_clear(&draft->text);
    strbuf_add_char(&draft->text, '\0');
}

void task_draft_copy(struct task_draft *draft, const struct task *task)
{
    task_draft_clear(draft);
    draft->facts.source = task->source;
    draft->facts.state = task->state;
    draft->facts.flags = task->flags;
    draft->facts.created_ms = task->created_ms;
    draft->facts.started_ms = task->started_ms;
    draft->facts.ended_ms = task->ended_ms;
    draft->facts.elapsed_ms = task->elapsed_ms;
    draft->facts.observed_ms = task->observed_ms;
    draft->facts.rows = task->rows;
    draft->facts.usual_ms = task->usual_ms;
    draft->facts.usual_p95_ms = task->usual_p95_ms;
    draft->facts.usual_runs = task->usual_runs;
    for (int i = 0; i < TASK_TEXT_COUNT; i++)
        task_draft_set_text(draft, i, task_text(task, i));
}

static size_t text_limit(enum task_text which)
{
    switch (which) {
    case TASK_SQL:
        return LIMIT_TASK_SQL_BYTES;
    case TASK_MESSAGE:
        return LIMIT_TASK_MESSAGE_BYTES;
    default:
        return LIMIT_TASK_FIELD_BYTES;
    }
}

/* The longest head of text that fits and does not end inside a UTF-8 character. */
static size_t head_bytes(const char *text, size_t limit)
{
    size_t length = strnlen(text, limit);
    if (length < limit)
        return length;
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    return length;
}

void task_draft_set_text(struct task_draft *draft, enum task_text which, const char *text)
{
    draft->facts.text_at[which] = 0;
    if (!text || !*text)
        return;
    size_t length = head_bytes(text, text_limit(which) - 1);
    /* Text that was set before stays behind as a hole; task_create() leaves it out. When such holes
     * have used up the room, close them first. */
    size_t needed = length + 1;
    if (needed > draft->text.max - draft->text.len) {
        struct task *packed = task_create(draft);
        strbuf_clear(&draft->text);
        task_draft_copy(draft, packed);
        task_unref(packed);
    }
    draft->facts.text_at[which] = (uint32_t)draft->text.len;
    strbuf_add(&draft->text, text, length);
    strbuf_add_char(&draft->text, '\0');
    if (which == TASK_SQL && text[length])
        draft->facts.flags |= TASK_SQL_IS_CUT;
}

const char *task_draft_text(const struct task_draft *draft, enum task_text which)
{
    uint32_t at = draft->facts.text_at[which];
    return at ? draft->text.data + at : NULL;
}

struct task *task_create(const struct task_draft *draft)
{
    uint32_t lengths[TASK_TEXT_COUNT];
    size_t bytes = TEXT_START;
    for (int i = 0; i < TASK_TEXT_COUNT; i++) {
        const char *text = task_draft_text(draft, i);
        lengths[i] = text ? (uint32_t)strlen(text) + 1 : 0;
        bytes += lengths[i];
    }

    struct task *task = xmalloc(sizeof(*task) + bytes);
    memcpy(task, &draft->facts, sizeof(*task));
    atomic_init(&task->refs, 1);
    task->text[0] = '\0';
    uint32_t at = TEXT_START;
    for (int i = 0; i < TASK_TEXT_COUNT; i++) {
        task->text_at[i] = lengths[i] ? at : 0;
        if (lengths[i])
            memcpy(task->text + at, task_draft_text(draft, i), lengths[i]);
        at += lengths[i];
    }
    assert(at == bytes);
    return task;
}

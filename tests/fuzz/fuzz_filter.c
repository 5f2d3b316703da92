/* Any text as a filter: it is refused with a place inside it, or it can be asked about tasks. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "model/filter.h"

static struct task *make_task(void)
{
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.state = TASK_RUNNING;
    draft.facts.elapsed_ms = 90000;
    draft.facts.created_ms = 1700000000000;
    task_draft_set_text(&draft, TASK_ID, "6f1c");
    task_draft_set_text(&draft, TASK_USER, "Ana Größe");
    task_draft_set_text(&draft, TASK_SQL, "SELECT 1\nFROM (orders)");
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

static void check_filter(const char *text)
{
    const struct column_context context = {.now_ms = 1700000100000};
    struct error err = {0};
    size_t at = SIZE_MAX;
    struct filter *filter = filter_parse(text, &err, &at);
    if (!filter) {
        REQUIRE(err.code == ERR_USAGE && err.message[0] && at <= strlen(text));
        return;
    }
    struct task *task = make_task();
    bool is_match = filter_matches(filter, task, &context);
    REQUIRE(is_match == filter_matches(filter, task, &context));
    REQUIRE(is_match || !filter_is_empty(filter));
    task_unref(task);
    filter_destroy(filter);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    memcpy(text, data, size);
    text[size] = '\0';
    check_filter(text);
    free(text);
    return 0;
}

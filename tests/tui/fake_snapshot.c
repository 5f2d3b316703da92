#include "fake_snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

static unsigned flags_of(const struct fake_task *fake)
{
    bool is_alive = task_states[fake->state].is_alive;
    unsigned flags = is_alive ? TASK_CAN_CANCEL : TASK_CAN_RETRY;
    if (fake->state == TASK_SUCCEEDED)
        flags |= TASK_CAN_RESULTS;
    return (flags | fake->more_flags) & ~fake->no_flags;
}

struct task *fake_task_create(const struct fake_task *fake)
{
    struct task_draft draft;
    task_draft_init(&draft);
    draft.facts.source = fake->source;
    draft.facts.state = (uint8_t)fake->state;
    draft.facts.flags = (uint8_t)flags_of(fake);
    draft.facts.elapsed_ms = fake->elapsed_ms;
    draft.facts.observed_ms = FAKE_NOW;
    draft.facts.created_ms = FAKE_NOW - fake->age_ms;
    if (!task_states[fake->state].is_alive)
        draft.facts.ended_ms = FAKE_NOW - fake->age_ms + fake->elapsed_ms;
    task_draft_set_text(&draft, TASK_ID, fake->id);
    task_draft_set_text(&draft, TASK_USER, fake->user);
    task_draft_set_text(&draft, TASK_ORIGIN, fake->origin);
    task_draft_set_text(&draft, TASK_TITLE, fake->title);
    task_draft_set_text(&draft, TASK_CONNECTION, "warehouse");
    task_draft_set_text(&draft, TASK_SQL, fake->sql);
    task_draft_set_text(&draft, TASK_MESSAGE, fake->message);
    task_draft_set_text(&draft, TASK_URL, fake->url);
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

static void fill_source(struct source_status *source, size_t index)
{
    static const char *const names[] = {"demo", "looker-eu", "third"};
    snprintf(source->profile, sizeof(source->profile), "%s", names[index % 3]);
    snprintf(source->provider, sizeof(source->provider), "looker");
    source->caps = CAP_CANCEL | CAP_RETRY | CAP_RESULTS | CAP_PROJECTS | CAP_DETAIL | CAP_CREATE |
                   CAP_RUN_QUERY;
    source->mode = MODE_READ_WRITE;
    source->verify_tls = true;
    source->state = SOURCE_OK;
    source->interval_ms = 2000;
    source->latency_ms = 42;
    source->data_ms = FAKE_NOW - 120;
    source->next_try_ms = FAKE_NOW + 1880;
    source->armed_until_ms = UNKNOWN;
    source->stale_at_ms = FAKE_NOW + 6000;
}

struct snapshot *fake_snapshot(const struct fake_task *tasks, size_t count, size_t source_count)
{
    static uint64_t generation;
    size_t chunks = (count + TASKS_PER_CHUNK - 1) / TASKS_PER_CHUNK;
    struct snapshot *s = snapshot_create(chunks, source_count, 0, 0, 0);
    s->generation = ++generation;
    s->made_ms = FAKE_NOW;
    for (size_t i = 0; i < source_count; i++)
        fill_source(&s->sources[i], i);
    struct task_chunk *chunk = NULL;
    for (size_t i = 0; i < count; i++) {
        struct task *task = fake_task_create(&tasks[i]);
        if (i % TASKS_PER_CHUNK == 0) {
            chunk = task_chunk_create();
            snapshot_put_chunk(s, i / TASKS_PER_CHUNK, chunk);
        }
        chunk->tasks[i % TASKS_PER_CHUNK] = task;
        s->totals.by_state[task->state]++;
        s->totals.tasks++;
    }
    s->totals.history[HISTORY_SLICES - 2].ended = 4;
    s->totals.history[HISTORY_SLICES - 3].started = 1;
    s->totals.history[HISTORY_SLICES - 2].started = 4;
    s->totals.history[HISTORY_SLICES - 2].failed = 1;
    s->totals.history[HISTORY_SLICES - 1].started = 2;
    s->totals.history[HISTORY_SLICES - 1].ended = 2;
    return s;
}

void fake_add_detail(struct snapshot *s, struct task_detail *detail)
{
    s->details = xreallocarray(s->details, s->detail_count + 1, sizeof(s->details[0]));
    s->details[s->detail_count++] = detail;
}

void fake_add_result(struct snapshot *s, struct task_result *result)
{
    s->results = xreallocarray(s->results, s->result_count + 1, sizeof(s->results[0]));
    s->results[s->result_count++] = result;
}

void fake_add_action(struct snapshot *s, enum action_kind kind, enum action_state state,
                     const char *task_id, const char *title)
{
    s->actions = xreallocarray(s->actions, s->action_count + 1, sizeof(s->actions[0]));
    struct action_record *record = &s->actions[s->action_count++];
    *record = (struct action_record){.id = s->action_count,
                                     .kind = kind,
                                     .state = state,
                                     .asked_ms = FAKE_NOW - 4000,
                                     .changed_ms = FAKE_NOW - 1000};
    snprintf(record->task_id, sizeof(record->task_id), "%s", task_id);
    snprintf(record->task_title, sizeof(record->task_title), "%s", title);
}

struct task_detail *fake_detail(const char *id)
{
    struct task_detail *detail = task_detail_create(0, id);
    struct arena *arena = &detail->arena;
    struct field_list list = {0};
    field_list_add(&list, arena, "task", "result format", "json_detail");
    field_list_add(&list, arena, "task", "runtime", NULL);
    field_list_add(&list, arena, "query", "model", "shop");
    field_list_add(&list, arena, "query", "view", "order_items");
    field_list_add(&list, arena, "query", "fields",
                   "orders.created_week, users.region, order_items.revenue, order_items.count");
    field_list_add(&list, arena, "query", "limit", "500");
    detail->fields = field_list_take(&list, arena, &detail->field_count);
    detail->sql = arena_strdup(arena, "SELECT users.region, SUM(order_items.revenue) AS revenue\n"
                                      "FROM   order_items\n"
                                      "JOIN   oders ON oders.id = order_items.order_id\n");
    struct task_problem *problem = arena_alloc(arena, sizeof(*problem));
    problem->message = arena_strdup(arena, "no such table: oders");
    problem->line = 3;
    problem->column = 8;
    detail->problems = problem;
    detail->problem_count = 1;
    detail->json = arena_strdup(arena, "{\n  \"id\": \"t1\",\n  \"status\": \"error\"\n}\n");
    detail->fetched_ms = FAKE_NOW;
    return detail;
}

struct task_result *fake_result(const char *id)
{
    static const char *const cells[] = {"2026-11-16", "EMEA",       "128233.1", "2026-11-16", NULL,
                                        "4001",       "2026-11-09", "APAC",     "77.25"};
    struct task_result *result = task_result_create(0, id);
    struct arena *arena = &result->arena;
    struct result_column *list = arena_alloc(arena, 3 * sizeof(*list));
    list[0] = (struct result_column){"orders.created_week", false};
    list[1] = (struct result_column){"users.region", false};
    list[2] = (struct result_column){"order_items.revenue", true};
    result->state = RESULT_TABLE;
    result->format = "json_detail";
    result->columns = list;
    result->column_count = 3;
    result->cells = arena_alloc(arena, sizeof(cells));
    memcpy(result->cells, cells, sizeof(cells));
    result->row_count = 3;
    result->note = "row limit of 3 reached";
    result->runtime_ms = 812;
    result->is_from_cache = 1;
    return result;
}

struct item_list *fake_items(void)
{
    struct item_list *list = item_list_create(NULL);
    struct arena *arena = &list->arena;
    struct item *projects = arena_alloc(arena, 3 * sizeof(*projects));
    struct field_list facts = {0};
    field_list_add(&facts, arena, "", "pull requests", "required");
    field_list_add(&facts, arena, "", "validation", "required");
    projects[0] = (struct item){.id = "shop",
                                .name = "shop_model",
                                .branch = "main",
                                .remote_url = "git@example.com:shop.git",
                                .ahead = 0,
                                .behind = 0,
                                .is_clean = 1};
    projects[0].fields = field_list_take(&facts, arena, &projects[0].field_count);
    projects[1] = (struct item){.id = "finance",
                                .name = "finance",
                                .branch = "dev-ana",
                                .remote_url = "git@example.com:finance.git",
                                .ahead = 2,
                                .behind = 1,
                                .is_clean = 0};
    projects[2] = (struct item){.id = "sample",
                                .name = "sample_thelook",
                                .ahead = UNKNOWN,
                                .behind = UNKNOWN,
                                .is_clean = -1,
                                .is_read_only = true};
    list->items = projects;
    list->item_count = 3;
    list->workspace = "dev";
    list->fetched_ms = FAKE_NOW;
    return list;
}

/* fixed_work - the same work in every run: polls, merges, filters, groups and frames of a thousand
 * tasks.
 *
 * It measures nothing itself. Under callgrind the functions named measured_ are counted, one dump
 * each; what stands around them prepares their input. Clocks and input are fixed, so that the
 * counts depend on the code, its compiler and its libraries alone.
 */
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "app.h"
#include "bench/bench.h"
#include "bench/poll_work.h"
#include "model/store.h"
#include "task_groups.h"

#define TASKS 1000
#define MANY  20000
#define FEW   20
#define COLS  120
#define ROWS  40

#define MEASURED __attribute__((noipa)) static void

struct stage {
    struct poll_work poll;
    struct batch batch;
    char *body;
    size_t length;
    int64_t now_ms;
};

static void give_up(const char *what)
{
    fprintf(stderr, "fixed_work: %s\n", what);
    exit(1);
}

static void parse(struct stage *s)
{
    struct error err;
    batch_init(&s->batch);
    if (!poll_work_parse(&s->poll, s->body, s->length, s->now_ms, &s->batch, &err))
        give_up(err.message);
    if (s->batch.task_count != TASKS && !s->batch.is_repeat)
        give_up("a list that was not read whole");
}

static void merge(struct stage *s)
{
    poll_work_merge(&s->poll, &s->batch, s->now_ms);
    batch_finish(&s->batch);
}

/* ---- what is counted --------------------------------------------------------------------------
 */

MEASURED measured_json_alone(struct stage *s)
{
    bench_bare_parse(s->body, s->length);
}

MEASURED measured_poll_new(struct stage *s)
{
    parse(s);
}

MEASURED measured_poll_third(struct stage *s)
{
    parse(s);
}

MEASURED measured_poll_hundredth(struct stage *s)
{
    parse(s);
}

MEASURED measured_poll_clocks(struct stage *s)
{
    parse(s);
}

MEASURED measured_poll_same(struct stage *s)
{
    parse(s);
}

MEASURED measured_merge_new(struct stage *s)
{
    merge(s);
}

MEASURED measured_merge_hundredth(struct stage *s)
{
    merge(s);
}

MEASURED measured_merge_same(struct stage *s)
{
    merge(s);
}

MEASURED measured_publish_hundredth(struct stage *s)
{
    poll_work_publish(&s->poll, s->now_ms);
}

MEASURED measured_filter(struct task_order *order, const struct column_context *context)
{
    static const char text[] = "user~silva state=running not explore=users";
    task_order_filter(order, filter_parse(text, NULL, NULL), text);
    struct frame_work work = frame_work_unbound();
    task_order_update(order, context, &work);
}

MEASURED measured_order_hundredth(struct task_order *order, const struct column_context *context)
{
    struct frame_work work = frame_work_unbound();
    task_order_update(order, context, &work);
}

MEASURED measured_order_few_of_many(struct task_order *order, const struct column_context *context)
{
    struct frame_work work = frame_work_unbound();
    task_order_update(order, context, &work);
}

MEASURED measured_groups_new(struct task_groups *groups, const struct task_order *order,
                             const struct column_context *context)
{
    struct frame_work work = frame_work_unbound();
    task_groups_update(groups, order, context, &work);
}

MEASURED measured_groups_hundredth(struct task_groups *groups, const struct task_order *order,
                                   const struct column_context *context)
{
    struct frame_work work = frame_work_unbound();
    task_groups_update(groups, order, context, &work);
}

MEASURED measured_frame(struct app *app)
{
    struct line line;
    line_init(&line);
    for (int row = 0; row < ROWS; row++)
        app_draw_line(app, row, &line);
    line_finish(&line);
}

/* ---- around it --------------------------------------------------------------------------------
 */

/* The next answer of the service, a second later. */
static void receive(struct stage *s, size_t changed, unsigned round, unsigned tenths)
{
    free(s->body);
    s->now_ms += 1000;
    s->body = poll_list_body(&(struct poll_list){TASKS, changed, round, tenths}, &s->length);
}

static void settle(struct stage *s)
{
    merge(s);
    poll_work_publish(&s->poll, s->now_ms);
}

/* Time goes by: after a list with news the next one is expected to have some too. */
static void pass_on(struct stage *s, unsigned tenths)
{
    receive(s, 0, 0, tenths);
    parse(s);
    settle(s);
}

static void poll_lists(struct stage *s)
{
    receive(s, 0, 0, 0);
    measured_json_alone(s);
    measured_poll_new(s);
    measured_merge_new(s);
    poll_work_publish(&s->poll, s->now_ms);
    pass_on(s, 10);
    receive(s, 0, 0, 20);
    measured_poll_clocks(s);
    settle(s);
    parse(s); /* the first of those that are the same is still read */
    settle(s);
    measured_poll_same(s);
    measured_merge_same(s);
    poll_work_publish(&s->poll, s->now_ms);
    pass_on(s, 30);
}

static void change_few(struct stage *s)
{
    receive(s, TASKS / 100, 1, 40);
    measured_poll_hundredth(s);
    measured_merge_hundredth(s);
    measured_publish_hundredth(s);
}

static void change_many(struct stage *s)
{
    pass_on(s, 50);
    receive(s, TASKS / 3, 2, 60);
    measured_poll_third(s);
    settle(s);
}

static void show_lists(struct stage *s)
{
    struct task_order order;
    struct task_groups groups;
    struct app app;
    task_order_init(&order);
    task_groups_init(&groups);
    task_groups_by(&groups, GROUP_SQL);
    app_init(&app, snapshot_ref(s->poll.snapshot), false);
    app_tick(&app, s->now_ms, 1000);
    app_resize(&app, COLS, ROWS);
    struct column_context context = {s->poll.snapshot, s->now_ms, false};
    measured_filter(&order, &context);
    task_order_filter(&order, NULL, "");
    struct frame_work work = frame_work_unbound();
    task_order_update(&order, &context, &work);
    measured_groups_new(&groups, &order, &context);

    struct snapshot *before = snapshot_ref(s->poll.snapshot);
    change_few(s);
    context = (struct column_context){s->poll.snapshot, s->now_ms, false};
    measured_order_hundredth(&order, &context);
    measured_groups_hundredth(&groups, &order, &context);
    app_tick(&app, s->now_ms, 2000);
    app_take_snapshot(&app, snapshot_ref(s->poll.snapshot));
    measured_frame(&app);
    app_finish(&app);
    task_groups_finish(&groups);
    task_order_finish(&order);
    snapshot_unref(before);
}

static struct task *make_task(size_t at, size_t round)
{
    struct task_draft draft;
    char text[32];
    task_draft_init(&draft);
    snprintf(text, sizeof(text), "%zu", at);
    task_draft_set_text(&draft, TASK_ID, text);
    task_draft_set_text(&draft, TASK_TITLE, round > 0 ? "changed" : "as it was");
    draft.facts.state = at % 500 == 0 ? TASK_RUNNING : TASK_SUCCEEDED;
    draft.facts.created_ms = POLL_FIRST_MS - (int64_t)at * 100;
    draft.facts.ended_ms = draft.facts.created_ms + (int64_t)(at * 7919 % 60000 + round);
    draft.facts.observed_ms = POLL_FIRST_MS;
    struct task *task = task_create(&draft);
    task_draft_finish(&draft);
    return task;
}

/* What a few changes of a long list cost must not grow with the list. */
static void change_few_of_many(void)
{
    struct task_order order;
    struct store *store = store_create(1);
    struct frame_work work = frame_work_unbound();
    for (size_t i = 0; i < MANY; i++)
        store_put(store, make_task(i, 0), POLL_FIRST_MS);
    struct snapshot *before = store_snapshot(store, POLL_FIRST_MS);
    struct column_context context = {before, POLL_FIRST_MS, false};
    task_order_init(&order);
    task_order_update(&order, &context, &work);
    for (size_t i = 0; i < FEW; i++)
        store_put(store, make_task(i * (MANY / FEW) + i, 1), POLL_FIRST_MS);
    context.snapshot = store_snapshot(store, POLL_FIRST_MS);
    measured_order_few_of_many(&order, &context);
    task_order_finish(&order);
    snapshot_unref((struct snapshot *)context.snapshot);
    snapshot_unref(before);
    store_destroy(store);
}

int main(void)
{
    struct stage stage = {.now_ms = POLL_FIRST_MS};
    struct error err;
    setlocale(LC_ALL, "C.UTF-8");
    if (!poll_work_open(&stage.poll, &err))
        give_up(err.message);
    poll_lists(&stage);
    show_lists(&stage);
    change_many(&stage);
    change_few_of_many();
    poll_work_close(&stage.poll);
    free(stage.body);
    return 0;
}

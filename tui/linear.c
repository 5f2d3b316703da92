#include "linear.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "engine/engine.h"
#include "line.h"
#include "model/change.h"
#include "model/filter.h"

#define ORDER_BYTES    512
#define ARM_MS         60000
#define EXIT_INTERRUPT 130

struct linear {
    struct engine *engine;
    struct snapshot *snapshot; /* told already; NULL: nothing yet */
    struct snapshot *now;      /* being told */
    struct line line;
    struct filter *filter; /* NULL: all tasks */
    char typed[ORDER_BYTES];
    size_t typed_length;
    /* the question that waits for a yes */
    enum action_kind asked;
    uint16_t asked_source;
    char asked_id[LIMIT_ID_BYTES]; /* "": none */
    int64_t since_ms;              /* what has ended before is history */
    bool wants_quit;
};

static volatile sig_atomic_t is_interrupted;

static void note_interrupt(int signal_number)
{
    (void)signal_number;
    is_interrupted = 1;
}

/* ---- saying ------------------------------------------------------------------------------------
 */

/* Through a line of the screen: the last place that keeps control characters from the terminal. */
__attribute__((format(printf, 2, 3))) static void say(struct linear *l, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof(text), format, args);
    va_end(args);
    line_start(&l->line, LINE_MAX_COLS);
    line_put(&l->line, ROLE_TEXT, text);
    fwrite(l->line.text.data, 1, l->line.text.len, stdout);
    putchar('\n');
    fflush(stdout);
}

static void say_task(struct linear *l, const struct snapshot *s, const struct task *task)
{
    char now[TIMEFMT_BYTES], elapsed[TIMEFMT_BYTES];
    int64_t now_ms = engine_now_ms(l->engine);
    const char *message = task->state == TASK_FAILED ? task_text(task, TASK_MESSAGE) : NULL;
    say(l, "%s %s: %.200s, %.60s, %s, %s, id %.*s%s%.300s", format_local(now, now_ms, now_ms),
        task_states[snapshot_shown_state(s, task)].name, task_text_or_dash(task, TASK_TITLE),
        task_text_or_dash(task, TASK_USER), s->sources[task->source].profile,
        format_duration(elapsed, task_elapsed_at(task, now_ms)), 12,
        task_text_or_dash(task, TASK_ID), message != NULL ? ": " : "",
        message != NULL ? message : "");
}

static bool is_shown(const struct linear *l, const struct snapshot *s, const struct task *task)
{
    struct column_context context = {s, engine_now_ms(l->engine), false};
    return l->filter == NULL || filter_matches(l->filter, task, &context);
}

static size_t say_all(struct linear *l, bool is_alive_only)
{
    size_t count = 0;
    for (size_t slot = 0; slot < snapshot_slots(l->now); slot++) {
        const struct task *task = snapshot_task_at(l->now, slot);
        if (task == NULL || (is_alive_only && !task_is_alive(task)) || !is_shown(l, l->now, task))
            continue;
        say_task(l, l->now, task);
        count++;
    }
    return count;
}

/* ---- what has changed --------------------------------------------------------------------------
 */

static void tell_change(void *context, const struct change *change)
{
    struct linear *l = context;
    if (change->kind != CHANGE_GONE && change_is_news(change, l->since_ms) &&
        is_shown(l, l->now, change->task))
        say_task(l, l->now, change->task);
}

static void tell_sources(struct linear *l)
{
    for (size_t i = 0; i < l->now->source_count; i++) {
        const struct source_status *now = &l->now->sources[i];
        bool is_known = l->snapshot != NULL && i < l->snapshot->source_count;
        if (is_known && l->snapshot->sources[i].state == now->state)
            continue;
        say(l, "%s: %s%s%.300s", now->profile, source_state_name(now->state),
            now->error.code != ERR_NONE ? ", " : "",
            now->error.code != ERR_NONE ? now->error.message : "");
    }
}

static void tell_actions(struct linear *l)
{
    for (size_t i = 0; i < l->now->action_count; i++) {
        const struct action_record *now = &l->now->actions[i];
        const struct action_record *before =
            l->snapshot != NULL ? snapshot_action(l->snapshot, now->id) : NULL;
        char words[240];
        if (before != NULL && before->state == now->state)
            continue;
        action_format(now, engine_now_ms(l->engine), words, sizeof(words));
        say(l, "%s: %s", words, now->task_title[0] != '\0' ? now->task_title : now->task_id);
    }
}

static void look(struct linear *l)
{
    l->now = engine_snapshot(l->engine);
    if (l->snapshot == NULL || l->snapshot->generation != l->now->generation) {
        tell_sources(l);
        change_each(l->snapshot, l->now, tell_change, l);
        tell_actions(l);
    }
    snapshot_unref(l->snapshot);
    l->snapshot = l->now;
}

/* ---- orders ------------------------------------------------------------------------------------
 */

/* By the beginning of its id; NULL and a word when none or several have it. */
static const struct task *find_task(struct linear *l, const char *id)
{
    const struct task *found = NULL;
    for (size_t slot = 0; id[0] != '\0' && slot < snapshot_slots(l->now); slot++) {
        const struct task *task = snapshot_task_at(l->now, slot);
        if (task == NULL || strncmp(task_text_or_dash(task, TASK_ID), id, strlen(id)) != 0)
            continue;
        if (found != NULL) {
            say(l, "Several tasks begin with %s; give more of the id.", id);
            return NULL;
        }
        found = task;
    }
    if (found == NULL)
        say(l, "There is no task %s; list tells their ids.", id);
    return found;
}

static void ask(struct linear *l, enum action_kind kind, const char *id)
{
    const struct task *task = find_task(l, id);
    if (task == NULL)
        return;
    say_task(l, l->now, task);
    say(l, "%s this task? Type yes to do it, anything else leaves it.",
        kind == ACTION_CANCEL ? "Cancel" : "Retry");
    l->asked = kind;
    l->asked_source = task->source;
    snprintf(l->asked_id, sizeof(l->asked_id), "%s", task_text_or_dash(task, TASK_ID));
}

static void answer(struct linear *l, const char *word)
{
    struct error err = {0};
    uint64_t action_id;
    bool is_armed = l->now->sources[l->asked_source].mode == MODE_ARMED;
    if (strcmp(word, "yes") != 0)
        say(l, "Nothing was done.");
    else if ((is_armed && !engine_arm(l->engine, l->asked_source, ARM_MS, &err)) ||
             !engine_act(l->engine, l->asked, l->asked_source, l->asked_id, &action_id, &err))
        say(l, "%s", err.message);
    l->asked_id[0] = '\0';
}

static void do_cancel(struct linear *l, const char *operand)
{
    ask(l, ACTION_CANCEL, operand);
}

static void do_retry(struct linear *l, const char *operand)
{
    ask(l, ACTION_RETRY, operand);
}

static void do_filter(struct linear *l, const char *operand)
{
    struct error err = {0};
    struct filter *filter = filter_parse(operand, &err, NULL);
    if (filter == NULL) {
        say(l, "%s", err.message);
        return;
    }
    filter_destroy(l->filter);
    l->filter = filter;
    say(l, operand[0] != '\0' ? "Only tasks that match are told." : "All tasks are told.");
}

static void do_list(struct linear *l, const char *operand)
{
    bool is_all = strcmp(operand, "all") == 0;
    if (say_all(l, !is_all) == 0)
        say(l, is_all ? "No tasks." : "No task is running or queued.");
}

static void do_quit(struct linear *l, const char *operand)
{
    (void)operand;
    l->wants_quit = true;
}

static void do_help(struct linear *l, const char *operand);

static const struct {
    const char *name;
    const char *operand;
    const char *help;
    void (*run)(struct linear *l, const char *operand);
} orders[] = {
    {"list", " [all]", "the tasks that run or wait; all: the ended ones too", do_list},
    {"filter", " EXPR", "tell only of tasks that match, such as user=me; alone: of all", do_filter},
    {"cancel", " ID", "cancel a task; asks first", do_cancel},
    {"retry", " ID", "run its query again; asks first", do_retry},
    {"help", "", "this text", do_help},
    {"quit", "", "leave; the tasks go on without you", do_quit},
};
#define ORDER_COUNT (sizeof(orders) / sizeof(orders[0]))

static void do_help(struct linear *l, const char *operand)
{
    (void)operand;
    for (size_t i = 0; i < ORDER_COUNT; i++)
        say(l, "%s%s: %s", orders[i].name, orders[i].operand, orders[i].help);
}

static void obey(struct linear *l, char *text)
{
    size_t length = strcspn(text, " \t");
    const char *operand = text + length + strspn(text + length, " \t");
    if (l->asked_id[0] != '\0') {
        answer(l, text);
        return;
    }
    for (size_t i = 0; length > 0 && i < ORDER_COUNT; i++) {
        if (strlen(orders[i].name) == length && strncmp(orders[i].name, text, length) == 0) {
            orders[i].run(l, operand);
            return;
        }
    }
    if (length > 0)
        say(l, "There is no order %.*s; help lists them.", (int)length, text);
}

/* False: there will be no more. */
static bool read_orders(struct linear *l)
{
    ssize_t count =
        read(STDIN_FILENO, l->typed + l->typed_length, sizeof(l->typed) - 1 - l->typed_length);
    if (count <= 0)
        return count < 0 && errno == EINTR;
    l->typed_length += (size_t)count;
    l->typed[l->typed_length] = '\0';
    /* There may be a NUL among them: an order ends there, the reading of orders does not. */
    for (char *end; !l->wants_quit && (end = memchr(l->typed, '\n', l->typed_length)) != NULL;) {
        *end = '\0';
        l->now = l->snapshot;
        obey(l, l->typed);
        l->typed_length -= (size_t)(end + 1 - l->typed);
        memmove(l->typed, end + 1, l->typed_length + 1);
    }
    if (l->typed_length == sizeof(l->typed) - 1) /* no order is that long */
        l->typed_length = 0;
    return true;
}

/* ---- the loop ----------------------------------------------------------------------------------
 */

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_interrupt, .sa_flags = SA_RESETHAND};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void run(struct linear *l)
{
    struct pollfd fds[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                           {.fd = engine_wake_fd(l->engine), .events = POLLIN}};
    say(l, "querytop, as lines: one per change. help lists the orders, quit leaves.");
    while (!l->wants_quit && !is_interrupted && !ferror(stdout)) {
        look(l);
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            return;
        if (fds[0].revents != 0 && !read_orders(l))
            return;
    }
}

static struct engine *start(struct config *config, const struct tui_options *options,
                            struct error *err)
{
    if (options != NULL && options->replay_path != NULL)
        return engine_start_replay(options->replay_path, err);
    if (options != NULL && options->prepare != NULL &&
        !options->prepare(options->context, config, err))
        return NULL;
    return engine_start(config, err);
}

int linear_run(struct config *config, const struct tui_options *options)
{
    struct error err = {0};
    struct linear l = {.engine = start(config, options, &err)};
    if (l.engine == NULL) {
        fprintf(stderr, "querytop: %s\n", err.message);
        return error_exit_code(err.code);
    }
    l.since_ms = engine_now_ms(l.engine);
    catch_signals();
    line_init(&l.line);
    run(&l);
    line_finish(&l.line);
    filter_destroy(l.filter);
    snapshot_unref(l.snapshot);
    engine_stop(l.engine);
    return is_interrupted ? EXIT_INTERRUPT : 0;
}

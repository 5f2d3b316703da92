#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "input.h"
#include "outlet.h"
#include "screen.h"

static volatile sig_atomic_t has_new_size;
static volatile sig_atomic_t has_stop_wish;
static volatile sig_atomic_t ending_signal;

static const int ending_signals[] = {SIGTERM, SIGHUP, SIGINT, SIGQUIT};

static void on_resize(int signal_number)
{
    (void)signal_number;
    has_new_size = 1;
}

static void on_stop(int signal_number)
{
    (void)signal_number;
    has_stop_wish = 1;
}

static void on_end(int signal_number)
{
    ending_signal = signal_number;
}

static void fill_set(sigset_t *set)
{
    sigemptyset(set);
    sigaddset(set, SIGWINCH);
    sigaddset(set, SIGTSTP);
    for (size_t i = 0; i < sizeof(ending_signals) / sizeof(ending_signals[0]); i++)
        sigaddset(set, ending_signals[i]);
}

void loop_block_signals(void)
{
    sigset_t set;
    fill_set(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

static void catch_signal(int signal_number, void (*handler)(int))
{
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(signal_number, &action, NULL);
}

void loop_catch_signals(void)
{
    catch_signal(SIGWINCH, on_resize);
    catch_signal(SIGTSTP, on_stop);
    for (size_t i = 0; i < sizeof(ending_signals) / sizeof(ending_signals[0]); i++)
        catch_signal(ending_signals[i], on_end);
}

/* ---- one turn ----------------------------------------------------------------------------------
 */

static void take_new_size(struct app *app)
{
    int cols;
    int rows;
    has_new_size = 0;
    screen_resize();
    screen_size(&cols, &rows);
    app_resize(app, cols, rows);
}

/* Gives the terminal to the shell until somebody says fg. */
static void stop_for_a_while(struct app *app)
{
    sigset_t only_stop;
    has_stop_wish = 0;
    app->wants_suspend = false;
    screen_suspend();
    catch_signal(SIGTSTP, SIG_DFL);
    sigemptyset(&only_stop);
    sigaddset(&only_stop, SIGTSTP);
    pthread_sigmask(SIG_UNBLOCK, &only_stop, NULL);
    kill(0, SIGTSTP);
    pthread_sigmask(SIG_BLOCK, &only_stop, NULL);
    catch_signal(SIGTSTP, on_stop);
    screen_resume();
    take_new_size(app);
    app->wants_redraw = true;
}

/* Gives the terminal to another program until it ends. */
static void show_elsewhere(struct app *app)
{
    struct error err = {0};
    screen_suspend();
    bool is_shown =
        external_show(app->show.kind, app->show.name, app->show.text, app->show.length, &err);
    free(app->show.text);
    app->show.text = NULL;
    screen_resume();
    take_new_size(app);
    app->wants_redraw = true;
    if (!is_shown)
        app_say(app, ROLE_WARNING, "%s", err.message);
}

static void take_keys(struct app *app)
{
    struct mouse mouse;
    for (uint32_t key = input_take(&mouse); key != UI_KEY_NONE; key = input_take(&mouse)) {
        if (key == UI_KEY_MOUSE)
            app_mouse(app, &mouse);
        else
            app_key(app, key);
    }
}

/* What the keys or the start have switched. */
static void follow_mouse(struct app *app)
{
    if (screen_tell_mouse(app->has_mouse))
        return;
    app->has_mouse = false;
    app_say(app, ROLE_WARNING, "This terminal does not tell of a mouse.");
}

/* Every turn, not only when the descriptor calls: commands read snapshots too. */
static void take_snapshot(struct app *app)
{
    if (app->engine == NULL)
        return;
    struct snapshot *snapshot = engine_snapshot(app->engine);
    bool is_new = snapshot->source_count > 0 && snapshot->generation != app->snapshot->generation;
    if (is_new)
        app_take_snapshot(app, snapshot);
    else
        snapshot_unref(snapshot);
}

/* Nothing for a terminal that is behind: it gets the newest frame when it has caught up. */
static void paint(struct app *app)
{
    int x = -1;
    int y = 0;
    if (outlet_wait_ms() > 0)
        return;
    screen_begin(app->wants_redraw);
    for (int row = 0; row < app->rows; row++) {
        app_draw_line(app, row, &app->row);
        screen_paint(row, &app->row);
    }
    if (!app_cursor(app, &x, &y))
        x = -1;
    screen_send(app->to_terminal.data, app->to_terminal.len);
    screen_end(x, y);
    strbuf_clear(&app->to_terminal);
    app->wants_redraw = false;
}

/* The wall clock of what is shown. */
static int64_t shown_ms(const struct app *app)
{
    return app->engine != NULL ? engine_now_ms(app->engine) : clock_wall_ms();
}

void loop_draw(struct app *app)
{
    app_tick(app, shown_ms(app), clock_mono_ms());
    take_snapshot(app);
    paint(app);
}

/* -1: until something happens. */
static int time_to_wait_ms(const struct app *app)
{
    int tick_ms = app_next_tick_ms(app, shown_ms(app), clock_mono_ms());
    int late_ms = (int)outlet_wait_ms();
    return late_ms > 0 && (tick_ms < 0 || late_ms < tick_ms) ? late_ms : tick_ms;
}

/* Sleeps until something happens; lets go of old data when nothing waits. Returns false when the
 * terminal is gone. */
static bool wait_for_more(struct app *app, const struct starter *starter)
{
    struct pollfd fds[] = {
        {.fd = STDIN_FILENO, .events = POLLIN},
        {.fd = app->engine != NULL ? engine_wake_fd(app->engine) : -1, .events = POLLIN},
        {.fd = starter != NULL ? starter_fd(starter) : -1, .events = POLLIN},
        {.fd = outlet_fd(), .events = POLLOUT},
    };
    sigset_t open_for_all;
    sigemptyset(&open_for_all);
    if (app->retired != NULL && poll(fds, 2, 0) == 0)
        app_let_go(app);
    int wait_ms = time_to_wait_ms(app);
    struct timespec timeout = {wait_ms / 1000, (wait_ms % 1000) * 1000000L};
    if (ppoll(fds, sizeof(fds) / sizeof(fds[0]), wait_ms < 0 ? NULL : &timeout, &open_for_all) < 0)
        return errno == EINTR;
    return !(fds[0].revents & (POLLERR | POLLNVAL)) &&
           !(fds[0].revents & POLLHUP && !(fds[0].revents & POLLIN));
}

static void take_engine(struct app *app, struct starter **starter, struct error *err)
{
    if (*starter == NULL || !starter_is_done(*starter))
        return;
    app->engine = starter_take(*starter, err);
    *starter = NULL;
    app->wants_quit = app->engine == NULL;
}

int loop_run(struct app *app, struct starter **starter, struct error *err)
{
    while (!app->wants_quit && ending_signal == 0) {
        follow_mouse(app);
        loop_draw(app);
        if (!wait_for_more(app, *starter))
            return SIGHUP;
        outlet_flush();
        take_engine(app, starter, err);
        if (has_new_size)
            take_new_size(app);
        app->now_ms = shown_ms(app); /* what else app_tick() does can wait until after the keys */
        take_keys(app);
        app_look_after_browser(app);
        external_look_after(&app->helpers);
        if (app->show.text != NULL)
            show_elsewhere(app);
        if (app->wants_suspend || has_stop_wish)
            stop_for_a_while(app);
    }
    return ending_signal;
}

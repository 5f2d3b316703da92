#include "rescue.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "outlet.h"

#define BYTES_MAX    256
#define STACK_BYTES  (64 * 1024)
#define PATIENCE_MS  500
#define REFUSALS_MAX 2

static struct {
    struct termios modes;
    bool has_modes;
    char bytes[BYTES_MAX];
    size_t count;
    atomic_bool is_armed;
} rescue;

static char crash_stack[STACK_BYTES];

void rescue_remember_modes(void)
{
    rescue.has_modes = tcgetattr(STDOUT_FILENO, &rescue.modes) == 0;
}

void rescue_prepare(const char *bytes, size_t count)
{
    rescue.count = count < BYTES_MAX ? count : BYTES_MAX;
    memcpy(rescue.bytes, bytes, rescue.count);
}

void rescue_arm(void)
{
    atomic_store(&rescue.is_armed, true);
}

void rescue_disarm(void)
{
    atomic_store(&rescue.is_armed, false);
}

/* The other threads go on until the end: what they draw now goes nowhere. */
static int take_terminal(void)
{
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    int terminal = nowhere >= 0 ? outlet_take(nowhere) : -1;
    if (terminal < 0)
        terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (terminal >= 0 && nowhere >= 0)
        dup2(nowhere, STDOUT_FILENO);
    return terminal >= 0 ? terminal : STDOUT_FILENO;
}

/* Nobody reads it: what it was sent before is dropped, and what was cut off by that is cancelled.
 */
static void make_room(int terminal)
{
    struct pollfd room = {.fd = terminal, .events = POLLOUT};
    if (poll(&room, 1, PATIENCE_MS) > 0)
        return;
    tcflush(terminal, TCOFLUSH);
    ssize_t ignored = write(terminal, OUTLET_CANCEL, strlen(OUTLET_CANCEL));
    (void)ignored;
}

/* A terminal that stands still must not hold up the end. */
static void send_farewell(int terminal)
{
    int refusals = 0;
    for (size_t at = 0; at < rescue.count;) {
        ssize_t written = write(terminal, rescue.bytes + at, rescue.count - at);
        if (written > 0)
            at += (size_t)written;
        else if (written < 0 && errno == EAGAIN && refusals++ < REFUSALS_MAX)
            make_room(terminal);
        else if (written == 0 || errno != EINTR)
            break; /* the terminal is gone */
    }
}

void rescue_now(void)
{
    if (!atomic_exchange(&rescue.is_armed, false))
        return;
    int terminal = take_terminal();
    send_farewell(terminal);
    if (rescue.has_modes)
        tcsetattr(terminal, TCSANOW, &rescue.modes);
}

/* A fault happens again on return, then with the default answer: the core shows where it was. */
static void on_crash(int signal_number)
{
    static atomic_flag is_dying = ATOMIC_FLAG_INIT;
    if (atomic_flag_test_and_set(&is_dying))
        for (;;)
            pause(); /* another thread is at it, and ends us all */
    rescue_now();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void rescue_catch_crashes(void)
{
    static const int signals[] = {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
    const stack_t stack = {.ss_sp = crash_stack, .ss_size = sizeof(crash_stack)};
    stack_t present;
    struct sigaction action = {.sa_handler = on_crash, .sa_flags = SA_ONSTACK};
    if (sigaltstack(NULL, &present) == 0 && present.ss_flags & SS_DISABLE)
        sigaltstack(&stack, NULL); /* a sanitizer brings its own */
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        sigaction(signals[i], &action, NULL);
}

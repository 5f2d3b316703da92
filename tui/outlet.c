#include "outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/strbuf.h"
#include "pace.h"

#define FRAME_MAX_BYTES (64 * LIMIT_MIB)
#define SETTLE_MS       150
#define SYNC_QUESTION   "\033[?2026$p" /* DECRQM */
#define PATH_BYTES      256

static struct {
    FILE *stream; /* of curses; its descriptor is the terminal's, or the memory's amid a frame */
    int memory;   /* -1: there is none, and curses writes as it does */
    int terminal; /* a description of our own, which is written to without waiting */
    struct strbuf bytes; /* to be written */
    size_t written;      /* of them */
    struct pace pace;
    struct outlet_options options;
} outlet = {.memory = -1, .terminal = -1};

/* Not to be confused with O_NONBLOCK on a descriptor that the shell has too. */
static int open_own(void)
{
    char path[PATH_BYTES];
    int own = -1;
    if (ttyname_r(STDOUT_FILENO, path, sizeof(path)) == 0)
        own = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    return own >= 0 ? own : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
}

/* Memory has no more room than a file may have (ulimit -f). */
static int open_memory(void)
{
    struct rlimit room;
    bool is_small = getrlimit(RLIMIT_FSIZE, &room) == 0 && room.rlim_cur < FRAME_MAX_BYTES;
    return is_small ? -1 : memfd_create("frame", MFD_CLOEXEC);
}

FILE *outlet_open(const struct outlet_options *options, struct error *err)
{
    outlet.options = *options;
    int terminal = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    outlet.memory = open_memory();
    outlet.terminal = open_own();
    outlet.stream = terminal >= 0 ? fdopen(terminal, "w") : NULL;
    strbuf_init(&outlet.bytes, FRAME_MAX_BYTES);
    if (outlet.stream != NULL && outlet.terminal >= 0)
        return outlet.stream;
    error_set(err, ERR_USAGE, "the terminal can not be opened: %s", strerror(errno));
    if (outlet.stream == NULL && terminal >= 0)
        close(terminal);
    outlet_close();
    return NULL;
}

void outlet_close(void)
{
    if (outlet.stream != NULL)
        fclose(outlet.stream);
    if (outlet.memory >= 0)
        close(outlet.memory);
    if (outlet.terminal >= 0)
        close(outlet.terminal);
    strbuf_finish(&outlet.bytes);
    outlet.stream = NULL;
    outlet.memory = outlet.terminal = -1;
    outlet.written = 0;
    outlet.pace = (struct pace){0};
}

int outlet_take(int nowhere)
{
    if (outlet.terminal < 0)
        return -1;
    int terminal = fcntl(outlet.terminal, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    dup2(nowhere, outlet.terminal);
    if (outlet.stream != NULL)
        dup2(nowhere, fileno(outlet.stream));
    return terminal;
}

/* ---- a frame --------------------------------------------------------------------------------- */

void outlet_add(const char *bytes, size_t count)
{
    strbuf_add(&outlet.bytes, bytes, count);
}

static void point_stream_at(int fd)
{
    while (dup3(fd, fileno(outlet.stream), O_CLOEXEC) < 0 && errno == EINTR)
        ;
}

void outlet_begin(void)
{
    if (outlet.memory >= 0)
        point_stream_at(outlet.memory);
}

/* Takes what is in memory, which is empty then. */
static void take_frame(size_t count)
{
    struct strbuf *bytes = &outlet.bytes;
    strbuf_reserve(bytes, count);
    while (count > 0) {
        char part[4096];
        ssize_t got = read(outlet.memory, part, count < sizeof(part) ? count : sizeof(part));
        if (got <= 0)
            break;
        strbuf_add(bytes, part, (size_t)got);
        count -= (size_t)got;
    }
    lseek(outlet.memory, 0, SEEK_SET);
}

void outlet_end(void)
{
    if (outlet.memory < 0)
        return;
    point_stream_at(STDOUT_FILENO);
    off_t count = lseek(outlet.memory, 0, SEEK_CUR);
    if (count <= 0)
        return;
    lseek(outlet.memory, 0, SEEK_SET);
    strbuf_add_text(&outlet.bytes, outlet.options.has_sync ? OUTLET_MARK_BEGIN : "");
    take_frame((size_t)count);
    strbuf_add_text(&outlet.bytes, outlet.options.has_sync ? OUTLET_MARK_END : "");
}

void outlet_flush(void)
{
    struct strbuf *bytes = &outlet.bytes;
    if (bytes->len == 0)
        return;
    ssize_t count;
    do
        count = write(outlet.terminal, bytes->data + outlet.written, bytes->len - outlet.written);
    while (count < 0 && errno == EINTR);
    if (count > 0)
        outlet.written += (size_t)count;
    /* A terminal that is gone takes nothing any more: the loop learns that from its input. */
    bool is_over = outlet.written == bytes->len || (count < 0 && errno != EAGAIN);
    if (!is_over)
        return;
    strbuf_clear(bytes);
    outlet.written = 0;
}

static void add_questions(void)
{
    if (!pace_note_frame(&outlet.pace, outlet.bytes.len, clock_mono_ms()))
        return;
    if (outlet.options.asks_sync)
        strbuf_add_text(&outlet.bytes, SYNC_QUESTION);
    strbuf_add_text(&outlet.bytes, PACE_QUESTION);
    outlet.options.asks_sync = false;
}

void outlet_send(void)
{
    if (outlet.bytes.len == 0)
        return;
    if (outlet.options.can_tell)
        add_questions();
    outlet_flush();
}

/* ---- a terminal that is behind --------------------------------------------------------------- */

void outlet_note_answer(void)
{
    pace_note_answer(&outlet.pace);
}

void outlet_note_sync(void)
{
    outlet.options.has_sync = true;
}

int64_t outlet_wait_ms(void)
{
    return outlet.bytes.len > 0 ? PACE_PATIENCE_MS : pace_wait_ms(&outlet.pace, clock_mono_ms());
}

int outlet_fd(void)
{
    return outlet.bytes.len > 0 ? outlet.terminal : -1;
}

/* Nobody reads it: whoever writes to it waits, perhaps for ever. */
static bool is_clogged(void)
{
    struct pollfd room = {.fd = outlet.terminal, .events = POLLOUT};
    return outlet.bytes.len > 0 || poll(&room, 1, SETTLE_MS) == 0;
}

void outlet_settle(void)
{
    struct pollfd answer = {.fd = STDIN_FILENO, .events = POLLIN};
    bool is_answered = outlet.pace.is_asked && poll(&answer, 1, SETTLE_MS) > 0;
    if (is_answered)
        tcflush(STDIN_FILENO, TCIFLUSH);
    if ((outlet.pace.is_asked && !is_answered) || is_clogged()) {
        tcflush(STDOUT_FILENO, TCOFLUSH);
        strbuf_clear(&outlet.bytes);
        outlet.written = 0;
        outlet_add(OUTLET_CANCEL, strlen(OUTLET_CANCEL));
        outlet_flush();
    }
    outlet.pace = (struct pace){0};
}

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sanitize.h"
#include "base/strbuf.h"
#include "base/timefmt.h"

#define LINE_BYTES 4096

/* Set before threads start, only read afterwards. */
static int log_fd = -1;
static enum log_level log_max_level;
/* A disk without room has cut the last line short. */
static atomic_bool is_line_open;

static const char *const level_names[] = {
    [LOG_LEVEL_ERROR] = "error",
    [LOG_LEVEL_WARN] = "warn",
    [LOG_LEVEL_INFO] = "info",
    [LOG_LEVEL_DEBUG] = "debug",
};

bool log_open(const char *path, enum log_level level, struct error *err)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        char shown[256];
        return error_set(err, ERR_CONFIG, "cannot write the log file %s: %s; name another file",
                         sanitize_line(shown, sizeof(shown), path), strerror(errno));
    }
    log_close();
    log_fd = fd;
    log_max_level = level;
    return true;
}

void log_close(void)
{
    if (log_fd >= 0)
        close(log_fd);
    log_fd = -1;
}

void log_write(enum log_level level, const char *area, const char *format, ...)
{
    if (log_fd < 0 || level > log_max_level)
        return;
    struct strbuf raw;
    strbuf_init(&raw, LINE_BYTES);
    va_list args;
    va_start(args, format);
    strbuf_vaddf(&raw, format, args);
    va_end(args);

    char time[TIMEFMT_BYTES];
    struct strbuf line;
    strbuf_init(&line, LINE_BYTES);
    if (atomic_exchange(&is_line_open, false))
        strbuf_add_char(&line, '\n');
    strbuf_addf(&line, "%s %-5s %s: ", format_utc(time, clock_wall_ms()), level_names[level], area);
    line.max--; /* the newline's place */
    sanitize(&line, raw.data, raw.len, SANITIZE_LINE);
    line.max++;
    strbuf_add_char(&line, '\n');
    ssize_t written = write(log_fd, line.data, line.len); /* nobody to tell when it is not */
    if (written > 0 && written < (ssize_t)line.len)
        atomic_store(&is_line_open, true);
    strbuf_finish(&line);
    strbuf_finish(&raw);
}

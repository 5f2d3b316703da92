#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
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
    strbuf_addf(&line, "%s %-5s %s: ", format_utc(time, clock_wall_ms()), level_names[level], area);
    line.max--; /* the newline's place */
    sanitize(&line, raw.data, raw.len, SANITIZE_LINE);
    line.max++;
    strbuf_add_char(&line, '\n');
    ssize_t ignored = write(log_fd, line.data, line.len);
    (void)ignored; /* nobody to tell */
    strbuf_finish(&line);
    strbuf_finish(&raw);
}

/* log.h - the log file, for when something has to be found out afterwards.
 *
 * Off unless a file was opened: the screen belongs to the UI and stderr to the user. One line per
 * call with UTC time and level; text is sanitised here, so that a log can be shown with cat.
 * Never log a secret, a token or a whole body. Any thread; a line is written by one write(2).
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* Appends to path, made with mode 0600. Call before threads start. */
bool log_open(const char *path, enum log_level level, struct error *err);
void log_close(void);
void log_write(enum log_level level, const char *area, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#define log_error(area, ...) log_write(LOG_LEVEL_ERROR, area, __VA_ARGS__)
#define log_warn(area, ...)  log_write(LOG_LEVEL_WARN, area, __VA_ARGS__)
#define log_info(area, ...)  log_write(LOG_LEVEL_INFO, area, __VA_ARGS__)
#define log_debug(area, ...) log_write(LOG_LEVEL_DEBUG, area, __VA_ARGS__)

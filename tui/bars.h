/* bars.h - the lines around the panes: profiles and totals above, message and keys below. Pure. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "line.h"

struct app;
struct source_status;

void header_draw(struct app *app, struct line *line);
/* How a profile is doing, in words: "ok", "stale 14s, retry in 3s", "login refused" ... */
void header_source_words(const struct source_status *source, int64_t now_ms, struct line *line);
/* True while something in the header moves with the clock. */
bool header_is_ticking(const struct app *app);

/* The prompt while one is open, the message otherwise. Sets app->prompt_cursor_col. */
void message_draw(struct app *app, struct line *line);
/* "2s", "500ms": an interval that somebody chose. */
#define INTERVAL_BYTES 24
char *format_interval(char out[INTERVAL_BYTES], int64_t interval_ms);
void footer_draw(const struct app *app, struct line *line);

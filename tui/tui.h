/* tui.h - the dashboard: everything that draws and reads keys. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "engine/config.h"

struct tui_options {
    /* Called once, by a thread of its own, after the first frame is on the screen and before the
     * engine starts: what is slow to start (the embedded service of the demo) belongs here. May
     * fill in the config. NULL: nothing to prepare. */
    bool (*prepare)(void *context, struct config *config, struct error *err);
    void *context;
    const char *replay_path; /* a recording to show, in place of the services; NULL */
    double replay_speed;     /* 0: as it happened */
    bool has_mouse;          /* else as it was kept */
};

/* Runs until the user quits. Returns the exit code; the terminal is restored on every way out. */
int tui_run(struct config *config, const struct tui_options *options);

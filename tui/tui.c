#include "tui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app.h"
#include "base/utf8.h"
#include "engine/state_file.h"
#include "loop.h"
#include "screen.h"
#include "starter.h"

#define EXIT_BY_SIGNAL 128

/* What is known before anything was asked: the profiles' names. */
static struct snapshot *first_snapshot(const struct config *config)
{
    struct snapshot *s = snapshot_create(0, config->profile_count, 0, 0, 0);
    for (size_t i = 0; i < config->profile_count; i++) {
        struct source_status *source = &s->sources[i];
        const struct profile *profile = &config->profiles[i];
        snprintf(source->profile, sizeof(source->profile), "%s", profile->name);
        snprintf(source->provider, sizeof(source->provider), "%s", profile->provider);
        source->mode = profile->mode;
        source->verify_tls = profile->verify_tls;
        source->state = SOURCE_STARTING;
        source->interval_ms = profile->poll_ms;
        source->latency_ms = UNKNOWN;
        source->data_ms = UNKNOWN;
        source->next_try_ms = UNKNOWN;
        source->armed_until_ms = UNKNOWN;
        source->stale_at_ms = UNKNOWN;
    }
    return s;
}

static int fail(const struct error *err)
{
    fprintf(stderr, "querytop: %s\n", err->message);
    return error_exit_code(err->code);
}

int tui_run(struct config *config, const struct tui_options *options)
{
    struct app app;
    struct error err = {0};
    char remark[160];
    int cols;
    int rows;
    loop_block_signals();
    loop_catch_signals();
    if (!screen_start(&err, remark, sizeof(remark)))
        return fail(&err);
    app_init(&app, first_snapshot(config), !utf8_is_locale());
    if (!settings_open(&app.settings, state_file_path("dashboard.ini"), &err))
        app_say(&app, ROLE_WARNING, "%s; nothing is remembered", err.message);
    app.has_mouse = options != NULL && options->has_mouse;
    app_recall_mouse(&app);
    app_recall_look(&app);
    if (remark[0] != '\0')
        app_say(&app, ROLE_WARNING, "%s", remark);
    error_clear(&err);
    app.clipboard = clipboard_way(getenv("TERM"), getenv("TMUX"), getenv("STY"));
    app.notification = notification_kind(getenv("TERM"), getenv("VTE_VERSION"));
    app.rules = config->rules;
    app.rule_count = config->rule_count;
    screen_size(&cols, &rows);
    app_resize(&app, cols, rows);
    loop_draw(&app);

    /* The first frame is on the screen: now what takes time. */
    struct starter *starter = starter_start(config, options, &err);
    int ended_by = starter != NULL ? loop_run(&app, &starter, &err) : 0;
    screen_stop();
    if (starter != NULL && starter_is_done(starter)) {
        app.engine = starter_take(starter, &err);
        starter = NULL;
    }
    if (starter != NULL) { /* quit while something hangs: nobody waits for that */
        starter_abandon(starter);
        _exit(ended_by != 0 ? EXIT_BY_SIGNAL + ended_by : 0);
    }
    engine_stop(app.engine);
    app_finish(&app);
    if (err.code != ERR_NONE)
        return fail(&err);
    return ended_by != 0 ? EXIT_BY_SIGNAL + ended_by : 0;
}

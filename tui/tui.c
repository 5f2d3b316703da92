#include "tui.h"

#include <stdio.h>
#include <string.h>

#include "app.h"
#include "base/utf8.h"
#include "loop.h"
#include "screen.h"

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

/* The first frame is on the screen: now what takes time. */
static bool start_engine(struct app *app, struct config *config, const struct tui_options *options,
                         struct error *err)
{
    if (options != NULL && options->prepare != NULL &&
        !options->prepare(options->context, config, err))
        return false;
    app->engine = engine_start(config, err);
    return app->engine != NULL;
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
    if (!screen_start(&err, remark, sizeof(remark)))
        return fail(&err);
    loop_catch_signals();
    app_init(&app, first_snapshot(config), !utf8_is_locale());
    if (remark[0] != '\0')
        app_say(&app, ROLE_WARNING, "%s", remark);
    screen_size(&cols, &rows);
    app_resize(&app, cols, rows);
    loop_draw(&app);

    bool has_started = start_engine(&app, config, options, &err);
    int ended_by = has_started ? loop_run(&app) : 0;
    screen_stop();
    engine_stop(app.engine);
    app_finish(&app);
    if (!has_started)
        return fail(&err);
    return ended_by != 0 ? EXIT_BY_SIGNAL + ended_by : 0;
}

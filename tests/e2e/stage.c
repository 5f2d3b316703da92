#include "e2e/stage.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

const char *const stage_idle[] = {"--tasks", "0", "--rate", "0", NULL};
const char *const stage_queue[] = {"--tasks", "0",         "--rate", "0", "--active",
                                   "5",       "--workers", "0",      NULL};
const char *const stage_slow[] = {"--tasks", "0", "--rate", "0", "--speed", "1000000", NULL};
const char *const stage_history[] = {"--tasks", "0",      "--rate", "0",         "--active",
                                     "14",      "--seed", "7",      "--workers", "2",
                                     "--speed", "1",      NULL};
const char *const stage_frozen[] = {STAGE_FROZEN, NULL};

void stage_open_term(struct stage *stage, const struct stage_options *options)
{
    const char *const names[] = {"shop", NULL};
    const char *config = service_config(stage->service, names, options->settings);
    const char *const argv[] = {TEST_QUERYTOP, "--config", config, NULL};
    stage->term = term_start(&(struct term_options){
        .argv = argv, .env = options->env, .rows = options->rows, .cols = options->cols});
}

void stage_open(struct stage *stage, const struct stage_options *options)
{
    stage->service = service_start(options->sandbox ? options->sandbox : stage_idle, NULL);
    stage_open_term(stage, options);
    assert_shows(stage, "shop \xe2\x97\x8f");
}

void stage_open_frozen(struct stage *stage, const struct stage_options *options)
{
    struct stage_options frozen = *options;
    if (frozen.env == NULL)
        frozen.env = stage_frozen;
    stage->service = service_start(stage_history, stage_frozen);
    stage_open_term(stage, &frozen);
    assert_shows(stage, "shop \xe2\x97\x8f");
    assert_shows(stage, "\xe2\x96\xb6 2  \xe2\x97\x8c 12");
    term_key(stage->term, "g");
}

int stage_exit_code(struct term *t)
{
    int status;
    if (!term_wait_exit(t, TERM_PATIENCE_MS, &status) || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

void stage_close(struct stage *stage)
{
    term_key(stage->term, "q");
    assert_exit_code(stage->term, 0);
    term_close(stage->term);
    service_stop(stage->service);
}

bool stage_sees(struct stage *stage, const char *text, int duration_ms)
{
    int64_t until_us = term_now_us() + duration_ms * 1000LL;
    bool is_seen = false;
    while (!is_seen && term_now_us() < until_us) {
        term_pump(stage->term, 20);
        is_seen = strstr(term_screen(stage->term), text) != NULL;
    }
    return is_seen;
}

void stage_select(struct stage *stage, const char *task_id)
{
    char filter[96];
    snprintf(filter, sizeof(filter), "id=%s", task_id);
    term_key(stage->term, "f");
    term_type(stage->term, filter);
    assert_shows(stage, filter);
    term_key(stage->term, "Enter");
    assert_shows(stage, "1 of ");
}

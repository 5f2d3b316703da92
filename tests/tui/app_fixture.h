/* app_fixture.h - a dashboard without a terminal: type keys, look at the screen as text. */
#pragma once

#include "app.h"
#include "fake_engine.h"
#include "fake_snapshot.h"

struct app_fixture {
    struct app app;
    struct engine engine;
    int64_t wall_ms;
    int64_t mono_ms;
    char *screen;
};

/* first is taken over. */
void app_fixture_start(struct app_fixture *fixture, struct snapshot *first, int cols, int rows);
void app_fixture_finish(struct app_fixture *fixture);
/* Each character is a key; the clock stands still. */
void app_fixture_type(struct app_fixture *fixture, const char *keys);
void app_fixture_key(struct app_fixture *fixture, uint32_t key);
/* Lets both clocks run on, in one step. */
void app_fixture_pass(struct app_fixture *fixture, int64_t ms);
/* The whole screen, one line per row without blanks at the end; valid until the next call. */
const char *app_fixture_screen(struct app_fixture *fixture);
/* One row of it. */
const char *app_fixture_row(struct app_fixture *fixture, int row);
/* Five tasks, one of each kind, with detail, result and projects. */
struct snapshot *app_fixture_shop(size_t source_count);
/* Fails with the whole screen. */
void assert_shows(struct app_fixture *fixture, const char *text);
void assert_shows_not(struct app_fixture *fixture, const char *text);

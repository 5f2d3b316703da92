/* loop.h - waits for keys, snapshots, signals and the clock, and draws when something has changed.
 *
 * UI thread only. Signals are blocked everywhere but in the wait.
 */
#pragma once

#include "app.h"
#include "starter.h"

/* Blocks the signals that the loop listens to: before any thread is started and before drawing. */
void loop_block_signals(void);
/* Before the screen is set up: curses then leaves these signals alone. Were SIGTSTP its own, it
 * would ignore it while it paints, which drops one that waits. */
void loop_catch_signals(void);
/* Takes what is new and draws one frame. */
void loop_draw(struct app *app);
/* Until the user quits or a signal ends it. Takes the engine when *starter is done and sets
 * *starter to NULL then; err says why when there is none, which ends the loop too. Returns the
 * signal, or 0. */
int loop_run(struct app *app, struct starter **starter, struct error *err);

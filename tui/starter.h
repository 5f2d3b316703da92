/* starter.h - what takes time at the start, done beside the loop: the demo's service, commands that
 * give secrets, the engine. Keys are answered meanwhile, and q quits.
 *
 * One thread that ends by itself; UI thread only for all calls.
 */
#pragma once

#include <stdbool.h>

#include "base/error.h"
#include "engine/engine.h"
#include "tui.h"

struct starter;

/* config and options are the starter's until starter_take(). NULL: no thread was to be had. */
struct starter *starter_start(struct config *config, const struct tui_options *options,
                              struct error *err);
/* Readable (poll(2)) when it is done. */
int starter_fd(const struct starter *starter);
bool starter_is_done(const struct starter *starter);
/* Waits for the end, ends the starter and gives the engine; NULL and err when it did not start. */
struct engine *starter_take(struct starter *starter, struct error *err);
/* Nobody waits for it any more: the program is about to leave by _exit(2), and the thread with it;
 * commands that it runs are ended before. What it was given must stay as it is until then. */
void starter_abandon(struct starter *starter);

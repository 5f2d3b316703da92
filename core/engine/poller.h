/* poller.h - the thread that owns the network.
 *
 * It takes commands from the model, asks providers what to request, performs it with one
 * http_client, merges the answers into its private store and publishes snapshots. It never waits
 * for the UI. Stopping is a flag, a wake-up and a join.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "engine/config.h"
#include "model/model.h"

struct poller;

/* config is borrowed until poller_stop(). The thread starts with all signals blocked. */
struct poller *poller_start(struct model *model, const struct config *config, struct error *err);
/* Gives tokens back (for a short while at most), ends all transfers and joins the thread. */
void poller_stop(struct poller *poller);

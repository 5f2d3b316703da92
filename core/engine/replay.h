/* replay.h - a recording, played: the snapshots of each of its moments, and where we are in time.
 *
 * All snapshots are made when it is opened; they share what did not change, so that going back is
 * as cheap as going on. One thread; no other is started: the descriptor becomes readable when the
 * next moment is due.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "model/snapshot.h"

struct replay;

struct replay_status {
    int64_t from_ms; /* wall clock of the recording */
    int64_t now_ms;
    int64_t to_ms;
    size_t moment; /* from 1 */
    size_t moment_count;
    double speed;
    bool is_paused; /* also at the end */
};

struct replay *replay_open(const char *path, struct error *err);
void replay_close(struct replay *replay);

/* What was known at this moment of the recording; the reference is the caller's. */
struct snapshot *replay_snapshot(struct replay *replay);
int replay_fd(const struct replay *replay);
/* The recording's wall clock, which stands while it is paused. */
int64_t replay_now_ms(const struct replay *replay);
struct replay_status replay_status(const struct replay *replay);

void replay_pause(struct replay *replay, bool is_paused);
/* Goes so many changes on, or back, and stays there. */
void replay_step(struct replay *replay, int count);
/* Goes to that time of the recording, or to its nearest end. */
void replay_seek(struct replay *replay, int64_t wall_ms);
/* 1: as it happened. Stays within REPLAY_SPEED_MIN and _MAX. */
void replay_set_speed(struct replay *replay, double speed);

#define REPLAY_SPEED_MIN 0.125
#define REPLAY_SPEED_MAX 512

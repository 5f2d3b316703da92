/* recorder.h - writes what the dashboard is shown to a file, change by change; docs/recording.md.
 *
 * Opened by the main thread, then used by the thread that publishes snapshots, closed after that
 * one has ended.
 */
#pragma once

#include "base/error.h"
#include "model/snapshot.h"

struct recorder;

/* The file must not exist; it is for its owner's eyes only. max_bytes: it goes no further. */
struct recorder *recorder_open(const char *path, size_t max_bytes, struct error *err);
/* Writes what has changed since the snapshot before. After a failure, or at the bound, nothing. */
void recorder_note(struct recorder *recorder, const struct snapshot *s);
/* False: the recording is not whole; err says why and how far it goes. Accepts NULL. */
bool recorder_close(struct recorder *recorder, struct error *err);

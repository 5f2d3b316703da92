/* pace.h - how far a terminal is behind what it was sent, found out by asking it.
 *
 * The kernel, ssh and a multiplexer take far more bytes than a slow line passes on in a second. So
 * a terminal that was sent a lot is asked for its status (DSR, "ESC [ 5 n"): it answers when it has
 * come that far. While it owes an answer only a little more is sent, and frames are left out. A
 * terminal that has never answered is never waited for. Pure; times are monotonic milliseconds.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACE_QUESTION    "\033[5n"
#define PACE_ANSWER      "\033[0n"
#define PACE_ASK_BYTES   4096  /* may be on their way before the next question */
#define PACE_AHEAD_BYTES 1024  /* may follow a question */
#define PACE_PATIENCE_MS 30000 /* then the answer is lost */

struct pace {
    bool is_asked;
    bool has_answered; /* it is known to answer */
    size_t sent_bytes; /* since the last question */
    int64_t asked_ms;
};

/* So many bytes are to be sent now; true: with the question behind them. */
bool pace_note_frame(struct pace *pace, size_t bytes, int64_t now_ms);
void pace_note_answer(struct pace *pace);
/* How long frames have to be left out, unless the answer comes before; 0: not at all. */
int64_t pace_wait_ms(const struct pace *pace, int64_t now_ms);

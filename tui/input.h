/* input.h - keys from the terminal as numbers of our own (keys.h). UI thread only. */
#pragma once

#include <stdint.h>

#include "mouse.h"

/* The next key that has come in, or UI_KEY_NONE when there is none: call it until then. With
 * UI_KEY_MOUSE *out_mouse says what it did. */
uint32_t input_take(struct mouse *out_mouse);
/* Once the screen is set up: what the terminal answers is not to be taken for keys. */
void input_learn(void);

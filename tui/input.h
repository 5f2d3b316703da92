/* input.h - keys from the terminal as numbers of our own (keys.h). UI thread only. */
#pragma once

#include <stdint.h>

/* The next key that has come in, or UI_KEY_NONE when there is none: call it until then. */
uint32_t input_take(void);

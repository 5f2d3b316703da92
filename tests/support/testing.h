/* testing.h - cmocka with what it wants to be included before it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Of very many cases in one thread every how-manieth is tried: all of them, but fewer where a
 * sanitizer slows them down, and few under ThreadSanitizer, which has nothing to find there. */
#if defined(__SANITIZE_THREAD__)
#define TEST_STRIDE 64
#elif defined(__SANITIZE_ADDRESS__)
#define TEST_STRIDE 3
#else
#define TEST_STRIDE 1
#endif

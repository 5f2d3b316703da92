/* testing.h - cmocka with what it wants to be included before it. */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Of very many cases in one thread every how-manieth is tried: all of them, but few under
 * ThreadSanitizer, which is slow and has nothing to find there. */
#ifdef __SANITIZE_THREAD__
#define TEST_STRIDE 64
#else
#define TEST_STRIDE 1
#endif

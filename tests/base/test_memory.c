/* arena.h and xalloc.h */
#include "support/testing.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/xalloc.h"

static void pieces_are_aligned_zeroed_and_apart(void **state)
{
    (void)state;
    struct arena a = {0};
    unsigned char *pieces[500];
    for (size_t i = 0; i < 500; i++) {
        pieces[i] = arena_alloc(&a, i * 37);
        assert_int_equal((uintptr_t)pieces[i] % alignof(max_align_t), 0);
        for (size_t k = 0; k < i * 37; k++)
            assert_int_equal(pieces[i][k], 0);
        memset(pieces[i], (int)(i & 0xFF), i * 37);
    }
    for (size_t i = 0; i < 500; i++) {
        for (size_t k = 0; k < i * 37; k++)
            assert_int_equal(pieces[i][k], i & 0xFF);
    }
    assert_true(a.used_bytes >= 500 * 499 / 2 * 37);
    arena_finish(&a);
}

static void strings_are_copied_whole(void **state)
{
    (void)state;
    struct arena a = {0};
    assert_null(arena_strdup(&a, NULL));
    assert_string_equal(arena_strdup(&a, "abc"), "abc");
    assert_string_equal(arena_strndup(&a, "abcdef", 3), "abc");
    assert_string_equal(arena_printf(&a, "%d-%s", 7, "x"), "7-x");
    char long_text[2000];
    memset(long_text, 'y', sizeof(long_text) - 1);
    long_text[sizeof(long_text) - 1] = '\0';
    const char *copy = arena_printf(&a, "<%s>", long_text);
    assert_int_equal(strlen(copy), sizeof(long_text) + 1);
    assert_int_equal(copy[sizeof(long_text)], '>');
    arena_finish(&a);
}

static void allocations_of_nothing_are_something(void **state)
{
    (void)state;
    void *pieces[] = {xmalloc(0), xcalloc(0, 8), xrealloc(NULL, 0)};
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(pieces[i]);
        free(pieces[i]);
    }
    char *text = xstrndup("abc", 2);
    assert_string_equal(text, "ab");
    free(text);
    text = xasprintf("%d%s", 1, "x");
    assert_string_equal(text, "1x");
    free(text);
}

static int hook_pipe[2];

static void say_hook(void)
{
    if (write(hook_pipe[1], "h", 1) != 1)
        _exit(99);
}

static void out_of_memory_calls_the_hook_once_and_ends(void **state)
{
    (void)state;
    assert_int_equal(pipe(hook_pipe), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(STDERR_FILENO);
        xalloc_on_failure(say_hook);
        _exit(xreallocarray(NULL, SIZE_MAX / 2, 3) ? 98 : 97);
    }
    close(hook_pipe[1]);
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 5);
    char said[4];
    assert_int_equal(read(hook_pipe[0], said, sizeof(said)), 1);
    close(hook_pipe[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_aligned_zeroed_and_apart),
        cmocka_unit_test(strings_are_copied_whole),
        cmocka_unit_test(allocations_of_nothing_are_something),
        cmocka_unit_test(out_of_memory_calls_the_hook_once_and_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

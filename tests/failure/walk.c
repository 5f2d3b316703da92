#include "support/testing.h"

#include "failure/walk.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sanitize.h"
#include "support/fail_alloc.h"
#include "support/fail_io.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TRIES 12
#else
#define TRIES 100
#endif
/* A child that is not done by then never is. */
#define PATIENCE_S 60
#define SAID_BYTES 8192

enum { END_SAME, END_TOLD, END_OTHER = 70, END_SILENT, END_OUT_OF_MEMORY = 5 };

struct walk {
    const char *name;
    walk_work work;
    void (*after)(void);
    /* What fails at the nth place; how: which of the ways. */
    void (*arm)(unsigned long nth, int how);
    struct strbuf good;
    char said[SAID_BYTES]; /* by the last child */
    unsigned long tries;
    unsigned long ends[3]; /* the same, told, out of memory */
};

static void work_well(struct walk *walk)
{
    struct error err = {0};
    strbuf_clear(&walk->good);
    if (!walk->work(&walk->good, &err))
        fail_msg("%s, without any failure: %s", walk->name, err.message);
    assert_true(walk->good.len > 0 && !walk->good.is_cut);
}

/* Returns how many of what fails there are, as count tells; NULL: 0. */
static unsigned long begin(struct walk *walk, unsigned long (*count)(void))
{
    strbuf_init(&walk->good, LIMIT_MIB);
    work_well(walk); /* what is only made once is made now */
    if (walk->after)
        walk->after();
    fail_alloc_at(0, false);
    fail_io_at(0, 0);
    work_well(walk);
    unsigned long total = count ? count() : 0;
    if (walk->after)
        walk->after();
    return total;
}

static int judge(const struct walk *walk, bool is_good, const struct strbuf *out,
                 const struct error *err)
{
    if (!is_good) {
        bool has_words = err->message[0] && sanitize_is_clean(err->message, strlen(err->message));
        fprintf(stderr, "%s\n", err->message);
        return has_words ? END_TOLD : END_SILENT;
    }
    if (out->len == walk->good.len && memcmp(out->data, walk->good.data, out->len) == 0)
        return END_SAME;
    fprintf(stderr, "not:\n%s\nbut:\n%s\n", walk->good.data, out->data);
    return END_OTHER;
}

static void do_work(const struct walk *walk, int errors, unsigned long nth, int how)
{
    struct strbuf out;
    struct error err = {0};
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* cmocka catches crashes */
    signal(SIGXFSZ, SIG_IGN);    /* as the program does */
    dup2(errors, STDERR_FILENO);
    alarm(PATIENCE_S);
    strbuf_init(&out, LIMIT_MIB);
    strbuf_reserve(&out, walk->good.len);
    walk->arm(nth, how);
    bool is_good = walk->work(&out, &err);
    fail_alloc_at(0, false);
    fail_io_at(0, 0);
    _exit(judge(walk, is_good, &out, &err));
}

/* As waitpid(2) tells. */
static int run_child(struct walk *walk, unsigned long nth, int how)
{
    int errors[2], status;
    size_t length = 0;
    ssize_t count;
    assert_int_equal(pipe(errors), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        do_work(walk, errors[1], nth, how);
    close(errors[1]);
    while ((count = read(errors[0], walk->said + length, SAID_BYTES - 1 - length)) > 0)
        length += (size_t)count;
    walk->said[length] = '\0';
    close(errors[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void try_at(struct walk *walk, unsigned long nth, int how)
{
    int status = run_child(walk, nth, how);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    bool is_orderly =
        code == END_OUT_OF_MEMORY && strcmp(walk->said, "querytop: out of memory\n") == 0;
    if (code != END_SAME && code != END_TOLD && !is_orderly)
        fail_msg("%s, place %lu, way %d: status 0x%x\n%s", walk->name, nth, how, (unsigned)status,
                 walk->said);
    walk->tries++;
    walk->ends[is_orderly ? 2 : code]++;
    if (walk->after)
        walk->after();
}

static void finish(struct walk *walk, const char *places, unsigned long total)
{
    strbuf_finish(&walk->good);
    print_message("%s: %lu %s, %lu failures: %lu times no matter, %lu times an error, %lu times "
                  "the end\n",
                  walk->name, total, places, walk->tries, walk->ends[0], walk->ends[1],
                  walk->ends[2]);
}

/* ---- memory ---- */

static void refuse_memory(unsigned long nth, int is_lasting)
{
    fail_alloc_at(nth, is_lasting);
}

void walk_memory(const char *name, walk_work work, void (*after)(void))
{
    struct walk walk = {.name = name, .work = work, .after = after, .arm = refuse_memory};
    unsigned long total = begin(&walk, fail_alloc_count);
    unsigned long tries = walk_tries(TRIES);
    tries = tries < total ? tries : total;
    for (unsigned long i = 0; i < tries; i++)
        try_at(&walk, 1 + i * total / tries, i % 4 == 3);
    finish(&walk, "allocations", total);
}

/* ---- files ---- */

void walk_calls(const char *name, walk_work work, void (*after)(void))
{
    static const int reasons[] = {ENOSPC, EIO, EDQUOT, EINTR, FAIL_IO_SHORT};
    struct walk walk = {.name = name, .work = work, .after = after, .arm = fail_io_at};
    unsigned long total = begin(&walk, fail_io_count);
    for (unsigned long nth = 1; nth <= total; nth++) {
        for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
            try_at(&walk, nth, reasons[i]);
    }
    assert_true(walk.ends[END_TOLD] > 0);
    finish(&walk, "calls", total);
}

static void bound_files(unsigned long nth, int how)
{
    const struct rlimit room = {nth, nth};
    (void)how;
    setrlimit(RLIMIT_FSIZE, &room);
}

void walk_room(const char *name, walk_work work, void (*after)(void), unsigned long max_bytes)
{
    struct walk walk = {.name = name, .work = work, .after = after, .arm = bound_files};
    begin(&walk, NULL);
    unsigned long tries = walk_tries(TRIES);
    tries = tries < max_bytes ? tries : max_bytes;
    for (unsigned long i = 0; i < tries; i++)
        try_at(&walk, i * max_bytes / tries, 0);
    assert_true(walk.ends[END_TOLD] > 0);
    finish(&walk, "bytes", max_bytes);
}

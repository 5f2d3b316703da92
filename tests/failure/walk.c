#include "support/testing.h"

#include "failure/walk.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sanitize.h"
#include "support/fail_alloc.h"

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
    walk_work work;
    struct strbuf good;
    unsigned long total;
    char said[SAID_BYTES]; /* by the last child */
    unsigned long ends[3]; /* the same, told, out of memory */
};

static void begin(struct walk *walk, walk_work work)
{
    struct error err = {0};
    *walk = (struct walk){.work = work};
    strbuf_init(&walk->good, LIMIT_MIB);
    work(&walk->good, &err); /* what is only made once is made now */
    strbuf_clear(&walk->good);
    fail_alloc_at(0, false);
    if (!work(&walk->good, &err))
        fail_msg("without any failure: %s", err.message);
    walk->total = fail_alloc_count();
    assert_true(walk->good.len > 0 && !walk->good.is_cut);
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

static void do_work(const struct walk *walk, int errors, unsigned long nth, bool is_lasting)
{
    struct strbuf out;
    struct error err = {0};
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL); /* cmocka catches crashes */
    dup2(errors, STDERR_FILENO);
    alarm(PATIENCE_S);
    strbuf_init(&out, LIMIT_MIB);
    strbuf_reserve(&out, walk->good.len);
    fail_alloc_at(nth, is_lasting);
    bool is_good = walk->work(&out, &err);
    fail_alloc_at(0, false);
    _exit(judge(walk, is_good, &out, &err));
}

/* As waitpid(2) tells. */
static int try_at(struct walk *walk, unsigned long nth, bool is_lasting)
{
    int errors[2], status;
    size_t length = 0;
    ssize_t count;
    assert_int_equal(pipe(errors), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0)
        do_work(walk, errors[1], nth, is_lasting);
    close(errors[1]);
    while ((count = read(errors[0], walk->said + length, SAID_BYTES - 1 - length)) > 0)
        length += (size_t)count;
    walk->said[length] = '\0';
    close(errors[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void check(struct walk *walk, const char *name, unsigned long nth, bool is_lasting)
{
    int status = try_at(walk, nth, is_lasting);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    bool is_orderly =
        code == END_OUT_OF_MEMORY && strcmp(walk->said, "querytop: out of memory\n") == 0;
    if (code == END_SAME || code == END_TOLD || is_orderly)
        walk->ends[is_orderly ? 2 : code]++;
    else
        fail_msg("%s, allocation %lu%s of %lu: status 0x%x\n%s", name, nth, is_lasting ? "+" : "",
                 walk->total, (unsigned)status, walk->said);
}

void walk_memory(const char *name, walk_work work, void (*after)(void))
{
    struct walk walk;
    unsigned long tries = walk_tries(TRIES);
    begin(&walk, work);
    if (tries > walk.total)
        tries = walk.total;
    for (unsigned long i = 0; i < tries; i++) {
        unsigned long nth = 1 + i * walk.total / tries;
        check(&walk, name, nth, i % 4 == 3);
        if (after)
            after();
    }
    strbuf_finish(&walk.good);
    print_message("%s: %lu allocations, %lu of them refused: %lu times no matter, %lu times an "
                  "error, %lu times the end\n",
                  name, walk.total, tries, walk.ends[0], walk.ends[1], walk.ends[2]);
}

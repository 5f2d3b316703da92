/* Any bytes as the answers of a service, FUZZ_PROVIDER: an op goes to its end or fails with words,
 * and nothing unclean comes out of it. The first byte chooses the op and the task's state or the
 * action; then each answer is a byte for the status and its body, up to a byte 0xFE. */
#include "fuzz.h"

#include <string.h>

#include "base/sanitize.h"
#include "base/timefmt.h"
#include "provider/dirt.h"
#include "provider/exchange.h"

#define ANSWER_END 0xFE
#define LEGS_MAX   100

static const enum task_state states[] = {TASK_RUNNING, TASK_SUCCEEDED, TASK_FAILED, TASK_UNKNOWN};

/* Most statuses are 200, so that bodies are read. */
static long status_of(uint8_t byte)
{
    static const long statuses[] = {202, 204, 302, 400, 401, 403, 404, 422, 429, 500, 502};
    return byte < sizeof(statuses) / sizeof(statuses[0]) ? statuses[byte] : 200;
}

static const char *type_of(uint8_t byte)
{
    static const char *const types[] = {"text/html", "text/csv", "", "image/png"};
    return byte >= 0xF0 && byte < 0xF4 ? types[byte - 0xF0] : "application/json";
}

/* Those on items, and on the session. */
static enum action_kind action_of(uint8_t choice)
{
    return ACTION_SWITCH_WORKSPACE + choice % (ACTION_KIND_COUNT - ACTION_SWITCH_WORKSPACE);
}

static void check(const struct exchange *x, enum provider_step step)
{
    REQUIRE(!batch_dirt(&x->batch));
    REQUIRE(sanitize_is_clean(x->err.message, strlen(x->err.message)));
    REQUIRE(step != STEP_FAILED || (x->err.code != ERR_NONE && x->err.message[0]));
}

static void play(struct exchange *x, const uint8_t *data, size_t size)
{
    for (unsigned leg = 0; leg < LEGS_MAX && exchange_build(x); leg++) {
        uint8_t choice = size ? data[0] : 0;
        const uint8_t *body = size ? data + 1 : data;
        size_t left = size ? size - 1 : 0;
        const uint8_t *end = memchr(body, ANSWER_END, left);
        size_t length = end ? (size_t)(end - body) : left;
        enum provider_step step =
            exchange_answer(x, status_of(choice), type_of(choice), (const char *)body, length);
        check(x, step);
        if (step != STEP_AGAIN)
            return;
        data = end ? end + 1 : body + length;
        size = end ? left - length - 1 : 0;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct run_spec spec = {.query = "q1", .sql = "SELECT 1"};
    struct exchange x;
    if (!size)
        return 0;
    struct task *task =
        exchange_task("a607517addb9d3159300ee61d314e40e", states[data[0] / OP_COUNT % 4], "q1");
    exchange_init(&x, FUZZ_PROVIDER);
    exchange_login(&x);
    /* Twice, because a list remembers the one before. */
    for (int i = 0; i < 2; i++) {
        exchange_begin(&x, data[0] % OP_COUNT, task);
        x.job.item_id = "s1";
        x.job.argument = "r1";
        x.job.spec = &spec;
        x.job.action = action_of(data[0] / OP_COUNT);
        play(&x, data + 1, size - 1);
    }
    exchange_finish(&x);
    task_unref(task);
    return 0;
}

/* poll_cost - the data of screenshots/poll-cost.svg: `./run bench plot`. A line for each length of
 * the list; CPU milliseconds of a poll with nothing, 1 %, a third and all of it changed, and those
 * of json-c for the same bytes.
 */
#include <stdio.h>

#include "bench/poll_growth.h"

static const size_t lengths[] = {100, 300, 1000, 3000, 10000, 30000, 100000};

/* The changed part of a list is tasks * share / 300. */
static const size_t shares[] = {0, 3, 100, 300};

static bool print_line(size_t tasks, struct error *err)
{
    double jsonc_ms = 0;
    printf("%zu", tasks);
    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        struct poll_growth growth;
        bool is_done = poll_growth_measure(tasks, tasks * shares[i] / 300, &growth, err);
        if (is_done) {
            printf("\t%.4f", samples_quantile(&growth.ours_ms, 0.5));
            jsonc_ms = samples_quantile(&growth.jsonc_ms, 0.5);
        }
        poll_growth_finish(&growth);
        if (!is_done)
            return false;
    }
    printf("\t%.4f\n", jsonc_ms);
    return true;
}

int main(void)
{
    struct error err = {0};
    puts("# CPU milliseconds of a poll; written by ./run bench plot\n"
         "# tasks\tnothing changed\t1 % changed\ta third changed\tall changed\tjson-c alone");
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        if (!print_line(lengths[i], &err)) {
            fprintf(stderr, "poll_cost: %s\n", err.message);
            return 1;
        }
    }
    return 0;
}

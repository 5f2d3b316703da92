/* bench_instructions.c - instructions of each part of the fixed work, beside what is written down.
 */
#include "bench/bench.h"

#include <math.h>
#include <stdio.h>

#include "bench/instructions.h"

static void add_part(struct report *report, const struct instruction_part *part, double before)
{
    char name[80];
    struct measurement row = {.name = name,
                              .unit = "thousand",
                              .value = part->count / 1e3,
                              .low = NAN,
                              .floor = before / 1e3,
                              .kind = isnan(before) ? BUDGET_NONE : BUDGET_RATIO,
                              .budget = 1 + INSTRUCTIONS_TOLERANCE};
    snprintf(name, sizeof(name), "instructions of %s, 1,000 tasks", part->name);
    snprintf(row.note, sizeof(row.note), "%s",
             isnan(before) ? "nothing is written down for this toolchain"
                           : "floor: as written down");
    report_add(report, &row);
}

void bench_instructions(struct report *report)
{
    struct instructions now, known;
    struct error err;
    if (!instructions_can_count()) {
        report_add_missing(report, "instructions", "no valgrind here");
        return;
    }
    if (!instructions_count(&now, &err)) {
        report_add_missing(report, "instructions", err.message);
        return;
    }
    instructions_known(&known);
    for (size_t i = 0; i < now.count; i++) {
        const struct instruction_part *before = instructions_find(&known, now.parts[i].name);
        add_part(report, &now.parts[i], before ? before->count : NAN);
    }
}

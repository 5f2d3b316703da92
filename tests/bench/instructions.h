/* instructions.h - how many instructions each part of fixed_work takes, as callgrind counts them,
 * and how many it took when that was last written down.
 *
 * Counts depend on the compiler, the C library and json-c: what was written down counts for one
 * toolchain and stands under its name.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"

struct instruction_part {
    char name[40];
    double count;
};

struct instructions {
    struct instruction_part parts[32];
    size_t count;
};

/* "GNU 12, x86_64, RelWithDebInfo, glibc 2.36, json-c 0.16" */
const char *instructions_toolchain(void);
bool instructions_can_count(void);
/* Runs fixed_work under callgrind, which takes some ten seconds. */
bool instructions_count(struct instructions *out, struct error *err);

/* What is written down in tests/bench/instructions.txt for our toolchain; nothing: false. */
bool instructions_known(struct instructions *out);
bool instructions_write_down(const struct instructions *parts);

/* The parts of a toolchain in a text of instructions_put(); none: false. */
bool instructions_read(const char *text, const char *toolchain, struct instructions *out);
/* The text with these parts in place of those of the toolchain, or behind all others. */
void instructions_put(const char *text, const char *toolchain, const struct instructions *parts,
                      struct strbuf *out);
/* NULL: there is no such part. */
const struct instruction_part *instructions_find(const struct instructions *in, const char *name);
#define INSTRUCTIONS_TOLERANCE 0.08
/* By more than the tolerance, and by more than a handful. */
bool instructions_has_grown(const struct instruction_part *now,
                            const struct instruction_part *before);

/* rng.h - numbers that follow from a seed: the same data, ids and traffic on every machine.
 *
 * SplitMix64: small, fast, good enough for samples, never for secrets. Plain data, one owner.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct rng {
    uint64_t state;
};

uint64_t rng_next(struct rng *rng);
/* 0 <= result < bound; bound > 0. */
uint64_t rng_below(struct rng *rng, uint64_t bound);
/* 0 <= result < 1. */
double rng_unit(struct rng *rng);
/* Index of a weight, chosen in proportion; the sum of the weights must be positive. */
size_t rng_pick(struct rng *rng, const unsigned *weights, size_t count);
/* Mixes a seed with a text, for ids that depend on what they name. */
uint64_t rng_hash(uint64_t seed, const char *bytes, size_t length);
/* Fills out with size - 1 characters of alphabet and a NUL. */
void rng_text(struct rng *rng, char *out, size_t size, const char *alphabet);

#define RNG_HEX    "0123456789abcdef"
#define RNG_BASE62 "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

#include "sandbox/rng.h"

#include <string.h>

uint64_t rng_next(struct rng *rng)
{
    uint64_t z = (rng->state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

uint64_t rng_below(struct rng *rng, uint64_t bound)
{
    return bound ? rng_next(rng) % bound : 0;
}

double rng_unit(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1.0p-53;
}

size_t rng_pick(struct rng *rng, const unsigned *weights, size_t count)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += weights[i];
    uint64_t at = rng_below(rng, sum);
    for (size_t i = 0; i < count; i++) {
        if (at < weights[i])
            return i;
        at -= weights[i];
    }
    return count - 1;
}

uint64_t rng_hash(uint64_t seed, const char *bytes, size_t length)
{
    uint64_t hash = seed ^ 0xCBF29CE484222325u;
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001B3u;
    return rng_next(&(struct rng){.state = hash});
}

void rng_text(struct rng *rng, char *out, size_t size, const char *alphabet)
{
    size_t letters = strlen(alphabet);
    for (size_t i = 0; i + 1 < size; i++)
        out[i] = alphabet[rng_below(rng, letters)];
    out[size - 1] = '\0';
}

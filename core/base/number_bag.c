#include "base/number_bag.h"

#include <stdlib.h>
#include <string.h>

#include "base/quantile.h"
#include "base/xalloc.h"

#define BLOCK_MIN 4
#define BLOCK_MAX 256

struct number_block {
    int64_t *numbers; /* in order */
    size_t count;
    size_t size;
};

void number_bag_finish(struct number_bag *bag)
{
    for (size_t i = 0; i < bag->block_count; i++)
        free(bag->blocks[i].numbers);
    free(bag->blocks);
    *bag = (struct number_bag){0};
}

/* The first block that does not end before the number; block_count: all do. */
static size_t block_for(const struct number_bag *bag, int64_t number)
{
    size_t low = 0;
    for (size_t high = bag->block_count; low < high;) {
        size_t middle = low + (high - low) / 2;
        const struct number_block *block = &bag->blocks[middle];
        if (block->numbers[block->count - 1] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first number of the block that is not smaller. */
static size_t place_for(const struct number_block *block, int64_t number)
{
    size_t low = 0;
    for (size_t high = block->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        if (block->numbers[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct number_block *insert_block(struct number_bag *bag, size_t at, size_t size)
{
    if (bag->block_count == bag->block_room) {
        bag->block_room = bag->block_room ? 2 * bag->block_room : 1;
        bag->blocks = xreallocarray(bag->blocks, bag->block_room, sizeof(bag->blocks[0]));
    }
    struct number_block *block = &bag->blocks[at];
    memmove(block + 1, block, (bag->block_count++ - at) * sizeof(*block));
    *block = (struct number_block){.numbers = xreallocarray(NULL, size, sizeof(block->numbers[0])),
                                   .size = size};
    return block;
}

/* The upper half moves to a block of its own behind. */
static void split(struct number_bag *bag, size_t at)
{
    struct number_block *upper = insert_block(bag, at + 1, BLOCK_MAX);
    struct number_block *lower = upper - 1;
    size_t kept = lower->count / 2;
    upper->count = lower->count - kept;
    memcpy(upper->numbers, lower->numbers + kept, upper->count * sizeof(upper->numbers[0]));
    lower->count = kept;
}

/* Returns the block that the number belongs to, with room for it. */
static struct number_block *roomy_block(struct number_bag *bag, int64_t number)
{
    if (bag->block_count == 0)
        return insert_block(bag, 0, BLOCK_MIN);
    size_t at = block_for(bag, number);
    at -= at == bag->block_count;
    struct number_block *block = &bag->blocks[at];
    if (block->count < block->size)
        return block;
    if (block->size < BLOCK_MAX) {
        block->size *= 2;
        block->numbers = xreallocarray(block->numbers, block->size, sizeof(block->numbers[0]));
        return block;
    }
    split(bag, at);
    block = &bag->blocks[at];
    return block->numbers[block->count - 1] < number ? block + 1 : block;
}

void number_bag_add(struct number_bag *bag, int64_t number)
{
    struct number_block *block = roomy_block(bag, number);
    size_t at = place_for(block, number);
    memmove(block->numbers + at + 1, block->numbers + at,
            (block->count - at) * sizeof(block->numbers[0]));
    block->numbers[at] = number;
    block->count++;
    bag->count++;
}

bool number_bag_remove(struct number_bag *bag, int64_t number)
{
    size_t which = block_for(bag, number);
    if (which == bag->block_count)
        return false;
    struct number_block *block = &bag->blocks[which];
    size_t at = place_for(block, number);
    if (block->numbers[at] != number)
        return false;
    bag->count--;
    block->count--;
    memmove(block->numbers + at, block->numbers + at + 1,
            (block->count - at) * sizeof(block->numbers[0]));
    if (block->count == 0) {
        free(block->numbers);
        memmove(block, block + 1, (--bag->block_count - which) * sizeof(*block));
    }
    return true;
}

int64_t number_bag_quantile(const struct number_bag *bag, unsigned percent)
{
    size_t rank = quantile_rank(bag->count, percent);
    const struct number_block *block = bag->blocks;
    while (rank >= block->count)
        rank -= block++->count;
    return block->numbers[rank];
}

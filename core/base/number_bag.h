/* number_bag.h - numbers that come and go, and quantiles of them at any time. They are kept in
 * order in blocks, so that a change touches one of these. Pure apart from memory; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct number_block;

struct number_bag {
    struct number_block *blocks; /* private; none is empty */
    size_t block_count;
    size_t block_room;
    size_t count;
};

/* A zeroed struct is empty. */
void number_bag_finish(struct number_bag *bag);
void number_bag_add(struct number_bag *bag, int64_t number);
/* Takes one such number away; false: there is none. */
bool number_bag_remove(struct number_bag *bag, int64_t number);
/* As quantile_of_sorted(); the bag is not empty. */
int64_t number_bag_quantile(const struct number_bag *bag, unsigned percent);

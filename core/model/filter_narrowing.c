/* filter_narrowing.c - does a filter let fewer tasks pass than another one: what is typed behind a
 * filter mostly makes it so, and then only what has passed has to be asked again.
 */
#include <string.h>

#include "base/textmatch.h"
#include "model/filter_node.h"

/* Long filters are given up: asking the tasks is no dearer then. */
#define COMPARISONS_MAX 2000

struct comparison {
    const struct filter *filter;
    const struct filter *other;
    unsigned count;
};

/* Whatever has the one text in it has the other one. An exact pattern is found in bytes, others in
 * characters: the two meet only where that is the same. */
static bool match_implies(const struct textmatch *match, const struct textmatch *other)
{
    bool is_alike = match->is_exact == other->is_exact || (match->is_exact && match->is_ascii);
    return is_alike && textmatch_find(other, match->needle, match->length) != NULL;
}

static bool text_implies(const struct filter_node *node, const struct filter_node *other)
{
    if (node->column != other->column || node->op != other->op)
        return false;
    if (node->op == FILTER_CONTAINS)
        return match_implies(&node->match, &other->match);
    if (node->op == FILTER_STARTS)
        return text_starts_with(node->text, other->text);
    return text_is_equal(node->text, other->text);
}

static bool number_implies(const struct filter_node *node, const struct filter_node *other)
{
    if (node->column != other->column || node->op != other->op)
        return false;
    switch (node->op) {
    case FILTER_GREATER:
    case FILTER_GREATER_EQUAL:
        return node->number >= other->number;
    case FILTER_LESS:
    case FILTER_LESS_EQUAL:
        return node->number <= other->number;
    default:
        return node->number == other->number;
    }
}

static bool leaf_implies(const struct filter_node *node, const struct filter_node *other)
{
    if (node->kind != other->kind)
        return false;
    switch (node->kind) {
    case FILTER_WORD:
        return match_implies(&node->match, &other->match);
    case FILTER_TEXT:
        return text_implies(node, other);
    case FILTER_STATE:
        return (node->states & ~other->states) == 0;
    case FILTER_NUMBER:
    case FILTER_SINCE:
        return number_implies(node, other);
    default:
        return false;
    }
}

static bool node_implies(struct comparison *c, int index, int other_index);

/* All of what the other one wants, and each of what this one allows. */
static bool is_both(struct comparison *c, int index, int other_index)
{
    const struct filter_node *node = &c->filter->nodes[index];
    const struct filter_node *other = &c->other->nodes[other_index];
    if (other->kind == FILTER_AND)
        return node_implies(c, index, other->left) && node_implies(c, index, other->right);
    return node_implies(c, node->left, other_index) && node_implies(c, node->right, other_index);
}

/* One of what this one wants, or one of what the other one allows. */
static bool is_either(struct comparison *c, int index, int other_index)
{
    const struct filter_node *node = &c->filter->nodes[index];
    const struct filter_node *other = &c->other->nodes[other_index];
    if (node->kind == FILTER_AND &&
        (node_implies(c, node->left, other_index) || node_implies(c, node->right, other_index)))
        return true;
    return other->kind == FILTER_OR &&
           (node_implies(c, index, other->left) || node_implies(c, index, other->right));
}

static bool not_implies(struct comparison *c, int index, int other_index)
{
    struct comparison turned = {c->other, c->filter, c->count};
    bool is_implied = node_implies(&turned, other_index, index);
    c->count = turned.count;
    return is_implied;
}

static bool node_implies(struct comparison *c, int index, int other_index)
{
    const struct filter_node *node = &c->filter->nodes[index];
    const struct filter_node *other = &c->other->nodes[other_index];
    if (++c->count > COMPARISONS_MAX)
        return false;
    if (other->kind == FILTER_AND || node->kind == FILTER_OR)
        return is_both(c, index, other_index);
    if (node->kind == FILTER_AND || other->kind == FILTER_OR)
        return is_either(c, index, other_index);
    if (node->kind == FILTER_NOT && other->kind == FILTER_NOT)
        return not_implies(c, node->left, other->left);
    return leaf_implies(node, other);
}

bool filter_implies(const struct filter *filter, const struct filter *other)
{
    struct comparison c = {filter, other, 0};
    if (filter_is_empty(other))
        return true;
    return !filter_is_empty(filter) && node_implies(&c, filter->root, other->root);
}

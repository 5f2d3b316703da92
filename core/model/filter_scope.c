#include "model/filter_scope.h"

#include "model/filter_node.h"

/* How much each part can match; a part is taken for everything where nothing is known of it. */

static struct filter_scope everything(void)
{
    return (struct filter_scope){.states = FILTER_ALL_STATES,
                                 .created_from_ms = UNKNOWN,
                                 .created_to_ms = INT64_MAX,
                                 .ended_from_ms = UNKNOWN};
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static const char *shared(const char *a, const char *b)
{
    return a && b && text_is_equal(a, b) ? a : NULL;
}

static struct filter_scope both(const struct filter_scope *a, const struct filter_scope *b)
{
    return (struct filter_scope){
        .states = a->states & b->states,
        .created_from_ms = later(a->created_from_ms, b->created_from_ms),
        .created_to_ms = earlier(a->created_to_ms, b->created_to_ms),
        .ended_from_ms = later(a->ended_from_ms, b->ended_from_ms),
        .id = a->id ? a->id : b->id,
        .user = a->user ? a->user : b->user,
        .query_id = a->query_id ? a->query_id : b->query_id,
        .run_id = a->run_id ? a->run_id : b->run_id,
    };
}

static struct filter_scope either(const struct filter_scope *a, const struct filter_scope *b)
{
    return (struct filter_scope){
        .states = a->states | b->states,
        .created_from_ms = earlier(a->created_from_ms, b->created_from_ms),
        .created_to_ms = later(a->created_to_ms, b->created_to_ms),
        .ended_from_ms = earlier(a->ended_from_ms, b->ended_from_ms),
        .id = shared(a->id, b->id),
        .user = shared(a->user, b->user),
        .query_id = shared(a->query_id, b->query_id),
        .run_id = shared(a->run_id, b->run_id),
    };
}

/* "me" is somebody else to each service. */
static struct filter_scope of_text(const struct filter_node *node)
{
    struct filter_scope scope = everything();
    if (node->op != FILTER_EQUAL || !*node->text)
        return scope;
    if (node->column == COLUMN_ID)
        scope.id = node->text;
    if (node->column == COLUMN_USER && !text_is_equal(node->text, "me"))
        scope.user = node->text;
    if (node->column == COLUMN_QUERY_ID)
        scope.query_id = node->text;
    if (node->column == COLUMN_RUN_ID)
        scope.run_id = node->text;
    return scope;
}

static bool is_at_least(enum filter_op op)
{
    return op == FILTER_GREATER || op == FILTER_GREATER_EQUAL || op == FILTER_EQUAL;
}

static bool is_at_most(enum filter_op op)
{
    return op == FILTER_LESS || op == FILTER_LESS_EQUAL || op == FILTER_EQUAL;
}

static struct filter_scope of_time(const struct filter_node *node)
{
    struct filter_scope scope = everything();
    if (node->column == COLUMN_CREATED && is_at_least(node->op))
        scope.created_from_ms = node->number;
    if (node->column == COLUMN_CREATED && is_at_most(node->op))
        scope.created_to_ms = node->number;
    if (node->column == COLUMN_ENDED && is_at_least(node->op))
        scope.ended_from_ms = node->number;
    return scope;
}

/* No longer ago than that. Of what is longer ago there is more with each moment that passes. */
static struct filter_scope of_age(const struct filter_node *node, int64_t now_ms)
{
    struct filter_scope scope = everything();
    if (!is_at_most(node->op) || node->number > now_ms)
        return scope;
    if (node->column == COLUMN_ENDED)
        scope.ended_from_ms = now_ms - node->number;
    else
        scope.created_from_ms = now_ms - node->number;
    return scope;
}

static struct filter_scope of_comparison(const struct filter_node *node, int64_t now_ms)
{
    if (node->kind == FILTER_TEXT)
        return of_text(node);
    if (node->kind == FILTER_SINCE || (node->kind == FILTER_NUMBER && node->column == COLUMN_AGE))
        return of_age(node, now_ms);
    return node->kind == FILTER_NUMBER ? of_time(node) : everything();
}

static struct filter_scope of_state(const struct filter_node *node, bool is_negated)
{
    struct filter_scope scope = everything();
    scope.states &= is_negated ? ~node->states : node->states;
    return scope;
}

static struct filter_scope of_node(const struct filter *filter, int index, bool is_negated,
                                   int64_t now_ms);

static struct filter_scope of_pair(const struct filter *filter, const struct filter_node *node,
                                   bool is_negated, int64_t now_ms)
{
    struct filter_scope left = of_node(filter, node->left, is_negated, now_ms);
    struct filter_scope right = of_node(filter, node->right, is_negated, now_ms);
    bool is_and = (node->kind == FILTER_AND) != is_negated;
    return is_and ? both(&left, &right) : either(&left, &right);
}

static struct filter_scope of_node(const struct filter *filter, int index, bool is_negated,
                                   int64_t now_ms)
{
    const struct filter_node *node = &filter->nodes[index];
    switch (node->kind) {
    case FILTER_AND:
    case FILTER_OR:
        return of_pair(filter, node, is_negated, now_ms);
    case FILTER_NOT:
        return of_node(filter, node->left, !is_negated, now_ms);
    case FILTER_STATE:
        return of_state(node, is_negated);
    default:
        return is_negated ? everything() : of_comparison(node, now_ms);
    }
}

static bool compares_with_others(const struct filter *filter)
{
    for (size_t i = 0; i < filter->count; i++) {
        const struct filter_node *node = &filter->nodes[i];
        if (node->kind == FILTER_NUMBER && node->column == COLUMN_PACE)
            return true;
    }
    return false;
}

struct filter_scope filter_scope(const struct filter *filter, int64_t now_ms)
{
    if (filter_is_empty(filter) || compares_with_others(filter))
        return everything();
    return of_node(filter, filter->root, false, now_ms);
}

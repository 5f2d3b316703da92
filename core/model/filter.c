#include "model/filter.h"

#include <stdlib.h>
#include <string.h>

#include "model/filter_node.h"

/* WHAT is the title or the message, which are columns of their own. */
static bool has_word(const struct filter_node *node, const struct task *task,
                     const struct column_context *context)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const char *text = i != COLUMN_WHAT ? columns[i].text(task, context) : NULL;
        if (text && textmatch_find(&node->match, text, strlen(text)))
            return true;
    }
    return false;
}

/* "me" is whoever the profile is logged in as. */
static bool is_me(const struct filter_node *node, const char *text,
                  const struct column_context *context, const struct task *task)
{
    const struct snapshot *s = context->snapshot;
    return node->column == COLUMN_USER && text && text_is_equal(node->text, "me") && s &&
           task->source < s->source_count && text_is_equal(text, s->sources[task->source].user);
}

static bool has_text(const struct filter_node *node, const struct task *task,
                     const struct column_context *context)
{
    const char *text = columns[node->column].text(task, context);
    switch (node->op) {
    case FILTER_CONTAINS:
        return text && textmatch_find(&node->match, text, strlen(text));
    case FILTER_STARTS:
        return text && text_starts_with(text, node->text);
    default:
        return text_is_equal(text ? text : "", node->text) || is_me(node, text, context, task);
    }
}

static bool has_number(const struct filter_node *node, int64_t value)
{
    if (value == UNKNOWN)
        return false;
    switch (node->op) {
    case FILTER_GREATER:
        return value > node->number;
    case FILTER_GREATER_EQUAL:
        return value >= node->number;
    case FILTER_LESS:
        return value < node->number;
    case FILTER_LESS_EQUAL:
        return value <= node->number;
    default:
        return value == node->number;
    }
}

static int64_t time_since(const struct filter_node *node, const struct task *task,
                          const struct column_context *context)
{
    int64_t at_ms = columns[node->column].number(task, context);
    return at_ms == UNKNOWN ? UNKNOWN : column_now(task, context) - at_ms;
}

static bool has_node(const struct filter *filter, int index, const struct task *task,
                     const struct column_context *context)
{
    const struct filter_node *node = &filter->nodes[index];
    switch (node->kind) {
    case FILTER_AND:
        return has_node(filter, node->left, task, context) &&
               has_node(filter, node->right, task, context);
    case FILTER_OR:
        return has_node(filter, node->left, task, context) ||
               has_node(filter, node->right, task, context);
    case FILTER_NOT:
        return !has_node(filter, node->left, task, context);
    case FILTER_WORD:
        return has_word(node, task, context);
    case FILTER_TEXT:
        return has_text(node, task, context);
    case FILTER_STATE:
        return node->states >> column_state(task, context) & 1;
    case FILTER_NUMBER:
        return has_number(node, columns[node->column].number(task, context));
    case FILTER_SINCE:
        return has_number(node, time_since(node, task, context));
    }
    return false;
}

bool filter_matches(const struct filter *filter, const struct task *task,
                    const struct column_context *context)
{
    return filter_is_empty(filter) || has_node(filter, filter->root, task, context);
}

bool filter_is_empty(const struct filter *filter)
{
    return filter->count == 0;
}

void filter_destroy(struct filter *filter)
{
    if (!filter)
        return;
    for (size_t i = 0; i < filter->count; i++) {
        textmatch_finish(&filter->nodes[i].match);
        free(filter->nodes[i].text);
    }
    free(filter);
}

/* filter_node.h - a parsed filter: the part of filter.h that only its own files see. */
#pragma once

#include "base/textmatch.h"
#include "model/filter.h"

#define FILTER_MAX_BYTES  1000
#define FILTER_MAX_TOKENS 100
#define FILTER_MAX_DEPTH  20
/* A token makes at most a node of its own and one that joins it to what stands before. */
#define FILTER_MAX_NODES (2 * FILTER_MAX_TOKENS)

#define FILTER_BLANKS " \t\n"

enum filter_kind {
    FILTER_AND, /* left, right */
    FILTER_OR,
    FILTER_NOT,    /* left */
    FILTER_WORD,   /* match, in any text column */
    FILTER_TEXT,   /* column, op, text or match */
    FILTER_STATE,  /* states */
    FILTER_NUMBER, /* column, op, number */
    FILTER_SINCE,  /* column of a time, op, number: how long ago */
};

enum filter_op {
    FILTER_EQUAL,
    FILTER_STARTS,
    FILTER_CONTAINS,
    FILTER_GREATER,
    FILTER_GREATER_EQUAL,
    FILTER_LESS,
    FILTER_LESS_EQUAL,
};

struct filter_node {
    enum filter_kind kind;
    enum filter_op op;
    enum column column;
    int left; /* indices into the filter's nodes */
    int right;
    unsigned states; /* bit 1 << enum task_state */
    int64_t number;
    char *text;
    struct textmatch match;
};

struct filter {
    size_t count;
    int root;
    struct filter_node nodes[FILTER_MAX_NODES];
};

/* The language's smallest pieces: bytes of the sign of a comparison that at begins with, 0 when it
 * begins with none; does at end a word? */
size_t filter_sign_length(const char *at);
bool filter_ends_word(const char *at);

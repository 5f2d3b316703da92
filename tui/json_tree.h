/* json_tree.h - a JSON document as lines that fold: objects and lists, by the brackets at the ends
 * of lines.
 *
 * Takes a document with a line per value, as json_format() writes it; what is cut or broken just
 * does not fold. What was folded stays folded in a newer version of the document. Pure; one owner.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "text_rows.h"

struct json_line {
    const char *text;
    uint64_t path; /* of keys and places, as a number */
    uint32_t length;
    uint32_t end;      /* the line that closes what this one opens; 0: opens nothing */
    uint32_t parent;   /* the line that opens what this one stands in; its own: nothing */
    uint32_t children; /* values in what it opens */
    bool is_folded;
};

struct json_tree {
    const char *text; /* borrowed */
    struct json_line *lines;
    size_t count;
    bool is_cut;      /* there are more lines than are kept */
    uint64_t *folded; /* paths that were folded in the document before, in order */
    size_t folded_count;
};

/* NULL: no document for now; what is folded is remembered. */
void json_tree_set(struct json_tree *tree, const char *text);
void json_tree_finish(struct json_tree *tree);
bool json_tree_can_fold(const struct json_tree *tree, size_t line);
/* Folds, or opens, what a line opens. */
void json_tree_fold(struct json_tree *tree, size_t line, bool is_folded);
/* Folds everything within the document; opens it where all of that is folded. */
void json_tree_fold_all(struct json_tree *tree);
/* Opens what hides a line. False: nothing does. */
bool json_tree_reveal(struct json_tree *tree, size_t line);
/* Adds the lines in sight, numbered, with the number of what is folded. */
void json_tree_rows(const struct json_tree *tree, struct text_rows *rows, size_t width);

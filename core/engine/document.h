/* document.h - documents of the contract: JSON is one object whose last member is an array, NDJSON
 * is the items alone. One owner; writes to a FILE. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "model/snapshot.h"
#include "net/json.h"

struct document {
    FILE *file;    /* borrowed */
    bool is_lines; /* NDJSON */
    size_t item_count;
};

/* head is taken; key names the array that follows its members. */
void document_begin(struct document *document, struct json *head, const char *key);
void document_add(struct document *document, struct json *item /* taken */);
void document_end(struct document *document);

/* null where it is UNKNOWN */
void document_set_number(struct json *object, const char *key, int64_t number);
/* {"schema":...,"generated_at":...} */
struct json *document_head(const char *schema, int64_t now_ms);
/* "sources" of a document. */
struct json *document_sources(const struct snapshot *s, int64_t now_ms);

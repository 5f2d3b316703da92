/* json_fields.h - JSON of a service as facts with names for people, without secrets.
 *
 * All text that comes out is sanitised. Pure; any thread.
 */
#pragma once

#include "base/strbuf.h"
#include "model/detail.h"
#include "net/json.h"

/* Appends the value as indented JSON under a title, without secrets. */
void json_fields_add_json(struct strbuf *out, const char *title, const struct json *value);
/* The sanitised line of a value; NULL when it has none. */
const char *json_fields_line(struct arena *arena, const struct json *value);
/* A field for each member of object (NULL: none), those in first before the others, those in
 * left_out not at all. Both end with NULL. */
void json_fields_add(struct field_list *list, struct arena *arena, const char *group,
                     const struct json *object, const char *const *first,
                     const char *const *left_out);

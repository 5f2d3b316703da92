/* json.h - reading and building JSON; json.c is the only file that sees json-c.
 *
 * Reading is lenient where the services are (absent keys, null, numbers as strings, strings as
 * numbers) and strict where it protects us: LIMIT_JSON_DEPTH, LIMIT_JSON_TREE_BYTES, no trailing
 * junk, no broken UTF-8 in what it hands out. A getter on the wrong type behaves as if the key were
 * absent. All getters accept NULL. Strings that come out are raw bytes of a stranger: json_text()
 * is the way to show them. Threads: a document belongs to one thread and does not leave the
 * function that parsed it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/sanitize.h"
#include "base/strbuf.h"

struct json; /* a value; a root owns everything below it */

/* Parses one document. NULL and err on failure; the message gives the offset. */
struct json *json_parse(const char *bytes, size_t length, struct error *err);
void json_destroy(struct json *root);
/* The same for what may hold a secret: its texts are wiped first, those that others share too. */
void json_destroy_wiped(struct json *root);

/* The same for many small documents, without making ready anew for each of them. */
struct json_parser *json_parser_create(void);
void json_parser_destroy(struct json_parser *parser);
struct json *json_parser_read(struct json_parser *parser, const char *bytes, size_t length,
                              struct error *err);

bool json_is_object(const struct json *value);
bool json_is_array(const struct json *value);
bool json_is_string(const struct json *value);
bool json_is_number(const struct json *value);
bool json_is_bool(const struct json *value);
/* True for an absent value too. */
bool json_is_null(const struct json *value);

/* Borrowed. NULL when absent or null. */
const struct json *json_get(const struct json *object, const char *key);
size_t json_count(const struct json *array);
const struct json *json_at(const struct json *array, size_t index);

/* Members in the order of the document; start with *cursor = NULL. False at the end. */
bool json_next_member(const struct json *object, const void **cursor, const char **out_key,
                      const struct json **out_value);

/* Raw string of a value: a string as it is, a number or boolean as its text. NULL when it is none
 * of these. *out_length (may be NULL) counts NUL bytes inside. Borrowed. */
const char *json_string(const struct json *value, size_t *out_length);
/* The sanitised string under key, cut at max bytes, appended to out. False when absent. */
bool json_text(const struct json *object, const char *key, enum sanitize_mode mode,
               struct strbuf *out);
/* Numbers, also from strings such as "0.489"; fallback when absent, no number, or out of range. */
int64_t json_int(const struct json *value, int64_t fallback);
double json_double(const struct json *value, double fallback);
/* -1 unknown, 0 false, 1 true. */
int json_bool(const struct json *value);

/* Building. A child handed over belongs to its parent. Strings are copied; broken UTF-8 in them is
 * replaced, so that the output is always valid JSON. */
struct json *json_new_object(void);
struct json *json_new_array(void);
struct json *json_new_string(const char *text); /* NULL gives null */
struct json *json_new_string_len(const char *bytes, size_t length);
struct json *json_new_int(int64_t value);
struct json *json_new_double(double value); /* not finite gives null */
struct json *json_new_bool(bool value);
void json_set(struct json *object, const char *key, struct json *child /* taken; NULL: null */);
void json_set_string(struct json *object, const char *key, const char *text);
void json_set_int(struct json *object, const char *key, int64_t value);
void json_set_double(struct json *object, const char *key, double value);
void json_set_bool(struct json *object, const char *key, bool value);
void json_set_null(struct json *object, const char *key);
void json_push(struct json *array, struct json *child /* taken */);
/* Another reference to a value, for placing it in a second document of the same thread. */
struct json *json_share(const struct json *value);

/* Serialises, compact or indented by two spaces, slashes not escaped. */
void json_format(const struct json *value, bool is_pretty, struct strbuf *out);

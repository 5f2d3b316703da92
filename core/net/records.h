/* records.h - cuts the body of a list into its records without parsing them.
 *
 * A poll's cost is its parsing, and most records of a list are the ones of the last poll. The
 * splitter finds where each element of an array begins and ends (aware of strings and escapes) and
 * hashes it with XXH3; only records with a new hash are worth json-c, and of those only the parts
 * that are read. It accepts no document that json_parse() would refuse as broken structure around
 * the records, and checks nothing inside them. Pure; any thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct record {
    const char *bytes; /* inside the body */
    size_t length;
    uint64_t hash; /* XXH3, 64 bits */
};

struct records {
    const char *at;
    const char *end;
    bool is_done;   /* the closing bracket was seen */
    bool is_broken; /* the body ended early or is no such list */
    bool is_member; /* the array stands inside an object */
};

/* Starts on a body that is an array at its top. */
void records_init(struct records *r, const char *body, size_t length);
/* Starts on the array under key of an object at the top: {"queries":[...],...}. What stands before
 * the key must be whole values; what follows the array is not looked at. The key is compared byte
 * by byte: one that is written with escapes is not found. */
void records_init_member(struct records *r, const char *body, size_t length, const char *key);
/* Takes a document apart into the array under key of the object at the top, or, with key NULL, the
 * array at the top, and the rest, which is put into out_around with an empty array in its place.
 * The array is given with its brackets, for records_init(). False when there is no such array. */
bool records_cut_out(const char *body, size_t length, const char *key, struct record *out_list,
                     struct strbuf *out_around);
/* The next record, of any JSON type, without the blanks around it; false at the end or when broken:
 * look at is_broken. A record that is not followed by a comma or the bracket is not given. */
bool records_next(struct records *r, struct record *out);

/* Where the next record begins; *out_left bytes of the body are left there, 0 at the end. */
const char *records_peek(const struct records *r, size_t *out_left);
/* Steps over a next record that is known to be so long, having the bytes of one that was given
 * before. False, and broken, when no comma or bracket follows. */
bool records_skip(struct records *r, size_t length);

/* What a reader wants of an object: these members and no others. A table ends with a NULL key. */
struct record_part {
    const char *key;
    const struct record_part *of; /* of the member, when it is an object; NULL: all of it */
};
/* Puts a record into out, reduced to the parts that are wanted, so that the others need not be
 * parsed: json-c finds the same under each wanted key in both. Members whose keys are written with
 * escapes stay, and so does the whole record when it is odd. It must be one that records_next()
 * gave. */
void records_pick(const struct record *record, const struct record_part *wanted,
                  struct strbuf *out);

uint64_t records_hash(const void *bytes, size_t length);

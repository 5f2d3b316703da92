/* The splitter against json-c: both see the same records, or both refuse. */
#include "fuzz.h"

#include <json-c/json.h>
#include <string.h>

#include "base/limits.h"
#include "net/records.h"

/* False when it is no whole document; NULL is a good value (null). */
static bool parse(const char *bytes, size_t length, int flags, struct json_object **out)
{
    struct json_tokener *tokener = json_tokener_new_ex(LIMIT_JSON_DEPTH + 1);
    json_tokener_set_flags(tokener, flags);
    *out = json_tokener_parse_ex(tokener, bytes, (int)length);
    size_t end = json_tokener_get_parse_end(tokener);
    if (json_tokener_get_error(tokener) == json_tokener_continue)
        *out = json_tokener_parse_ex(tokener, "", 1);
    bool is_good = json_tokener_get_error(tokener) == json_tokener_success;
    json_tokener_free(tokener);
    while (end < length && strchr(" \t\r\n", bytes[end]) && bytes[end])
        end++;
    if (is_good && end == length)
        return true;
    if (is_good)
        json_object_put(*out);
    *out = NULL;
    return false;
}

/* Each record parsed for itself, as an array. NULL when the splitter or one of the parses refuses.
 */
static struct json_object *parse_by_records(const char *body, size_t length, bool *out_is_broken)
{
    struct json_object *all = json_object_new_array();
    bool is_good = true;
    struct records r;
    struct record record;
    records_init(&r, body, length);
    while (records_next(&r, &record)) {
        struct json_object *value = NULL;
        REQUIRE(record.length > 0 && record.bytes > body);
        REQUIRE(record.bytes + record.length < body + length);
        is_good = parse(record.bytes, record.length, 0, &value) && is_good;
        json_object_array_add(all, value);
    }
    REQUIRE(r.is_done != r.is_broken);
    *out_is_broken = r.is_broken;
    if (is_good && r.is_done)
        return all;
    json_object_put(all);
    return NULL;
}

static void require_equal(struct json_object *a, struct json_object *b)
{
    const char *text = json_object_to_json_string(a);
    REQUIRE(strcmp(text, json_object_to_json_string(b)) == 0);
}

static bool has_odd_blanks(const char *body, size_t length)
{
    return memchr(body, '\v', length) || memchr(body, '\f', length); /* blanks to json-c alone */
}

static void check_list(const char *body, size_t length)
{
    bool is_broken;
    struct json_object *all = parse_by_records(body, length, &is_broken);
    struct json_object *whole;
    bool is_parsed = parse(body, length, 0, &whole);
    if (all) {
        REQUIRE(is_parsed);
        require_equal(all, whole);
    }
    struct json_object *strict;
    if (is_broken && !has_odd_blanks(body, length) &&
        parse(body, length, JSON_TOKENER_STRICT, &strict)) {
        REQUIRE(!json_object_is_type(strict, json_type_array));
        json_object_put(strict);
    }
    json_object_put(whole);
    json_object_put(all);
}

/* Under each wanted key is the same in both, or nothing. */
static void require_same_parts(struct json_object *picked, struct json_object *whole,
                               const struct record_part *wanted)
{
    if (!wanted || !json_object_is_type(whole, json_type_object)) {
        require_equal(picked, whole);
        return;
    }
    REQUIRE(json_object_is_type(picked, json_type_object));
    for (; wanted->key; wanted++) {
        struct json_object *part = NULL;
        struct json_object *expected = NULL;
        REQUIRE(json_object_object_get_ex(picked, wanted->key, &part) ==
                json_object_object_get_ex(whole, wanted->key, &expected));
        require_same_parts(part, expected, wanted->of);
    }
}

/* What json-c reads of a record it reads of its parts as well. */
static void check_picked(const struct record *record)
{
    static const struct record_part below[] = {{"k", NULL}, {"a", NULL}, {NULL, NULL}};
    static const struct record_part wanted[] = {
        {"k", below}, {"id", NULL}, {"b", NULL}, {NULL, NULL}};
    struct json_object *whole;
    struct json_object *picked;
    if (!parse(record->bytes, record->length, 0, &whole))
        return;
    struct strbuf text;
    strbuf_init(&text, LIMIT_MIB);
    records_pick(record, wanted, &text);
    REQUIRE(parse(text.data, text.len, 0, &picked));
    require_same_parts(picked, whole, wanted);
    json_object_put(picked);
    json_object_put(whole);
    strbuf_finish(&text);
}

static void check_records(const char *body, size_t length)
{
    struct records r;
    struct record record;
    records_init(&r, body, length);
    while (records_next(&r, &record))
        check_picked(&record);
}

static void check_member(const char *body, size_t length)
{
    struct records r;
    struct record record;
    records_init_member(&r, body, length, "k");
    while (records_next(&r, &record))
        REQUIRE(record.bytes + record.length < body + length);
    REQUIRE(r.is_done != r.is_broken);
    struct json_object *strict;
    if (r.is_done && parse(body, length, JSON_TOKENER_STRICT, &strict)) {
        REQUIRE(json_object_object_get_ex(strict, "k", NULL));
        json_object_put(strict);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_list((const char *)data, size);
    check_records((const char *)data, size);
    check_member((const char *)data, size);
    return 0;
}

/* Any bytes: parsed or refused with a message; every getter takes every value; what is written is
 * read back as the same. */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "net/json.h"

static void visit_scalar(const struct json *value)
{
    size_t length = 0;
    const char *text = json_string(value, &length);
    REQUIRE(!text || utf8_is_valid(text, length));
    REQUIRE(text || !json_is_string(value));
    json_int(value, 7);
    REQUIRE(isfinite(json_double(value, 0.5)));
    int truth = json_bool(value);
    REQUIRE(json_is_bool(value) ? truth == 0 || truth == 1 : truth == -1);
}

static void visit_text(const struct json *object, const char *key)
{
    struct strbuf out;
    strbuf_init(&out, 20);
    json_text(object, key, SANITIZE_LINE, &out);
    REQUIRE(sanitize_is_clean(out.data, out.len));
    strbuf_finish(&out);
}

static void visit(const struct json *value, unsigned depth)
{
    REQUIRE(depth <= LIMIT_JSON_DEPTH + 1);
    visit_scalar(value);
    REQUIRE(json_is_array(value) || json_count(value) == 0);
    for (size_t i = 0; i < json_count(value); i++)
        visit(json_at(value, i), depth + 1);
    const void *cursor = NULL;
    const char *key;
    const struct json *member;
    while (json_next_member(value, &cursor, &key, &member)) {
        REQUIRE(utf8_is_valid(key, strlen(key)));
        REQUIRE(json_get(value, key) == member);
        visit_text(value, key);
        visit(member, depth + 1);
    }
}

/* Writes text again as the parser understands it. */
static void rewrite(struct strbuf *out, const char *text, size_t length, bool is_pretty)
{
    strbuf_init(out, LIMIT_MIB);
    struct json *root = json_parse(text, length, NULL);
    REQUIRE(root);
    json_format(root, is_pretty, out);
    REQUIRE(!out->is_cut);
    json_destroy(root);
}

/* What is no proper number ("099e") may change its spelling once, but not again. */
static void check_round_trip(const char *text, size_t length, bool is_pretty)
{
    struct strbuf once;
    struct strbuf twice;
    struct strbuf thrice;
    rewrite(&once, text, length, is_pretty);
    rewrite(&twice, once.data, once.len, is_pretty);
    rewrite(&thrice, twice.data, twice.len, is_pretty);
    REQUIRE(strcmp(twice.data, thrice.data) == 0);
    strbuf_finish(&once);
    strbuf_finish(&twice);
    strbuf_finish(&thrice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct json *root = json_parse((const char *)data, size, &err);
    if (!root) {
        REQUIRE(err.code == ERR_SERVICE && err.message[0]);
        return 0;
    }
    visit(root, 0);
    json_destroy(root);
    check_round_trip((const char *)data, size, false);
    check_round_trip((const char *)data, size, true);
    return 0;
}

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

static void check_round_trip(const struct json *root, bool is_pretty)
{
    struct strbuf once;
    struct strbuf twice;
    strbuf_init(&once, LIMIT_MIB);
    strbuf_init(&twice, LIMIT_MIB);
    json_format(root, is_pretty, &once);
    struct json *again = json_parse(once.data, once.len, NULL);
    REQUIRE(once.is_cut || again);
    if (!once.is_cut) {
        json_format(again, is_pretty, &twice);
        REQUIRE(strcmp(once.data, twice.data) == 0);
    }
    json_destroy(again);
    strbuf_finish(&once);
    strbuf_finish(&twice);
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
    check_round_trip(root, false);
    check_round_trip(root, true);
    json_destroy(root);
    return 0;
}

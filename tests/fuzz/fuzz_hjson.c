/* What is made of any text is JSON, or the text was refused with the line. */
#include <string.h>

#include "base/limits.h"
#include "engine/hjson.h"
#include "fuzz.h"
#include "net/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct strbuf out;
    strbuf_init(&out, LIMIT_SECRET_BYTES * 2);
    if (hjson_to_json((const char *)data, size, &out, &err)) {
        struct json *root = json_parse(out.data, out.len, NULL);
        REQUIRE(out.len >= 2 && !out.is_cut);
        json_destroy(root); /* an escape or a doubled name may still be wrong */
    } else {
        REQUIRE(err.code == ERR_CONFIG && strncmp(err.message, "line ", 5) == 0);
    }
    strbuf_finish(&out);
    return 0;
}

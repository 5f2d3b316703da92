/* bench_parse_floor.c - json-c alone, which is what a poll would cost at the least without our
 * tricks. */
#include "bench/bench.h"

#include <json-c/json.h>

void bench_bare_parse(const char *body, size_t length)
{
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *document = json_tokener_parse_ex(tokener, body, (int)length);
    json_object_put(document);
    json_tokener_free(tokener);
}

const char *bench_json_version(void)
{
    return json_c_version();
}

/* bench_parse_floor.c - json-c alone, which is what a poll would cost at the least without our
 * tricks. */
#include "bench/bench.h"

#include <json-c/json.h>

double bench_bare_parse_ms(const char *body, size_t length)
{
    double from_ms = bench_cpu_ms();
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *document = json_tokener_parse_ex(tokener, body, (int)length);
    json_object_put(document);
    json_tokener_free(tokener);
    return bench_cpu_ms() - from_ms;
}

/* bench_parse_floor.c - json-c alone, which is what a poll would cost at the least without our
 * tricks. */
#include "bench/bench.h"

#include <malloc.h>

#include <json-c/json.h>

void bench_bare_parse(const char *body, size_t length)
{
    struct json_tokener *tokener = json_tokener_new();
    struct json_object *document = json_tokener_parse_ex(tokener, body, (int)length);
    json_object_put(document);
    json_tokener_free(tokener);
}

double bench_bare_parse_ms(const char *body, size_t length)
{
    double from_ms = bench_cpu_ms();
    bench_bare_parse(body, length);
    double spent_ms = bench_cpu_ms() - from_ms;
    malloc_trim(0);
    return spent_ms;
}

const char *bench_json_version(void)
{
    return json_c_version();
}

#include "sandbox/looker_order.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"

static int64_t limit_of(const struct request *request)
{
    const char *text = request_parameter(request, "limit");
    if (!text || !*text)
        return SQLGEN_LIMIT_FROM_QUERY;
    char *end;
    errno = 0;
    long long limit = strtoll(text, &end, 10);
    return errno || *end ? SQLGEN_LIMIT_FROM_QUERY : limit;
}

bool order_is_valid(const struct request *request, struct response *response)
{
    static const char *const flags[] = {
        "apply_formatting", "apply_vis",         "cache",
        "cache_only",       "force_production",  "generate_drill_links",
        "rebuild_pdts",     "server_table_calcs"};
    const char *limit = request_parameter(request, "limit");
    if (limit && *limit && limit_of(request) == SQLGEN_LIMIT_FROM_QUERY) {
        respond_invalid(response, "limit", "invalid", "Must be a whole number.");
        return false;
    }
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        const char *value = request_parameter(request, flags[i]);
        if (value && *value && request_flag(request, flags[i]) < 0) {
            respond_invalid(response, flags[i], "invalid", "Must be true or false.");
            return false;
        }
    }
    return true;
}

void order_init(struct task_order *order, const struct request *request)
{
    *order = (struct task_order){
        .user = request->account,
        .source = "api4",
        .limit = limit_of(request),
        .created_ms = clock_wall_ms(),
        .is_dev = request->is_dev && request_flag(request, "force_production") != 1,
        .path_prefix = request_parameter(request, "path_prefix"),
        .has_formatting = request_flag(request, "apply_formatting") == 1,
        .generate_links = request_flag(request, "generate_drill_links") == 1,
        .force_production = request_flag(request, "force_production") == 1,
        .cache = request_flag(request, "cache") != 0,
        .cache_only = request_flag(request, "cache_only") == 1,
        .rebuild_pdts = request_flag(request, "rebuild_pdts") == 1,
        .server_table_calcs = request_flag(request, "server_table_calcs") == 1,
    };
}

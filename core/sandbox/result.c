#include "sandbox/result.h"

#include <stdlib.h>

#include "base/xalloc.h"

struct result *result_create(void)
{
    struct result *result = xcalloc(1, sizeof(*result));
    result->refs = 1;
    result->error_offset = -1;
    return result;
}

void result_fail(struct result *result, const char *message)
{
    result->end = RESULT_ERROR;
    result->error = arena_strdup(&result->arena, message);
    result->row_count = 0;
}

struct result *result_ref(struct result *result)
{
    result->refs++;
    return result;
}

void result_unref(struct result *result)
{
    if (!result || --result->refs > 0)
        return;
    free(result->cells);
    arena_finish(&result->arena);
    free(result);
}

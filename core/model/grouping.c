#include "model/grouping.h"

#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "model/fingerprint.h"

const struct grouping_info groupings[GROUPING_COUNT] = {
    [GROUP_NONE] = {"none", "", "every task by itself", COLUMN_COUNT},
    [GROUP_STATE] = {"state", "STATE", "how far they are", COLUMN_STATE},
    [GROUP_USER] = {"user", "USER", "who asked for them", COLUMN_USER},
    [GROUP_ORIGIN] = {"source", "SOURCE", "where they came from: dashboard, explore, api4 ...",
                      COLUMN_ORIGIN},
    [GROUP_CONNECTION] = {"connection", "CONNECTION", "the database they run on",
                          COLUMN_CONNECTION},
    [GROUP_MODEL] = {"model", "MODEL", "the model they query", COLUMN_MODEL},
    [GROUP_SQL] = {"sql", "SQL", "their SQL but for literals, numbers and white space", COLUMN_SQL},
    [GROUP_PROFILE] = {"profile", "PROFILE", "the service they run on", COLUMN_PROFILE},
};

enum grouping grouping_find(const char *name)
{
    for (int by = 0; by < GROUPING_COUNT; by++)
        if (strcmp(groupings[by].name, name) == 0)
            return (enum grouping)by;
    return GROUPING_COUNT;
}

/* A service that tells no SQL of ended tasks tells what they were: that stands for it. */
static const char *text_of(enum grouping by, const struct task *task,
                           const struct column_context *context, bool *out_is_sql)
{
    const char *text = columns[groupings[by].column].text(task, context);
    *out_is_sql = by == GROUP_SQL && text != NULL;
    return by == GROUP_SQL && text == NULL ? task_text(task, TASK_TITLE) : text;
}

uint64_t grouping_key(enum grouping by, const struct task *task,
                      const struct column_context *context)
{
    bool is_sql;
    const char *text = text_of(by, task, context, &is_sql);
    if (text == NULL)
        return 0;
    return is_sql ? sql_fingerprint(text) : XXH3_64bits(text, strlen(text));
}

char *grouping_name(enum grouping by, const struct task *task, const struct column_context *context,
                    char *out, size_t size)
{
    bool is_sql;
    const char *text = text_of(by, task, context, &is_sql);
    if (is_sql)
        return sql_normalise(text, out, size);
    snprintf(out, size, "%s", text != NULL ? text : "-");
    return out;
}

#include "model/project.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/xalloc.h"
#include "model/task.h"

struct project_list *project_list_create(void)
{
    struct project_list *list = xcalloc(1, sizeof(*list));
    atomic_init(&list->refs, 1);
    list->fetched_ms = UNKNOWN;
    return list;
}

struct project_list *project_list_ref(const struct project_list *list)
{
    struct project_list *l = (struct project_list *)list;
    atomic_fetch_add_explicit(&l->refs, 1, memory_order_relaxed);
    return l;
}

void project_list_unref(struct project_list *list)
{
    if (!list || atomic_fetch_sub_explicit(&list->refs, 1, memory_order_acq_rel) != 1)
        return;
    arena_finish(&list->arena);
    free(list);
}

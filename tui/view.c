#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

void view_open(struct view *view, const struct view_ops *ops, struct app *app)
{
    memset(view, 0, sizeof(*view));
    view->ops = ops;
    view->title = ops->title;
    view->app = app;
    view->state = xcalloc(1, ops->state_size);
    if (ops->open != NULL)
        ops->open(view);
}

void view_close(struct view *view)
{
    if (view->ops == NULL)
        return;
    if (view->ops->close != NULL)
        view->ops->close(view);
    free(view->state);
    memset(view, 0, sizeof(*view));
}

/* looker_models.c - in which project a model is. It is asked once after each login, and never again
 * where that is not allowed: it only helps to find the way. */
#include <stdlib.h>

#include "base/xalloc.h"
#include "provider/looker_internal.h"

void looker_forget_models(struct looker *looker)
{
    arena_finish(&looker->models_arena);
    looker->models = NULL;
    looker->model_count = 0;
    looker->are_models_known = false;
}

bool looker_build_models(struct provider *p, struct http_request *out, struct error *err)
{
    return looker_request(p, out, HTTP_GET, err, "/lookml_models?fields=name,project_name");
}

void looker_read_models(struct looker *looker, const struct json *root)
{
    struct arena *arena = &looker->models_arena;
    size_t count = json_count(root) < LIMIT_ITEMS ? json_count(root) : LIMIT_ITEMS;
    struct item_model *models = arena_alloc(arena, count * sizeof(*models));
    size_t read = 0;
    for (size_t i = 0; i < count; i++) {
        const struct json *entry = json_at(root, i);
        struct item_model model = {json_fields_line(arena, json_get(entry, "name")),
                                   json_fields_line(arena, json_get(entry, "project_name"))};
        if (model.name && model.item_id)
            models[read++] = model;
    }
    looker->models = models;
    looker->model_count = read;
    looker->are_models_known = true;
}

void looker_give_models(const struct looker *looker, struct item_list *list)
{
    struct item_model *models = arena_alloc(&list->arena, looker->model_count * sizeof(*models));
    for (size_t i = 0; i < looker->model_count; i++)
        models[i] = (struct item_model){arena_strdup(&list->arena, looker->models[i].name),
                                        arena_strdup(&list->arena, looker->models[i].item_id)};
    list->models = models;
    list->model_count = looker->model_count;
}

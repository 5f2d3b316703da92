#include "sandbox/projects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sandbox/rng.h"

static const struct project PROJECTS[] = {
    {.id = "shop_model",
     .kind = PROJECT_GIT,
     .remote_url = "git@git.shop.example:data/shop_model.git",
     .service = "github",
     .username = "git",
     .pull_request_mode = "links",
     .dependency_status = "lock_optional",
     .branches = {{.name = "main", .is_local = true, .is_remote = true, .age_hours = 20},
                  {.name = "dev-demo-admin-x7k2",
                   .owner = "Demo Admin",
                   .is_local = true,
                   .is_remote = true,
                   .age_hours = 20},
                  {.name = "faster-order-items",
                   .is_local = false,
                   .is_remote = true,
                   .ahead = 3,
                   .age_hours = 6}},
     .dev_branch = 1},
    {.id = "finance",
     .kind = PROJECT_GIT,
     .remote_url = "git@git.shop.example:data/finance.git",
     .service = "gitlab",
     .username = "git",
     .pull_request_mode = "required",
     .dependency_status = "lock_required",
     .is_validation_required = true,
     .has_lookml_errors = true,
     .branches =
         {{.name = "main", .is_local = true, .is_remote = true, .age_hours = 49},
          {.name = "dev-ana-silva-q3wz",
           .owner = "Ana Silva",
           .is_local = true,
           .is_remote = true,
           .is_dirty = true,
           .ahead = 2,
           .behind = 1,
           .age_hours = 3},
          {.name = "fix/margin", .is_local = true, .is_remote = true, .ahead = 1, .age_hours = 27}},
     .dev_branch = 1},
    {.id = "marketing",
     .kind = PROJECT_GIT,
     .remote_url = "https://git.shop.example/data/marketing.git",
     .service = "custom",
     .username = "looker-deploy",
     .pull_request_mode = "off",
     .dependency_status = "install_none",
     .failing_test = "git_push",
     .has_release_management = true,
     .allows_warnings = true,
     .branches = {{.name = "master", .is_local = true, .is_remote = true, .age_hours = 400},
                  {.name = "dev-mira-novak-8hfd",
                   .owner = "Mira Novak",
                   .is_local = true,
                   .is_remote = false,
                   .behind = 4,
                   .age_hours = 700}},
     .dev_branch = 1},
    {.id = "sample_thelook",
     .kind = PROJECT_BARE,
     .pull_request_mode = "off",
     .dependency_status = "lock_optional",
     .is_example = true,
     .branches = {{.name = "master", .is_local = true, .age_hours = 9000}}},
};

#define PROJECT_COUNT (sizeof(PROJECTS) / sizeof(PROJECTS[0]))

static void fill_branch(struct branch *branch, const char *project, uint64_t seed, int64_t wall_ms)
{
    char name[128];
    int length = snprintf(name, sizeof(name), "%s %s", project, branch->name);
    struct rng rng = {.state = rng_hash(seed, name, (size_t)length)};
    rng_text(&rng, branch->remote_ref, sizeof(branch->remote_ref), RNG_HEX);
    memcpy(branch->ref, branch->remote_ref, sizeof(branch->ref));
    if (branch->ahead || branch->behind)
        rng_text(&rng, branch->ref, sizeof(branch->ref), RNG_HEX);
    branch->commit_s = wall_ms / 1000 - branch->age_hours * INT64_C(3600);
}

void projects_init(struct projects *projects, uint64_t seed, int64_t wall_ms)
{
    projects->count = PROJECT_COUNT;
    projects->list = xmalloc(sizeof(PROJECTS));
    memcpy(projects->list, PROJECTS, sizeof(PROJECTS));
    for (size_t i = 0; i < PROJECT_COUNT; i++)
        for (size_t b = 0; b < PROJECT_BRANCHES_MAX && projects->list[i].branches[b].name; b++)
            fill_branch(&projects->list[i].branches[b], projects->list[i].id, seed, wall_ms);
}

void projects_finish(struct projects *projects)
{
    free(projects->list);
}

struct project *projects_find(struct projects *projects, const char *id)
{
    for (size_t i = 0; i < projects->count; i++)
        if (strcmp(projects->list[i].id, id) == 0)
            return &projects->list[i];
    return NULL;
}

struct branch *project_branch(struct project *project, bool is_dev)
{
    return &project->branches[is_dev ? project->dev_branch : 0];
}

struct branch *project_find_branch(struct project *project, const char *name)
{
    for (size_t i = 0; i < PROJECT_BRANCHES_MAX && project->branches[i].name; i++)
        if (strcmp(project->branches[i].name, name) == 0)
            return &project->branches[i];
    return NULL;
}

void project_checkout(struct project *project, struct branch *branch)
{
    branch->is_local = true;
    project->dev_branch = (size_t)(branch - project->branches);
    project->is_validated = false;
}

bool project_has_findings(struct project *project)
{
    const struct branch *dev = project_branch(project, true);
    bool is_production = strcmp(dev->ref, project->branches[0].ref) == 0 && !dev->is_dirty;
    return project->has_lookml_errors && !is_production;
}

void project_reset(struct project *project, const char *ref)
{
    branch_reset(project_branch(project, true), ref);
    project->is_validated = false;
}

void branch_reset(struct branch *branch, const char *ref)
{
    snprintf(branch->ref, sizeof(branch->ref), "%s", ref);
    branch->ahead = 0;
    branch->behind = 0;
    branch->is_dirty = false;
}

bool project_wants_pull_request(const struct project *project)
{
    return strcmp(project->pull_request_mode, "required") == 0;
}

void project_deploy(struct project *project)
{
    struct branch *dev = project_branch(project, true);
    struct branch *production = project_branch(project, false);
    if (dev == production)
        return;
    snprintf(production->ref, sizeof(production->ref), "%s", dev->ref);
    memcpy(production->remote_ref, production->ref, sizeof(production->ref));
    memcpy(dev->remote_ref, dev->ref, sizeof(dev->ref));
    production->commit_s = dev->commit_s;
    /* What the others have not got yet. */
    for (size_t i = 1; i < PROJECT_BRANCHES_MAX && project->branches[i].name; i++)
        project->branches[i].behind += dev->ahead;
    dev->ahead = 0;
    dev->behind = 0;
}

/* projects.h - the projects of the two workspaces and their git branches: real state in memory.
 *
 * There is one dev workspace for all, which is enough to see what a client does. Threads: whoever
 * holds the service's lock.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROJECT_BRANCHES_MAX 6
#define GIT_REF_LENGTH       40

struct branch {
    const char *name;
    const char *owner; /* NULL: not somebody's own */
    int ahead;
    int behind;
    int age_hours;
    bool is_local;
    bool is_remote;
    bool is_dirty;
    /* filled in at the start */
    char ref[GIT_REF_LENGTH + 1];
    char remote_ref[GIT_REF_LENGTH + 1];
    int64_t commit_s;
};

enum project_kind { PROJECT_GIT, PROJECT_BARE };

struct project {
    const char *id;
    enum project_kind kind;
    const char *remote_url; /* NULL for a bare one */
    const char *service;
    const char *username;
    const char *pull_request_mode; /* off, links, recommended, required */
    const char *dependency_status;
    const char *failing_test; /* of the git connection; NULL: all pass */
    bool is_validation_required;
    bool has_release_management;
    bool is_example;
    bool allows_warnings;
    bool has_lookml_errors; /* in the dev workspace */
    struct branch
        branches[PROJECT_BRANCHES_MAX]; /* ends at a NULL name; the first is production's */
    size_t dev_branch;
    bool is_validated;
};

struct projects {
    struct project *list;
    size_t count;
};

void projects_init(struct projects *projects, uint64_t seed, int64_t wall_ms);
void projects_finish(struct projects *projects);
struct project *projects_find(struct projects *projects, const char *id);

/* The branch that a workspace shows. */
struct branch *project_branch(struct project *project, bool is_dev);
/* NULL when there is none. */
struct branch *project_find_branch(struct project *project, const char *name);
/* Checks a branch out in the dev workspace. */
void project_checkout(struct project *project, struct branch *branch);
/* True when validation finds something: the dev workspace has what production has not. */
bool project_has_findings(struct project *project);
/* Makes the branch of the dev workspace what ref says; an old validation counts no more. */
void project_reset(struct project *project, const char *ref);
/* Makes a branch what ref says: no commits of its own, nothing uncommitted. */
void branch_reset(struct branch *branch, const char *ref);
/* Nobody may deploy it by hand. */
bool project_wants_pull_request(const struct project *project);
/* Production gets what the dev workspace has. */
void project_deploy(struct project *project);

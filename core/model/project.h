/* project.h - a service's workspace: for Looker its LookML projects and their git state.
 *
 * Immutable once published and reference-counted; text sanitised. Threads: any may read.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "model/detail.h"

struct project {
    const char *id;
    const char *name;
    const char *branch;        /* checked out; NULL unknown or bare */
    const char *remote_branch; /* what it is compared with; NULL */
    const char *remote_url;    /* NULL: no remote */
    int64_t ahead;             /* commits; UNKNOWN */
    int64_t behind;
    int is_clean;               /* -1 unknown, 0 uncommitted changes, 1 clean */
    const char *git_status;     /* the service's own word; NULL */
    const char *last_commit;    /* short head revision; NULL */
    int64_t commit_ms;          /* wall clock; UNKNOWN */
    bool is_read_only;          /* example project, bare repository, production workspace */
    const struct field *fields; /* everything the service tells, in order */
    size_t field_count;
};

struct project_list {
    _Atomic uint32_t refs;
    struct arena arena;
    const char *workspace;         /* the session's: "production", "dev"; NULL unknown */
    const char *const *workspaces; /* all there are */
    size_t workspace_count;
    const struct project *projects;
    size_t project_count;
    bool is_cut;
    int64_t fetched_ms;
    struct error error; /* why parts are missing */
};

struct project_list *project_list_create(void);
struct project_list *project_list_ref(const struct project_list *list);
void project_list_unref(struct project_list *list);

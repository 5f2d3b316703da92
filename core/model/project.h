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
#include "base/limits.h"
#include "model/action.h"
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

/* A git branch of one project. */
struct branch {
    const char *name;
    const char *remote_name; /* NULL */
    const char *owner;       /* of a personal branch; NULL */
    const char *error;       /* what is wrong with it; NULL */
    bool is_current;
    bool is_production;
    bool is_personal;
    bool is_read_only;
    int64_t ahead; /* commits; UNKNOWN */
    int64_t behind;
    int64_t commit_ms; /* wall clock; UNKNOWN */
};

struct branch_list {
    _Atomic uint32_t refs;
    struct arena arena;
    char project_id[LIMIT_ID_BYTES];
    const struct branch *branches;
    size_t branch_count;
    bool is_cut;
    int64_t fetched_ms;
    struct error error;
};

struct branch_list *branch_list_create(const char *project_id);
struct branch_list *branch_list_ref(const struct branch_list *list);
void branch_list_unref(struct branch_list *list);

/* What a check of a project found: a validation, or its git connection tests. */
enum finding_level { FINDING_OK, FINDING_NOTE, FINDING_WARNING, FINDING_ERROR };

struct finding {
    enum finding_level level;
    const char *message;
    const char *file; /* NULL: of no single file */
    int line;         /* 0: not told */
};

struct project_report {
    _Atomic uint32_t refs;
    struct arena arena;
    char project_id[LIMIT_ID_BYTES];
    enum action_kind kind; /* ACTION_VALIDATE or ACTION_TEST_GIT */
    const char *summary;   /* "2 errors in 1.3s" */
    const struct finding *findings;
    size_t finding_count;
    bool is_cut;
    int64_t made_ms;
};

struct project_report *project_report_create(const char *project_id, enum action_kind kind);
struct project_report *project_report_ref(const struct project_report *report);
void project_report_unref(struct project_report *report);

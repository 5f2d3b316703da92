/* item.h - what stands around the tasks in a service's workspace: projects, templates, schedules.
 *
 * An item has a kind, and a table says what a kind is called, which columns tell of it and which
 * kind its parts are: a project has branches, a schedule has runs. The actions that apply to a kind
 * stand in action_infos; which of them the service denies for one item stands in the item. A list
 * holds the items of a service, or the parts of one of its items. Immutable once published and
 * reference-counted; text sanitised. Threads: any may read.
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
#include "model/task.h"

/* A setting that a template's SQL asks for. */
struct item_parameter {
    const char *name;
    const char *value; /* the usual one; NULL: none */
};

/* What a kind does not have is NULL, UNKNOWN, -1 or false. */
struct item {
    enum item_kind kind;
    const char *id;
    const char *name;
    const char *state;  /* the service's own word */
    const char *owner;  /* who made it, or whose it is */
    const char *note;   /* a line about it: what is wrong with a branch, why a run failed */
    const char *timing; /* schedule: when it runs, such as "0 3 * * *" */
    int64_t changed_ms; /* wall clock: last commit, last change; of a run: when it began */
    bool is_current;    /* branch: checked out */
    bool is_production;
    bool is_personal;
    bool is_read_only; /* example project, bare repository, production workspace, foreign branch */

    /* git: project and branch */
    const char *branch;        /* checked out; NULL unknown or bare */
    const char *remote_branch; /* what it is compared with */
    const char *remote_url;
    const char *last_commit; /* short head revision */
    int64_t ahead;           /* commits */
    int64_t behind;
    int is_clean; /* -1 unknown, 0 uncommitted changes, 1 clean */

    const char *sql;                         /* template and schedule; several lines */
    const char *command;                     /* connection: a line for the shell */
    const struct item_parameter *parameters; /* template */
    size_t parameter_count;

    uint32_t denied;            /* bit per enum action_kind that the service does not allow */
    const struct field *fields; /* everything the service tells, in order */
    size_t field_count;
};

/* All that is not told. */
#define ITEM_UNKNOWN .changed_ms = UNKNOWN, .ahead = UNKNOWN, .behind = UNKNOWN, .is_clean = -1

/* How a cell is meant, for its colour. */
enum item_tone { TONE_PLAIN, TONE_QUIET, TONE_GOOD, TONE_WARNING, TONE_BAD };

#define ITEM_CELL_BYTES  160
#define ITEM_COLUMNS_MAX 5
struct item_column {
    const char *title; /* "WHEN" */
    uint8_t max_cols;  /* 0: takes what is left */
    /* The cell as a person reads it; NULL: unknown. It is the item's own text, or stands in
     * scratch. now_ms: wall clock, for ages. */
    const char *(*text)(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES]);
    enum item_tone (*tone)(const struct item *item); /* NULL: plain */
};

struct item_kind_info {
    const char *name;    /* "schedule" */
    const char *plural;  /* "schedules" */
    const char *title;   /* heading: "Schedules" */
    unsigned cap;        /* enum provider_cap of a service that has them; 0: parts of others */
    enum item_kind part; /* kind of its parts; ITEM_KIND_COUNT: has none */
    struct item_column columns[ITEM_COLUMNS_MAX]; /* the name first; without title: no more */
};
extern const struct item_kind_info item_kinds[ITEM_KIND_COUNT];

/* What a list of items of such a service is called: the kind's title where there is but one. */
const char *item_title(unsigned caps);
/* The same within a sentence: "projects", "templates, schedules and connections". */
const char *item_words(unsigned caps, char *out, size_t out_size);
/* True unless the item's service denies it, or it is nothing for such an item; err says why. */
bool item_allows(const struct item *item, enum action_kind kind, struct error *err);

/* What a task names, and the item that it is a part of: a model, and its project. */
struct item_model {
    const char *name;
    const char *item_id;
};

/* All items of a service, or the parts of one of them. */
struct item_list {
    _Atomic uint32_t refs;
    struct arena arena;
    char item_id[LIMIT_ID_BYTES];  /* whose parts they are; "": of the service */
    const char *place;             /* what the service calls a workspace: "sandbox"; NULL */
    const char *workspace;         /* the session's: "production", "dev"; NULL unknown */
    const char *const *workspaces; /* all there are */
    size_t workspace_count;
    const struct item *items; /* those of a kind together */
    size_t item_count;
    const struct item_model *models;
    size_t model_count; /* 0 also where the service does not tell */
    bool is_cut;
    int64_t fetched_ms;
    struct error error; /* why parts are missing */
};

/* item_id NULL: the service's own list. */
struct item_list *item_list_create(const char *item_id);
struct item_list *item_list_ref(const struct item_list *list);
void item_list_unref(struct item_list *list);
/* NULL when it is not there, or there is no list. */
const struct item *item_list_find(const struct item_list *list, enum item_kind kind,
                                  const char *id);
/* The project of a model; where the service does not tell, the one of its name. */
const struct item *item_list_find_project(const struct item_list *list, const char *model);

/* What a check of an item found: a project's validation, or its git connection tests. */
enum finding_level { FINDING_OK, FINDING_NOTE, FINDING_WARNING, FINDING_ERROR };

struct finding {
    enum finding_level level;
    const char *message;
    const char *file; /* NULL: of no single file */
    int line;         /* 0: not told */
};

struct item_report {
    _Atomic uint32_t refs;
    struct arena arena;
    char item_id[LIMIT_ID_BYTES];
    enum action_kind kind; /* ACTION_VALIDATE or ACTION_TEST_GIT */
    const char *summary;   /* "2 errors in 1.3s" */
    const struct finding *findings;
    size_t finding_count;
    bool is_cut;
    int64_t made_ms;
};

struct item_report *item_report_create(const char *item_id, enum action_kind kind);
struct item_report *item_report_ref(const struct item_report *report);
void item_report_unref(struct item_report *report);

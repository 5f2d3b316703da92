/* fake_snapshot.h - snapshots made by hand, for views and frames. */
#pragma once

#include <stddef.h>

#include "model/snapshot.h"

/* 2026-11-20T10:00:00Z: the moment at which all of them are looked at. */
#define FAKE_NOW INT64_C(1795168800000)

/* What a test wants to say of a task; the rest gets sensible values. NULL and 0: unknown. */
struct fake_task {
    const char *id;
    enum task_state state;
    int64_t elapsed_ms;
    int64_t age_ms;
    const char *user;
    const char *origin;
    const char *title;
    const char *sql;
    const char *message;
    uint16_t source;
    unsigned more_flags; /* that a task of this state does not have by itself */
    unsigned no_flags;   /* flags it would have, taken away */
    const char *url;
};

struct task *fake_task_create(const struct fake_task *fake);
/* Profiles "demo", "looker-eu", "third"; all well. */
struct snapshot *fake_snapshot(const struct fake_task *tasks, size_t count, size_t source_count);
/* Adds to a snapshot nobody else has seen yet. The references are taken over. */
void fake_add_detail(struct snapshot *s, struct task_detail *detail);
void fake_add_result(struct snapshot *s, struct task_result *result);
void fake_add_action(struct snapshot *s, enum action_kind kind, enum action_state state,
                     const char *task_id, const char *title);
/* A detail with a few facts, three lines of SQL and an error in the third. */
struct task_detail *fake_detail(const char *id);
/* Three rows with a NULL. */
struct task_result *fake_result(const char *id);
struct item_list *fake_items(void);

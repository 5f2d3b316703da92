/* scripts.h - for each provider, each op with good answers to all its legs. */
#pragma once

#include "provider/provider.h"

#define SCRIPT_LEGS_MAX 6

struct good_answer {
    const char *content_type; /* NULL: JSON */
    const char *body;
};

struct op_script {
    enum op op;
    enum task_state state;                    /* of the task that is asked about */
    struct good_answer legs[SCRIPT_LEGS_MAX]; /* ends with a body of NULL */
    enum action_kind action;                  /* OP_ITEM */
};

struct provider_script {
    const char *provider;
    const char *api_version; /* NULL: the usual one */
    const char *task_id;
    const struct op_script *ops; /* ends with OP_COUNT */
};

extern const struct provider_script provider_scripts[];
extern const size_t provider_script_count;

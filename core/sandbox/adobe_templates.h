/* adobe_templates.h - query templates: SQL with a name, and parameters with defaults.
 *
 * Threads: whoever holds the service's lock.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "net/json.h"
#include "sandbox/adobe_queries.h"
#include "sandbox/rng.h"

struct adobe_template {
    char id[ADOBE_ID_LENGTH + 1];
    char *name;
    char *sql;
    char *parameters; /* a JSON object */
    char *user_id;
    char *last_user_id;
    int64_t created_ms; /* wall clock, as updated_ms */
    int64_t updated_ms;
    TAILQ_ENTRY(adobe_template) link;
};

TAILQ_HEAD(adobe_template_list, adobe_template);

struct adobe_templates {
    struct adobe_template_list list; /* oldest first */
    size_t count;
    struct rng rng;
};

void adobe_templates_init(struct adobe_templates *templates, uint64_t seed);
void adobe_templates_finish(struct adobe_templates *templates);
const struct adobe_template *adobe_templates_find(const struct adobe_templates *templates,
                                                  const char *id);
/* Makes a template; the body must have name and sql. */
struct adobe_template *adobe_templates_add(struct adobe_templates *templates,
                                           const struct json *body, const char *user_id,
                                           int64_t wall_ms);

/* adobe_order.h - from the body of a request, or the query of a schedule, to a query to be run. */
#pragma once

#include "sandbox/adobe_queries.h"
#include "sandbox/adobe_templates.h"

struct adobe_order {
    struct adobe_wish wish; /* user, client and time are the caller's to add */
    struct strbuf sql;
    struct json *request;
};

/* Fills in parameters, takes SQL from a template, makes CREATE TABLE and INSERT of ctasParameters
 * and insertIntoParameters. Under the service's lock; the order must not outlive the template. */
bool adobe_order_make(struct adobe_order *out, const struct adobe_templates *templates,
                      const struct json *body, struct error *err);
void adobe_order_finish(struct adobe_order *order);

/* faults.h - what may go wrong between querytop and a service: the one table that the test and
 * docs/faults.md are made of. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "support/fault_proxy.h"

/* Who does it. */
enum fault_place {
    FAULT_IN_PROXY,   /* the proxy, to the request for the list */
    FAULT_IN_SERVICE, /* the service is killed, and comes back without memory of its tokens */
    FAULT_IN_MACHINE, /* querytop itself stands still for a while */
};

struct fault_row {
    const char *name; /* for the document */
    enum fault_place place;
    enum proxy_fault fault;
    const char *text;  /* for the proxy */
    const char *sees;  /* on the screen; NULL: nothing, all goes on as if nothing were wrong */
    const char *retry; /* what is asked again, for the document */
};

extern const struct fault_row fault_rows[];
extern const size_t fault_row_count;

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

/* What stands in the way from the start: nothing is known of the service yet. */
enum start_fault {
    START_TLS_UNTRUSTED,  /* a certificate that nobody vouches for */
    START_TLS_OTHER_HOST, /* a trusted one, of another host */
    START_TLS_NONE,       /* https where plain HTTP is spoken */
    START_DNS_HANGS,      /* the resolver never answers */
};

struct start_row {
    const char *name;
    enum start_fault fault;
    const char *sees;
};

extern const struct start_row start_rows[];
extern const size_t start_row_count;

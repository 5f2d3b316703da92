/* fault_proxy.h - a TCP proxy before a service, through which one kind of request goes wrong.
 *
 * What no server does on purpose: silence, half an answer, an answer of another kind. All other
 * requests pass. Listens on a free port of 127.0.0.1, a thread per connection. One owner.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum proxy_fault {
    PROXY_PASS,
    PROXY_BLACK_HOLE,  /* new connections are not even refused; those there are fall silent */
    PROXY_CLOSE,       /* the connection is closed instead of an answer */
    PROXY_HANG_BEFORE, /* the request is read, then silence */
    PROXY_HANG_AMID,   /* half of the answer, then silence */
    PROXY_CUT,         /* half of the answer, then the end */
    PROXY_SLOW,        /* the answer, a byte a second */
    PROXY_ANSWER,      /* another answer than the service's: the text given along */
    PROXY_ENDLESS,     /* an answer without end: the text given along, over and over */
    PROXY_OTHER_TYPE,  /* the answer, as text/html */
    PROXY_DATE,        /* the answer, with the Date header given along */
    PROXY_TWICE,       /* the answer, each id in it named twice: first a wrong one */
};

struct fault_proxy;

/* Before the service on service_port; what begins with `struck` ("GET /api/4.0/running_queries") is
 * what goes wrong. */
struct fault_proxy *fault_proxy_start(uint16_t service_port, const char *struck);
void fault_proxy_stop(struct fault_proxy *proxy);
uint16_t fault_proxy_port(const struct fault_proxy *proxy);
/* From the next request on. text is borrowed until the next call; NULL where the fault needs none.
 */
void fault_proxy_set(struct fault_proxy *proxy, enum proxy_fault fault, const char *text);
/* Struck requests that came so far. */
size_t fault_proxy_struck(const struct fault_proxy *proxy);
/* Connections that came so far. */
size_t fault_proxy_connections(const struct fault_proxy *proxy);
/* Bytes that were sent in answer to struck requests. */
size_t fault_proxy_sent(const struct fault_proxy *proxy);

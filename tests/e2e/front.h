/* front.h - a real HTTP/2 server (nghttpx) before a service: TLS, with a certificate of its own.
 *
 * What it was asked, how and over which connection it writes down itself. One thread.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "support/service.h"

struct front;

/* False where there is no nghttpx or no openssl to make the certificate with. */
bool front_is_there(void);
/* protocols: what it offers, "h2,http/1.1" or less. Returns when it listens. */
struct front *front_start(const struct service *service, const char *protocols);
/* Lets it end in its own way: it says goodbye on every connection (GOAWAY), and takes no new one.
 */
void front_leave(struct front *front);
/* A new process on the port of the one that has left. */
void front_return(struct front *front);
/* Accepts NULL. */
void front_stop(struct front *front);

uint16_t front_port(const struct front *front);
const char *front_certificate(const struct front *front); /* path of a PEM file */
/* The configuration of one profile "shop" that goes through it; valid until the next call. */
const char *front_config(const struct front *front);

/* Connections that are open to it at this moment. */
unsigned front_connections(const struct front *front);
/* Answered requests in this protocol ("h2") that begin with these words ("GET /api/4.0/user"). */
unsigned front_answered(const struct front *front, const char *protocol, const char *words);
/* Waits for that many of them: it writes a request down only after it has answered. */
bool front_wait_answered(const struct front *front, const char *protocol, const char *words,
                         unsigned count);

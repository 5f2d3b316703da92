/* postgres.h - a PostgreSQL of our own for pg_activity to look at: a fresh cluster in a scratch
 * folder, reached by a socket there and not by TCP, with sessions that wait in a query.
 */
#pragma once

#include "base/error.h"

#define POSTGRES_USER     "postgres"
#define POSTGRES_SESSIONS 50

struct postgres;

/* NULL: err says why; PostgreSQL may not be installed. */
struct postgres *postgres_start(struct error *err);
const char *postgres_socket_folder(const struct postgres *postgres);
/* Accepts NULL. */
void postgres_stop(struct postgres *postgres);

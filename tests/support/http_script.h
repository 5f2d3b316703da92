/* http_script.h - a tiny HTTP server in a thread that answers from a script.
 *
 * For what no good server does on purpose: half an answer, garbage, silence. Listens on a free port
 * of 127.0.0.1. Scripts are borrowed until stop. Threads: one owner.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum script_end {
    SCRIPT_CLOSE, /* send all and close */
    SCRIPT_KEEP,  /* send all and wait for the next request on the same connection */
    SCRIPT_HANG,  /* send all and keep silent until the server is stopped */
};

struct script {
    const char *path; /* as in the request line; ends the table with NULL */
    const char *answer;
    enum script_end end;
    size_t repeat; /* the answer is sent this often; 0 counts as 1 */
};

struct script_server;

struct script_server *script_server_start(const struct script *scripts);
void script_server_stop(struct script_server *server);
uint16_t script_server_port(const struct script_server *server);
/* Requests that were read whole so far. */
size_t script_server_requests(struct script_server *server);
/* Connections that were accepted so far. */
size_t script_server_connections(struct script_server *server);
/* The newest request, head and body; copied into out. */
void script_server_last(struct script_server *server, char *out, size_t size);

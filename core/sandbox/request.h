/* request.h - one request and its answer as plain data, apart from any HTTP library.
 *
 * Threads: belong to the thread that answers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "net/json.h"

enum api_version { API_NONE, API_3_1, API_4_0, API_ADOBE };

struct parameter {
    const char *name;
    const char *value;
};

#define REQUEST_SEGMENTS_MAX   12
#define REQUEST_PARAMETERS_MAX 64
#define REQUEST_ARGUMENTS_MAX  3

struct account;

struct request {
    /* as it came */
    const char *method;
    const char *target;        /* path and query, encoded */
    const char *authorization; /* header values; NULL when absent */
    const char *content_type;
    const char *if_none_match;
    const char *api_key; /* Adobe's x-api-key, x-gw-ims-org-id, x-sandbox-name */
    const char *org_id;
    const char *sandbox_name;
    struct strbuf body;
    int socket;    /* -1: none; tells when the client has gone */
    bool is_local; /* the client is on this machine */
    /* parsed */
    struct arena arena;
    const char *path; /* decoded, without query */
    const char *segments[REQUEST_SEGMENTS_MAX];
    size_t segment_count;
    struct parameter parameters[REQUEST_PARAMETERS_MAX]; /* of the query */
    size_t parameter_count;
    /* by the router */
    enum api_version api;
    const char *arguments[REQUEST_ARGUMENTS_MAX]; /* what stood for {..} in the path */
    const struct account *account;                /* NULL: not logged in */
    const char *token;
    bool is_dev; /* the session's workspace */
};

void request_init(struct request *request);
void request_finish(struct request *request);
/* Splits and decodes target. False when it is too long or broken. */
bool request_parse_target(struct request *request);
/* A query parameter; NULL when absent. */
const char *request_parameter(const struct request *request, const char *name);
/* -1 absent or neither, 0, 1. */
int request_flag(const struct request *request, const char *name);
/* Parses name=value&... of a form into out, memory from arena. Returns how many. */
size_t request_parse_form(struct arena *arena, const char *text, struct parameter *out, size_t max);

#define RESPONSE_BODY_BYTES ((size_t)256 << 20)

struct response {
    unsigned status;
    const char *content_type; /* NULL: no body */
    struct strbuf body;
    char retry_after[32]; /* "" none */
    /* faults */
    bool is_cut;
    bool is_reset;
};

void response_init(struct response *response);
void response_finish(struct response *response);

void respond_empty(struct response *response, unsigned status);
void respond_text(struct response *response, unsigned status, const char *content_type,
                  const char *text);
/* Sends json (taken). With ?fields= only those are left. */
void respond_json(struct response *response, const struct request *request, struct json *json);
/* {"message":..., "documentation_url":...} */
void respond_error(struct response *response, unsigned status, const char *message);
void respond_not_found(struct response *response);
/* The page that some 404s come with. */
void respond_not_found_html(struct response *response);
/* 422 for one field; code is "missing_field", "invalid" or the like. */
void respond_invalid(struct response *response, const char *field, const char *code,
                     const char *message);

/* The members that "id,status,query(id,model)" names, of an object or of each of an array. The
 * caller owns the result. */
struct json *fields_pick(const struct json *value, const char *fields);

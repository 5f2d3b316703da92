/* adobe_gate.h - what stands before Adobe's Query Service: IMS, which gives tokens, and the
 * gateway, which looks at four headers; and the shapes of their errors.
 *
 * Threads: any, without the service's lock.
 */
#pragma once

#include "sandbox/service.h"

#define ADOBE_ROOT         "/data/foundation/query"
#define ADOBE_ORG_ID       "DEMO@AdobeOrg"
#define ADOBE_SANDBOX_NAME "demo"

/* "0A1B...@techacct.adobe.com" for what logs in with a secret, an address for people. Returns out.
 */
const char *adobe_user_id(const struct account *account, char *out, size_t size);
#define ADOBE_USER_BYTES 96

/* Sets the request's account. False after having answered as the gateway does. */
bool adobe_admit(struct sandbox *sandbox, struct request *request, struct response *response);
/* The body as an object; NULL after having answered 400. */
struct json *adobe_body(const struct request *request, struct response *response);

/* Sends json (taken). */
void respond_adobe(struct response *response, unsigned status, struct json *json);
/* {"message":..., "statusCode":...} */
void respond_adobe_message(struct response *response, unsigned status, const char *message);
/* A status with the body that the gateway or the service gives it; no body where none is known. */
void respond_adobe_status(struct response *response, unsigned status);

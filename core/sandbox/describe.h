/* describe.h - small things that many answers hold: users, permissions, times. */
#pragma once

#include <stdint.h>

#include "net/json.h"
#include "sandbox/auth.h"

/* {"run":true,...}; names end at NULL. */
struct json *describe_rights(const char *const *names);
/* A link of Adobe's; body is JSON as text, NULL: none. */
struct json *describe_link(const char *href, const char *method, const char *body);
/* The type UserPublic. */
struct json *describe_user_public(const struct account *account, const char *url);
/* An ISO time under key, or null when unknown. */
void describe_set_time(struct json *object, const char *key, int64_t wall_ms);

/* describe.h - small things that many answers hold: users, permissions, times. */
#pragma once

#include <stdint.h>

#include "net/json.h"
#include "sandbox/auth.h"

/* {"run":true,...}; names end at NULL. */
struct json *describe_rights(const char *const *names);
/* The type UserPublic. */
struct json *describe_user_public(const struct account *account, const char *url);
/* An ISO time under key, or null when unknown. */
void describe_set_time(struct json *object, const char *key, int64_t wall_ms);

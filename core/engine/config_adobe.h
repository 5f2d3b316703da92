/* config_adobe.h - credentials of Adobe from the files of other programs: the JSON of aepp, and the
 * configuration of the aio command line, as hjson or JSON. Call before threads start.
 */
#pragma once

#include "base/error.h"
#include "provider/profile.h"

/* Fills in from the profile's credentials_file what the profile does not say itself: client_id,
 * client_secret, org_id, sandbox_name, scopes. Refuses a file with a secret that others can read.
 */
bool config_adobe_read(struct profile *profile, struct error *err);

/* looker.h - Looker, API 4.0. */
#pragma once

#include "provider/provider.h"

extern const struct provider_ops looker_ops;

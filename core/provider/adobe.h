/* adobe.h - Adobe Experience Platform Query Service. */
#pragma once

#include "provider/provider.h"

extern const struct provider_ops adobe_ops;

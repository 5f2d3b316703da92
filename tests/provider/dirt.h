/* dirt.h - looks for text that no person or terminal should be given. */
#pragma once

#include "provider/provider.h"

/* The first text of the batch that is not clean; NULL when all is. */
const char *batch_dirt(const struct batch *batch);

#include "engine/poller.h"

#include "base/timefmt.h"

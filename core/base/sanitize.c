#include "base/sanitize.h"

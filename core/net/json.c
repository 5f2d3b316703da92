#include "net/json.h"

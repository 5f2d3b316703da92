#include "model/filter.h"

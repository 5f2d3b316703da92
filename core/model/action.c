#include "model/action.h"

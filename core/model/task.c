#include "model/task.h"

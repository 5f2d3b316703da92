#include "model/project.h"

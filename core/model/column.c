#include "model/column.h"

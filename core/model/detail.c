#include "model/detail.h"

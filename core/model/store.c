#include "model/store.h"

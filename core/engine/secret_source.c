#include "engine/secret_source.h"

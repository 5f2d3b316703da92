#include "net/records.h"

#include "net/schedule.h"

/* looker_project.h - what the handlers of projects and of git share. */
#pragma once

#include "sandbox/service.h"

struct json *describe_branch(const struct project *project, const struct branch *branch);

/* version31.h - what API 3.1 says otherwise than 4.0.
 *
 * Handlers speak 4.0 alone; the router has their answers rewritten when 3.1 was asked for. Any
 * thread, with the service's lock not held.
 */
#pragma once

#include "sandbox/service.h"

/* What an answer is made of, where that differs between the versions. */
enum answer_type {
    ANSWER_SAME,
    ANSWER_TOKEN,
    ANSWER_USER,
    ANSWER_SESSION,
    ANSWER_RUNNING,
    ANSWER_QUERY,
    ANSWER_SQL_QUERY,
    ANSWER_LOOK,
    ANSWER_TASK,
    ANSWER_CONNECTION,
    ANSWER_WORKSPACE,
    ANSWER_PROJECT,
};

/* Turns an answer of 4.0 into one of 3.1: ids as integers, members left out, 204 for 202. */
void version31_rewrite(struct sandbox *sandbox, enum answer_type type, struct response *response);

/* limits.h - every ceiling of the program, in one place.
 *
 * Whatever grows with what a service sends has a ceiling here; what happens at the ceiling (cut
 * and said, or refused) is written beside it. Bytes unless the name says otherwise.
 */
#pragma once

#include <stddef.h>

#define LIMIT_KIB ((size_t)1024)
#define LIMIT_MIB (1024 * LIMIT_KIB)

/* Requests and responses. A longer body is not read on; the answer counts as an error. */
#define LIMIT_URL_BYTES          (16 * LIMIT_KIB)
#define LIMIT_REQUEST_BODY_BYTES (4 * LIMIT_MIB)
#define LIMIT_LIST_BODY_BYTES    (256 * LIMIT_MIB)
#define LIMIT_RESULT_BODY_BYTES  (64 * LIMIT_MIB)
#define LIMIT_SMALL_BODY_BYTES   (8 * LIMIT_MIB)

/* JSON: nesting beyond this is refused, and so is a document that would take more memory than this
 * once it is parsed: an empty object alone takes a thousand bytes. */
#define LIMIT_JSON_DEPTH      64
#define LIMIT_JSON_TREE_BYTES (128 * LIMIT_MIB)

/* Text of one task as the list keeps it. Longer text is cut and marked as cut. */
#define LIMIT_TASK_SQL_BYTES     (16 * LIMIT_KIB)
#define LIMIT_TASK_MESSAGE_BYTES (2 * LIMIT_KIB)
#define LIMIT_TASK_FIELD_BYTES   512

/* Text and rows of one task as the detail keeps them. */
#define LIMIT_DETAIL_SQL_BYTES (1 * LIMIT_MIB)
/* SQL that would be longer once it is laid out is shown as it was sent. */
#define LIMIT_FORMATTED_SQL_BYTES (4 * LIMIT_MIB)
#define LIMIT_DETAIL_VALUE_BYTES  (16 * LIMIT_KIB)
#define LIMIT_DETAIL_FIELDS       512
#define LIMIT_RESULT_ROWS         10000
#define LIMIT_RESULT_COLUMNS      1000
#define LIMIT_RESULT_CELLS        1000000
#define LIMIT_RESULT_CELL_BYTES   (4 * LIMIT_KIB)
#define LIMIT_RESULT_TEXT_BYTES   (8 * LIMIT_MIB)

/* Ids that travel in commands. Longer ids make a task that can be seen but not acted upon. */
#define LIMIT_ID_BYTES   128
#define LIMIT_NAME_BYTES 64
/* A branch or workspace that an action names. */
#define LIMIT_ARGUMENT_BYTES 256

/* The store forgets the oldest ended tasks beyond this many per source. */
#define LIMIT_ENDED_TASKS 20000
/* A list longer than this is cut, and the source is marked as partial. */
#define LIMIT_LISTED_TASKS 200000
/* What is read of one record of a list. A longer one is left out, and the source is marked as
 * partial. */
#define LIMIT_RECORD_BYTES (4 * LIMIT_MIB)

/* Queries whose earlier run times are remembered; the one known longest is forgotten first. */
#define LIMIT_EXPECTATIONS 10000

/* Details and results kept in the snapshot, most recently wanted first. */
#define LIMIT_KEPT_DETAILS 16
#define LIMIT_KEPT_RESULTS 4

#define LIMIT_PROFILES 128
#define LIMIT_RULES    32
#define LIMIT_ITEMS    1000
#define LIMIT_PARTS    2000
/* More than LIMIT_MARKS: all marked tasks can be asked for at once. */
#define LIMIT_COMMAND_QUEUE 1280
#define LIMIT_ACTIONS       1000
#define LIMIT_MARKS         1000

#define LIMIT_CONFIG_BYTES (1 * LIMIT_MIB)
#define LIMIT_SECRET_BYTES (64 * LIMIT_KIB)

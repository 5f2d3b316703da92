/* error.h - what went wrong, as one plain line with the next step.
 *
 * A function that can fail returns bool and takes a struct error * last. error_set() returns false,
 * so that failing is one expression: return error_set(err, ERR_CONFIG, "...");
 * Threads: a struct error belongs to whoever declared it; nothing here is shared.
 */
#pragma once

#include <stdbool.h>

/* Codes are kinds, not sites; error_exit_code() maps them to the exit codes of the contract. */
enum error_code {
    ERR_NONE,
    ERR_NO,        /* asked properly, and the answer is no */
    ERR_USAGE,     /* the command line is wrong */
    ERR_CONFIG,    /* the configuration is missing or wrong */
    ERR_LOGIN,     /* credentials were refused */
    ERR_FORBIDDEN, /* logged in, but without the right */
    ERR_NETWORK,   /* no connection, or it broke */
    ERR_TIMEOUT,   /* no answer in time */
    ERR_LIMITED,   /* the service asked to slow down (429) */
    ERR_SERVICE,   /* the service failed, or sent what cannot be understood */
    ERR_MODE,      /* refused by the profile's mode */
    ERR_INTERRUPTED,
    ERR_CODE_COUNT,
};

#define ERROR_MESSAGE_BYTES 400

struct error {
    enum error_code code;
    char message[ERROR_MESSAGE_BYTES]; /* UTF-8, no control characters, no trailing newline */
};

/* Fills err (may be NULL) and returns false. Text of a service that goes into a message must have
 * passed the sanitiser before; as a last line of defence control bytes become '?', and the
 * sanitiser sees to the rest. */
bool error_set(struct error *err, enum error_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "context: " before the message that is there, and returns false. */
bool error_prefix(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

void error_clear(struct error *err);

/* The contract's exit code: 0 done, 1 no, 2 usage, 3 configuration, 4 refused by login or rights,
 * 5 unavailable, 6 refused by the mode, 130 interrupted. */
int error_exit_code(enum error_code code);

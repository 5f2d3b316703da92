/* http_header.h - reading single header lines. Pure; any thread. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* When line[0..length) is the header name (without case): its value without blanks around it, cut
 * to size, in out. */
bool http_header_value(const char *line, size_t length, const char *name, char *out, size_t size);
/* The media type of a Content-Type value: lower case, without parameters, printable ASCII. */
void http_header_media_type(const char *value, char *out, size_t size);
/* Retry-After (RFC 9110): seconds, or a date, which is compared with the service's own clock when
 * that is known. In ms; -1 when absent ("") or unreadable. */
int64_t http_header_retry_after(const char *value, int64_t date_ms, int64_t now_ms);

#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/sanitize.h"
#include "base/utf8.h"

static const int exit_codes[ERR_CODE_COUNT] = {
    [ERR_NONE] = 0,    [ERR_NO] = 1,        [ERR_USAGE] = 2,   [ERR_CONFIG] = 3,
    [ERR_LOGIN] = 4,   [ERR_FORBIDDEN] = 4, [ERR_NETWORK] = 5, [ERR_TIMEOUT] = 5,
    [ERR_LIMITED] = 5, [ERR_SERVICE] = 5,   [ERR_MODE] = 6,    [ERR_INTERRUPTED] = 130,
};

/* Cutting at the buffer's end may leave a part of the last character: it goes as a whole. */
static void drop_partial_character(char *text)
{
    size_t length = strlen(text);
    size_t start = length;
    while (start > 0 && length - start < 4 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    start--;
    uint32_t code_point;
    utf8_decode(text + start, length - start, &code_point);
    if (code_point == UTF8_INVALID)
        text[start] = '\0';
}

/* Control bytes and broken text have no business in a message, whoever put them there: a file of
 * the user's own, or a character that a precision such as %.40s has cut. */
static void scrub(char text[ERROR_MESSAGE_BYTES])
{
    char copy[ERROR_MESSAGE_BYTES];
    for (char *p = text; *p; p++) {
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    }
    drop_partial_character(text);
    if (sanitize_is_clean(text, strlen(text)))
        return;
    memcpy(copy, text, strlen(text) + 1);
    sanitize_line(text, sizeof(copy), copy);
}

bool error_set(struct error *err, enum error_code code, const char *format, ...)
{
    if (!err)
        return false;
    err->code = code;
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof(err->message), format, args);
    va_end(args);
    scrub(err->message);
    return false;
}

bool error_prefix(struct error *err, const char *format, ...)
{
    if (!err)
        return false;
    char context[sizeof(err->message)];
    va_list args;
    va_start(args, format);
    vsnprintf(context, sizeof(context), format, args);
    va_end(args);

    char whole[2 * sizeof(err->message)];
    snprintf(whole, sizeof(whole), "%s: %s", context, err->message);
    snprintf(err->message, sizeof(err->message), "%.*s", (int)sizeof(err->message) - 1, whole);
    scrub(err->message);
    return false;
}

void error_clear(struct error *err)
{
    *err = (struct error){.code = ERR_NONE};
}

int error_exit_code(enum error_code code)
{
    return exit_codes[code];
}

/* The parsers of times: refused and untouched, or a time that is written back the same. */
#include "fuzz.h"

#include <string.h>

#include "base/timefmt.h"

#define UNTOUCHED INT64_C(-4242424242424242)

static void check_formats(int64_t ms)
{
    char out[TIMEFMT_BYTES];
    REQUIRE(strlen(format_duration(out, ms)) <= 5);
    REQUIRE(strlen(format_count(out, ms)) <= 5);
    REQUIRE(strlen(format_local(out, ms, 0)) >= 1);
    int64_t again;
    if (strcmp(format_utc(out, ms), "-") != 0)
        REQUIRE(parse_iso8601(out, &again) && again == ms);
}

static void check(bool (*parse)(const char *, int64_t *), const char *text)
{
    int64_t ms = UNTOUCHED;
    if (parse(text, &ms))
        check_formats(ms);
    else
        REQUIRE(ms == UNTOUCHED);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    REQUIRE(text);
    memcpy(text, data, size);
    text[size] = '\0';
    check(parse_duration, text);
    check(parse_iso8601, text);
    check(parse_http_date, text);
    free(text);

    int64_t number = 0;
    memcpy(&number, data, size < sizeof(number) ? size : sizeof(number));
    check_formats(number);
    return 0;
}

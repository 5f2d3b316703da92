#include "net/records.h"

#include <string.h>
#include <xxhash.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/limits.h"

/* Every scanner takes [at, end) and returns where it stopped, or NULL when the text is broken. */

#ifdef __SSE2__
#define BLOCK_BYTES 16

static __m128i equals(__m128i block, char c)
{
    return _mm_cmpeq_epi8(block, _mm_set1_epi8(c));
}

static __m128i load(const char *at)
{
    return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* A bit for each byte of the block that ends or escapes in a string. */
static unsigned string_marks(const char *at)
{
    __m128i block = load(at);
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(equals(block, '"'), equals(block, '\\')));
}

/* A bit for each quote, bracket and brace; '[' and ']' are '{' and '}' without bit 0x20. */
static unsigned structure_marks(const char *at)
{
    __m128i block = load(at);
    __m128i folded = _mm_or_si128(block, _mm_set1_epi8(0x20));
    __m128i brackets = _mm_or_si128(equals(folded, '{'), equals(folded, '}'));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(brackets, equals(block, '"')));
}

/* The first marked byte, or where the last whole block ended. */
static const char *find_marked(const char *at, const char *end, unsigned (*marks)(const char *))
{
    for (; end - at >= BLOCK_BYTES; at += BLOCK_BYTES) {
        unsigned found = marks(at);
        if (found)
            return at + __builtin_ctz(found);
    }
    return at;
}
#else
#define find_marked(at, end, marks) (at)
#endif

static const char *find_string_mark(const char *at, const char *end)
{
    at = find_marked(at, end, string_marks);
    while (at < end && *at != '"' && *at != '\\')
        at++;
    return at;
}

static bool is_structure(char c)
{
    return c == '"' || c == '{' || c == '}' || c == '[' || c == ']';
}

static const char *find_structure(const char *at, const char *end)
{
    at = find_marked(at, end, structure_marks);
    while (at < end && !is_structure(*at))
        at++;
    return at;
}

static const char *skip_blank(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

/* at is behind the opening quote. */
static const char *skip_string(const char *at, const char *end)
{
    while ((at = find_string_mark(at, end)) < end) {
        if (*at == '"')
            return at + 1;
        if (end - at < 2)
            return NULL;
        at += 2;
    }
    return NULL;
}

/* An object or array, at most max_depth deep. Brackets must match; commas and colons between them
 * are the parser's business. */
static const char *skip_nested(const char *at, const char *end, unsigned max_depth)
{
    _Static_assert(LIMIT_JSON_DEPTH <= 64, "the kinds of all open brackets fit one word");
    uint64_t arrays = 0; /* the innermost in bit 0; set for '[' */
    unsigned depth = 0;
    while ((at = find_structure(at, end)) < end) {
        char c = *at++;
        if (c == '"') {
            at = skip_string(at, end);
            if (!at)
                return NULL;
        } else if (c == '{' || c == '[') {
            if (depth == max_depth)
                return NULL;
            arrays = arrays << 1 | (c == '[');
            depth++;
        } else {
            if ((arrays & 1) != (c == ']'))
                return NULL;
            arrays >>= 1;
            if (--depth == 0)
                return at;
        }
    }
    return NULL;
}

static bool is_scalar_byte(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '+' || c == '.';
}

/* A number or a word. */
static const char *skip_scalar(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && is_scalar_byte(*at))
        at++;
    return at > start ? at : NULL;
}

static const char *skip_value(const char *at, const char *end, unsigned max_depth)
{
    if (at == end)
        return NULL;
    if (*at == '"')
        return skip_string(at + 1, end);
    if (*at == '{' || *at == '[')
        return skip_nested(at, end, max_depth);
    return skip_scalar(at, end);
}

/* Steps over c and the blanks around it. */
static const char *skip_char(const char *at, const char *end, char c)
{
    at = skip_blank(at, end);
    if (at == end || *at != c)
        return NULL;
    return skip_blank(at + 1, end);
}

/* at is behind the closing bracket: an array at the top must be all there is. */
static void close_list(struct records *r, const char *at)
{
    if (r->is_member || skip_blank(at, r->end) == r->end)
        r->is_done = true;
    else
        r->is_broken = true;
    r->at = at;
}

/* at is where the array should begin; NULL when that is not known. */
static void open_list(struct records *r, const char *at)
{
    if (at)
        at = skip_char(at, r->end, '[');
    if (!at)
        r->is_broken = true;
    else if (at < r->end && *at == ']')
        close_list(r, at + 1);
    else
        r->at = at;
}

void records_init(struct records *r, const char *body, size_t length)
{
    *r = (struct records){.at = body, .end = body + length};
    open_list(r, body);
}

/* at is at the opening quote of a member's key. Gives where its value begins. */
static const char *read_key(const char *at, const char *end, const char *key, bool *out_is_wanted)
{
    if (at == end || *at != '"')
        return NULL;
    const char *text = at + 1;
    at = skip_string(text, end);
    if (!at)
        return NULL;
    size_t length = (size_t)(at - 1 - text);
    *out_is_wanted = length == strlen(key) && memcmp(text, key, length) == 0;
    return skip_char(at, end, ':');
}

/* Where the value of key begins; NULL when there is none. */
static const char *find_member(const char *body, const char *end, const char *key)
{
    const char *at = skip_char(body, end, '{');
    while (at) {
        bool is_wanted = false;
        at = read_key(at, end, key, &is_wanted);
        if (!at || is_wanted)
            return at;
        at = skip_value(at, end, LIMIT_JSON_DEPTH - 1);
        if (at)
            at = skip_char(at, end, ',');
    }
    return NULL;
}

void records_init_member(struct records *r, const char *body, size_t length, const char *key)
{
    *r = (struct records){.at = body, .end = body + length, .is_member = true};
    open_list(r, find_member(body, r->end, key));
}

bool records_next(struct records *r, struct record *out)
{
    if (r->is_done || r->is_broken)
        return false;
    const char *start = r->at;
    const char *stop = skip_value(start, r->end, LIMIT_JSON_DEPTH - (r->is_member ? 2 : 1));
    const char *at = stop ? skip_blank(stop, r->end) : r->end;
    if (at < r->end && *at == ']')
        close_list(r, at + 1);
    else if (at < r->end && *at == ',')
        r->at = skip_blank(at + 1, r->end);
    else
        r->is_broken = true;
    if (r->is_broken)
        return false;
    size_t length = (size_t)(stop - start);
    *out = (struct record){start, length, records_hash(start, length)};
    return true;
}

uint64_t records_hash(const void *bytes, size_t length)
{
    return XXH3_64bits(bytes, length);
}

#include "net/records.h"

#include <string.h>
#include <xxhash.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/limits.h"

/* Every skip_ function takes [at, end) and returns where it stopped, or NULL when the text is
 * broken.
 *
 * Nested values are scanned 64 bytes at a time: a word each for the quotes, backslashes and
 * brackets of the block, a bit per byte, so that text in strings costs the same whatever it holds.
 */

#define BLOCK_BYTES 64

struct block {
    uint64_t quotes;
    uint64_t backslashes;
    uint64_t brackets; /* and braces */
};

#ifdef __SSE2__
static uint64_t mask(__m128i bytes)
{
    return (unsigned)_mm_movemask_epi8(bytes);
}

static __m128i equals(__m128i bytes, char c)
{
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

static void read_quarter(struct block *block, const char *at, unsigned i)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + i));
    /* '[' and ']' are '{' and '}' without this bit */
    __m128i folded = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    __m128i brackets = _mm_or_si128(equals(folded, '{'), equals(folded, '}'));
    block->quotes |= mask(equals(bytes, '"')) << i;
    block->backslashes |= mask(equals(bytes, '\\')) << i;
    block->brackets |= mask(brackets) << i;
}

static struct block read_block(const char *at)
{
    struct block block = {0};
    read_quarter(&block, at, 0);
    read_quarter(&block, at, 16);
    read_quarter(&block, at, 32);
    read_quarter(&block, at, 48);
    return block;
}
#else
static struct block read_block(const char *at)
{
    struct block block = {0};
    for (unsigned i = 0; i < BLOCK_BYTES; i++) {
        char folded = (char)(at[i] | 0x20);
        block.quotes |= (uint64_t)(at[i] == '"') << i;
        block.backslashes |= (uint64_t)(at[i] == '\\') << i;
        block.brackets |= (uint64_t)(folded == '{' || folded == '}') << i;
    }
    return block;
}
#endif

/* What one block leaves to the next. */
struct carry {
    uint64_t is_escaped; /* 1: the first byte is escaped */
    uint64_t in_string;  /* all bits set: the block begins inside a string */
};

/* A bit for each byte that a backslash before it escapes. */
static uint64_t find_escaped(uint64_t backslashes, struct carry *carry)
{
    uint64_t escaped = backslashes << 1 | carry->is_escaped;
    carry->is_escaped = backslashes >> 63;
    if ((escaped & backslashes) == 0)
        return escaped;

    /* Some backslash is escaped itself: one after the other. */
    backslashes &= ~(escaped & 1);
    escaped &= 1;
    carry->is_escaped = 0;
    while (backslashes) {
        uint64_t first = backslashes & -backslashes;
        escaped |= first << 1;
        carry->is_escaped = first >> 63;
        backslashes &= ~(first | first << 1);
    }
    return escaped;
}

/* Bits from each odd one up to the next: from an opening quote to before its closing one. */
static uint64_t fill_between(uint64_t bits)
{
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    return bits ^ bits << 32;
}

/* A bit for each bracket that is not in a string. */
static uint64_t find_brackets(const char *at, struct carry *carry)
{
    struct block block = read_block(at);
    uint64_t quotes = block.quotes & ~find_escaped(block.backslashes, carry);
    uint64_t in_string = fill_between(quotes) ^ carry->in_string;
    carry->in_string = -(in_string >> 63);
    return block.brackets & ~in_string;
}

/* The brackets that are open. */
struct nest {
    uint64_t arrays; /* the innermost in bit 0; set for '[' */
    unsigned depth;
    unsigned max_depth;
};
_Static_assert(LIMIT_JSON_DEPTH <= 64, "the kinds of all open brackets fit one word");

/* False when c closes another kind, or opens too deep. */
static bool step_nest(struct nest *nest, char c)
{
    if (c == '{' || c == '[') {
        if (nest->depth == nest->max_depth)
            return false;
        nest->arrays = nest->arrays << 1 | (c == '[');
        nest->depth++;
        return true;
    }
    bool is_match = (nest->arrays & 1) == (c == ']');
    nest->arrays >>= 1;
    nest->depth--;
    return is_match;
}

/* On its way from bracket to bracket, past those in strings. */
struct scan {
    const char *block;
    size_t left; /* behind the block */
    struct carry carry;
    uint64_t brackets; /* of the block, still to come */
};

static void take_block(struct scan *scan)
{
    char last[BLOCK_BYTES] = {0};
    const char *bytes = scan->block;
    size_t length = scan->left < BLOCK_BYTES ? scan->left : BLOCK_BYTES;
    if (length < BLOCK_BYTES)
        bytes = memcpy(last, bytes, length);
    scan->left -= length;
    scan->brackets = find_brackets(bytes, &scan->carry);
}

static void scan_init(struct scan *scan, const char *at, const char *end)
{
    *scan = (struct scan){.block = at, .left = (size_t)(end - at)};
    take_block(scan);
}

/* NULL: there is none any more. */
static const char *next_bracket(struct scan *scan)
{
    while (!scan->brackets) {
        if (!scan->left)
            return NULL;
        scan->block += BLOCK_BYTES;
        take_block(scan);
    }
    const char *found = scan->block + __builtin_ctzll(scan->brackets);
    scan->brackets &= scan->brackets - 1;
    return found;
}

/* An object or array. Brackets must match; commas and colons between them are the parser's
 * business. */
static const char *skip_nested(const char *at, const char *end, unsigned max_depth)
{
    struct nest nest = {.max_depth = max_depth};
    struct scan scan;
    scan_init(&scan, at, end);
    while ((at = next_bracket(&scan))) {
        if (!step_nest(&nest, *at))
            return NULL;
        if (nest.depth == 0)
            return at + 1;
    }
    return NULL;
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
    const char *quote;
    while (at < end && (quote = memchr(at, '"', (size_t)(end - at)))) {
        const char *before = quote;
        while (before > at && before[-1] == '\\')
            before--;
        at = quote + 1;
        if ((quote - before) % 2 == 0)
            return at;
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

struct key {
    const char *text; /* between the quotes, as it is written */
    size_t length;
};

static bool is_key(const struct key *key, const char *name)
{
    size_t i = 0;
    while (i < key->length && name[i] && name[i] == key->text[i])
        i++;
    return i == key->length && !name[i];
}

/* at is where a member should begin. Gives where its value begins. */
static const char *read_key(const char *at, const char *end, struct key *out)
{
    if (at == end || *at != '"')
        return NULL;
    out->text = at + 1;
    at = skip_string(out->text, end);
    if (!at)
        return NULL;
    out->length = (size_t)(at - 1 - out->text);
    return skip_char(at, end, ':');
}

/* Where the value of key begins; NULL when there is none. */
static const char *find_member(const char *body, const char *end, const char *name)
{
    const char *at = skip_char(body, end, '{');
    while (at) {
        struct key key;
        at = read_key(at, end, &key);
        if (!at || is_key(&key, name))
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

bool records_cut_out(const char *body, size_t length, const char *key, struct record *out_list,
                     struct strbuf *out_around)
{
    const char *end = body + length;
    const char *at = key ? find_member(body, end, key) : skip_blank(body, end);
    if (!at || at == end || *at != '[')
        return false;
    const char *stop = skip_nested(at, end, LIMIT_JSON_DEPTH - (key ? 1 : 0));
    if (!stop)
        return false;
    *out_list = (struct record){.bytes = at, .length = (size_t)(stop - at)};
    strbuf_add(out_around, body, (size_t)(at - body));
    strbuf_add_text(out_around, "[]");
    strbuf_add(out_around, stop, (size_t)(end - stop));
    return true;
}

/* at is behind a record. */
static void step_on(struct records *r, const char *at)
{
    at = skip_blank(at, r->end);
    if (at < r->end && *at == ']')
        close_list(r, at + 1);
    else if (at < r->end && *at == ',')
        r->at = skip_blank(at + 1, r->end);
    else
        r->is_broken = true;
}

bool records_next(struct records *r, struct record *out)
{
    if (r->is_done || r->is_broken)
        return false;
    const char *start = r->at;
    const char *stop = skip_value(start, r->end, LIMIT_JSON_DEPTH - (r->is_member ? 2 : 1));
    step_on(r, stop ? stop : r->end);
    if (r->is_broken)
        return false;
    size_t length = (size_t)(stop - start);
    *out = (struct record){start, length, records_hash(start, length)};
    return true;
}

const char *records_peek(const struct records *r, size_t *out_left)
{
    *out_left = r->is_done || r->is_broken ? 0 : (size_t)(r->end - r->at);
    return r->at;
}

bool records_skip(struct records *r, size_t length)
{
    step_on(r, r->at + length);
    return !r->is_broken;
}

/* ---- picking ---------------------------------------------------------------------------------
 */

static const struct record_part *find_part(const struct record_part *wanted, const struct key *key)
{
    static const struct record_part unread = {"", NULL};
    if (memchr(key->text, '\\', key->length))
        return &unread;
    while (wanted->key && !is_key(key, wanted->key))
        wanted++;
    return wanted->key ? wanted : NULL;
}

static const char *pick_members(const char *at, const char *end, const struct record_part *wanted,
                                struct strbuf *out);

static const char *pick_value(const char *at, const char *end, const struct record_part *wanted,
                              struct strbuf *out)
{
    if (wanted && at < end && *at == '{')
        return pick_members(at, end, wanted, out);
    const char *stop = skip_value(at, end, LIMIT_JSON_DEPTH);
    if (stop)
        strbuf_add(out, at, (size_t)(stop - at));
    return stop;
}

/* at is where a member should begin. Gives where the value of the member ends. */
static const char *pick_member(const char *at, const char *end, const struct record_part *wanted,
                               struct strbuf *out, const char **between)
{
    struct key key;
    const char *value = read_key(at, end, &key);
    if (!value)
        return NULL;
    const struct record_part *part = find_part(wanted, &key);
    if (!part)
        return skip_value(value, end, LIMIT_JSON_DEPTH);
    strbuf_add_text(out, *between);
    strbuf_add(out, at, (size_t)(value - at));
    *between = ",";
    return pick_value(value, end, part->of, out);
}

/* at is at the opening brace. */
static const char *pick_members(const char *at, const char *end, const struct record_part *wanted,
                                struct strbuf *out)
{
    const char *between = "";
    strbuf_add_char(out, '{');
    at = skip_blank(at + 1, end);
    if (at == end || *at != '}') {
        const char *member = at;
        while (member) {
            at = pick_member(member, end, wanted, out, &between);
            if (!at)
                return NULL;
            member = skip_char(at, end, ',');
        }
        at = skip_blank(at, end);
    }
    strbuf_add_char(out, '}');
    return at < end && *at == '}' ? at + 1 : NULL;
}

void records_pick(const struct record *record, const struct record_part *wanted, struct strbuf *out)
{
    const char *end = record->bytes + record->length;
    strbuf_clear(out);
    if (pick_value(record->bytes, end, wanted, out) == end)
        return;
    strbuf_clear(out); /* what can not be followed is the parser's business */
    strbuf_add(out, record->bytes, record->length);
}

uint64_t records_hash(const void *bytes, size_t length)
{
    return XXH3_64bits(bytes, length);
}

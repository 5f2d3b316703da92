#define json_bool jsonc_bool /* json-c has a type of that name */
#include <json-c/json.h>
#undef json_bool

#include "net/json.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "base/xalloc.h"

/* struct json is json-c's struct json_object by another name; NULL is JSON's null, as there. */

static struct json_object *raw(const struct json *value)
{
    return (struct json_object *)value;
}

/* json-c answers NULL when memory is out. */
static struct json *made(struct json_object *value)
{
    if (!value)
        xalloc_die();
    return (struct json *)value;
}

/* A copy with each broken byte as U+FFFD; a NUL inside stays. */
static void repair_utf8(struct strbuf *out, const char *bytes, size_t length)
{
    strbuf_init(out, 3 * length);
    for (size_t i = 0; i < length;) {
        uint32_t code_point;
        size_t taken = utf8_decode(bytes + i, length - i, &code_point);
        if (code_point == UTF8_INVALID)
            strbuf_add_text(out, "\xEF\xBF\xBD");
        else
            strbuf_add(out, bytes + i, taken);
        i += taken;
    }
}

static bool is_blank(const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!bytes[i] || !strchr(" \t\r\n", bytes[i]))
            return false;
    }
    return true;
}

/* Feeds the whole text and the end of it; json-c alone would accept junk behind the value. */
static struct json_object *read_document(struct json_tokener *tokener, const char *bytes,
                                         size_t length, struct error *err)
{
    struct json_object *root = json_tokener_parse_ex(tokener, bytes, (int)length);
    size_t end = json_tokener_get_parse_end(tokener);
    enum json_tokener_error code = json_tokener_get_error(tokener);
    if (code == json_tokener_continue) {
        root = json_tokener_parse_ex(tokener, "", 1);
        code = json_tokener_get_error(tokener);
    }
    if (code != json_tokener_success) {
        error_set(err, ERR_SERVICE, "the answer is not valid JSON: %s at byte %zu",
                  json_tokener_error_desc(code), end);
        return NULL;
    }
    if (!is_blank(bytes + end, length - end)) {
        json_object_put(root);
        error_set(err, ERR_SERVICE, "the answer is not valid JSON: more text after it at byte %zu",
                  end);
        return NULL;
    }
    if (!root)
        error_set(err, ERR_SERVICE, "the answer is an empty JSON value (null)");
    return root;
}

/* ---- bounded memory --------------------------------------------------------------------------
 */

/* About what json-c 0.16 takes, rather more than less, for what each of these begins or parts. */
enum { OBJECT_BYTES = 1024, ARRAY_BYTES = 512, ELEMENT_BYTES = 96, MEMBER_BYTES = 192 };
/* A text is kept once and read through a buffer that doubles. */
#define TEXT_COPIES 3

/* What the tree of a document may take. Between the strings of a document are no apostrophes and
 * slashes: json-c reads strings and comments of its own there, and nothing is skipped from then on.
 */
static size_t tree_bytes(const char *bytes, size_t length)
{
    static const unsigned short costs[256] = {
        ['{'] = OBJECT_BYTES, ['['] = ARRAY_BYTES, [','] = ELEMENT_BYTES, [':'] = MEMBER_BYTES};
    size_t total = TEXT_COPIES * length;
    bool is_odd = false;
    bool in_string = false;
    for (size_t i = 0; i < length; i++) {
        char c = bytes[i];
        if (in_string && c == '\\') {
            i++;
        } else if (c == '"' && !is_odd) {
            in_string = !in_string;
        } else if (!in_string) {
            total += costs[(unsigned char)c];
            is_odd |= c == '\'' || c == '/';
        }
    }
    return total;
}

static bool is_too_large(const char *bytes, size_t length)
{
    bool may_be = length > LIMIT_JSON_TREE_BYTES / (OBJECT_BYTES + TEXT_COPIES);
    return may_be && tree_bytes(bytes, length) > LIMIT_JSON_TREE_BYTES;
}

/* struct json_parser is json-c's tokener by another name. */
static struct json_tokener *tokener_of(struct json_parser *parser)
{
    return (struct json_tokener *)parser;
}

struct json_parser *json_parser_create(void)
{
    struct json_tokener *tokener =
        json_tokener_new_ex(LIMIT_JSON_DEPTH + 1); /* a scalar is a level */
    if (!tokener)
        xalloc_die();
    return (struct json_parser *)tokener;
}

/* Its buffer holds the last long text, which may be a secret. */
void json_parser_destroy(struct json_parser *parser)
{
    if (!parser)
        return;
    struct printbuf *buffer = tokener_of(parser)->pb;
    explicit_bzero(buffer->buf, (size_t)buffer->size);
    json_tokener_free(tokener_of(parser));
}

struct json *json_parser_read(struct json_parser *parser, const char *bytes, size_t length,
                              struct error *err)
{
    if (is_too_large(bytes, length)) {
        error_set(err, ERR_SERVICE, "the answer holds more values than can be read (%zu KiB)",
                  length / LIMIT_KIB);
        return NULL;
    }
    struct json_object *root;
    json_tokener_reset(tokener_of(parser));
    if (utf8_is_valid(bytes, length)) {
        root = read_document(tokener_of(parser), bytes, length, err);
    } else {
        struct strbuf repaired;
        repair_utf8(&repaired, bytes, length);
        root = read_document(tokener_of(parser), repaired.data, repaired.len, err);
        strbuf_finish(&repaired);
    }
    return (struct json *)root;
}

struct json *json_parse(const char *bytes, size_t length, struct error *err)
{
    struct json_parser *parser = json_parser_create();
    struct json *root = json_parser_read(parser, bytes, length, err);
    json_parser_destroy(parser);
    return root;
}

void json_destroy(struct json *root)
{
    json_object_put(raw(root));
}

static void wipe_texts(struct json_object *value)
{
    if (json_object_is_type(value, json_type_string))
        explicit_bzero((char *)json_object_get_string(value),
                       (size_t)json_object_get_string_len(value));
    for (size_t i = json_count((struct json *)value); i > 0; i--)
        wipe_texts(json_object_array_get_idx(value, i - 1));
    if (!json_object_is_type(value, json_type_object))
        return;
    for (struct lh_entry *entry = json_object_get_object(value)->head; entry; entry = entry->next)
        wipe_texts((struct json_object *)lh_entry_v(entry));
}

void json_destroy_wiped(struct json *root)
{
    wipe_texts(raw(root));
    json_destroy(root);
}

bool json_is_object(const struct json *value)
{
    return json_object_is_type(raw(value), json_type_object);
}

bool json_is_array(const struct json *value)
{
    return json_object_is_type(raw(value), json_type_array);
}

bool json_is_string(const struct json *value)
{
    return json_object_is_type(raw(value), json_type_string);
}

static bool is_int(const struct json *value)
{
    return json_object_is_type(raw(value), json_type_int);
}

bool json_is_number(const struct json *value)
{
    return is_int(value) || json_object_is_type(raw(value), json_type_double);
}

bool json_is_bool(const struct json *value)
{
    return json_object_is_type(raw(value), json_type_boolean);
}

bool json_is_null(const struct json *value)
{
    return !value;
}

const struct json *json_get(const struct json *object, const char *key)
{
    struct json_object *value = NULL;
    if (json_is_object(object))
        json_object_object_get_ex(raw(object), key, &value);
    return (const struct json *)value;
}

size_t json_count(const struct json *array)
{
    return json_is_array(array) ? json_object_array_length(raw(array)) : 0;
}

const struct json *json_at(const struct json *array, size_t index)
{
    if (!json_is_array(array))
        return NULL;
    return (const struct json *)json_object_array_get_idx(raw(array), index);
}

bool json_next_member(const struct json *object, const void **cursor, const char **out_key,
                      const struct json **out_value)
{
    if (!json_is_object(object))
        return false;
    const struct lh_entry *last = *cursor;
    const struct lh_entry *entry = last ? last->next : json_object_get_object(raw(object))->head;
    if (!entry)
        return false;
    *cursor = entry;
    *out_key = lh_entry_k(entry);
    *out_value = lh_entry_v(entry);
    return true;
}

/* json-c clamps integers that do not fit: the ends of its range cannot be told from what lies
 * beyond them. */
static bool is_clamped(const struct json *value)
{
    return is_int(value) && (json_object_get_uint64(raw(value)) == UINT64_MAX ||
                             json_object_get_int64(raw(value)) == INT64_MIN);
}

const char *json_string(const struct json *value, size_t *out_length)
{
    const char *text;
    size_t length;
    if (json_is_string(value)) {
        text = json_object_get_string(raw(value));
        length = (size_t)json_object_get_string_len(raw(value));
    } else if ((json_is_number(value) && !is_clamped(value)) || json_is_bool(value)) {
        text = json_object_to_json_string_length(raw(value), JSON_C_TO_STRING_PLAIN, &length);
    } else {
        return NULL;
    }
    if (out_length)
        *out_length = length;
    return text;
}

bool json_text(const struct json *object, const char *key, enum sanitize_mode mode,
               struct strbuf *out)
{
    size_t length;
    const char *text = json_string(json_get(object, key), &length);
    if (!text)
        return false;
    sanitize(out, text, length, mode);
    return true;
}

/* The point is a point in every locale. False when text is no finite decimal number. */
static bool read_double(const char *text, double *out)
{
    size_t length = strspn(text, "+-0123456789.eE");
    if (length == 0 || text[length])
        return false;
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", NULL);
    char *end;
    double number = strtod_l(text, &end, c_locale);
    freelocale(c_locale);
    if (*end || !isfinite(number))
        return false;
    *out = number;
    return true;
}

static bool find_double(const struct json *value, double *out)
{
    if (json_is_string(value))
        return read_double(json_object_get_string(raw(value)), out);
    if (!json_is_number(value) || is_clamped(value))
        return false;
    *out = json_object_get_double(raw(value));
    return isfinite(*out);
}

double json_double(const struct json *value, double fallback)
{
    double number;
    return find_double(value, &number) ? number : fallback;
}

static bool read_int(const char *text, int64_t *out)
{
    if (!*text || text[strspn(text, "+-0123456789")])
        return false;
    char *end;
    errno = 0;
    *out = strtoll(text, &end, 10);
    return errno == 0 && !*end;
}

int64_t json_int(const struct json *value, int64_t fallback)
{
    if (is_int(value)) {
        bool fits = !is_clamped(value) && json_object_get_uint64(raw(value)) <= INT64_MAX;
        return fits ? json_object_get_int64(raw(value)) : fallback;
    }
    int64_t whole;
    if (json_is_string(value) && read_int(json_object_get_string(raw(value)), &whole))
        return whole;
    double number;
    bool fits = find_double(value, &number) && number > -0x1p63 && number < 0x1p63;
    return fits ? (int64_t)number : fallback;
}

int json_bool(const struct json *value)
{
    return json_is_bool(value) ? json_object_get_boolean(raw(value)) : -1;
}

struct json *json_new_object(void)
{
    return made(json_object_new_object());
}

struct json *json_new_array(void)
{
    return made(json_object_new_array());
}

struct json *json_new_string(const char *text)
{
    return text ? json_new_string_len(text, strlen(text)) : NULL;
}

struct json *json_new_string_len(const char *bytes, size_t length)
{
    assert(length <= INT_MAX / 4);
    if (utf8_is_valid(bytes, length))
        return made(json_object_new_string_len(bytes, (int)length));
    struct strbuf repaired;
    repair_utf8(&repaired, bytes, length);
    struct json *value = made(json_object_new_string_len(repaired.data, (int)repaired.len));
    strbuf_finish(&repaired);
    return value;
}

struct json *json_new_int(int64_t value)
{
    return made(json_object_new_int64(value));
}

/* The shortest text that reads back as the same number. */
static void format_double(char *out, size_t size, double value)
{
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", NULL);
    locale_t own_locale = uselocale(c_locale);
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, size, "%.*g", digits, value);
        if (strtod(out, NULL) == value)
            break;
    }
    uselocale(own_locale);
    freelocale(c_locale);
}

struct json *json_new_double(double value)
{
    if (!isfinite(value))
        return NULL;
    char text[40];
    format_double(text, sizeof(text), value);
    return made(json_object_new_double_s(value, text));
}

struct json *json_new_bool(bool value)
{
    return made(json_object_new_boolean(value));
}

void json_set(struct json *object, const char *key, struct json *child)
{
    assert(json_is_object(object));
    if (utf8_is_valid(key, strlen(key))) {
        if (json_object_object_add(raw(object), key, raw(child)) != 0)
            xalloc_die();
        return;
    }
    struct strbuf repaired;
    repair_utf8(&repaired, key, strlen(key));
    json_set(object, repaired.data, child);
    strbuf_finish(&repaired);
}

void json_set_string(struct json *object, const char *key, const char *text)
{
    json_set(object, key, json_new_string(text));
}

void json_set_int(struct json *object, const char *key, int64_t value)
{
    json_set(object, key, json_new_int(value));
}

void json_set_double(struct json *object, const char *key, double value)
{
    json_set(object, key, json_new_double(value));
}

void json_set_bool(struct json *object, const char *key, bool value)
{
    json_set(object, key, json_new_bool(value));
}

void json_set_null(struct json *object, const char *key)
{
    json_set(object, key, NULL);
}

void json_push(struct json *array, struct json *child)
{
    assert(json_is_array(array));
    if (json_object_array_add(raw(array), raw(child)) != 0)
        xalloc_die();
}

struct json *json_share(const struct json *value)
{
    return (struct json *)json_object_get(raw(value));
}

void json_format(const struct json *value, bool is_pretty, struct strbuf *out)
{
    int flags = JSON_C_TO_STRING_NOSLASHESCAPE;
    flags |= is_pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : JSON_C_TO_STRING_PLAIN;
    size_t length;
    const char *text = json_object_to_json_string_length(raw(value), flags, &length);
    strbuf_add(out, text, length);
}

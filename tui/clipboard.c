#include "clipboard.h"

#include <string.h>

#define OSC_BEGIN    "\033]52;c;"
#define OSC_END      "\a"
#define DCS_END      "\033\\"
#define TMUX_BEGIN   "\033Ptmux;"
#define SCREEN_CHUNK 240 /* screen forgets longer ones */

static bool is_among(const char *term, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(term, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

enum clipboard_way clipboard_way(const char *term, const char *tmux, const char *sty)
{
    static const char *const without[] = {"dumb", "linux", "vt", "cons", "ansi", "sun", "wy"};
    if (term == NULL || term[0] == '\0')
        return CLIPBOARD_NONE;
    if (strncmp(term, "vte", 3) != 0 &&
        is_among(term, without, sizeof(without) / sizeof(without[0])))
        return CLIPBOARD_NONE;
    if (tmux != NULL && tmux[0] != '\0')
        return CLIPBOARD_TMUX;
    if (sty != NULL && sty[0] != '\0')
        return CLIPBOARD_SCREEN;
    return CLIPBOARD_PLAIN;
}

static void add_base64(struct strbuf *out, const char *text, size_t length)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *bytes = (const unsigned char *)text;
    for (size_t i = 0; i < length; i += 3) {
        size_t left = length - i;
        unsigned group = (unsigned)bytes[i] << 16 | (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) |
                         (left > 2 ? bytes[i + 2] : 0);
        strbuf_add_char(out, digits[group >> 18]);
        strbuf_add_char(out, digits[group >> 12 & 63]);
        strbuf_add_char(out, left > 1 ? digits[group >> 6 & 63] : '=');
        strbuf_add_char(out, left > 2 ? digits[group & 63] : '=');
    }
}

/* tmux hands on what stands between, with each ESC doubled, where allow-passthrough is on; where
 * set-clipboard is on it takes the plain sequence itself. */
static void add_through_tmux(struct strbuf *out, const struct strbuf *sequence)
{
    strbuf_add(out, sequence->data, sequence->len);
    strbuf_add_text(out, TMUX_BEGIN "\033");
    strbuf_add(out, sequence->data, sequence->len);
    strbuf_add_text(out, DCS_END);
}

static void add_through_screen(struct strbuf *out, const struct strbuf *sequence)
{
    for (size_t at = 0; at < sequence->len; at += SCREEN_CHUNK) {
        size_t left = sequence->len - at;
        strbuf_add_text(out, "\033P");
        strbuf_add(out, sequence->data + at, left < SCREEN_CHUNK ? left : SCREEN_CHUNK);
        strbuf_add_text(out, DCS_END);
    }
}

bool clipboard_build(struct strbuf *out, enum clipboard_way way, const char *what, const char *text,
                     size_t length, struct error *err)
{
    struct strbuf sequence;
    if (way == CLIPBOARD_NONE)
        return error_set(err, ERR_NO,
                         "This terminal has no clipboard for programs; e writes %s to a file.",
                         what);
    if (length > CLIPBOARD_BYTES_MAX)
        return error_set(err, ERR_NO,
                         "Too much for a clipboard: %zu KiB of %d; e writes %s to a file.",
                         length / 1024, CLIPBOARD_BYTES_MAX / 1024, what);
    strbuf_init(&sequence, 2 * (size_t)CLIPBOARD_BYTES_MAX);
    strbuf_add_text(&sequence, OSC_BEGIN);
    add_base64(&sequence, text, length);
    strbuf_add_text(&sequence, OSC_END);
    if (way == CLIPBOARD_TMUX)
        add_through_tmux(out, &sequence);
    else if (way == CLIPBOARD_SCREEN)
        add_through_screen(out, &sequence);
    else
        strbuf_add(out, sequence.data, sequence.len);
    strbuf_finish(&sequence);
    return true;
}

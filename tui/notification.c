#include "notification.h"

#include <string.h>

#include "base/sanitize.h"
#include "base/utf8.h"

#define TEXT_BYTES_MAX 240

enum notification_kind notification_kind(const char *term, const char *vte_version)
{
    bool takes_777 =
        term != NULL && (strncmp(term, "rxvt", 4) == 0 || strncmp(term, "foot", 4) == 0);
    return takes_777 || (vte_version != NULL && vte_version[0] != '\0') ? NOTIFICATION_OSC_777
                                                                        : NOTIFICATION_OSC_9;
}

/* A semicolon would part title and text. */
static void add_plain(struct strbuf *out, const char *text)
{
    struct strbuf clean;
    strbuf_init(&clean, TEXT_BYTES_MAX);
    sanitize(&clean, text, strlen(text), SANITIZE_LINE);
    for (size_t i = 0; i < clean.len; i++)
        strbuf_add_char(out, clean.data[i] == ';' ? ',' : clean.data[i]);
    strbuf_finish(&clean);
}

void notification_build(struct strbuf *out, enum notification_kind kind, enum clipboard_way way,
                        const char *text)
{
    if (way == CLIPBOARD_NONE)
        return;
    if (way == CLIPBOARD_TMUX)
        strbuf_add_text(out, "\033Ptmux;\033");
    else if (way == CLIPBOARD_SCREEN)
        strbuf_add_text(out, "\033P");
    /* The name first: a number would be a command of some terminals. */
    strbuf_add_text(out, kind == NOTIFICATION_OSC_777 ? "\033]777;notify;querytop;"
                                                      : "\033]9;querytop: ");
    add_plain(out, text);
    strbuf_add_char(out, '\a');
    if (way == CLIPBOARD_TMUX || way == CLIPBOARD_SCREEN)
        strbuf_add_text(out, "\033\\");
}

#include "base/helptext.h"

#include <string.h>

#define INDENT_COLS 2
#define GAP_COLS    1

/* Bytes of the words that fit; a word that is too long stands alone. */
static size_t fitting(const char *text, size_t cols)
{
    size_t length = strlen(text);
    if (length <= cols)
        return length;
    size_t at = cols;
    while (at > 0 && text[at] != ' ')
        at--;
    return at > 0 ? at : strcspn(text, " ");
}

void helptext_put(FILE *file, const char *head, size_t head_cols, const char *text)
{
    int start = INDENT_COLS + (int)head_cols + GAP_COLS;
    size_t room = HELPTEXT_COLS - (size_t)start;
    fprintf(file, "%*s%-*s", INDENT_COLS, "", (int)head_cols + GAP_COLS, head);
    if (strlen(head) > head_cols)
        fprintf(file, "\n%*s", start, "");
    for (size_t taken; *text; text += taken + strspn(text + taken, " ")) {
        taken = fitting(text, room);
        fprintf(file, "%.*s", (int)taken, text);
        if (text[taken + strspn(text + taken, " ")])
            fprintf(file, "\n%*s", start, "");
    }
    fputc('\n', file);
}

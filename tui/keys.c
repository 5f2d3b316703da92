#include "keys.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct key_name {
    uint32_t key;
    const char *name;
} key_names[] = {
    {UI_KEY_TAB, "Tab"},        {UI_KEY_ENTER, "Enter"},   {UI_KEY_ESCAPE, "Esc"},
    {UI_KEY_BACKSPACE, "BkSp"}, {UI_KEY_UP, "Up"},         {UI_KEY_DOWN, "Down"},
    {UI_KEY_LEFT, "Left"},      {UI_KEY_RIGHT, "Right"},   {UI_KEY_PAGE_UP, "PgUp"},
    {UI_KEY_PAGE_DOWN, "PgDn"}, {UI_KEY_HOME, "Home"},     {UI_KEY_END, "End"},
    {UI_KEY_DELETE, "Del"},     {UI_KEY_BACKTAB, "S-Tab"}, {' ', "Space"},
};

char *key_format(uint32_t key, char out[KEY_NAME_BYTES])
{
    for (size_t i = 0; i < sizeof(key_names) / sizeof(key_names[0]); i++)
        if (key_names[i].key == key) {
            snprintf(out, KEY_NAME_BYTES, "%s", key_names[i].name);
            return out;
        }
    if (key >= UI_KEY_F1 && key <= UI_KEY_F12)
        snprintf(out, KEY_NAME_BYTES, "F%u", (unsigned)(key - UI_KEY_F1 + 1));
    else if (key < 0x20)
        snprintf(out, KEY_NAME_BYTES, "^%c", (char)(key + '@'));
    else if (key <= 0x10ffff)
        out[utf8_encode(key, out)] = '\0';
    else
        snprintf(out, KEY_NAME_BYTES, "?");
    return out;
}

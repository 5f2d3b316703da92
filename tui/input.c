#include "input.h"

#include <curses.h>
#include <stdbool.h>
#include <stddef.h>

#include "keys.h"
#include "outlet.h"
#include "pace.h"

/* What the terminal says of itself. */
enum answer {
    ANSWER_FIRST = KEY_MAX + 1,
    ANSWER_STATUS = ANSWER_FIRST,
    ANSWER_SYNC,
    ANSWER_NO_SYNC
};

static const struct {
    const char *sequence;
    enum answer answer;
} answers[] = {
    {PACE_ANSWER, ANSWER_STATUS},
    /* DECRPM: mode 2026 is not known, set, reset, always set, always reset. */
    {"\033[?2026;0$y", ANSWER_NO_SYNC},
    {"\033[?2026;1$y", ANSWER_SYNC},
    {"\033[?2026;2$y", ANSWER_SYNC},
    {"\033[?2026;3$y", ANSWER_NO_SYNC},
    {"\033[?2026;4$y", ANSWER_NO_SYNC},
};

static const struct {
    wint_t code;
    uint32_t key;
} special_keys[] = {
    {KEY_UP, UI_KEY_UP},        {KEY_DOWN, UI_KEY_DOWN},     {KEY_LEFT, UI_KEY_LEFT},
    {KEY_RIGHT, UI_KEY_RIGHT},  {KEY_PPAGE, UI_KEY_PAGE_UP}, {KEY_NPAGE, UI_KEY_PAGE_DOWN},
    {KEY_HOME, UI_KEY_HOME},    {KEY_END, UI_KEY_END},       {KEY_DC, UI_KEY_DELETE},
    {KEY_BTAB, UI_KEY_BACKTAB}, {KEY_ENTER, UI_KEY_ENTER},   {KEY_BACKSPACE, UI_KEY_BACKSPACE},
    {KEY_A1, UI_KEY_HOME},      {KEY_C1, UI_KEY_END},        {KEY_A3, UI_KEY_PAGE_UP},
    {KEY_C3, UI_KEY_PAGE_DOWN},
};

/* What may become a word of the mouse. */
static struct mouse_reader reader;

void input_learn(void)
{
    keyok(KEY_MOUSE, FALSE); /* curses would wait for the rest of a half one */
    reader.count = 0;
    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
        define_key(answers[i].sequence, (int)answers[i].answer);
}

static void take_answer(wint_t code)
{
    if (code == ANSWER_STATUS)
        outlet_note_answer();
    else if (code == ANSWER_SYNC)
        outlet_note_sync();
}

static uint32_t special_key(wint_t code)
{
    if (code >= KEY_F(1) && code <= KEY_F(12))
        return UI_KEY_F1 + (uint32_t)(code - KEY_F(1));
    for (size_t i = 0; i < sizeof(special_keys) / sizeof(special_keys[0]); i++)
        if (special_keys[i].code == code)
            return special_keys[i].key;
    return UI_KEY_NONE;
}

/* What began like one and is none: Esc, and perhaps what was typed behind it. */
static uint32_t give_back(void)
{
    while (reader.count > 1)
        unget_wch((wchar_t)reader.bytes[--reader.count]);
    reader.count = 0;
    return UI_KEY_ESCAPE;
}

/* Half of a word of the mouse stays until the rest comes, or for ever. */
static uint32_t take_nothing(void)
{
    bool is_begun = reader.count == 1 || reader.count == 2;
    return is_begun ? give_back() : UI_KEY_NONE;
}

/* UI_KEY_NONE: it was a part of something, or means nothing. */
static uint32_t take_character(wint_t code, struct mouse *out_mouse)
{
    switch (mouse_read(&reader, (uint32_t)code, out_mouse)) {
    case MOUSE_PART:
        return UI_KEY_NONE;
    case MOUSE_READ:
        reader.count = 0;
        return UI_KEY_MOUSE;
    case MOUSE_NOISE:
        reader.count = 0;
        return UI_KEY_NONE;
    default:
        break;
    }
    if (reader.count > 0) {
        bool is_key = reader.count < 3;
        unget_wch((wchar_t)code);
        if (is_key)
            return give_back();
        reader.count = 0;
        return UI_KEY_NONE;
    }
    return code == '\n' ? UI_KEY_ENTER : code == '\b' ? UI_KEY_BACKSPACE : (uint32_t)code;
}

uint32_t input_take(struct mouse *out_mouse)
{
    for (;;) {
        wint_t code;
        int kind = get_wch(&code);
        if (kind == ERR)
            return take_nothing();
        uint32_t key = kind == KEY_CODE_YES ? special_key(code) : take_character(code, out_mouse);
        if (kind == KEY_CODE_YES)
            take_answer(code);
        if (key != UI_KEY_NONE)
            return key; /* else resize, or whatever else a terminal has */
    }
}

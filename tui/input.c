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

void input_learn(void)
{
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

/* The wheel is buttons 4 and 5. False: a button was let go, or one that means nothing. */
static bool take_mouse(struct mouse *out)
{
    static const struct {
        mmask_t button;
        enum mouse_deed deed;
    } deeds[] = {
        {BUTTON1_PRESSED, MOUSE_CLICK},
        {BUTTON4_PRESSED, MOUSE_WHEEL_UP},
        {BUTTON5_PRESSED, MOUSE_WHEEL_DOWN},
    };
    MEVENT event;
    if (getmouse(&event) == ERR)
        return false;
    for (size_t i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
        if (!(event.bstate & deeds[i].button))
            continue;
        *out = (struct mouse){deeds[i].deed, event.x, event.y};
        return true;
    }
    return false;
}

uint32_t input_take(struct mouse *out_mouse)
{
    for (;;) {
        wint_t code;
        int kind = get_wch(&code);
        if (kind == ERR)
            return UI_KEY_NONE;
        if (kind == KEY_CODE_YES) {
            uint32_t key = special_key(code);
            take_answer(code);
            if (code == KEY_MOUSE && take_mouse(out_mouse))
                return UI_KEY_MOUSE;
            if (key != UI_KEY_NONE)
                return key;
            continue; /* resize and whatever else a terminal has */
        }
        if (code == '\n')
            return UI_KEY_ENTER;
        if (code == '\b')
            return UI_KEY_BACKSPACE;
        if (code != 0)
            return (uint32_t)code;
    }
}

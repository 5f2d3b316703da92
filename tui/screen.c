#include "screen.h"

#include <curses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>
#include <wchar.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "input.h"
#include "mouse.h"
#include "outlet.h"
#include "rescue.h"

#define ESC_DELAY_MS 25
/* Whichever way it was switched on. */
#define MOUSE_OFF "\033[?1006l\033[?1000l"

static struct {
    SCREEN *screen;
    bool is_active;
    bool tells_mouse;
    enum colour_level colours;
    short pairs[ROLE_COUNT][OVERLAY_COUNT];
    /* The frame on the screen. */
    uint64_t *rows; /* hashes; 0: to be painted */
    int row_count;  /* 0: nothing of it is known */
    bool is_changed;
    int cursor_x; /* below 0: hidden */
    int cursor_y;
} terminal;

/* ---- which terminal ----------------------------------------------------------------------------
 */

static bool is_known_terminal(const char *name)
{
    int status;
    bool is_known = setupterm(name, STDOUT_FILENO, &status) == OK;
    if (is_known)
        del_curterm(cur_term);
    return is_known;
}

static const char *environment_terminal(void)
{
    const char *name = getenv("TERM");
    return name != NULL ? name : "";
}

static bool begins_with_any(const char *name, const char *const *heads, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strncmp(name, heads[i], strlen(heads[i])) == 0)
            return true;
    return false;
}

/* Terminals that speak xterm's language, also under names that this machine does not know. */
static bool is_like_xterm(const char *name)
{
    static const char *const heads[] = {"xterm", "screen", "tmux",    "rxvt",    "alacritty",
                                        "kitty", "foot",   "ghostty", "wezterm", "konsole",
                                        "gnome", "vte",    "st-",     "contour"};
    return begins_with_any(name, heads, sizeof(heads) / sizeof(heads[0]));
}

static const char *choose_terminal(char *remark, unsigned long remark_size)
{
    const char *name = environment_terminal();
    remark[0] = '\0';
    if (name[0] != '\0' && is_known_terminal(name))
        return name;
    const char *stand_in = is_like_xterm(name) ? "xterm-256color" : "vt100";
    snprintf(remark, remark_size, "TERM=%.40s is not known here; drawing as on %s.", name,
             stand_in);
    return stand_in;
}

/* Synchronised output is used where it is known to be understood, or the terminal says so. */
static struct outlet_options what_it_tells(const char *name)
{
    static const char *const synchronised[] = {"alacritty", "contour", "foot",
                                               "ghostty",   "wezterm", "xterm-kitty"};
    const char *wish = getenv("QUERYTOP_SYNC");
    bool has_wish = wish != NULL && wish[0] != '\0';
    struct outlet_options options = {.can_tell = is_like_xterm(name)};
    options.has_sync = has_wish ? strcmp(wish, "0") != 0
                                : begins_with_any(name, synchronised,
                                                  sizeof(synchronised) / sizeof(*synchronised));
    options.asks_sync = options.can_tell && !has_wish && !options.has_sync;
    return options;
}

/* ---- colours -----------------------------------------------------------------------------------
 */

static enum colour_level count_colours(void)
{
    const char *no_color = getenv("NO_COLOR");
    if ((no_color != NULL && no_color[0] != '\0') || !has_colors())
        return COLOURS_NONE;
    start_color();
    use_default_colors();
    if (COLORS >= 256)
        return COLOURS_256;
    return COLORS >= 16 ? COLOURS_16 : COLOURS_8;
}

/* The pair of these colours, made where there is none yet; 0: no more can be made. Were it another
 * pair for each role, curses would send the same colours again. */
static short pair_of(const struct style *style, short *count)
{
    for (short pair = 1; pair <= *count; pair++) {
        short foreground, background;
        pair_content(pair, &foreground, &background);
        if (foreground == style->foreground && background == style->background)
            return pair;
    }
    short next = (short)(*count + 1);
    if (next >= COLOR_PAIRS || init_pair(next, style->foreground, style->background) == ERR)
        return 0;
    *count = next;
    return next;
}

static void set_up_colours(void)
{
    terminal.colours = count_colours();
    memset(terminal.pairs, 0, sizeof(terminal.pairs));
    if (terminal.colours == COLOURS_NONE)
        return;
    short count = 0;
    for (int role = 0; role < ROLE_COUNT; role++)
        for (int overlay = 0; overlay < OVERLAY_COUNT; overlay++) {
            struct style style =
                theme_style(terminal.colours, (enum role)role, (enum overlay)overlay);
            if (style.foreground >= 0 || style.background >= 0)
                terminal.pairs[role][overlay] = pair_of(&style, &count);
        }
}

static attr_t attributes(unsigned flags)
{
    attr_t attributes = A_NORMAL;
    if (flags & STYLE_BOLD)
        attributes |= A_BOLD;
    if (flags & STYLE_DIM)
        attributes |= A_DIM;
    if (flags & STYLE_UNDERLINE)
        attributes |= A_UNDERLINE;
    if (flags & STYLE_REVERSE)
        attributes |= A_REVERSE;
    return attributes;
}

/* ---- start and stop ----------------------------------------------------------------------------
 */

static void set_modes(void)
{
    raw();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    set_escdelay(ESC_DELAY_MS);
    typeahead(-1); /* no frame is broken off for a key */
    leaveok(stdscr, FALSE);
    input_learn();
    curs_set(0);
}

/* What endwin() would send, collected for the day when it can not be called. */
static struct {
    char bytes[256];
    size_t count;
} farewell;

static int keep_byte(int byte)
{
    if (farewell.count < sizeof(farewell.bytes))
        farewell.bytes[farewell.count++] = (char)byte;
    return byte;
}

/* Before anything is sent: newterm() takes the screen, and goes on to ask for memory. */
static bool prepare_rescue(const char *name, const struct outlet_options *options)
{
    int status;
    if (setupterm(name, STDOUT_FILENO, &status) != OK)
        return false;
    const char *const parts[] = {
        options->has_sync || options->can_tell ? OUTLET_MARK_END : NULL,
        orig_pair,
        exit_attribute_mode,
        cursor_normal,
        keypad_local,
        exit_ca_mode != NULL ? exit_ca_mode : "\r\n",
    };
    farewell.count = 0;
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (parts[i] != NULL)
            tputs(parts[i], 1, keep_byte);
    rescue_prepare(farewell.bytes, farewell.count);
    del_curterm(cur_term);
    rescue_arm();
    rescue_catch_crashes();
    xalloc_on_failure(rescue_now);
    return true;
}

static void send_now(const char *bytes)
{
    outlet_add(bytes, strlen(bytes));
    outlet_flush();
}

bool screen_tell_mouse(bool is_told)
{
    char bytes[sizeof(farewell.bytes) + sizeof(MOUSE_OFF)];
    if (is_told == terminal.tells_mouse)
        return true;
    if (is_told && key_mouse == NULL)
        return false;
    int count = snprintf(bytes, sizeof(bytes), "%s%.*s", is_told ? MOUSE_OFF : "",
                         (int)farewell.count, farewell.bytes);
    rescue_prepare(bytes, (size_t)count);
    terminal.tells_mouse = is_told;
    send_now(is_told ? MOUSE_ON : MOUSE_OFF);
    return true;
}

bool screen_start(struct error *err, char *remark, unsigned long remark_size)
{
    const char *name = choose_terminal(remark, remark_size);
    rescue_remember_modes();
    const struct outlet_options options = what_it_tells(environment_terminal());
    FILE *out = outlet_open(&options, err);
    if (out == NULL)
        return false;
    terminal.screen = prepare_rescue(name, &options) ? newterm(name, out, stdin) : NULL;
    if (terminal.screen == NULL) {
        rescue_disarm();
        outlet_close();
        return error_set(err, ERR_USAGE, "the terminal %s can not be set up; try TERM=xterm", name);
    }
    terminal.is_active = true;
    set_modes();
    set_up_colours();
    return true;
}

/* The terminal is the shell's again, or another program's. */
static void leave(void)
{
    outlet_settle();
    if (terminal.tells_mouse)
        send_now(MOUSE_OFF);
    curs_set(1);
    endwin();
}

void screen_stop(void)
{
    if (!terminal.is_active)
        return;
    terminal.is_active = false;
    leave();
    outlet_close();
    free(terminal.rows);
    terminal.rows = NULL;
    terminal.row_count = 0;
    rescue_disarm();
}

void screen_suspend(void)
{
    leave();
    rescue_disarm();
}

void screen_resume(void)
{
    rescue_arm();
    screen_resize();
    doupdate(); /* takes the screen back; some terminals save the cursor's look with it */
    set_modes();
    if (terminal.tells_mouse)
        send_now(MOUSE_ON);
    clearok(curscr, TRUE);
    terminal.row_count = 0;
}

/* ---- frames ------------------------------------------------------------------------------------
 */

void screen_size(int *out_cols, int *out_rows)
{
    *out_cols = COLS;
    *out_rows = LINES;
}

void screen_resize(void)
{
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
        (size.ws_row != LINES || size.ws_col != COLS)) {
        resizeterm(size.ws_row, size.ws_col);
        untouchwin(stdscr); /* else the next getch() sends the old frame in the new size */
        terminal.row_count = 0;
    }
}

static void forget_frame(void)
{
    terminal.rows = xreallocarray(terminal.rows, (size_t)LINES, sizeof(*terminal.rows));
    memset(terminal.rows, 0, (size_t)LINES * sizeof(*terminal.rows));
    terminal.row_count = LINES;
    terminal.is_changed = true;
    erase();
}

void screen_begin(bool is_anew)
{
    terminal.is_changed = false;
    if (is_anew)
        clearok(curscr, TRUE);
    if (is_anew || terminal.row_count != LINES)
        forget_frame();
}

static void put_wide(const char *text, size_t length)
{
    wchar_t wide[256];
    size_t count = 0;
    for (size_t at = 0; at < length;) {
        uint32_t c;
        at += utf8_decode(text + at, length - at, &c);
        wide[count++] = (wchar_t)c;
        if (count == sizeof(wide) / sizeof(wide[0])) {
            addnwstr(wide, (int)count);
            count = 0;
        }
    }
    addnwstr(wide, (int)count);
}

/* A row that is the same is not given to curses at all. */
static bool is_on_screen(int y, const struct line *line)
{
    uint64_t hash = line_hash(line);
    bool is_same = terminal.rows[y] == hash;
    terminal.rows[y] = hash;
    return is_same;
}

void screen_paint(int y, const struct line *line)
{
    if (y >= terminal.row_count || is_on_screen(y, line))
        return;
    terminal.is_changed = true;
    move(y, 0);
    clrtoeol();
    for (size_t i = 0; i < line->run_count; i++) {
        const struct line_run *run = &line->runs[i];
        size_t end = i + 1 < line->run_count ? line->runs[i + 1].at : line->text.len;
        struct style style =
            theme_style(terminal.colours, (enum role)run->role, (enum overlay)run->overlay);
        attr_set(attributes(style.flags), terminal.pairs[run->role][run->overlay], NULL);
        put_wide(line->text.data + run->at, end - run->at);
    }
    attr_set(A_NORMAL, 0, NULL);
}

void screen_send(const char *bytes, size_t count)
{
    outlet_add(bytes, count);
}

/* A hidden cursor may stay where it is; one that can not be hidden is parked where text ends. */
static void place_cursor(int x, int y)
{
    bool is_hidden = curs_set(x >= 0 ? 1 : 0) != ERR && x < 0;
    leaveok(stdscr, is_hidden);
    if (x >= 0)
        move(y, x);
    terminal.cursor_x = x;
    terminal.cursor_y = y;
}

void screen_end(int x, int y)
{
    bool has_moved = x != terminal.cursor_x || (x >= 0 && y != terminal.cursor_y);
    if (terminal.is_changed || has_moved) {
        outlet_begin();
        place_cursor(x, y);
        wnoutrefresh(stdscr);
        doupdate();
        outlet_end();
    }
    outlet_send();
}

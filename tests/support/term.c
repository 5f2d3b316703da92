#include "support/term.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#include <vterm.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "support/environment.h"

#define LOG_MAX_BYTES (256u << 20)
#define SYNC_MARK     "\033[?2026" /* and h where a frame begins, l where it ends */

struct term {
    pid_t pid;
    int fd; /* -1: hung up */
    struct termios first_modes;
    bool has_ended; /* reaped */
    int status;
    VTerm *vterm;
    VTermScreen *screen;
    int rows;
    int cols;
    bool is_cursor_visible;
    bool is_alternate;
    int64_t last_read_us;
    struct strbuf log;
    size_t marks_end; /* in the log: behind the last mark of a frame */
    size_t frames;    /* that have ended */
    bool is_amid_frame;
    struct strbuf keys; /* not yet written to the program */
    struct strbuf row_text;
    struct strbuf screen_text;
    struct strbuf style_text;
};

int64_t term_now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void keep_output(const char *bytes, size_t count, void *context)
{
    struct term *t = context;
    strbuf_add(&t->keys, bytes, count);
}

static int set_property(VTermProp property, VTermValue *value, void *context)
{
    struct term *t = context;
    if (property == VTERM_PROP_CURSORVISIBLE)
        t->is_cursor_visible = value->boolean;
    else if (property == VTERM_PROP_ALTSCREEN)
        t->is_alternate = value->boolean;
    return 1;
}

static const VTermScreenCallbacks screen_callbacks = {.settermprop = set_property};

static struct term *term_create(int rows, int cols)
{
    struct term *t = xcalloc(1, sizeof(*t));
    t->rows = rows;
    t->cols = cols;
    t->vterm = vterm_new(rows, cols);
    vterm_set_utf8(t->vterm, 1);
    vterm_output_set_callback(t->vterm, keep_output, t);
    t->screen = vterm_obtain_screen(t->vterm);
    vterm_screen_set_callbacks(t->screen, &screen_callbacks, t);
    vterm_screen_enable_altscreen(t->screen, 1);
    vterm_screen_reset(t->screen, 1);
    t->is_cursor_visible = true;
    strbuf_init(&t->log, LOG_MAX_BYTES);
    strbuf_init(&t->keys, LOG_MAX_BYTES);
    strbuf_init(&t->row_text, LOG_MAX_BYTES);
    strbuf_init(&t->screen_text, LOG_MAX_BYTES);
    strbuf_init(&t->style_text, LOG_MAX_BYTES);
    return t;
}

struct term *term_start(const struct term_options *options)
{
    struct term *t =
        term_create(options->rows ? options->rows : 24, options->cols ? options->cols : 80);
    struct winsize size = {.ws_row = (unsigned short)t->rows, .ws_col = (unsigned short)t->cols};
    char **environment = environment_create(options->env);
    int slave;
    if (openpty(&t->fd, &slave, NULL, NULL, &size) != 0 || tcgetattr(slave, &t->first_modes) != 0 ||
        (t->pid = fork()) < 0) {
        perror("openpty");
        abort();
    }
    if (t->pid == 0) {
        close(t->fd);
        login_tty(slave);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, NULL);
        execve(options->argv[0], (char *const *)options->argv, environment);
        perror(options->argv[0]);
        _exit(127);
    }
    environment_destroy(environment);
    close(slave);
    fcntl(t->fd, F_SETFL, fcntl(t->fd, F_GETFL) | O_NONBLOCK);
    fcntl(t->fd, F_SETFD, FD_CLOEXEC);
    return t;
}

void term_close(struct term *t)
{
    if (!t)
        return;
    if (t->fd >= 0)
        close(t->fd);
    if (!t->has_ended) {
        kill(t->pid, SIGKILL);
        kill(t->pid, SIGCONT);
        waitpid(t->pid, &t->status, 0);
    }
    vterm_free(t->vterm);
    strbuf_finish(&t->log);
    strbuf_finish(&t->keys);
    strbuf_finish(&t->row_text);
    strbuf_finish(&t->screen_text);
    strbuf_finish(&t->style_text);
    free(t);
}

pid_t term_pid(const struct term *t)
{
    return t->pid;
}

/* ---- reading and waiting --------------------------------------------------------------------- */

static void write_keys(struct term *t)
{
    ssize_t written = write(t->fd, t->keys.data, t->keys.len);
    if (written <= 0)
        return;
    size_t left = t->keys.len - (size_t)written;
    memmove(t->keys.data, t->keys.data + written, left);
    strbuf_truncate(&t->keys, left);
}

static void count_frames(struct term *t)
{
    const size_t length = strlen(SYNC_MARK);
    for (;;) {
        const char *from = t->log.data + t->marks_end;
        const char *at = memmem(from, t->log.len - t->marks_end, SYNC_MARK, length);
        if (!at || at + length >= t->log.data + t->log.len)
            return;
        t->is_amid_frame = at[length] == 'h';
        t->frames += !t->is_amid_frame;
        t->marks_end += (size_t)(at - from) + length + 1;
    }
}

static bool read_some(struct term *t, size_t max_bytes)
{
    char bytes[65536];
    ssize_t count = read(t->fd, bytes, max_bytes < sizeof(bytes) ? max_bytes : sizeof(bytes));
    if (count <= 0)
        return false;
    t->last_read_us = term_now_us();
    strbuf_add(&t->log, bytes, (size_t)count);
    count_frames(t);
    vterm_input_write(t->vterm, bytes, (size_t)count);
    return true;
}

static bool read_once(struct term *t)
{
    return read_some(t, SIZE_MAX);
}

bool term_sip(struct term *t, size_t max_bytes)
{
    write_keys(t);
    return read_some(t, max_bytes);
}

bool term_pump(struct term *t, int timeout_ms)
{
    if (t->keys.len > 0)
        write_keys(t);
    struct pollfd fd = {.fd = t->fd, .events = POLLIN};
    if (t->keys.len > 0)
        fd.events |= POLLOUT;
    if (poll(&fd, 1, timeout_ms) <= 0)
        return false;
    if (fd.revents & POLLOUT)
        write_keys(t);
    bool has_read = false;
    while (read_once(t))
        has_read = true;
    if (!has_read && (fd.revents & POLLHUP))
        poll(NULL, 0, timeout_ms < 2 ? timeout_ms : 2); /* ended: do not spin */
    return has_read;
}

static int64_t deadline_after(int timeout_ms)
{
    return term_now_us() + (int64_t)timeout_ms * 1000;
}

static int left_ms(int64_t deadline_us)
{
    int64_t left = (deadline_us - term_now_us() + 999) / 1000;
    return left > 0 ? (int)left : 0;
}

static void explain(struct term *t, const char *what, const char *detail)
{
    fprintf(stderr, "%s: %s\n--- screen %dx%d%s ---\n%s\n--- last bytes ---\n", what, detail,
            t->cols, t->rows, t->has_ended ? ", program has ended" : "", term_screen(t));
    size_t from = t->log.len > 1500 ? t->log.len - 1500 : 0;
    for (size_t i = from; i < t->log.len; i++) {
        unsigned char c = (unsigned char)t->log.data[i];
        if (c == '\n' || (c >= ' ' && c != 0x7f))
            fputc(c, stderr);
        else
            fprintf(stderr, "\\x%02x", c);
    }
    fputs("\n---\n", stderr);
}

/* True once the program is gone and all it wrote was read. */
static bool has_ended(struct term *t)
{
    if (!t->has_ended)
        t->has_ended = waitpid(t->pid, &t->status, WNOHANG) == t->pid;
    return t->has_ended && !term_pump(t, 0);
}

static bool wait_until(struct term *t, bool (*holds)(struct term *t, const void *context),
                       const void *context, int timeout_ms)
{
    int64_t deadline_us = deadline_after(timeout_ms);
    do {
        if (holds(t, context))
            return true;
        term_pump(t, left_ms(deadline_us));
    } while (term_now_us() < deadline_us && !has_ended(t));
    return holds(t, context);
}

bool term_wait_until(struct term *t, bool (*holds)(struct term *t, const void *context),
                     const void *context, int timeout_ms)
{
    bool result = wait_until(t, holds, context, timeout_ms);
    if (!result)
        explain(t, "waited in vain", "predicate");
    return result;
}

static bool has_text(struct term *t, const void *context)
{
    return strstr(term_screen(t), context) != NULL;
}

static bool has_no_text(struct term *t, const void *context)
{
    return !has_text(t, context);
}

bool term_wait_text(struct term *t, const char *text, int timeout_ms)
{
    bool result = wait_until(t, has_text, text, timeout_ms);
    if (!result)
        explain(t, "waited in vain for", text);
    return result;
}

bool term_wait_no_text(struct term *t, const char *text, int timeout_ms)
{
    bool result = wait_until(t, has_no_text, text, timeout_ms);
    if (!result)
        explain(t, "should have gone", text);
    return result;
}

static bool has_whole_frame(struct term *t, const void *context)
{
    const size_t *before = context;
    return t->frames > *before && !t->is_amid_frame;
}

bool term_wait_frame(struct term *t, int timeout_ms)
{
    size_t before = t->frames;
    bool result = wait_until(t, has_whole_frame, &before, timeout_ms);
    if (!result)
        explain(t, "waited in vain", "a frame");
    return result;
}

bool term_wait_frame_within(struct term *t, int begin_ms, int timeout_ms)
{
    size_t before = t->frames;
    if (wait_until(t, has_whole_frame, &before, begin_ms))
        return true;
    return !t->is_amid_frame || term_wait_frame(t, timeout_ms);
}

bool term_wait_exit(struct term *t, int timeout_ms, int *out_status)
{
    int64_t deadline_us = deadline_after(timeout_ms);
    while (!has_ended(t)) {
        term_pump(t, 2);
        if (!t->has_ended && term_now_us() >= deadline_us) {
            explain(t, "did not end", "");
            return false;
        }
    }
    *out_status = t->status;
    return true;
}

bool term_wait_exit_unread(struct term *t, int timeout_ms, int *out_status)
{
    int64_t deadline_us = deadline_after(timeout_ms);
    while (!t->has_ended && term_now_us() < deadline_us) {
        t->has_ended = waitpid(t->pid, &t->status, WNOHANG) == t->pid;
        if (!t->has_ended)
            poll(NULL, 0, 2);
    }
    *out_status = t->status;
    return t->has_ended;
}

bool term_clog(struct term *t)
{
    char name[64];
    bool is_named = ptsname_r(t->fd, name, sizeof(name)) == 0;
    int fd = is_named ? open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC) : -1;
    if (fd < 0)
        return false;
    while (write(fd, "~", 1) == 1)
        continue;
    bool is_full = errno == EAGAIN;
    close(fd);
    return is_full;
}

bool term_wait_quiet(struct term *t, int quiet_ms, int timeout_ms)
{
    int64_t deadline_us = deadline_after(timeout_ms);
    while (term_now_us() < deadline_us) {
        if (!term_pump(t, quiet_ms) && term_now_us() - t->last_read_us >= quiet_ms * 1000)
            return true;
    }
    explain(t, "never fell silent", "");
    return false;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static const struct {
    const char *name;
    VTermKey key;
    VTermModifier modifier;
} named_keys[] = {
    {"Enter", VTERM_KEY_ENTER, VTERM_MOD_NONE},
    {"Tab", VTERM_KEY_TAB, VTERM_MOD_NONE},
    {"S-Tab", VTERM_KEY_TAB, VTERM_MOD_SHIFT},
    {"Backspace", VTERM_KEY_BACKSPACE, VTERM_MOD_NONE},
    {"Esc", VTERM_KEY_ESCAPE, VTERM_MOD_NONE},
    {"Up", VTERM_KEY_UP, VTERM_MOD_NONE},
    {"Down", VTERM_KEY_DOWN, VTERM_MOD_NONE},
    {"Left", VTERM_KEY_LEFT, VTERM_MOD_NONE},
    {"Right", VTERM_KEY_RIGHT, VTERM_MOD_NONE},
    {"Insert", VTERM_KEY_INS, VTERM_MOD_NONE},
    {"Delete", VTERM_KEY_DEL, VTERM_MOD_NONE},
    {"Home", VTERM_KEY_HOME, VTERM_MOD_NONE},
    {"End", VTERM_KEY_END, VTERM_MOD_NONE},
    {"PageUp", VTERM_KEY_PAGEUP, VTERM_MOD_NONE},
    {"PageDown", VTERM_KEY_PAGEDOWN, VTERM_MOD_NONE},
};

static bool press_named(struct term *t, const char *name)
{
    for (size_t i = 0; i < sizeof(named_keys) / sizeof(named_keys[0]); i++) {
        if (strcmp(named_keys[i].name, name) == 0) {
            vterm_keyboard_key(t->vterm, named_keys[i].key, named_keys[i].modifier);
            return true;
        }
    }
    return false;
}

void term_key(struct term *t, const char *name)
{
    char *end;
    long number;
    if (strcmp(name, "Space") == 0)
        vterm_keyboard_unichar(t->vterm, ' ', VTERM_MOD_NONE);
    else if (press_named(t, name))
        ;
    else if (name[0] == 'F' && (number = strtol(name + 1, &end, 10)) > 0 && *end == '\0')
        vterm_keyboard_key(t->vterm, VTERM_KEY_FUNCTION((int)number), VTERM_MOD_NONE);
    else if (strncmp(name, "C-", 2) == 0 && strlen(name) == 3)
        vterm_keyboard_unichar(t->vterm, (uint32_t)name[2], VTERM_MOD_CTRL);
    else if (strlen(name) == 1)
        vterm_keyboard_unichar(t->vterm, (uint32_t)name[0], VTERM_MOD_NONE);
    else {
        fprintf(stderr, "no such key: %s\n", name);
        abort();
    }
    write_keys(t);
}

void term_keys(struct term *t, const char *names)
{
    char *copy = xstrdup(names);
    char *rest;
    for (char *name = strtok_r(copy, " ", &rest); name; name = strtok_r(NULL, " ", &rest))
        term_key(t, name);
    free(copy);
}

void term_type(struct term *t, const char *text)
{
    term_send_bytes(t, text, strlen(text));
}

void term_send_bytes(struct term *t, const char *bytes, size_t count)
{
    strbuf_add(&t->keys, bytes, count);
    write_keys(t);
}

void term_resize(struct term *t, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    /* What was written for the old size is read first. */
    while (read_once(t))
        ;
    t->rows = rows;
    t->cols = cols;
    vterm_set_size(t->vterm, rows, cols);
    ioctl(t->fd, TIOCSWINSZ, &size);
}

/* ---- the screen ------------------------------------------------------------------------------ */

int term_rows(const struct term *t)
{
    return t->rows;
}

int term_cols(const struct term *t)
{
    return t->cols;
}

static void add_character(struct strbuf *out, uint32_t code)
{
    char bytes[4];
    size_t count = utf8_encode(code, bytes);
    strbuf_add(out, bytes, count);
}

static void add_row(struct term *t, int row, struct strbuf *out)
{
    size_t end = out->len;
    for (int col = 0; col < t->cols; col++) {
        VTermScreenCell cell;
        vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell);
        if (cell.chars[0] == (uint32_t)-1)
            continue; /* the second half of a wide character */
        if (cell.chars[0] == 0) {
            strbuf_add_char(out, ' ');
            continue;
        }
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
            add_character(out, cell.chars[i]);
        if (cell.chars[0] != ' ')
            end = out->len;
    }
    strbuf_truncate(out, end);
}

const char *term_row(struct term *t, int row)
{
    strbuf_clear(&t->row_text);
    add_row(t, row, &t->row_text);
    return t->row_text.data;
}

const char *term_screen(struct term *t)
{
    strbuf_clear(&t->screen_text);
    for (int row = 0; row < t->rows; row++) {
        add_row(t, row, &t->screen_text);
        strbuf_add_char(&t->screen_text, '\n');
    }
    return t->screen_text.data;
}

int term_find_row(struct term *t, const char *text)
{
    for (int row = 0; row < t->rows; row++) {
        if (strstr(term_row(t, row), text))
            return row;
    }
    return -1;
}

uint32_t term_char(struct term *t, int row, int col)
{
    VTermScreenCell cell;
    vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell);
    return cell.chars[0];
}

static void add_colour(struct strbuf *out, const char *what, const VTermColor *colour)
{
    if (VTERM_COLOR_IS_INDEXED(colour))
        strbuf_addf(out, " %s%d", what, colour->indexed.idx);
    else
        strbuf_addf(out, " %s#%02x%02x%02x", what, colour->rgb.red, colour->rgb.green,
                    colour->rgb.blue);
}

static void format_style(const VTermScreenCell *cell, char *out, size_t size)
{
    struct strbuf text;
    strbuf_init(&text, size - 1);
    if (cell->attrs.bold)
        strbuf_add_text(&text, " bold");
    if (cell->attrs.underline)
        strbuf_add_text(&text, " underline");
    if (cell->attrs.italic)
        strbuf_add_text(&text, " italic");
    if (cell->attrs.blink)
        strbuf_add_text(&text, " blink");
    if (cell->attrs.reverse)
        strbuf_add_text(&text, " reverse");
    if (!VTERM_COLOR_IS_DEFAULT_FG(&cell->fg))
        add_colour(&text, "fg", &cell->fg);
    if (!VTERM_COLOR_IS_DEFAULT_BG(&cell->bg))
        add_colour(&text, "bg", &cell->bg);
    memcpy(out, text.data, text.len + 1);
    strbuf_finish(&text);
}

static void add_run(struct strbuf *out, int row, int from, int to, const char *style, bool *is_new)
{
    if (style[0] == '\0')
        return;
    if (*is_new)
        strbuf_addf(out, "%d:", row);
    strbuf_addf(out, "%s %d-%d%s", *is_new ? "" : ";", from, to, style);
    *is_new = false;
}

const char *term_styles(struct term *t)
{
    strbuf_clear(&t->style_text);
    for (int row = 0; row < t->rows; row++) {
        char style[96] = "";
        char next[96];
        int from = 0;
        bool is_new = true;
        for (int col = 0; col < t->cols; col++) {
            VTermScreenCell cell;
            vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell);
            format_style(&cell, next, sizeof(next));
            if (strcmp(style, next) != 0) {
                add_run(&t->style_text, row, from, col - 1, style, &is_new);
                from = col;
                memcpy(style, next, sizeof(style));
            }
        }
        add_run(&t->style_text, row, from, t->cols - 1, style, &is_new);
        if (!is_new)
            strbuf_add_char(&t->style_text, '\n');
    }
    return t->style_text.data;
}

bool term_row_is_reverse(struct term *t, int row, int col)
{
    VTermScreenCell cell;
    vterm_screen_get_cell(t->screen, (VTermPos){.row = row, .col = col}, &cell);
    return cell.attrs.reverse;
}

void term_cursor(struct term *t, int *out_row, int *out_col, bool *out_is_visible)
{
    VTermPos at;
    vterm_state_get_cursorpos(vterm_obtain_state(t->vterm), &at);
    *out_row = at.row;
    *out_col = at.col;
    *out_is_visible = t->is_cursor_visible;
}

bool term_is_alternate(const struct term *t)
{
    return t->is_alternate;
}

/* Whether the list of modes has one that tells of buttons: 1000, 1002 or 1003. */
static bool has_mouse_mode(const char *modes)
{
    for (char *end; *modes >= '0' && *modes <= '9'; modes = *end == ';' ? end + 1 : end) {
        long mode = strtol(modes, &end, 10);
        if (mode == 1000 || mode == 1002 || mode == 1003)
            return true;
    }
    return false;
}

/* Read from the log: this libvterm sees but the first of the modes in a sequence. */
bool term_wants_mouse(const struct term *t)
{
    bool wants_mouse = false;
    for (const char *at = t->log.data; at && (at = strstr(at, "\033[?")) != NULL; at += 3) {
        const char *end = at + 3 + strspn(at + 3, "0123456789;");
        if ((*end == 'h' || *end == 'l') && has_mouse_mode(at + 3))
            wants_mouse = *end == 'h';
    }
    return wants_mouse;
}

bool term_has_echo(const struct term *t)
{
    struct termios modes;
    return tcgetattr(t->fd, &modes) == 0 && (modes.c_lflag & ECHO) && (modes.c_lflag & ICANON);
}

bool term_has_first_modes(const struct term *t)
{
    struct termios modes;
    return tcgetattr(t->fd, &modes) == 0 && modes.c_iflag == t->first_modes.c_iflag &&
           modes.c_oflag == t->first_modes.c_oflag && modes.c_cflag == t->first_modes.c_cflag &&
           modes.c_lflag == t->first_modes.c_lflag &&
           memcmp(modes.c_cc, t->first_modes.c_cc, sizeof(modes.c_cc)) == 0;
}

bool term_hang_up(struct term *t, int timeout_ms, int *out_status)
{
    close(t->fd);
    t->fd = -1;
    return term_wait_exit(t, timeout_ms, out_status);
}

const struct strbuf *term_log(const struct term *t)
{
    return &t->log;
}

size_t term_bytes(const struct term *t)
{
    return t->log.len;
}

int64_t term_last_read_us(const struct term *t)
{
    return t->last_read_us;
}

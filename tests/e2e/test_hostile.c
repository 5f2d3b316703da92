/* A service whose every field attacks: nothing of it reaches the terminal but text, and no table
 * gets out of line. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/utf8.h"
#include "base/xalloc.h"
#include "e2e/stage.h"
#include "support/environment.h"
#include "support/output_check.h"

#define BODY_BYTES (64u << 20)
#define LOG_BYTES  (16u << 20)

/* In one nothing ever ends, in the other all that is asked for does. */
static const char *const waiting[] = {
    "--tasks", "30",        "--rate", "0",       "--active",
    "6",       "--workers", "0",      "--fault", "* /api/4.0/ hostile",
    NULL};
static const char *const working[] = {"--tasks", "0",       "--rate",
                                      "0",       "--fault", "* /api/4.0/ hostile",
                                      NULL};

struct house {
    struct service *waiting; /* profile "shop" */
    struct service *working; /* profile "lab" */
    char *config;
    char rows[64];  /* tasks of lab that ended well: with rows */
    char lines[64]; /* and with lines of text */
};

static void submit(struct service *service, const char *format, char out_id[64])
{
    service_submit_as(service, "order_items", "users.region", format, out_id, 64);
    assert_true(service_wait_status(service, out_id, "complete", TERM_PATIENCE_MS));
}

static void house_open(struct house *house)
{
    char text[1024];
    house->waiting = service_start(waiting, NULL);
    house->working = service_start(working, NULL);
    submit(house->working, "json", house->rows);
    submit(house->working, "txt", house->lines);
    snprintf(text, sizeof(text),
             "[shop]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
             "client_secret = demo-secret\nmode = read-write\npoll = 1s\n"
             "[lab]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
             "client_secret = demo-secret\nmode = read-write\npoll = 1s\nwatch_tasks = %s, %s\n",
             service_url(house->waiting), service_url(house->working), house->rows, house->lines);
    house->config = xstrdup(scratch_file("config.ini", text, 0600));
}

static struct term *house_watch(const struct house *house, const char *locale, int rows, int cols)
{
    const char *const env[] = {"QUERYTOP_SYNC=1", locale, NULL};
    const char *const argv[] = {TEST_QUERYTOP, "--config", house->config, NULL};
    struct term *t =
        term_start(&(struct term_options){.argv = argv, .env = env, .rows = rows, .cols = cols});
    assert_true(term_wait_text(t, "queued", TERM_PATIENCE_MS));
    return t;
}

static void house_close(struct house *house)
{
    free(house->config);
    service_stop(house->working);
    service_stop(house->waiting);
}

/* ---- what came ------------------------------------------------------------------------------- */

static void assert_harmless(const struct strbuf *bytes, enum output_rules rules)
{
    struct strbuf reason;
    strbuf_init(&reason, 4096);
    if (!output_check(bytes->data, bytes->len, rules, &reason))
        fail_msg("%s", reason.data);
    strbuf_finish(&reason);
}

/* The attack was there: a control byte is seen as its picture (U+24xx), broken text as U+FFFD. */
static void assert_attacked(const struct strbuf *bytes, const char *what)
{
    if (!memmem(bytes->data, bytes->len, "\xe2\x90", 2) &&
        !memmem(bytes->data, bytes->len, "\xef\xbf\xbd", 3))
        fail_msg("%s: shows no attack", what);
}

/* ---- in line --------------------------------------------------------------------------------- */

static bool is_blank(struct term *t, int row, int col)
{
    uint32_t c = term_char(t, row, col);
    return c == 0 || c == ' ';
}

static void complain(struct term *t, int row, int col, const char *what)
{
    fprintf(stderr, "row %d, column %d: %s\n%s\n", row, col, what, term_screen(t));
    fail();
}

/* Where each title of a header begins, whose words are `count` titles two blanks apart. */
struct title {
    const char *text;
    bool is_right; /* its cells end with it */
};

/* Column of text in a row, or -1. */
static int find_col(struct term *t, int row, const char *text)
{
    for (int col = 0; col < term_cols(t); col++) {
        size_t i = 0;
        while (text[i] && term_char(t, row, col + (int)i) == (uint32_t)text[i])
            i++;
        if (!text[i] && (col == 0 || is_blank(t, row, col - 1)))
            return col;
    }
    return -1;
}

/* The rows under a header keep to its columns: the gap beside each title's edge is empty. */
static void assert_columns(struct term *t, const struct title *titles, size_t count, int header,
                           int last)
{
    for (size_t i = 0; i < count; i++) {
        int col = find_col(t, header, titles[i].text);
        if (col < 0)
            continue; /* no room for it in this size */
        int edge = titles[i].is_right ? col + (int)strlen(titles[i].text) : col - 1;
        for (int row = header + 1; row <= last && edge < term_cols(t); row++)
            if (!is_blank(t, row, edge))
                complain(t, row, edge, titles[i].text);
    }
}

static bool is_one_of(uint32_t c, const char *const *characters)
{
    for (; *characters; characters++) {
        uint32_t other;
        utf8_decode(*characters, strlen(*characters), &other);
        if (c == other)
            return true;
    }
    return false;
}

/* From below a corner or a T the line goes down to its end without a gap. */
static void assert_line_down(struct term *t, int row, int col, int last)
{
    static const char *const lines[] = {"│", "┃", "├", "┤", NULL};
    static const char *const ends[] = {"└", "┘", "┴", NULL};
    for (row++; row <= last; row++) {
        uint32_t c = term_char(t, row, col);
        if (is_one_of(c, ends))
            return;
        if (!is_one_of(c, lines))
            complain(t, row, col, "the frame has a gap");
    }
}

static void assert_frames(struct term *t)
{
    static const char *const tops[] = {"┌", "┐", "┬", NULL};
    for (int row = 0; row < term_rows(t); row++)
        for (int col = 0; col < term_cols(t); col++)
            if (is_one_of(term_char(t, row, col), tops))
                assert_line_down(t, row, col, term_rows(t) - 3);
}

/* The list of tasks, where it is on the screen and nothing lies over it. */
static void assert_task_columns(struct term *t)
{
    static const struct title titles[] = {{"STATE", false}, {"ELAPSED", true},
                                          {"USER", false},  {"SOURCE", false},
                                          {"WHAT", false},  {"CONNECTION", false},
                                          {"AGE", true}};
    int header = term_find_row(t, "  STATE  ");
    int last = term_find_row(t, "─ Detail");
    if (header < 0 || strstr(term_screen(t), "┌"))
        return;
    assert_columns(t, titles, sizeof(titles) / sizeof(titles[0]), header,
                   last > 0 ? last - 1 : term_rows(t) - 3);
}

/* ---- the dashboard --------------------------------------------------------------------------- */

/* Every pane, page, popup and prompt there is. */
static const char *const walk[] = {
    "Down",     "Down", "End",      "Home", "Space", "Down",  "Space", "Right", "x",   "Esc",
    "r",        "Esc",  "Enter",    "2",    "3",     "Right", "Right", "4",     "5",   "PageDown",
    "PageDown", "1",    "z",        "5",    "z",     "Esc",   "s",     "Down",  "Esc", "i",
    "f",        "Esc",  "/",        "Esc",  "e",     "Down",  "Esc",   "a",     "Esc", "Y",
    "Esc",      "?",    "PageDown", "Esc",  "p",     "p",     "R",     "Tab",   "Tab", "Down",
    "Enter",    "Down", "b",        "Esc",  "v",     "Esc",   "Tab",   "1",     "C-l",
};

#define FRAME_BEGINS_MS 1000 /* if the key changes anything */

/* Returns with a whole frame on the screen, as a rule the one that answers the key. */
static void press(struct term *t, const char *key)
{
    term_pump(t, 0);
    term_key(t, key);
    assert_true(term_wait_frame_within(t, FRAME_BEGINS_MS, TERM_PATIENCE_MS));
}

static void walk_through(struct term *t)
{
    for (size_t i = 0; i < sizeof(walk) / sizeof(walk[0]); i++) {
        press(t, walk[i]);
        assert_frames(t);
        assert_task_columns(t);
    }
}

static void see_result(struct term *t, const char *id, const char *text)
{
    char filter[96];
    snprintf(filter, sizeof(filter), "id=%s", id);
    term_key(t, "f");
    assert_true(term_wait_text(t, "Tab  state=", TERM_PATIENCE_MS));
    term_type(t, filter);
    term_keys(t, "Enter Enter 3");
    assert_true(term_wait_text(t, text, TERM_PATIENCE_MS));
    press(t, "Esc");
    press(t, "Esc");
}

static void every_pane_page_and_popup_shows_text_alone(void **state)
{
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    static const int sizes[][2] = {{40, 140}};
#else
    static const int sizes[][2] = {{40, 140}, {24, 80}};
#endif
    struct house house;
    house_open(&house);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct term *t = house_watch(&house, "LC_ALL=C.UTF-8", sizes[i][0], sizes[i][1]);
        walk_through(t);
        see_result(t, house.lines, "AMER");
        see_result(t, house.rows, " rows \xc2\xb7 ");
        walk_through(t);
        assert_attacked(term_log(t), "dashboard");
        term_keys(t, "Esc Esc q");
        assert_exit_code(t, 0);
        assert_harmless(term_log(t), OUTPUT_SCREEN);
        term_close(t);
    }
    house_close(&house);
}

static void ascii_terminals_get_ascii_alone(void **state)
{
    (void)state;
    struct house house;
    house_open(&house);
    struct term *t = house_watch(&house, "LC_ALL=C", 40, 120);
    static const char *const keys[] = {"Enter", "2", "5", "1"};
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        press(t, keys[i]);
    assert_harmless(term_log(t), OUTPUT_SCREEN);
    for (size_t i = 0; i < term_log(t)->len; i++)
        assert_true((unsigned char)term_log(t)->data[i] < 0x80);
    term_close(t);
    house_close(&house);
}

/* ---- the verbs ------------------------------------------------------------------------------- */

/* "ROWS" and "LINES" stand for tasks that ended well, "ALIVE" for one that waits. */
static const struct {
    const char *words[10];
    bool is_attacked; /* what it prints is the service's text */
} verbs[] = {
    {{"list"}, true},
    {{"list", "--format", "csv"}, true},
    {{"list", "--format", "tsv"}, true},
    {{"list", "--format", "json"}, true},
    {{"list", "--format", "ndjson"}, true},
    {{"show", "ALIVE"}, true},
    {{"show", "ROWS"}, true},
    {{"show", "ROWS", "--format", "json"}, true},
    {{"results", "ROWS"}, true},
    {{"results", "LINES"}, true},
    {{"results", "ROWS", "--as", "csv"}, true},
    {{"results", "ROWS", "--as", "json"}, true},
    {{"wait", "ROWS"}, false},
    {{"watch", "--timeout", "1s"}, true},
    {{"projects"}, true},
    {{"projects", "--format", "csv"}, true},
    {{"project", "branches", "shop:shop_model"}, true},
    {{"project", "validate", "shop:shop_model", "--yes"}, false},
    {{"project", "test-git", "shop:shop_model", "--yes"}, false},
    {{"doctor"}, true},
    {{"retry", "ROWS", "--yes"}, false},
    {{"cancel", "ALIVE", "--yes"}, false},
    {{"cancel", "ROWS", "--yes"}, false},
    {{"run", "-p", "lab", "--model", "shop", "--explore", "x", "--fields", "x.y", "--yes"}, false},
    {{"run", "-p", "lab", "--query", "nonsense", "--yes"}, false},
};

static struct term *start_verb(const struct house *house, const char *const *words,
                               const char *alive)
{
    static const char *const env[] = {"NO_COLOR=1", NULL}; /* so that all colour is a stranger's */
    const char *argv[16] = {TEST_QUERYTOP};
    size_t count = 1;
    for (size_t i = 0; words[i]; i++)
        argv[count++] = strcmp(words[i], "ROWS") == 0    ? house->rows
                        : strcmp(words[i], "LINES") == 0 ? house->lines
                        : strcmp(words[i], "ALIVE") == 0 ? alive
                                                         : words[i];
    argv[count++] = "--config";
    argv[count] = house->config;
    return term_start(&(struct term_options){.argv = argv, .env = env, .rows = 90, .cols = 140});
}

static void assert_list_in_line(struct term *t)
{
    static const struct title titles[] = {
        {"STATE", false}, {"ELAPSED", true},  {"USER", false},   {"SOURCE", false},
        {"WHAT", false},  {"PROJECT", false}, {"BRANCH", false}, {"REMOTE", false},
        {"CHECK", false}, {"VERDICT", false}, {"TEXT", false},   {"AHEAD", true},
        {"BEHIND", true},
    };
    int last = 0;
    while (!is_blank(t, last + 1, 0) && strncmp(term_row(t, last + 1), "querytop: ", 10) != 0)
        last++;
    assert_columns(t, titles, sizeof(titles) / sizeof(titles[0]), 0, last);
}

/* The id of a task that waits, as `list` tells it. */
static void find_alive(struct service *service, char *out, size_t size)
{
    struct strbuf answer;
    strbuf_init(&answer, BODY_BYTES);
    assert_int_equal(service_ask(service, "GET", "/running_queries", NULL, &answer), 200);
    const char *at = strstr(answer.data, "\"query_task_id\":\"");
    assert_non_null(at);
    at += strlen("\"query_task_id\":\"");
    snprintf(out, size, "%.*s", (int)strcspn(at, "\""), at);
    strbuf_finish(&answer);
}

static void every_verb_prints_text_alone(void **state)
{
    (void)state;
    struct house house;
    char alive[64];
    house_open(&house);
    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
        int status;
        find_alive(house.waiting, alive, sizeof(alive));
        struct term *t = start_verb(&house, verbs[i].words, alive);
        assert_true(term_wait_exit(t, TERM_PATIENCE_MS, &status));
        if (!WIFEXITED(status) || WEXITSTATUS(status) > 6)
            fail_msg("%s: status %x\n%s", verbs[i].words[0], (unsigned)status, term_screen(t));
        bool is_tsv = verbs[i].words[2] && strcmp(verbs[i].words[2], "tsv") == 0;
        assert_harmless(term_log(t), is_tsv ? OUTPUT_TSV : OUTPUT_LINES);
        if (verbs[i].is_attacked)
            assert_attacked(term_log(t), term_screen(t));
        assert_list_in_line(t);
        term_close(t);
    }
    house_close(&house);
}

/* ---- the log --------------------------------------------------------------------------------- */

static void read_file(const char *path, struct strbuf *out)
{
    char bytes[65536];
    size_t count;
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    while ((count = fread(bytes, 1, sizeof(bytes), file)) > 0)
        strbuf_add(out, bytes, count);
    fclose(file);
}

static void log_is_lines_of_text(void **state)
{
    (void)state;
    struct house house;
    struct strbuf text;
    house_open(&house);
    char *path = xstrdup(scratch_file("querytop.log", "", 0600));
    const char *const argv[] = {TEST_QUERYTOP, "--config", house.config, "--log", path, NULL};
    struct term *t = term_start(&(struct term_options){.argv = argv, .rows = 40, .cols = 120});
    assert_true(term_wait_text(t, "queued", TERM_PATIENCE_MS));
    term_key(t, "f");
    term_type(t, "state=queued");
    term_key(t, "Enter");
    assert_true(term_wait_no_text(t, "unknown  ", TERM_PATIENCE_MS));
    term_key(t, "x");
    assert_true(term_wait_text(t, "Cancel this task?", TERM_PATIENCE_MS));
    term_key(t, "y");
    assert_true(term_wait_text(t, "cancel confirmed", TERM_PATIENCE_MS));
    term_key(t, "q");
    assert_exit_code(t, 0);
    term_close(t);
    strbuf_init(&text, LOG_BYTES);
    read_file(path, &text);
    assert_true(text.len > 0);
    assert_harmless(&text, OUTPUT_FILE);
    strbuf_finish(&text);
    free(path);
    house_close(&house);
}

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    utf8_init_locale();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pane_page_and_popup_shows_text_alone),
        cmocka_unit_test(ascii_terminals_get_ascii_alone),
        cmocka_unit_test(every_verb_prints_text_alone),
        cmocka_unit_test(log_is_lines_of_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

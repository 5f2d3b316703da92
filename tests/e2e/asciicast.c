/* asciicast.c - plays a short tour of the demo in a terminal and writes it down as an asciicast
 * (version 2: https://docs.asciinema.org/manual/asciicast/v2/). usage: asciicast PROGRAM FILE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "net/json.h"
#include "support/term.h"

#define COLS 120
#define ROWS 34

/* How long to look, then what to type; a name of term_keys(), or a text after "=". */
static const struct {
    int look_ms;
    const char *keys;
} tour[] = {
    {4000, "Down Down Down"},
    {1200, "Enter"},
    {1800, "2"},
    {2500, "Esc"},
    {600, "f"},
    {700, "=user~ana"},
    {2200, "Enter"},
    {1500, "Esc"},
    {800, "s"},
    {1500, "Esc"},
    {800, "x"},
    {2500, "n"},
    {800, "V"},
    {2500, "Esc"},
    {600, ":"},
    {600, "=export"},
    {2000, "Esc"},
    {800, "?"},
    {2500, "Esc"},
    {800, "q"},
};

static size_t written;
static int64_t start_us;

/* Bytes without the beginning of a character whose rest is still to come. */
static size_t whole_characters(const char *bytes, size_t length)
{
    for (size_t back = 1; back <= 3 && back <= length; back++) {
        unsigned char lead = (unsigned char)bytes[length - back];
        size_t wanted = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        if (lead < 0x80 || lead >= 0xC0)
            return wanted > back ? length - back : length;
    }
    return length;
}

/* What has come since, as one event. */
static void write_output(FILE *file, const struct term *t)
{
    const struct strbuf *log = term_log(t);
    struct strbuf text;
    size_t length = whole_characters(log->data + written, log->len - written);
    if (length == 0)
        return;
    strbuf_init(&text, 4 * LIMIT_MIB);
    struct json *bytes = json_new_string_len(log->data + written, length);
    json_format(bytes, false, &text);
    fprintf(file, "[%.3f, \"o\", %s]\n", (double)(term_now_us() - start_us) / 1e6, text.data);
    json_destroy(bytes);
    strbuf_finish(&text);
    written += length;
}

static void look(FILE *file, struct term *t, int duration_ms)
{
    int64_t end_us = term_now_us() + (int64_t)duration_ms * 1000;
    for (int64_t left_us; (left_us = end_us - term_now_us()) > 0;) {
        term_pump(t, (int)(left_us / 1000) + 1);
        write_output(file, t);
    }
}

static void press(struct term *t, const char *keys)
{
    if (keys[0] == '=')
        term_type(t, keys + 1);
    else
        term_keys(t, keys);
}

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[2], "w") : NULL;
    if (!file) {
        fputs("usage: asciicast PROGRAM FILE\n", stderr);
        return 2;
    }
    const char *const words[] = {argv[1], "demo", "--seed", "7", NULL};
    struct term *t = term_start(&(struct term_options){.argv = words, .rows = ROWS, .cols = COLS});
    fprintf(file,
            "{\"version\": 2, \"width\": %d, \"height\": %d, \"title\": \"querytop demo\", "
            "\"env\": {\"TERM\": \"xterm-256color\"}}\n",
            COLS, ROWS);
    start_us = term_now_us();
    for (size_t i = 0; i < sizeof(tour) / sizeof(tour[0]); i++) {
        look(file, t, tour[i].look_ms);
        press(t, tour[i].keys);
    }
    look(file, t, 1000);
    term_close(t);
    return fclose(file) == 0 ? 0 : 1;
}

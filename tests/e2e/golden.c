#include "e2e/golden.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "support/testing.h"

#define SCREEN_MAX_BYTES (1u << 20)
#define STANDING_MS      1200

/* Behind the profile's name, "● 3ms" or in ASCII "* 3ms"; NULL: none. */
static const char *find_latency(const char *header)
{
    static const char *const marks[] = {"shop \xe2\x97\x8f ", "shop * "};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        const char *mark = strstr(header, marks[i]);
        if (mark)
            return mark + strlen(marks[i]);
    }
    return NULL;
}

/* The latency, and the blanks that its width moves. */
static void add_masked(struct strbuf *out, const char *text)
{
    const char *latency = find_latency(text);
    if (latency) {
        strbuf_add(out, text, (size_t)(latency - text));
        strbuf_add_text(out, "~ ");
        text = latency + strspn(latency, "0123456789.ms");
        text += strspn(text, " ");
    }
    strbuf_add_text(out, text);
}

static void take_screen(struct term *t, bool has_styles, struct strbuf *out)
{
    strbuf_clear(out);
    add_masked(out, term_screen(t));
    if (!has_styles)
        return;
    /* The first line's runs move with the latency. */
    const char *styles = term_styles(t);
    while (strncmp(styles, "0:", 2) == 0)
        styles = strchr(styles, '\n') + 1;
    strbuf_addf(out, "--- styles\n%s", styles);
}

static void golden_path(const char *name, char *out, size_t size)
{
    snprintf(out, size, "%s/e2e/golden/%s.txt", TEST_SOURCE_DIR, name);
}

static void read_golden(const char *name, struct strbuf *out)
{
    char path[512];
    char bytes[4096];
    golden_path(name, path, sizeof(path));
    FILE *file = fopen(path, "r");
    if (!file)
        return;
    for (size_t count; (count = fread(bytes, 1, sizeof(bytes), file)) > 0;)
        strbuf_add(out, bytes, count);
    fclose(file);
}

static void write_golden(struct term *t, bool has_styles, const char *name)
{
    struct strbuf now, before;
    char path[512];
    strbuf_init(&now, SCREEN_MAX_BYTES);
    strbuf_init(&before, SCREEN_MAX_BYTES);
    int64_t since_us = term_now_us();
    while (term_now_us() - since_us < STANDING_MS * 1000LL) {
        term_pump(t, 50);
        take_screen(t, has_styles, &now);
        if (strcmp(now.data, before.data) == 0)
            continue;
        strbuf_clear(&before);
        strbuf_add(&before, now.data, now.len);
        since_us = term_now_us();
    }
    golden_path(name, path, sizeof(path));
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(now.data, 1, now.len, file), now.len);
    fclose(file);
    strbuf_finish(&now);
    strbuf_finish(&before);
}

/* The lines that differ, one below the other. */
static void print_difference(const char *name, const char *wanted, const char *seen)
{
    fprintf(stderr, "golden/%s.txt differs (GOLDEN_WRITE=1 rewrites it):\n", name);
    for (int line = 1; *wanted || *seen; line++) {
        size_t wanted_length = strcspn(wanted, "\n");
        size_t seen_length = strcspn(seen, "\n");
        if (wanted_length != seen_length || memcmp(wanted, seen, seen_length) != 0)
            fprintf(stderr, "%3d wanted |%.*s|\n    seen   |%.*s|\n", line, (int)wanted_length,
                    wanted, (int)seen_length, seen);
        wanted += wanted_length + (wanted[wanted_length] == '\n');
        seen += seen_length + (seen[seen_length] == '\n');
    }
}

static void check(struct term *t, bool has_styles, const char *name)
{
    const char *write = getenv("GOLDEN_WRITE");
    if (write && strcmp(write, "1") == 0) {
        write_golden(t, has_styles, name);
        return;
    }
    struct strbuf wanted, seen;
    strbuf_init(&wanted, SCREEN_MAX_BYTES);
    strbuf_init(&seen, SCREEN_MAX_BYTES);
    read_golden(name, &wanted);
    int64_t deadline_us = term_now_us() + TERM_PATIENCE_MS / 2 * 1000LL;
    bool is_same;
    do {
        term_pump(t, 50);
        take_screen(t, has_styles, &seen);
        is_same = strcmp(wanted.data, seen.data) == 0;
    } while (!is_same && term_now_us() < deadline_us);
    if (!is_same)
        print_difference(name, wanted.data, seen.data);
    strbuf_finish(&wanted);
    strbuf_finish(&seen);
    assert_true(is_same);
}

void assert_golden(struct term *t, const char *name)
{
    check(t, false, name);
}

void assert_golden_styles(struct term *t, const char *name)
{
    check(t, true, name);
}

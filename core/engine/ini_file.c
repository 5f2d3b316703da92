#include "engine/ini_file.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/strbuf.h"
#include "base/xalloc.h"

/* inih splits a line into section, key and value. It knows no line numbers, drops empty sections,
 * shortens long names and takes no line of more than 200 bytes (a constant of the library's build);
 * so it is fed line by line, what it would swallow is looked at first, and a long value goes round
 * it.
 */
struct reading {
    struct ini_file *file;
    const char *path;
    const char *at; /* the next line */
    int line;
    char *long_value; /* of the line that inih has now, in place of its own; NULL */
    struct error *err;
    bool is_failed;
};

/* err is set: says where. */
static bool fail_here(struct reading *r)
{
    r->is_failed = true;
    return error_prefix(r->err, "%s:%d", r->path, r->line);
}

static bool fail(struct reading *r, const char *message)
{
    error_set(r->err, ERR_CONFIG, "%s", message);
    return fail_here(r);
}

/* "[name]" in line. */
static bool begin_section(struct reading *r, const char *line, size_t length)
{
    const char *end = memchr(line, ']', length);
    if (!end)
        return fail(r, "'[' without ']'; a section begins with [name]");
    char *name = xstrndup(line + 1, (size_t)(end - line) - 1);
    bool is_good = r->file->begin(r->file->context, name, r->err);
    free(name);
    return is_good || fail_here(r);
}

/* Where the value ends: at a comment, as inih has it, and without blanks behind it. */
static size_t value_length(const char *value, size_t length)
{
    for (size_t i = 1; i < length; i++) {
        if (value[i] == ';' && strchr(" \t", value[i - 1]))
            length = i;
    }
    while (length > 0 && strchr(" \t\r", value[length - 1]))
        length--;
    return length;
}

/* A line that is too long for inih: of a comment nothing is left, of "key = value" the key. */
static bool shorten(struct reading *r, const char *line, size_t length, char *out, size_t size)
{
    size_t key = strcspn(line, "=:\n");
    if (*line == ';' || *line == '#') {
        *out = '\0';
        return true;
    }
    if (*line == '[' || key >= length || key + sizeof("=x") > size)
        return fail(r, "the line is too long, and no key = value");
    const char *value = line + key + 1;
    size_t blanks = strspn(value, " \t");
    size_t left = length - key - 1;
    blanks = blanks < left ? blanks : left;
    r->long_value = xstrndup(value + blanks, value_length(value + blanks, left - blanks));
    memcpy(out, line, key);
    memcpy(out + key, "=x", sizeof("=x"));
    return true;
}

static void drop_long_value(struct reading *r)
{
    if (r->long_value)
        explicit_bzero(r->long_value, strlen(r->long_value));
    free(r->long_value);
    r->long_value = NULL;
}

/* The next line for inih, as fgets() would give it. Leading blanks go, because inih takes an
 * indented line for more of the value before it. */
static char *next_line(char *out, int size, void *context)
{
    struct reading *r = context;
    drop_long_value(r);
    if (!*r->at || r->is_failed)
        return NULL;
    const char *line = r->at;
    size_t length = strcspn(line, "\n");
    r->at += length + (line[length] == '\n');
    r->line++;
    if (r->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) {
        line += 3;
        length -= 3;
    }
    size_t blanks = strspn(line, " \t\r");
    blanks = blanks < length ? blanks : length;
    line += blanks;
    length -= blanks;
    if (length > (size_t)size - 2)
        return shorten(r, line, length, out, (size_t)size - 1) ? strcat(out, "\n") : NULL;
    if (length && line[0] == '[' && !begin_section(r, line, length))
        return NULL;
    memcpy(out, line, length);
    memcpy(out + length, "\n", 2);
    return out;
}

/* inih's handler: 0 is failure. The section is known from begin_section(). */
static int on_key(void *context, const char *section, const char *name, const char *value)
{
    struct reading *r = context;
    (void)section;
    const char *whole = r->long_value ? r->long_value : value;
    return r->file->set(r->file->context, name, whole, r->err) || fail_here(r);
}

static bool parse(struct reading *r)
{
    int bad_line = ini_parse_stream(next_line, r, on_key, r);
    drop_long_value(r);
    if (r->is_failed)
        return false;
    if (bad_line > 0) {
        r->line = bad_line;
        return fail(r, "neither [section] nor key = value");
    }
    return true;
}

static bool read_whole(int fd, off_t size, const char *path, struct strbuf *out, struct error *err)
{
    char bytes[4096];
    ssize_t count;
    /* What is copied while growing could not be wiped. */
    strbuf_reserve(out, sizeof(bytes) + (size_t)(size > 0 ? size : 0));
    while ((count = read(fd, bytes, sizeof(bytes))) > 0 && !out->is_cut)
        strbuf_add(out, bytes, (size_t)count);
    explicit_bzero(bytes, sizeof(bytes));
    if (count < 0)
        return error_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
    if (out->is_cut)
        return error_set(err, ERR_CONFIG, "%s is too large for a configuration", path);
    if (strlen(out->data) != out->len)
        return error_set(err, ERR_CONFIG, "%s is not a text file", path);
    return true;
}

static bool read_fd(struct ini_file *file, int fd, const char *path, struct error *err)
{
    struct reading reading = {.file = file, .path = path, .err = err};
    struct strbuf text;
    struct stat info;
    if (fstat(fd, &info) != 0)
        return error_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return error_set(err, ERR_CONFIG, "%s is a directory; name the file in it", path);
    if (S_ISREG(info.st_mode) && (info.st_mode & S_IWOTH))
        return error_set(
            err, ERR_CONFIG,
            "%s says what is run and where secrets go, and everyone can write it; run: "
            "chmod o-w %s",
            path, path);
    file->is_open_to_others = S_ISREG(info.st_mode) && (info.st_mode & (S_IRWXG | S_IRWXO));
    strbuf_init(&text, LIMIT_CONFIG_BYTES);
    bool is_good = read_whole(fd, info.st_size, path, &text, err);
    reading.at = text.data;
    is_good = is_good && parse(&reading);
    strbuf_wipe(&text);
    return is_good;
}

bool ini_file_read(struct ini_file *file, const char *path, struct error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    file->is_absent = fd < 0 && (errno == ENOENT || errno == ENOTDIR);
    file->is_open_to_others = false;
    if (fd < 0)
        return error_set(err, ERR_CONFIG, "%s: %s", path, strerror(errno));
    bool is_good = read_fd(file, fd, path, err);
    close(fd);
    return is_good;
}

bool ini_file_check_privacy(const struct ini_file *file, const char *path, struct error *err)
{
    if (!file->is_open_to_others)
        return true;
    return error_set(err, ERR_CONFIG, "%s holds a secret and others can read it; run: chmod 600 %s",
                     path, path);
}

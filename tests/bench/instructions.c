#include "bench/instructions.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/bench.h"
#include "support/environment.h"

#define VALGRIND "/usr/bin/valgrind"
#define ANNOTATE "/usr/bin/callgrind_annotate"
#define FILE_MAX 65536

#define TOLERATED_COUNT 1000

const char *instructions_toolchain(void)
{
    static char name[160];
    snprintf(name, sizeof(name), "%s, glibc %s, json-c %s", BENCH_COMPILER, gnu_get_libc_version(),
             bench_json_version());
    return name;
}

bool instructions_can_count(void)
{
    return access(VALGRIND, X_OK) == 0 && access(ANNOTATE, X_OK) == 0;
}

/* The C library has its string functions in several forms; the plainest are in every machine. */
#define SAME_MACHINE "GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-AVX2_Usable,-AVX512VL,-EVEX,-ERMS "

static FILE *open_counts(const char *folder)
{
    char command[2048];
    snprintf(command, sizeof(command),
             SAME_MACHINE "timeout 170 " VALGRIND " --tool=callgrind --toggle-collect='measured_*' "
                          "--callgrind-out-file='%s/counts' '%s' >'%s/log' 2>&1 && " ANNOTATE
                          " --inclusive=yes --auto=no --threshold=100 --show-percs=no '%s/counts'",
             folder, BENCH_FIXED_WORK, folder, folder);
    return popen(command, "r");
}

/* "2,069,216 (12 %)": digits with commas. */
static double read_count(const char *text)
{
    double count = 0;
    for (; *text == ' ' || *text == ',' || (*text >= '0' && *text <= '9'); text++) {
        if (*text >= '0')
            count = count * 10 + (*text - '0');
    }
    return count;
}

static void add_part(struct instructions *out, const char *name, size_t length, double count)
{
    if (out->count == sizeof(out->parts) / sizeof(*out->parts))
        return;
    struct instruction_part *part = &out->parts[out->count++];
    part->count = count;
    snprintf(part->name, sizeof(part->name), "%.*s", (int)length, name);
}

/* "  2,069,216  fixed_work.c:measured_filter [fixed_work]" */
static void read_line(struct instructions *out, const char *line)
{
    static const char prefix[] = ":measured_";
    const char *name = strstr(line, prefix);
    if (!name)
        return;
    name += sizeof(prefix) - 1;
    add_part(out, name, strcspn(name, " \n"), read_count(line));
}

bool instructions_count(struct instructions *out, struct error *err)
{
    char line[1024];
    *out = (struct instructions){0};
    FILE *counts = open_counts(scratch_folder());
    while (counts && fgets(line, sizeof(line), counts))
        read_line(out, line);
    int status = counts ? pclose(counts) : -1;
    if (status != 0 || out->count == 0)
        return error_set(err, ERR_SERVICE, "callgrind gives no counts of fixed_work");
    return true;
}

/* ---- what is written down ---------------------------------------------------------------------
 */

static const char *next_line(const char *line)
{
    line += strcspn(line, "\n");
    return *line ? line + 1 : line;
}

/* Whether the line heads the part of the toolchain; *out_is_head: of any. */
static bool heads(const char *line, const char *toolchain, bool *out_is_head)
{
    size_t length = strlen(toolchain);
    *out_is_head = *line == '[';
    return *line == '[' && strncmp(line + 1, toolchain, length) == 0 && line[1 + length] == ']';
}

bool instructions_read(const char *text, const char *toolchain, struct instructions *out)
{
    bool is_ours = false;
    *out = (struct instructions){0};
    for (const char *line = text; *line; line = next_line(line)) {
        bool is_head;
        bool is_our_head = heads(line, toolchain, &is_head);
        size_t length = strcspn(line, " \n");
        if (is_head)
            is_ours = is_our_head;
        else if (is_ours && line[length] == ' ')
            add_part(out, line, length, read_count(line + length));
    }
    return out->count > 0;
}

void instructions_put(const char *text, const char *toolchain, const struct instructions *parts,
                      struct strbuf *out)
{
    bool is_ours = false;
    for (const char *line = text; *line; line = next_line(line)) {
        bool is_head;
        bool is_our_head = heads(line, toolchain, &is_head);
        if (is_head)
            is_ours = is_our_head;
        if (!is_ours)
            strbuf_add(out, line, (size_t)(next_line(line) - line));
    }
    strbuf_addf(out, "[%s]\n", toolchain);
    for (size_t i = 0; i < parts->count; i++)
        strbuf_addf(out, "%s %.0f\n", parts->parts[i].name, parts->parts[i].count);
}

static void read_file(struct strbuf *out)
{
    char bytes[4096];
    FILE *file = fopen(BENCH_INSTRUCTIONS, "r");
    while (file && !feof(file) && !ferror(file))
        strbuf_add(out, bytes, fread(bytes, 1, sizeof(bytes), file));
    if (file)
        fclose(file);
}

bool instructions_known(struct instructions *out)
{
    struct strbuf text;
    strbuf_init(&text, FILE_MAX);
    read_file(&text);
    bool is_known = text.len > 0 && instructions_read(text.data, instructions_toolchain(), out);
    strbuf_finish(&text);
    return is_known;
}

bool instructions_write_down(const struct instructions *parts)
{
    struct strbuf before, text;
    strbuf_init(&before, FILE_MAX);
    strbuf_init(&text, FILE_MAX);
    read_file(&before);
    instructions_put(before.len > 0 ? before.data : "", instructions_toolchain(), parts, &text);
    FILE *file = fopen(BENCH_INSTRUCTIONS, "w");
    bool is_written = file && fwrite(text.data, 1, text.len, file) == text.len;
    if (file && fclose(file) != 0)
        is_written = false;
    strbuf_finish(&before);
    strbuf_finish(&text);
    return is_written;
}

const struct instruction_part *instructions_find(const struct instructions *in, const char *name)
{
    for (size_t i = 0; i < in->count; i++)
        if (strcmp(in->parts[i].name, name) == 0)
            return &in->parts[i];
    return NULL;
}

bool instructions_has_grown(const struct instruction_part *now,
                            const struct instruction_part *before)
{
    return now->count > before->count * (1 + INSTRUCTIONS_TOLERANCE) + TOLERATED_COUNT;
}

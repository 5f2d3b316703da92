#include "json_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define LINES_MAX 400000
#define DEPTH_MAX 256 /* what is deeper does not fold */
#define FOLDED    "\xe2\x96\xb8"
#define UNFOLDED  "\xe2\x96\xbe"

/* ---- from text to lines ------------------------------------------------------------------------
 */

static uint64_t mix(uint64_t hash, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static char first_char(const struct json_line *line)
{
    size_t blanks = strspn(line->text, " ");
    return blanks < line->length ? line->text[blanks] : '\0';
}

static bool closes(const struct json_line *line)
{
    char c = first_char(line);
    return c == '}' || c == ']';
}

static bool opens(const struct json_line *line)
{
    char c = line->length > 0 ? line->text[line->length - 1] : '\0';
    return c == '{' || c == '[';
}

/* Of a member of an object its key, of a list its place. */
static uint64_t path_of(const struct json_line *line, const struct json_line *parent)
{
    const char *key = line->text + strspn(line->text, " ");
    const char *end = line->text + line->length;
    const char *colon = key < end ? memmem(key, (size_t)(end - key), "\":", 2) : NULL;
    if (colon != NULL && *key == '"')
        return mix(parent->path, key, (size_t)(colon - key));
    return mix(parent->path, (const char *)&parent->children, sizeof(parent->children));
}

static struct json_line *add_line(struct json_tree *tree, size_t *size, const char *text)
{
    if (tree->count == *size) {
        *size = *size > 0 ? *size * 2 : 64;
        tree->lines = xreallocarray(tree->lines, *size, sizeof(tree->lines[0]));
    }
    struct json_line *line = &tree->lines[tree->count++];
    *line = (struct json_line){.text = text, .length = (uint32_t)strcspn(text, "\n")};
    return line;
}

static void parse(struct json_tree *tree)
{
    static const struct json_line nowhere = {.path = UINT64_C(0xcbf29ce484222325)};
    uint32_t open[DEPTH_MAX];
    size_t depth = 0;
    size_t size = 0;
    const char *text = tree->text;
    while (*text != '\0' && tree->count < LINES_MAX) {
        struct json_line *line = add_line(tree, &size, text);
        uint32_t at = (uint32_t)(tree->count - 1);
        bool is_end = closes(line) && depth > 0;
        struct json_line *parent = depth > 0 ? &tree->lines[open[depth - 1]] : NULL;
        line->parent = parent != NULL ? open[depth - 1] : at;
        line->path = path_of(line, parent != NULL ? parent : &nowhere);
        if (is_end) {
            parent->end = at;
            depth--;
        } else if (parent != NULL) {
            parent->children++;
        }
        if (opens(line) && depth < DEPTH_MAX)
            open[depth++] = at;
        text += line->length;
        text += *text == '\n';
    }
    tree->is_cut = *text != '\0';
}

/* ---- folds -------------------------------------------------------------------------------------
 */

static int compare_path(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static void remember_folds(struct json_tree *tree)
{
    if (tree->count == 0)
        return;
    free(tree->folded);
    tree->folded = xcalloc(tree->count, sizeof(tree->folded[0]));
    tree->folded_count = 0;
    for (size_t i = 0; i < tree->count; i++)
        if (tree->lines[i].is_folded)
            tree->folded[tree->folded_count++] = tree->lines[i].path;
    qsort(tree->folded, tree->folded_count, sizeof(tree->folded[0]), compare_path);
}

static void recall_folds(struct json_tree *tree)
{
    for (size_t i = 0; i < tree->count && tree->folded_count > 0; i++)
        tree->lines[i].is_folded = json_tree_can_fold(tree, i) &&
                                   bsearch(&tree->lines[i].path, tree->folded, tree->folded_count,
                                           sizeof(tree->folded[0]), compare_path) != NULL;
}

void json_tree_set(struct json_tree *tree, const char *text)
{
    remember_folds(tree);
    free(tree->lines);
    tree->lines = NULL;
    tree->count = 0;
    tree->is_cut = false;
    tree->text = text;
    if (text != NULL)
        parse(tree);
    recall_folds(tree);
}

void json_tree_finish(struct json_tree *tree)
{
    free(tree->lines);
    free(tree->folded);
    *tree = (struct json_tree){0};
}

bool json_tree_can_fold(const struct json_tree *tree, size_t line)
{
    return line < tree->count && tree->lines[line].end > line;
}

void json_tree_fold(struct json_tree *tree, size_t line, bool is_folded)
{
    if (json_tree_can_fold(tree, line))
        tree->lines[line].is_folded = is_folded;
}

/* The documents themselves stay open. */
static bool can_fold_within(const struct json_tree *tree, size_t line)
{
    return json_tree_can_fold(tree, line) && tree->lines[line].parent != line;
}

void json_tree_fold_all(struct json_tree *tree)
{
    bool is_any_open = false;
    for (size_t i = 0; i < tree->count && !is_any_open; i++)
        is_any_open = can_fold_within(tree, i) && !tree->lines[i].is_folded;
    for (size_t i = 0; i < tree->count; i++)
        if (can_fold_within(tree, i))
            tree->lines[i].is_folded = is_any_open;
}

bool json_tree_reveal(struct json_tree *tree, size_t line)
{
    bool is_hidden = false;
    for (size_t at = line; tree->lines[at].parent != at;) {
        at = tree->lines[at].parent;
        is_hidden |= tree->lines[at].is_folded;
        tree->lines[at].is_folded = false;
    }
    return is_hidden;
}

/* ---- rows --------------------------------------------------------------------------------------
 */

/* "key": {… 12}, */
static void add_folded(const struct json_tree *tree, size_t at, struct text_rows *rows,
                       size_t width)
{
    const struct json_line *line = &tree->lines[at];
    const struct json_line *end = &tree->lines[line->end];
    const char *closing = end->text + strspn(end->text, " ");
    const char *text =
        arena_printf(&rows->arena, "%.*s\xe2\x80\xa6 %u%.*s", (int)line->length, line->text,
                     (unsigned)line->children, (int)(end->text + end->length - closing), closing);
    struct code *code = arena_alloc(&rows->arena, sizeof(*code));
    code_init(code, CODE_JSON, text);
    text_rows_code_line(rows, code, text, strlen(text), width, at + 1, FOLDED);
}

void json_tree_rows(const struct json_tree *tree, struct text_rows *rows, size_t width)
{
    struct code *code = arena_alloc(&rows->arena, sizeof(*code));
    if (tree->count == 0)
        return;
    code_init(code, CODE_JSON, tree->text);
    for (size_t i = 0; i < tree->count; i++) {
        const struct json_line *line = &tree->lines[i];
        if (line->is_folded) {
            add_folded(tree, i, rows, width);
            i = line->end;
        } else {
            text_rows_code_line(rows, code, line->text, line->length, width, i + 1,
                                json_tree_can_fold(tree, i) ? UNFOLDED : NULL);
        }
    }
    if (tree->is_cut)
        text_rows_prose(rows, ROLE_WARNING, "The record is longer; the rest is left out.", width);
}

#include "model/item_cells.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/timefmt.h"

_Static_assert(ITEM_CELL_BYTES >= TIMEFMT_BYTES, "a time fits into a cell");

const char *item_cell_name(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    (void)now_ms, (void)scratch;
    return item->name ? item->name : item->id;
}

const char *item_cell_state(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    (void)now_ms, (void)scratch;
    return item->state;
}

const char *item_cell_owner(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    (void)now_ms, (void)scratch;
    return item->owner;
}

const char *item_cell_timing(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    (void)now_ms, (void)scratch;
    return item->timing;
}

const char *item_cell_when(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    return item->changed_ms == UNKNOWN ? NULL : format_local(scratch, item->changed_ms, now_ms);
}

/* ---- git --------------------------------------------------------------------------------------
 */

const char *item_cell_branch(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    (void)now_ms, (void)scratch;
    return item->branch;
}

const char *item_cell_remote(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    (void)now_ms, (void)scratch;
    return item->remote_url ? item->remote_url : "no remote";
}

const char *item_cell_away(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    int length = 0;
    (void)now_ms;
    scratch[0] = '\0';
    if (item->ahead != UNKNOWN && item->ahead > 0)
        length = snprintf(scratch, ITEM_CELL_BYTES, "\xe2\x86\x91%lld ", (long long)item->ahead);
    if (item->behind != UNKNOWN && item->behind > 0)
        snprintf(scratch + length, ITEM_CELL_BYTES - (size_t)length, "\xe2\x86\x93%lld",
                 (long long)item->behind);
    return scratch;
}

enum item_tone item_tone_away(const struct item *item)
{
    (void)item;
    return TONE_WARNING;
}

const char *item_cell_git(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    (void)now_ms, (void)scratch;
    if (item->is_clean >= 0)
        return item->is_clean ? "\xe2\x9c\x93 clean" : "dirty";
    return item->is_read_only ? "read only" : NULL;
}

enum item_tone item_tone_git(const struct item *item)
{
    if (item->is_clean < 0)
        return TONE_QUIET;
    return item->is_clean ? TONE_GOOD : TONE_WARNING;
}

/* ---- states and notes -------------------------------------------------------------------------
 */

/* The words that services are known to use; another one is plain. */
enum item_tone item_tone_state(const struct item *item)
{
    static const struct {
        const char *word;
        enum item_tone tone;
    } words[] = {
        {"enabled", TONE_GOOD}, {"success", TONE_GOOD},    {"disabled", TONE_QUIET},
        {"failed", TONE_BAD},   {"quarantined", TONE_BAD},
    };
    for (size_t i = 0; item->state && i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(item->state, words[i].word) == 0)
            return words[i].tone;
    }
    return TONE_PLAIN;
}

static void add_word(char scratch[ITEM_CELL_BYTES], const char *before, const char *word)
{
    size_t length = strlen(scratch);
    snprintf(scratch + length, ITEM_CELL_BYTES - length, "%s%s%s", length ? ", " : "", before,
             word);
}

const char *item_cell_note(const struct item *item, int64_t now_ms, char scratch[ITEM_CELL_BYTES])
{
    (void)now_ms;
    if (item->note)
        return item->note;
    scratch[0] = '\0';
    if (item->is_production)
        add_word(scratch, "", "production");
    if (item->owner)
        add_word(scratch, "of ", item->owner);
    else if (item->is_personal)
        add_word(scratch, "", "personal");
    if (item->is_read_only)
        add_word(scratch, "", "read only");
    return scratch;
}

enum item_tone item_tone_note(const struct item *item)
{
    bool is_bad = item->note && (item->kind == ITEM_BRANCH || item_tone_state(item) == TONE_BAD);
    return is_bad ? TONE_BAD : TONE_QUIET;
}

enum item_tone item_tone_quiet(const struct item *item)
{
    (void)item;
    return TONE_QUIET;
}

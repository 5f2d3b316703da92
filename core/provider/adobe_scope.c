#include <string.h>

#include "base/timefmt.h"
#include "provider/adobe_internal.h"

/* What the list need not hold, said in Adobe's own filters: parted by commas, all of them hold.
 * What they leave out is outside for certain; what else is outside comes all the same. Not said is
 * - what the service may understand otherwise: `sql~` of a query made from a template, the case of
 *   a client's name;
 * - which states are wanted: those that are not are named one by one, so that a word that we do not
 *   know comes. */

/* A comma parts filters, and || values. */
static const char text_bytes[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                 "@._:+-";

static void add_states(struct strbuf *out, const struct filter_scope *scope)
{
    unsigned states = scope->states;
    enum task_state state;
    const char *word;
    if (scope->ended_from_ms != UNKNOWN)
        states &= FILTER_ENDED_STATES;
    if (states & 1u << TASK_CANCELLING) /* our own word for those that are being cancelled */
        states |= 1u << TASK_QUEUED | 1u << TASK_RUNNING;
    for (size_t i = 0; (word = adobe_known_word(i, &state)); i++) {
        if (!(states >> state & 1))
            strbuf_addf(out, ",state!=%s", word);
    }
}

static void add_times(struct strbuf *out, const struct filter_scope *scope)
{
    char at[TIMEFMT_BYTES];
    if (scope->created_to_ms != INT64_MAX)
        strbuf_addf(out, ",created<=%s", format_utc(at, scope->created_to_ms));
    if (scope->ended_from_ms != UNKNOWN) /* the last update of an ended query is its end */
        strbuf_addf(out, ",updated>=%s", format_utc(at, scope->ended_from_ms));
}

static bool add_texts(struct strbuf *out, const struct filter_scope *scope)
{
    const struct {
        const char *property;
        const char *value;
    } texts[] = {
        {"id", scope->id},
        {"userId", scope->user},
        {"templateId", scope->query_id},
        {"scheduleRunId", scope->run_id},
    };
    size_t before = out->len;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const char *value = texts[i].value;
        if (value && value[strspn(value, text_bytes)] == '\0')
            strbuf_addf(out, ",%s==%s", texts[i].property, value);
    }
    return out->len > before;
}

bool adobe_add_scope(struct strbuf *out, const struct filter_scope *scope,
                     enum adobe_narrowing narrowing, bool *out_has_texts)
{
    size_t before = out->len;
    *out_has_texts = false;
    if (!scope || narrowing == ADOBE_NARROW_NOT)
        return false;
    add_states(out, scope);
    add_times(out, scope);
    if (narrowing == ADOBE_NARROW_ALL)
        *out_has_texts = add_texts(out, scope);
    return out->len > before;
}

#include "engine/document.h"

#include "base/timefmt.h"

#define ITEM_MAX_BYTES (64 * LIMIT_MIB)

static void write_json(FILE *file, struct json *value, size_t cut_bytes)
{
    struct strbuf text;
    strbuf_init(&text, ITEM_MAX_BYTES);
    json_format(value, false, &text);
    fwrite(text.data, 1, text.len - cut_bytes, file);
    strbuf_finish(&text);
    json_destroy(value);
}

void document_begin(struct document *document, struct json *head, const char *key)
{
    if (document->is_lines) {
        json_destroy(head);
        return;
    }
    write_json(document->file, head, 1); /* all but its closing brace */
    fprintf(document->file, ",\"%s\":[", key);
}

void document_add(struct document *document, struct json *item)
{
    if (!document->is_lines)
        fputs(document->item_count ? ",\n" : "\n", document->file);
    document->item_count++;
    write_json(document->file, item, 0);
    if (document->is_lines)
        fputc('\n', document->file);
}

void document_end(struct document *document)
{
    if (!document->is_lines)
        fputs(document->item_count ? "\n]}\n" : "]}\n", document->file);
}

void document_set_number(struct json *object, const char *key, int64_t number)
{
    json_set(object, key, number == UNKNOWN ? NULL : json_new_int(number));
}

struct json *document_head(const char *schema, int64_t now_ms)
{
    char now[TIMEFMT_BYTES];
    struct json *head = json_new_object();
    json_set_string(head, "schema", schema);
    json_set_string(head, "generated_at", format_utc(now, now_ms));
    return head;
}

static struct json *source_json(const struct source_status *status, int64_t now_ms)
{
    struct json *source = json_new_object();
    enum source_state state = source_state_at(status, now_ms);
    json_set_string(source, "profile", status->profile);
    json_set_string(source, "provider", status->provider);
    json_set_string(source, "state",
                    source_state_name(state == SOURCE_STARTING ? SOURCE_ERROR : state));
    document_set_number(source, "age_ms",
                        status->data_ms == UNKNOWN ? UNKNOWN : now_ms - status->data_ms);
    json_set_string(source, "error",
                    status->error.code         ? status->error.message
                    : state == SOURCE_STARTING ? "no answer in time"
                                               : NULL);
    json_set_string(source, "past", source_past_name(status->past));
    json_set_bool(source, "partial", status->is_partial);
    json_set_string(source, "partial_reason", status->is_partial ? status->partial_reason : NULL);
    json_set_int(source, "requests_last_minute", status->requests_last_minute);
    json_set_int(source, "requests_this_month", (int64_t)status->requests_this_month);
    return source;
}

struct json *document_sources(const struct snapshot *s, int64_t now_ms)
{
    struct json *sources = json_new_array();
    for (size_t i = 0; i < s->source_count; i++)
        json_push(sources, source_json(&s->sources[i], now_ms));
    return sources;
}

#include "sandbox/adobe_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "base/xalloc.h"
#include "sandbox/adobe_gate.h"
#include "sandbox/format.h"

#define LIMIT_DEFAULT 20
#define LIMIT_MOST    1000

static bool refuse(struct response *response, const char *message)
{
    respond_adobe_message(response, 400, message);
    return false;
}

static bool read_order(struct page_request *out, struct response *response)
{
    const char *field = out->orderby;
    out->is_descending = *field == '-';
    if (*field == '-' || *field == '+')
        field++;
    out->is_by_updated = strcmp(field, "updated") == 0;
    return out->is_by_updated || strcmp(field, "created") == 0 ||
           refuse(response, "orderby must be created or updated, with + or - before it");
}

static bool read_limit(const char *text, struct page_request *out, struct response *response)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*end || end == text || *text == '-' || value == 0)
        return refuse(response, "limit must be a whole number above 0");
    out->limit = value < LIMIT_MOST ? value : LIMIT_MOST;
    return true;
}

static const char *parameter_or(const struct request *request, const char *name,
                                const char *fallback)
{
    const char *value = request_parameter(request, name);
    return value && *value ? value : fallback;
}

bool page_request_read(const struct request *request, const struct filter_property *properties,
                       struct arena *arena, struct page_request *out, struct response *response)
{
    struct error err;
    const char *limit = request_parameter(request, "limit");
    const char *start = parameter_or(request, "start", NULL);
    *out = (struct page_request){
        .orderby = parameter_or(request, "orderby", "-created"),
        .property = parameter_or(request, "property", NULL),
        .limit = LIMIT_DEFAULT,
        .start_ms = TIME_UNKNOWN,
        .is_backwards = request_flag(request, "isPrevLink") == 1,
    };
    if (!read_order(out, response) || (limit && !read_limit(limit, out, response)))
        return false;
    if (start && !parse_iso8601(start, &out->start_ms))
        return refuse(response, "start must be a time such as 2026-11-20T08:15:30.000Z");
    if (out->property && !adobe_filter_parse(out->property, properties, arena, &out->filter, &err))
        return refuse(response, err.message);
    return true;
}

void page_add(struct page *page, const struct page_request *wanted, int64_t created_ms,
              int64_t updated_ms, const void *item)
{
    if (!adobe_filter_matches(&wanted->filter, item))
        return;
    if (page->count == page->capacity) {
        page->capacity = 2 * page->capacity + 64;
        page->items = xreallocarray(page->items, page->capacity, sizeof(*page->items));
    }
    page->items[page->count++] =
        (struct page_item){wanted->is_by_updated ? updated_ms : created_ms, item};
}

static int compare_times(const void *left, const void *right)
{
    int64_t a = ((const struct page_item *)left)->at_ms;
    int64_t b = ((const struct page_item *)right)->at_ms;
    return (a > b) - (a < b);
}

void page_sort(struct page *page)
{
    if (page->count > 1)
        qsort(page->items, page->count, sizeof(*page->items), compare_times);
}

void page_finish(struct page *page)
{
    free(page->items);
}

/* The item at a place of the wanted order. */
static const struct page_item *at(const struct page *page, const struct page_request *wanted,
                                  size_t place)
{
    return &page->items[wanted->is_descending ? page->count - 1 - place : place];
}

/* The first place whose time is not before start. */
static size_t find_start(const struct page *page, const struct page_request *wanted)
{
    size_t place = 0;
    if (wanted->start_ms == TIME_UNKNOWN)
        return wanted->is_backwards ? page->count : 0;
    while (place < page->count) {
        int64_t at_ms = at(page, wanted, place)->at_ms;
        if (wanted->is_descending ? at_ms <= wanted->start_ms : at_ms >= wanted->start_ms)
            break;
        place++;
    }
    return place;
}

/* A link to the same list from another moment; limit and filters are the client's to keep. */
static struct json *make_link(const char *url, const struct page_request *wanted, int64_t at_ms,
                              const char *more)
{
    char time[TIMEFMT_BYTES];
    struct strbuf href;
    struct json *link;
    strbuf_init(&href, 4096);
    strbuf_addf(&href, "%s?orderby=", url);
    strbuf_add_urlencoded(&href, wanted->orderby);
    strbuf_addf(&href, "&start=%s%s", format_utc(time, at_ms), more);
    if (wanted->has_plain_links)
        link = json_new_string(href.data);
    else {
        link = json_new_object();
        json_set_string(link, "href", href.data);
    }
    strbuf_finish(&href);
    return link;
}

/* Everything behind the list itself, for places [first, end). */
static void add_tail(const char *url, const struct page *page, const struct page_request *wanted,
                     size_t first, size_t end, struct strbuf *out)
{
    char time[TIMEFMT_BYTES];
    struct json *info = json_new_object();
    struct json *links = json_new_object();
    struct json *tail = json_new_object();
    json_set_string(info, "orderby", wanted->orderby);
    if (end > first) {
        int64_t at_ms = at(page, wanted, first)->at_ms;
        json_set_string(info, "start", format_utc(time, at_ms));
        if (first > 0)
            json_set(links, "prev", make_link(url, wanted, at_ms, "&isPrevLink=true"));
    }
    if (end < page->count) {
        int64_t at_ms = at(page, wanted, end)->at_ms;
        json_set_string(info, "next", format_utc(time, at_ms));
        json_set(links, "next", make_link(url, wanted, at_ms, ""));
    }
    if (wanted->property)
        json_set_string(info, "property", wanted->property);
    json_set_int(info, "count", (int64_t)(end - first));
    json_set(tail, "_page", info);
    json_set(tail, "_links", links);
    json_set_int(tail, "version", 1);
    struct strbuf text;
    strbuf_init(&text, LIMIT_MOST * 64);
    json_format(tail, false, &text);
    strbuf_add_text(out, text.data + 1);
    strbuf_finish(&text);
    json_destroy(tail);
}

void respond_page(struct response *response, const char *url, const char *name,
                  const struct page *page, const struct page_request *wanted,
                  void (*describe)(const void *item, const void *context, struct strbuf *out),
                  const void *context)
{
    size_t first = find_start(page, wanted);
    size_t end = first;
    if (wanted->is_backwards)
        first = end > wanted->limit ? end - wanted->limit : 0;
    else
        end = page->count - first > wanted->limit ? first + wanted->limit : page->count;
    response->status = 200;
    response->content_type = "application/json";
    strbuf_clear(&response->body);
    strbuf_addf(&response->body, "{\"%s\":[", name);
    for (size_t place = first; place < end; place++) {
        if (place > first)
            strbuf_add_text(&response->body, ",\n");
        describe(at(page, wanted, place)->item, context, &response->body);
    }
    strbuf_add_text(&response->body, "],");
    add_tail(url, page, wanted, first, end, &response->body);
}

/* adobe_page.h - pages of Adobe's lists: a cursor in time, no total.
 *
 * `start` is the value of the order's field at which a page begins, itself included. With
 * isPrevLink the page is the one that ends before start. Threads: one request's.
 */
#pragma once

#include "sandbox/adobe_filter.h"
#include "sandbox/request.h"

struct page_request {
    const char *orderby; /* as it was given */
    const char *property;
    struct adobe_filter filter;
    size_t limit;
    int64_t start_ms; /* TIME_UNKNOWN: from the first */
    bool is_by_updated;
    bool is_descending;
    bool is_backwards;
    bool has_plain_links; /* the link is the address itself, no object */
};

struct page_item {
    int64_t at_ms; /* created, or updated */
    const void *item;
};

/* The items that match, oldest first. A zeroed one is empty. */
struct page {
    struct page_item *items;
    size_t count;
    size_t capacity;
};

/* Reads orderby, limit, start, property and isPrevLink. False after having answered 400. */
bool page_request_read(const struct request *request, const struct filter_property *properties,
                       struct arena *arena, struct page_request *out, struct response *response);
/* Adds an item if it matches. Items come oldest first. */
void page_add(struct page *page, const struct page_request *wanted, int64_t created_ms,
              int64_t updated_ms, const void *item);
/* For items that did not come in order. */
void page_sort(struct page *page);
/* Answers {"<name>":[...],"_page":...,"_links":...,"version":1}; describe() appends one item. */
void respond_page(struct response *response, const char *url, const char *name,
                  const struct page *page, const struct page_request *wanted,
                  void (*describe)(const void *item, const void *context, struct strbuf *out),
                  const void *context);
void page_finish(struct page *page);

#include "net/http.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "net/http_transfer.h"

#define POOL_SIZE 16

struct http_client {
    CURLM *multi;
    struct transfer *in_flight;
    struct transfer *done;    /* oldest first */
    struct transfer *current; /* the one that http_client_next() lent out */
    CURL *pool[POOL_SIZE];
    size_t pool_count;
    uint64_t last_id;
    struct http_stats stats;
    atomic_bool is_woken; /* any thread */
};

static pthread_once_t setup_once = PTHREAD_ONCE_INIT;
static CURLcode setup_code; /* written once, under setup_once */

static void setup_curl(void)
{
    setup_code = curl_global_init(CURL_GLOBAL_DEFAULT);
}

struct http_client *http_client_create(struct error *err)
{
    pthread_once(&setup_once, setup_curl);
    CURLM *multi = setup_code == CURLE_OK ? curl_multi_init() : NULL;
    if (!multi) {
        error_set(err, ERR_NETWORK, "libcurl can not be set up: %s",
                  curl_easy_strerror(setup_code ? setup_code : CURLE_FAILED_INIT));
        return NULL;
    }
    struct http_client *client = xcalloc(1, sizeof(*client));
    client->multi = multi;
    return client;
}

/* Takes the handle off the transfer; nothing of the request stays in it. */
static void release_easy(struct http_client *client, struct transfer *transfer)
{
    if (!transfer->easy)
        return;
    curl_multi_remove_handle(client->multi, transfer->easy);
    if (client->pool_count < POOL_SIZE) {
        curl_easy_reset(transfer->easy);
        client->pool[client->pool_count++] = transfer->easy;
    } else {
        curl_easy_cleanup(transfer->easy);
    }
    transfer->easy = NULL;
}

static void destroy_all(struct http_client *client, struct transfer *list)
{
    while (list) {
        struct transfer *next = list->next;
        release_easy(client, list);
        http_transfer_destroy(list);
        list = next;
    }
}

void http_client_destroy(struct http_client *client)
{
    if (!client)
        return;
    destroy_all(client, client->in_flight);
    destroy_all(client, client->done);
    http_transfer_destroy(client->current);
    for (size_t i = 0; i < client->pool_count; i++)
        curl_easy_cleanup(client->pool[i]);
    curl_multi_cleanup(client->multi);
    free(client);
}
static void append(struct transfer **list, struct transfer *transfer)
{
    while (*list)
        list = &(*list)->next;
    transfer->next = NULL;
    *list = transfer;
}

static CURL *take_easy(struct http_client *client)
{
    if (client->pool_count)
        return client->pool[--client->pool_count];
    CURL *easy = curl_easy_init();
    if (!easy)
        xalloc_die();
    return easy;
}

uint64_t http_client_start(struct http_client *client, const struct http_request *request,
                           const struct http_options *options)
{
    struct transfer *transfer = http_transfer_create(++client->last_id, request, options);
    client->stats.started++;
    if (transfer->response.transport.code != ERR_NONE) {
        append(&client->done, transfer);
        return transfer->id;
    }
    http_transfer_begin(transfer, take_easy(client), options);
    if (curl_multi_add_handle(client->multi, transfer->easy) != CURLM_OK)
        xalloc_die(); /* a fresh handle is refused only for want of memory */
    append(&client->in_flight, transfer);
    client->stats.in_flight++;
    return transfer->id;
}

/* --- working -----------------------------------------------------------------------------------
 */

static bool unlink_transfer(struct transfer **list, const struct transfer *transfer)
{
    while (*list && *list != transfer)
        list = &(*list)->next;
    if (!*list)
        return false;
    *list = transfer->next;
    return true;
}

static void finish_transfer(struct http_client *client, struct transfer *transfer, CURLcode code)
{
    http_transfer_end(transfer, code);
    client->stats.finished++;
    client->stats.bytes_received += transfer->body.len;
    client->stats.in_flight--;
    unlink_transfer(&client->in_flight, transfer);
    release_easy(client, transfer);
    append(&client->done, transfer);
}

static void work(struct http_client *client)
{
    int running;
    int queued;
    curl_multi_perform(client->multi, &running);
    for (CURLMsg *msg; (msg = curl_multi_info_read(client->multi, &queued));) {
        if (msg->msg != CURLMSG_DONE)
            continue;
        struct transfer *transfer = NULL;
        CURLcode code = msg->data.result; /* msg is gone once its handle is removed */
        curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, (char **)&transfer);
        finish_transfer(client, transfer, code);
    }
}

static void drop_current(struct http_client *client)
{
    http_transfer_destroy(client->current);
    client->current = NULL;
}

void http_client_wait(struct http_client *client, int64_t timeout_ms)
{
    int64_t deadline_ms = clock_mono_ms() + timeout_ms;
    drop_current(client);
    for (;;) {
        work(client);
        int64_t left_ms = deadline_ms - clock_mono_ms();
        if (atomic_exchange(&client->is_woken, false) || client->done || left_ms <= 0)
            return;
        curl_multi_poll(client->multi, NULL, 0, left_ms < 60000 ? (int)left_ms : 60000, NULL);
    }
}

bool http_client_next(struct http_client *client, struct http_done *out)
{
    drop_current(client);
    struct transfer *transfer = client->done;
    if (!transfer)
        return false;
    client->done = transfer->next;
    client->current = transfer;
    http_request_finish(&transfer->request);
    transfer->response.body = transfer->body.data;
    transfer->response.body_len = transfer->body.len;
    *out = (struct http_done){.id = transfer->id, .response = transfer->response};
    return true;
}

void http_client_cancel(struct http_client *client, uint64_t id)
{
    drop_current(client);
    struct transfer **lists[] = {&client->in_flight, &client->done};
    for (size_t i = 0; i < 2; i++) {
        for (struct transfer *t = *lists[i]; t; t = t->next) {
            if (t->id != id)
                continue;
            if (t->easy)
                client->stats.in_flight--;
            unlink_transfer(lists[i], t);
            release_easy(client, t);
            http_transfer_destroy(t);
            return;
        }
    }
}

void http_client_wake(struct http_client *client)
{
    atomic_store(&client->is_woken, true);
    curl_multi_wakeup(client->multi);
}

void http_client_stats(const struct http_client *client, struct http_stats *out)
{
    *out = client->stats;
}

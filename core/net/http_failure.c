#include <errno.h>
#include <stdio.h>

#include "base/limits.h"
#include "base/timefmt.h"
#include "net/http_transfer.h"

static bool explain_connect(const struct transfer *transfer, struct error *err)
{
    long os_error = 0;
    curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &os_error);
    if (os_error == ECONNREFUSED)
        return error_set(err, ERR_NETWORK, "connection refused by %s; is the port right?",
                         transfer->host);
    if (os_error == ENETUNREACH || os_error == EHOSTUNREACH)
        return error_set(err, ERR_NETWORK, "no route to %s; is the network (or the VPN) up?",
                         transfer->host);
    return error_set(err, ERR_NETWORK, "cannot connect to %s; check host and port", transfer->host);
}

static bool explain_timeout(const struct transfer *transfer, struct error *err)
{
    char after[TIMEFMT_BYTES];
    curl_off_t total_us = 0;
    long asked_bytes = 0; /* not the time to connect: a kept connection has none */
    curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &asked_bytes);
    curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &total_us);
    format_duration(after, total_us / 1000);
    if (transfer->response.status)
        return error_set(err, ERR_TIMEOUT, "the answer of %s was not whole after %s (%zu bytes)",
                         transfer->host, after, transfer->body.len);
    if (asked_bytes == 0)
        return error_set(err, ERR_TIMEOUT, "no connection to %s within %s", transfer->host, after);
    return error_set(err, ERR_TIMEOUT, "no answer from %s within %s", transfer->host, after);
}

static bool explain_break(const struct transfer *transfer, struct error *err)
{
    if (transfer->response.status)
        return error_set(err, ERR_NETWORK, "the answer of %s broke off after %zu bytes",
                         transfer->host, transfer->body.len);
    return error_set(err, ERR_NETWORK, "%s closed the connection without an answer",
                     transfer->host);
}

static bool explain_too_long(const struct transfer *transfer, struct error *err)
{
    char limit[32];
    size_t max = transfer->body.max;
    if (max >= LIMIT_MIB)
        snprintf(limit, sizeof(limit), "%zu MiB", max / LIMIT_MIB);
    else
        snprintf(limit, sizeof(limit), "%zu bytes", max);
    return error_set(err, ERR_SERVICE,
                     "the answer of %s is too large (more than %s); ask for less, as with a limit",
                     transfer->host, limit);
}

static bool explain_ca_file(const struct transfer *transfer, struct error *err)
{
    if (!transfer->ca_file)
        return error_set(err, ERR_CONFIG,
                         "TLS: this system has no certificates to trust; install "
                         "ca-certificates, or set ca_file");
    return error_set(err, ERR_CONFIG, "TLS: %s can not be read as PEM certificates; check ca_file",
                     transfer->ca_file);
}

/* A message is before, host:port, after; or what explain makes of it. */
struct failure {
    CURLcode code;
    enum error_code kind;
    const char *before;
    const char *after;
    bool (*explain)(const struct transfer *transfer, struct error *err);
};

static const struct failure failures[] = {
    {CURLE_COULDNT_RESOLVE_HOST, ERR_NETWORK, "cannot resolve ", "; is the name right?", NULL},
    {CURLE_COULDNT_RESOLVE_PROXY, ERR_NETWORK, "cannot resolve the proxy on the way to ",
     "; check https_proxy in the environment", NULL},
    {CURLE_COULDNT_CONNECT, ERR_NETWORK, NULL, NULL, explain_connect},
    {CURLE_OPERATION_TIMEDOUT, ERR_TIMEOUT, NULL, NULL, explain_timeout},
    {CURLE_PARTIAL_FILE, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_RECV_ERROR, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_SEND_ERROR, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_GOT_NOTHING, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_HTTP2, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_HTTP2_STREAM, ERR_NETWORK, NULL, NULL, explain_break},
    {CURLE_FILESIZE_EXCEEDED, ERR_SERVICE, NULL, NULL, explain_too_long},
    {CURLE_PEER_FAILED_VERIFICATION, ERR_NETWORK, "TLS: certificate of ",
     " not trusted; set ca_file, or check host name and clock", NULL},
    {CURLE_SSL_CACERT_BADFILE, ERR_CONFIG, NULL, NULL, explain_ca_file},
    {CURLE_SSL_CONNECT_ERROR, ERR_NETWORK, "TLS: no secure connection to ",
     "; does that port speak https?", NULL},
    {CURLE_UNSUPPORTED_PROTOCOL, ERR_NETWORK, "", " does not answer in HTTP; is the port right?",
     NULL},
    {CURLE_WEIRD_SERVER_REPLY, ERR_NETWORK, "", " does not answer in HTTP; is the port right?",
     NULL},
    {CURLE_BAD_CONTENT_ENCODING, ERR_SERVICE, "the answer of ", " can not be unpacked", NULL},
};

static const struct failure *find_failure(CURLcode code)
{
    for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
        if (failures[i].code == code)
            return &failures[i];
    return NULL;
}

void http_failure_explain(const struct transfer *transfer, CURLcode code, struct error *err)
{
    const struct failure *failure = find_failure(code);
    if (transfer->is_too_long)
        explain_too_long(transfer, err);
    else if (!failure)
        error_set(err, ERR_NETWORK, "%s: %s", transfer->host, curl_easy_strerror(code));
    else if (failure->explain)
        failure->explain(transfer, err);
    else
        error_set(err, failure->kind, "%s%s%s", failure->before, transfer->host, failure->after);
}

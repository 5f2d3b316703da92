#include "sandbox/rest_client.h"

#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "base/clock.h"
#include "support/testing.h"

#define BODY_MAX ((size_t)64 << 20)
#define WAIT_MS  60000

void rest_init(struct rest *rest, const char *base)
{
    *rest = (struct rest){.curl = curl_easy_init(), .base = base};
    strbuf_init(&rest->body, BODY_MAX);
    strbuf_init(&rest->head, 65536);
}

void rest_finish(struct rest *rest)
{
    curl_easy_cleanup(rest->curl);
    json_destroy(rest->json);
    strbuf_finish(&rest->body);
    strbuf_finish(&rest->head);
}

static size_t take(char *bytes, size_t size, size_t count, void *target)
{
    return strbuf_add(target, bytes, size * count) ? size * count : 0;
}

static struct curl_slist *add_header(struct curl_slist *headers, const char *name,
                                     const char *value)
{
    char line[2200];
    if (!value || !*value)
        return headers;
    snprintf(line, sizeof(line), "%s%s", name, value);
    return curl_slist_append(headers, line);
}

static struct curl_slist *make_headers(const struct rest *rest, bool has_body)
{
    struct curl_slist *headers =
        add_header(NULL, rest->is_adobe ? "Authorization: Bearer " : "Authorization: token ",
                   rest->token);
    headers = add_header(headers, "If-None-Match: ", rest->if_none_match);
    if (!rest->is_adobe)
        return headers;
    headers = add_header(headers, "x-api-key: ", rest->api_key);
    headers = add_header(headers, "x-gw-ims-org-id: ", rest->org_id);
    headers = add_header(headers, "x-sandbox-name: ", rest->sandbox_name);
    return has_body && !rest->sends_forms
               ? add_header(headers, "Content-Type: ", "application/json")
               : headers;
}

static void prepare(struct rest *rest, const char *method, const char *path, const char *body,
                    struct curl_slist *headers)
{
    char url[1024];
    bool is_whole = strncmp(path, "//", 2) == 0;
    const char *root = rest->is_adobe ? "/data/foundation/query" : "/api/4.0";
    snprintf(url, sizeof(url), "%s%s%s", rest->base, is_whole ? "" : root,
             is_whole ? path + 1 : path);
    curl_easy_reset(rest->curl);
    curl_easy_setopt(rest->curl, CURLOPT_URL, url);
    curl_easy_setopt(rest->curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(rest->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(rest->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(rest->curl, CURLOPT_TIMEOUT_MS, (long)WAIT_MS);
    curl_easy_setopt(rest->curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(rest->curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(rest->curl, CURLOPT_WRITEDATA, &rest->body);
    curl_easy_setopt(rest->curl, CURLOPT_HEADERFUNCTION, take);
    curl_easy_setopt(rest->curl, CURLOPT_HEADERDATA, &rest->head);
    if (body) {
        curl_easy_setopt(rest->curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(rest->curl, CURLOPT_POSTFIELDSIZE, (long)strlen(body));
    }
}

long rest_call(struct rest *rest, const char *method, const char *path, const char *body)
{
    struct curl_slist *headers = make_headers(rest, body != NULL);
    strbuf_clear(&rest->body);
    strbuf_clear(&rest->head);
    json_destroy(rest->json);
    rest->json = NULL;
    rest->status = 0;
    prepare(rest, method, path, body, headers);
    rest->curl_code = (int)curl_easy_perform(rest->curl);
    if (rest->curl_code == 0)
        curl_easy_getinfo(rest->curl, CURLINFO_RESPONSE_CODE, &rest->status);
    curl_slist_free_all(headers);
    rest->json = json_parse(rest->body.data, rest->body.len, NULL);
    return rest->status;
}

void rest_expect(struct rest *rest, long status, const char *method, const char *path,
                 const char *body)
{
    if (rest_call(rest, method, path, body) != status)
        fail_msg("%s %s: %ld (curl %d), expected %ld: %.500s", method, path, rest->status,
                 rest->curl_code, status, rest->body.data);
}

const char *rest_string(struct rest *rest, const char *key)
{
    const char *text = json_string(json_get(rest->json, key), NULL);
    if (!text)
        fail_msg("no \"%s\" in %.500s", key, rest->body.data);
    return text;
}

long rest_login(struct rest *rest, const char *client_id, const char *client_secret)
{
    char form[256];
    snprintf(form, sizeof(form), "client_id=%s&client_secret=%s", client_id, client_secret);
    rest->token[0] = '\0';
    if (rest_call(rest, "POST", "/login", form) == 200)
        snprintf(rest->token, sizeof(rest->token), "%s", rest_string(rest, "access_token"));
    return rest->status;
}

long rest_login_adobe(struct rest *rest, const char *client_id, const char *client_secret)
{
    char form[256];
    snprintf(form, sizeof(form),
             "grant_type=client_credentials&client_id=%s&client_secret=%s&scope=openid%%2CAdobeID",
             client_id, client_secret);
    rest->token[0] = '\0';
    rest->is_adobe = false; /* the form is no JSON */
    if (rest_call(rest, "POST", "//ims/token/v3", form) == 200)
        snprintf(rest->token, sizeof(rest->token), "%s", rest_string(rest, "access_token"));
    rest->is_adobe = true;
    rest->api_key = client_id;
    rest->org_id = "DEMO@AdobeOrg";
    rest->sandbox_name = "demo";
    return rest->status;
}

struct sandbox_options rig_options(void)
{
    struct sandbox_options options;
    sandbox_options_init(&options);
    options.workers = 2;
    options.seed = 7;
    return options;
}

void rig_start(struct rig *rig, const struct sandbox_options *options)
{
    struct error err;
    rig->sandbox = sandbox_start(options, &err);
    if (!rig->sandbox)
        fail_msg("%s", err.message);
    rest_init(&rig->rest, sandbox_url(rig->sandbox));
    assert_int_equal(rest_login(&rig->rest, "demo", "demo-secret"), 200);
}

void rig_start_adobe(struct rig *rig, const struct sandbox_options *options)
{
    rig_start(rig, options);
    assert_int_equal(rest_login_adobe(&rig->rest, "demo", "demo-secret"), 200);
}

void rig_stop(struct rig *rig)
{
    rest_finish(&rig->rest);
    sandbox_stop(rig->sandbox);
}

void rest_make_sql(struct rest *rest, const char *sql, char *out, size_t size)
{
    struct strbuf body;
    struct json *json = json_new_object();
    strbuf_init(&body, 65536);
    json_set_string(json, "connection_name", "warehouse");
    json_set_string(json, "sql", sql);
    json_format(json, false, &body);
    json_destroy(json);
    rest_expect(rest, 200, "POST", "/sql_queries", body.data);
    strbuf_finish(&body);
    snprintf(out, size, "%s", rest_string(rest, "slug"));
}

void rest_make_task(struct rest *rest, const char *query, const char *format, char *out,
                    size_t size)
{
    char body[256];
    rest_expect(rest, 200, "POST", "/queries?fields=id", query);
    snprintf(body, sizeof(body), "{\"query_id\":\"%s\",\"result_format\":\"%s\"}",
             rest_string(rest, "id"), format);
    rest_expect(rest, 200, "POST", "/query_tasks", body);
    snprintf(out, size, "%s", rest_string(rest, "id"));
}

long rest_wait_results(struct rest *rest, const char *task_id)
{
    char path[128];
    int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    snprintf(path, sizeof(path), "/query_tasks/%s/results", task_id);
    while (rest_call(rest, "GET", path, NULL) == 202 && clock_mono_ms() < deadline_ms)
        ;
    return rest->status;
}

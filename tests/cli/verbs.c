#include "support/testing.h"

#include <stdio.h>
#include <string.h>

#include "cli/verbs.h"
#include "support/environment.h"

#define WORDS_MAX 24

void verbs_open(struct verbs *verbs, const char *const *args)
{
    verbs->service = service_start(args, NULL);
    verbs_configure(verbs, "[demo]\nprovider = looker\nbase_url = %s\nclient_id = demo\n"
                           "client_secret = demo-secret\nmode = read-write\npoll = 250ms\n");
}

void verbs_close(struct verbs *verbs)
{
    service_stop(verbs->service);
}

void verbs_configure(struct verbs *verbs, const char *format)
{
    char text[4096] = "";
    const char *url = service_url(verbs->service);
    for (const char *at = format; *at;) {
        size_t length = strlen(text);
        const char *place = strstr(at, "%s");
        size_t plain = place ? (size_t)(place - at) : strlen(at);
        snprintf(text + length, sizeof(text) - length, "%.*s%s", (int)plain, at, place ? url : "");
        at += plain + (place ? 2 : 0);
    }
    snprintf(verbs->config, sizeof(verbs->config), "%s", scratch_file("config.ini", text, 0600));
}

void verbs_submit(struct verbs *verbs, bool is_broken, char out_id[VERBS_ID_BYTES])
{
    service_submit(verbs->service, "users", is_broken ? "users.nope" : "users.region", out_id,
                   VERBS_ID_BYTES);
}

struct proc *verbs_start(const struct verbs *verbs, const char *words)
{
    char copy[1024];
    const char *argv[WORDS_MAX + 4] = {TEST_QUERYTOP};
    size_t count = 1;
    snprintf(copy, sizeof(copy), "%s", words);
    for (char *word = strtok(copy, " "); word && count < WORDS_MAX; word = strtok(NULL, " "))
        argv[count++] = word;
    if (verbs->config[0]) {
        argv[count++] = "--config";
        argv[count++] = verbs->config;
    }
    return proc_start(argv, NULL);
}

struct call verbs_call(const struct verbs *verbs, const char *words)
{
    struct call call = {.proc = verbs_start(verbs, words)};
    call.exit_code = proc_wait(call.proc);
    call.out = proc_output(call.proc);
    call.err = proc_errors(call.proc);
    return call;
}

struct call verbs_call_with(const struct verbs *verbs, const char *words, const char *id)
{
    char text[400];
    snprintf(text, sizeof(text), "%s%s", words, id);
    return verbs_call(verbs, text);
}

void verbs_expect(struct call *call, int exit_code)
{
    if (call->exit_code != exit_code)
        fail_msg("exit code %d, not %d\n%s\n%s", call->exit_code, exit_code, call->out, call->err);
}

void call_finish(struct call *call)
{
    proc_destroy(call->proc);
}

struct json *call_json(const struct call *call)
{
    struct error err = {0};
    struct json *json = json_parse(call->out, strlen(call->out), &err);
    if (!json)
        fail_msg("%s\n%s", err.message, call->out);
    return json;
}

const char *json_member(const struct json *object, const char *key)
{
    return json_string(json_get(object, key), NULL);
}

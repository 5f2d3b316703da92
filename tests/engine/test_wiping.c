/* Secrets that have been given back are no longer anywhere in the memory of the process. What is
 * looked for is kept turned over, bit by bit, so that the test itself holds no copy. */
#include "support/testing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "engine/config.h"
#include "engine/engine.h"
#include "provider/provider.h"
#include "support/environment.h"
#include "support/service.h"

#define SECRET_LENGTH 24
#define CHUNK_BYTES   (1u << 20)
#define PADDING_BYTES 20000 /* a long configuration, which is read in pieces */

static char path[300];
static unsigned char turned[SECRET_LENGTH];
static unsigned char *chunk; /* by itself, and left out */

/* Letters that follow from the number; the compiler can not know them. */
static void choose_secret(volatile unsigned number)
{
    for (size_t i = 0; i < SECRET_LENGTH; i++)
        turned[i] = (unsigned char)~('a' + (number * 7 + i * i * 3 + i * number) % 26);
}

static void put_secret(char *out)
{
    for (size_t i = 0; i < SECRET_LENGTH; i++)
        out[i] = (char)~turned[i];
}

static size_t count_in(const unsigned char *bytes, size_t length)
{
    size_t found = 0;
    for (size_t at = 0; at + SECRET_LENGTH <= length; at++) {
        size_t same = 0;
        while (same < SECRET_LENGTH && (unsigned char)~bytes[at + same] == turned[same])
            same++;
        found += same == SECRET_LENGTH;
    }
    return found;
}

static size_t count_between(int memory, unsigned long from, unsigned long to)
{
    size_t found = 0;
    for (unsigned long at = from; at < to; at += CHUNK_BYTES - SECRET_LENGTH) {
        size_t wanted = to - at < CHUNK_BYTES ? to - at : CHUNK_BYTES;
        ssize_t length = pread(memory, chunk, wanted, (off_t)at);
        if (length > 0)
            found += count_in(chunk, (size_t)length);
    }
    return found;
}

/* In all memory that can be written, the stack included. */
static size_t copies_in_memory(void)
{
    char line[500];
    size_t found = 0;
    prctl(PR_SET_DUMPABLE, 1L, 0L, 0L, 0L); /* else the kernel keeps it from us too */
    FILE *maps = fopen("/proc/self/maps", "r");
    int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    assert_true(maps && memory >= 0);
    while (fgets(line, sizeof(line), maps)) {
        unsigned long from, to;
        char rights[5];
        if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) == 3 && rights[1] == 'w' &&
            from != (unsigned long)chunk)
            found += count_between(memory, from, to);
    }
    fclose(maps);
    close(memory);
    return found;
}

/* A file with the secret in it, written by another process. head and tail of the line. */
static void write_file(const char *name, const char *head, const char *tail, mode_t mode)
{
    snprintf(path, sizeof(path), "%s/%s", scratch_folder(), name);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        char secret[SECRET_LENGTH + 1] = "";
        put_secret(secret);
        FILE *file = fopen(path, "w");
        fprintf(file, "%s%s%s", head, secret, tail);
        _exit(fclose(file) == 0 && chmod(path, mode) == 0 ? 0 : 1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static int set_up(void **state)
{
    (void)state;
    chunk = mmap(NULL, CHUNK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(chunk != MAP_FAILED);
    return 0;
}

/* Comments, so that the secret stands far behind the beginning. */
static const char *padding(void)
{
    static char text[PADDING_BYTES + 1];
    for (size_t i = 0; i < PADDING_BYTES; i++)
        text[i] = i % 50 == 49 ? '\n' : '#';
    return text;
}

static void log_in(const struct config *config)
{
    struct error err = {0};
    struct http_request request;
    struct job job = {.op = OP_LOGIN};
    struct provider *p = provider_create(&config->profiles[0], 0, &err);
    assert_non_null(p);
    http_request_init(&request);
    assert_true(p->ops->build(p, &job, &request, &err));
    assert_true(copies_in_memory() >= 2); /* the profile's own, and the one on its way */
    http_request_finish(&request);
    p->ops->drop_job_state(&job);
    provider_destroy(p);
}

static void use_and_give_back(void)
{
    struct config config = {0};
    struct error err = {0};
    if (!config_load(&config, path, &err) || !config_resolve_secrets(&config, &err))
        fail_msg("%s", err.message);
    assert_int_equal(copies_in_memory(), 1);
    log_in(&config);
    config_finish(&config);
    assert_int_equal(copies_in_memory(), 0);
}

#define PROFILE "[a]\nprovider = looker\nbase_url = https://acme.example\nclient_id = abc\n"

static void the_search_finds_what_is_there(void **state)
{
    (void)state;
    choose_secret(3);
    char *kept = malloc(SECRET_LENGTH);
    put_secret(kept);
    assert_int_equal(copies_in_memory(), 1);
    explicit_bzero(kept, SECRET_LENGTH);
    assert_int_equal(copies_in_memory(), 0);
    free(kept);
}

static void a_secret_of_the_file_is_wiped(void **state)
{
    (void)state;
    choose_secret(4);
    write_file("short.ini", PROFILE "client_secret = ", "\n", 0600);
    use_and_give_back();
}

static void a_secret_deep_in_a_long_file_is_wiped(void **state)
{
    (void)state;
    char head[PADDING_BYTES + 200];
    choose_secret(5);
    snprintf(head, sizeof(head), "%s" PROFILE "client_secret = ", padding());
    write_file("long.ini", head, "\n", 0600);
    use_and_give_back();
    snprintf(head, sizeof(head), "\n%s", padding());
    write_file("long.ini", PROFILE "client_secret = ", head, 0600);
    use_and_give_back();
}

static void a_secret_of_a_command_is_wiped(void **state)
{
    (void)state;
    char text[600];
    choose_secret(6);
    write_file("teller", "#!/bin/sh\necho ", "\n", 0700);
    snprintf(text, sizeof(text), PROFILE "client_secret_command = %s\n", path);
    snprintf(path, sizeof(path), "%s", scratch_file("command.ini", text, 0600));
    use_and_give_back();
}

static void a_secret_of_a_credentials_file_is_wiped(void **state)
{
    (void)state;
    char text[800];
    choose_secret(9);
    write_file("credentials.json", "{\"client_id\":\"abc\",\"org_id\":\"A@AdobeOrg\",\"secret\":\"",
               "\"}", 0600);
    snprintf(text, sizeof(text),
             "[a]\nprovider = adobe\nbase_url = https://acme.example/q\nsandbox_name = dev\n"
             "credentials_file = %s\n",
             path);
    snprintf(path, sizeof(path), "%s", scratch_file("adobe.ini", text, 0600));
    use_and_give_back();
}

/* As the environment of a program: on its stack. */
static void a_secret_of_a_variable_is_wiped(void **state)
{
    (void)state;
    static char variable[] = "QT_WIPING=________________________";
    choose_secret(7);
    put_secret(strchr(variable, '=') + 1);
    assert_int_equal(putenv(variable), 0);
    snprintf(path, sizeof(path), "%s",
             scratch_file("variable.ini", PROFILE "client_secret_env = QT_WIPING\n", 0600));
    use_and_give_back();
    unsetenv("QT_WIPING");
}

static void a_token_that_was_given_is_wiped(void **state)
{
    (void)state;
    static const char head[] = "{\"expires_in\":3600,\"access_token\":\"", tail[] = "\"}";
    struct config config = {0};
    struct error err = {0};
    struct batch batch;
    struct job job = {.op = OP_LOGIN};
    choose_secret(8);
    snprintf(path, sizeof(path), "%s",
             scratch_file("token.ini", PROFILE "client_secret = plain\n", 0600));
    assert_true(config_load(&config, path, &err) && config_resolve_secrets(&config, &err));
    struct provider *p = provider_create(&config.profiles[0], 0, &err);
    char *body = calloc(1, 200);
    strcpy(body, head);
    put_secret(body + strlen(head));
    strcat(body, tail);
    const struct http_response response = {.status = 200,
                                           .retry_after_ms = -1,
                                           .date_ms = TIME_UNKNOWN,
                                           .content_type = "application/json",
                                           .body = body,
                                           .body_len = strlen(body)};
    batch_init(&batch);
    assert_int_equal(p->ops->parse(p, &job, &response, &batch, &err), STEP_AGAIN);
    explicit_bzero(body, 200);
    free(body);
    assert_int_equal(copies_in_memory(), 1);
    batch_finish(&batch);
    p->ops->drop_job_state(&job);
    provider_destroy(p);
    config_finish(&config);
    assert_int_equal(copies_in_memory(), 0);
}

static struct service *start_service(void)
{
    char secret[SECRET_LENGTH + 1] = "";
    const char *const args[] = {"--client-secret", secret, "--tasks", "5", NULL};
    put_secret(secret);
    struct service *service = service_start(args, NULL);
    explicit_bzero(secret, sizeof(secret));
    return service;
}

/* What starting the service has left on the stack would be overwritten sooner or later. */
static void __attribute__((noinline)) clear_stack(void)
{
    char room[256 * 1024];
    explicit_bzero(room, sizeof(room));
}

static bool has_answered(struct engine *engine)
{
    struct snapshot *s = engine_snapshot(engine);
    bool is_ok = s->sources[0].state == SOURCE_OK;
    snapshot_unref(s);
    return is_ok;
}

/* With libcurl in between: what it copies goes with it. */
static void a_whole_run_leaves_no_copy(void **state)
{
    (void)state;
    char head[600];
    struct config config = {0};
    struct error err = {0};
    choose_secret(10);
    struct service *service = start_service();
    clear_stack();
    size_t of_the_test = copies_in_memory(); /* how the service was started */
    snprintf(head, sizeof(head),
             "[a]\nprovider = looker\nbase_url = %s\nclient_id = demo\nclient_secret = ",
             service_url(service));
    write_file("run.ini", head, "\n", 0600);
    assert_true(config_load(&config, path, &err));
    struct engine *engine = engine_start(&config, &err);
    assert_non_null(engine);
    for (int64_t left = 20000; left > 0 && !has_answered(engine); left -= 100)
        engine_wait(engine, 100);
    assert_true(has_answered(engine));
    assert_true(copies_in_memory() > of_the_test);
    engine_stop(engine);
    config_finish(&config);
    assert_int_equal(copies_in_memory(), of_the_test);
    service_stop(service);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_search_finds_what_is_there),
        cmocka_unit_test(a_secret_of_the_file_is_wiped),
        cmocka_unit_test(a_secret_deep_in_a_long_file_is_wiped),
        cmocka_unit_test(a_secret_of_a_command_is_wiped),
        cmocka_unit_test(a_secret_of_a_credentials_file_is_wiped),
        cmocka_unit_test(a_secret_of_a_variable_is_wiped),
        cmocka_unit_test(a_token_that_was_given_is_wiped),
        cmocka_unit_test(a_whole_run_leaves_no_copy),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}

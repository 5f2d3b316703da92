#include "support/testing.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/config.h"
#include "engine/config_keys.h"

#define GOOD                            \
    "provider = looker\n"               \
    "base_url = https://acme.example\n" \
    "client_id = abc\n"                 \
    "client_secret_env = QT_TEST_SECRET\n"

#define ADDRESS "provider = looker\nbase_url = https://acme.example\n"

static char dir[] = "/tmp/querytop-config-XXXXXX";
static char path[64];

static void write_file_mode(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static void assert_loads(struct config *config, const char *text)
{
    struct error err = {0};
    write_file_mode(text, 0600);
    if (!config_load(config, path, &err))
        fail_msg("%s", err.message);
}

static void assert_refused(const char *text, const char *words)
{
    struct config config;
    struct error err = {0};
    write_file_mode(text, 0600);
    if (config_load(&config, path, &err))
        fail_msg("was taken: %s", text);
    assert_int_equal(err.code, ERR_CONFIG);
    if (!strstr(err.message, words))
        fail_msg("'%s' is not in: %s", words, err.message);
    if (strncmp(err.message, path, strlen(path)) != 0)
        fail_msg("does not begin with the file: %s", err.message);
}

static void every_key_is_read(void **state)
{
    (void)state;
    struct config config;
    assert_loads(&config, "; a comment\n"
                          "# another\n\n"
                          "[looker-prod]\n"
                          "provider = looker\n"
                          "base_url = https://acme.example:19999/   ; the port as in the URL\n"
                          "api_version = 4.0\n"
                          "client_id = a#b;c\n"
                          "client_secret = s3cr#t;x=y\n"
                          "mode = read-write\n"
                          "  poll = 1.5s\n"
                          "timeout = 1m\n"
                          "requests_per_minute = 30\n"
                          "requests_per_month = 100000\n"
                          "workspace = dev\n"
                          "verify_tls = No\n"
                          "ca_file = /etc/ca file.pem\n"
                          "allow_http = off\r\n");
    assert_int_equal(config.profile_count, 1);
    assert_string_equal(config.path, path);
    const struct profile *p = &config.profiles[0];
    assert_string_equal(p->name, "looker-prod");
    assert_string_equal(p->provider, "looker");
    assert_string_equal(p->base_url, "https://acme.example:19999");
    assert_string_equal(p->api_version, "4.0");
    assert_string_equal(p->client_id, "a#b;c");
    assert_string_equal(p->client_secret.text, "s3cr#t;x=y");
    assert_int_equal(p->mode, MODE_READ_WRITE);
    assert_int_equal(p->poll_ms, 1500);
    assert_int_equal(p->timeout_ms, 60000);
    assert_int_equal(p->requests_per_minute, 30);
    assert_int_equal(p->requests_per_month, 100000);
    assert_false(p->is_transient);
    assert_string_equal(p->workspace, "dev");
    assert_false(p->verify_tls);
    assert_string_equal(p->ca_file, "/etc/ca file.pem");
    assert_false(p->allow_http);
    config_finish(&config);
}

static void what_is_not_said_has_safe_defaults(void **state)
{
    (void)state;
    struct config config;
    assert_loads(&config, "\xef\xbb\xbf[a]\n" GOOD "[b]\n" GOOD);
    assert_int_equal(config.profile_count, 2);
    assert_string_equal(config.profiles[1].name, "b");
    const struct profile *p = &config.profiles[0];
    assert_int_equal(p->mode, MODE_ARMED);
    assert_true(p->verify_tls);
    assert_int_equal(p->poll_ms, 2000);
    assert_int_equal(p->timeout_ms, 30000);
    assert_int_equal(p->requests_per_minute, 0);
    assert_int_equal(p->requests_per_month, 0);
    assert_null(p->ca_file);
    assert_null(p->workspace);
    config_finish(&config);
}

static void token_takes_the_place_of_id_and_secret(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    assert_loads(&config, "[value]\n" ADDRESS "token = t0ken\n"
                          "[env]\n" ADDRESS "token_env = QT_TEST_SECRET\n"
                          "[command]\n" ADDRESS "token_command = echo t1ken\n"
                          "[broken]\n" ADDRESS "token_command = false\n");
    setenv("QT_TEST_SECRET", "t2ken", 1);
    assert_true(config_resolve_secrets(&config, &err));
    assert_string_equal(config.profiles[0].token.text, "t0ken");
    assert_string_equal(config.profiles[1].token.text, "t2ken");
    assert_string_equal(config.profiles[2].token.text, "t1ken");
    assert_false(secret_is_set(&config.profiles[3].token));
    assert_non_null(strstr(config.profiles[3].problem.message, "token_command: it failed"));
    config_finish(&config);
    write_file_mode("[value]\n" ADDRESS "token = t0ken\n", 0644);
    assert_false(config_load(&config, path, &err));
    assert_non_null(strstr(err.message, "chmod 600"));
    assert_refused("[a]\n" GOOD "token = t\n", "client_secret and token are both given");
    assert_refused("[a]\n" ADDRESS "token = t\ntoken_env = T\n",
                   "more than one of token, token_env and token_command");
}

static void mistakes_are_named_with_line_and_next_step(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } cases[] = {
        {"[a]\nbase_ulr = https://x\n", ":2: unknown key 'base_ulr'; did you mean base_url?"},
        {"[a]\nclient_secret_comand = x\n", "did you mean client_secret_command?"},
        {"[a]\nzzzzzz = x\n", "unknown key 'zzzzzz'; keys are provider, base_url"},
        {"[a]\nbase_url https://x\n", ":2: unknown key 'base_url https'"},
        {"[a]\n\n" GOOD "mode = armd\n",
         ":7: mode is none of read-only, armed, read-write: 'armd'"},
        {"[a]\nprovider = loo\xb0ker\n", "provider is no name of a provider"},
        {"[a]\n" GOOD "verify_tls = maybe\n", "verify_tls is neither true nor false: 'maybe'"},
        {"[a]\n" GOOD "poll = soon\n", "poll is no duration such as"},
        {"[a]\n" GOOD "poll = 1ms\n", "poll is not between 200ms and 1h"},
        {"[a]\n" GOOD "requests_per_month = 1e6\n",
         "requests_per_month is no number such as 100000: '1e6'"},
        {"[a]\n" GOOD "requests_per_minute = -1\n", "requests_per_minute is no number"},
        {"[a]\n" GOOD "requests_per_month = 99999999999999999999\n", "is no number"},
        {"[a]\n" GOOD "timeout = 0\n", "timeout is not between 1.0s and 10m"},
        {"[a]\n" GOOD "poll = 1s\npoll = 2s\n", ":7: poll stands here twice"},
        {"[a]\n" GOOD "[a]\n" GOOD, ":6: this profile stands here twice: a"},
        {"provider = looker\n", ":1: provider stands before the first profile"},
        {"[a]\n" GOOD "nonsense\n", ":6: neither [section] nor key = value"},
        {"[a\n" GOOD, ":1: '[' without ']'"},
        {"[]\n" GOOD, "bad profile name"},
        {"[a:b]\n" GOOD, "bad profile name"},
        {"[a\x1b[31m]\n" GOOD, "bad profile name"},
        {"[a]\nclient_id = \x1b[31m\n", "client_id holds characters that can not be shown"},
        {"[a]\nclient_id =\n", "client_id is empty"},
        {"[a]\n", "[a]: provider is missing"},
        {"[a]\nprovider = lookr\n", "a: unknown provider 'lookr'; known: looker, adobe"},
        {"[a]\nprovider = looker\n", "base_url is missing"},
        {"[a]\nprovider = looker\nbase_url = https://x\n", "client_id is missing"},
        {"[a]\nprovider = looker\nbase_url = https://x\nclient_id = y\n", "the secret is missing"},
        {"[a]\n" GOOD "client_secret = x\n", "more than one of client_secret"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_refused(cases[i].text, cases[i].words);
}

static void addresses_are_checked(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *words; /* NULL: fine */
    } cases[] = {
        {"https://acme.example", NULL},
        {"https://acme.example:443/prefix/", NULL},
        {"http://127.0.0.1:9999", NULL},
        {"http://localhost:9999", NULL},
        {"http://[::1]:9999", NULL},
        {"http://acme.example", "base_url sends the secret in the clear"},
        {"http://127.0.0.1.evil.example", "base_url sends the secret in the clear"},
        {"http://localhost.evil.example", "base_url sends the secret in the clear"},
        {"https://acme.example/api/4.0", "leave /api/... out"},
        {"https://acme.example/api", "leave /api/... out"},
        {"https://me:pw@acme.example", "holds a name or password"},
        {"https://acme.example/?x=1", "holds a '?'"},
        {"https://acme.example:0", "bad port"},
        {"https://acme.example:99999", "bad port"},
        {"https://acme.example:", "bad port"},
        {"https://", "has no host"},
        {"https:///x", "has no host"},
        {"https://a b", "a character that no address has"},
        {"ftp://acme.example", "does not begin with https://"},
        {"acme.example", "does not begin with https://"},
        {"https://[::1", "has no host"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[512];
        snprintf(text, sizeof(text),
                 "[a]\nprovider = looker\nclient_id = x\nclient_secret_env = E\nbase_url = %s\n",
                 cases[i].url);
        if (cases[i].words) {
            assert_refused(text, cases[i].words);
        } else {
            struct config config;
            assert_loads(&config, text);
            config_finish(&config);
        }
    }
}

static void plain_http_can_be_allowed(void **state)
{
    (void)state;
    struct config config;
    assert_loads(&config, "[a]\nprovider = looker\nbase_url = http://acme.example\n"
                          "client_id = x\nclient_secret_env = E\nallow_http = true\n");
    assert_true(config.profiles[0].allow_http);
    config_finish(&config);
}

static void audit_log_is_off_or_a_whole_path(void **state)
{
    (void)state;
    struct config config;
    assert_loads(&config, "[a]\n" GOOD "audit_log = off\n[b]\n" GOOD
                          "audit_log = /var/log/qt.jsonl\n[c]\n" GOOD "audit_log = ~/qt.jsonl\n");
    assert_string_equal(config.profiles[0].audit_log, "off");
    assert_string_equal(config.profiles[1].audit_log, "/var/log/qt.jsonl");
    assert_int_equal(config.profiles[2].audit_log[0], '/');
    config_finish(&config);
    assert_refused("[a]\n" GOOD "audit_log = qt.jsonl\n",
                   "audit_log is neither off nor a path from / or ~/: 'qt.jsonl'");
}

static void password_in_an_address_is_not_repeated(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    write_file_mode("[a]\nprovider = looker\nbase_url = https://me:s3cret@acme.example\n", 0600);
    assert_false(config_load(&config, path, &err));
    assert_non_null(strstr(err.message, "base_url holds a name or password"));
    assert_null(strstr(err.message, "s3cret"));
}

static void secret_is_never_repeated_in_a_message(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    write_file_mode("[a]\n" GOOD "client_secret = hush-hush\nclient_secret = hush-hush\n", 0600);
    assert_false(config_load(&config, path, &err));
    assert_null(strstr(err.message, "hush"));
}

static void secret_in_a_readable_file_is_refused(void **state)
{
    (void)state;
    static const char secret[] = "[a]\nprovider = looker\nbase_url = https://acme.example\n"
                                 "client_id = abc\nclient_secret = hush\n";
    struct config config;
    struct error err = {0};
    write_file_mode(secret, 0640);
    assert_false(config_load(&config, path, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.message, "run: chmod 600 /tmp/querytop-config-"));
    write_file_mode(secret, 0600);
    assert_true(config_load(&config, path, &err));
    config_finish(&config);
    write_file_mode("[a]\n" GOOD, 0644); /* without a secret in it, anybody may read it */
    assert_true(config_load(&config, path, &err));
    config_finish(&config);
}

/* Whoever may write it may run what they like, secret or not. */
static void file_that_everyone_can_write_is_refused(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    write_file_mode("[a]\n" GOOD, 0646);
    assert_false(config_load(&config, path, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.message, "everyone can write it; run: chmod o-w /tmp/querytop-"));
    write_file_mode("[a]\n" GOOD, 0664); /* a group of one's own is usual */
    assert_true(config_load(&config, path, &err));
    config_finish(&config);
}

/* inih alone takes 200 bytes. */
static void long_values_and_comments_are_read_whole(void **state)
{
    (void)state;
    char text[8192], scopes[2001];
    struct config config;
    memset(scopes, 's', 2000);
    scopes[2000] = '\0';
    snprintf(text, sizeof(text),
             "[a]\n" GOOD "; %s\n  # %s\nscopes =  %s \t; the usual ones\npoll = 7s\n", scopes,
             scopes, scopes);
    assert_loads(&config, text);
    assert_string_equal(config.profiles[0].scopes, scopes);
    assert_int_equal(config.profiles[0].poll_ms, 7000);
    config_finish(&config);
}

static void long_lines_without_a_key_are_refused_not_split(void **state)
{
    (void)state;
    char text[4096];
    snprintf(text, sizeof(text), "[a]\n" GOOD "%0*d\n", 3000, 0);
    assert_refused(text, ":6: the line is too long, and no key = value");
    snprintf(text, sizeof(text), "[%0*d]\n", 3000, 0);
    assert_refused(text, ":1: the line is too long");
}

static void missing_file_matters_only_when_it_was_named(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    unlink(path);
    assert_false(config_load(&config, path, &err));
    assert_int_equal(err.code, ERR_CONFIG);
    assert_non_null(strstr(err.message, "No such file"));

    setenv("QUERYTOP_CONFIG", path, 1);
    assert_true(config_load(&config, NULL, &err));
    assert_int_equal(config.profile_count, 0);
    assert_null(config.path);
    struct strbuf words;
    strbuf_init(&words, 4096);
    config_explain_missing(&config, &words);
    assert_non_null(strstr(words.data, path));
    assert_non_null(strstr(words.data, "does not exist"));
    assert_non_null(strstr(words.data, "querytop demo"));
    assert_non_null(strstr(words.data, "base_url ="));
    strbuf_finish(&words);
    config_finish(&config);

    write_file_mode("[a]\n" GOOD, 0600);
    assert_true(config_load(&config, NULL, &err));
    assert_int_equal(config.profile_count, 1);
    config_finish(&config);
    unsetenv("QUERYTOP_CONFIG");
}

static void usual_places_are_tried_in_order(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    char place[128];
    unsetenv("QUERYTOP_CONFIG");
    setenv("XDG_CONFIG_HOME", dir, 1);
    snprintf(place, sizeof(place), "%s/querytop", dir);
    assert_int_equal(mkdir(place, 0700), 0);
    snprintf(place, sizeof(place), "%s/querytop/config.ini", dir);
    write_file_mode("[xdg]\n" GOOD, 0600);
    assert_int_equal(rename(path, place), 0);
    assert_true(config_load(&config, NULL, &err));
    assert_string_equal(config.profiles[0].name, "xdg");
    config_finish(&config);
    setenv("XDG_CONFIG_HOME", "relative", 1);
    setenv("HOME", "/nonexistent", 1);
    assert_true(config_load(&config, NULL, &err));
    assert_int_equal(config.profile_count, 0);
    config_finish(&config);
    unlink(place);
    snprintf(place, sizeof(place), "%s/querytop", dir);
    rmdir(place);
}

static void directory_and_binary_are_refused(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    assert_false(config_load(&config, dir, &err));
    assert_non_null(strstr(err.message, "is a directory"));
    FILE *file = fopen(path, "w");
    fwrite("[a]\0\n", 1, 5, file);
    fclose(file);
    assert_false(config_load(&config, path, &err));
    assert_non_null(strstr(err.message, "is not a text file"));
}

static void select_keeps_the_named_in_that_order(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    assert_loads(&config, "[a]\n" GOOD "[b]\n" GOOD "[c]\n" GOOD);
    const char *unknown[] = {"c", "x"};
    assert_false(config_select(&config, unknown, 2, &err));
    assert_string_equal(err.message, "no profile 'x'; profiles: a, b, c");
    assert_int_equal(config.profile_count, 3);
    const char *names[] = {"c", "a", "c"};
    assert_true(config_select(&config, names, 3, &err));
    assert_int_equal(config.profile_count, 2);
    assert_string_equal(config.profiles[0].name, "c");
    assert_string_equal(config.profiles[1].name, "a");
    assert_string_equal(config.profiles[1].base_url, "https://acme.example");
    config_finish(&config);
}

static void added_profile_has_the_defaults(void **state)
{
    (void)state;
    struct config config = {0};
    struct profile *p = config_add(&config, "demo", "looker");
    assert_string_equal(p->name, "demo");
    assert_string_equal(p->provider, "looker");
    assert_int_equal(p->poll_ms, 2000);
    assert_true(p->verify_tls);
    assert_true(p->is_transient);
    config_finish(&config);
}

static void secrets_are_resolved_from_environment_and_command(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    assert_loads(&config, "[a]\n" GOOD "[b]\nprovider = looker\nbase_url = https://x\n"
                          "client_id = y\nclient_secret_command = printf '%s\\n' 'from it'\n");
    unsetenv("QT_TEST_SECRET");
    /* One that is missing keeps nobody else from working. */
    assert_true(config_resolve_secrets(&config, &err));
    assert_string_equal(config.profiles[0].problem.message,
                        "client_secret_env: the environment variable QT_TEST_SECRET is not set; "
                        "export it");
    assert_int_equal(config.profiles[1].problem.code, ERR_NONE);
    config.profile_count = 1;
    assert_false(config_resolve_secrets(&config, &err));
    assert_string_equal(err.message, "a: client_secret_env: the environment variable "
                                     "QT_TEST_SECRET is not set; export it");
    config.profile_count = 2;
    setenv("QT_TEST_SECRET", "from-env", 1);
    assert_true(config_resolve_secrets(&config, &err));
    assert_string_equal(config.profiles[0].client_secret.text, "from-env");
    assert_string_equal(config.profiles[1].client_secret.text, "from it");
    config_finish(&config);
}

static void every_key_has_its_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < config_key_count; i++) {
        const struct config_key *key = &config_keys[i];
        assert_non_null(key->set);
        assert_true(*key->name && *key->values && *key->help);
        assert_ptr_equal(config_key_find(key->name), key);
        assert_ptr_equal(config_key_nearest(key->name), key);
    }
    assert_null(config_key_nearest("x"));
}

static void watched_tasks_are_those_of_file_and_command_line(void **state)
{
    (void)state;
    struct config config;
    struct error err = {0};
    assert_loads(&config, "[a]\n" GOOD "watch_tasks = one, two\n[b]\n" GOOD);
    assert_true(config_watch(&config, "a:three", NULL));
    assert_true(config_watch(&config, "b:four", NULL));
    assert_string_equal(config.profiles[0].watch_tasks, "one, two,three");
    assert_string_equal(config.profiles[1].watch_tasks, "four");
    assert_false(config_watch(&config, "five", &err));
    assert_string_equal(err.message, "which profile has task five? name it as in a:five");
    assert_false(config_watch(&config, "a:x/y", &err));
    assert_int_equal(err.code, ERR_USAGE);
    char id[LIMIT_ID_BYTES];
    const char *at = config_next_watched(config.profiles[0].watch_tasks, id);
    assert_string_equal(id, "one");
    at = config_next_watched(at, id);
    assert_string_equal(id, "two");
    at = config_next_watched(at, id);
    assert_string_equal(id, "three");
    assert_null(config_next_watched(at, id));
    config_finish(&config);
    assert_refused("[a]\n" GOOD "watch_tasks = ../x\n", "watch_tasks '../x' is no id of a task");
}

static int make_dir(void **state)
{
    (void)state;
    if (!mkdtemp(dir))
        return -1;
    snprintf(path, sizeof(path), "%s/c.ini", dir);
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_is_read),
        cmocka_unit_test(what_is_not_said_has_safe_defaults),
        cmocka_unit_test(token_takes_the_place_of_id_and_secret),
        cmocka_unit_test(mistakes_are_named_with_line_and_next_step),
        cmocka_unit_test(addresses_are_checked),
        cmocka_unit_test(watched_tasks_are_those_of_file_and_command_line),
        cmocka_unit_test(plain_http_can_be_allowed),
        cmocka_unit_test(audit_log_is_off_or_a_whole_path),
        cmocka_unit_test(password_in_an_address_is_not_repeated),
        cmocka_unit_test(secret_is_never_repeated_in_a_message),
        cmocka_unit_test(secret_in_a_readable_file_is_refused),
        cmocka_unit_test(file_that_everyone_can_write_is_refused),
        cmocka_unit_test(long_values_and_comments_are_read_whole),
        cmocka_unit_test(long_lines_without_a_key_are_refused_not_split),
        cmocka_unit_test(missing_file_matters_only_when_it_was_named),
        cmocka_unit_test(usual_places_are_tried_in_order),
        cmocka_unit_test(directory_and_binary_are_refused),
        cmocka_unit_test(select_keeps_the_named_in_that_order),
        cmocka_unit_test(added_profile_has_the_defaults),
        cmocka_unit_test(secrets_are_resolved_from_environment_and_command),
        cmocka_unit_test(every_key_has_its_words),
    };
    return cmocka_run_group_tests(tests, make_dir, remove_dir);
}

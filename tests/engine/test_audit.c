/* The lines of the record: what is in them, where they go, and when there are none. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/sanitize.h"
#include "engine/audit.h"
#include "net/json.h"
#include "support/environment.h"

#define ASKED_MS 1763719871000 /* 2025-11-21T10:11:11Z */

static char path[300];
static char url[] = "https://acme.example";
static char id[] = "abc";
static struct profile profile;
static struct source_status status;
static struct action_record record;
static struct audit audit;
static struct error err;

static int make_entry(void **state)
{
    (void)state;
    snprintf(path, sizeof(path), "%s/deep/down/audit.jsonl", scratch_folder());
    unlink(path);
    profile = (struct profile){
        .name = "prod", .base_url = url, .client_id = id, .audit_log = path, .mode = MODE_ARMED};
    secret_set(&profile.client_secret, "hush", 4);
    status = (struct source_status){.profile = "prod", .user = "Ana"};
    record = (struct action_record){
        .id = 7,
        .kind = ACTION_CANCEL,
        .state = ACTION_ASKED,
        .task_id = "6f1c",
        .task_title = "weekly revenue",
        .asked_ms = ASKED_MS,
        .changed_ms = ASKED_MS,
    };
    error_clear(&err);
    audit_init(&audit);
    return 0;
}

static int drop_entry(void **state)
{
    (void)state;
    secret_finish(&profile.client_secret);
    audit_finish(&audit);
    return 0;
}

static bool write_line(const struct run_spec *spec)
{
    const struct audit_entry entry = {
        .profile = &profile, .status = &status, .record = &record, .spec = spec};
    return audit_write(&audit, &entry, &err);
}

/* The last line, parsed; the caller destroys it. */
static struct json *last_line(const char *of)
{
    static char bytes[LIMIT_MIB];
    FILE *file = fopen(of, "r");
    assert_non_null(file);
    size_t length = fread(bytes, 1, sizeof(bytes) - 1, file);
    fclose(file);
    assert_true(length > 0 && bytes[length - 1] == '\n');
    bytes[length - 1] = '\0';
    const char *start = strrchr(bytes, '\n');
    start = start ? start + 1 : bytes;
    assert_null(strstr(bytes, "hush"));
    struct json *line = json_parse(start, strlen(start), &err);
    assert_non_null(line);
    return line;
}

static void assert_text(const struct json *line, const char *key, const char *text)
{
    const char *value = json_string(json_get(line, key), NULL);
    assert_non_null(value);
    assert_string_equal(value, text);
}

static void line_says_when_who_what_and_how_it_went(void **state)
{
    (void)state;
    record.state = ACTION_REFUSED;
    snprintf(record.words, sizeof(record.words), "not yours");
    assert_true(write_line(NULL));
    struct json *line = last_line(path);
    static const char *const texts[][2] = {
        {"schema", "querytop.audit/1"},
        {"action", "cancel"},
        {"state", "refused"},
        {"asked_at", "2025-11-21T10:11:11.000Z"},
        {"profile", "prod"},
        {"base_url", "https://acme.example"},
        {"client_id", "abc"},
        {"account", "Ana"},
        {"task", "6f1c"},
        {"title", "weekly revenue"},
        {"words", "not yours"},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        assert_text(line, texts[i][0], texts[i][1]);
    assert_int_equal(json_int(json_get(line, "number"), 0), 7);
    assert_int_equal(json_int(json_get(line, "pid"), 0), getpid());
    assert_true(json_is_string(json_get(line, "os_user")));
    assert_true(json_is_string(json_get(line, "machine")));
    assert_true(json_is_null(json_get(line, "new_task")));
    json_destroy(line);
}

static void what_is_to_be_run_is_in_the_line(void **state)
{
    (void)state;
    struct run_spec *spec = run_spec_create();
    static const char *const options[][2] = {{"model", "shop"},
                                             {"explore", "users"},
                                             {"fields", "users.region,users.count"},
                                             {"filter", "users.region=EMEA"}};
    for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
        const struct run_option *option = run_option_find(options[i][0]);
        assert_true(option->set(spec, option, options[i][1], &err));
    }
    record.kind = ACTION_RUN;
    assert_true(write_line(spec));
    run_spec_unref(spec);
    struct json *line = last_line(path);
    const struct json *run = json_get(line, "run");
    assert_text(run, "model", "shop");
    assert_text(run, "explore", "users");
    assert_int_equal(json_count(json_get(run, "fields")), 2);
    assert_text(json_get(run, "filters"), "users.region", "EMEA");
    json_destroy(line);
}

static struct run_spec *sql_spec(const char *sql)
{
    struct run_spec *spec = run_spec_create();
    const struct run_option *option = run_option_find("sql");
    assert_true(option->set(spec, option, sql, &err));
    return spec;
}

static void set_parameter(struct run_spec *spec, const char *text)
{
    const struct run_option *option = run_option_find("parameter");
    assert_true(option->set(spec, option, text, &err));
}

static void parameters_are_in_the_line_though_they_are_empty(void **state)
{
    (void)state;
    struct run_spec *spec = sql_spec("SELECT $day, $none");
    set_parameter(spec, "day=2026-09-01");
    set_parameter(spec, "none=");
    set_parameter(spec, "odd=\033]0;x\a");
    record.kind = ACTION_RUN;
    assert_true(write_line(spec));
    run_spec_unref(spec);
    struct json *line = last_line(path);
    const struct json *parameters = json_get(json_get(line, "run"), "parameters");
    assert_text(parameters, "day", "2026-09-01");
    assert_text(parameters, "none", "");
    const char *odd = json_string(json_get(parameters, "odd"), NULL);
    assert_true(odd && odd[0] && sanitize_is_clean(odd, strlen(odd)));
    json_destroy(line);
}

/* A remark of any length hides nothing. */
static void sql_is_in_the_line_to_its_end(void **state)
{
    (void)state;
    struct strbuf sql;
    strbuf_init(&sql, 2 * LIMIT_MIB);
    strbuf_add_text(&sql, "/* ");
    while (sql.len < 5000)
        strbuf_add_text(&sql, "harmless ");
    strbuf_add_text(&sql, "*/ DROP TABLE orders");
    struct run_spec *spec = sql_spec(sql.data);
    record.kind = ACTION_RUN;
    assert_true(write_line(spec));
    run_spec_unref(spec);
    struct json *line = last_line(path);
    assert_text(json_get(line, "run"), "sql", sql.data);
    json_destroy(line);
    strbuf_finish(&sql);
}

static void what_is_cut_is_said_to_be(void **state)
{
    (void)state;
    char text[3000];
    memset(text, 'x', sizeof(text));
    memcpy(text, "day=", 4);
    text[sizeof(text) - 1] = '\0';
    struct run_spec *spec = sql_spec("SELECT $day");
    set_parameter(spec, text);
    record.kind = ACTION_RUN;
    assert_true(write_line(spec));
    run_spec_unref(spec);
    struct json *line = last_line(path);
    const struct json *parameters = json_get(json_get(line, "run"), "parameters");
    const char *day = json_string(json_get(parameters, "day"), NULL);
    assert_non_null(strstr(day, "x [cut]"));
    json_destroy(line);
}

static void hostile_text_stays_one_line(void **state)
{
    (void)state;
    snprintf(record.argument, sizeof(record.argument), "main\n{\"schema\":\"forged\"}\x1b[2J\"");
    record.kind = ACTION_CHECKOUT;
    assert_true(write_line(NULL));
    struct json *line = last_line(path);
    assert_text(line, "schema", "querytop.audit/1");
    assert_null(strchr(json_string(json_get(line, "argument"), NULL), '\x1b'));
    json_destroy(line);
}

static void off_and_profiles_of_the_program_leave_no_trace(void **state)
{
    (void)state;
    char off[] = "off";
    profile.is_transient = true;
    assert_true(write_line(NULL));
    profile.is_transient = false;
    profile.audit_log = off;
    assert_true(write_line(NULL));
    assert_true(audit_check(&audit, &profile, &err));
    assert_null(audit_path(&audit, &profile));
    assert_int_not_equal(access(path, F_OK), 0);
}

static void usual_place_is_the_state_folder(void **state)
{
    (void)state;
    char usual[300];
    snprintf(usual, sizeof(usual), "%s/querytop/audit.jsonl", scratch_folder());
    setenv("XDG_STATE_HOME", scratch_folder(), 1);
    audit_finish(&audit);
    audit_init(&audit);
    unsetenv("XDG_STATE_HOME");
    profile.audit_log = NULL;
    assert_string_equal(audit_path(&audit, &profile), usual);
    assert_true(audit_check(&audit, &profile, &err));
    assert_true(write_line(NULL));
    json_destroy(last_line(usual));
    struct stat facts;
    assert_int_equal(stat(usual, &facts), 0);
    assert_int_equal(facts.st_mode & 07777, 0600);
}

static void without_a_place_it_says_what_to_set(void **state)
{
    (void)state;
    profile.audit_log = NULL;
    free(audit.usual_path);
    audit.usual_path = NULL;
    assert_false(write_line(NULL));
    assert_string_equal(err.message, "HOME is not set; set it, or audit_log");
    assert_false(audit_check(&audit, &profile, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(line_says_when_who_what_and_how_it_went, make_entry,
                                        drop_entry),
        cmocka_unit_test_setup_teardown(what_is_to_be_run_is_in_the_line, make_entry, drop_entry),
        cmocka_unit_test_setup_teardown(parameters_are_in_the_line_though_they_are_empty,
                                        make_entry, drop_entry),
        cmocka_unit_test_setup_teardown(sql_is_in_the_line_to_its_end, make_entry, drop_entry),
        cmocka_unit_test_setup_teardown(what_is_cut_is_said_to_be, make_entry, drop_entry),
        cmocka_unit_test_setup_teardown(hostile_text_stays_one_line, make_entry, drop_entry),
        cmocka_unit_test_setup_teardown(off_and_profiles_of_the_program_leave_no_trace, make_entry,
                                        drop_entry),
        cmocka_unit_test_setup_teardown(usual_place_is_the_state_folder, make_entry, drop_entry),
        cmocka_unit_test_setup_teardown(without_a_place_it_says_what_to_set, make_entry,
                                        drop_entry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The completion scripts have what the program's tables say, and shells understand them.
 * GOLDEN_WRITE=1 writes them anew. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "completions.h"
#include "support/environment.h"
#include "support/proc.h"

#define FOLDER           TEST_SOURCE_DIR "/../docs/completions/"
#define MAX_SCRIPT_BYTES (1u << 20)

static void read_file(const char *path, struct strbuf *out)
{
    char bytes[4096];
    FILE *file = fopen(path, "r");
    for (size_t count; file && (count = fread(bytes, 1, sizeof(bytes), file)) > 0;)
        strbuf_add(out, bytes, count);
    if (file)
        fclose(file);
}

static void write_file(const char *path, const struct strbuf *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text->data, 1, text->len, file), text->len);
    assert_int_equal(fclose(file), 0);
}

static void scripts_are_what_the_tables_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COMPLETION_SCRIPT_COUNT; i++) {
        char path[512];
        struct strbuf is, wanted;
        strbuf_init(&is, MAX_SCRIPT_BYTES);
        strbuf_init(&wanted, MAX_SCRIPT_BYTES);
        snprintf(path, sizeof(path), FOLDER "%s", completion_scripts[i].path);
        read_file(path, &is);
        completion_scripts[i].build(&wanted);
        bool is_same = is.len == wanted.len && memcmp(is.data, wanted.data, is.len) == 0;
        if (!is_same && getenv("GOLDEN_WRITE"))
            write_file(path, &wanted);
        else if (!is_same)
            fail_msg("%s is not what the tables say; write it with GOLDEN_WRITE=1", path);
        strbuf_finish(&is);
        strbuf_finish(&wanted);
    }
}

static bool has_shell(const char *name)
{
    char command[64];
    snprintf(command, sizeof(command), "command -v %s >/dev/null 2>&1", name);
    return system(command) == 0;
}

static void shells_parse_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < COMPLETION_SCRIPT_COUNT; i++) {
        char command[512];
        snprintf(command, sizeof(command), "%s " FOLDER "%s", completion_scripts[i].check,
                 completion_scripts[i].path);
        if (has_shell(completion_scripts[i].shell))
            assert_int_equal(system(command), 0);
        else
            print_message("no %s here: its script was not parsed\n", completion_scripts[i].shell);
    }
}

/* What bash offers for the last of the words; the folder of the test has a configuration. */
static void assert_bash_offers(const char *words, const char *offers)
{
    char script[1024];
    snprintf(script, sizeof(script),
             "compopt() { echo FILES; }; . " FOLDER "querytop.bash\n"
             "COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _querytop\n"
             "echo \"${COMPREPLY[*]}\"",
             words);
    char config[300];
    snprintf(config, sizeof(config), "QUERYTOP_CONFIG=%s",
             scratch_file("config.ini", "; mine\n[looker-prod]\nprovider = looker\n[adobe-dev]\n",
                          0600));
    const char *const argv[] = {"/usr/bin/env", "bash", "--norc", "-c", script, NULL};
    const char *const changes[] = {config, NULL};
    char **env = environment_create(changes);
    struct proc *p = proc_start(argv, (const char *const *)env);
    int code = proc_wait(p);
    char said[2048];
    snprintf(said, sizeof(said), "%s%s", proc_errors(p), proc_output(p));
    proc_destroy(p);
    environment_destroy(env);
    assert_int_equal(code, 0);
    said[strcspn(said, "\n")] = '\0';
    assert_string_equal(said, offers);
}

static void bash_completes_verbs_options_and_values(void **state)
{
    (void)state;
    if (!has_shell("bash"))
        skip();
    assert_bash_offers("querytop ca", "cancel");
    assert_bash_offers("querytop --ver", "--version");
    assert_bash_offers("querytop list --fo", "--format");
    assert_bash_offers("querytop watch --fo", "");
    assert_bash_offers("querytop list --format t", "table tsv");
    assert_bash_offers("querytop run -F c", "csv");
    assert_bash_offers("querytop list --sort ela", "elapsed");
    assert_bash_offers("querytop show --profile lo", "looker-prod");
    assert_bash_offers("querytop -p ''", "looker-prod adobe-dev");
    assert_bash_offers("querytop project val", "validate");
    assert_bash_offers("querytop results -o ''", "FILES");
    assert_bash_offers("querytop list --filter ''", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scripts_are_what_the_tables_say),
        cmocka_unit_test(shells_parse_them),
        cmocka_unit_test(bash_completes_verbs_options_and_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The manual page has what the program's tables say. GOLDEN_WRITE=1 writes it anew. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "cli/cli_internal.h"
#include "engine/config_keys.h"
#include "engine/tell_rule.h"
#include "model/column.h"
#include "program.h"

#define MANUAL         TEST_SOURCE_DIR "/../docs/querytop.1"
#define CONFIG_MANUAL  TEST_SOURCE_DIR "/../docs/querytop-config.5"
#define MAX_PAGE_BYTES (1u << 20)
#define LINE_MAX_BYTES 76

static struct strbuf page;
static const char *page_path;

/* ---- the file -------------------------------------------------------------------------------- */

static int read_page(const char *path)
{
    char bytes[4096];
    size_t count;
    FILE *file = fopen(path, "r");
    if (!file)
        return -1;
    strbuf_init(&page, MAX_PAGE_BYTES);
    while ((count = fread(bytes, 1, sizeof(bytes), file)) > 0)
        strbuf_add(&page, bytes, count);
    fclose(file);
    page_path = path;
    return 0;
}

static int read_manual(void **state)
{
    (void)state;
    return read_page(MANUAL);
}

static int read_config_manual(void **state)
{
    (void)state;
    return read_page(CONFIG_MANUAL);
}

static int drop_page(void **state)
{
    (void)state;
    strbuf_finish(&page);
    return 0;
}

static void write_page(size_t from, size_t to, const struct strbuf *text)
{
    FILE *file = fopen(page_path, "w");
    assert_non_null(file);
    fwrite(page.data, 1, from, file);
    fwrite(text->data, 1, text->len, file);
    fwrite(page.data + to, 1, page.len - to, file);
    fclose(file);
    strbuf_finish(&page);
    read_page(page_path);
}

/* The lines between ".\" begin NAME" and ".\" end NAME" are text. */
static void check_section(const char *name, struct strbuf *text)
{
    char begin[40], end[40];
    snprintf(begin, sizeof(begin), ".\\\" begin %s\n", name);
    snprintf(end, sizeof(end), ".\\\" end %s\n", name);
    const char *from = strstr(page.data, begin);
    const char *to = strstr(page.data, end);
    assert_true(from && to);
    from += strlen(begin);
    size_t length = (size_t)(to - from);
    bool is_same = length == text->len && memcmp(from, text->data, length) == 0;
    if (!is_same && getenv("GOLDEN_WRITE"))
        write_page((size_t)(from - page.data), (size_t)(to - page.data), text);
    else if (!is_same)
        fail_msg("%s is not what the tables say; write it with GOLDEN_WRITE=1", page_path);
    strbuf_finish(text);
}

/* ---- mdoc ------------------------------------------------------------------------------------ */

static void add_character(struct strbuf *out, char c)
{
    if (c == '\\')
        strbuf_add_text(out, "\\e");
    else if (c == '~')
        strbuf_add_text(out, "\\(ti");
    else
        strbuf_add_char(out, c);
}

/* Text on lines of its own: a capital first, a stop last. */
static void add_sentence(struct strbuf *out, const char *text)
{
    size_t line_start = out->len;
    bool is_word = text[0] >= 'a' && text[0] <= 'z' && text[1] != ':';
    for (const char *at = text; *at; at++) {
        size_t word_length = strcspn(at + 1, " ");
        bool is_full = out->len - line_start + 1 + word_length > LINE_MAX_BYTES;
        if (*at == ' ' && is_full) {
            strbuf_add_char(out, '\n');
            line_start = out->len;
            continue;
        }
        if (out->len == line_start && (*at == '.' || *at == '\''))
            strbuf_add_text(out, "\\&");
        add_character(out, at == text && is_word ? (char)(*at - ('a' - 'A')) : *at);
    }
    strbuf_add_text(out, text[strlen(text) - 1] == '.' ? "\n" : ".\n");
}

/* A word among macros, which would be taken for one when it is the name of one. */
static void add_word(struct strbuf *out, const char *word)
{
    strbuf_add_text(out, "\\&");
    for (; *word; word++)
        add_character(out, *word);
}

/* letter: 0 for none; value: NULL for none. */
static void add_option(struct strbuf *out, char letter, const char *name, const char *value,
                       const char *help)
{
    strbuf_add_text(out, ".It ");
    if (letter)
        strbuf_addf(out, "Fl %c , ", letter);
    strbuf_addf(out, "Fl -%s", name);
    if (value)
        strbuf_addf(out, " Ar %s", value);
    strbuf_add_char(out, '\n');
    add_sentence(out, help);
}

static void add_run_option(struct strbuf *out, const struct run_option *option)
{
    strbuf_addf(out, ".It Fl -%s%s\n", option->name,
                option->is_flag ? " Ns Op = Ns Ar yes | Ar no" : " Ar VALUE");
    add_sentence(out, option->help);
}

/* ---- the sections ---------------------------------------------------------------------------- */

/* "ID..." and "ACTION PROJECT [ARGUMENT]" */
static void add_args(struct strbuf *out, const char *args)
{
    for (const char *at = args + strspn(args, " "); *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        const char *open = *at == '[' ? " Op" : "";
        size_t word = strcspn(at + (*at == '['), " .]");
        bool is_many = strncmp(at + word, "...", 3) == 0;
        strbuf_addf(out, "%s Ar %.*s%s", open, (int)word, at + (*at == '['), is_many ? " ..." : "");
        at += length;
    }
}

static void add_verb(struct strbuf *out, const struct cli_verb *verb)
{
    strbuf_addf(out, ".It Cm %s", verb->name);
    add_args(out, verb->args ? verb->args : "");
    strbuf_add_char(out, '\n');
    add_sentence(out, verb->help);
    strbuf_add_text(out, "Options:");
    const char *comma = "";
    for (size_t i = 0; i < cli_option_count; i++) {
        if (cli_options[i].option == CLI_OPTION_COMMON || !cli_has_option(verb, &cli_options[i]))
            continue;
        strbuf_addf(out, "%s\n.Fl -%s", comma, cli_options[i].name);
        comma = " ,";
    }
    for (size_t i = 0; verb->options & CLI_OPTION_RUN && i < run_option_count; i++)
        strbuf_addf(out, " ,\n.Fl -%s", run_options[i].name);
    strbuf_add_text(out, " .\n");
}

static void add_program_options(struct strbuf *out, enum program_kind kind)
{
    strbuf_add_text(out, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < program_option_count; i++) {
        const struct program_option *option = &program_options[i];
        if (option->kinds & kind)
            add_option(out, option->letter, option->name, option->value, option->help);
    }
    strbuf_add_text(out, ".El\n");
}

static void options_are_those_of_the_tables(void **state)
{
    (void)state;
    struct strbuf text;
    struct sandbox_option_info option;
    strbuf_init(&text, MAX_PAGE_BYTES);
    strbuf_add_text(&text, ".Ss Options of the dashboard\n");
    add_program_options(&text, PROGRAM_DASHBOARD);
    strbuf_add_text(&text, ".Ss Options of demo\n");
    add_program_options(&text, PROGRAM_DEMO);
    strbuf_add_text(&text, ".Ss Options of replay\n");
    add_program_options(&text, PROGRAM_REPLAY);
    strbuf_add_text(&text, ".Ss Options of sandbox\n.Bl -tag -width Ds\n");
    for (size_t i = 0; sandbox_option_at(i, &option); i++)
        add_option(&text, 0, option.name, option.value, option.help);
    strbuf_add_text(&text, ".El\n");
    check_section("options", &text);
}

static void verbs_are_those_of_the_table(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, MAX_PAGE_BYTES);
    strbuf_add_text(&text, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < cli_verb_count; i++)
        add_verb(&text, &cli_verbs[i]);
    strbuf_add_text(&text, ".El\n.Ss Options of verbs\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < cli_option_count; i++)
        add_option(&text, cli_options[i].letter, cli_options[i].name, cli_options[i].value,
                   cli_options[i].help);
    strbuf_add_text(&text, ".El\n.Ss Options of run\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < run_option_count; i++)
        add_run_option(&text, &run_options[i]);
    strbuf_add_text(&text, ".El\n");
    check_section("verbs", &text);
}

static void fields_are_the_columns(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, MAX_PAGE_BYTES);
    strbuf_add_text(&text, ".Bl -tag -width connection -compact\n");
    for (int i = 0; i < COLUMN_COUNT; i++) {
        strbuf_addf(&text, ".It Li %s\n", columns[i].name);
        add_sentence(&text, columns[i].help);
    }
    strbuf_add_text(&text, ".El\n");
    check_section("fields", &text);
}

static void add_keys(struct strbuf *out, const struct ui_action_info *action)
{
    char name[KEY_NAME_BYTES];
    strbuf_add_text(out, ".It");
    for (size_t i = 0; i < UI_ACTION_KEYS && action->keys[i]; i++) {
        strbuf_add_text(out, i ? " , Cm " : " Cm ");
        add_word(out, key_format(action->keys[i], name));
    }
    strbuf_add_char(out, '\n');
    add_sentence(out, action->help);
}

static void keys_are_the_actions_of_the_dashboard(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, MAX_PAGE_BYTES);
    for (int group = 0; group < UI_GROUP_COUNT; group++) {
        strbuf_addf(&text, ".Ss %s\n.Bl -tag -width Ds -compact\n", ui_group_title(group));
        for (int i = UI_NONE + 1; i < UI_ACTION_COUNT; i++) {
            if ((int)ui_actions[i].group == group && ui_actions[i].keys[0])
                add_keys(&text, &ui_actions[i]);
        }
        strbuf_add_text(&text, ".El\n");
    }
    check_section("keys", &text);
}

static void configuration_has_the_keys_of_the_table(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, MAX_PAGE_BYTES);
    strbuf_add_text(&text, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < config_key_count; i++) {
        strbuf_addf(&text, ".It Li %s No = Ar ", config_keys[i].name);
        add_word(&text, config_keys[i].values);
        strbuf_add_char(&text, '\n');
        add_sentence(&text, config_keys[i].help);
    }
    strbuf_add_text(&text, ".El\n");
    check_section("config", &text);
}

static void rules_have_the_keys_of_the_table(void **state)
{
    (void)state;
    struct strbuf text;
    strbuf_init(&text, MAX_PAGE_BYTES);
    strbuf_add_text(&text, ".Bl -tag -width Ds\n");
    for (size_t i = 0; i < tell_key_count; i++) {
        strbuf_addf(&text, ".It Li %s No = Ar ", tell_keys[i].name);
        add_word(&text, tell_keys[i].values);
        strbuf_add_char(&text, '\n');
        add_sentence(&text, tell_keys[i].help);
    }
    strbuf_add_text(&text, ".El\n");
    check_section("rules", &text);
}

static void mandoc_finds_nothing_to_mend(void **state)
{
    (void)state;
    if (system("command -v mandoc >/dev/null 2>&1") != 0)
        skip();
    /* It looks for other pages among those that are installed. */
    assert_int_equal(system("! mandoc -T lint -W style " MANUAL " " CONFIG_MANUAL
                            " 2>&1 | grep -v -e 'referenced manual not found' -e 'mandoc.db'"),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(options_are_those_of_the_tables, read_manual, drop_page),
        cmocka_unit_test_setup_teardown(verbs_are_those_of_the_table, read_manual, drop_page),
        cmocka_unit_test_setup_teardown(fields_are_the_columns, read_manual, drop_page),
        cmocka_unit_test_setup_teardown(keys_are_the_actions_of_the_dashboard, read_manual,
                                        drop_page),
        cmocka_unit_test_setup_teardown(configuration_has_the_keys_of_the_table, read_config_manual,
                                        drop_page),
        cmocka_unit_test_setup_teardown(rules_have_the_keys_of_the_table, read_config_manual,
                                        drop_page),
        cmocka_unit_test(mandoc_finds_nothing_to_mend),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

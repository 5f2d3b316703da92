/* The README's table of keys is the program's table of actions. GOLDEN_WRITE=1 writes it anew. */
#include "support/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "actions.h"
#include "base/strbuf.h"
#include "keys.h"

#define README         TEST_SOURCE_DIR "/../README.md"
#define MAX_PAGE_BYTES (1u << 20)
#define BEGIN_MARK     "<!-- keys: written by GOLDEN_WRITE=1 ctest -R readme -->\n"
#define END_MARK       "<!-- /keys -->\n"

static void add_action(struct strbuf *out, const struct ui_action_info *action)
{
    char name[KEY_NAME_BYTES];
    strbuf_add_text(out, "| ");
    for (int i = 0; i < UI_ACTION_KEYS && action->keys[i]; i++)
        strbuf_addf(out, "%s`%s`", i > 0 ? " " : "", key_format(action->keys[i], name));
    strbuf_addf(out, " | %s |\n", action->help);
}

static void build_table(struct strbuf *out)
{
    strbuf_add_text(out, "| key | does |\n|---|---|\n");
    for (int group = 0; group < UI_GROUP_COUNT; group++) {
        strbuf_addf(out, "| **%s** | |\n", ui_group_title((enum ui_group)group));
        for (int action = UI_NONE + 1; action < UI_ACTION_COUNT; action++)
            if (ui_actions[action].group == (enum ui_group)group)
                add_action(out, &ui_actions[action]);
    }
}

static void read_readme(struct strbuf *out)
{
    char bytes[4096];
    FILE *file = fopen(README, "r");
    assert_non_null(file);
    for (size_t count; (count = fread(bytes, 1, sizeof(bytes), file)) > 0;)
        strbuf_add(out, bytes, count);
    fclose(file);
}

static void write_readme(const char *page, const char *begin, const char *end, const char *table)
{
    FILE *file = fopen(README, "w");
    assert_non_null(file);
    assert_true(fprintf(file, "%.*s%s%s", (int)(begin - page), page, table, end) > 0);
    assert_int_equal(fclose(file), 0);
}

static void keys_are_those_of_the_table(void **state)
{
    (void)state;
    struct strbuf page, table;
    strbuf_init(&page, MAX_PAGE_BYTES);
    strbuf_init(&table, MAX_PAGE_BYTES);
    read_readme(&page);
    build_table(&table);
    const char *begin = strstr(page.data, BEGIN_MARK);
    assert_non_null(begin);
    begin += strlen(BEGIN_MARK);
    const char *end = strstr(begin, END_MARK);
    assert_non_null(end);
    const char *wish = getenv("GOLDEN_WRITE");
    bool is_same = table.len == (size_t)(end - begin) && memcmp(begin, table.data, table.len) == 0;
    if (wish && strcmp(wish, "1") == 0)
        write_readme(page.data, begin, end, table.data);
    else if (!is_same)
        fail_msg("README.md has other keys; GOLDEN_WRITE=1 writes these:\n%s", table.data);
    strbuf_finish(&page);
    strbuf_finish(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(keys_are_those_of_the_table)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}

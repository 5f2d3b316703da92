/* A rule tells of what a real service did: on the screen, to the terminal and to a command. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e2e/stage.h"
#include "support/environment.h"

static bool has_notification(struct term *t, const void *context)
{
    return strstr(term_log(t)->data, context) != NULL;
}

static bool is_written(struct term *t, const void *path)
{
    (void)t;
    return access(path, R_OK) == 0;
}

static void read_text(const char *path, char *out, size_t size)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(out, 1, size - 1, file);
    out[length] = '\0';
    fclose(file);
}

static void rule_tells_by_bell_notification_and_command(void **state)
{
    (void)state;
    struct stage stage;
    char settings[900], program[400], path[400], id[64], said[600];
    snprintf(path, sizeof(path), "%s/told", scratch_folder());
    snprintf(program, sizeof(program), "%s",
             scratch_file("note",
                          "#!/bin/sh\n"
                          "printf '%s|%s|%s|%s|%s' \"$1\" \"$QUERYTOP_RULE\" \"$QUERYTOP_ID\" "
                          "\"$QUERYTOP_STATE\" \"$QUERYTOP_TITLE\" >\"$HOME/told.new\"\n"
                          "mv \"$HOME/told.new\" \"$HOME/told\"\n",
                          0700));
    snprintf(settings, sizeof(settings),
             "poll = 200ms\n\n[tell ends]\nwhen = state=succeeded\ncommand = %s '$(id) two'\n",
             program);
    const char *const env[] = {"TMUX", "STY", NULL};
    stage_open(&stage, &(struct stage_options){
                           .sandbox = stage_slow, .settings = settings, .env = env, .cols = 120});
    service_submit(stage.service, "order_items", "users.region", id, sizeof(id));
    assert_shows(&stage, "ends: succeeded");
    assert_true(term_wait_until(stage.term, has_notification, "\033]9;querytop: ends: succeeded",
                                TERM_PATIENCE_MS));
    assert_true(term_wait_until(stage.term, is_written, path, TERM_PATIENCE_MS));
    read_text(path, said, sizeof(said));
    char expected[300];
    snprintf(expected, sizeof(expected), "$(id) two|ends|%s|succeeded|", id);
    assert_memory_equal(said, expected, strlen(expected));
    term_key(stage.term, "V");
    assert_shows(&stage, "Events: changes of state");
    term_key(stage.term, "Esc");
    stage_close(&stage);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rule_tells_by_bell_notification_and_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

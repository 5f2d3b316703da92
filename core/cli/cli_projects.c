#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/timefmt.h"
#include "cli/cli_output.h"

#define COLUMN_COUNT_PROJECTS (sizeof(row) / sizeof(row[0]))

static const struct cli_column row[] = {
    {.title = "PROFILE", .max_cols = 20, .priority = 5},
    {.title = "WORKSPACE", .max_cols = 12, .priority = 4},
    {.title = "PROJECT", .max_cols = 30},
    {.title = "BRANCH", .max_cols = 30, .priority = 1},
    {.title = "AHEAD", .is_right = true, .is_number = true, .max_cols = 6, .priority = 2},
    {.title = "BEHIND", .is_right = true, .is_number = true, .max_cols = 6, .priority = 2},
    {.title = "GIT", .max_cols = 16, .priority = 3},
    {.title = "REMOTE", .priority = 6},
};

/* ---- writing --------------------------------------------------------------------------------- */

static const char *count_text(char text[TIMEFMT_BYTES], int64_t count)
{
    if (count == UNKNOWN)
        return NULL;
    snprintf(text, TIMEFMT_BYTES, "%" PRId64, count);
    return text;
}

static const char *git_word(const struct item *project)
{
    static const char *const words[] = {"dirty", "clean"};
    if (project->state)
        return project->state;
    return project->is_clean < 0 ? NULL : words[project->is_clean != 0];
}

static void add_row(struct cli_output *out, const char *profile, const struct item_list *list,
                    const struct item *project)
{
    char ahead[TIMEFMT_BYTES], behind[TIMEFMT_BYTES];
    cli_rows_add(out, (const char *[]){profile, list->workspace,
                                       project->name ? project->name : project->id, project->branch,
                                       count_text(ahead, project->ahead),
                                       count_text(behind, project->behind), git_word(project),
                                       project->remote_url});
}

static void add_item(struct cli_output *out, const char *profile, const struct item_list *list,
                     const struct item *project)
{
    struct json *object = json_new_object();
    json_set_string(object, "profile", profile);
    json_set_string(object, "workspace", list->workspace);
    json_set_string(object, "id", project->id);
    json_set_string(object, "name", project->name);
    json_set_string(object, "branch", project->branch);
    json_set_string(object, "remote_branch", project->remote_branch);
    json_set_string(object, "remote_url", project->remote_url);
    document_set_number(object, "ahead", project->ahead);
    document_set_number(object, "behind", project->behind);
    json_set(object, "is_clean", project->is_clean < 0 ? NULL : json_new_bool(project->is_clean));
    json_set_string(object, "git_status", project->state);
    json_set_string(object, "last_commit", project->last_commit);
    json_set_bool(object, "is_read_only", project->is_read_only);
    cli_document_add(out, object);
}

static size_t add_all(const struct cli *cli, struct cli_output *out)
{
    bool is_document = cli_is_document(cli);
    size_t count = 0;
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        const char *profile = cli->snapshot->sources[i].profile;
        const struct item_list *list = cli->snapshot->items[i];
        for (size_t at = 0; list && at < list->item_count; at++) {
            if (list->items[at].kind != ITEM_PROJECT)
                continue;
            count++;
            if (is_document)
                add_item(out, profile, list, &list->items[at]);
            else
                add_row(out, profile, list, &list->items[at]);
        }
    }
    return count;
}

static size_t write_all(const struct cli *cli)
{
    struct cli_output out;
    cli_output_init(&out, stdout, cli->format, cli->colour);
    bool is_document = cli_is_document(cli);
    if (is_document)
        cli_document_begin(&out, cli_document_head(cli, "querytop.projects/1"), "projects");
    else
        cli_rows_begin(&out, row, COLUMN_COUNT_PROJECTS);
    size_t count = add_all(cli, &out);
    if (is_document)
        cli_document_end(&out);
    else
        cli_rows_end(&out);
    cli_output_finish(&out);
    return count;
}

/* ---- the verb -------------------------------------------------------------------------------- */

int cli_projects(struct cli *cli, struct error *err)
{
    if (!cli_poll(cli, err) || !cli_read_items(cli, ITEM_PROJECT, err))
        return cli_fail(err);
    size_t count = write_all(cli);
    int exit_code = cli_tell_item_errors(cli, ITEM_PROJECT);
    return count > 0 ? 0 : exit_code;
}

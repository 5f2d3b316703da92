#include <stdio.h>
#include <string.h>

#include "base/timefmt.h"
#include "cli/cli_output.h"

enum item_kind cli_item_kind(const struct cli_verb *verb)
{
    for (int kind = 0; kind < ITEM_KIND_COUNT; kind++) {
        if (strcmp(item_kinds[kind].name, verb->name) == 0 ||
            strcmp(item_kinds[kind].plural, verb->name) == 0)
            return (enum item_kind)kind;
    }
    return ITEM_KIND_COUNT;
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool has_items(const struct source_status *status, enum item_kind kind)
{
    return cli_has_answered(status) && status->caps & item_kinds[kind].cap;
}

static bool are_all_read(const struct cli *cli, void *context)
{
    const enum item_kind *kind = context;
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        if (has_items(&cli->snapshot->sources[i], *kind) && !cli->snapshot->items[i])
            return false;
    }
    return true;
}

bool cli_read_items(struct cli *cli, enum item_kind kind, struct error *err)
{
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        if (has_items(&cli->snapshot->sources[i], kind) &&
            !engine_want_items(cli->engine, (uint16_t)i, err))
            return false;
    }
    return cli_await(cli, are_all_read, &kind, err);
}

int cli_tell_item_errors(const struct cli *cli, enum item_kind kind)
{
    int exit_code = 0;
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        const struct source_status *status = &cli->snapshot->sources[i];
        const struct item_list *list = cli->snapshot->items[i];
        bool has_any = status->caps & item_kinds[kind].cap;
        if (cli_has_answered(status) && !has_any)
            cli_say("%s: this service has no %s", status->profile, item_kinds[kind].plural);
        if (!list || !list->error.code || !has_any)
            continue;
        cli_say("%s: %s", status->profile, list->error.message);
        exit_code = cli_worse(exit_code, cli_fail(&list->error));
    }
    return exit_code;
}

/* ---- writing --------------------------------------------------------------------------------- */

static struct json *parameters_json(const struct item *item)
{
    if (item->kind != ITEM_TEMPLATE)
        return NULL;
    struct json *object = json_new_object();
    for (size_t i = 0; i < item->parameter_count; i++)
        json_set_string(object, item->parameters[i].name, item->parameters[i].value);
    return object;
}

static struct json *item_json(const char *profile, const struct item *item)
{
    char when[TIMEFMT_BYTES];
    struct json *object = json_new_object();
    json_set_string(object, "profile", profile);
    json_set_string(object, "id", item->id);
    json_set_string(object, "name", item->name);
    json_set_string(object, "state", item->state);
    json_set_string(object, "owner", item->owner);
    json_set_string(object, "timing", item->timing);
    json_set_string(object, item->kind == ITEM_RUN ? "created_at" : "changed_at",
                    item->changed_ms != UNKNOWN ? format_utc(when, item->changed_ms) : NULL);
    json_set_string(object, "note", item->note);
    json_set_string(object, "sql", item->sql);
    json_set_string(object, "command", item->command);
    json_set(object, "parameters", parameters_json(item));
    return object;
}

/* PROFILE, ID, the columns of the kind, and of a connection the line for the shell. */
#define COLUMNS_MAX (ITEM_COLUMNS_MAX + 3)

static size_t columns_of(enum item_kind kind, struct cli_column out[COLUMNS_MAX])
{
    const struct item_column *cells_of = item_kinds[kind].columns;
    size_t count = 0;
    out[count++] = (struct cli_column){.title = "PROFILE", .max_cols = 20, .priority = 3};
    out[count++] = (struct cli_column){.title = "ID", .max_cols = 40, .priority = 2};
    for (size_t i = 0; i < ITEM_COLUMNS_MAX && cells_of[i].title; i++)
        out[count++] =
            (struct cli_column){.title = cells_of[i].title[0] ? cells_of[i].title : "NOTE",
                                .max_cols = cells_of[i].max_cols,
                                .priority = i ? 1 : 0};
    if (kind == ITEM_CONNECTION)
        out[count++] = (struct cli_column){.title = "COMMAND"};
    return count;
}

static void add_row(const struct cli *cli, struct cli_output *out, const char *profile,
                    const struct item *item)
{
    char scratch[ITEM_COLUMNS_MAX][ITEM_CELL_BYTES];
    const char *cells[COLUMNS_MAX] = {profile, item->id};
    const struct item_column *cells_of = item_kinds[item->kind].columns;
    size_t i = 0;
    for (; i < ITEM_COLUMNS_MAX && cells_of[i].title; i++)
        cells[i + 2] = cells_of[i].text(item, cli->now_ms, scratch[i]);
    if (item->kind == ITEM_CONNECTION)
        cells[i + 2] = item->command;
    cli_rows_add(out, cells);
}

static void begin(const struct cli *cli, struct cli_output *out, enum item_kind kind,
                  struct json *head)
{
    struct cli_column titles[COLUMNS_MAX];
    cli_output_init(out, stdout, cli->format, cli->colour);
    if (cli_is_document(cli)) {
        cli_document_begin(out, head, item_kinds[kind].plural);
        return;
    }
    json_destroy(head);
    cli_rows_begin(out, titles, columns_of(kind, titles));
}

static size_t add_items(const struct cli *cli, struct cli_output *out, const char *profile,
                        const struct item_list *list, enum item_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; list && i < list->item_count; i++) {
        if (list->items[i].kind != kind)
            continue;
        count++;
        if (cli_is_document(cli))
            cli_document_add(out, item_json(profile, &list->items[i]));
        else
            add_row(cli, out, profile, &list->items[i]);
    }
    return count;
}

static void end(const struct cli *cli, struct cli_output *out)
{
    if (cli_is_document(cli))
        cli_document_end(out);
    else
        cli_rows_end(out);
    cli_output_finish(out);
}

void cli_write_items(const struct cli *cli, const char *profile, const struct item_list *list,
                     enum item_kind kind, struct json *head)
{
    struct cli_output out;
    begin(cli, &out, kind, head);
    add_items(cli, &out, profile, list, kind);
    end(cli, &out);
}

static struct json *head_of(const struct cli *cli, enum item_kind kind)
{
    char schema[40];
    snprintf(schema, sizeof(schema), "querytop.%s/1", item_kinds[kind].plural);
    return cli_document_head(cli, schema);
}

/* ---- one in full ----------------------------------------------------------------------------- */

void cli_show_item(const struct cli *cli, const char *profile, const struct item *item)
{
    struct cli_output out;
    if (cli->format != CLI_TABLE) {
        char schema[40];
        snprintf(schema, sizeof(schema), "querytop.%s/1", item_kinds[item->kind].name);
        struct json *head = cli_document_head(cli, schema);
        json_set(head, item_kinds[item->kind].name, item_json(profile, item));
        cli_output_init(&out, stdout, cli->format, cli->colour);
        cli_document_begin(&out, head, "fields");
        for (size_t i = 0; i < item->field_count; i++)
            cli_document_add(&out, cli_field_json(&item->fields[i]));
        cli_document_end(&out);
        cli_output_finish(&out);
        return;
    }
    cli_print_fields(item->fields, item->field_count);
    if (item->sql) {
        puts("sql");
        cli_print_lines(item->sql);
    }
}

/* ---- the verb -------------------------------------------------------------------------------- */

int cli_items(struct cli *cli, struct error *err)
{
    struct cli_output out;
    enum item_kind kind = cli_item_kind(cli->verb);
    if (!cli_poll(cli, err) || !cli_read_items(cli, kind, err))
        return cli_fail(err);
    size_t count = 0;
    begin(cli, &out, kind, cli_is_document(cli) ? head_of(cli, kind) : NULL);
    for (size_t i = 0; i < cli->snapshot->source_count; i++)
        count +=
            add_items(cli, &out, cli->snapshot->sources[i].profile, cli->snapshot->items[i], kind);
    end(cli, &out);
    int exit_code = cli_tell_item_errors(cli, kind);
    return count > 0 ? 0 : exit_code;
}

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/helptext.h"
#include "base/suggest.h"
#include "cli/cli_output.h"

#define SHOW "show"
/* For an action in --help. */
#define ACTION_COLS 20

/* What is to be done with which item. */
struct errand {
    enum item_kind item;
    bool is_parts; /* branches, runs */
    bool is_show;  /* else, if it is not the parts, kind counts */
    enum action_kind kind;
    uint16_t source;
    const char *name; /* as it was given, without its profile */
    char id[LIMIT_ID_BYTES];
    const char *argument; /* NULL */
    uint64_t action_id;
};

/* ---- the command line ------------------------------------------------------------------------ */

static bool is_ours(enum item_kind item, enum action_kind kind)
{
    const struct action_info *info = &action_infos[kind];
    if (info->target == TARGET_ITEM)
        return info->item == item;
    return info->target == TARGET_SERVICE && kind != ACTION_RUN && info->cap & item_kinds[item].cap;
}

/* NULL: it has none. */
static const char *parts_word(enum item_kind item)
{
    enum item_kind part = item_kinds[item].part;
    return part != ITEM_KIND_COUNT ? item_kinds[part].plural : NULL;
}

const char *cli_item_action(const struct cli_verb *verb, size_t at)
{
    enum item_kind item = cli_item_kind(verb);
    const char *words[ACTION_KIND_COUNT + 3] = {SHOW};
    size_t count = 1;
    if (parts_word(item))
        words[count++] = parts_word(item);
    for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
        if (is_ours(item, kind))
            words[count++] = action_infos[kind].word;
    }
    return at < count ? words[at] : NULL;
}

static bool fail_action(const struct cli *cli, const char *word, struct error *err)
{
    const char *names[ACTION_KIND_COUNT + 3] = {NULL};
    for (size_t i = 0; cli_item_action(cli->verb, i); i++)
        names[i] = cli_item_action(cli->verb, i);
    const char *nearest = suggest_name(word, names, ACTION_KIND_COUNT + 3);
    return error_set(err, ERR_USAGE, "there is no action '%.40s'%s%s; see querytop %s --help", word,
                     nearest ? ", did you mean " : "", nearest ? nearest : "", cli->verb->name);
}

static bool find_action(const struct cli *cli, struct errand *errand, const char *word,
                        struct error *err)
{
    const char *parts = parts_word(errand->item);
    errand->is_show = strcmp(word, SHOW) == 0;
    errand->is_parts = parts && strcmp(word, parts) == 0;
    if (errand->is_show || errand->is_parts)
        return true;
    for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
        if (is_ours(errand->item, kind) && strcmp(action_infos[kind].word, word) == 0) {
            errand->kind = kind;
            return true;
        }
    }
    return fail_action(cli, word, err);
}

static bool is_action(const struct errand *errand)
{
    return !errand->is_show && !errand->is_parts;
}

static bool wants_argument(const struct errand *errand)
{
    return is_action(errand) && action_infos[errand->kind].names_part;
}

static bool is_of_service(const struct errand *errand)
{
    return is_action(errand) && action_infos[errand->kind].target == TARGET_SERVICE;
}

/* Reads the words; a profile that is named is the only one that is asked. */
static bool parse_errand(struct cli *cli, struct errand *errand, struct error *err)
{
    size_t index;
    errand->item = cli_item_kind(cli->verb);
    if (!find_action(cli, errand, cli->args[0], err))
        return false;
    if (wants_argument(errand) && cli->arg_count < 3)
        return error_set(err, ERR_USAGE, "%s which %s? querytop %s %s %.60s %s",
                         action_infos[errand->kind].name,
                         item_kinds[item_kinds[errand->item].part].name, cli->verb->name,
                         cli->args[0], cli->args[1], parts_word(errand->item));
    if (!wants_argument(errand) && cli->arg_count > 2)
        return error_set(err, ERR_USAGE, "%s takes no '%.40s'", cli->args[0], cli->args[2]);
    size_t length = cli_profile_length(&cli->config, cli->args[1], &index);
    errand->name = cli->args[1] + (length ? length + 1 : 0);
    errand->argument = cli->arg_count > 2 ? cli->args[2] : NULL;
    if (is_of_service(errand))
        errand->argument = errand->name;
    const char *profile = cli->config.profiles[length ? index : 0].name;
    return !length || config_select(&cli->config, &profile, 1, err);
}

/* ---- which item ------------------------------------------------------------------------------ */

static bool is_named(const struct item *item, const char *name)
{
    return name && (strcmp(item->id, name) == 0 || (item->name && strcmp(item->name, name) == 0));
}

static bool fail_unknown(const struct cli *cli, const struct errand *errand, struct error *err)
{
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        const struct item_list *list = cli->snapshot->items[i];
        if (list && list->error.code && list->item_count == 0) {
            *err = list->error;
            return error_prefix(err, "%s", cli->snapshot->sources[i].profile);
        }
    }
    return error_set(err, ERR_NO, "there is no %s '%.60s'; `querytop %s` lists them",
                     item_kinds[errand->item].name, errand->name, item_kinds[errand->item].plural);
}

static bool find_item(const struct cli *cli, struct errand *errand, struct error *err)
{
    size_t found = 0;
    for (size_t i = 0; i < cli->snapshot->source_count; i++) {
        const struct item_list *list = cli->snapshot->items[i];
        for (size_t at = 0; list && at < list->item_count; at++) {
            if (list->items[at].kind != errand->item || !is_named(&list->items[at], errand->name))
                continue;
            errand->source = (uint16_t)i;
            snprintf(errand->id, sizeof(errand->id), "%s", list->items[at].id);
            found++;
        }
    }
    if (found == 0)
        return fail_unknown(cli, errand, err);
    return found == 1 ||
           error_set(err, ERR_USAGE,
                     "%zu %s are called %.60s; give the id, and the profile as in %s:%.60s", found,
                     item_kinds[errand->item].plural, errand->name,
                     cli->snapshot->sources[errand->source].profile, errand->name);
}

static bool find_service(const struct cli *cli, const struct errand *errand, struct error *err)
{
    return cli->snapshot->source_count == 1 ||
           error_set(err, ERR_USAGE, "of which profile? name it as in %s:%.60s",
                     cli->snapshot->sources[0].profile, errand->name);
}

static bool find_place(struct cli *cli, struct errand *errand, struct error *err)
{
    if (is_of_service(errand))
        return find_service(cli, errand, err);
    return cli_read_items(cli, errand->item, err) && find_item(cli, errand, err);
}

/* ---- before ---------------------------------------------------------------------------------- */

static bool check_place(const struct cli *cli, const struct errand *errand, struct error *err)
{
    const struct action_info *info = &action_infos[errand->kind];
    const struct source_status *status = &cli->snapshot->sources[errand->source];
    if (info->class != ACTION_CLASS_OWN && status->mode == MODE_READ_ONLY)
        return source_allows_actions(status, cli->now_ms, err);
    if (info->needs_dev && strcmp(status->workspace, "production") == 0)
        return error_set(err, ERR_NO,
                         "%s: %s is possible in a dev workspace only; set workspace = dev in the "
                         "profile",
                         status->profile, info->name);
    return true;
}

static bool confirm(const struct cli *cli, const struct errand *errand, struct error *err)
{
    const struct action_info *info = &action_infos[errand->kind];
    if (info->class == ACTION_CLASS_OWN || cli->is_yes)
        return true;
    cli_putf(stderr, "%s:%s: %s%s%s?\n", cli->snapshot->sources[errand->source].profile,
             errand->name, info->name, errand->argument ? " " : "",
             errand->argument ? errand->argument : "");
    if (info->warning)
        cli_putf(stderr, "  %s\n", info->warning);
    return info->class == ACTION_CLASS_DANGER ? cli_ask_word(errand->name, err) : cli_ask(err);
}

/* ---- parts ----------------------------------------------------------------------------------- */

static const struct item_list *parts_of(const struct cli *cli, const struct errand *errand)
{
    const struct item_list *list = cli->snapshot->parts[errand->source];
    return list && strcmp(list->item_id, errand->id) == 0 ? list : NULL;
}

static bool are_parts_read(const struct cli *cli, void *context)
{
    return parts_of(cli, context);
}

static struct json *branch_json(const struct item *branch)
{
    struct json *object = json_new_object();
    json_set_string(object, "name", branch->name);
    json_set_string(object, "remote_name", branch->remote_branch);
    json_set_string(object, "owner", branch->owner);
    json_set_bool(object, "is_current", branch->is_current);
    json_set_bool(object, "is_production", branch->is_production);
    json_set_bool(object, "is_personal", branch->is_personal);
    json_set_bool(object, "is_read_only", branch->is_read_only);
    document_set_number(object, "ahead", branch->ahead);
    document_set_number(object, "behind", branch->behind);
    json_set_string(object, "error", branch->note);
    return object;
}

static const char *count_text(char *out, size_t size, int64_t count)
{
    snprintf(out, size, "%lld", (long long)count);
    return count == UNKNOWN ? NULL : out;
}

static void add_branch_row(struct cli_output *out, const struct item *branch)
{
    char ahead[24], behind[24], notes[LIMIT_NAME_BYTES];
    snprintf(notes, sizeof(notes), "%s%s%s", branch->is_production ? "production " : "",
             branch->is_personal ? "personal " : "", branch->is_read_only ? "read-only" : "");
    size_t length = strlen(notes);
    if (length && notes[length - 1] == ' ')
        notes[length - 1] = '\0';
    cli_rows_add(out, (const char *[]){branch->is_current ? "*" : "", branch->name,
                                       count_text(ahead, sizeof(ahead), branch->ahead),
                                       count_text(behind, sizeof(behind), branch->behind), notes,
                                       branch->remote_branch});
}

static void write_branch_rows(struct cli_output *out, const struct item_list *list)
{
    static const struct cli_column row[] = {
        {.title = " ", .max_cols = 1},
        {.title = "BRANCH", .max_cols = 40},
        {.title = "AHEAD", .is_right = true, .is_number = true, .max_cols = 6, .priority = 2},
        {.title = "BEHIND", .is_right = true, .is_number = true, .max_cols = 6, .priority = 2},
        {.title = "KIND", .max_cols = 30, .priority = 3},
        {.title = "REMOTE", .priority = 4},
    };
    cli_rows_begin(out, row, sizeof(row) / sizeof(row[0]));
    for (size_t i = 0; i < list->item_count; i++)
        add_branch_row(out, &list->items[i]);
    cli_rows_end(out);
}

static struct json *head_json(const struct cli *cli, const struct errand *errand,
                              const char *schema)
{
    struct json *head = cli_document_head(cli, schema);
    json_set_string(head, "profile", cli->snapshot->sources[errand->source].profile);
    json_set_string(head, item_kinds[errand->item].name, errand->id[0] ? errand->id : NULL);
    return head;
}

static void write_branches(const struct cli *cli, const struct errand *errand,
                           const struct item_list *list)
{
    struct cli_output out;
    cli_output_init(&out, stdout, cli->format, cli->colour);
    if (cli->format == CLI_TABLE) {
        write_branch_rows(&out, list);
    } else {
        cli_document_begin(&out, head_json(cli, errand, "querytop.branches/1"), "branches");
        for (size_t i = 0; i < list->item_count; i++)
            cli_document_add(&out, branch_json(&list->items[i]));
        cli_document_end(&out);
    }
    cli_output_finish(&out);
}

static int list_parts(struct cli *cli, struct errand *errand, struct error *err)
{
    if (!engine_want_parts(cli->engine, errand->source, errand->id, err) ||
        !cli_await(cli, are_parts_read, errand, err))
        return cli_fail(err);
    const char *profile = cli->snapshot->sources[errand->source].profile;
    const struct item_list *list = parts_of(cli, errand);
    if (list->error.code) {
        *err = list->error;
        error_prefix(err, "%s:%s", profile, errand->name);
        return cli_fail(err);
    }
    if (errand->item == ITEM_PROJECT)
        write_branches(cli, errand, list);
    else
        cli_write_items(cli, profile, list, item_kinds[errand->item].part,
                        head_json(cli, errand, "querytop.runs/1"));
    return 0;
}

static int show(const struct cli *cli, const struct errand *errand)
{
    const struct item *item =
        item_list_find(cli->snapshot->items[errand->source], errand->item, errand->id);
    if (item)
        cli_show_item(cli, cli->snapshot->sources[errand->source].profile, item);
    return 0;
}

/* ---- what came of it ------------------------------------------------------------------------- */

static const char *const levels[] = {
    [FINDING_OK] = "ok",
    [FINDING_NOTE] = "note",
    [FINDING_WARNING] = "warning",
    [FINDING_ERROR] = "error",
};

/* NULL when the action makes none. */
static const struct item_report *report_of(const struct cli *cli, const struct errand *errand)
{
    const struct item_report *report = cli->snapshot->reports[errand->source];
    bool is_ours =
        report && report->kind == errand->kind && strcmp(report->item_id, errand->id) == 0;
    return is_ours ? report : NULL;
}

static void print_finding(const struct errand *errand, const struct finding *finding)
{
    cli_putf(stdout, "%s", finding->file ? finding->file : errand->name);
    if (finding->line > 0)
        cli_putf(stdout, ":%d", finding->line);
    cli_putf(stdout, ": %s: %s\n", levels[finding->level], finding->message);
}

/* Without a message it is none. */
static void set_finding(struct json *object, const struct finding *finding)
{
    json_set_string(object, "level", finding->message ? levels[finding->level] : NULL);
    json_set_string(object, "message", finding->message);
    json_set_string(object, "file", finding->file);
    json_set(object, "line", finding->line > 0 ? json_new_int(finding->line) : NULL);
}

static void write_lines(const struct cli *cli, const struct errand *errand,
                        const struct action_record *record, const struct item_report *report)
{
    char text[400];
    for (size_t i = 0; report && i < report->finding_count; i++)
        print_finding(errand, &report->findings[i]);
    action_format(record, cli->now_ms, text, sizeof(text));
    cli_putf(stdout, "%s:%s  %s", cli->snapshot->sources[errand->source].profile, errand->name,
             text);
    bool has_more = report && report->summary && !strstr(text, report->summary);
    cli_putf(stdout, "%s%s\n", has_more ? ": " : "", has_more ? report->summary : "");
}

static void set_outcome(struct json *object, const struct errand *errand,
                        const struct action_record *record, const struct item_report *report)
{
    json_set_string(object, "action", action_infos[errand->kind].word);
    json_set_string(object, "argument", errand->argument);
    json_set_string(object, "state", action_state_name(record->state));
    json_set_string(object, "words", record->words[0] ? record->words : NULL);
    json_set_string(object, "summary", report ? report->summary : NULL);
    json_set_bool(object, "is_cut", report && report->is_cut);
}

/* NDJSON, CSV and TSV have no head: each item tells the outcome too, and one does though nothing
 * was found. */
static void write_rows(const struct cli *cli, const struct errand *errand,
                       const struct action_record *record, const struct item_report *report)
{
    static const struct finding nothing;
    size_t count = report ? report->finding_count : 0;
    struct cli_output out;
    cli_output_init(&out, stdout, cli->format, cli->colour);
    for (size_t i = 0; i < (count ? count : 1); i++) {
        struct json *row = json_new_object();
        json_set_string(row, "profile", cli->snapshot->sources[errand->source].profile);
        json_set_string(row, item_kinds[errand->item].name, errand->id[0] ? errand->id : NULL);
        set_outcome(row, errand, record, report);
        set_finding(row, count ? &report->findings[i] : &nothing);
        cli_document_add(&out, row);
    }
    cli_output_finish(&out);
}

static void write_document(const struct cli *cli, const struct errand *errand,
                           const struct action_record *record, const struct item_report *report)
{
    struct cli_output out;
    char schema[40];
    snprintf(schema, sizeof(schema), "querytop.%s/1", item_kinds[errand->item].name);
    struct json *head = head_json(cli, errand, schema);
    set_outcome(head, errand, record, report);
    cli_output_init(&out, stdout, cli->format, cli->colour);
    cli_document_begin(&out, head, "findings");
    for (size_t i = 0; report && i < report->finding_count; i++) {
        struct json *finding = json_new_object();
        set_finding(finding, &report->findings[i]);
        cli_document_add(&out, finding);
    }
    cli_document_end(&out);
    cli_output_finish(&out);
}

static int tell_end(const struct cli *cli, const struct errand *errand,
                    const struct action_record *record)
{
    const struct item_report *report = report_of(cli, errand);
    bool has_errors = false;
    for (size_t i = 0; report && i < report->finding_count; i++)
        has_errors |= report->findings[i].level == FINDING_ERROR;
    if (cli->format == CLI_TABLE)
        write_lines(cli, errand, record, report);
    else if (cli->format == CLI_JSON)
        write_document(cli, errand, record, report);
    else
        write_rows(cli, errand, record, report);
    if (report && report->is_cut)
        cli_say("not all findings: there are more than are kept");
    return cli_worse(cli_action_exit_code(record), has_errors);
}

/* ---- the verb -------------------------------------------------------------------------------- */

static bool is_answered(const struct cli *cli, void *context)
{
    const struct errand *errand = context;
    const struct action_record *record = snapshot_action(cli->snapshot, errand->action_id);
    return record && action_is_final(record->state);
}

static void describe(const struct cli *cli, void *context, char *out, size_t size)
{
    const struct errand *errand = context;
    snprintf(out, size, "%s:%s: %s", cli->snapshot->sources[errand->source].profile, errand->name,
             action_infos[errand->kind].name);
}

static int act(struct cli *cli, struct errand *errand, struct error *err)
{
    bool is_own = action_infos[errand->kind].class == ACTION_CLASS_OWN;
    if (!check_place(cli, errand, err) || !confirm(cli, errand, err))
        return cli_fail(err);
    cli_renew_deadline(cli);
    if (!is_own && !cli_arm(cli, errand->source, err))
        return cli_fail(err);
    if (!engine_act_on_item(cli->engine, errand->kind, errand->source, errand->id, errand->argument,
                            &errand->action_id, err) ||
        !cli_await_telling(cli, is_answered, describe, errand, err))
        return cli_fail(err);
    return tell_end(cli, errand, snapshot_action(cli->snapshot, errand->action_id));
}

int cli_item(struct cli *cli, struct error *err)
{
    struct errand errand = {0};
    if (!parse_errand(cli, &errand, err))
        return cli_fail(err);
    bool asks = is_action(&errand) && action_infos[errand.kind].class != ACTION_CLASS_OWN;
    if ((asks && !cli_check_askable(cli, "--yes does it", err)) || !cli_poll(cli, err) ||
        !find_place(cli, &errand, err))
        return cli_fail(err);
    if (errand.is_show)
        return show(cli, &errand);
    return errand.is_parts ? list_parts(cli, &errand, err) : act(cli, &errand, err);
}

static void print_item_action(const struct action_info *info)
{
    char text[400];
    snprintf(text, sizeof(text), "%s%s%s%s", info->name,
             info->needs_dev ? "; dev workspace only" : "", info->warning ? ". " : "",
             info->warning ? info->warning : "");
    helptext_put(stdout, info->word, ACTION_COLS, text);
}

void cli_print_item_actions(const struct cli_verb *verb)
{
    enum item_kind item = cli_item_kind(verb);
    const char *name = item_kinds[item].name;
    printf("\nactions (for one of several profiles: profile:NAME):\n");
    printf("  %-*s everything that is known of the %s\n", ACTION_COLS, SHOW, name);
    if (parts_word(item))
        printf("  %-*s lists the %s's %s\n", ACTION_COLS, parts_word(item), name, parts_word(item));
    for (int kind = 0; kind < ACTION_KIND_COUNT; kind++) {
        const struct action_info *info = &action_infos[kind];
        if (is_ours(item, kind))
            print_item_action(info);
    }
}

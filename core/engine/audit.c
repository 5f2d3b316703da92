#include "engine/audit.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/append_file.h"
#include "base/clock.h"
#include "base/sanitize.h"
#include "base/strbuf.h"
#include "base/timefmt.h"
#include "engine/state_file.h"
#include "net/json.h"

#define SCHEMA     "querytop.audit/1"
#define FILE_NAME  "audit.jsonl"
#define LINE_BYTES (4 * LIMIT_MIB)
/* One parameter of a new query; of its SQL there is more, so that nothing hides behind a remark. */
#define VALUE_BYTES 1024
#define CUT_MARK    " [cut]"

void audit_init(struct audit *audit)
{
    struct passwd entry, *user = NULL;
    char text[4096];
    char name[LIMIT_NAME_BYTES] = "";
    *audit = (struct audit){.usual_path = state_file_path(FILE_NAME)};
    if (getpwuid_r(getuid(), &entry, text, sizeof(text), &user) == 0 && user)
        sanitize_line(audit->os_user, sizeof(audit->os_user), user->pw_name);
    else
        snprintf(audit->os_user, sizeof(audit->os_user), "%lu", (unsigned long)getuid());
    if (gethostname(name, sizeof(name) - 1) == 0)
        sanitize_line(audit->machine, sizeof(audit->machine), name);
}

void audit_finish(struct audit *audit)
{
    free(audit->usual_path);
    *audit = (struct audit){0};
}

bool audit_is_on(const struct profile *profile)
{
    return !profile->is_transient &&
           !(profile->audit_log && strcmp(profile->audit_log, "off") == 0);
}

const char *audit_path(const struct audit *audit, const struct profile *profile)
{
    if (!audit_is_on(profile))
        return NULL;
    return profile->audit_log ? profile->audit_log : audit->usual_path;
}

static bool find_place(const struct audit *audit, const struct profile *profile,
                       const char **out_path, struct error *err)
{
    *out_path = audit_path(audit, profile);
    if (!*out_path)
        return error_set(err, ERR_CONFIG, "HOME is not set; set it, or audit_log");
    return state_file_make_folder(*out_path, err);
}

bool audit_check(const struct audit *audit, const struct profile *profile, struct error *err)
{
    const char *path;
    return !audit_is_on(profile) ||
           (find_place(audit, profile, &path, err) && append_file_check(path, err));
}

/* ---- a line ---- */

/* What people typed is cleaned; where the end is missing, that is said. */
static struct json *clean_text(const char *text, size_t max_bytes)
{
    struct strbuf clean;
    strbuf_init(&clean, max_bytes);
    if (!sanitize(&clean, text, strlen(text), SANITIZE_LINE)) {
        clean.max += strlen(CUT_MARK);
        strbuf_add_text(&clean, CUT_MARK);
    }
    struct json *value = json_new_string_len(clean.data, clean.len);
    strbuf_finish(&clean);
    return value;
}

/* "" is as good as nothing. */
static void set_text(struct json *object, const char *key, const char *text)
{
    if (text && text[0])
        json_set(object, key, clean_text(text, VALUE_BYTES));
}

static void set_list(struct json *object, const char *key, const char *const *texts, size_t count)
{
    struct json *list = json_new_array();
    for (size_t i = 0; i < count; i++)
        json_push(list, clean_text(texts[i], VALUE_BYTES));
    json_set(object, key, list);
}

static void set_filters(struct json *object, const struct run_spec *spec)
{
    struct json *filters = json_new_object();
    for (size_t i = 0; i < spec->filter_count; i++)
        json_set(filters, spec->filters[i].field, clean_text(spec->filters[i].value, VALUE_BYTES));
    json_set(object, "filters", filters);
}

static void set_parameters(struct json *object, const struct run_spec *spec)
{
    struct json *parameters = json_new_object();
    for (size_t i = 0; i < spec->parameter_count; i++)
        json_set(parameters, spec->parameters[i].name,
                 clean_text(spec->parameters[i].value, VALUE_BYTES));
    json_set(object, "parameters", parameters);
}

static struct json *spec_json(const struct run_spec *spec)
{
    struct json *object = json_new_object();
    set_text(object, "query", spec->query);
    set_text(object, "look", spec->look_id);
    set_text(object, "template", spec->template_id);
    if (spec->sql)
        json_set(object, "sql", clean_text(spec->sql, LIMIT_DETAIL_SQL_BYTES));
    set_text(object, "model", spec->model);
    set_text(object, "explore", spec->explore);
    if (spec->field_count)
        set_list(object, "fields", spec->fields, spec->field_count);
    if (spec->filter_count)
        set_filters(object, spec);
    if (spec->parameter_count)
        set_parameters(object, spec);
    set_text(object, "limit", spec->limit);
    set_text(object, "database", spec->database);
    set_text(object, "ctas_dataset", spec->ctas_dataset);
    set_text(object, "insert_into", spec->insert_into);
    return object;
}

static void set_who(struct json *line, const struct audit *audit, const struct audit_entry *entry)
{
    json_set_string(line, "os_user", audit->os_user);
    json_set_string(line, "machine", audit->machine);
    json_set_int(line, "pid", getpid());
    json_set_string(line, "profile", entry->profile->name);
    json_set_string(line, "base_url", entry->profile->base_url);
    set_text(line, "client_id", entry->profile->client_id);
    set_text(line, "account", entry->status->user);
}

static void set_target(struct json *line, const struct audit_entry *entry)
{
    const struct action_record *record = entry->record;
    set_text(line, "task", record->task_id);
    set_text(line, "title", record->task_title);
    if (entry->task)
        set_text(line, "task_user", task_text(entry->task, TASK_USER));
    set_text(line, "item", record->item_id);
    set_text(line, "argument", record->argument);
    if (entry->spec)
        json_set(line, "run", spec_json(entry->spec));
}

static struct json *line_json(const struct audit *audit, const struct audit_entry *entry)
{
    const struct action_record *record = entry->record;
    char time[TIMEFMT_BYTES];
    struct json *line = json_new_object();
    json_set_string(line, "schema", SCHEMA);
    json_set_string(line, "at", format_utc(time, clock_wall_ms()));
    json_set_string(line, "action", action_infos[record->kind].word);
    json_set_int(line, "number", (int64_t)record->id);
    json_set_string(line, "asked_at", format_utc(time, record->asked_ms));
    json_set_string(line, "state", action_state_name(record->state));
    set_who(line, audit, entry);
    set_target(line, entry);
    set_text(line, "words", record->words);
    set_text(line, "new_task", record->new_task_id);
    return line;
}

bool audit_write(const struct audit *audit, const struct audit_entry *entry, struct error *err)
{
    const char *path;
    if (!audit_is_on(entry->profile))
        return true;
    if (!find_place(audit, entry->profile, &path, err))
        return false;
    struct strbuf text;
    strbuf_init(&text, LINE_BYTES);
    struct json *line = line_json(audit, entry);
    json_format(line, false, &text);
    json_destroy(line);
    bool is_written = append_file_line(path, text.data, text.len, err);
    strbuf_finish(&text);
    return is_written;
}

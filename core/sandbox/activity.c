#include "sandbox/activity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/xalloc.h"

static const char SCHEMA[] =
    "CREATE TABLE history (id INTEGER PRIMARY KEY, slug, status, source, issuer_source,"
    " result_source, message, connection_name, dialect, workspace_id, result_format, cache_key,"
    " runtime REAL, rebuild_pdts, created_at, completed_at, query_id INTEGER, user_id INTEGER,"
    " look_id INTEGER, dashboard_id);"
    "CREATE TABLE query (id INTEGER UNIQUE, slug, model, view, formatted_fields, row_limit);"
    "CREATE TABLE user (id INTEGER UNIQUE, name, email);"
    "CREATE TABLE look (id INTEGER UNIQUE, title);"
    "BEGIN";

enum table { TABLE_HISTORY, TABLE_QUERY, TABLE_USER, TABLE_LOOK, TABLE_COUNT };

static const char *const INSERTS[TABLE_COUNT] = {
    [TABLE_HISTORY] = "INSERT INTO history VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
    [TABLE_QUERY] = "INSERT OR IGNORE INTO query VALUES (?,?,?,?,?,?)",
    [TABLE_USER] = "INSERT OR IGNORE INTO user VALUES (?,?,?)",
    [TABLE_LOOK] = "INSERT OR IGNORE INTO look VALUES (?,?)",
};

/* Fills the tables, one row after the other. */
struct writer {
    sqlite3 *db;
    sqlite3_stmt *statements[TABLE_COUNT];
    sqlite3_stmt *row; /* that is being written */
    int column;
};

static void begin_row(struct writer *w, enum table table)
{
    w->row = w->statements[table];
    w->column = 0;
}

static void end_row(struct writer *w)
{
    sqlite3_step(w->row);
    sqlite3_reset(w->row);
}

static void put_text(struct writer *w, const char *text)
{
    sqlite3_bind_text(w->row, ++w->column, text, -1, SQLITE_TRANSIENT);
}

static void put_number(struct writer *w, int64_t number)
{
    sqlite3_bind_int64(w->row, ++w->column, number);
}

static void put_time(struct writer *w, int64_t wall_ms)
{
    char text[32];
    struct tm tm;
    time_t s = (time_t)(wall_ms / 1000);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", gmtime_r(&s, &tm));
    put_text(w, text);
}

/* The database's own number, which is an id in API 3.1 alone. */
static void put_query_id(struct writer *w, struct queries *queries, const struct query *query)
{
    if (query)
        put_number(w, queries_number(queries, query_id(query)));
    else
        put_text(w, NULL);
}

static const char *message_of(const struct query_task *task)
{
    if (task->status == STATUS_KILLED)
        return "Query killed";
    if (task->status != STATUS_ERROR)
        return NULL;
    if (task->sql_error)
        return task->sql_error;
    return task->result && task->result->error
               ? task->result->error
               : "The SQLite database encountered an error while running this query.";
}

static void write_history(struct writer *w, struct queries *queries, const struct query_task *task)
{
    const struct task_order *order = &task->order;
    char slug[17];
    char cache_key[17];
    snprintf(slug, sizeof(slug), "%.16s", task->id + 8);
    snprintf(cache_key, sizeof(cache_key), "%.16s", task->id);
    begin_row(w, TABLE_HISTORY);
    put_number(w, (int64_t)task->number);
    put_text(w, slug);
    put_text(w, task_status_word(task->status));
    put_text(w, order->source);
    put_text(w, order->source);
    put_text(w, "query");
    put_text(w, message_of(task));
    put_text(w, EXPLORE_CONNECTION);
    put_text(w, "sqlite");
    put_text(w, "production");
    put_text(w, order->format_name);
    put_text(w, cache_key);
    int64_t ran_ms = task->started_ms ? task->ended_ms - task->started_ms : 0;
    sqlite3_bind_double(w->row, ++w->column, (double)ran_ms / 1000);
    put_number(w, order->rebuild_pdts);
    put_time(w, order->created_ms);
    put_time(w, task->ended_ms);
    put_query_id(w, queries, order->query);
    put_text(w, order->user->id);
    put_text(w, order->look ? order->look->id : order->look_id);
    put_text(w, order->dashboard_id);
    end_row(w);
}

static void write_query(struct writer *w, struct queries *queries, const struct query *query)
{
    const struct query_spec *spec = query_spec(query);
    struct strbuf fields;
    strbuf_init(&fields, 4096);
    for (size_t i = 0; i < spec->field_count; i++)
        strbuf_addf(&fields, "%s\"%s\"", i ? ", " : "[", spec->fields[i]);
    strbuf_add_text(&fields, spec->field_count ? "]" : "[]");
    begin_row(w, TABLE_QUERY);
    put_query_id(w, queries, query);
    put_text(w, query_slug(query));
    put_text(w, spec->model);
    put_text(w, spec->view);
    put_text(w, fields.data);
    put_text(w, spec->limit);
    end_row(w);
    strbuf_finish(&fields);
}

static void write_user(struct writer *w, const struct account *account)
{
    char name[256];
    begin_row(w, TABLE_USER);
    put_text(w, account->id);
    put_text(w, account_name(account, name, sizeof(name)));
    put_text(w, account->email);
    end_row(w);
}

static void write_look(struct writer *w, const struct look *look)
{
    begin_row(w, TABLE_LOOK);
    put_text(w, look->id);
    put_text(w, look->title);
    end_row(w);
}

static void write_all(struct writer *w, struct sandbox *sandbox)
{
    const struct query_task *task;
    service_lock(sandbox);
    TAILQ_FOREACH(task, &sandbox->tasks.ended, life_link)
    {
        if (task->order.is_activity)
            continue;
        write_history(w, &sandbox->queries, task);
        write_user(w, task->order.user);
        if (task->order.query)
            write_query(w, &sandbox->queries, task->order.query);
        if (task->order.look)
            write_look(w, task->order.look);
    }
    service_unlock(sandbox);
}

/* The past as it is now, in the form that runners read. */
static bool take_picture(struct sandbox *sandbox, struct dataset *out)
{
    struct writer w = {0};
    bool is_ready = sqlite3_open(":memory:", &w.db) == SQLITE_OK &&
                    sqlite3_exec(w.db, SCHEMA, NULL, NULL, NULL) == SQLITE_OK;
    for (int i = 0; is_ready && i < TABLE_COUNT; i++)
        is_ready = sqlite3_prepare_v2(w.db, INSERTS[i], -1, &w.statements[i], NULL) == SQLITE_OK;
    if (is_ready)
        write_all(&w, sandbox);
    for (int i = 0; i < TABLE_COUNT; i++)
        sqlite3_finalize(w.statements[i]);
    sqlite3_int64 bytes = 0;
    if (is_ready && sqlite3_exec(w.db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
        out->image = sqlite3_serialize(w.db, "main", &bytes, 0);
    out->image_bytes = bytes;
    sqlite3_close(w.db);
    return out->image != NULL;
}

static struct result *run(struct sandbox *sandbox, const char *sql)
{
    struct dataset picture = {0};
    struct runner runner;
    struct error err;
    struct result *result = NULL;
    if (take_picture(sandbox, &picture) && runner_init(&runner, &picture, 0, &err)) {
        result = runner_run(&runner, sql);
        runner_finish(&runner);
    }
    dataset_finish(&picture);
    return result;
}

bool activity_admit(struct task_order *order)
{
    if (!order->query || strcmp(query_spec(order->query)->model, ACTIVITY_MODEL) != 0)
        return true;
    order->is_activity = true;
    order->is_deferred = true;
    order->source = "system_activity";
    return order->user->is_admin;
}

void activity_run(struct sandbox *sandbox, const char *task_id)
{
    service_lock(sandbox);
    struct query_task *task = tasks_find(&sandbox->tasks, task_id);
    char *sql = task && task->sql ? xstrdup(task->sql) : NULL;
    service_unlock(sandbox);
    struct result *result = sql ? run(sandbox, sql) : NULL;
    service_lock(sandbox);
    task = tasks_find(&sandbox->tasks, task_id);
    bool is_alive = task && query_task_is_alive(task);
    if (is_alive)
        tasks_end(&sandbox->tasks, task,
                  result && result->end == RESULT_ROWS ? STATUS_COMPLETE : STATUS_ERROR, result,
                  clock_wall_ms());
    service_unlock(sandbox);
    if (!is_alive)
        result_unref(result);
    free(sql);
}

#include "sandbox/runner.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/xalloc.h"
#include "sandbox/lake.h"

/* The throttle waits this often a second: rare enough to cost nothing. */
#define SLICES_PER_S      10
#define STEPS_UNTHROTTLED 100000

/* Waits until wake_ms of the monotonic clock. False when interrupted meanwhile. */
static bool wait_until(struct runner *runner, int64_t wake_ms)
{
    struct timespec when = {.tv_sec = wake_ms / 1000, .tv_nsec = wake_ms % 1000 * 1000000};
    pthread_mutex_lock(&runner->lock);
    while (!runner->is_interrupted && clock_mono_ms() < wake_ms)
        pthread_cond_timedwait(&runner->wake, &runner->lock, &when);
    bool is_interrupted = runner->is_interrupted;
    pthread_mutex_unlock(&runner->lock);
    return !is_interrupted;
}

/* SQLite calls this every slice of steps; anything but 0 ends the statement. */
static int on_progress(void *context)
{
    struct runner *runner = context;
    runner->steps += (uint64_t)runner->slice;
    int64_t until_ms = 0;
    if (runner->speed > 0)
        until_ms = runner->started_ms + (int64_t)(runner->steps * 1000.0 / runner->speed);
    if (runner->deadline_ms && clock_mono_ms() >= runner->deadline_ms)
        return 1;
    return wait_until(runner, until_ms) ? 0 : 1;
}

/* sleep(seconds): waits, and returns what it was given. */
static void sql_sleep(sqlite3_context *context, int argc, sqlite3_value **argv)
{
    (void)argc;
    struct runner *runner = sqlite3_user_data(context);
    double seconds = sqlite3_value_double(argv[0]);
    bool is_waited = true;
    if (seconds > 0 && !runner->is_sleepless) {
        int64_t until_ms = clock_mono_ms() + (int64_t)(fmin(seconds, 86400) * 1000);
        bool is_too_long = runner->deadline_ms > 0 && until_ms > runner->deadline_ms;
        is_waited =
            wait_until(runner, is_too_long ? runner->deadline_ms : until_ms) && !is_too_long;
    }
    if (is_waited)
        sqlite3_result_value(context, argv[0]);
    else
        sqlite3_result_error_code(context, SQLITE_INTERRUPT);
}

bool runner_init(struct runner *runner, const struct dataset *dataset, double speed,
                 struct error *err)
{
    sqlite3 *db;
    if (!dataset_open(dataset, &db, err))
        return false;
    *runner = (struct runner){.db = db, .speed = speed};
    pthread_mutex_init(&runner->lock, NULL);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&runner->wake, &attributes);
    pthread_condattr_destroy(&attributes);
    double slice = speed > 0 ? fmin(fmax(speed / SLICES_PER_S, 1), 1e6) : STEPS_UNTHROTTLED;
    runner->slice = (int)slice;
    sqlite3_progress_handler(db, runner->slice, on_progress, runner);
    sqlite3_create_function(db, "sleep", 1, SQLITE_UTF8, runner, sql_sleep, NULL, NULL);
    return true;
}

void runner_finish(struct runner *runner)
{
    sqlite3_close(runner->db);
    lake_image_unref(runner->lake);
    pthread_cond_destroy(&runner->wake);
    pthread_mutex_destroy(&runner->lock);
}

void runner_show_lake(struct runner *runner, struct lake_image *image)
{
    sqlite3_progress_handler(runner->db, 0, NULL, NULL);
    if (image != runner->lake && dataset_show_lake(runner->db, image)) {
        struct lake_image *before = runner->lake;
        runner->lake = image;
        image = before;
    }
    sqlite3_progress_handler(runner->db, runner->slice, on_progress, runner);
    lake_image_unref(image);
}

void runner_interrupt(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    runner->is_interrupted = true;
    sqlite3_interrupt(runner->db);
    pthread_cond_broadcast(&runner->wake);
    pthread_mutex_unlock(&runner->lock);
}

void runner_rearm(struct runner *runner)
{
    pthread_mutex_lock(&runner->lock);
    runner->is_interrupted = false;
    pthread_mutex_unlock(&runner->lock);
}

#if SQLITE_VERSION_NUMBER >= 3038000
static bool is_name_byte(char byte)
{
    return isalnum((unsigned char)byte) || byte == '_';
}

/* Where a name stands by itself; -1: nowhere. */
static long find_name(const char *sql, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = strcasestr(sql, name); length && at; at = strcasestr(at + 1, name)) {
        bool is_whole = (at == sql || !is_name_byte(at[-1])) && !is_name_byte(at[length]);
        if (is_whole)
            return at - sql;
    }
    return -1;
}

/* SQLite names a table that is missing, but not its place. */
static long error_offset(sqlite3 *db, const char *sql)
{
    static const char missing[] = "no such table: ";
    const char *message = sqlite3_errmsg(db);
    int offset = sqlite3_error_offset(db);
    if (offset >= 0 || strncmp(message, missing, sizeof(missing) - 1) != 0)
        return offset;
    const char *name = message + sizeof(missing) - 1;
    const char *dot = strrchr(name, '.');
    return find_name(sql, dot ? dot + 1 : name);
}
#endif

static void keep_refusal(struct result *result, const char *message)
{
    result->end = RESULT_ERROR;
    result->error = arena_strdup(&result->arena, message);
}

static void keep_error(struct runner *runner, const char *sql, struct result *result)
{
    keep_refusal(result, sqlite3_errmsg(runner->db));
#if SQLITE_VERSION_NUMBER >= 3038000
    result->error_offset = error_offset(runner->db, sql);
#else
    (void)sql;
#endif
}

static void keep_columns(struct result *result, sqlite3_stmt *stmt)
{
    result->column_count = (size_t)sqlite3_column_count(stmt);
    result->columns = arena_alloc(&result->arena, (result->column_count + 1) * sizeof(char *));
    for (size_t i = 0; i < result->column_count; i++)
        result->columns[i] = arena_strdup(&result->arena, sqlite3_column_name(stmt, (int)i));
}

static struct cell keep_cell(struct result *result, sqlite3_stmt *stmt, int column)
{
    int type = sqlite3_column_type(stmt, column);
    if (type == SQLITE_NULL)
        return (struct cell){0};
    if (type == SQLITE_FLOAT) {
        double value = sqlite3_column_double(stmt, column);
        if (!isfinite(value))
            return (struct cell){0};
        const char *text = arena_printf(&result->arena, "%.15g", value);
        return (struct cell){text, (uint32_t)strlen(text), true};
    }
    const char *text = type == SQLITE_BLOB ? sqlite3_column_blob(stmt, column)
                                           : (const char *)sqlite3_column_text(stmt, column);
    size_t length = (size_t)sqlite3_column_bytes(stmt, column);
    text = arena_strndup(&result->arena, text ? text : "", length);
    return (struct cell){text, (uint32_t)length, type == SQLITE_INTEGER};
}

static bool has_room(const struct result *result, size_t used)
{
    return result->row_count < RUNNER_ROWS_MAX &&
           result->arena.used_bytes + used * sizeof(struct cell) < RUNNER_BYTES_MAX;
}

static int keep_rows(struct result *result, sqlite3_stmt *stmt)
{
    size_t capacity = 0;
    size_t used = 0;
    int rc;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        if (!has_room(result, used)) {
            result->is_truncated = true;
            return SQLITE_DONE;
        }
        if (used + result->column_count > capacity) {
            capacity = 2 * capacity + 16 * result->column_count;
            result->cells = xreallocarray(result->cells, capacity, sizeof(struct cell));
        }
        for (size_t i = 0; i < result->column_count; i++)
            result->cells[used++] = keep_cell(result, stmt, (int)i);
        result->row_count++;
    }
    return rc;
}

static void run_statement(struct runner *runner, const char *sql, struct result *result)
{
    sqlite3_stmt *stmt = NULL;
    const char *tail = NULL;
    int rc = sqlite3_prepare_v2(runner->db, sql, -1, &stmt, &tail);
    if (rc == SQLITE_INTERRUPT)
        result->end = RESULT_INTERRUPTED;
    else if (rc != SQLITE_OK)
        keep_error(runner, sql, result);
    else if (!stmt || sqlite3_column_count(stmt) == 0)
        keep_refusal(result, "only statements that return rows can be run");
    else if (tail[strspn(tail, " \t\r\n;")] != '\0')
        keep_refusal(result, "only one statement can be run at a time");
    else {
        keep_columns(result, stmt);
        rc = keep_rows(result, stmt);
        if (rc == SQLITE_INTERRUPT)
            result->end = RESULT_INTERRUPTED;
        else if (rc != SQLITE_DONE)
            keep_error(runner, sql, result);
    }
    sqlite3_finalize(stmt);
}

struct result *runner_run(struct runner *runner, const char *sql)
{
    struct result *result = result_create();
    result->ran_at_ms = clock_wall_ms();
    runner->started_ms = clock_mono_ms();
    runner->steps = 0;
    run_statement(runner, sql, result);
    result->runtime_s = (double)(clock_mono_ms() - runner->started_ms) / 1000;
    if (result->end != RESULT_ROWS)
        result->row_count = 0;
    return result;
}

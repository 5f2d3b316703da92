#include "sandbox/lake.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "base/xalloc.h"
#include "sandbox/rng.h"

#define PAGES_MAX "16384" /* 64 MiB */
#define NAMES_MAX 10000
#define SQL_BYTES (1 << 20)

static const char *const SHOP[] = {"users", "products", "orders", "order_items", "events"};

static struct lake_image *image_ref(struct lake_image *image)
{
    image->refs++;
    return image;
}

void lake_image_unref(struct lake_image *image)
{
    if (!image || --image->refs > 0)
        return;
    sqlite3_free(image->bytes);
    free(image);
}

static struct lake_image *take_picture(sqlite3 *db)
{
    struct lake_image *image = xcalloc(1, sizeof(*image));
    sqlite3_int64 bytes = 0;
    image->refs = 1;
    image->bytes = sqlite3_serialize(db, "main", &bytes, 0);
    image->byte_count = bytes;
    if (image->bytes)
        return image;
    free(image);
    return NULL;
}

bool lake_init(struct lake *lake, uint64_t seed, struct error *err)
{
    *lake = (struct lake){.seed = seed};
    pthread_mutex_init(&lake->writing, NULL);
    pthread_mutex_init(&lake->lock, NULL);
    bool is_open =
        sqlite3_open(":memory:", &lake->db) == SQLITE_OK &&
        sqlite3_exec(lake->db, "PRAGMA max_page_count=" PAGES_MAX "; PRAGMA user_version=1", NULL,
                     NULL, NULL) == SQLITE_OK;
    lake->empty = is_open ? take_picture(lake->db) : NULL;
    if (!lake->empty)
        return error_set(err, ERR_SERVICE, "cannot open an SQLite database in memory");
    lake->newest = image_ref(lake->empty);
    for (size_t i = 0; i < sizeof(SHOP) / sizeof(SHOP[0]); i++)
        lake_name(lake, SHOP[i]);
    return true;
}

void lake_finish(struct lake *lake)
{
    for (size_t i = 0; i < lake->set_count; i++)
        free(lake->sets[i]);
    free(lake->sets);
    lake_image_unref(lake->newest);
    lake_image_unref(lake->empty);
    sqlite3_close(lake->db);
    pthread_mutex_destroy(&lake->lock);
    pthread_mutex_destroy(&lake->writing);
}

struct lake_image *lake_newest(struct lake *lake)
{
    pthread_mutex_lock(&lake->lock);
    struct lake_image *image = image_ref(lake->newest);
    pthread_mutex_unlock(&lake->lock);
    return image;
}

struct lake_image *lake_empty(struct lake *lake)
{
    return image_ref(lake->empty);
}

/* Names are the same in upper and lower case, as in SQL. */
static struct data_set *find_locked(struct lake *lake, const char *name, size_t length)
{
    for (size_t i = 0; i < lake->set_count; i++) {
        struct data_set *set = lake->sets[i];
        if (strncasecmp(set->name, name, length) == 0 && set->name[length] == '\0')
            return set;
    }
    return NULL;
}

static struct data_set *add_locked(struct lake *lake, const char *name)
{
    struct data_set *set = xcalloc(1, sizeof(*set));
    struct rng rng = {.state = rng_hash(lake->seed, name, strlen(name))};
    rng_text(&rng, set->id, sizeof(set->id), RNG_HEX);
    strncpy(set->name, name, DATA_SET_NAME_MAX);
    lake->sets = xreallocarray(lake->sets, lake->set_count + 1, sizeof(struct data_set *));
    lake->sets[lake->set_count++] = set;
    return set;
}

const struct data_set *lake_name(struct lake *lake, const char *name)
{
    pthread_mutex_lock(&lake->lock);
    const struct data_set *set = find_locked(lake, name, strlen(name));
    if (!set && lake->set_count < NAMES_MAX)
        set = add_locked(lake, name);
    pthread_mutex_unlock(&lake->lock);
    return set;
}

/* Skips what holds no names: strings and comments. */
static const char *skip_text(const char *at)
{
    const char *end;
    if (*at == '\'')
        end = strchr(at + 1, '\'');
    else if (strncmp(at, "--", 2) == 0)
        end = strchr(at, '\n');
    else if (strncmp(at, "/*", 2) == 0)
        end = strstr(at, "*/");
    else
        return at + 1;
    return end ? end + 1 : at + strlen(at);
}

static size_t name_length(const char *at)
{
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || at[length] == '_')
        length++;
    return length;
}

size_t lake_named_in(struct lake *lake, const char *sql, const struct data_set **out, size_t max)
{
    size_t count = 0;
    pthread_mutex_lock(&lake->lock);
    for (const char *at = sql; *at && count < max;) {
        size_t length = name_length(at);
        const struct data_set *set = length > 0 ? find_locked(lake, at, length) : NULL;
        bool is_new = set && at[length] != '('; /* else a function of that name */
        for (size_t i = 0; i < count && is_new; i++)
            is_new = out[i] != set;
        if (is_new)
            out[count++] = set;
        at = length > 0 ? at + length : skip_text(at);
    }
    pthread_mutex_unlock(&lake->lock);
    return count;
}

static bool is_shop(const char *name)
{
    for (size_t i = 0; i < sizeof(SHOP) / sizeof(SHOP[0]); i++)
        if (strcasecmp(SHOP[i], name) == 0)
            return true;
    return false;
}

static bool fail(struct lake *lake, struct error *err)
{
    error_set(err, ERR_SERVICE, "%s", sqlite3_errmsg(lake->db));
    sqlite3_exec(lake->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static void bind_cell(sqlite3_stmt *stmt, int column, const struct cell *cell)
{
    if (!cell->text)
        sqlite3_bind_null(stmt, column);
    else if (!cell->is_number)
        sqlite3_bind_text(stmt, column, cell->text, (int)cell->length, SQLITE_STATIC);
    else if (strpbrk(cell->text, ".eE"))
        sqlite3_bind_double(stmt, column, strtod(cell->text, NULL));
    else
        sqlite3_bind_int64(stmt, column, strtoll(cell->text, NULL, 10));
}

static bool write_rows(struct lake *lake, const char *insert, const struct result *rows)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(lake->db, insert, -1, &stmt, NULL) != SQLITE_OK)
        return false;
    int rc = SQLITE_DONE;
    for (size_t row = 0; row < rows->row_count && rc == SQLITE_DONE; row++) {
        for (size_t i = 0; i < rows->column_count; i++)
            bind_cell(stmt, (int)i + 1, &rows->cells[row * rows->column_count + i]);
        rc = sqlite3_step(stmt);
        sqlite3_reset(stmt);
    }
    return sqlite3_finalize(stmt) == SQLITE_OK && rc == SQLITE_DONE;
}

/* All of it or nothing: create (may be NULL), the rows, a new picture. */
static bool write_all(struct lake *lake, const char *create, const char *insert,
                      const struct result *rows, struct error *err)
{
    struct lake_image *image = NULL;
    pthread_mutex_lock(&lake->writing);
    bool is_written = sqlite3_exec(lake->db, "BEGIN", NULL, NULL, NULL) == SQLITE_OK &&
                      (!create || sqlite3_exec(lake->db, create, NULL, NULL, NULL) == SQLITE_OK) &&
                      write_rows(lake, insert, rows) &&
                      sqlite3_exec(lake->db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK &&
                      (image = take_picture(lake->db));
    if (!is_written)
        fail(lake, err);
    else {
        pthread_mutex_lock(&lake->lock);
        lake_image_unref(lake->newest);
        lake->newest = image;
        pthread_mutex_unlock(&lake->lock);
    }
    pthread_mutex_unlock(&lake->writing);
    return is_written;
}

static bool check(const char *name, const struct result *rows, struct error *err)
{
    if (is_shop(name))
        return error_set(err, ERR_USAGE, "data set %s is read only", name);
    if (rows->is_truncated)
        return error_set(err, ERR_USAGE, "the result is too big for a data set of this service");
    return true;
}

/* INSERT INTO "name" (columns) VALUES (?,?...) */
static void make_insert(const char *name, const char *columns, size_t count, struct strbuf *out)
{
    char *quoted = sqlite3_mprintf("INSERT INTO \"%w\" ", name);
    strbuf_addf(out, "%s%s VALUES (", quoted, columns ? columns : "");
    for (size_t i = 0; i < count; i++)
        strbuf_add_text(out, i ? ",?" : "?");
    strbuf_add_char(out, ')');
    sqlite3_free(quoted);
}

static void make_create(const char *name, const struct result *rows, struct strbuf *out)
{
    char *quoted = sqlite3_mprintf("CREATE TABLE \"%w\" (", name);
    strbuf_add_text(out, quoted);
    sqlite3_free(quoted);
    for (size_t i = 0; i < rows->column_count; i++) {
        quoted = sqlite3_mprintf("%s\"%w\"", i ? "," : "", rows->columns[i]);
        strbuf_add_text(out, quoted);
        sqlite3_free(quoted);
    }
    strbuf_add_char(out, ')');
}

bool lake_create(struct lake *lake, const char *name, const struct result *rows, struct error *err)
{
    struct strbuf create;
    struct strbuf insert;
    if (is_shop(name))
        return error_set(err, ERR_USAGE, "table %s already exists", name);
    if (!check(name, rows, err))
        return false;
    strbuf_init(&create, SQL_BYTES);
    strbuf_init(&insert, SQL_BYTES);
    make_create(name, rows, &create);
    make_insert(name, NULL, rows->column_count, &insert);
    bool is_made = write_all(lake, create.data, insert.data, rows, err);
    strbuf_finish(&insert);
    strbuf_finish(&create);
    return is_made && lake_name(lake, name);
}

bool lake_insert(struct lake *lake, const char *name, const char *columns,
                 const struct result *rows, struct error *err)
{
    struct strbuf insert;
    if (!check(name, rows, err))
        return false;
    strbuf_init(&insert, SQL_BYTES);
    make_insert(name, columns, rows->column_count, &insert);
    bool is_written = write_all(lake, NULL, insert.data, rows, err);
    strbuf_finish(&insert);
    return is_written;
}

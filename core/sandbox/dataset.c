#include "sandbox/dataset.h"

#include <string.h>
#include <time.h>

#include "base/strbuf.h"
#include "sandbox/lake.h"
#include "sandbox/rng.h"

#define ROWS_USERS       6000
#define ROWS_PRODUCTS    800
#define ROWS_ORDERS      20000
#define ROWS_ORDER_ITEMS 42000
#define ROWS_EVENTS      35000

#define LAKE_SCHEMA "lake"

#define DAY_S        86400
#define HISTORY_DAYS 730

static const char SCHEMA[] =
    "CREATE TABLE users (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, email TEXT,"
    " age INTEGER, gender TEXT, country TEXT, region TEXT, traffic_source TEXT, created_at TEXT);"
    "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, brand TEXT, category TEXT,"
    " department TEXT, cost REAL, retail_price REAL);"
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER, status TEXT,"
    " created_at TEXT, shipped_at TEXT);"
    "CREATE TABLE order_items (id INTEGER PRIMARY KEY, order_id INTEGER, product_id INTEGER,"
    " sale_price REAL, margin REAL, returned_at TEXT);"
    "CREATE TABLE events (id INTEGER PRIMARY KEY, user_id INTEGER, session_id TEXT,"
    " event_type TEXT, device TEXT, browser TEXT, created_at TEXT);";

struct place {
    const char *country;
    const char *region;
};

static const char *const FIRST_NAMES[] = {"Ana",   "Bo",    "Chidi", "Dee",  "Emil",
                                          "Farah", "Grete", "Hiro",  "Ines", "Jonas",
                                          "Kaya",  "Luz",   "Mira",  "Noor", "Olga",
                                          "Pavel", "Quinn", "Rosa",  "Sven", "Zoë"};
static const char *const LAST_NAMES[] = {"Silva",  "Chen",    "Okafor", "Ray",    "Lind",
                                         "Haddad", "Weber",   "Tanaka", "Costa",  "Berg",
                                         "Demir",  "Morales", "Novak",  "Rahman", "Ivanova",
                                         "Horák",  "Doyle",   "Marín",  "Holm",   "Müller"};
static const struct place PLACES[] = {
    {"Germany", "EMEA"}, {"France", "EMEA"}, {"Portugal", "EMEA"},
    {"Nigeria", "EMEA"}, {"USA", "AMER"},    {"Brazil", "AMER"},
    {"Mexico", "AMER"},  {"Japan", "APAC"},  {"Australia", "APAC"},
    {"India", "APAC"},   {"", NULL}};
static const char *const TRAFFIC_SOURCES[] = {"Search", "Organic", "Email", "Facebook", "Display"};
static const char *const BRANDS[] = {"Alder",  "Birch", "Cedar", "Dogwood", "Elm",   "Fir",
                                     "Ginkgo", "Hazel", "Ilex",  "Juniper", "Larch", "Maple"};
static const char *const CATEGORIES[] = {"Jackets", "Jeans",    "Shirts", "Shoes",
                                         "Socks",   "Sweaters", "Hats",   "Bags"};
static const char *const ADJECTIVES[] = {"Light", "Warm", "Classic", "Slim", "Wide", "Soft"};
static const char *const ORDER_STATES[] = {"complete", "shipped", "processing", "cancelled",
                                           "returned"};
static const unsigned ORDER_STATE_WEIGHTS[] = {60, 15, 10, 8, 7};
static const char *const EVENT_TYPES[] = {"home", "category", "product",
                                          "cart", "purchase", "cancel"};
static const unsigned EVENT_TYPE_WEIGHTS[] = {30, 25, 25, 10, 8, 2};
static const char *const DEVICES[] = {"phone", "desktop", "tablet"};
static const unsigned DEVICE_WEIGHTS[] = {5, 4, 1};
static const char *const BROWSERS[] = {"Firefox", "Chrome", "Safari", "Edge", "Other"};

#define LENGTH(array)   (sizeof(array) / sizeof((array)[0]))
#define ANY(rng, array) ((array)[rng_below((rng), LENGTH(array))])

struct filler {
    sqlite3 *db;
    sqlite3_stmt *stmt;
    struct rng rng;
    int64_t end_s;
    const _Atomic bool *is_stopping;
};

static void bind_text(struct filler *f, int column, const char *text)
{
    sqlite3_bind_text(f->stmt, column, text, -1, SQLITE_TRANSIENT);
}

static void bind_time(struct filler *f, int column, int64_t wall_s)
{
    char text[32];
    struct tm tm;
    time_t t = (time_t)wall_s;
    gmtime_r(&t, &tm);
    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
    bind_text(f, column, text);
}

/* Some moment of the history; later ones are more likely, as in a shop that grows. */
static int64_t some_time(struct filler *f)
{
    double a = rng_unit(&f->rng);
    double b = rng_unit(&f->rng);
    double age = a < b ? a : b;
    return f->end_s - 1 - (int64_t)(age * HISTORY_DAYS * DAY_S);
}

static void fill_user(struct filler *f, int row)
{
    const char *first = ANY(&f->rng, FIRST_NAMES);
    const char *last = ANY(&f->rng, LAST_NAMES);
    const struct place *place = &ANY(&f->rng, PLACES);
    char email[96];
    sqlite3_snprintf(sizeof(email), email, "user%d@shop.example", row);
    bind_text(f, 2, first);
    bind_text(f, 3, last);
    bind_text(f, 4, email);
    sqlite3_bind_int(f->stmt, 5, 16 + (int)rng_below(&f->rng, 65));
    bind_text(f, 6, rng_below(&f->rng, 2) ? "f" : "m");
    bind_text(f, 7, place->country);
    bind_text(f, 8, place->region);
    bind_text(f, 9, ANY(&f->rng, TRAFFIC_SOURCES));
    bind_time(f, 10, some_time(f));
}

static double cents(double amount)
{
    return (double)(int64_t)(amount * 100 + 0.5) / 100;
}

static void fill_product(struct filler *f, int row)
{
    char name[96];
    const char *brand = ANY(&f->rng, BRANDS);
    const char *category = ANY(&f->rng, CATEGORIES);
    double price = cents(5 + rng_unit(&f->rng) * rng_unit(&f->rng) * 295);
    sqlite3_snprintf(sizeof(name), name, "%s %s %s No. %d", brand, ANY(&f->rng, ADJECTIVES),
                     category, row);
    bind_text(f, 2, name);
    bind_text(f, 3, brand);
    bind_text(f, 4, category);
    bind_text(f, 5, rng_below(&f->rng, 2) ? "Women" : "Men");
    sqlite3_bind_double(f->stmt, 6, cents(price * (0.35 + 0.3 * rng_unit(&f->rng))));
    sqlite3_bind_double(f->stmt, 7, price);
}

static void fill_order(struct filler *f, int row)
{
    (void)row;
    int64_t created_s = some_time(f);
    size_t state = rng_pick(&f->rng, ORDER_STATE_WEIGHTS, LENGTH(ORDER_STATE_WEIGHTS));
    sqlite3_bind_int64(f->stmt, 2, 1 + (int64_t)rng_below(&f->rng, ROWS_USERS));
    bind_text(f, 3, ORDER_STATES[state]);
    bind_time(f, 4, created_s);
    if (state == 2 || state == 3)
        sqlite3_bind_null(f->stmt, 5);
    else
        bind_time(f, 5, created_s + DAY_S / 4 + (int64_t)rng_below(&f->rng, 4 * DAY_S));
}

static void fill_order_item(struct filler *f, int row)
{
    (void)row;
    double price = cents(5 + rng_unit(&f->rng) * rng_unit(&f->rng) * 295);
    sqlite3_bind_int64(f->stmt, 2, 1 + (int64_t)rng_below(&f->rng, ROWS_ORDERS));
    sqlite3_bind_int64(f->stmt, 3, 1 + (int64_t)rng_below(&f->rng, ROWS_PRODUCTS));
    sqlite3_bind_double(f->stmt, 4, price);
    sqlite3_bind_double(f->stmt, 5, cents(price * (0.2 + 0.4 * rng_unit(&f->rng))));
    if (rng_below(&f->rng, 12) == 0)
        bind_time(f, 6, some_time(f));
    else
        sqlite3_bind_null(f->stmt, 6);
}

static void fill_event(struct filler *f, int row)
{
    (void)row;
    char session[17];
    rng_text(&(struct rng){.state = rng_below(&f->rng, ROWS_EVENTS / 6)}, session, sizeof(session),
             RNG_HEX);
    sqlite3_bind_int64(f->stmt, 2, 1 + (int64_t)rng_below(&f->rng, ROWS_USERS));
    bind_text(f, 3, session);
    bind_text(f, 4, EVENT_TYPES[rng_pick(&f->rng, EVENT_TYPE_WEIGHTS, LENGTH(EVENT_TYPES))]);
    bind_text(f, 5, DEVICES[rng_pick(&f->rng, DEVICE_WEIGHTS, LENGTH(DEVICES))]);
    bind_text(f, 6, ANY(&f->rng, BROWSERS));
    bind_time(f, 7, some_time(f));
}

static const struct {
    const char *insert;
    int rows;
    void (*fill)(struct filler *f, int row);
} TABLES[] = {
    {"INSERT INTO users VALUES (?,?,?,?,?,?,?,?,?,?)", ROWS_USERS, fill_user},
    {"INSERT INTO products VALUES (?,?,?,?,?,?,?)", ROWS_PRODUCTS, fill_product},
    {"INSERT INTO orders VALUES (?,?,?,?,?)", ROWS_ORDERS, fill_order},
    {"INSERT INTO order_items VALUES (?,?,?,?,?,?)", ROWS_ORDER_ITEMS, fill_order_item},
    {"INSERT INTO events VALUES (?,?,?,?,?,?,?)", ROWS_EVENTS, fill_event},
};

static bool fill_table(struct filler *f, size_t table)
{
    if (sqlite3_prepare_v2(f->db, TABLES[table].insert, -1, &f->stmt, NULL) != SQLITE_OK)
        return false;
    int rc = SQLITE_DONE;
    for (int row = 1; row <= TABLES[table].rows && rc == SQLITE_DONE; row++) {
        if (f->is_stopping && *f->is_stopping)
            rc = SQLITE_INTERRUPT;
        else {
            sqlite3_bind_int(f->stmt, 1, row);
            TABLES[table].fill(f, row);
            rc = sqlite3_step(f->stmt);
            sqlite3_reset(f->stmt);
        }
    }
    sqlite3_finalize(f->stmt);
    return rc == SQLITE_DONE;
}

static bool fill(struct filler *f)
{
    if (sqlite3_exec(f->db, SCHEMA, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_exec(f->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
        return false;
    for (size_t i = 0; i < LENGTH(TABLES); i++)
        if (!fill_table(f, i))
            return false;
    return sqlite3_exec(f->db, "COMMIT; ANALYZE", NULL, NULL, NULL) == SQLITE_OK;
}

bool dataset_make(struct dataset *out, uint64_t seed, int64_t end_ms,
                  const _Atomic bool *is_stopping, struct error *err)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK) {
        sqlite3_close(db);
        return error_set(err, ERR_SERVICE, "cannot open an SQLite database in memory");
    }
    struct filler f = {.db = db,
                       .rng = {.state = seed},
                       .end_s = end_ms / 1000 / DAY_S * DAY_S,
                       .is_stopping = is_stopping};
    bool is_made = fill(&f);
    if (is_made) {
        sqlite3_int64 bytes = 0;
        unsigned char *image = sqlite3_serialize(db, "main", &bytes, 0);
        if (image)
            *out = (struct dataset){.image = image, .image_bytes = bytes};
        is_made = image != NULL;
    }
    if (!is_made)
        error_set(err, ERR_SERVICE, "cannot make the sample data: %s", sqlite3_errmsg(db));
    sqlite3_close(db);
    return is_made;
}

void dataset_finish(struct dataset *dataset)
{
    sqlite3_free(dataset->image);
    *dataset = (struct dataset){0};
}

/* What a stranger's SQL may do: read the shop's tables and compute. */
static int authorize(void *context, int action, const char *detail, const char *more,
                     const char *database, const char *trigger)
{
    (void)context;
    (void)detail;
    (void)database;
    (void)trigger;
    switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_FUNCTION:
        return more && strcmp(more, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
    default:
        return SQLITE_DENY;
    }
}

bool dataset_show_lake(sqlite3 *db, const struct lake_image *image)
{
    sqlite3_set_authorizer(db, NULL, NULL);
    int rc = sqlite3_deserialize(db, LAKE_SCHEMA, image->bytes, image->byte_count,
                                 image->byte_count, SQLITE_DESERIALIZE_READONLY);
    /* All schemas have to be read again: now, rather than on somebody's account. */
    sqlite3_exec(db, "SELECT 1 FROM users LIMIT 1", NULL, NULL, NULL);
    sqlite3_set_authorizer(db, authorize, NULL);
    return rc == SQLITE_OK;
}

static void set_limits(sqlite3 *db)
{
    static const struct {
        int id;
        int value;
    } limits[] = {
        {SQLITE_LIMIT_LENGTH, 4 << 20},      {SQLITE_LIMIT_SQL_LENGTH, 1 << 20},
        {SQLITE_LIMIT_COLUMN, 1000},         {SQLITE_LIMIT_EXPR_DEPTH, 200},
        {SQLITE_LIMIT_COMPOUND_SELECT, 50},  {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_VDBE_OP, 100000},      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1000},
        {SQLITE_LIMIT_VARIABLE_NUMBER, 100}, {SQLITE_LIMIT_TRIGGER_DEPTH, 0},
        {SQLITE_LIMIT_FUNCTION_ARG, 100},    {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < LENGTH(limits); i++)
        sqlite3_limit(db, limits[i].id, limits[i].value);
}

bool dataset_open(const struct dataset *dataset, sqlite3 **out_db, struct error *err)
{
    sqlite3 *db = NULL;
    if (sqlite3_open(":memory:", &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA temp_store=MEMORY; PRAGMA trusted_schema=OFF;"
                     "ATTACH ':memory:' AS " LAKE_SCHEMA,
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_deserialize(db, "main", dataset->image, dataset->image_bytes, dataset->image_bytes,
                            SQLITE_DESERIALIZE_READONLY) != SQLITE_OK) {
        error_set(err, ERR_SERVICE, "cannot open the sample data: %s", sqlite3_errmsg(db));
        sqlite3_close(db);
        return false;
    }
    set_limits(db);
    /* The schema is read before the authorizer watches: ANALYZE's table is SQLite's own business.
     */
    sqlite3_exec(db, "SELECT 1 FROM users LIMIT 1", NULL, NULL, NULL);
    sqlite3_set_authorizer(db, authorize, NULL);
    *out_db = db;
    return true;
}

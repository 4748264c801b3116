#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/floor.h"

struct bare {
    struct floor base;
    sqlite3 *db;
    sqlite3_stmt *insert;
};

/* Any 32 bytes: a bare table does not compute them. */
static const unsigned char CHAIN_VALUE[32] = {0x5a};

static void must(const struct bare *b, int code, int wanted)
{
    if (code != wanted)
        bench_fail("bare database", sqlite3_errmsg(b->db));
}

/* As SQLite comes, but for the durability that the registry promises; PRAGMAS may ask for more. The row is a
 * journal's: address, bytes, chain value. */
static void open_bare(struct bare *b, const char *file, const char *pragmas)
{
    char *path = bench_path(file);
    must(b, sqlite3_open(path, &b->db), SQLITE_OK);
    must(b,
         sqlite3_exec(
             b->db,
             "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
             "CREATE TABLE line (id INTEGER PRIMARY KEY, bytes TEXT NOT NULL, chain BLOB NOT NULL) STRICT;",
             NULL, NULL, NULL),
         SQLITE_OK);
    must(b, sqlite3_exec(b->db, pragmas, NULL, NULL, NULL), SQLITE_OK);
    must(b, sqlite3_prepare_v2(b->db, "INSERT INTO line VALUES (?1, ?2, ?3)", -1, &b->insert, NULL),
         SQLITE_OK);
    free(path);
}

/* The lines of a plain batch without header and signature. */
static int64_t take(struct floor *f, int64_t id, const struct buf *plain)
{
    const struct bare *b = (const struct bare *)f;
    int64_t start = bench_now_ns();
    must(b, sqlite3_exec(b->db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    const char *at = strchr(buf_str(plain), '\n') + 1;
    const char *end = NULL;
    while ((end = strchr(at, '\n')) != NULL && strncmp(at, "{\"sig\"", 6) != 0) {
        must(b, sqlite3_bind_int64(b->insert, 1, id++), SQLITE_OK);
        must(b, sqlite3_bind_text(b->insert, 2, at, (int)(end - at), SQLITE_STATIC), SQLITE_OK);
        must(b, sqlite3_bind_blob(b->insert, 3, CHAIN_VALUE, sizeof CHAIN_VALUE, SQLITE_STATIC), SQLITE_OK);
        must(b, sqlite3_step(b->insert), SQLITE_DONE);
        must(b, sqlite3_reset(b->insert), SQLITE_OK);
        at = end + 1;
    }
    must(b, sqlite3_exec(b->db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    return bench_now_ns() - start;
}

static void close_bare(struct floor *f)
{
    struct bare *b = (struct bare *)f;
    sqlite3_finalize(b->insert);
    sqlite3_close(b->db);
    free(b);
}

static struct floor *make(const char *name, const char *file, const char *pragmas)
{
    struct bare *b = mem_zero(1, sizeof *b);
    b->base = (struct floor){.name = name, .take = take, .close = close_bare};
    open_bare(b, file, pragmas);
    return &b->base;
}

struct floor *floor_sqlite(void)
{
    return make("SQLite", "bare.db", "");
}

struct floor *floor_sqlite_tuned(void)
{
    return make("SQLite, WAL as ours", "tuned.db", "PRAGMA wal_autocheckpoint=4000;");
}

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

static void must(const struct bare *b, int code, int wanted)
{
    if (code != wanted)
        bench_fail("bare database", sqlite3_errmsg(b->db));
}

static void open_bare(struct bare *b)
{
    char *path = bench_path("bare.db");
    must(b, sqlite3_open(path, &b->db), SQLITE_OK);
    must(b,
         sqlite3_exec(b->db,
                      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000;"
                      "CREATE TABLE line (id INTEGER PRIMARY KEY, bytes TEXT NOT NULL) STRICT;",
                      NULL, NULL, NULL),
         SQLITE_OK);
    must(b, sqlite3_prepare_v2(b->db, "INSERT INTO line VALUES (?1, ?2)", -1, &b->insert, NULL), SQLITE_OK);
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

struct floor *floor_sqlite(void)
{
    struct bare *b = mem_zero(1, sizeof *b);
    b->base = (struct floor){.name = "SQLite", .take = take, .close = close_bare};
    open_bare(b);
    return &b->base;
}

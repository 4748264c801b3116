#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/bench.h"
#include "tests/bench/floor.h"

static const char *const TABLES[] = {"entry", "yield"};
enum {
    TABLE_COUNT = sizeof TABLES / sizeof TABLES[0]
};

struct bare {
    struct floor base;
    PGconn *conn;
};

static void run(struct bare *b, const char *sql, ExecStatusType wanted)
{
    PGresult *result = PQexec(b->conn, sql);
    if (PQresultStatus(result) != wanted)
        bench_fail(sql, PQerrorMessage(b->conn));
    PQclear(result);
}

static void finish(struct bare *b)
{
    for (PGresult *result = NULL; (result = PQgetResult(b->conn)) != NULL; PQclear(result)) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            bench_fail("COPY", PQerrorMessage(b->conn));
    }
}

/* The rows that the registry has from ID on, which are those of the batch: it was its device's last. */
static void read_rows(struct bare *b, const char *table, int64_t id, struct buf *out)
{
    struct buf sql = {0};
    char *bytes = NULL;
    buf_printf(&sql,
               "COPY (SELECT * FROM %s WHERE id BETWEEN %lld AND %lld ORDER BY id) TO STDOUT (FORMAT binary)",
               table, (long long)id, (long long)(id | UINT32_MAX));
    run(b, buf_str(&sql), PGRES_COPY_OUT);
    for (int len = 0; (len = PQgetCopyData(b->conn, &bytes, 0)) > 0; PQfreemem(bytes))
        buf_put(out, bytes, (size_t)len);
    finish(b);
    buf_done(&sql);
}

static void write_rows(struct bare *b, const char *table, const struct buf *rows)
{
    struct buf sql = {0};
    buf_printf(&sql, "COPY bare_%s FROM STDIN (FORMAT binary)", table);
    run(b, buf_str(&sql), PGRES_COPY_IN);
    if (PQputCopyData(b->conn, rows->data, (int)rows->len) != 1 || PQputCopyEnd(b->conn, NULL) != 1)
        bench_fail("COPY", PQerrorMessage(b->conn));
    finish(b);
    buf_done(&sql);
}

static int64_t take(struct floor *f, int64_t id, const struct buf *plain)
{
    (void)plain;
    struct bare *b = (struct bare *)f;
    struct buf rows[TABLE_COUNT] = {{0}};
    for (size_t i = 0; i < TABLE_COUNT; i++)
        read_rows(b, TABLES[i], id, &rows[i]);
    int64_t start = bench_now_ns();
    run(b, "BEGIN", PGRES_COMMAND_OK);
    for (size_t i = 0; i < TABLE_COUNT; i++)
        write_rows(b, TABLES[i], &rows[i]);
    run(b, "COMMIT", PGRES_COMMAND_OK);
    int64_t spent = bench_now_ns() - start;
    for (size_t i = 0; i < TABLE_COUNT; i++)
        buf_done(&rows[i]);
    return spent;
}

static void close_bare(struct floor *f)
{
    struct bare *b = (struct bare *)f;
    PQfinish(b->conn);
    free(b);
}

static struct bare *connect_to(const char *url)
{
    struct bare *b = mem_zero(1, sizeof *b);
    b->base = (struct floor){.name = "PostgreSQL", .take = take, .close = close_bare};
    b->conn = PQconnectdb(url);
    if (PQstatus(b->conn) != CONNECTION_OK)
        bench_fail("PostgreSQL", PQerrorMessage(b->conn));
    return b;
}

char *floor_postgres_place(const char *url, const char *name)
{
    struct buf text = {0};
    struct bare *b = connect_to(url);
    buf_printf(&text, "CREATE SCHEMA %s", name);
    run(b, buf_str(&text), PGRES_COMMAND_OK);
    close_bare(&b->base);
    buf_clear(&text);
    buf_printf(&text, "%s%coptions=-csearch_path%%3D%s", url, strchr(url, '?') ? '&' : '?', name);
    return buf_steal(&text);
}

struct floor *floor_postgres(const char *url)
{
    struct bare *b = connect_to(url);
    for (size_t i = 0; i < TABLE_COUNT; i++) {
        struct buf sql = {0};
        buf_printf(&sql, "CREATE TABLE bare_%s (LIKE %s INCLUDING ALL)", TABLES[i], TABLES[i]);
        run(b, buf_str(&sql), PGRES_COMMAND_OK);
        buf_done(&sql);
    }
    return &b->base;
}

#include "tests/lib/engine.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schema/base/buf.h"
#include "tests/lib/test.h"

static const char PATH_OPTION[] = "&options=-csearch_path%3D";

static const char *server(void)
{
    const char *url = getenv("ALLUVIA_TEST_STORE");
    return url && *url ? url : NULL;
}

bool engine_is_postgres(void)
{
    return server() != NULL;
}

static void run(const char *sql)
{
    PGconn *conn = PQconnectdb(server());
    if (PQstatus(conn) != CONNECTION_OK)
        fail_msg("%s", PQerrorMessage(conn));
    PGresult *result = PQexec(conn, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK)
        fail_msg("%s", PQerrorMessage(conn));
    PQclear(result);
    PQfinish(conn);
}

/* A schema, as several registries may share a database; the server has many test programs at once. */
char *engine_new_place(void)
{
    static unsigned places;
    struct buf url = {0};
    char sql[64];
    char name[32];
    if (!server())
        return NULL;
    (void)snprintf(name, sizeof name, "t%ld_%u", (long)getpid(), ++places);
    (void)snprintf(sql, sizeof sql, "CREATE SCHEMA %s", name);
    run(sql);
    buf_printf(&url, "%s%s%s", server(), PATH_OPTION, name);
    return buf_steal(&url);
}

void engine_remove_place(char *url)
{
    char sql[96];
    if (!url)
        return;
    const char *name = strstr(url, PATH_OPTION) + sizeof PATH_OPTION - 1;
    (void)snprintf(sql, sizeof sql, "SET client_min_messages = error; DROP SCHEMA %s CASCADE", name);
    run(sql);
    free(url);
}

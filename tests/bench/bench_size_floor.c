/* The floor of `alluvia status`: opens the file and asks one question. */
#include <sqlite3.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *ask = NULL;
    if (argc != 2 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT max(number) FROM journal", -1, &ask, NULL) != SQLITE_OK ||
        sqlite3_step(ask) != SQLITE_ROW)
        return 1;
    printf("%lld\n", (long long)sqlite3_column_int64(ask, 0));
    sqlite3_finalize(ask);
    return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}

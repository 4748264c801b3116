#include "tests/lib/failing_db.h"

#include "schema/db/engine.h"

/* An engine's functions have nowhere else to look. */
static struct {
    struct db *db;
    const struct db_engine *real;
    struct db_engine engine;
    int64_t left;
    bool failed;
} the;

static bool fails(struct errctx *e)
{
    if (--the.left != 0)
        return false;
    the.failed = true;
    (void)err_fail(e, ERR_IO, "this statement fails in the test");
    return true;
}

static enum err failing_exec(struct db *db, const char *sql, struct errctx *e)
{
    return fails(e) ? e->kind : the.real->exec(db, sql, e);
}

static enum err failing_begin(struct db *db, bool write, struct errctx *e)
{
    return fails(e) ? e->kind : the.real->begin(db, write, e);
}

static enum err failing_commit(struct db *db, struct errctx *e)
{
    return fails(e) ? e->kind : the.real->commit(db, e);
}

static enum err failing_prepare(struct db *db, const char *sql, struct stmt **out, struct errctx *e)
{
    return fails(e) ? e->kind : the.real->prepare(db, sql, out, e);
}

static enum err failing_step(struct stmt *s, bool *row, struct errctx *e)
{
    return fails(e) ? e->kind : the.real->step(s, row, e);
}

void failing_db_begin(struct db *db, int64_t at)
{
    db_drop_statements(db);
    the.db = db;
    the.real = db->engine;
    the.engine = *db->engine;
    the.left = at;
    the.failed = false;
    the.engine.exec = failing_exec;
    the.engine.begin = failing_begin;
    the.engine.commit = failing_commit;
    the.engine.prepare = failing_prepare;
    the.engine.step = failing_step;
    db->engine = &the.engine;
}

bool failing_db_end(void)
{
    the.db->engine = the.real;
    return the.failed;
}

/* Which entries were there when another took effect: what the twins of second lives need to know. */
#include "app/field/store/inside.h"

struct moment moment_now(struct db *db)
{
    return (struct moment){.into = db, .from = db, .number = INT64_MAX, .turn = INT64_MAX};
}

/* An own entry, or one of others. */
static enum err find_line(void *arg, int64_t address, struct buf *out, struct errctx *e)
{
    static const char sql[] =
        "SELECT bytes FROM foreign_entry WHERE id = :id AND turn < :turn AND behind < :number UNION ALL "
        "SELECT j.bytes FROM journal j JOIN laptop l ON l.device = :device WHERE j.number = :own "
        "AND j.number < :number";
    const struct moment *m = arg;
    struct stmt *stmt = NULL;
    if (db_prepare(m->from, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", address);
    stmt_bind_int(stmt, ":turn", m->turn);
    stmt_bind_int(stmt, ":number", m->number);
    stmt_bind_int(stmt, ":device", ident_device(address));
    stmt_bind_int(stmt, ":own", ident_number(address));
    return twin_take_line(stmt, out, e);
}

void moment_twins(const struct moment *m, struct twins *out)
{
    union { /* it only reads */
        const struct moment *kept;
        void *arg;
    } moment = {m};
    *out = (struct twins){.db = m->into, .line = find_line, .arg = moment.arg};
}

const struct moment *moment_of(const struct twins *t)
{
    return t->arg;
}

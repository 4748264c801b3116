/* Told entries that come in another order than that in which they take effect. */
#include "app/field/store/turns.h"

/* --- changes that come before what they change: by a stick that was meant for the copy of this laptop's disk
 */

static enum err move_turn(struct db *db, struct foreign *early, struct errctx *e)
{
    static const char sql[] = "UPDATE foreign_entry SET turn = (SELECT max(turn) + 1 FROM foreign_entry), "
                              "behind = :behind WHERE id = :id RETURNING turn";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":behind", early->behind);
    stmt_bind_int(stmt, ":id", early->address);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row)
        early->turn = stmt_int(stmt, 0);
    stmt_done(stmt);
    return result;
}

/* It takes effect now: in its place behind the addition it does so in a replay too. */
static enum err take_early(struct db *db, struct foreign *early, const struct entry *entry, struct errctx *e)
{
    const struct moment m = moment_now(db);
    struct twins twins;
    struct twin_seen seen;
    if (entry->op != OP_AMEND && entry->op != OP_VOID)
        return ERR_OK;
    if (move_turn(db, early, e) != ERR_OK)
        return e->kind;
    moment_twins(&m, &twins);
    enum err result = twin_see(&twins, early->address, entry, &seen, e);
    if (result == ERR_OK && !seen.held)
        result = foreign_project(db, early, seen.entry, e);
    twin_seen_done(&seen);
    return result;
}

static enum err find_early(struct db *db, const struct foreign *added, struct foreign *out, struct buf *bytes,
                           struct errctx *e)
{
    static const char sql[] =
        "SELECT id, known_at, turn, bytes FROM foreign_entry WHERE record = :record AND "
        "turn > :past AND turn < :turn AND id NOT IN (SELECT entry FROM twin) "
        "ORDER BY turn LIMIT 1";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", added->address);
    stmt_bind_int(stmt, ":past", out->turn);
    stmt_bind_int(stmt, ":turn", added->turn);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row) {
        size_t len = 0;
        *out = (struct foreign){.address = stmt_int(stmt, 0),
                                .record = added->address,
                                .behind = added->behind,
                                .known_at = stmt_int(stmt, 1),
                                .turn = stmt_int(stmt, 2)};
        const void *line = stmt_blob(stmt, 3, &len);
        buf_put(bytes, line, len);
    }
    stmt_done(stmt);
    return result == ERR_OK && !row ? ERR_NOT_FOUND : result;
}

enum err turns_take_early(struct db *db, const struct foreign *added, struct errctx *e)
{
    struct foreign early = {0};
    struct buf bytes = {0};
    enum err result = ERR_OK;
    while ((result = find_early(db, added, &early, &bytes, e)) == ERR_OK) {
        struct entry entry;
        struct foreign moved = early;
        if (entry_read(bytes.data, bytes.len, &entry, NULL, e) == ERR_OK) {
            result = take_early(db, &moved, &entry, e);
            entry_done(&entry);
        } else {
            result = err_fail(e, ERR_DB, "an entry of another laptop is damaged");
        }
        buf_clear(&bytes);
        if (result != ERR_OK)
            break;
    }
    buf_done(&bytes);
    return result == ERR_NOT_FOUND ? ERR_OK : result;
}

/* --- changes that come after later ones of their writer: what an earlier life of the registry did not apply
 */

/* Where the first change of the same writer behind TOLD stands. */
static enum err find_later(struct db *db, struct foreign *told, struct errctx *e)
{
    static const char sql[] = "SELECT turn, behind FROM foreign_entry WHERE record = :record "
                              "AND id > :id AND id <= :last ORDER BY turn LIMIT 1";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", told->record);
    stmt_bind_int(stmt, ":id", told->address);
    stmt_bind_int(stmt, ":last", ident_make(ident_device(told->address), IDENT_MAX_NUMBER));
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row) {
        told->turn = stmt_int(stmt, 0);
        told->behind = stmt_int(stmt, 1);
    }
    stmt_done(stmt);
    return result;
}

static enum err from_turn(struct db *db, const char *sql, int64_t turn, struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":turn", turn);
    return stmt_run(stmt, e);
}

/* Below zero on the way: no two may have one turn at any time. */
static enum err move_on(struct db *db, int64_t turn, struct errctx *e)
{
    enum err result = from_turn(db, "UPDATE foreign_entry SET turn = -turn - 1 WHERE turn >= :turn", turn, e);
    if (result == ERR_OK)
        result = db_exec(db, "UPDATE foreign_entry SET turn = -turn WHERE turn < 0", e);
    if (result == ERR_OK)
        result = from_turn(db, "UPDATE decision SET turn = turn + 1 WHERE turn >= :turn", turn, e);
    return result;
}

enum err turns_make_room(struct db *db, struct foreign *told, struct errctx *e)
{
    if (find_later(db, told, e) != ERR_OK)
        return e->kind;
    return told->turn ? move_on(db, told->turn, e) : ERR_OK;
}

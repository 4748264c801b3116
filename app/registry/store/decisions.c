#include "app/registry/store/decisions.h"

#include "schema/base/buf.h"

/* Runs SQL whose parameters are among :id, :entry, :other and :text; what it does not name is not bound. */
struct change {
    const char *sql;
    bool id;
    bool entry;
    bool other;
    bool text;
};

static const struct change REMEMBER = {
    "INSERT INTO decided (record, entry) VALUES (:id, :entry) ON CONFLICT DO NOTHING", true, true, false,
    false};
/* Rules judge the whole record at every change: what they said before holds no more. */
static const struct change ANSWER_OLDER = {
    "UPDATE finding SET answered = :entry WHERE subject = :id AND answered = 0 AND rests_on IS NULL "
    "AND rule <> '" RULE_CONFLICT "'",
    true, true, false, false};
static const struct change REOPEN = {
    "UPDATE decision SET state = 'amended' WHERE id = :id AND state IN ('accepted', 'returned')", true, false,
    false, false};
static const struct change ANSWER = {
    "UPDATE finding SET answered = :entry WHERE subject = :id AND answered = 0 AND rule <> '" RULE_CONFLICT
    "'",
    true, true, false, false};
static const struct change FORGET_REASON = {
    "DELETE FROM finding WHERE subject = :id AND rule = '" RULE_REVIEW "'", true, false, false, false};
static const struct change CLEAR_DISPOSITIONS = {
    "DELETE FROM disposition WHERE state <> 'conflict' AND (entry = :other OR entry IN "
    "(SELECT entry FROM finding WHERE subject = :id))",
    true, false, true, false};
static const struct change SET_DISPOSITION = {"INSERT INTO disposition (entry, state) VALUES (:other, :text) "
                                              "ON CONFLICT (entry) DO UPDATE SET state = excluded.state",
                                              false, false, true, true};
static const struct change ADD_REASON = {"INSERT INTO finding (entry, subject, rule, level, text, answered) "
                                         "VALUES (:other, :id, '" RULE_REVIEW "', 'flag', :text, :entry)",
                                         true, true, true, true};
static const struct change SETTLE = {
    "UPDATE finding SET answered = :entry WHERE entry = :other AND rule = '" RULE_CONFLICT
    "' AND answered = 0",
    false, true, true, false};
static const struct change MERGE = {
    "INSERT INTO merged (id, stays, entry) VALUES (:id, :other, :entry) "
    "ON CONFLICT (id) DO UPDATE SET stays = excluded.stays, entry = excluded.entry",
    true, true, true, false};
static const struct change ANSWER_PAIR = {"UPDATE finding SET answered = :entry WHERE subject IN (:id, "
                                          ":other) AND answered = 0 AND rests_on = :text",
                                          true, true, true, true};
static const struct change UNMERGE = {"DELETE FROM merged WHERE id = :id", true, false, false, false};

static enum err run(struct db *db, const struct change *change, int64_t id, int64_t entry, int64_t other,
                    const char *text, struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(db, change->sql, &stmt, e) != ERR_OK)
        return e->kind;
    if (change->id)
        stmt_bind_int(stmt, ":id", id);
    if (change->entry)
        stmt_bind_int(stmt, ":entry", entry);
    if (change->other)
        stmt_bind_int(stmt, ":other", other);
    if (change->text)
        stmt_bind_text(stmt, ":text", text);
    return stmt_run(stmt, e);
}

/* A laptop's change of what was returned or accepted asks for another look. The registry's own changes are
 * what somebody there has just decided. */
static enum err note_change(struct db *db, uint32_t own, int64_t address, const struct entry *entry,
                            enum projected what, struct errctx *e)
{
    if (what != PROJECTED)
        return ERR_OK;
    if (run(db, &ANSWER_OLDER, entry->id, address, 0, NULL, e) != ERR_OK)
        return e->kind;
    if (entry->op == OP_VOID || ident_device(address) == own)
        return ERR_OK;
    return run(db, &REOPEN, entry->id, address, 0, NULL, e);
}

static enum err set_state(struct db *db, int64_t address, const struct entry *entry, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO decision (id, entity, state, entry) VALUES (:id, :entity, :state, :entry) "
        "ON CONFLICT (id) DO UPDATE SET state = excluded.state, entry = excluded.entry";
    struct stmt *stmt = NULL;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", entry->id);
    stmt_bind_text(stmt, ":entity", entry->record.of->name);
    stmt_bind_text(stmt, ":state", decided_word(entry->is));
    stmt_bind_int(stmt, ":entry", address);
    return stmt_run(stmt, e);
}

/* The laptop learns by the receipt for the version that was judged: of what was returned, and why. */
static enum err tell(struct db *db, int64_t address, const struct entry *entry, struct errctx *e)
{
    if (run(db, &CLEAR_DISPOSITIONS, entry->id, 0, entry->base, NULL, e) != ERR_OK ||
        run(db, &FORGET_REASON, entry->id, 0, 0, NULL, e) != ERR_OK)
        return e->kind;
    if (entry->is == DECIDED_ACCEPTED)
        return ERR_OK;
    bool returned = entry->is == DECIDED_RETURNED;
    struct buf words = {0};
    buf_printf(&words, "%s%s", returned ? "" : "rejected: ", entry->why);
    enum err result = run(db, &SET_DISPOSITION, 0, 0, entry->base, returned ? "returned" : "flagged", e);
    if (result == ERR_OK)
        result = run(db, &ADD_REASON, entry->id, address, entry->base, buf_str(&words), e);
    buf_done(&words);
    return result;
}

static enum err note_decision(struct db *db, int64_t address, const struct entry *entry, struct errctx *e)
{
    if (run(db, &REMEMBER, entry->id, address, 0, NULL, e) != ERR_OK ||
        run(db, &ANSWER, entry->id, address, 0, NULL, e) != ERR_OK || tell(db, address, entry, e) != ERR_OK)
        return e->kind;
    return set_state(db, address, entry, e);
}

/* The question whether these two are one person is answered, whichever of them it was asked of. */
static enum err note_merge(struct db *db, int64_t address, const struct entry *entry, struct errctx *e)
{
    char id[IDENT_BYTES];
    char into[IDENT_BYTES];
    (void)ident_format(entry->id, id);
    (void)ident_format(entry->into, into);
    if (run(db, &REMEMBER, entry->id, address, 0, NULL, e) != ERR_OK ||
        run(db, &REMEMBER, entry->into, address, 0, NULL, e) != ERR_OK ||
        run(db, &ANSWER_PAIR, entry->id, address, entry->into, id, e) != ERR_OK ||
        run(db, &ANSWER_PAIR, entry->id, address, entry->into, into, e) != ERR_OK)
        return e->kind;
    return run(db, &MERGE, entry->id, address, entry->into, NULL, e);
}

static enum err note_staff(struct db *db, int64_t address, const struct entry *entry, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO staff (login, name, active, entry) VALUES (:login, :name, :active, :entry) "
        "ON CONFLICT (login) DO UPDATE SET name = excluded.name, "
        "active = excluded.active, entry = excluded.entry";
    struct stmt *stmt = NULL;
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":login", entry->login);
    stmt_bind_text(stmt, ":name", entry->name);
    stmt_bind_int(stmt, ":active", entry->active);
    stmt_bind_int(stmt, ":entry", address);
    return stmt_run(stmt, e);
}

enum err decisions_note(struct db *db, uint32_t own, int64_t address, const struct entry *entry,
                        enum projected what, struct errctx *e)
{
    switch (entry->op) {
    case OP_ADD:
    case OP_DEVICE:
    case OP_CLOCK:
    case OP_BACKUP:
    case OP_PIN:
    case OP_QUARANTINE: /* what is kept apart is no projection: its rows say what became of them */
        break;
    case OP_AMEND:
    case OP_VOID:
        return note_change(db, own, address, entry, what, e);
    case OP_DECIDE:
        return note_decision(db, address, entry, e);
    case OP_SETTLE:
        if (run(db, &REMEMBER, entry->id, address, 0, NULL, e) != ERR_OK)
            return e->kind;
        return run(db, &SETTLE, 0, address, entry->settles, NULL, e);
    case OP_MERGE:
        return note_merge(db, address, entry, e);
    case OP_UNMERGE:
        if (run(db, &REMEMBER, entry->id, address, 0, NULL, e) != ERR_OK)
            return e->kind;
        return run(db, &UNMERGE, entry->id, 0, 0, NULL, e);
    case OP_STAFF:
        return note_staff(db, address, entry, e);
    }
    return ERR_OK;
}

enum err decisions_clear(struct db *db, struct errctx *e)
{
    static const char *const tables[] = {"DELETE FROM decision", "DELETE FROM merged", "DELETE FROM staff",
                                         "DELETE FROM decided", "DELETE FROM touch"};
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (db_exec(db, tables[i], e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

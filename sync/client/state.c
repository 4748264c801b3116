#include "sync/client/state.h"

#include <stdio.h>
#include <string.h>

#include "schema/record/ident.h"

enum sql {
    SQL_LOAD,
    SQL_SET_REGISTRY,
    SQL_NEW_REGISTRY,
    SQL_FORGET_ALL,
    SQL_SET_RECEIPT,
    SQL_FORGET_PAST_JUDGED,
    SQL_SET_FEED,
    SQL_ACCEPT,
    SQL_SET_DISPOSITION,
    SQL_JUDGED,
    SQL_ACCEPT_PAST,
    SQL_SET_PAST_DISPOSITION,
    SQL_JUDGED_PAST,
    SQL_LEARN,
    SQL_LAPTOP,
    SQL_COUNT
};

static const char *const sql[] = {
    [SQL_LOAD] =
        "SELECT invitation, url, code, enrolled, upto, incarnation, receipt_at, received_at,"
        " batch_entries, bytes_per_second, feed_after, feed_newest, feed_incarnation, judged FROM link",
    [SQL_SET_REGISTRY] = "UPDATE link SET invitation = :invitation,"
                         " url = CASE WHEN :url = '' THEN url ELSE :url END,"
                         " code = CASE WHEN :code = '' THEN code ELSE :code END,"
                         " enrolled = max(enrolled, :enrolled)",
    [SQL_NEW_REGISTRY] = "INSERT OR REPLACE INTO link (one, invitation, url, code, enrolled)"
                         " VALUES (1, :invitation, :url, :code, :enrolled)",
    [SQL_FORGET_ALL] = "DELETE FROM disposition",
    [SQL_SET_RECEIPT] =
        "UPDATE link SET enrolled = 1, upto = :upto, incarnation = :incarnation,"
        " judged = CASE WHEN incarnation <> :incarnation OR :upto < judged THEN 0 ELSE judged END,"
        " receipt = :receipt, receipt_at = :receipt_at, received_at = :received_at,"
        " feed_after = CASE WHEN feed_incarnation <> :incarnation"
        " OR (:fresh AND :feed < feed_after) THEN 0 ELSE feed_after END,"
        " feed_newest = :feed, feed_incarnation = :incarnation",
    [SQL_FORGET_PAST_JUDGED] = "UPDATE life SET judged = 0 WHERE judged > 0 AND EXISTS"
                               " (SELECT 1 FROM link WHERE incarnation <> :incarnation)",
    [SQL_SET_FEED] = "UPDATE link SET feed_after = :after, feed_incarnation = :incarnation",
    [SQL_ACCEPT] = "DELETE FROM disposition WHERE number BETWEEN :first AND :last AND at <= :at",
    [SQL_SET_DISPOSITION] = "INSERT INTO disposition (number, state, findings, at)"
                            " VALUES (:number, :state, :findings, :at) ON CONFLICT (number) DO UPDATE"
                            " SET state = excluded.state, findings = excluded.findings, at = excluded.at"
                            " WHERE at <= excluded.at",
    [SQL_JUDGED] = "UPDATE link SET judged = :last WHERE judged BETWEEN :first - 1 AND :last - 1 "
                   "AND upto >= :last AND incarnation = :incarnation",
    [SQL_ACCEPT_PAST] = "DELETE FROM past_disposition WHERE entry BETWEEN :first AND :last AND at <= :at",
    [SQL_SET_PAST_DISPOSITION] = "INSERT INTO past_disposition (entry, state, findings, at)"
                                 " VALUES (:entry, :state, :findings, :at) ON CONFLICT (entry) DO UPDATE"
                                 " SET state = excluded.state, findings = excluded.findings, at = excluded.at"
                                 " WHERE at <= excluded.at",
    [SQL_JUDGED_PAST] = "UPDATE life SET judged = max(judged, :last) WHERE device = :device",
    [SQL_LEARN] = "UPDATE link SET batch_entries = :batch_entries, bytes_per_second = :bytes_per_second",
    [SQL_LAPTOP] = "SELECT name, country FROM laptop",
};
_Static_assert(sizeof sql / sizeof sql[0] == SQL_COUNT, "a statement is missing");

enum err state_unpack(const void *bytes, size_t len, struct container *out, struct errctx *e)
{
    *out = (struct container){0};
    struct buf plain = {0};
    enum err result = container_unpack(bytes, len, NULL, 0, &plain, e);
    if (result == ERR_OK)
        result = container_split(&plain, out, e);
    buf_done(&plain);
    return result;
}

static void copy_text(const char *text, char *out, size_t size)
{
    (void)snprintf(out, size, "%s", text ? text : "");
}

static enum err load_row(struct stmt *s, struct link_state *out, struct errctx *e)
{
    size_t len = 0;
    const void *packed = stmt_blob(s, 0, &len);
    struct container c;
    enum err result = state_unpack(packed, len, &c, e);
    if (result == ERR_OK)
        result = invitation_read(&c, &out->registry, e);
    container_done(&c);
    if (result != ERR_OK)
        return err_wrap(e, "the invitation in the database");
    /* The answer to an enrolment names neither; an invitation's own were checked when it was taken. */
    copy_text(stmt_text(s, 1), out->registry.url, sizeof out->registry.url);
    copy_text(stmt_text(s, 2), out->registry.code, sizeof out->registry.code);
    out->known = true;
    out->enrolled = stmt_int(s, 3) != 0;
    out->upto = stmt_int(s, 4);
    copy_text(stmt_text(s, 5), out->incarnation, sizeof out->incarnation);
    out->receipt_at = stmt_int(s, 6);
    out->received_at = stmt_int(s, 7);
    out->batch_entries = stmt_int(s, 8);
    out->bytes_per_second = stmt_int(s, 9);
    out->feed_after = stmt_int(s, 10);
    out->feed_newest = stmt_int(s, 11);
    copy_text(stmt_text(s, 12), out->feed_incarnation, sizeof out->feed_incarnation);
    out->judged = stmt_int(s, 13);
    return ERR_OK;
}

enum err link_load(struct db *db, struct link_state *out, struct errctx *e)
{
    *out = (struct link_state){0};
    struct stmt *s = NULL;
    bool row = false;
    enum err result = db_prepare(db, sql[SQL_LOAD], &s, e);
    if (result == ERR_OK)
        result = stmt_step(s, &row, e);
    if (result == ERR_OK && row)
        result = load_row(s, out, e);
    stmt_done(s);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "read what is known of the registry");
}

enum err state_set_registry(struct db *db, const struct state_registry *r, bool same, struct errctx *e)
{
    struct stmt *s = NULL;
    if (!same && db_exec(db, sql[SQL_FORGET_ALL], e) != ERR_OK)
        return e->kind;
    if (db_prepare(db, sql[same ? SQL_SET_REGISTRY : SQL_NEW_REGISTRY], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_blob(s, ":invitation", r->packed->data, r->packed->len);
    stmt_bind_text(s, ":url", r->url);
    stmt_bind_text(s, ":code", r->code);
    stmt_bind_int(s, ":enrolled", r->enrolled);
    return stmt_run(s, e);
}

enum err state_set_feed(struct db *db, int64_t after, const char *incarnation, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_SET_FEED], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":after", after);
    stmt_bind_text(s, ":incarnation", incarnation);
    return stmt_run(s, e);
}

enum err state_set_receipt(struct db *db, const struct receipt *r, const struct state_packed *packed,
                           struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_FORGET_PAST_JUDGED], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(s, ":incarnation", r->incarnation);
    if (stmt_run(s, e) != ERR_OK)
        return e->kind;
    if (db_prepare(db, sql[SQL_SET_RECEIPT], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":upto", r->upto);
    stmt_bind_text(s, ":incarnation", r->incarnation);
    stmt_bind_blob(s, ":receipt", packed->bytes, packed->len);
    stmt_bind_int(s, ":receipt_at", r->at);
    stmt_bind_int(s, ":received_at", packed->now);
    stmt_bind_int(s, ":fresh", packed->fresh);
    stmt_bind_int(s, ":feed", r->feed);
    return stmt_run(s, e);
}

enum err state_accept(struct db *db, const struct receipt *r, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_ACCEPT], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":first", r->first);
    stmt_bind_int(s, ":last", r->last);
    stmt_bind_int(s, ":at", r->at);
    return stmt_run(s, e);
}

enum err state_set_disposition(struct db *db, int64_t number, enum disposition is, const char *findings_json,
                               int64_t at, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_SET_DISPOSITION], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":number", number);
    stmt_bind_text(s, ":state", disposition_word(is));
    stmt_bind_text(s, ":findings", findings_json ? findings_json : "[]");
    stmt_bind_int(s, ":at", at);
    return stmt_run(s, e);
}

enum err state_judged(struct db *db, const struct receipt *r, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_JUDGED], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":first", r->first);
    stmt_bind_int(s, ":last", r->last);
    stmt_bind_text(s, ":incarnation", r->incarnation);
    return stmt_run(s, e);
}

enum err state_accept_past(struct db *db, const struct receipt *r, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_ACCEPT_PAST], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":first", ident_make(r->device, (uint32_t)r->first));
    stmt_bind_int(s, ":last", ident_make(r->device, (uint32_t)r->last));
    stmt_bind_int(s, ":at", r->at);
    return stmt_run(s, e);
}

enum err state_set_past_disposition(struct db *db, int64_t entry, enum disposition is,
                                    const char *findings_json, int64_t at, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_SET_PAST_DISPOSITION], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":entry", entry);
    stmt_bind_text(s, ":state", disposition_word(is));
    stmt_bind_text(s, ":findings", findings_json ? findings_json : "[]");
    stmt_bind_int(s, ":at", at);
    return stmt_run(s, e);
}

enum err state_judged_past(struct db *db, const struct receipt *r, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_JUDGED_PAST], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":device", r->device);
    stmt_bind_int(s, ":last", r->last);
    return stmt_run(s, e);
}

enum err state_learn(struct db *db, const struct link_state *state, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_LEARN], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":batch_entries", state->batch_entries);
    stmt_bind_int(s, ":bytes_per_second", state->bytes_per_second);
    return stmt_run(s, e);
}

enum err state_laptop(struct db *db, struct buf *name, struct buf *country, struct errctx *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum err result = db_prepare(db, sql[SQL_LAPTOP], &s, e);
    if (result == ERR_OK)
        result = stmt_step(s, &row, e);
    if (result == ERR_OK && row) {
        buf_puts(name, stmt_text(s, 0));
        buf_puts(country, stmt_text(s, 1));
    }
    stmt_done(s);
    return result;
}

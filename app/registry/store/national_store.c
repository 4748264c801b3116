#include "app/registry/store/national_store.h"

#include "app/registry/store/inside.h"
#include "schema/base/date.h"

enum err national_begin(struct registry_store *s, struct errctx *e)
{
    return s->ledger.begin(s, e);
}

enum err national_end(struct registry_store *s, enum err result, struct errctx *e)
{
    if (result == ERR_OK)
        result = db_exec(s->db, "DELETE FROM finding WHERE answered = -2", e);
    if (result == ERR_OK)
        result = s->ledger.commit(s, e);
    s->ledger.rollback(s);
    return result;
}

/* --- what is new */

static enum err set_reviewed(struct registry_store *s, int64_t batch, struct errctx *e)
{
    static const char sql[] = "INSERT INTO reviewed (one, batch) VALUES (1, :batch) "
                              "ON CONFLICT (one) DO UPDATE SET batch = excluded.batch";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":batch", batch);
    return stmt_run(stmt, e);
}

enum err national_restart(struct registry_store *s, struct errctx *e)
{
    return set_reviewed(s, 0, e);
}

/* The last batch of a turn that begins behind AFTER. */
static enum err last_of_turn(struct registry_store *s, int64_t after, int64_t most, int64_t *out, bool *more,
                             struct errctx *e)
{
    static const char sql[] = "SELECT id, last - first + 1 FROM batch WHERE id > :after ORDER BY id";
    struct stmt *stmt = NULL;
    int64_t entries = 0;
    *out = after;
    *more = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_expect_many(stmt);
        stmt_bind_int(stmt, ":after", after);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, more, e);
        if (result != ERR_OK || !*more || entries >= most)
            break;
        *out = stmt_int(stmt, 0);
        entries += stmt_int(stmt, 1);
    }
    stmt_done(stmt);
    return result;
}

static enum err tell_subject(struct stmt *stmt,
                             enum err (*each)(void *, enum entity_id, int64_t, struct errctx *), void *arg,
                             struct errctx *e)
{
    struct entry entry;
    size_t len = 0;
    int64_t address = stmt_int(stmt, 0);
    const char *bytes = stmt_blob(stmt, 1, &len);
    if (entry_read(bytes, len, &entry, NULL, e) != ERR_OK)
        return err_fail(e, ERR_DB, "an entry is damaged: %.200s", e->text);
    enum err result = ERR_OK;
    if (entry.record.of)
        result = each(arg, entry.record.of->id, entry_subject(&entry, address), e);
    if (result == ERR_OK && entry.op == OP_MERGE)
        result = each(arg, entry.record.of->id, entry.into, e);
    entry_done(&entry);
    return result;
}

enum err national_news(struct registry_store *s, int64_t most,
                       enum err (*each)(void *, enum entity_id, int64_t, struct errctx *), void *arg,
                       bool *more, struct errctx *e)
{
    static const char sql[] = "SELECT e.id, e.bytes FROM batch b JOIN entry e ON e.batch = b.id AND "
                              "e.id BETWEEN (b.device << 32 | b.first) AND (b.device << 32 | b.last) "
                              "WHERE b.id > :after AND b.id <= :last ORDER BY b.id, e.id";
    struct stmt *stmt = NULL;
    int64_t after = 0;
    int64_t last = 0;
    bool row = true;
    if (db_one_int(s->db, "SELECT batch FROM reviewed", 0, &after, e) != ERR_OK ||
        last_of_turn(s, after, most, &last, more, e) != ERR_OK)
        return e->kind;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_expect_many(stmt);
        stmt_bind_int(stmt, ":after", after);
        stmt_bind_int(stmt, ":last", last);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = tell_subject(stmt, each, arg, e);
    }
    stmt_done(stmt);
    return result == ERR_OK ? set_reviewed(s, last, e) : result;
}

/* --- keys */

enum err national_set_keys(struct registry_store *s, int64_t record, char *const *keys, size_t count,
                           struct errctx *e)
{
    static const char clear[] = "DELETE FROM likeness WHERE record = :record";
    static const char add[] =
        "INSERT INTO likeness (key, record) VALUES (:key, :record) ON CONFLICT DO NOTHING";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, clear, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", record);
    if (stmt_run(stmt, e) != ERR_OK)
        return e->kind;
    for (size_t i = 0; i < count; i++) {
        if (db_prepare(s->db, add, &stmt, e) != ERR_OK)
            return e->kind;
        stmt_bind_text(stmt, ":key", keys[i]);
        stmt_bind_int(stmt, ":record", record);
        if (stmt_run(stmt, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

enum err national_alike(struct registry_store *s, const char *key, int64_t most,
                        enum err (*each)(void *, int64_t, struct errctx *), void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT record FROM likeness WHERE key = :key AND record NOT IN (SELECT id FROM uncounted) "
        "ORDER BY record DESC LIMIT :most";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_text(stmt, ":key", key);
        stmt_bind_int(stmt, ":most", most);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = each(arg, stmt_int(stmt, 0), e);
    }
    stmt_done(stmt);
    return result;
}

enum err national_counts(struct registry_store *s, const struct row *row, bool *out, struct errctx *e)
{
    static const char sql[] = "SELECT 1 FROM uncounted WHERE id = :id";
    struct stmt *stmt = NULL;
    bool found = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", row->id);
    enum err result = stmt_step(stmt, &found, e);
    stmt_done(stmt);
    *out = !found && !row->voided;
    return result;
}

/* --- findings */

enum err national_clear(struct registry_store *s, int64_t record, struct errctx *e)
{
    static const char sql[] = "UPDATE finding SET answered = -2 WHERE answered = 0 AND rests_on IS NOT NULL "
                              "AND (subject = :id OR rests_on = :text)";
    struct stmt *stmt = NULL;
    char text[IDENT_BYTES];
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", record);
    stmt_bind_text(stmt, ":text", ident_format(record, text));
    return stmt_run(stmt, e);
}

enum err national_clear_returns(struct registry_store *s, int64_t licence, struct errctx *e)
{
    static const char sql[] =
        "UPDATE finding SET answered = -2 WHERE answered = 0 AND rests_on IS NOT NULL AND subject IN "
        "(SELECT record FROM likeness WHERE key = 'returned:' || :licence)";
    struct stmt *stmt = NULL;
    char text[IDENT_BYTES];
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":licence", ident_format(licence, text));
    return stmt_run(stmt, e);
}

enum err national_clear_rule(struct registry_store *s, const char *rule, struct errctx *e)
{
    static const char sql[] =
        "UPDATE finding SET answered = -2 WHERE answered = 0 AND rests_on IS NOT NULL AND rule = :rule";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":rule", rule);
    return stmt_run(stmt, e);
}

/* Whether the very same was found before; when it was in doubt, it is not any more. */
static enum err is_known(struct registry_store *s, const struct national_finding *f, bool *out,
                         struct errctx *e)
{
    static const char sql[] =
        "UPDATE finding SET answered = CASE WHEN answered = -2 THEN 0 ELSE answered END "
        "WHERE subject = :subject AND rule = :rule AND rests_on = :rests_on AND text = :text "
        "RETURNING 1";
    struct stmt *stmt = NULL;
    *out = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":subject", f->subject->id);
    stmt_bind_text(stmt, ":rule", f->rule);
    stmt_bind_text(stmt, ":rests_on", f->rests_on);
    stmt_bind_text(stmt, ":text", f->text);
    enum err result = stmt_step(stmt, out, e);
    stmt_done(stmt);
    return result;
}

enum err national_add(struct registry_store *s, const struct national_finding *f, bool *added,
                      struct errctx *e)
{
    static const char sql[] = "INSERT INTO finding (entry, subject, rule, level, field, text, rests_on) "
                              "VALUES (:entry, :subject, :rule, :level, :field, :text, :rests_on)";
    struct stmt *stmt = NULL;
    bool known = false;
    if (is_known(s, f, &known, e) != ERR_OK)
        return e->kind;
    *added = !known;
    if (known)
        return ERR_OK;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", f->subject->version);
    stmt_bind_int(stmt, ":subject", f->subject->id);
    stmt_bind_text(stmt, ":rule", f->rule);
    stmt_bind_text(stmt, ":level", level_name(f->level));
    stmt_bind_text(stmt, ":field", f->field);
    stmt_bind_text(stmt, ":text", f->text);
    stmt_bind_text(stmt, ":rests_on", f->rests_on);
    return stmt_run(stmt, e);
}

/* --- a licence */

static bool read_day(struct stmt *stmt, int column, int32_t *out)
{
    struct date date;
    struct errctx e;
    const char *text = stmt_text(stmt, column);
    if (!text || date_parse(text, &date, &e) != ERR_OK)
        return false;
    *out = date_to_days(date);
    return true;
}

/* By the keys that the run has written: the tables of records have no index by licence. */
#define OF_LICENCE(table, kind)                                                                              \
    "FROM likeness k JOIN " table " r ON r.id = k.record WHERE k.key = '" kind                               \
    ":' || :licence AND r.void = 0 AND r.licence = :id AND r.id NOT IN (SELECT id FROM uncounted) "

static enum err prepare_licence(struct registry_store *s, const char *sql, int64_t licence, struct stmt **out,
                                struct errctx *e)
{
    char text[IDENT_BYTES];
    if (db_prepare(s->db, sql, out, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(*out, ":licence", ident_format(licence, text));
    stmt_bind_int(*out, ":id", licence);
    return ERR_OK;
}

enum err national_returns(struct registry_store *s, int64_t licence,
                          enum err (*each)(void *, const struct national_return *, struct errctx *),
                          void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT r.id, coalesce(r.site, 0), r.date_from, r.date_to, coalesce(r.stones, 0), "
        "coalesce(r.diamond_mct, 0) " OF_LICENCE("yield", "returned") "ORDER BY r.date_from, r.date_to, r.id";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = prepare_licence(s, sql, licence, &stmt, e);
    if (result == ERR_OK)
        stmt_expect_many(stmt);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        struct national_return r = {.id = stmt_int(stmt, 0),
                                    .site = stmt_int(stmt, 1),
                                    .stones = stmt_int(stmt, 4),
                                    .diamond_mct = stmt_int(stmt, 5)};
        if (read_day(stmt, 2, &r.first) && read_day(stmt, 3, &r.last)) /* others have findings of their own */
            result = each(arg, &r, e);
    }
    stmt_done(stmt);
    return result;
}

enum err national_sold(struct registry_store *s, int64_t licence, int64_t *out_mct, struct errctx *e)
{
    static const char sql[] = "SELECT coalesce(sum(r.diamond_mct), 0) " OF_LICENCE("sale", "sold");
    struct stmt *stmt = NULL;
    bool row = false;
    *out_mct = 0;
    if (prepare_licence(s, sql, licence, &stmt, e) != ERR_OK || stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    *out_mct = row ? stmt_int(stmt, 0) : 0;
    stmt_done(stmt);
    return ERR_OK;
}

enum err national_standings(struct registry_store *s, const char *today,
                            enum err (*each)(void *, const struct national_standing *, struct errctx *),
                            void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT l.id, CASE WHEN EXISTS (SELECT 1 FROM site s WHERE s.licence = l.id AND s.void = 0 "
        "AND s.state = 'washing') THEN 1 ELSE 0 END, l.kind, "
        "coalesce(y.last_day, l.valid_from) FROM licence l LEFT JOIN "
        "(SELECT licence, max(date_to) AS last_day FROM yield WHERE void = 0 AND date_to <= :today "
        "AND id NOT IN (SELECT id FROM uncounted) GROUP BY licence) y ON y.licence = l.id "
        "WHERE l.void = 0 AND l.status = 'granted' AND l.valid_from <= :today AND l.valid_to >= :today "
        "AND l.id NOT IN (SELECT id FROM uncounted) ORDER BY l.id";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_expect_many(stmt);
        stmt_bind_text(stmt, ":today", today);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const struct national_standing standing = {.licence = stmt_int(stmt, 0),
                                                   .washing = stmt_int(stmt, 1) != 0,
                                                   .kind = stmt_text(stmt, 2),
                                                   .last_day = stmt_text(stmt, 3)};
        result = each(arg, &standing, e);
    }
    stmt_done(stmt);
    return result;
}

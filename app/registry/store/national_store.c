#include "app/registry/store/national_store.h"

#include <stdlib.h>

#include "app/registry/store/facts.h"
#include "app/registry/store/inside.h"
#include "schema/base/date.h"

enum err national_begin(struct registry_store *s, struct errctx *e)
{
    return s->ledger.begin(s, e);
}

static enum err mark_gone(struct registry_store *s, int64_t now, struct errctx *e)
{
    static const char sql[] = "UPDATE finding SET answered = -3, gone_at = :now WHERE answered = -2";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":now", now);
    return stmt_run(stmt, e);
}

enum err national_end(struct registry_store *s, enum err result, int64_t now, struct errctx *e)
{
    if (result == ERR_OK)
        result = mark_gone(s, now, e);
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
    if (set_reviewed(s, 0, e) != ERR_OK ||
        db_exec(s->db, "UPDATE reviewed SET day = 0, again = (SELECT coalesce(max(id), 0) FROM batch)", e) !=
            ERR_OK)
        return e->kind;
    return facts_clear(s, e);
}

enum err national_day(struct registry_store *s, int64_t *out, struct errctx *e)
{
    return db_one_int(s->db, "SELECT day FROM reviewed", 0, out, e);
}

enum err national_set_day(struct registry_store *s, int64_t day, struct errctx *e)
{
    static const char sql[] = "INSERT INTO reviewed (one, batch, day) VALUES (1, 0, :day) "
                              "ON CONFLICT (one) DO UPDATE SET day = excluded.day";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":day", day);
    return stmt_run(stmt, e);
}

enum err national_has_news(struct registry_store *s, bool *out, struct errctx *e)
{
    static const char sql[] = "SELECT count(*) FROM (SELECT 1 FROM batch WHERE id > "
                              "(SELECT coalesce(max(batch), 0) FROM reviewed) UNION ALL SELECT 1 FROM due "
                              "LIMIT 1) news";
    int64_t count = 0;
    enum err result = db_one_int(s->db, sql, 0, &count, e);
    *out = count > 0;
    return result;
}

enum err national_news(struct registry_store *s, int64_t most,
                       enum err (*each)(void *, const struct national_batch *, struct errctx *), void *arg,
                       bool *more, struct errctx *e)
{
    static const char sql[] = "SELECT b.id, b.device, b.first, b.last, b.received_at, CASE WHEN b.id <= "
                              "(SELECT coalesce(max(again), 0) FROM reviewed) THEN 1 ELSE 0 END FROM batch b "
                              "WHERE b.id > (SELECT coalesce(max(batch), 0) FROM reviewed) ORDER BY b.id";
    struct stmt *stmt = NULL;
    int64_t entries = 0;
    int64_t last = 0;
    *more = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_expect_many(stmt);
    while (result == ERR_OK) {
        result = stmt_step(stmt, more, e);
        if (result != ERR_OK || !*more || entries >= most)
            break;
        const uint32_t device = (uint32_t)stmt_int(stmt, 1);
        const struct national_batch batch = {.id = stmt_int(stmt, 0),
                                             .first = address_of(device, stmt_int(stmt, 2)),
                                             .last = address_of(device, stmt_int(stmt, 3)),
                                             .received_at = stmt_int(stmt, 4),
                                             .known = stmt_int(stmt, 5) != 0};
        entries += stmt_int(stmt, 3) - stmt_int(stmt, 2) + 1;
        last = batch.id;
        result = each(arg, &batch, e);
    }
    stmt_done(stmt);
    return result == ERR_OK && last ? set_reviewed(s, last, e) : result;
}

enum err national_added(struct registry_store *s, const struct national_batch *batch, enum entity_id of,
                        enum err (*each)(void *, const struct row *, struct errctx *), void *arg,
                        struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool more = true;
    enum err result = db_prepare(s->db, s->each_added[of], &stmt, e);
    if (result == ERR_OK) {
        stmt_expect_many(stmt);
        stmt_bind_int(stmt, ":first", batch->first);
        stmt_bind_int(stmt, ":last", batch->last);
        stmt_bind_int(stmt, ":batch", batch->id);
    }
    while (result == ERR_OK) {
        struct row row;
        result = stmt_step(stmt, &more, e);
        if (result != ERR_OK || !more)
            break;
        rows_read(stmt, 0, of, &row);
        result = each(arg, &row, e);
        row_done(&row);
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
    if (entry.record.of && entry.op != OP_ADD)
        result = each(arg, entry.record.of->id, entry_subject(&entry, address), e);
    if (result == ERR_OK && entry.op == OP_MERGE)
        result = each(arg, entry.record.of->id, entry.into, e);
    entry_done(&entry);
    return result;
}

enum err national_changed(struct registry_store *s, const struct national_batch *batch,
                          enum err (*each)(void *, enum entity_id, int64_t, struct errctx *), void *arg,
                          struct errctx *e)
{
    /* Nearly all entries are additions. Canonical JSON has these bytes nowhere else: in a string the quotes
     * are escaped. */
    static const char sql[] = "SELECT id, bytes FROM entry WHERE id BETWEEN :first AND :last "
                              "AND batch = :batch AND bytes NOT LIKE '%,\"op\":\"add\",%' ORDER BY id";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_expect_many(stmt);
        stmt_bind_int(stmt, ":first", batch->first);
        stmt_bind_int(stmt, ":last", batch->last);
        stmt_bind_int(stmt, ":batch", batch->id);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = tell_subject(stmt, each, arg, e);
    }
    stmt_done(stmt);
    return result;
}

enum err national_batch_of(struct registry_store *s, int64_t address, int64_t *out_id,
                           int64_t *out_received_at, struct errctx *e)
{
    static const char sql[] =
        "SELECT b.id, b.received_at FROM entry e JOIN batch b ON b.id = e.batch WHERE e.id = :id";
    struct stmt *stmt = NULL;
    bool row = false;
    *out_id = 0;
    *out_received_at = 0;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", address);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row) {
        *out_id = stmt_int(stmt, 0);
        *out_received_at = stmt_int(stmt, 1);
    }
    stmt_done(stmt);
    return ERR_OK;
}

/* --- keys */

enum err national_forget_keys(struct registry_store *s, int64_t record, struct errctx *e)
{
    static const char sql[] = "DELETE FROM likeness WHERE record = :record";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", record);
    return stmt_run(stmt, e);
}

enum err national_add_keys(struct registry_store *s, int64_t record, char *const *keys, size_t count,
                           struct errctx *e)
{
    static const char sql[] = "INSERT INTO likeness (key, record) VALUES (?1, ?2)";
    struct stmt *stmt = NULL;
    for (size_t i = 0; i < count; i++) {
        if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
            return e->kind;
        stmt_bind_text_at(stmt, 1, keys[i]);
        stmt_bind_int_at(stmt, 2, record);
        if (stmt_run_bulk(stmt, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

/* EACH may ask for others alike: the statement is over before it is told. */
enum err national_alike(struct registry_store *s, const char *key, int64_t most,
                        enum err (*each)(void *, int64_t, struct errctx *), void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT record FROM likeness WHERE key = :key AND record NOT IN (SELECT id FROM uncounted) "
        "ORDER BY record DESC LIMIT :most";
    struct stmt *stmt = NULL;
    bool row = true;
    int64_t *ids = NULL;
    size_t count = 0;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_text(stmt, ":key", key);
        stmt_bind_int(stmt, ":most", most);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        if (count % 32 == 0)
            ids = mem_resize(ids, count + 32, sizeof *ids);
        ids[count++] = stmt_int(stmt, 0);
    }
    stmt_done(stmt);
    for (size_t i = 0; i < count && result == ERR_OK; i++)
        result = each(arg, ids[i], e);
    free(ids);
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

enum err national_doubt(struct registry_store *s, int64_t record, struct errctx *e)
{
    static const char *const statements[] = {
        "UPDATE finding SET answered = -2 WHERE answered = 0 AND rests_on IS NOT NULL AND scope = 0 "
        "AND subject = :id",
        "UPDATE finding SET answered = -2 WHERE answered = 0 AND scope = 0 AND rests_on = :id"};
    struct stmt *stmt = NULL;
    char text[IDENT_BYTES];
    if (db_prepare(s->db, statements[0], &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", record);
    if (stmt_run(stmt, e) != ERR_OK || db_prepare(s->db, statements[1], &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":id", ident_format(record, text));
    return stmt_run(stmt, e);
}

enum err national_doubt_scope(struct registry_store *s, int64_t scope, int32_t first, int32_t last,
                              struct errctx *e)
{
    static const char sql[] = "UPDATE finding SET answered = -2 WHERE scope = :scope AND scope <> 0 "
                              "AND day BETWEEN :first AND :last AND answered = 0";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":scope", scope);
    stmt_bind_int(stmt, ":first", first);
    stmt_bind_int(stmt, ":last", last);
    return stmt_run(stmt, e);
}

enum err national_doubt_pair(struct registry_store *s, const char *rule, int64_t subject, int64_t other,
                             struct errctx *e)
{
    static const char sql[] = "UPDATE finding SET answered = -2 WHERE answered = 0 AND subject = :subject "
                              "AND rule = :rule AND about = :other";
    struct stmt *stmt = NULL;
    char id[IDENT_BYTES];
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":subject", subject);
    stmt_bind_text(stmt, ":rule", rule);
    stmt_bind_text(stmt, ":other", ident_format(other, id));
    return stmt_run(stmt, e);
}

enum err national_doubt_rule(struct registry_store *s, const char *rule, struct errctx *e)
{
    static const char sql[] =
        "UPDATE finding SET answered = -2 WHERE answered = 0 AND rests_on IS NOT NULL AND rule = :rule";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":rule", rule);
    return stmt_run(stmt, e);
}

enum err national_doubt_rule_of(struct registry_store *s, const char *rule, int64_t scope, struct errctx *e)
{
    /* By scope: of a rule there may be very many. */
    static const char sql[] = "UPDATE finding SET answered = -2 WHERE answered = 0 AND rule || '' = :rule "
                              "AND scope = :scope AND scope <> 0";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":rule", rule);
    stmt_bind_int(stmt, ":scope", scope);
    return stmt_run(stmt, e);
}

enum err national_doubt_arrived(struct registry_store *s, const char *rule,
                                enum err (*each)(void *, int64_t, struct errctx *), void *arg,
                                struct errctx *e)
{
    static const char sql[] =
        "UPDATE finding SET answered = -2 WHERE answered = 0 AND rule = :rule AND scope < 0 "
        "AND EXISTS (SELECT 1 FROM entry n WHERE n.id = -finding.scope) RETURNING subject";
    struct stmt *stmt = NULL;
    int64_t *subjects = NULL;
    size_t count = 0;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_text(stmt, ":rule", rule);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        subjects = mem_resize(subjects, count + 1, sizeof *subjects);
        subjects[count++] = stmt_int(stmt, 0);
    }
    stmt_done(stmt);
    for (size_t i = 0; i < count && result == ERR_OK; i++)
        result = each(arg, subjects[i], e);
    free(subjects);
    return result;
}

/* How it was found before. ERR_NOT_FOUND. */
static enum err find_known(struct registry_store *s, const struct national_finding *f, int64_t *answered,
                           struct errctx *e)
{
    static const char sql[] =
        "SELECT answered FROM finding WHERE subject = :subject AND rule = :rule AND about = :about";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":subject", f->subject->id);
    stmt_bind_text(stmt, ":rule", f->rule);
    stmt_bind_text(stmt, ":about", f->about);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    *answered = row ? stmt_int(stmt, 0) : 0;
    stmt_done(stmt);
    return row ? ERR_OK : ERR_NOT_FOUND;
}

/* What is open or was in doubt is told in the words of now, and what was gone is open again. */
static enum err renew(struct registry_store *s, const struct national_finding *f, bool again,
                      struct errctx *e)
{
    static const char sql[] =
        "UPDATE finding SET entry = :entry, text = :text, rests_on = :rests_on, day = :day, "
        "answered = 0, gone_at = 0, found_at = CASE WHEN :again = 1 THEN :now ELSE found_at END "
        "WHERE subject = :subject AND rule = :rule AND about = :about";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", f->subject->version);
    stmt_bind_text(stmt, ":text", f->text);
    stmt_bind_text(stmt, ":rests_on", f->rests_on);
    stmt_bind_int(stmt, ":day", f->day);
    stmt_bind_int(stmt, ":again", again);
    stmt_bind_int(stmt, ":now", f->now);
    stmt_bind_int(stmt, ":subject", f->subject->id);
    stmt_bind_text(stmt, ":rule", f->rule);
    stmt_bind_text(stmt, ":about", f->about);
    return stmt_run(stmt, e);
}

static enum err insert(struct registry_store *s, const struct national_finding *f, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO finding (entry, subject, rule, level, field, text, rests_on, about, scope, day, "
        "found_at) "
        "VALUES (:entry, :subject, :rule, :level, :field, :text, :rests_on, :about, :scope, :day, :now)";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entry", f->subject->version);
    stmt_bind_int(stmt, ":subject", f->subject->id);
    stmt_bind_text(stmt, ":rule", f->rule);
    stmt_bind_text(stmt, ":level", level_name(f->level));
    stmt_bind_text(stmt, ":field", f->field);
    stmt_bind_text(stmt, ":text", f->text);
    stmt_bind_text(stmt, ":rests_on", f->rests_on);
    stmt_bind_text(stmt, ":about", f->about);
    stmt_bind_int(stmt, ":scope", f->scope);
    stmt_bind_int(stmt, ":day", f->day);
    stmt_bind_int(stmt, ":now", f->now);
    return stmt_run(stmt, e);
}

enum err national_add(struct registry_store *s, const struct national_finding *f, bool *added,
                      struct errctx *e)
{
    enum {
        GONE = -3
    };
    int64_t answered = 0;
    enum err result = find_known(s, f, &answered, e);
    *added = result == ERR_NOT_FOUND || (result == ERR_OK && answered == GONE && !f->again);
    if (result == ERR_NOT_FOUND)
        return insert(s, f, e);
    if (result != ERR_OK || answered > 0)
        return result;
    return renew(s, f, *added, e);
}

/* --- what time breaks */

#define STANDING                                                                                             \
    "SELECT l.id, CASE WHEN EXISTS (SELECT 1 FROM site s WHERE s.licence = l.id AND s.void = 0 "             \
    "AND s.state = 'washing' AND s.id NOT IN (SELECT id FROM uncounted)) THEN 1 ELSE 0 END, l.kind, "        \
    "coalesce(t.last, 0), coalesce(l.valid_from, ''), coalesce(t.found, 0), coalesce(t.sold, 0) "            \
    "FROM licence l LEFT JOIN (SELECT licence, max(CASE WHEN last <= :today THEN last ELSE 0 END) AS last, " \
    "sum(found_mct) AS found, sum(sold_mct) AS sold FROM tally "
#define STANDING_GRANTED                                                                                     \
    "GROUP BY licence) t ON t.licence = l.id WHERE l.void = 0 AND l.status = 'granted' "                     \
    "AND l.valid_from <= :date AND l.valid_to >= :date AND l.id NOT IN (SELECT id FROM uncounted) "

enum err national_standings(struct registry_store *s, int64_t licence, int32_t today,
                            enum err (*each)(void *, const struct national_standing *, struct errctx *),
                            void *arg, struct errctx *e)
{
    static const char all[] = STANDING STANDING_GRANTED "ORDER BY l.id";
    static const char one[] = STANDING "WHERE licence = :licence " STANDING_GRANTED "AND l.id = :licence";
    struct stmt *stmt = NULL;
    bool row = true;
    char date[DATE_BYTES];
    enum err result = db_prepare(s->db, licence ? one : all, &stmt, e);
    if (result == ERR_OK) {
        stmt_expect_many(stmt);
        stmt_bind_int(stmt, ":today", today);
        stmt_bind_text(stmt, ":date", date_format_days(today, date));
        if (licence)
            stmt_bind_int(stmt, ":licence", licence);
    }
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const struct national_standing standing = {.licence = stmt_int(stmt, 0),
                                                   .washing = stmt_int(stmt, 1) != 0,
                                                   .kind = stmt_text(stmt, 2),
                                                   .last = (int32_t)stmt_int(stmt, 3),
                                                   .valid_from = stmt_text(stmt, 4),
                                                   .found_mct = stmt_int(stmt, 5),
                                                   .sold_mct = stmt_int(stmt, 6)};
        result = each(arg, &standing, e);
    }
    stmt_done(stmt);
    return result;
}

enum err national_unconfirmed(struct registry_store *s, const char *rule, int64_t before, int64_t most,
                              enum err (*each)(void *, int64_t, struct errctx *), void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT d.id FROM digger d WHERE d.void = 0 AND d.status = 'active' AND d.at < :before "
        "AND d.id NOT IN (SELECT id FROM uncounted) AND NOT EXISTS (SELECT 1 FROM finding f "
        "WHERE f.subject = d.id AND f.rule = :rule AND f.answered >= 0) ORDER BY d.id LIMIT :most";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":before", before);
        stmt_bind_text(stmt, ":rule", rule);
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

/* What there is to review. */
#include "app/registry/store/review.h"

#include <stdio.h>
#include <string.h>

#include "app/registry/store/decisions.h"
#include "app/registry/store/inside.h"
#include "app/registry/store/review_parts.h"

const char *const REVIEW_STATES[REVIEW_STATE_COUNT] = {
    [REVIEW_OPEN] = "open",         [REVIEW_ACCEPTED] = "accepted", [REVIEW_RETURNED] = "returned",
    [REVIEW_REJECTED] = "rejected", [REVIEW_MERGED] = "merged",
};

static const char OF_RECORD[] = "SELECT " FINDING_COLUMNS FINDING_ENTRY "WHERE f.subject = :record "
                                "ORDER BY b.received_at, f.rule, f.id";

/* Steps through STMT, which is bound, and ends it. PLACE and COUNT, which may be NULL, follow. */
enum err each_item(struct stmt *stmt, review_each *each, void *arg, int64_t *place, int64_t *count,
                   struct errctx *e)
{
    bool row = true;
    enum err result = ERR_OK;
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const struct review_item item = {.record = stmt_int(stmt, 0),
                                         .entry = stmt_int(stmt, 1),
                                         .rule = stmt_text(stmt, 2),
                                         .level = stmt_text(stmt, 3),
                                         .field = stmt_text(stmt, 4),
                                         .words = stmt_text(stmt, 5),
                                         .rests_on = stmt_text(stmt, 6),
                                         .since = stmt_int(stmt, 7),
                                         .answered = stmt_int(stmt, 8),
                                         .gone_at = stmt_int(stmt, 9)};
        if (place)
            *place = stmt_int(stmt, 10);
        if (count)
            ++*count;
        result = each(arg, &item, e);
    }
    stmt_done(stmt);
    return result;
}

enum err review_findings(struct registry_store *s, int64_t record, review_each *each, void *arg,
                         struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, OF_RECORD, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_expect_many(stmt);
    stmt_bind_int(stmt, ":record", record);
    return each_item(stmt, each, arg, NULL, NULL, e);
}

enum err review_history(struct registry_store *s, int64_t record,
                        enum err (*each)(void *, const struct review_entry *, struct errctx *), void *arg,
                        struct errctx *e)
{
    static const char sql[] =
        "WITH told AS (SELECT id, bytes, batch, 1 AS applied FROM entry WHERE id = :record UNION ALL "
        "SELECT e.id, e.bytes, e.batch, t.applied FROM touch t JOIN entry e ON e.id = t.entry "
        "WHERE t.record = :record UNION ALL "
        "SELECT e.id, e.bytes, e.batch, 0 FROM decided d JOIN entry e ON e.id = d.entry "
        "WHERE d.record = :record) SELECT o.id, o.bytes, o.batch, o.applied, b.header, b.via, b.received_at "
        "FROM told o JOIN batch b ON b.id = o.batch ORDER BY 3, 1";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result != ERR_OK)
        return result;
    stmt_expect_many(stmt);
    stmt_bind_int(stmt, ":record", record);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        struct review_entry entry = {.address = stmt_int(stmt, 0), .applied = stmt_int(stmt, 3) != 0};
        entry.arrival = batch_arrival(stmt_text(stmt, 4), stmt_text(stmt, 5), stmt_int(stmt, 6));
        entry.bytes = stmt_text(stmt, 1);
        entry.len = strlen(entry.bytes);
        result = each(arg, &entry, e);
    }
    stmt_done(stmt);
    return result;
}

enum err review_entry(struct registry_store *s, int64_t address, struct entry *out, struct errctx *e)
{
    static const char sql[] = "SELECT bytes FROM entry WHERE id = :id";
    struct stmt *stmt = NULL;
    bool row = false;
    char id[IDENT_BYTES];
    entry_init(out);
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", address);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    if (row) {
        size_t len = 0;
        const char *bytes = stmt_blob(stmt, 0, &len);
        result = entry_read(bytes, len, out, NULL, e);
    } else {
        result = err_fail(e, ERR_NOT_FOUND, "entry \"%s\" is not held", ident_format(address, id));
    }
    stmt_done(stmt);
    return result;
}

enum err review_record(struct registry_store *s, int64_t record, struct row *out, struct errctx *e)
{
    struct entry entry;
    char id[IDENT_BYTES];
    enum err result = review_entry(s, record, &entry, e);
    if (result == ERR_OK && entry.op == OP_ADD)
        result = rows_load(s->db, entry.record.of->id, record, out, e);
    else if (result == ERR_OK || result == ERR_NOT_FOUND)
        result = err_fail(e, ERR_NOT_FOUND, "record \"%s\": there is none", ident_format(record, id));
    entry_done(&entry);
    return result;
}

enum err review_state(struct registry_store *s, int64_t record, enum review_state *out, int64_t *stays,
                      struct errctx *e)
{
    static const char sql[] = "SELECT coalesce((SELECT state FROM decision WHERE id = :record), ''), "
                              "coalesce((SELECT stays FROM merged WHERE id = :record), 0)";
    struct stmt *stmt = NULL;
    bool row = false;
    *out = REVIEW_OPEN;
    *stays = 0;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":record", record);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    for (int i = 0; row && i < REVIEW_STATE_COUNT; i++) {
        if (strcmp(REVIEW_STATES[i], stmt_text(stmt, 0)) == 0)
            *out = (enum review_state)i;
    }
    *stays = row ? stmt_int(stmt, 1) : 0;
    stmt_done(stmt);
    if (*stays)
        *out = REVIEW_MERGED;
    return ERR_OK;
}

enum err review_conflicts(struct registry_store *s, int64_t record, int64_t *out, size_t room, size_t *count,
                          struct errctx *e)
{
    static const char sql[] = "SELECT f.entry FROM finding f JOIN entry e ON e.id = f.entry "
                              "WHERE f.subject = :record AND f.rule = '" RULE_CONFLICT "' AND f.answered = 0 "
                              "ORDER BY e.batch, f.entry";
    struct stmt *stmt = NULL;
    bool row = true;
    *count = 0;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result != ERR_OK)
        return result;
    stmt_bind_int(stmt, ":record", record);
    while (*count < room) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        out[(*count)++] = stmt_int(stmt, 0);
    }
    stmt_done(stmt);
    return result;
}

/* The references by which a record without a district of its own lies in one, the nearest first. */
static const struct {
    const char *field;
    enum entity_id target;
} PLACES[] = {
    {"site", ENTITY_SITE}, {"yield", ENTITY_YIELD}, {"licence", ENTITY_LICENCE}, {"digger", ENTITY_DIGGER}};

static int64_t reference(const struct record *r, const char *field)
{
    int at = entity_field(r->of, field);
    return at >= 0 && r->values[at].state == VALUE_SET ? r->values[at].number : 0;
}

enum err review_district(struct registry_store *s, const struct record *r, char out[REVIEW_DISTRICT_BYTES],
                         struct errctx *e)
{
    const char *own = entity_field(r->of, "district") >= 0 ? record_text(r, "district") : NULL;
    (void)snprintf(out, REVIEW_DISTRICT_BYTES, "%s", own ? own : "");
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0] && !*out; i++) {
        struct row row = {0};
        int64_t id = reference(r, PLACES[i].field);
        enum err result = id ? rows_load(s->db, PLACES[i].target, id, &row, e) : ERR_NOT_FOUND;
        if (result == ERR_OK)
            result = review_district(s, &row.record, out, e); /* a stone's return, and that one's licence */
        row_done(&row);
        if (result != ERR_OK && result != ERR_NOT_FOUND)
            return result;
    }
    return ERR_OK;
}

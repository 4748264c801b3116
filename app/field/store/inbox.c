/* What the ministry wants looked at again: records that it returned, and changes that met another's. */
#include <cjson/cJSON.h>
#include <string.h>

#include "app/field/store/inside.h"

/*
 * A record stays until this laptop has written about it again. First what staff returned, then what the
 * receipts say of entries: whose change was not applied, or was returned at once. The entry's record is its
 * own address for an addition; else `touch` knows it. What it was told in a past life it answers in this one.
 */
#define WRITTEN_IN_A_PAST_LIFE "FROM foreign_entry w JOIN life l ON l.device = w.id >> 32 WHERE w.record = "

static const char INBOX[] =
    "SELECT d.record, d.entity, d.state, d.why, d.at, d.by, "
    "coalesce(f.findings, (SELECT findings FROM past_disposition WHERE entry = d.version)) FROM decision d "
    "LEFT JOIN disposition f ON f.number = CASE WHEN d.version >> 32 = :device THEN d.version & 4294967295 "
    "END "
    "WHERE d.state = 'returned' AND NOT EXISTS "
    "(SELECT 1 FROM touch t WHERE t.record = d.record AND t.number > d.behind) "
    "AND NOT EXISTS (SELECT 1 " WRITTEN_IN_A_PAST_LIFE "d.record AND w.turn > d.turn) "
    "UNION ALL "
    "SELECT x.record, '', x.state, NULL, x.at, '', x.findings FROM "
    "(SELECT coalesce((SELECT t.record FROM touch t WHERE t.number = p.number AND t.record <> 0), "
    "(:device << 32) + p.number) AS record, p.number, p.state, p.at, p.findings FROM disposition p "
    "WHERE p.state IN ('returned', 'conflict')) x "
    "WHERE NOT EXISTS (SELECT 1 FROM touch t WHERE t.record = x.record AND t.number > "
    "coalesce((SELECT u.behind FROM unapplied u WHERE u.entry = (:device << 32) + x.number), x.number)) "
    "AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.record = x.record AND x.state = 'returned') "
    "AND NOT EXISTS (SELECT 1 FROM foreign_entry g WHERE g.record = x.record AND x.state = 'conflict' "
    "AND instr(g.bytes, '\"op\":\"settle\"') > 0 "
    "AND instr(g.bytes, '-' || x.number || '\",\"is\":') > 0) "
    "UNION ALL "
    "SELECT o.record, '', p.state, NULL, p.at, '', p.findings FROM past_disposition p "
    "JOIN foreign_entry o ON o.id = p.entry WHERE p.state IN ('returned', 'conflict') "
    "AND NOT EXISTS (SELECT 1 FROM touch t WHERE t.record = o.record) "
    "AND NOT EXISTS (SELECT 1 " WRITTEN_IN_A_PAST_LIFE "o.record AND w.turn > o.turn) "
    "AND NOT EXISTS (SELECT 1 FROM decision d WHERE d.record = o.record AND p.state = 'returned') "
    "AND NOT EXISTS (SELECT 1 FROM foreign_entry g WHERE g.record = o.record AND p.state = 'conflict' "
    "AND instr(g.bytes, '\"op\":\"settle\"') > 0 "
    "AND instr(g.bytes, '-' || (p.entry & 4294967295) || '\",\"is\":') > 0) "
    "ORDER BY 5 DESC, 1";

/* Rows of an entry that a receipt spoke of do not name their kind: the tables are asked. */
static enum err find_entity(struct store *s, const char *name, int64_t record, enum entity_id *out,
                            bool *found, struct errctx *e)
{
    bool voided = false;
    *found = false;
    for (int of = 0; of < ENTITY_COUNT && !*found; of++) {
        *out = (enum entity_id)of;
        if (*name && strcmp(name, ENTITIES[of].name) != 0)
            continue;
        if (store_is_void(s, *out, record, found, &voided, e) != ERR_OK)
            return e->kind;
        if (*found && voided)
            *found = false;
    }
    return ERR_OK;
}

/* The first finding says which field, and why when no person did. */
static void read_findings(const struct cJSON *findings, struct inbox_item *item)
{
    const struct cJSON *first = cJSON_GetArrayItem(findings, 0);
    if (!first)
        return;
    item->field = json_get_str(first, "field");
    item->rule = json_get_str(first, "rule");
    if (!item->why)
        item->why = json_get_str(first, "text");
}

static enum err tell_item(struct store *s, struct stmt *stmt,
                          enum err (*each)(void *, const struct inbox_item *, struct errctx *), void *arg,
                          struct errctx *e)
{
    struct errctx unread;
    struct cJSON *findings = NULL;
    struct inbox_item item = {.record = stmt_int(stmt, 0),
                              .state = stmt_text(stmt, 2),
                              .why = stmt_text(stmt, 3),
                              .at = stmt_int(stmt, 4),
                              .by = stmt_text(stmt, 5)};
    bool found = false;
    if (find_entity(s, stmt_text(stmt, 1), item.record, &item.of, &found, e) != ERR_OK ||
        (found && store_sees(s, item.of, item.record, &found, e) != ERR_OK))
        return e->kind;
    if (!found)
        return ERR_OK;
    const char *json = stmt_text(stmt, 6);
    if (json && json_read(json, strlen(json), &findings, &unread) == ERR_OK)
        read_findings(findings, &item);
    enum err result = each(arg, &item, e);
    json_free(findings);
    return result;
}

enum err store_inbox(struct store *s,
                     enum err (*each)(void *arg, const struct inbox_item *item, struct errctx *e), void *arg,
                     struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, INBOX, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":device", s->device.number);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        result = tell_item(s, stmt, each, arg, e);
    }
    stmt_done(stmt);
    return result;
}

static enum err count_item(void *arg, const struct inbox_item *item, struct errctx *e)
{
    (void)item;
    (void)e;
    int64_t *count = arg;
    (*count)++;
    return ERR_OK;
}

enum err store_inbox_count(struct store *s, int64_t *out, struct errctx *e)
{
    *out = 0;
    return store_inbox(s, count_item, out, e);
}

/* The world comes to rest, and is judged. */
#include "tests/sim/inside.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/store/inside.h"

enum {
    REST_ROUNDS = 8
};

/* --- rest */

/* One round of syncs; true when something moved. */
static bool sync_all(struct sim *s, int round)
{
    bool moved = false;
    for (int i = 0; i < s->laptop_count && !sim_failed(s); i++) {
        struct laptop *l = &s->laptops[i];
        cut_disk_cut(l->disk, CUT_KILL, 0);
        if (!laptop_on(l) || l->hermit)
            continue;
        /* Put back to before it was invited: the ministry invites again. */
        if (!l->enrolled || (round == 1 && oracle_held(s, l->log->device) == 0)) {
            office_invite(s, l);
            laptop_enrol(l);
        }
        moved = laptop_sync(l) || moved;
    }
    return moved;
}

/* Everybody is on, the link is good, and nobody misses the last sync but hermits. */
static void come_to_rest(struct sim *s)
{
    s->resting = true;
    s->step = -1;
    sim_trace(s, "the world comes to rest");
    cut_disk_cut(s->office.disk, CUT_KILL, 0);
    if (!office_on(s))
        return;
    sticks_deliver(s);
    bool moved = true;
    for (int round = 0; (moved || round < 3) && !sim_failed(s); round++) {
        if (round == REST_ROUNDS)
            sim_fail(s, "the world does not come to rest");
        moved = sync_all(s, round);
    }
}

/* --- judgement */

struct comparing {
    struct sim *sim;
    const struct log *log;
    int64_t found;
};

static enum err compare_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct comparing *c = arg;
    uint8_t hash[CHAIN_BYTES];
    oracle_hash(line, hash);
    c->found++;
    if (line->number != c->found)
        return err_fail(e, ERR_CONFLICT, "%s-%lld is missing", c->log->code, (long long)c->found);
    if (line->number > c->log->count)
        return err_fail(e, ERR_CONFLICT, "nobody wrote %s-%lld", c->log->code, (long long)line->number);
    if (memcmp(hash, c->log->entries[line->number - 1].hash, CHAIN_BYTES) != 0)
        return err_fail(e, ERR_CONFLICT, "%s-%lld was written otherwise", c->log->code,
                        (long long)line->number);
    return ERR_OK;
}

static int64_t judge_log(struct sim *s, const struct log *log)
{
    struct errctx e;
    struct comparing c = {.sim = s, .log = log};
    struct registry_store *store = s->office.store;
    if (oracle_held(s, log->device) > 0 &&
        registry_store_entries(store, log->device, 1, 0, compare_line, &c, &e) != ERR_OK)
        sim_fail(s, "the registry: %s", e.text);
    if (log->gone && c.found < log->secured)
        sim_fail(s, "the registry held %lld entries of %s, which is gone, and has %lld",
                 (long long)log->secured, log->code, (long long)c.found);
    s->report->held += c.found;
    return c.found;
}

static void judge_laptop(struct sim *s, struct laptop *l)
{
    struct errctx e;
    struct link_state link;
    struct ledger_device held = {0};
    int64_t there = judge_log(s, l->log);
    bool known = oracle_device(s, l->log->device, &held);
    if (sim_failed(s) || l->gone || !laptop_on(l))
        return;
    if (store_verify(l->store, NULL, NULL, &e) != ERR_OK) {
        sim_fail(s, "laptop %d: %s", l->index, e.text);
        return;
    }
    if (link_load(store_db(l->store), &link, &e) != ERR_OK) {
        sim_fail(s, "laptop %d: %s", l->index, e.text);
        return;
    }
    /* Waiting is what lies behind the last receipt; one of an earlier life of the registry means nothing. */
    if (there < l->log->count && oracle_is_present(s, &link) && link.upto > there)
        sim_fail(s, "laptop %d: entry %lld is neither in the registry nor waiting", l->index,
                 (long long)there + 1);
    if (there < l->log->count && !l->hermit && !(known && held.revoked_at))
        sim_fail(s, "laptop %d: of %lld entries the registry holds %lld after the last sync", l->index,
                 (long long)l->log->count, (long long)there);
}

/* --- what laptops share */

struct sharing {
    struct sim *sim;
    struct laptop *laptop;
};

static bool same_value(const struct value *a, const struct value *b, enum field_type type)
{
    if ((a->state == VALUE_SET) != (b->state == VALUE_SET))
        return false;
    if (a->state != VALUE_SET)
        return true;
    return field_is_number(type) ? a->number == b->number : strcmp(a->text, b->text) == 0;
}

/* How both came to it, for a person who looks for the reason. */
static enum err trace_entry(void *arg, int64_t address, const struct entry *entry, struct errctx *e)
{
    (void)e;
    char id[IDENT_BYTES];
    char base[IDENT_BYTES];
    struct buf line = {0};
    entry_write(entry, &line);
    sim_trace(arg, "  laptop: %s on %s: %s", ident_format(address, id), ident_format(entry->base, base),
              buf_str(&line));
    buf_done(&line);
    return ERR_OK;
}

static void trace_record(const struct sharing *h, enum entity_id of, int64_t id)
{
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = true;
    char entry[IDENT_BYTES];
    char base[IDENT_BYTES];
    static const char sql[] =
        "SELECT entry, base, applied, voids, fields FROM touch WHERE record = :id ORDER BY turn";
    if (!h->sim->o->trace || db_prepare(h->sim->office.store->db, sql, &stmt, &e) != ERR_OK)
        return;
    stmt_bind_int(stmt, ":id", id);
    while (stmt_step(stmt, &row, &e) == ERR_OK && row)
        sim_trace(h->sim, "  registry: %s on %s, %s: %s%s", ident_format(stmt_int(stmt, 0), entry),
                  ident_format(stmt_int(stmt, 1), base), stmt_int(stmt, 2) ? "applied" : "conflict",
                  stmt_text(stmt, 4), stmt_int(stmt, 3) ? "void" : "");
    stmt_done(stmt);
    (void)!store_history(h->laptop->store, of, id, trace_entry, h->sim, &e);
}

/* A change that the registry did not apply stays on the laptop that made it. */
static bool has_conflict(struct sim *s, int64_t record)
{
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->office.store->db, "SELECT 1 FROM touch WHERE record = :id AND applied = 0", &stmt,
                   &e) != ERR_OK)
        return false;
    stmt_bind_int(stmt, ":id", record);
    enum err result = stmt_step(stmt, &row, &e);
    stmt_done(stmt);
    return result == ERR_OK && row;
}

static enum err compare_record(void *arg, const struct row *row, struct errctx *e)
{
    const struct sharing *h = arg;
    const struct entity *of = row->record.of;
    struct row own = {0};
    char id[IDENT_BYTES];
    (void)ident_format(row->id, id);
    if (store_load(h->laptop->store, of->id, row->id, &own, e) != ERR_OK)
        return err_wrap(e, "%s %s", of->name, id);
    const char *differs = own.voided == row->voided ? NULL : "void";
    for (int i = 0; i < of->field_count && !differs; i++) {
        if (!same_value(&own.record.values[i], &row->record.values[i], of->fields[i].type))
            differs = of->fields[i].name;
    }
    row_done(&own);
    if (differs && has_conflict(h->sim, row->id))
        return ERR_OK;
    if (differs)
        trace_record(h, of->id, row->id);
    return differs ? err_fail(e, ERR_CONFLICT, "%s of %s %s stands otherwise in the registry", differs,
                              of->name, id)
                   : ERR_OK;
}

static void judge_shared(struct sim *s, struct laptop *l)
{
    struct errctx e;
    struct sharing h = {.sim = s, .laptop = l};
    struct ledger_device held = {0};
    /* A registry that was put back lost for good what came from laptops that are gone; others know it still.
     */
    if (s->report->restores > 0 || l->gone || l->hermit || !oracle_device(s, l->log->device, &held) ||
        held.revoked_at)
        return;
    for (int of = 0; of < ENTITY_COUNT && !sim_failed(s); of++) {
        if (feed_shares((enum entity_id)of) && registry_store_records(s->office.store, (enum entity_id)of,
                                                                      true, compare_record, &h, &e) != ERR_OK)
            sim_fail(s, "laptop %d: %s", l->index, e.text);
    }
}

/* --- what rules found, which verifying leaves alone */

/* Every row as a line. */
static void write_rows(struct sim *s, const char *sql, int columns, struct buf *out)
{
    struct errctx e;
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->office.store->db, sql, &stmt, &e);
    while (result == ERR_OK && row) {
        result = stmt_step(stmt, &row, &e);
        for (int i = 0; i < columns && result == ERR_OK && row; i++)
            buf_printf(out, "%s%c", stmt_text(stmt, i), i + 1 < columns ? '|' : '\n');
    }
    stmt_done(stmt);
    if (result != ERR_OK)
        sim_fail(s, "the registry: %s", e.text);
}

static void write_findings(struct sim *s, struct buf *out)
{
    static const char dispositions[] = "SELECT entry, state FROM disposition ORDER BY entry";
    static const char findings[] =
        "SELECT entry, subject, rule, level, coalesce(field, ''), text, answered <> 0 FROM finding "
        "WHERE rests_on IS NULL ORDER BY entry, subject, rule, field, text";
    write_rows(s, dispositions, 2, out);
    write_rows(s, findings, 7, out);
}

/* The first line in which they differ. */
static void name_difference(struct sim *s, const char *before, const char *after)
{
    while (*before && *after) {
        size_t a = strcspn(before, "\n");
        size_t b = strcspn(after, "\n");
        if (a != b || memcmp(before, after, a) != 0)
            break;
        before += a + 1;
        after += b + 1;
    }
    sim_fail(s, "the registry found \"%.*s\" and after a rebuild \"%.*s\"", (int)strcspn(before, "\n"),
             before, (int)strcspn(after, "\n"), after);
}

static void judge_rebuild(struct sim *s)
{
    struct errctx e;
    struct buf before = {0};
    struct buf after = {0};
    write_findings(s, &before);
    if (registry_store_rebuild(s->office.store, NULL, NULL, &e) != ERR_OK)
        sim_fail(s, "the registry: rebuild: %s", e.text);
    else
        write_findings(s, &after);
    if (!sim_failed(s) && strcmp(buf_str(&before), buf_str(&after)) != 0)
        name_difference(s, buf_str(&before), buf_str(&after));
    buf_done(&after);
    buf_done(&before);
}

/* For SIM_SPOILT_ROW. */
static void spoil(struct sim *s)
{
    struct errctx e;
    (void)!db_exec(s->office.store->db, "UPDATE digger SET village = village || 'x'", &e);
}

void oracle_judge(struct sim *s)
{
    struct errctx e;
    come_to_rest(s);
    if (sim_failed(s))
        return;
    if (s->o->fault == SIM_SPOILT_ROW)
        spoil(s);
    for (int i = 0; i < s->laptop_count && !sim_failed(s); i++)
        judge_laptop(s, &s->laptops[i]);
    for (int i = 0; i < s->laptop_count && !sim_failed(s); i++)
        judge_shared(s, &s->laptops[i]);
    if (!sim_failed(s) && registry_store_verify(s->office.store, 0, NULL, NULL, &e) != ERR_OK)
        sim_fail(s, "the registry: %s", e.text);
    if (!sim_failed(s))
        judge_rebuild(s);
}

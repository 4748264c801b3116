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

/* How much of this branch of a journal the registry holds; *ALL: and nothing else under its name. */
static int64_t matched(struct sim *s, const struct log *log, bool *all, struct errctx *e)
{
    struct comparing c = {.sim = s, .log = log};
    enum err result = ERR_OK;
    if (oracle_held(s, log->device) > 0)
        result = registry_store_entries(s->office.store, log->device, 1, 0, compare_line, &c, e);
    *all = result == ERR_OK;
    return result == ERR_OK ? c.found : c.found - 1;
}

/* A copied disk has a journal in two branches: one of them stands for both. */
static bool is_first_branch(const struct sim *s, const struct log *log)
{
    for (const struct log *other = s->logs; other != log; other = other->next) {
        if (other->device == log->device)
            return false;
    }
    return true;
}

/* What the registry holds of a device is one of its branches, all of it. */
static void judge_device(struct sim *s, const struct log *log)
{
    struct errctx e;
    bool all = false;
    if (!is_first_branch(s, log))
        return;
    s->report->held += oracle_held(s, log->device);
    for (const struct log *other = log; other && !all; other = other->next) {
        if (other->device == log->device)
            (void)matched(s, other, &all, &e);
    }
    if (!all)
        sim_fail(s, "the registry: %s", e.text);
}

static int64_t judge_log(struct sim *s, const struct log *log)
{
    struct errctx e;
    bool all = false;
    int64_t there = matched(s, log, &all, &e);
    if (log->gone && all && there < log->secured)
        sim_fail(s, "the registry held %lld entries of %s, which is gone, and has %lld",
                 (long long)log->secured, log->code, (long long)there);
    return there;
}

static struct laptop *owner_of(struct sim *s, const struct log *log)
{
    for (int i = 0; i < s->laptop_count; i++) {
        if (s->laptops[i].log == log && !s->laptops[i].gone)
            return &s->laptops[i];
    }
    return NULL;
}

/* Is there one that says it was the entry at ADDRESS, in the registry or on a laptop that will send it? */
static bool is_written_again(struct sim *s, int64_t address, int64_t at)
{
    for (struct log *log = s->logs; log; log = log->next) {
        int64_t held = oracle_held(s, log->device);
        for (int64_t n = 1; n <= log->count; n++) {
            if (log->entries[n - 1].was == address && log->entries[n - 1].at == at &&
                (n <= held || owner_of(s, log) || n <= log->backed))
                return true;
        }
    }
    return false;
}

static bool is_stranger(struct sim *s, uint32_t device, struct ledger_successor *life)
{
    struct errctx e;
    struct ledger *ledger = registry_store_ledger(s->office.store);
    *life = (struct ledger_successor){0};
    /* Of a laptop whose code was taken, the registry knows without a voucher what belongs together. */
    return ledger->successor(ledger->arg, device, life, &e) == ERR_OK && life->vouched == VOUCHED_NOBODY &&
           life->number > 0;
}

bool oracle_is_unvouched(struct sim *s, uint32_t device, uint32_t origin)
{
    struct ledger_successor life = {.predecessor = device};
    bool stranger = false;
    while (!stranger && life.predecessor && life.predecessor != origin)
        stranger = is_stranger(s, life.predecessor, &life);
    return stranger;
}

static bool is_believed(struct sim *s, int laptop)
{
    for (const struct log *log = s->logs; log; log = log->next) {
        if (log->laptop == laptop && oracle_is_unvouched(s, log->device, 0))
            return false;
    }
    return true;
}

/* It has not heard of its loss, or was revoked and is not told, and still has what it would send again. */
static bool is_kept_unheard(struct sim *s, int laptop, int64_t address)
{
    struct laptop *l = &s->laptops[laptop];
    struct ledger_device held = {0};
    bool revoked = oracle_device(s, l->log->device, &held) && held.revoked_at;
    return (l->hermit || revoked) && !l->gone && laptop_on(l) &&
           oracle_has_row(s, store_db(l->store), "SELECT 1 FROM foreign_entry WHERE id = :entry", address);
}

/* What a restored backup held is there as it was first written, or written again. */
static void judge_backed(struct sim *s, const struct log *log, int64_t there)
{
    /* What the registry had and lost again a laptop that is restored hears of only when it is believed: else
     * it goes by the receipts in its backup. */
    if (s->report->restores > 0 && !is_believed(s, log->laptop))
        return;
    for (int64_t n = there + 1; n <= log->backed; n++) {
        int64_t first =
            log->entries[n - 1].was ? log->entries[n - 1].was : ident_make(log->device, (uint32_t)n);
        if (log->entries[n - 1].of_record && !is_written_again(s, first, log->entries[n - 1].at) &&
            !is_kept_unheard(s, log->laptop, ident_make(log->device, (uint32_t)n)))
            sim_fail(s, "%s-%lld was in a backup that was restored, and is nowhere", log->code, (long long)n);
    }
}

static void judge_laptop(struct sim *s, struct laptop *l)
{
    struct errctx e;
    struct link_state link;
    struct ledger_device held = {0};
    bool all = false;
    int64_t there = matched(s, l->log, &all, &e);
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

/* --- each record once */

struct origin {
    int64_t first; /* address under which it was first written … */
    int64_t at;    /* … and when: a copied disk may have written something else there */
    int64_t id;    /* of this addition */
    int rows;
};

struct origins {
    struct sim *sim;
    uint32_t device;
    struct origin *rows;
    size_t count;
};

static enum err add_origin(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct origins *o = arg;
    struct entry entry;
    if (entry_read(line->bytes, line->len, &entry, NULL, e) != ERR_OK)
        return e->kind;
    if (entry.op == OP_ADD &&
        !(entry.was && oracle_is_unvouched(o->sim, o->device, ident_device(entry.was)))) {
        int64_t id = ident_make(o->device, (uint32_t)line->number);
        o->rows = mem_resize(o->rows, o->count + 1, sizeof *o->rows);
        o->rows[o->count++] = (struct origin){.first = entry.was ? entry.was : id, .at = entry.at, .id = id};
    }
    entry_done(&entry);
    return ERR_OK;
}

static enum err count_row(void *arg, const struct row *row, struct errctx *e)
{
    struct origins *o = arg;
    const struct origin *its = NULL;
    for (size_t i = 0; i < o->count && !its; i++)
        its = o->rows[i].id == row->id ? &o->rows[i] : NULL;
    if (!its && !oracle_is_unvouched(o->sim, ident_device(row->id), 0))
        return err_fail(e, ERR_CONFLICT, "a record that nobody added");
    for (size_t i = 0; i < o->count && its; i++)
        o->rows[i].rows += o->rows[i].first == its->first && o->rows[i].at == its->at;
    return ERR_OK;
}

/* However often it was written: one row. */
static void judge_once(struct sim *s)
{
    struct errctx e;
    struct origins o = {.sim = s};
    enum err result = ERR_OK;
    for (struct log *log = s->logs; log && result == ERR_OK; log = log->next) {
        o.device = log->device;
        if (is_first_branch(s, log) && oracle_held(s, log->device) > 0)
            result = registry_store_entries(s->office.store, log->device, 1, 0, add_origin, &o, &e);
    }
    for (int of = 0; of < ENTITY_COUNT && result == ERR_OK; of++)
        result = registry_store_records(s->office.store, (enum entity_id)of, true, count_row, &o, &e);
    if (result != ERR_OK)
        sim_fail(s, "the registry: %s", e.text);
    for (size_t i = 0; i < o.count && !sim_failed(s); i++) {
        char id[IDENT_BYTES];
        if (o.rows[i].rows != 1)
            sim_fail(s, "%s counts %d times", ident_format(o.rows[i].first, id), o.rows[i].rows);
    }
    free(o.rows);
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
    for (struct log *log = s->logs; log && !sim_failed(s); log = log->next)
        judge_device(s, log);
    for (struct log *log = s->logs; log && !sim_failed(s); log = log->next)
        judge_backed(s, log, judge_log(s, log));
    for (int i = 0; i < s->laptop_count && !sim_failed(s); i++)
        judge_laptop(s, &s->laptops[i]);
    if (!sim_failed(s))
        judge_once(s);
    for (int i = 0; i < s->laptop_count && !sim_failed(s); i++)
        oracle_judge_told(s, &s->laptops[i]);
    for (int i = 0; i < s->laptop_count && !sim_failed(s); i++)
        oracle_judge_shared(s, &s->laptops[i]);
    if (!sim_failed(s) && registry_store_verify(s->office.store, 0, NULL, NULL, &e) != ERR_OK)
        sim_fail(s, "the registry: %s", e.text);
    if (!sim_failed(s))
        judge_rebuild(s);
}

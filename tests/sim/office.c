/* The ministry: serves, imports sticks, decides, backs up, is put back, revokes. */
#include "tests/sim/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/registry/store/quarantine.h"
#include "app/registry/store/review.h"
#include "sync/server/feed.h"
#include "sync/server/ingest.h"

static const char STAFF[] = "fatu";

static int64_t now(const struct sim *s)
{
    return sim_clock(s, s->office.clock_off_s);
}

/* Backups lie on another medium: the registry's power is not theirs. */
static void backup_path(const struct sim *s, int number, char out[SIM_PATH_BYTES])
{
    (void)snprintf(out, SIM_PATH_BYTES, "%.80s/safe-%d.db", s->folder, number);
}

void office_make(struct sim *s)
{
    struct errctx e;
    struct office *o = &s->office;
    (void)snprintf(o->folder, sizeof o->folder, "%.80s/registry", s->folder);
    o->older = sim_chance(s, 250);
    o->disk = cut_disk_new(s->vfs, o->folder, dice_roll(&s->dice));
    if (registry_store_create(o->folder, NULL, "SL", "Ministry of Mines", false, &e) != ERR_OK)
        sim_fail(s, "make the registry: %s", e.text);
    else if (office_on(s) &&
             registry_store_staff_put(o->store, NULL, STAFF, "Fatu", true, now(s), &e) != ERR_OK)
        sim_fail(s, "make an account: %s", e.text);
}

bool office_on(struct sim *s)
{
    struct errctx e = {0};
    struct office *o = &s->office;
    if (o->store)
        return true;
    cut_disk_restart(o->disk);
    sim_plan_cut(s, o->disk);
    enum err result = registry_store_open(o->folder, DB_WRITE, &o->store, &e);
    if (result == ERR_OK && o->dated)
        result = registry_store_rebuild(o->store, NULL, NULL, &e);
    if (cut_disk_is_dead(o->disk)) {
        sim_trace(s, "the registry dies while it starts");
        s->report->cuts++;
        office_off(s);
        return false;
    }
    if (result != ERR_OK) {
        o->store = NULL;
        sim_fail(s, "the registry does not start: %s", e.text);
        return false;
    }
    o->dated = false;
    if (o->put_back)
        oracle_secure(s, true);
    o->put_back = false;
    oracle_receipts(s);
    return o->store != NULL;
}

void office_off(struct sim *s)
{
    registry_store_close(s->office.store);
    s->office.store = NULL;
}

void office_did(struct sim *s, const char *what, enum err result, const struct errctx *e)
{
    if (cut_disk_is_dead(s->office.disk)) {
        sim_trace(s, "the registry dies: %s", what);
        s->report->cuts++;
        office_off(s);
        return;
    }
    if (result == ERR_DB || result == ERR_IO || result == ERR_INTERNAL)
        sim_fail(s, "the registry: %s: %s", what, e->text);
    oracle_secure(s, false);
}

void office_take_code(struct sim *s, const struct laptop *l)
{
    struct errctx e = {0};
    struct ledger_device other = {.number = l->log->device, .name = "", .enrolled_at = 1, .seen_at = 1};
    memset(other.key, 7, KEY_BYTES);
    chain_start(other.key, &other.chain);
    if (!office_on(s))
        return;
    struct ledger *ledger = registry_store_ledger(s->office.store);
    if (ledger->begin(ledger->arg, &e) != ERR_OK || ledger->add_device(ledger->arg, &other, &e) != ERR_OK ||
        ledger->commit(ledger->arg, &e) != ERR_OK)
        sim_fail(s, "the registry: %s", e.text);
    sim_trace(s, "the code of laptop %d is taken", l->index);
}

/* A file for a stick instead of a code to type. */
static void put_invitation(struct sim *s, const struct laptop *l, const char *district)
{
    const struct ledger_identity *identity = registry_store_identity(s->office.store);
    const struct device *me = registry_store_device(s->office.store);
    struct invitation i = {.registry = me->number, .at = now(s), .district_count = 1};
    struct errctx e = {0};
    struct buf plain = {0};
    struct buf packed = {0};
    memcpy(i.key, me->key, KEY_BYTES);
    (void)snprintf(i.name, sizeof i.name, "%s", identity->name);
    (void)snprintf(i.country, sizeof i.country, "%s", identity->country);
    (void)snprintf(i.incarnation, sizeof i.incarnation, "%s", identity->incarnation);
    (void)snprintf(i.code, sizeof i.code, "%s", l->code);
    (void)snprintf(i.url, sizeof i.url, "%s", SIM_URL);
    (void)snprintf(i.districts[0], sizeof i.districts[0], "%s", district);
    invitation_write(&i, &plain);
    container_sign(&plain, me);
    if (container_pack(&plain, NULL, 0, &packed, &e) != ERR_OK)
        sim_fail(s, "write an invitation: %s", e.text);
    stick_put(stick_new(s), "invitation", buf_str(&packed), packed.len);
    buf_done(&plain);
    buf_done(&packed);
}

void office_invite(struct sim *s, struct laptop *l)
{
    static const char *const districts[] = {"SL-E"};
    struct errctx e = {0};
    if (!office_on(s))
        return;
    /* Whose work it goes on with the ministry knows from people, if it knew that laptop at all, and not
     * another of that code. */
    struct ledger_device before;
    enum err result =
        l->before && oracle_device(s, l->before, &before) && before.name[0]
            ? registry_store_invite_after(s->office.store, l->before, 0, now(s), l->code, &e)
            : registry_store_invite(s->office.store, "Kono", districts, 1, 0, now(s), l->code, &e);
    bool alive = !cut_disk_is_dead(s->office.disk);
    office_did(s, "invite", result, &e);
    if (alive && result == ERR_OK && !s->resting && sim_chance(s, 400))
        put_invitation(s, l, districts[0]);
}

/* --- sticks */

static void take_file(struct sim *s, struct stick *stick, struct stick_file *file)
{
    struct registry_store *store = s->office.store;
    struct errctx e = {0};
    struct buf receipt = {0};
    struct problem problem = {0};
    struct ingested done = {0};
    const struct ingest in = {
        .ledger = registry_store_ledger(store), .registry = registry_store_device(store), .now = now(s)};
    sim_plan_cut(s, s->office.disk);
    enum err result =
        ingest_batch(&in, buf_str(&file->bytes), file->bytes.len, 0, &receipt, &done, &problem, &e);
    sim_trace(s, "  registry: %s: %s", file->name, result == ERR_OK ? "taken" : e.text);
    bool alive = !cut_disk_is_dead(s->office.disk);
    office_did(s, "import", result, &e);
    if (alive && result == ERR_OK)
        stick_put(stick, "receipt", buf_str(&receipt), receipt.len);
    file->delivered = alive && problem.type != PROBLEM_GAP;
    problem_done(&problem);
    buf_done(&receipt);
}

static void put_feed(struct sim *s, struct stick *stick)
{
    struct errctx e = {0};
    struct feed_page page;
    const struct laptop *l = &s->laptops[sim_below(s, s->laptop_count)];
    enum err result =
        feed_page_make(registry_store_ledger(s->office.store), registry_store_device(s->office.store),
                       l->log->device, 0, now(s), &page, &e);
    if (result == ERR_OK && page.events > 0)
        stick_put(stick, "feed", buf_str(&page.packed), page.packed.len);
    feed_page_done(&page);
    office_did(s, "feed", result == ERR_NOT_FOUND ? ERR_OK : result, &e);
}

/* In any order, and again as long as something was taken in, as the command does. */
void office_import(struct sim *s, struct stick *stick)
{
    bool moved = true;
    int count = stick->count;
    if (!office_on(s))
        return;
    sim_trace(s, "the registry imports a stick of %d files", count);
    while (moved && !sim_failed(s)) {
        moved = false;
        int from = sim_below(s, count);
        for (int i = 0; i < count && office_on(s) && !sim_failed(s); i++) {
            struct stick_file *file = &stick->files[(from + i) % count];
            if (file->delivered)
                continue;
            take_file(s, stick, file);
            moved = moved || file->delivered;
        }
    }
    if (!s->resting && sim_chance(s, 500) && office_on(s))
        put_feed(s, stick);
}

/* --- decisions */

struct picking {
    struct sim *sim;
    int64_t ids[2];
    int seen;
};

static enum err pick_row(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    struct picking *p = arg;
    p->seen++;
    if (sim_below(p->sim, p->seen) == 0) {
        p->ids[1] = p->ids[0];
        p->ids[0] = row->id;
    }
    return ERR_OK;
}

static void decide(struct sim *s)
{
    static const enum entity_id kinds[] = {ENTITY_DIGGER, ENTITY_LICENCE, ENTITY_YIELD};
    static const enum decided decisions[] = {DECIDED_ACCEPTED, DECIDED_RETURNED, DECIDED_REJECTED};
    struct errctx e = {0};
    struct picking p = {.sim = s};
    struct registry_store *store = s->office.store;
    enum entity_id of = kinds[sim_below(s, 3)];
    enum err result = registry_store_records(store, of, false, pick_row, &p, &e);
    if (result != ERR_OK || !p.ids[0])
        return;
    sim_plan_cut(s, s->office.disk);
    int choice = sim_below(s, 100);
    if (choice < 20 && of == ENTITY_DIGGER && p.ids[1])
        result = review_merge(store, STAFF, p.ids[0], p.ids[1], "one person", now(s), &e);
    else if (choice < 30)
        result = review_unmerge(store, STAFF, p.ids[0], "two persons", now(s), &e);
    else if (choice < 55)
        result =
            review_resolve(store, STAFF, p.ids[0],
                           &(const struct review_choice){"", sim_chance(s, 500) ? REVIEW_ONE : REVIEW_OTHER},
                           1, "as the paper says", now(s), &e);
    else
        result =
            review_decide(store, STAFF, p.ids, 1, decisions[sim_below(s, 3)], "see the file", now(s), &e);
    sim_trace(s, "staff decides: %s", result == ERR_OK ? "done" : e.text);
    office_did(s, "decide", result, &e);
}

/* --- quarantine */

static enum err pick_kept(void *arg, const struct registry_quarantined *q, struct errctx *e)
{
    (void)e;
    struct picking *p = arg;
    p->seen++;
    if (sim_below(p->sim, p->seen) == 0)
        p->ids[0] = q->id;
    return ERR_OK;
}

static void decide_kept(struct sim *s)
{
    struct errctx e = {0};
    struct picking p = {.sim = s};
    struct registry_store *store = s->office.store;
    enum err result = registry_store_quarantine(store, false, pick_kept, &p, &e);
    if (result == ERR_OK && p.ids[0]) {
        sim_plan_cut(s, s->office.disk);
        result = registry_store_release(store, STAFF, p.ids[0], "the owner has it back", now(s), NULL, &e);
        sim_trace(s, "staff releases what was kept: %s", result == ERR_OK ? "done" : e.text);
    }
    office_did(s, "release", result, &e);
}

/* --- backup, restore, revocation */

static void back_up(struct sim *s)
{
    struct errctx e = {0};
    char path[SIM_PATH_BYTES];
    backup_path(s, s->office.backups, path);
    (void)unlink(path);
    sim_plan_cut(s, s->office.disk);
    enum err result = registry_store_backup(s->office.store, path, NULL, NULL, &e);
    if (result == ERR_OK && !cut_disk_is_dead(s->office.disk))
        s->office.backups++;
    sim_trace(s, "the registry is backed up: %s", result == ERR_OK ? "done" : e.text);
    office_did(s, "backup", result, &e);
}

static void throw_away(struct sim *s)
{
    static const char *const endings[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        char old[SIM_PATH_BYTES];
        (void)snprintf(old, sizeof old, "%.90s/registry.db%s", s->office.folder, endings[i]);
        (void)unlink(old);
    }
}

/* The old disk is thrown away; its key was kept elsewhere, as the manual says. Whoever is interrupted begins
 * again. */
static void put_back(struct sim *s)
{
    struct errctx e = {0};
    char path[SIM_PATH_BYTES];
    if (s->office.backups == 0)
        return;
    int number = sim_below(s, s->office.backups);
    backup_path(s, number, path);
    office_off(s);
    for (bool done = false; !done && !sim_failed(s);) {
        throw_away(s);
        sim_plan_cut(s, s->office.disk);
        enum err result = registry_store_restore(s->office.folder, NULL, path, &e);
        done = !cut_disk_is_dead(s->office.disk);
        if (done && result != ERR_OK)
            sim_fail(s, "put the registry back: %s", e.text);
        cut_disk_restart(s->office.disk);
        cut_disk_cut(s->office.disk, CUT_KILL, 0);
    }
    s->report->restores++;
    sim_trace(s, "the registry is put back to backup %d", number);
    s->office.put_back = true;
    (void)office_on(s);
}

void office_revoke(struct sim *s, struct laptop *l)
{
    struct errctx e = {0};
    if (!office_on(s))
        return;
    sim_plan_cut(s, s->office.disk);
    enum err result = registry_store_revoke(s->office.store, l->log->device, "stolen", now(s), &e);
    l->revoked = l->revoked || result == ERR_OK;
    sim_trace(s, "laptop %d is revoked: %s", l->index, result == ERR_OK ? "done" : e.text);
    office_did(s, "revoke", result, &e);
}

static void care(struct sim *s)
{
    struct errctx e = {0};
    enum err result = ERR_OK;
    sim_plan_cut(s, s->office.disk);
    if (sim_chance(s, 500))
        result = registry_store_rebuild(s->office.store, NULL, NULL, &e);
    else
        result = registry_store_verify(s->office.store, 0, NULL, NULL, &e);
    sim_trace(s, "the registry looks after itself: %s", result == ERR_OK ? "done" : e.text);
    office_did(s, "care", result, &e);
}

void office_work(struct sim *s)
{
    if (!office_on(s))
        return;
    int choice = sim_below(s, 100);
    if (choice < 48)
        decide(s);
    else if (choice < 55)
        decide_kept(s);
    else if (choice < 70)
        back_up(s);
    else if (choice < 80)
        put_back(s);
    else if (choice < 85)
        office_revoke(s, &s->laptops[sim_below(s, s->laptop_count)]);
    else if (choice < 93)
        care(s);
    else
        office_off(s); /* and on again with the next who asks */
}

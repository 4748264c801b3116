/* A laptop and its person: works, syncs, carries, is switched off at the wrong moment. */
#include "tests/sim/inside.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/registry/store/inside.h"
#include "schema/base/file.h"

/* sync_options.now has no argument, and a laptop works at a time. */
static const struct laptop *at_work;

static int64_t now_of(const struct laptop *l)
{
    return sim_clock(l->sim, l->clock_off_s);
}

static int64_t now(void)
{
    return now_of(at_work);
}

static bool is_cancelled(void *arg)
{
    return ((const struct laptop *)arg)->cancel;
}

struct sync_options laptop_options(struct laptop *l)
{
    at_work = l;
    l->cancel = false;
    return (struct sync_options){.db = store_db(l->store),
                                 .me = store_device(l->store),
                                 .program = "alluvia sim",
                                 .now = now,
                                 .links = &l->links,
                                 .cancelled = is_cancelled,
                                 .arg = l,
                                 .told = store_told,
                                 .judged = store_judged,
                                 .forget = store_forget,
                                 .measured = store_measured,
                                 .become = store_become,
                                 .copies = sim_chance(l->sim, 500),
                                 .told_arg = l->store};
}

void laptop_place(struct laptop *l)
{
    struct sim *s = l->sim;
    (void)snprintf(l->folder, sizeof l->folder, "%.80s/laptop-%d-%d", s->folder, l->index, l->lives);
    (void)snprintf(l->path, sizeof l->path, "%.80s/laptop-%d-%d/alluvia.db", s->folder, l->index, l->lives);
    l->disk = cut_disk_new(s->vfs, l->folder, dice_roll(&s->dice));
    cut_disk_lie(l->disk, s->o->fault == SIM_LYING_DISK);
}

void laptop_make(struct sim *s, int index)
{
    struct errctx e;
    struct laptop *l = &s->laptops[index];
    /* Who believes that all was sent is found out by the next sync, so this fault needs people who do none.
     */
    int hermits = s->o->fault == SIM_FORGED_SENT ? 700 : 150;
    *l = (struct laptop){.sim = s,
                         .index = index,
                         .weather = sim_below(s, 4),
                         .hermit = sim_chance(s, hermits),
                         .newer = sim_chance(s, 250)};
    laptop_place(l);
    link_of_laptop(l);
    const struct author by = {.login = "amina", .now = now_of(l)};
    if (store_create(l->path, "SL", "Kono", false, &by, &e) != ERR_OK) {
        sim_fail(s, "make laptop %d: %s", index, e.text);
        return;
    }
    if (laptop_on(l))
        sim_trace(s, "laptop %d is %s%s", index, l->log->code, l->hermit ? ", a hermit" : "");
}

/* AGAIN: as it was left, and nothing happens to it. */
static bool start(struct laptop *l, bool again)
{
    struct sim *s = l->sim;
    struct errctx e = {0};
    if (l->gone)
        return false;
    if (l->store)
        return true;
    cut_disk_restart(l->disk);
    if (again)
        cut_disk_cut(l->disk, CUT_KILL, 0);
    else
        sim_plan_cut(s, l->disk);
    enum err result = store_open(l->path, STORE_WRITE, &l->store, &e);
    if (result == ERR_OK && l->dated)
        result = store_rebuild(l->store, NULL, NULL, &e);
    if (cut_disk_is_dead(l->disk)) {
        sim_trace(s, "laptop %d dies while it starts", l->index);
        s->report->cuts++;
        laptop_off(l);
        return false;
    }
    if (result != ERR_OK) {
        l->store = NULL;
        sim_fail(s, "laptop %d does not start: %s", l->index, e.text);
        return false;
    }
    l->dated = false;
    oracle_look(l, false);
    return l->store != NULL;
}

bool laptop_on(struct laptop *l)
{
    return start(l, false);
}

void laptop_look_back(struct laptop *l)
{
    if (!l->store && start(l, true))
        laptop_off(l);
}

void laptop_off(struct laptop *l)
{
    store_close(l->store);
    l->store = NULL;
}

void laptop_did(struct laptop *l, const char *what, enum err result, const struct errctx *e,
                bool acknowledged)
{
    struct sim *s = l->sim;
    bool dead = cut_disk_is_dead(l->disk);
    sim_trace(s, "laptop %d: %s: %s%s", l->index, what, result == ERR_OK ? "done" : e->text,
              dead ? ", and it dies" : "");
    if (dead) {
        s->report->cuts++;
        if (acknowledged && s->o->fault == SIM_EARLY_ACK)
            l->log->claimed = l->log->count + 1; /* "saved", says the screen, and goes dark */
        laptop_off(l);
        return;
    }
    if (result == ERR_DB || result == ERR_IO || result == ERR_INTERNAL)
        sim_fail(s, "laptop %d: %s: %s", l->index, what, e->text);
    oracle_look(l, acknowledged && result == ERR_OK);
}

/* --- work */

static void work_alone(struct laptop *l)
{
    struct errctx e = {0};
    enum err result = records_save(l, &e);
    laptop_did(l, "saves", result, &e, true);
}

/* As an import does: all of it or nothing. */
static void work_at_once(struct laptop *l)
{
    struct errctx e = {0};
    struct errctx refused = {0};
    int count = 2 + sim_below(l->sim, 8);
    enum err result = store_begin(l->store, &e);
    for (int i = 0; i < count && result == ERR_OK; i++) {
        enum err saved = records_save(l, &refused);
        if (saved == ERR_DB || saved == ERR_IO || saved == ERR_INTERNAL) {
            result = saved;
            e = refused;
        }
    }
    if (result == ERR_OK && sim_chance(l->sim, 100))
        store_rollback(l->store);
    else if (result == ERR_OK)
        result = store_commit(l->store, &e);
    else
        store_rollback(l->store);
    laptop_did(l, "imports", result, &e, true);
}

void laptop_work(struct laptop *l)
{
    int count = 1 + sim_below(l->sim, 4);
    for (int i = 0; i < count && laptop_on(l) && !sim_failed(l->sim); i++) {
        sim_plan_cut(l->sim, l->disk);
        if (sim_chance(l->sim, 200))
            work_at_once(l);
        else
            work_alone(l);
    }
}

/* --- the link */

/* What somebody does to a laptop's database, or to the registry's, behind the programs' back. */
static void put_fault(struct laptop *l)
{
    static const char forged_sent[] = "UPDATE link SET upto = (SELECT max(number) FROM journal)";
    static const char lost_entry[] =
        "DROP TRIGGER IF EXISTS journal_is_never_removed;"
        "DELETE FROM journal WHERE number > 1 AND number = (SELECT max(number) FROM journal)";
    struct sim *s = l->sim;
    struct errctx e;
    enum sim_fault fault = s->o->fault;
    if (fault == SIM_FORGED_SENT && l->store && sim_chance(s, 300))
        (void)!db_exec(store_db(l->store), forged_sent, &e);
    if (fault == SIM_LOST_ENTRY && l->store && sim_chance(s, 50)) {
        (void)!db_exec(store_db(l->store), lost_entry, &e);
        laptop_off(l);
    }
    if (fault == SIM_FORGOTTEN && s->office.store && sim_chance(s, 50))
        (void)!db_exec(s->office.store->db, "UPDATE device SET upto = upto - 1 WHERE upto > 1", &e);
}

void laptop_enrol(struct laptop *l)
{
    struct errctx e = {0};
    if (!laptop_on(l) || !l->code[0])
        return;
    struct sync_options o = laptop_options(l);
    sim_plan_cut(l->sim, l->disk);
    enum err result = sync_enrol(&o, SIM_URL, l->code, &e);
    l->enrolled = result == ERR_OK && !cut_disk_is_dead(l->disk);
    laptop_did(l, "enrols", result, &e, false);
}

bool laptop_sync(struct laptop *l)
{
    struct sim *s = l->sim;
    struct errctx e = {0};
    struct sync_result done = {0};
    if (!laptop_on(l))
        return false;
    struct sync_options o = laptop_options(l);
    sim_plan_cut(s, l->disk);
    enum err result = sync_run(&o, &done, &e);
    s->report->syncs += result == ERR_OK;
    s->report->became += done.became;
    if (result == ERR_CONFIG)
        l->enrolled = false; /* the backup is from before that */
    /* A copied disk becomes another device, and goes on. */
    if (result == ERR_CONFLICT && !cut_disk_is_dead(l->disk))
        sim_fail(s, "laptop %d: syncs: %s", l->index, e.text);
    laptop_did(l, "syncs", result, &e, false);
    put_fault(l);
    oracle_receipts(s);
    return done.sent > 0 || done.told > 0 || done.became > 0 || done.delivered > 0;
}

/* --- files */

/* Moves what was written into FOLDER onto a stick. */
static void fill_stick(struct sim *s, const char *folder)
{
    DIR *dir = opendir(folder);
    struct stick *stick = NULL;
    for (const struct dirent *at = NULL; dir && (at = readdir(dir)) != NULL;) {
        struct buf path = {0};
        struct buf bytes = {0};
        struct errctx e;
        if (at->d_name[0] == '.')
            continue;
        file_join(&path, folder, at->d_name);
        if (file_read(buf_str(&path), LINK_MAX_ANSWER, &bytes, &e) == ERR_OK) {
            stick = stick ? stick : stick_new(s);
            stick_put(stick, at->d_name, buf_str(&bytes), bytes.len);
        }
        (void)unlink(buf_str(&path));
        buf_done(&bytes);
        buf_done(&path);
    }
    if (dir)
        (void)closedir(dir);
}

void laptop_carry(struct laptop *l)
{
    struct errctx e = {0};
    char folder[SIM_PATH_BYTES];
    if (!laptop_on(l))
        return;
    struct sync_options o = laptop_options(l);
    (void)snprintf(folder, sizeof folder, "%.80s/stick", l->sim->folder);
    (void)mkdir(folder, 0700);
    sim_plan_cut(l->sim, l->disk);
    enum err result = sim_chance(l->sim, 150) ? sync_carry_all(&o, folder, NULL, NULL, &e)
                                              : sync_carry(&o, folder, NULL, NULL, &e);
    if (result == ERR_OK)
        result = sync_pass_on(&o, folder, NULL, NULL, &e);
    fill_stick(l->sim, folder);
    laptop_did(l, "carries", result, &e, false);
}

void laptop_receive(struct laptop *l, struct stick *from)
{
    for (int i = 0; i < from->count && laptop_on(l) && !sim_failed(l->sim); i++) {
        struct errctx e = {0};
        enum received what = RECEIVED_OLD_NEWS;
        struct sync_options o = laptop_options(l);
        const struct stick_file *file = &from->files[i];
        sim_plan_cut(l->sim, l->disk);
        enum err result =
            sync_receive_file(&o, file->name, buf_str(&file->bytes), file->bytes.len, &what, NULL, &e);
        /* With an invitation it can seal files at once; its code goes with the first batch. */
        if (result == ERR_OK && what == RECEIVED_INVITATION && !cut_disk_is_dead(l->disk))
            l->enrolled = true;
        laptop_did(l, "receives a file", result, &e, false);
    }
}

/* --- care */

void laptop_care(struct laptop *l)
{
    struct errctx e = {0};
    struct sim *s = l->sim;
    if (!laptop_on(l))
        return;
    int choice = sim_below(s, 100);
    sim_plan_cut(s, l->disk);
    if (choice < 30) {
        laptop_back_up(l);
    } else if (choice < 55) {
        laptop_did(l, "rebuilds", store_rebuild(l->store, NULL, NULL, &e), &e, false);
    } else if (choice < 75) {
        laptop_did(l, "verifies", store_verify(l->store, NULL, NULL, &e), &e, false);
    } else if (choice < 90) {
        laptop_off(l);
        sim_trace(s, "laptop %d is switched off", l->index);
    } else {
        /* The battery falls out of an idle machine. */
        cut_disk_die(l->disk, sim_chance(s, 500) ? CUT_POWER : CUT_KILL);
        laptop_did(l, "stands idle", ERR_OK, &e, false);
    }
}

void laptop_lose(struct laptop *l)
{
    struct sim *s = l->sim;
    if (l->gone)
        return;
    if (sim_chance(s, 300)) {
        laptop_clone(l);
        return;
    }
    if (l->safe && sim_chance(s, 800)) {
        laptop_restore(l);
        return;
    }
    if (sim_chance(s, 500))
        return;
    laptop_look_back(l);
    laptop_off(l);
    l->gone = true;
    l->log->gone = true;
    /* Nobody restores its backups any more. */
    for (struct log *log = s->logs; log; log = log->next)
        log->backed = log->laptop == l->index ? 0 : log->backed;
    sim_trace(s, "laptop %d is gone", l->index);
    if (office_on(s))
        oracle_secure(s, false);
}

/* Second lives: a backup on another medium, and what a new machine makes of it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "tests/sim/inside.h"

/* "safe-of-0.db", "safe-of-0.key" */
static void safe_path(const struct laptop *l, const char *ending, char out[SIM_PATH_BYTES])
{
    (void)snprintf(out, SIM_PATH_BYTES, "%.80s/safe-of-%d.%s", l->sim->folder, l->index, ending);
}

static void copy_file(struct sim *s, const char *from, const char *to)
{
    struct errctx e;
    struct buf bytes = {0};
    if (file_read(from, LINK_MAX_ANSWER, &bytes, &e) != ERR_OK ||
        file_write(to, buf_str(&bytes), bytes.len, 0600, &e) != ERR_OK)
        sim_fail(s, "copy \"%s\": %s", from, e.text);
    buf_done(&bytes);
}

static void key_path(const struct laptop *l, char out[SIM_PATH_BYTES])
{
    (void)snprintf(out, SIM_PATH_BYTES, "%.100s/alluvia.key", l->folder);
}

void laptop_back_up(struct laptop *l)
{
    struct sim *s = l->sim;
    struct errctx e = {0};
    char path[SIM_PATH_BYTES];
    char fresh[SIM_PATH_BYTES];
    char safe_key[SIM_PATH_BYTES];
    char key[SIM_PATH_BYTES];
    bool elsewhere = false;
    const struct progress_to nobody = {0};
    const struct author by = {.login = "amina", .now = sim_clock(s, l->clock_off_s)};
    safe_path(l, "db", path);
    safe_path(l, "new", fresh);
    safe_path(l, "key", safe_key);
    key_path(l, key);
    (void)unlink(fresh);
    int64_t number = l->log->count;
    enum err result = store_backup(l->store, fresh, &by, &nobody, &elsewhere, &e);
    if (result == ERR_OK && !cut_disk_is_dead(l->disk)) {
        (void)rename(fresh, path);
        l->safe = l->log;
        l->safe_number = number;
        (void)unlink(safe_key);
        if (sim_chance(s, 600))
            copy_file(s, key, safe_key);
    }
    laptop_did(l, "backs up", result, &e, false);
}

void laptop_clone(struct laptop *l)
{
    static const char *const files[] = {"alluvia.db", "alluvia.db-wal", "alluvia.key"};
    struct sim *s = l->sim;
    if (s->laptop_count == SIM_MOST_LAPTOPS || !laptop_on(l))
        return;
    struct laptop *twin = &s->laptops[s->laptop_count++];
    laptop_off(l);
    *twin = (struct laptop){.sim = s,
                            .index = s->laptop_count - 1,
                            .clock_off_s = l->clock_off_s,
                            .weather = sim_below(s, 4),
                            .enrolled = l->enrolled,
                            .revoked = l->revoked};
    memcpy(twin->code, l->code, sizeof twin->code);
    laptop_place(twin);
    link_of_laptop(twin);
    twin->log = oracle_branch(s, twin->index, l->log);
    (void)mkdir(twin->folder, 0700);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char from[SIM_PATH_BYTES];
        char to[SIM_PATH_BYTES];
        (void)snprintf(from, sizeof from, "%.90s/%s", l->folder, files[i]);
        (void)snprintf(to, sizeof to, "%.90s/%s", twin->folder, files[i]);
        if (access(from, F_OK) == 0)
            copy_file(s, from, to);
    }
    s->report->clones++;
    sim_trace(s, "laptop %d is a copy of laptop %d", twin->index, l->index);
    (void)laptop_on(twin);
}

/* The old journal lives on in the backup alone, and so does what it became after that backup. */
static void end_life(struct laptop *l)
{
    laptop_look_back(l);
    l->log->gone = true;
    for (struct log *log = l->sim->logs; log != l->safe; log = log->next)
        log->backed = log->laptop == l->index ? 0 : log->backed;
    l->safe->backed = l->safe_number;
    if (l->sim->office.store)
        oracle_secure(l->sim, false);
    laptop_off(l);
}

void laptop_restore(struct laptop *l)
{
    struct sim *s = l->sim;
    struct errctx e = {0};
    struct restored_life life = {0};
    char path[SIM_PATH_BYTES];
    char safe_key[SIM_PATH_BYTES];
    char old_key[SIM_PATH_BYTES];
    const struct author by = {.login = "amina", .now = sim_clock(s, l->clock_off_s)};
    if (!office_on(s))
        return;
    end_life(l);
    l->code[0] = '\0';
    safe_path(l, "db", path);
    safe_path(l, "key", safe_key);
    key_path(l, old_key);
    /* The key was saved from the disk, or it was not. */
    if (l->safe == l->log && access(safe_key, F_OK) != 0 && sim_chance(s, 300))
        copy_file(s, old_key, safe_key);
    for (bool done = false; !done && !sim_failed(s);) {
        l->lives++;
        laptop_place(l);
        sim_plan_cut(s, l->disk);
        enum err result = store_restore(l->path, path, NULL, &by, NULL, NULL, &life, &e);
        done = !cut_disk_is_dead(l->disk);
        if (done && result != ERR_OK)
            sim_fail(s, "restore laptop %d: %s", l->index, e.text);
        cut_disk_restart(l->disk);
        cut_disk_cut(l->disk, CUT_KILL, 0);
    }
    s->report->lives++;
    sim_trace(s, "laptop %d is restored: %s after %s, %lld again%s", l->index, life.device, life.after,
              (long long)life.again, life.is_signed ? ", signed" : "");
    l->before = l->safe->device;
    l->log = NULL; /* what the backup does not hold is lost with the old disk */
    l->enrolled = l->enrolled && life.is_signed && !l->revoked;
    l->revoked = false;
    if (laptop_on(l) && !l->enrolled && sim_chance(s, 500))
        office_invite(s, l);
}

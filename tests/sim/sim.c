#include "tests/sim/inside.h"

#include <dirent.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "schema/base/file.h"

const char *const SIM_FAULTS[SIM_FAULT_COUNT] = {
    [SIM_SOUND] = "none",
    [SIM_LYING_DISK] = "lying-disk",
    [SIM_EARLY_ACK] = "early-ack",
    [SIM_LOST_ENTRY] = "lost-entry",
    [SIM_FORGED_SENT] = "forged-sent",
    [SIM_SPOILT_ROW] = "spoilt-row",
    [SIM_FORGOTTEN] = "forgotten",
};

enum {
    LEAST_STEPS = 30,
    MORE_STEPS = 90,
    CUT_PLANNED = 120, /* per mille of what machines do */
    CUT_SOON = 12,     /* instants */
    CUT_LATER = 150,
    CODE_TAKEN = 60,         /* per mille of laptops */
    NAP_MS = 3 * 3600 * 1000 /* between two steps, at most */
};

/* --- libsodium's randomness, of which a process has one */

static struct dice sodium_dice;

static const char *dice_name(void)
{
    return "dice";
}

static uint32_t dice_random(void)
{
    return (uint32_t)dice_roll(&sodium_dice);
}

static void dice_buf(void *const out, const size_t len)
{
    dice_fill(&sodium_dice, out, len);
}

static void seed_sodium(uint64_t seed)
{
    static randombytes_implementation ours = {
        .implementation_name = dice_name, .random = dice_random, .buf = dice_buf};
    sodium_dice.state = seed;
    randombytes_set_implementation(&ours);
}

/* --- what everybody uses */

/* FNV-1a over the words of all that happens. */
static void print(struct sim *s, const char *words)
{
    for (; *words; words++)
        s->report->print = (s->report->print ^ (unsigned char)*words) * UINT64_C(0x100000001b3);
}

void sim_fail(struct sim *s, const char *format, ...)
{
    va_list args;
    char words[480];
    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    if (s->report->failed)
        return;
    s->report->failed = true;
    (void)snprintf(s->report->words, sizeof s->report->words, "step %lld: %s", (long long)s->step, words);
    sim_trace(s, "FAILED: %s", words);
}

bool sim_failed(const struct sim *s)
{
    return s->report->failed;
}

void sim_trace(struct sim *s, const char *format, ...)
{
    va_list args;
    char words[600];
    va_start(args, format);
    (void)vsnprintf(words, sizeof words, format, args);
    va_end(args);
    print(s, words);
    if (s->o->trace)
        printf("%4lld %10.1fh  %s\n", (long long)s->step, (double)s->now_ms / 3600000, words);
}

bool sim_chance(struct sim *s, int per_mille)
{
    return dice_chance(&s->dice, per_mille);
}

int sim_below(struct sim *s, int sides)
{
    return (int)dice_below(&s->dice, sides);
}

int64_t sim_clock(const struct sim *s, int64_t off_s)
{
    return SIM_START + s->now_ms / 1000 + off_s;
}

void sim_plan_cut(struct sim *s, struct cut_disk *disk)
{
    if (s->resting || !sim_chance(s, CUT_PLANNED))
        return;
    int instants = sim_chance(s, 500) ? CUT_SOON : CUT_LATER;
    cut_disk_cut(disk, sim_chance(s, 400) ? CUT_KILL : CUT_POWER, 1 + sim_below(s, instants));
}

/* --- a world */

static void make_folder(struct sim *s)
{
    /* In memory, where there is such a place: the keys are real files, and synced. */
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    (void)snprintf(s->folder, sizeof s->folder, "%s/alluvia-sim-XXXXXX", base);
    if (!mkdtemp(s->folder))
        sim_fail(s, "no folder for the world");
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return;
    for (const struct dirent *at = NULL; (at = readdir(folder)) != NULL;) {
        struct buf name = {0};
        if (strcmp(at->d_name, ".") == 0 || strcmp(at->d_name, "..") == 0)
            continue;
        file_join(&name, path, at->d_name);
        if (unlink(buf_str(&name)) != 0)
            remove_folder(buf_str(&name));
        buf_done(&name);
    }
    (void)closedir(folder);
    (void)rmdir(path);
}

static void begin(struct sim *s)
{
    struct errctx e;
    /* libsodium draws some numbers when it is first used: before ours, or a process' first world differs. */
    if (device_module_init(&e) != ERR_OK)
        sim_fail(s, "%s", e.text);
    seed_sodium(dice_roll(&s->dice));
    make_folder(s);
    s->vfs = cutvfs_new(dice_roll(&s->dice));
    s->resting = true; /* how a database is made under cuts is another test's business */
    office_make(s);
    s->laptop_count = 1 + sim_below(s, SIM_MOST_LAPTOPS);
    for (int i = 0; i < s->laptop_count && !sim_failed(s); i++)
        laptop_make(s, i);
    for (int i = 0; i < s->laptop_count && !sim_failed(s); i++) {
        if (sim_chance(s, CODE_TAKEN))
            office_take_code(s, &s->laptops[i]);
        office_invite(s, &s->laptops[i]);
    }
    s->resting = false;
}

static void end(struct sim *s)
{
    for (int i = 0; i < s->laptop_count; i++)
        laptop_off(&s->laptops[i]);
    office_off(s);
    sticks_free(s);
    link_forget(s);
    oracle_free(s);
    cutvfs_free(s->vfs);
    /* Whoever looks for the reason of a failure may want to look at the databases. */
    if (s->o->trace && sim_failed(s))
        printf("the databases are in %s\n", s->folder);
    else
        remove_folder(s->folder);
    randombytes_set_implementation(&randombytes_sysrandom_implementation);
}

static void jump_clock(struct sim *s)
{
    static const int64_t jumps_s[] = {-3600, 3600, -86400, 86400, -30 * 86400, 200 * 86400, -400 * 86400};
    int64_t jump = jumps_s[sim_below(s, sizeof jumps_s / sizeof jumps_s[0])];
    if (sim_chance(s, 150)) {
        s->office.clock_off_s = sim_chance(s, 500) ? 0 : jump / 24;
        sim_trace(s, "the registry's clock is %lld s off", (long long)s->office.clock_off_s);
        return;
    }
    struct laptop *l = &s->laptops[sim_below(s, s->laptop_count)];
    l->clock_off_s = sim_chance(s, 400) ? 0 : l->clock_off_s + jump;
    sim_trace(s, "laptop %d: the clock is %lld s off", l->index, (long long)l->clock_off_s);
}

static void age(struct sim *s)
{
    if (sim_chance(s, 250))
        office_age(s);
    else
        laptop_age(&s->laptops[sim_below(s, s->laptop_count)]);
}

static void change_weather(struct sim *s)
{
    struct laptop *l = &s->laptops[sim_below(s, s->laptop_count)];
    l->weather = sim_below(s, 4);
}

static void do_laptop(struct laptop *l)
{
    int choice = sim_below(l->sim, 100);
    if (!l->enrolled && choice < 40)
        laptop_enrol(l);
    else if (choice < 58)
        laptop_work(l);
    else if (choice < 84)
        laptop_sync(l);
    else if (choice < 94)
        laptop_carry(l);
    else
        laptop_care(l);
}

static void take_step(struct sim *s)
{
    int choice = sim_below(s, 100);
    s->now_ms += 1 + sim_below(s, NAP_MS);
    if (choice < 70)
        do_laptop(&s->laptops[sim_below(s, s->laptop_count)]);
    else if (choice < 80)
        office_work(s);
    else if (choice < 90)
        sticks_move(s);
    else if (choice < 93)
        link_replay(s);
    else if (choice < 95)
        jump_clock(s);
    else if (choice < 96)
        change_weather(s);
    else if (choice < 98)
        age(s);
    else
        laptop_lose(&s->laptops[sim_below(s, s->laptop_count)]);
}

void sim_run(const struct sim_options *o, struct sim_report *out)
{
    *out = (struct sim_report){.print = UINT64_C(0xcbf29ce484222325)};
    struct sim *s = mem_zero(1, sizeof *s);
    s->o = o;
    s->report = out;
    s->dice.state = o->seed * UINT64_C(0x2545F4914F6CDD1D) + 1;
    begin(s);
    int64_t steps = LEAST_STEPS + sim_below(s, MORE_STEPS);
    if (o->steps > 0 && o->steps < steps)
        steps = o->steps;
    for (s->step = 1; s->step <= steps && !sim_failed(s); s->step++)
        take_step(s);
    out->steps = steps;
    if (!sim_failed(s))
        oracle_judge(s);
    end(s);
    free(s);
}

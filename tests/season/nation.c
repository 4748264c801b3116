/*
 * season_write --laptops N --teams N --days N --seed N --out DIR
 *
 * Writes the season: the files of DIR/batches as they travel, DIR/manifest (when what reaches the ministry),
 * and the truth (truth.c) that no program of ours adds up. The same arguments give the same bytes.
 */
#include "tests/season/nation.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "schema/base/buf.h"
#include "schema/base/date.h"

enum {
    EVENING_S = 17 * 3600,
    TYPING_S = 15, /* an entry */
    DAY_S = 86400,
};

void nation_fail(const char *what)
{
    (void)fprintf(stderr, "season: %s\n", what);
    exit(70);
}

bool nation_of(struct nation *n, int per_mille)
{
    return chance_of(&n->chance, per_mille);
}

int64_t nation_at(struct laptop *l)
{
    int64_t evening = (int64_t)l->nation->day * DAY_S + EVENING_S;
    int64_t next = l->pen.at + TYPING_S;
    l->nation->entries++;
    return next > evening ? next : evening;
}

const char *nation_by(const struct laptop *l)
{
    static const char *const officers[] = {"amina", "sorie", "kumba", "ibrahim", "finda"};
    return officers[l->number % 5];
}

void nation_set_day(struct record *r, const char *field, int32_t day)
{
    char text[DATE_BYTES];
    record_set_text(r, field, date_format_days(day, text));
}

bool nation_on_river(const struct laptop *l, int team)
{
    return (l->number == RIVER_LAPTOP || l->number == HONEST_LAPTOP) && team < 2;
}

void nation_plant(struct nation *n, const char *want, const char *kind, const char *rule, int64_t one,
                  int64_t other)
{
    char first[IDENT_BYTES];
    char second[IDENT_BYTES] = "";
    if (other)
        (void)ident_format(other, second);
    (void)fprintf(n->plants, "%s,%s,%s,%s,%s\n", want, kind, rule, ident_format(one, first), second);
}

FILE *nation_create(const struct nation *n, const char *name, const char *columns)
{
    struct buf path = {0};
    buf_printf(&path, "%s/%s", n->folder, name);
    FILE *out = fopen(buf_str(&path), "w");
    if (!out)
        nation_fail(buf_str(&path));
    buf_done(&path);
    if (columns)
        (void)fprintf(out, "%s\n", columns);
    return out;
}

/* --- arguments */

static int64_t number_of(const char *text)
{
    char *end = NULL;
    long long value = strtoll(text, &end, 10);
    if (!*text || *end || value < 1 || value > 100000000)
        nation_fail("a number from 1 on is wanted");
    return value;
}

static void read_arguments(struct nation *n, int argc, char **argv)
{
    static const char usage[] = "usage: season_write --laptops N --teams N --days N --seed N --out DIR";
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--laptops") == 0)
            n->laptop_count = (int)number_of(argv[i + 1]);
        else if (strcmp(argv[i], "--teams") == 0)
            n->team_count = (int)number_of(argv[i + 1]);
        else if (strcmp(argv[i], "--days") == 0)
            n->days = (int)number_of(argv[i + 1]);
        else if (strcmp(argv[i], "--seed") == 0)
            n->chance.state = (uint64_t)number_of(argv[i + 1]);
        else if (strcmp(argv[i], "--out") == 0)
            n->folder = argv[i + 1];
        else
            nation_fail(usage);
    }
    if (argc % 2 == 0 || !n->folder || n->laptop_count < 4 || n->team_count < 1 ||
        n->days < 170) /* both half-years have something */
        nation_fail("usage: at least 4 laptops and 170 days, and --out DIR");
}

/* --- the season */

/* As many districts as have some forty licences each, so that what is rare in one can be told from what is
 * not. */
static void choose_districts(struct nation *n)
{
    static const char *const all[] = {"SL-E-KONO",    "SL-E-KENEMA",   "SL-S-BO",
                                      "SL-S-PUJEHUN", "SL-E-KAILAHUN", "SL-N-TONKOLILI"};
    int count = n->laptop_count * n->team_count / 40;
    n->district_count = count < 1 ? 1 : count > 6 ? 6 : count;
    memcpy(n->districts, all, sizeof all);
}

static void start_laptop(struct nation *n, int number)
{
    struct laptop *l = &n->laptops[number];
    uint8_t seed[SEED_BYTES];
    *l = (struct laptop){.nation = n, .number = number};
    l->district = n->districts[number * n->district_count / n->laptop_count];
    l->teams = mem_zero((size_t)n->team_count + 1, sizeof *l->teams);
    l->tied = number < 4 || number < n->laptop_count / 5;
    l->sends_on = n->first_day + 1 + number % 5;
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)chance_next(&n->chance);
    pen_start(&l->pen, seed, (int64_t)n->day * DAY_S + EVENING_S);
    n->entries++;
    post_enrol(l);
    wrongs_choose(l);
    people_register(l);
}

/* What the ministry adds to its lists of codes before the season: a zone under a ban, and two rivers. */
static void write_codes(const struct nation *n)
{
    FILE *zones = nation_create(n, "zone.csv", "code,district,valid_from,valid_to,status,source");
    FILE *rivers = nation_create(n, "river.csv", "code,river,place_m,lat_udeg,lon_udeg,source");
    (void)fprintf(zones, "sl-banned,%s,2026-01-01,2026-12-31,not_compliant,invented\n", BANNED_DISTRICT);
    (void)fprintf(rivers, "meya-1,Meya,0,8400000,-11000000,invented\n"
                          "meya-2,Meya,60000,8900000,-11000000,invented\n"
                          "woyie-1,Woyie,0,8400000,-10900000,invented\n"
                          "woyie-2,Woyie,60000,8900000,-10900000,invented\n");
    if (fclose(zones) != 0 || fclose(rivers) != 0)
        nation_fail("the codes could not be written");
}

static void live(struct nation *n)
{
    for (int i = 0; i < n->laptop_count; i++)
        n->laptops[i].number = i;
    for (int i = 0; i < n->laptop_count; i++)
        start_laptop(n, i);
    for (int d = 1; d <= n->days; d++) {
        n->day = n->first_day + d;
        for (int i = 0; i < n->laptop_count; i++) {
            for (int t = 0; t < n->team_count; t++)
                work_day(&n->laptops[i].teams[t]);
        }
        wrongs_day(n);
        post_day(n);
    }
    wrongs_end(n);
    post_end(n);
}

int main(int argc, char **argv)
{
    struct nation n = {.laptop_count = 20, .team_count = 2, .days = 200, .chance = {1}};
    struct errctx e;
    struct date january = {2026, 1, 20};
    struct date july = {2026, 7, 1};
    read_arguments(&n, argc, argv);
    if (device_module_init(&e) != ERR_OK)
        nation_fail(e.text);
    n.culture = culture_of("SL");
    n.first_day = n.day = date_to_days(january);
    n.summer = date_to_days(july);
    choose_districts(&n);
    n.plants = nation_create(&n, "plants.csv", NULL);
    n.manifest = nation_create(&n, "manifest", NULL);
    n.laptops = mem_zero((size_t)n.laptop_count, sizeof *n.laptops);
    write_codes(&n);
    live(&n);
    truth_write(&n);
    if (fclose(n.plants) != 0 || fclose(n.manifest) != 0)
        nation_fail("the files could not be written");
    char last[DATE_BYTES];
    printf("%lld entries of %d laptops until %s in %lld batches\n", (long long)n.entries, n.laptop_count,
           date_format_days(n.day, last), (long long)n.batches);
    for (int i = 0; i < n.laptop_count; i++) {
        for (int t = 0; t <= n.team_count; t++)
            free(n.laptops[i].teams[t].made);
        free(n.laptops[i].teams);
        record_done(&n.laptops[i].person_record);
        pen_done(&n.laptops[i].pen);
    }
    free(n.laptops);
    return 0;
}

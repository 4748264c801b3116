/* What an officer writes: records of several kinds, changes of one's own and of others', mistakes taken back.
 */
#include "tests/sim/inside.h"

#include <stdio.h>
#include <string.h>

#include "schema/base/date.h"

enum {
    FIRST_DAY = 20483, /* 2026-01-30 */
    SEASON_DAYS = 250
};

static const char *const VILLAGES[] = {"Tombodu", "Koidu", "Yengema", "Motema", "Jaiama", "Ndoyogbo"};
static const char *const NAMES[] = {"Sahr Kamara", "Tamba Koroma",  "Aïcha Conté",
                                    "Komba Sesay", "Finda Bangura", "Kai Tongu"};
#define PICK(s, list) ((list)[sim_below((s), (int)(sizeof(list) / sizeof(list)[0]))])

static void set_day(struct record *r, const char *field, int32_t days)
{
    char text[DATE_BYTES];
    date_format_days(days, text);
    record_set_text(r, field, text);
}

static void fill_digger(struct sim *s, struct record *r)
{
    record_set_text(r, "full_name", PICK(s, NAMES));
    record_set_text(r, "sex", sim_chance(s, 300) ? "F" : "M");
    record_set_text(r, "nationality", "SL");
    record_set_text(r, "residence", "national");
    record_set_text(r, "district", "SL-E-KONO");
    record_set_text(r, "village", PICK(s, VILLAGES));
    record_set_text(r, "id_type", "none");
    record_set_text(r, "role", "digger");
    record_set_text(r, "legal_basis", "law");
    record_set_text(r, "status", "active");
}

static void fill_licence(struct sim *s, struct record *r, int64_t holder)
{
    char no[32];
    (void)snprintf(no, sizeof no, "AML %d", sim_below(s, 400));
    record_set_text(r, "licence_no", no);
    record_set_text(r, "kind", "aml");
    record_set_number(r, "holder", holder);
    record_set_text(r, "minerals", "diamond");
    record_set_text(r, "district", "SL-E-KONO");
    record_set_text(r, "area_text", "left bank of the Bafi");
    record_set_text(r, "issued_by", "NMA Koidu");
    record_set_text(r, "issued_on", "2026-01-05");
    record_set_text(r, "valid_from", "2026-01-10");
    record_set_text(r, "valid_to", "2027-01-09");
    record_set_text(r, "status", "granted");
}

static void fill_site(struct sim *s, struct record *r, int64_t licence)
{
    record_set_text(r, "name", PICK(s, VILLAGES));
    record_set_number(r, "licence", licence);
    record_set_text(r, "district", "SL-E-KONO");
    record_set_text(r, "village", PICK(s, VILLAGES));
    record_set_text(r, "state", "washing");
    record_set_text(r, "zone_status", "compliant");
}

static void fill_yield(struct sim *s, struct record *r, int64_t licence)
{
    int32_t day = FIRST_DAY + sim_below(s, SEASON_DAYS);
    int stones = sim_below(s, 4);
    record_set_number(r, "licence", licence);
    set_day(r, "date_from", day);
    set_day(r, "date_to", day);
    record_set_text(r, "outcome", stones ? "yield" : "nil");
    record_set_text(r, "activity", "washing");
    record_set_number(r, "diggers", 5 + sim_below(s, 15));
    record_set_text(r, "declared_by", PICK(s, NAMES));
    if (stones) {
        record_set_number(r, "stones", stones);
        record_set_number(r, "diamond_mct", stones * (10 + sim_below(s, 90)) * 10);
        record_set_text(r, "weighed_by", "own_scale");
    }
}

/* --- what there is already */

struct picking {
    struct sim *sim;
    int64_t id;
    int seen;
};

/* Each of N is picked once in N worlds. */
static enum err pick_row(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    struct picking *p = arg;
    p->seen++;
    if (sim_below(p->sim, p->seen) == 0)
        p->id = row->id;
    return ERR_OK;
}

/* Any record of the entity, anybody's; 0 when there is none. */
static enum err pick(struct laptop *l, enum entity_id of, int64_t *out, struct errctx *e)
{
    static const struct store_filter filter = {.limit = 12};
    struct picking p = {.sim = l->sim};
    enum err result = store_list(l->store, of, &filter, pick_row, &p, e);
    *out = p.id;
    return result;
}

/* A newer program's own fields; every other one keeps them and passes them on. */
static void add_unknown(struct laptop *l, struct record *r)
{
    struct buf text = {0};
    if (!l->newer || !sim_chance(l->sim, 500))
        return;
    buf_printf(&text, "\"zz_depth_dm\":%d", sim_below(l->sim, 90));
    if (sim_chance(l->sim, 300))
        buf_printf(&text, ",\"zz_soil\":\"gravel \xc3\xa0 quartz\"");
    r->unknown = buf_steal(&text);
}

/* --- the three operations */

static enum err add(struct laptop *l, enum entity_id of, const struct author *by, struct errctx *e)
{
    struct record r;
    struct findings findings = {0};
    int64_t digger = 0;
    int64_t licence = 0;
    int64_t id = 0;
    if (pick(l, ENTITY_DIGGER, &digger, e) != ERR_OK || pick(l, ENTITY_LICENCE, &licence, e) != ERR_OK)
        return e->kind;
    if (!digger || (of == ENTITY_DIGGER))
        of = ENTITY_DIGGER;
    else if (!licence)
        of = ENTITY_LICENCE;
    record_init(&r, &ENTITIES[of]);
    if (of == ENTITY_DIGGER)
        fill_digger(l->sim, &r);
    else if (of == ENTITY_LICENCE)
        fill_licence(l->sim, &r, digger);
    else if (of == ENTITY_SITE)
        fill_site(l->sim, &r, licence);
    else
        fill_yield(l->sim, &r, licence);
    add_unknown(l, &r);
    enum err result = store_add(l->store, &r, by, NULL, &findings, &id, e);
    findings_done(&findings);
    record_done(&r);
    return result;
}

static enum err amend(struct laptop *l, enum entity_id of, int64_t id, const struct author *by,
                      struct errctx *e)
{
    struct sim *s = l->sim;
    struct record change;
    struct findings findings = {0};
    record_init(&change, &ENTITIES[of]);
    if (of == ENTITY_LICENCE && sim_chance(s, 500))
        record_set_text(&change, "status", sim_chance(s, 500) ? "suspended" : "granted");
    else if (of == ENTITY_LICENCE)
        record_set_number(&change, "max_workers", 10 + sim_below(s, 40));
    else if (of == ENTITY_DIGGER && sim_chance(s, 400))
        record_set_text(&change, "full_name", PICK(s, NAMES));
    else if (of == ENTITY_YIELD)
        record_set_number(&change, "diggers", 5 + sim_below(s, 15));
    else if (of != ENTITY_YIELD)
        record_set_text(&change, "village", PICK(s, VILLAGES));
    if (sim_chance(s, 200))
        record_clear(&change, "note");
    add_unknown(l, &change);
    enum err result = store_amend(l->store, of, id, &change, 0, by, NULL, &findings, e);
    findings_done(&findings);
    record_done(&change);
    return result;
}

enum err records_save(struct laptop *l, struct errctx *e)
{
    static const enum entity_id kinds[] = {ENTITY_DIGGER, ENTITY_LICENCE, ENTITY_SITE, ENTITY_YIELD,
                                           ENTITY_YIELD};
    struct sim *s = l->sim;
    const struct author by = {.login = "amina", .now = sim_clock(s, l->clock_off_s)};
    enum entity_id of = PICK(s, kinds);
    int64_t id = 0;
    if (pick(l, of, &id, e) != ERR_OK)
        return e->kind;
    if (id && sim_chance(s, 350))
        return amend(l, of, id, &by, e);
    if (id && sim_chance(s, 80))
        return store_void(l->store, of, id, "entered twice", &by, e);
    return add(l, of, &by, e);
}

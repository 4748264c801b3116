#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/base/date.h"
#include "schema/record/ident.h"
#include "tests/unit/rules_cases.h"

/* "first" is the list's first code: districts and kinds of licence are each country's own. */
static const char *const TRUTHFUL[ENTITY_COUNT] = {
    [ENTITY_DIGGER] = "full_name=Aminata Kamara;sex=F;birth=1985;nationality=SL;residence=national;"
                      "district=first;village=Koidu;id_type=voter;id_no=V-100;role=digger;legal_basis=law;"
                      "status=active",
    [ENTITY_COOPERATIVE] = "name=Tortiya;kind=first;district=first;village=Tortiya;chair=Awa Koné;"
                           "status=active",
    [ENTITY_LICENCE] = "licence_no=AML 5/2026;kind=first;holder=7K4QXM-2;minerals=diamond;district=first;"
                       "area_text=Between the road and the stream;issued_by=Koidu;issued_on=2026-01-05;"
                       "valid_from=2026-01-10;valid_to=2027-01-09;status=granted",
    [ENTITY_SITE] = "name=Bafi 3;district=first;village=Yengema;state=washing;zone_status=compliant",
    [ENTITY_CREW] = "licence=7K4QXM-17;digger=7K4QXM-2;role=digger;from_on=2026-10-01",
    [ENTITY_YIELD] = "licence=7K4QXM-17;site=7K4QXM-18;date_from=2026-11-20;date_to=2026-11-20;"
                     "outcome=yield;activity=washing;diggers=12;stones=4;diamond_ct=0.6;"
                     "weighed_by=own_scale;declared_by=Sahr Bona",
    [ENTITY_STONE] = "yield=7K4QXM-30;kind=parcel;stones=4;diamond_ct=0.6;class=unsorted",
    [ENTITY_SALE] = "slip_no=S-1;date=2026-11-21;licence=7K4QXM-17;seller=Sahr Bona;buyer=Ali Sesay;"
                    "buyer_licence_no=D-7;stones=4;diamond_ct=0.6;currency=USD;price=60;payment=cash;"
                    "origin=Bafi, left bank",
    [ENTITY_INSPECTION] = "date=2026-11-21;site=7K4QXM-18;inspectors=A. Jalloh and M. Conteh;announced=no;"
                          "licence_shown=yes;men=10;women=2;under_15=0;aged_15_17=0;notebook=up_to_date;"
                          "finding=none",
    [ENTITY_OFFICER] = "login=amina;full_name=Amina Sesay;role=officer;active=yes",
};

int32_t world_today(void)
{
    return date_to_days((struct date){2026, 11, 23});
}

int64_t world_id(const char *text)
{
    struct errctx e;
    int64_t id = 0;
    if (text)
        assert_ok(ident_parse(text, &id, &e));
    return id;
}

static const char *first_code(struct codes *codes, const char *name)
{
    struct errctx e;
    const struct code_list *list = NULL;
    assert_ok(codes_list(codes, name, &list, &e));
    return code_list_at(list, 0)->code;
}

static void set(struct record *r, struct codes *codes, const char *flag, const char *text)
{
    struct errctx e;
    const struct reader with = {.codes = codes, .today = world_today()};
    int field = entity_field_by_flag(r->of, flag);
    if (field < 0)
        fail_msg("%s has no flag \"%s\"", r->of->name, flag);
    if (strcmp(text, "first") == 0)
        text = first_code(codes, r->of->fields[field].list);
    assert_ok(record_set_typed(r, field, text, &with, &e));
    if (r->values[field].state == VALUE_CLEAR)
        r->values[field].state = VALUE_ABSENT;
}

static void apply(struct record *r, struct codes *codes, const char *changes)
{
    char *text = str_dup(changes);
    char *rest = NULL;
    for (char *pair = strtok_r(text, ";", &rest); pair; pair = strtok_r(NULL, ";", &rest)) {
        char *value = strchr(pair, '=');
        assert_non_null(value);
        *value = '\0';
        set(r, codes, pair, value + 1);
    }
    free(text);
}

void world_build(struct record *out, struct codes *codes, enum entity_id of, const char *changes)
{
    record_init(out, &ENTITIES[of]);
    apply(out, codes, TRUTHFUL[of]);
    if (changes)
        apply(out, codes, changes);
}

/* --- the world */

static enum err exists(void *arg, enum entity_id of, int64_t id, bool *out, struct errctx *e)
{
    (void)arg;
    (void)of;
    (void)e;
    *out = id != world_id("7K4QXM-404");
    return ERR_OK;
}

static const char *changes_of(const struct facts *facts, enum entity_id of)
{
    const char *const changes[ENTITY_COUNT] = {
        [ENTITY_DIGGER] = facts->digger, [ENTITY_LICENCE] = facts->licence, [ENTITY_SITE] = facts->site,
        [ENTITY_YIELD] = facts->yield,   [ENTITY_STONE] = facts->stone,
    };
    return changes[of];
}

static enum err load(void *arg, enum entity_id of, int64_t id, struct record *out, struct errctx *e)
{
    struct world *w = arg;
    if (id == world_id("7K4QXM-405"))
        return err_fail(e, ERR_NOT_FOUND, "there is no such record");
    world_build(out, w->codes, of, changes_of(w->facts, of));
    return ERR_OK;
}

static enum err same_text(void *arg, enum entity_id of, const char *field, const char *text, int64_t id,
                          int64_t *out, struct errctx *e)
{
    const struct world *w = arg;
    (void)e;
    assert_true(entity_field(&ENTITIES[of], field) >= 0 && *text);
    *out = world_id(w->facts->same);
    assert_true(*out == 0 || *out != id);
    return ERR_OK;
}

static enum err same_person(void *arg, const struct record *digger, int64_t id, int64_t *out,
                            struct errctx *e)
{
    const struct world *w = arg;
    (void)e;
    assert_true(digger->of->id == ENTITY_DIGGER && id == 0);
    *out = world_id(w->facts->person);
    return ERR_OK;
}

static enum err overlap(void *arg, int64_t licence, int64_t site, int32_t first, int32_t last, int64_t id,
                        int64_t *out, struct errctx *e)
{
    const struct world *w = arg;
    (void)site;
    (void)id;
    (void)e;
    assert_true(licence != 0 && first != 0 && last != 0);
    *out = w->facts->overlap ? world_id("7K4QXM-31") : 0;
    return ERR_OK;
}

static enum err usual_mct(void *arg, int64_t licence, int32_t day, int64_t id, int64_t *out_mct,
                          int64_t *out_count, struct errctx *e)
{
    const struct world *w = arg;
    (void)id;
    (void)e;
    assert_true(licence != 0 && day != 0);
    *out_mct = w->facts->usual_mct;
    *out_count = w->facts->usual_count;
    return ERR_OK;
}

static enum err balance(void *arg, int64_t licence, int64_t id, int64_t *out_produced_mct,
                        int64_t *out_sold_mct, struct errctx *e)
{
    const struct world *w = arg;
    int64_t produced = w->facts->produced_mct;
    (void)id;
    (void)e;
    assert_true(licence != 0);
    *out_produced_mct = produced == 0 ? 100000 : produced < 0 ? 0 : produced;
    *out_sold_mct = w->facts->sold_mct;
    return ERR_OK;
}

static enum err stones_of(void *arg, int64_t yield, int64_t id, int64_t *out_mct, int64_t *out_stones,
                          struct errctx *e)
{
    const struct world *w = arg;
    (void)id;
    (void)e;
    assert_true(yield != 0);
    *out_mct = w->facts->others_mct;
    *out_stones = w->facts->others_stones;
    return ERR_OK;
}

static enum err shares(void *arg, int64_t licence, int32_t day, int64_t id, int64_t *out_bp, struct errctx *e)
{
    const struct world *w = arg;
    (void)id;
    (void)e;
    assert_true(licence != 0 && day != 0);
    *out_bp = w->facts->shares_bp;
    return ERR_OK;
}

static enum err first_find(void *arg, int64_t licence, int32_t *out_day, struct errctx *e)
{
    const struct world *w = arg;
    struct date day;
    assert_true(licence != 0);
    if (!w->facts->first_find)
        return err_fail(e, ERR_NOT_FOUND, "the licence has no return with a find");
    assert_int_equal(date_parse(w->facts->first_find, &day, e), ERR_OK);
    *out_day = date_to_days(day);
    return ERR_OK;
}

static enum err same_slip(void *arg, const char *buyer_licence_no, const char *book_no, const char *slip_no,
                          int64_t id, int64_t *out, struct errctx *e)
{
    const struct world *w = arg;
    (void)book_no;
    (void)id;
    (void)e;
    assert_true(*buyer_licence_no && *slip_no);
    *out = world_id(w->facts->slip);
    return ERR_OK;
}

struct rule_world world_of(struct world *arg)
{
    return (struct rule_world){.arg = arg,
                               .exists = exists,
                               .load = load,
                               .same_text = same_text,
                               .same_person = same_person,
                               .overlap = overlap,
                               .usual_mct = usual_mct,
                               .balance = balance,
                               .stones_of = stones_of,
                               .shares = shares,
                               .first_find = first_find,
                               .same_slip = same_slip};
}

/* A cooperative leader sees and changes the cooperative's records and no others: every entity, every way in.
 */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/field/report/field_report.h"
#include "app/field/store/figures.h"
#include "app/field/store/officers.h"
#include "app/field/store/teams.h"
#include "schema/base/date.h"
#include "tests/lib/laptop.h"

enum {
    OURS,
    THEIRS,
    SIDES
};

struct two_cooperatives {
    struct laptop laptop;
    int64_t id[ENTITY_COUNT][SIDES];
};

static struct two_cooperatives w;

static const char *ident(int64_t id)
{
    static char text[4][IDENT_BYTES];
    static int at;
    at = (at + 1) % 4;
    return ident_format_checked(id, text[at]);
}

static int64_t *id_of(int side, enum entity_id of)
{
    return &w.id[of][side];
}

static const char *licence_no_of(int side)
{
    return side == OURS ? "COOP 1" : "COOP 2";
}

static const char *name_of(int side)
{
    return side == OURS ? "Gbense 1" : "Gbense 2";
}

/* The cooperative, its digger and its licence. */
static void add_members(int side)
{
    struct laptop *l = &w.laptop;
    const char *name = name_of(side);
    const char *licence_no = licence_no_of(side);
    const char *const cooperative[] = {"name",      name,      "kind",   "cooperative", "district",
                                       "SL-E-KONO", "village", "Gbense", "chair",       "Sia",
                                       "status",    "active",  NULL};
    *id_of(side, ENTITY_COOPERATIVE) = laptop_add(l, ENTITY_COOPERATIVE, cooperative);
    const char *coop = ident(*id_of(side, ENTITY_COOPERATIVE));
    const char *const digger[] = {"full_name",   name,       "sex",      "M",         "nationality", "SL",
                                  "residence",   "national", "district", "SL-E-KONO", "village",     "Gbense",
                                  "id_type",     "none",     "role",     "tributor",  "legal_basis", "law",
                                  "cooperative", coop,       NULL};
    *id_of(side, ENTITY_DIGGER) = laptop_add(l, ENTITY_DIGGER, digger);
    const char *const licence[] = {"licence_no", licence_no,   "kind",       "aml",      "holder_coop",
                                   coop,         "minerals",   "diamond",    "district", "SL-E-KONO",
                                   "area_text",  "Gbense",     "issued_by",  "NMA",      "issued_on",
                                   "2026-01-05", "valid_from", "2026-01-10", "valid_to", "2027-01-09",
                                   "status",     "granted",    NULL};
    *id_of(side, ENTITY_LICENCE) = laptop_add(l, ENTITY_LICENCE, licence);
}

/* What is worked and found under the licence. */
static void add_work(int side)
{
    struct laptop *l = &w.laptop;
    const char *name = name_of(side);
    const char *licence_no = licence_no_of(side);
    const char *const site[] = {"name",        name,        "licence", licence_no, "district",
                                "SL-E-KONO",   "village",   "Gbense",  "state",    "washing",
                                "zone_status", "compliant", NULL};
    *id_of(side, ENTITY_SITE) = laptop_add(l, ENTITY_SITE, site);
    const char *const crew[] = {"licence", licence_no, "digger",  ident(*id_of(side, ENTITY_DIGGER)),
                                "role",    "tributor", "from_on", "2026-02-01",
                                "note",    "gbense",   NULL};
    *id_of(side, ENTITY_CREW) = laptop_add(l, ENTITY_CREW, crew);
    const char *const yield[] = {
        "licence",   licence_no, "date_from",  "2026-11-20", "outcome",     "yield",      "activity",
        "washing",   "diggers",  "14",         "stones",     "3",           "diamond_ct", "0.41",
        "gravel_m3", "9",        "weighed_by", "own_scale",  "declared_by", "Gbense",     NULL};
    *id_of(side, ENTITY_YIELD) = laptop_add(l, ENTITY_YIELD, yield);
    const char *const stone[] = {"yield",      ident(*id_of(side, ENTITY_YIELD)),
                                 "kind",       "single",
                                 "stones",     "1",
                                 "diamond_ct", "0.2",
                                 "class",      "gem",
                                 "note",       "gbense",
                                 NULL};
    *id_of(side, ENTITY_STONE) = laptop_add(l, ENTITY_STONE, stone);
}

/* What is said of it to others. */
static void add_papers(int side)
{
    struct laptop *l = &w.laptop;
    const char *name = name_of(side);
    const char *licence_no = licence_no_of(side);
    const char *login = side == OURS ? "leader" : "other";
    const char *coop = ident(*id_of(side, ENTITY_COOPERATIVE));
    const char *const sale[] = {"slip_no",
                                licence_no,
                                "date",
                                "2026-11-21",
                                "licence",
                                licence_no,
                                "seller",
                                "Gbense",
                                "buyer",
                                "Bob",
                                "buyer_licence_no",
                                "D 1",
                                "diamond_ct",
                                "0.3",
                                "currency",
                                "SLE",
                                "price",
                                "900",
                                "price_usd",
                                "40",
                                "payment",
                                "cash",
                                "origin",
                                "Gbense",
                                NULL};
    *id_of(side, ENTITY_SALE) = laptop_add(l, ENTITY_SALE, sale);
    /* Without a licence of its own: the site leads to it. */
    const char *const inspection[] = {
        "date",          "2026-11-19", "site",      ident(*id_of(side, ENTITY_SITE)),
        "inspectors",    "Gbense",     "announced", "no",
        "licence_shown", "yes",        "men",       "3",
        "women",         "1",          "under_15",  "0",
        "aged_15_17",    "0",          "notebook",  "up_to_date",
        "finding",       "none",       NULL};
    *id_of(side, ENTITY_INSPECTION) = laptop_add(l, ENTITY_INSPECTION, inspection);
    const char *const officer[] = {"login",       login,         "full_name", name, "role",
                                   "cooperative", "cooperative", coop,        NULL};
    *id_of(side, ENTITY_OFFICER) = laptop_add(l, ENTITY_OFFICER, officer);
}

/* One record of every entity; SIDE is in every name, so that a search for "gbense" meets both. */
static void add_side(int side)
{
    add_members(side);
    add_work(side);
    add_papers(side);
}

static void sign_in(const char *login)
{
    struct errctx e;
    struct officer o;
    assert_ok(officers_find(w.laptop.store, login, &o, &e));
    assert_ok(store_sign_in(w.laptop.store, &o, &e));
    officer_done(&o);
}

static int set_up(void **state)
{
    (void)state;
    static const char *const admin[] = {"login", "boss", "full_name", "Boss", "role", "admin", NULL};
    static const char *const officer[] = {"login", "field", "full_name", "Field", "role", "officer", NULL};
    laptop_open(&w.laptop);
    add_side(OURS);
    add_side(THEIRS);
    (void)laptop_add(&w.laptop, ENTITY_OFFICER, admin);
    (void)laptop_add(&w.laptop, ENTITY_OFFICER, officer);
    sign_in("leader");
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    laptop_close(&w.laptop);
    return 0;
}

static void one_record_of_every_entity_can_be_read_the_other_not(void **state)
{
    (void)state;
    for (int of = 0; of < ENTITY_COUNT; of++) {
        struct errctx e = {0};
        struct row row = {0};
        assert_ok(store_load(w.laptop.store, (enum entity_id)of, w.id[of][OURS], &row, &e));
        row_done(&row);
        if (store_load(w.laptop.store, (enum entity_id)of, w.id[of][THEIRS], &row, &e) != ERR_DENIED)
            fail_msg("another cooperative's %s can be read", ENTITIES[of].name);
    }
}

struct met {
    int64_t ours;
    int count;
    bool wrong;
};

static enum err meet(void *arg, const struct row *row, struct errctx *e)
{
    struct met *m = arg;
    (void)e;
    m->count++;
    m->wrong = m->wrong || row->id != m->ours;
    return ERR_OK;
}

static void lists_and_searches_give_one_of_two(void **state)
{
    (void)state;
    static const struct store_filter filters[] = {
        {0}, {.search = "gbense"}, {.search = "gbense", .limit = 1}, {.limit = 1}, {.with_void = true}};
    for (int of = 0; of < ENTITY_COUNT; of++) {
        for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
            struct errctx e = {0};
            struct met m = {.ours = w.id[of][OURS]};
            assert_ok(store_list(w.laptop.store, (enum entity_id)of, &filters[i], meet, &m, &e));
            if (m.wrong || m.count != 1)
                fail_msg("%s, filter %zu: %d records, %s", ENTITIES[of].name, i, m.count,
                         m.wrong ? "another's among them" : "ours");
        }
    }
}

static enum err see_entry(void *arg, int64_t address, const struct entry *entry, struct errctx *e)
{
    (void)address;
    (void)entry;
    (void)e;
    ++*(int *)arg;
    return ERR_OK;
}

static void histories_voids_and_changes_of_others_are_refused(void **state)
{
    (void)state;
    struct store *s = w.laptop.store;
    int64_t entries = laptop_entries(&w.laptop);
    for (int of = 0; of < ENTITY_COUNT; of++) {
        struct errctx e = {0};
        struct findings found = {0};
        struct record change;
        int seen = 0;
        assert_ok(store_history(s, (enum entity_id)of, w.id[of][OURS], see_entry, &seen, &e));
        assert_int_equal(seen, 1);
        assert_int_equal(store_history(s, (enum entity_id)of, w.id[of][THEIRS], see_entry, &seen, &e),
                         ERR_DENIED);
        assert_int_equal(store_void(s, (enum entity_id)of, w.id[of][THEIRS], "x", &w.laptop.by, &e),
                         ERR_DENIED);
        record_init(&change, &ENTITIES[of]);
        record_set_text(&change, of == ENTITY_OFFICER ? "phone" : "note", "mine now");
        assert_int_equal(
            store_amend(s, (enum entity_id)of, w.id[of][THEIRS], &change, 0, &w.laptop.by, NULL, &found, &e),
            ERR_DENIED);
        assert_int_equal(seen, 1);
        record_done(&change);
        findings_done(&found);
    }
    assert_int_equal(laptop_entries(&w.laptop), entries);
}

/* The note of each record is changed by each role. */
static void each_role_writes_what_it_may(void **state)
{
    (void)state;
    static const struct {
        const char *login;
        bool writes[ENTITY_COUNT];
    } cases[] = {
        {"leader",
         {[ENTITY_DIGGER] = true,
          [ENTITY_CREW] = true,
          [ENTITY_YIELD] = true,
          [ENTITY_STONE] = true,
          [ENTITY_SALE] = true}},
        {"field",
         {[ENTITY_DIGGER] = true,
          [ENTITY_COOPERATIVE] = true,
          [ENTITY_LICENCE] = true,
          [ENTITY_SITE] = true,
          [ENTITY_CREW] = true,
          [ENTITY_YIELD] = true,
          [ENTITY_STONE] = true,
          [ENTITY_SALE] = true,
          [ENTITY_INSPECTION] = true}},
        {"boss",
         {[ENTITY_DIGGER] = true,
          [ENTITY_COOPERATIVE] = true,
          [ENTITY_LICENCE] = true,
          [ENTITY_SITE] = true,
          [ENTITY_CREW] = true,
          [ENTITY_YIELD] = true,
          [ENTITY_STONE] = true,
          [ENTITY_SALE] = true,
          [ENTITY_INSPECTION] = true,
          [ENTITY_OFFICER] = true}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        sign_in(cases[i].login);
        for (int of = 0; of < ENTITY_COUNT; of++) {
            struct errctx e = {0};
            struct findings found = {0};
            struct record change;
            record_init(&change, &ENTITIES[of]);
            record_set_text(&change, of == ENTITY_OFFICER ? "phone" : "note", cases[i].login);
            enum err result = store_amend(w.laptop.store, (enum entity_id)of, w.id[of][OURS], &change, 0,
                                          &w.laptop.by, NULL, &found, &e);
            if (result != (cases[i].writes[of] ? ERR_OK : ERR_DENIED))
                fail_msg("%s, %s: %d %s", cases[i].login, ENTITIES[of].name, result, e.text);
            record_done(&change);
            findings_done(&found);
        }
    }
}

static void what_would_belong_to_others_is_refused(void **state)
{
    (void)state;
    struct errctx e = {0};
    int64_t id = 0;
    struct row row = {0};
    struct findings found = {0};
    struct record change;
    const char *const theirs[] = {"licence",     "COOP 2",   "date_from", "2026-11-22", "outcome",
                                  "nil",         "activity", "washing",   "diggers",    "14",
                                  "declared_by", "Gbense",   NULL};
    /* By number or by id, it cannot even be named. */
    assert_int_equal(laptop_try(&w.laptop, ENTITY_YIELD, theirs, &id, &e), ERR_DENIED);
    const char *const member[] = {"full_name", "New",         "sex",      "F",        "nationality",
                                  "SL",        "residence",   "national", "district", "SL-E-KONO",
                                  "village",   "Gbense",      "id_type",  "none",     "role",
                                  "tributor",  "legal_basis", "law",      NULL};
    /* Whom a leader registers becomes a member. */
    id = laptop_add(&w.laptop, ENTITY_DIGGER, member);
    assert_ok(store_load(w.laptop.store, ENTITY_DIGGER, id, &row, &e));
    assert_int_equal(record_number(&row.record, "cooperative"), w.id[ENTITY_COOPERATIVE][OURS]);
    row_done(&row);
    /* And cannot be given away. */
    record_init(&change, &ENTITIES[ENTITY_DIGGER]);
    record_set_number(&change, "cooperative", w.id[ENTITY_COOPERATIVE][THEIRS]);
    assert_int_equal(
        store_amend(w.laptop.store, ENTITY_DIGGER, id, &change, 0, &w.laptop.by, NULL, &found, &e),
        ERR_DENIED);
    record_done(&change);
    findings_done(&found);
}

static enum err see_figures(void *arg, const struct figures *line, struct errctx *e)
{
    struct met *m = arg;
    (void)e;
    m->count++;
    m->wrong = m->wrong || (line->licence && line->licence != m->ours) || line->diamond_mct > 410;
    return ERR_OK;
}

static void every_figure_is_of_our_records(void **state)
{
    (void)state;
    int32_t day = date_to_days((struct date){2026, 11, 20});
    for (int what = 0; what < FIGURES_COUNT; what++) {
        struct errctx e = {0};
        struct met m = {.ours = w.id[ENTITY_LICENCE][OURS]};
        assert_ok(figures_each(w.laptop.store, (enum figures_of)what, day, day + 3, see_figures, &m, &e));
        if (m.count != 1 || m.wrong)
            fail_msg("figures %d: %d lines, %s", what, m.count, m.wrong ? "others' among them" : "ours");
    }
}

static enum err see_team(void *arg, const struct team_line *line, struct errctx *e)
{
    return meet(arg, line->licence, e);
}

static void the_day_sheet_has_our_teams(void **state)
{
    (void)state;
    struct errctx e = {0};
    const struct team_scope any = {0};
    struct met m = {.ours = w.id[ENTITY_LICENCE][OURS]};
    assert_ok(teams_each(w.laptop.store, date_to_days((struct date){2026, 11, 20}), &any, see_team, &m, &e));
    assert_int_equal(m.count, 1);
    assert_false(m.wrong);
}

static enum err see_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct met *m = arg;
    (void)e;
    m->count++;
    m->wrong = m->wrong || strstr(line->bytes, "COOP 2") || strstr(line->bytes, "Gbense 2") ||
               strstr(line->bytes, "\"op\":\"device\"");
    return ERR_OK;
}

static void the_journal_shows_our_entries(void **state)
{
    (void)state;
    struct errctx e = {0};
    struct met m = {0};
    assert_ok(store_journal(w.laptop.store, 1, 0, see_line, &m, &e));
    assert_int_equal(m.count, ENTITY_COUNT);
    assert_false(m.wrong);
}

static void nobody_and_officers_see_both(void **state)
{
    (void)state;
    struct errctx e = {0};
    for (int i = 0; i < 3; i++) {
        if (i < 2)
            sign_in(i == 0 ? "field" : "boss");
        else
            assert_ok(store_sign_in(w.laptop.store, NULL, &e));
        for (int of = 0; of < ENTITY_COUNT; of++) {
            struct met m = {0};
            assert_ok(store_list(w.laptop.store, (enum entity_id)of, NULL, meet, &m, &e));
            assert_int_equal(m.count, of == ENTITY_OFFICER ? 4 : 2);
        }
    }
}

static void expect_diggers(int count)
{
    struct errctx e = {0};
    struct met m = {0};
    assert_ok(store_list(w.laptop.store, ENTITY_DIGGER, NULL, meet, &m, &e));
    assert_int_equal(m.count, count);
}

/* Also where it is first asked for within a transaction, of which a rollback leaves nothing. */
static void who_signs_in_next_sees_what_that_one_may(void **state)
{
    (void)state;
    struct errctx e = {0};
    sign_in("field");
    assert_ok(store_begin(w.laptop.store, &e));
    expect_diggers(2);
    store_rollback(w.laptop.store);
    expect_diggers(2);
    sign_in("boss");
    assert_ok(store_begin(w.laptop.store, &e));
    expect_diggers(2);
    assert_ok(store_commit(w.laptop.store, &e));
    sign_in("leader");
    expect_diggers(1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(one_record_of_every_entity_can_be_read_the_other_not),
        TEST(lists_and_searches_give_one_of_two),
        TEST(histories_voids_and_changes_of_others_are_refused),
        TEST(each_role_writes_what_it_may),
        TEST(what_would_belong_to_others_is_refused),
        TEST(every_figure_is_of_our_records),
        TEST(the_day_sheet_has_our_teams),
        TEST(the_journal_shows_our_entries),
        TEST(nobody_and_officers_see_both),
        TEST(who_signs_in_next_sees_what_that_one_may),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

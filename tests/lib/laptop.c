#include "tests/lib/laptop.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "schema/base/date.h"
#include "tests/lib/test.h"

/* 2026-11-23, 09:30 UTC. */
static const int64_t MORNING = INT64_C(1795426200);

void laptop_open(struct laptop *l)
{
    struct errctx e;
    *l = (struct laptop){.folder = "/tmp/alluvia-test-XXXXXX", .by = {"amina", MORNING}};
    assert_non_null(mkdtemp(l->folder));
    (void)snprintf(l->path, sizeof l->path, "%s/alluvia.db", l->folder);
    assert_ok(store_create(l->path, "SL", "Koidu office", false, &l->by, &e));
    assert_ok(store_open(l->path, STORE_WRITE, &l->store, &e));
}

void laptop_reopen(struct laptop *l)
{
    struct errctx e;
    store_close(l->store);
    l->store = NULL;
    assert_ok(store_open(l->path, STORE_WRITE, &l->store, &e));
}

static void remove_folder(const char *path)
{
    DIR *folder = opendir(path);
    assert_non_null(folder);
    for (struct dirent *at = readdir(folder); at; at = readdir(folder)) {
        char file[512];
        (void)snprintf(file, sizeof file, "%s/%s", path, at->d_name);
        if (strcmp(at->d_name, "backups") == 0)
            remove_folder(file);
        (void)unlink(file);
    }
    (void)closedir(folder);
    assert_int_equal(rmdir(path), 0);
}

void laptop_close(struct laptop *l)
{
    store_close(l->store);
    findings_done(&l->findings);
    remove_folder(l->folder);
}

enum err laptop_fill(struct laptop *l, struct record *r, enum entity_id of, const char *const *values,
                     struct errctx *e)
{
    struct reader reader = store_reader(l->store, date_of_instant(l->by.now));
    record_init(r, &ENTITIES[of]);
    for (; *values; values += 2) {
        int field = entity_field_by_flag(&ENTITIES[of], values[0]);
        if (field < 0)
            fail_msg("%s has no %s", ENTITIES[of].name, values[0]);
        if (record_set_typed(r, field, values[1], &reader, e) != ERR_OK)
            return e->kind;
    }
    return record_fill(r, &reader, e);
}

enum err laptop_try(struct laptop *l, enum entity_id of, const char *const *values, int64_t *out_id,
                    struct errctx *e)
{
    struct record r;
    enum err result = laptop_fill(l, &r, of, values, e);
    findings_done(&l->findings);
    l->findings = (struct findings){0};
    if (result == ERR_OK)
        result = store_add(l->store, &r, &l->by, NULL, &l->findings, out_id, e);
    record_done(&r);
    return result;
}

int64_t laptop_add(struct laptop *l, enum entity_id of, const char *const *values)
{
    struct errctx e;
    int64_t id = 0;
    assert_ok(laptop_try(l, of, values, &id, &e));
    l->by.now += 30;
    return id;
}

int64_t laptop_digger(struct laptop *l, const char *name)
{
    const char *const values[] = {"full_name", name,          "sex",      "M",        "nationality",
                                  "SL",        "residence",   "national", "district", "SL-E-KONO",
                                  "village",   "Tombodu",     "id_type",  "none",     "role",
                                  "tributor",  "legal_basis", "law",      NULL};
    return laptop_add(l, ENTITY_DIGGER, values);
}

int64_t laptop_licence(struct laptop *l, const char *licence_no, int64_t holder)
{
    char id[IDENT_BYTES];
    const char *const values[] = {
        "licence_no", licence_no,   "kind",      "aml",        "holder",     ident_format_checked(holder, id),
        "minerals",   "diamond",    "district",  "SL-E-KONO",  "area_text",  "Tombodu, left bank of the Bafi",
        "issued_by",  "NMA Koidu",  "issued_on", "2026-01-05", "valid_from", "2026-01-10",
        "valid_to",   "2027-01-09", "status",    "granted",    NULL};
    return laptop_add(l, ENTITY_LICENCE, values);
}

int64_t laptop_yield(struct laptop *l, const char *licence_no, const char *date, const char *stones,
                     const char *carats)
{
    const char *const found[] = {"licence",   licence_no,    "date_from",   date,      "outcome",
                                 "yield",     "activity",    "washing",     "diggers", "14",
                                 "stones",    stones,        "diamond_ct",  carats,    "weighed_by",
                                 "own_scale", "declared_by", "Sahr Kamara", NULL};
    const char *const nil[] = {"licence",     licence_no,    "date_from", date,      "outcome",
                               "nil",         "activity",    "washing",   "diggers", "14",
                               "declared_by", "Sahr Kamara", NULL};
    return laptop_add(l, ENTITY_YIELD, stones ? found : nil);
}

enum err laptop_amend(struct laptop *l, enum entity_id of, int64_t id, int64_t base, const char *flag,
                      const char *value, struct errctx *e)
{
    struct reader reader = store_reader(l->store, date_of_instant(l->by.now));
    struct record change;
    int field = entity_field_by_flag(&ENTITIES[of], flag);
    if (field < 0)
        fail_msg("%s has no %s", ENTITIES[of].name, flag);
    record_init(&change, &ENTITIES[of]);
    enum err result = record_set_typed(&change, field, value, &reader, e);
    findings_done(&l->findings);
    l->findings = (struct findings){0};
    if (result == ERR_OK)
        result = store_amend(l->store, of, id, &change, base, &l->by, NULL, &l->findings, e);
    record_done(&change);
    return result;
}

void laptop_text_is(struct laptop *l, enum entity_id of, int64_t id, const char *field, const char *expected)
{
    struct row row;
    struct errctx e;
    assert_ok(store_load(l->store, of, id, &row, &e));
    assert_string_equal(record_text(&row.record, field) ? record_text(&row.record, field) : "", expected);
    row_done(&row);
}

enum err laptop_tell(struct laptop *l, int64_t address, const char *line, struct errctx *e)
{
    const struct feed_event event = {
        .what = FEED_ENTRY, .seq = 1, .at = l->by.now, .entry = address, .bytes = line, .len = strlen(line)};
    enum err result = db_begin(store_db(l->store), e);
    if (result == ERR_OK)
        result = store_told(l->store, &event, l->by.now, e);
    return result == ERR_OK ? db_commit(store_db(l->store), e) : result;
}

int64_t laptop_entries(struct laptop *l)
{
    struct errctx e;
    int64_t count = 0;
    assert_ok(db_one_int(store_db(l->store), "SELECT count(*) FROM journal", 0, &count, &e));
    return count;
}

/* Programs are updated in the middle of the work: databases that an older one left. */
#include <stdio.h>

#include "app/registry/store/inside.h"
#include "schema/field/field_schema.h"
#include "schema/registry/registry_schema.h"
#include "tests/lib/older.h"
#include "tests/sim/inside.h"

enum {
    FIRST = 2,       /* schema of a laptop that knows a registry, … */
    TOLD_SINCE = 6,  /* … is told of others, … */
    LIVES_SINCE = 9, /* … has earlier lives; and of a registry */
    SUCCESSORS_SINCE = 8
};

static int64_t count(struct sim *s, struct db *db, const char *sql)
{
    struct errctx e;
    int64_t rows = 0;
    if (db_one_int(db, sql, 0, &rows, &e) != ERR_OK)
        sim_fail(s, "%s", e.text);
    return rows;
}

void laptop_age(struct laptop *l)
{
    struct sim *s = l->sim;
    if (!laptop_on(l))
        return;
    struct db *db = store_db(l->store);
    int least = FIRST;
    if (count(s, db, "SELECT count(*) FROM foreign_entry") > 0)
        least = TOLD_SINCE;
    if (count(s, db, "SELECT count(*) FROM life") > 0)
        least = LIVES_SINCE;
    int version = least + sim_below(s, (int)*FIELD_DB.migration_count - least);
    cut_disk_cut(l->disk, CUT_KILL, 0);
    laptop_off(l);
    older_make(l->path, &FIELD_DB, (size_t)version);
    l->dated = true;
    sim_trace(s, "laptop %d had a program of schema %d, and gets today's", l->index, version);
}

void office_age(struct sim *s)
{
    static const char sql[] = "SELECT (SELECT count(*) FROM successor) + "
                              "(SELECT count(*) FROM invitation WHERE follows <> 0)";
    struct office *o = &s->office;
    char path[SIM_PATH_BYTES];
    if (!office_on(s) || count(s, o->store->db, sql) > 0)
        return;
    (void)snprintf(path, sizeof path, "%.100s/registry.db", o->folder);
    cut_disk_cut(o->disk, CUT_KILL, 0);
    office_off(s);
    older_make(path, &REGISTRY_DB, SUCCESSORS_SINCE - 1);
    o->dated = true;
    sim_trace(s, "the registry had a program of schema %d, and gets today's", SUCCESSORS_SINCE - 1);
}

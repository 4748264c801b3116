#include "tests/lib/ministry.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/registry/store/inside.h"
#include "schema/base/file.h"
#include "tests/lib/engine.h"
#include "tests/lib/test.h"

void ministry_init(struct ministry *m, bool training)
{
    static const char *const districts[] = {"SL-E"};
    struct errctx e;
    *m = (struct ministry){.folder = "/tmp/alluvia-ministry-XXXXXX"};
    assert_non_null(mkdtemp(m->folder));
    m->url = engine_new_place();
    assert_ok(registry_store_create(m->folder, m->url, "SL", "Kono regional office", training, &e));
    assert_ok(registry_store_open(m->folder, DB_WRITE, &m->store, &e));
    assert_ok(registry_store_invite(m->store, "Koidu 1", districts, 1, MINISTRY_NOW + 86400,
                                    MINISTRY_NOW - 86400, m->code, &e));
    m->ledger = registry_store_ledger(m->store);
    m->ingest = (struct ingest){
        .ledger = m->ledger, .registry = registry_store_device(m->store), .now = MINISTRY_NOW};
}

void ministry_done(struct ministry *m)
{
    registry_store_close(m->store);
    DIR *dir = opendir(m->folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        struct buf path = {0};
        file_join(&path, m->folder, entry->d_name);
        if (entry->d_name[0] != '.')
            (void)unlink(buf_str(&path));
        buf_done(&path);
    }
    closedir(dir);
    (void)rmdir(m->folder);
    engine_remove_place(m->url);
}

int64_t ministry_count(struct ministry *m, const char *count_sql)
{
    int64_t count = -1;
    struct errctx e;
    assert_ok(db_one_int(m->store->db, count_sql, 0, &count, &e));
    db_forget(m->store->db, count_sql); /* it may be made for this question alone */
    return count;
}

void ministry_open(struct ministry *m, const struct buf *packed, struct container *out)
{
    struct buf plain = {0};
    struct errctx e;
    assert_ok(container_unpack(packed->data, packed->len, NULL, 0, &plain, &e));
    assert_ok(container_split(&plain, out, &e));
    assert_ok(container_verify(out, registry_store_device(m->store)->key, &e));
}

void ministry_take(struct ministry *m, const struct buf *packed, enum problem_type type,
                   struct receipt *receipt, struct problem *problem)
{
    struct problem own = {0};
    struct problem *p = problem ? problem : &own;
    struct buf answer = {0};
    struct ingested done;
    struct errctx e;
    enum err result = ingest_batch(&m->ingest, packed->data, packed->len, 0, &answer, &done, p, &e);
    if (p->type != type)
        fail_msg("%s instead of %s: %s", problem_word(p->type), problem_word(type),
                 result ? e.text : "taken");
    assert_int_equal(result == ERR_OK, type == PROBLEM_NONE);
    if (receipt) {
        struct container c = {0};
        ministry_open(m, &answer, &c);
        assert_ok(receipt_read(&c, receipt, NULL, NULL, &e));
        container_done(&c);
    }
    buf_done(&answer);
    problem_done(&own);
}

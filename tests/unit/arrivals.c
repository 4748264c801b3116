#include "tests/unit/arrivals.h"

#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>

#include "app/registry/store/inside.h"

void arrivals_count_is(struct arrivals *w, const char *sql, int64_t expected)
{
    assert_int_equal(ministry_count(&w->m, sql), expected);
}

void arrivals_hold(struct arrivals *w, int64_t entries)
{
    arrivals_count_is(w, "SELECT count(*) FROM entry", entries);
    arrivals_count_is(w, "SELECT coalesce(sum(upto), 0) FROM device", entries);
}

void arrivals_kept_apart_are(struct arrivals *w, int64_t batches)
{
    arrivals_count_is(w, "SELECT count(*) FROM quarantine", batches);
}

void arrivals_take(struct arrivals *w, int64_t first, int64_t last, const char *code, enum problem_type type)
{
    sender_batch(&w->s, first, last, code, &w->packed);
    ministry_take(&w->m, &w->packed, type, NULL, NULL);
}

static void begin(struct arrivals *w, bool training)
{
    *w = (struct arrivals){0};
    ministry_init(&w->m, training);
    sender_init(&w->s, 1, training);
    for (int i = 2; i <= 10; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "Cooperative %d", i);
        (void)sender_add_coop(&w->s, name);
    }
}

int arrivals_set_up(void **state)
{
    struct arrivals *w = malloc(sizeof *w);
    begin(w, false);
    arrivals_take(w, 1, 5, w->m.code, PROBLEM_NONE);
    *state = w;
    return 0;
}

int arrivals_set_up_training(void **state)
{
    struct arrivals *w = malloc(sizeof *w);
    begin(w, true);
    *state = w;
    return 0;
}

int arrivals_tear_down(void **state)
{
    struct arrivals *w = *state;
    struct errctx e;
    /* Whatever a test did, what is held must be whole. */
    assert_ok(registry_store_verify(w->m.store, 0, NULL, NULL, &e));
    buf_done(&w->packed);
    sender_done(&w->s);
    ministry_done(&w->m);
    free(w);
    return 0;
}

void arrivals_bytes_are_the_senders(struct arrivals *w, int64_t count)
{
    struct stmt *stmt = NULL;
    struct errctx e;
    bool row = true;
    arrivals_hold(w, count);
    assert_ok(db_prepare(w->m.store->db, "SELECT bytes FROM entry ORDER BY id", &stmt, &e));
    for (int64_t i = 1; i <= count; i++) {
        assert_ok(stmt_step(stmt, &row, &e));
        assert_string_equal(stmt_text(stmt, 0), w->s.lines[i]);
    }
    stmt_done(stmt);
}

enum err arrivals_take_prefixed(struct arrivals *w, int64_t prefix_before, enum problem_type *type)
{
    struct buf receipt = {0};
    struct ingested done;
    struct problem problem = {0};
    struct errctx e;
    sender_prefixed_batch(&w->s, 6, 10, &w->packed);
    enum err result = ingest_batch(&w->m.ingest, w->packed.data, w->packed.len, prefix_before, &receipt,
                                   &done, &problem, &e);
    *type = problem.type;
    problem_done(&problem);
    buf_done(&receipt);
    return result;
}

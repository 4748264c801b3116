#include "tests/bench/laptops.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/field/store/store.h"
#include "schema/base/date.h"
#include "tests/bench/bench.h"
#include "tests/bench/people.h"
#include "tests/bench/yields.h"

enum {
    LICENCES = 400
};

static int64_t add(struct store *s, struct record *record, const struct author *by)
{
    struct errctx e;
    struct findings found = {0};
    int64_t id = 0;
    BENCH_OK(store_add(s, record, by, NULL, &found, &id, &e));
    findings_done(&found);
    record_done(record);
    return id;
}

static void set_texts(struct record *record, const char *const (*values)[2], size_t count)
{
    for (size_t i = 0; i < count; i++)
        record_set_text(record, values[i][0], values[i][1]);
}

static void fill_yields(struct store *s, int entries, const struct author *by)
{
    struct errctx e;
    static const char *const seat[][2] = {{"name", "Koakoyima"},   {"kind", "cooperative"},
                                          {"district", "XX-E"},    {"village", "Koidu"},
                                          {"chair", "Sia Kamara"}, {"status", "active"}};
    struct record record;
    static int64_t licences[LICENCES];
    BENCH_OK(store_begin(s, &e));
    record_init(&record, &ENTITIES[ENTITY_COOPERATIVE]);
    set_texts(&record, seat, sizeof seat / sizeof seat[0]);
    int64_t holder = add(s, &record, by);
    for (size_t i = 0; i < LICENCES; i++) {
        char number[24];
        (void)snprintf(number, sizeof number, "AML-%zu", i);
        const char *const terms[][2] = {
            {"licence_no", number},       {"kind", "artisanal"},      {"minerals", "diamond"},
            {"area_text", "left bank"},   {"issued_by", "NMA"},       {"issued_on", "2026-01-01"},
            {"valid_from", "2026-01-01"}, {"valid_to", "2026-12-31"}, {"status", "granted"},
            {"district", "XX-E"},
        };
        record_init(&record, &ENTITIES[ENTITY_LICENCE]);
        set_texts(&record, terms, sizeof terms / sizeof terms[0]);
        record_set_number(&record, "holder_coop", holder);
        licences[i] = add(s, &record, by);
    }
    for (uint64_t i = 0; i < (uint64_t)entries - LICENCES - 2; i++) {
        char day[DATE_BYTES];
        yields_make(&record, licences[i % LICENCES], i);
        date_format_days(date_of_instant(by->now) - (int32_t)(i / LICENCES), day);
        record_set_text(&record, "date_from", day);
        record_set_text(&record, "date_to", day);
        (void)add(s, &record, by);
        if (i % 1000 == 999) {
            BENCH_OK(store_commit(s, &e));
            BENCH_OK(store_begin(s, &e));
        }
    }
    BENCH_OK(store_commit(s, &e));
}

static void make(const char *path, const char *country, int count,
                 void (*fill)(struct store *s, int count, const struct author *by))
{
    pid_t pid = fork();
    if (pid == 0) {
        struct errctx e;
        struct store *s = NULL;
        const struct author by = {.login = "amina", .now = (int64_t)time(NULL)};
        BENCH_OK(device_module_init(&e));
        BENCH_OK(store_create(path, country, "bench", true, &by, &e));
        BENCH_OK(store_open(path, STORE_WRITE, &s, &e));
        fill(s, count, &by);
        store_close(s);
        _exit(0);
    }
    int status = 0;
    if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
        bench_fail("make a laptop's database", "failed");
}

void laptops_with_yields(const char *path, int entries)
{
    make(path, "XX", entries, fill_yields);
}

void laptops_with_people(const char *path, int count)
{
    make(path, "SL", count, people_register);
}

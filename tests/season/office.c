#include "tests/season/office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/store/review.h"
#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "sync/server/ingest.h"

static void fail(const char *what, const char *words)
{
    (void)fprintf(stderr, "season_take: %s: %s\n", what, words);
    exit(70);
}

static void enrol(struct office *o, int64_t now, const char *rest)
{
    struct errctx e;
    struct ledger *ledger = registry_store_ledger(o->store);
    struct ledger_device device = {.enrolled_at = now, .seen_at = now, .district_count = 1};
    char code[DEVICE_CODE_BYTES];
    char hex[2 * KEY_BYTES + 1];
    if (sscanf(rest, "%6s %64s %15s", code, hex, device.districts[0]) != 3 ||
        !device_code_parse(code, &device.number) || !hex_get(hex, device.key, KEY_BYTES))
        fail("enrol", rest);
    (void)snprintf(device.name, sizeof device.name, "Laptop %s", code);
    chain_start(device.key, &device.chain);
    if (ledger->begin(ledger->arg, &e) != ERR_OK || ledger->add_device(ledger->arg, &device, &e) != ERR_OK ||
        ledger->commit(ledger->arg, &e) != ERR_OK)
        fail("enrol", e.text);
}

/* False when a gap keeps it out. */
static bool take(struct office *o, int64_t now, const char *name)
{
    struct errctx e;
    struct buf path = {0};
    struct buf bytes = {0};
    struct buf receipt = {0};
    struct problem problem = {0};
    struct ingested done = {0};
    const struct ingest in = {
        .ledger = registry_store_ledger(o->store), .registry = registry_store_device(o->store), .now = now};
    buf_printf(&path, "%s/batches/%s", o->season, name);
    if (file_read(buf_str(&path), BATCH_MAX_COMPRESSED, &bytes, &e) != ERR_OK)
        fail(name, e.text);
    enum err result = ingest_batch(&in, bytes.data, bytes.len, 0, &receipt, &done, &problem, &e);
    if (result != ERR_OK && problem.type != PROBLEM_GAP)
        fail(name, e.text);
    o->entries += done.fresh;
    o->batches += done.fresh > 0;
    o->repeated += result == ERR_OK && done.fresh == 0;
    problem_done(&problem);
    buf_done(&receipt);
    buf_done(&bytes);
    buf_done(&path);
    return result == ERR_OK;
}

/* What came in may fill the gap before others. */
static void take_waiting(struct office *o, int64_t now)
{
    bool moved = true;
    while (moved) {
        moved = false;
        for (int i = 0; i < o->waiting_count; i++) {
            if (!take(o, now, o->waiting[i]))
                continue;
            free(o->waiting[i]);
            o->waiting[i--] = o->waiting[--o->waiting_count];
            moved = true;
        }
    }
}

static void take_or_wait(struct office *o, int64_t now, const char *name)
{
    if (take(o, now, name)) {
        take_waiting(o, now);
        return;
    }
    if (o->waiting_count == OFFICE_MOST_WAITING)
        fail(name, "too much waits");
    o->gaps++;
    o->waiting[o->waiting_count++] = str_dup(name);
}

static void decide(struct office *o, int64_t now, const char *what, const char *id)
{
    struct errctx e;
    int64_t record = 0;
    enum err result = ident_parse(id, &record, &e);
    if (result == ERR_OK && strcmp(what, "settle") == 0)
        result = review_resolve(o->store, "fatou", record, &(const struct review_choice){"", REVIEW_OTHER}, 1,
                                "weighed again", now, &e);
    else if (result == ERR_OK)
        result = review_decide(o->store, "fatou", &record, 1,
                               strcmp(what, "return") == 0 ? DECIDED_RETURNED : DECIDED_REJECTED,
                               "does not fit the notebook", now, &e);
    if (result != ERR_OK)
        fail(id, e.text);
    o->decisions++;
}

void office_obey(struct office *o, char *line)
{
    char what[16];
    int at = 0;
    long long now = 0;
    line[strcspn(line, "\n")] = '\0';
    if (sscanf(line, "%lld %15s %n", &now, what, &at) != 2)
        fail("line", line);
    if (strcmp(what, "enrol") == 0)
        enrol(o, now, line + at);
    else if (strncmp(what, "take", 4) == 0)
        take_or_wait(o, now, line + at);
    else
        decide(o, now, what, line + at);
}

void office_open(struct office *o, const char *data, const char *season)
{
    struct errctx e;
    *o = (struct office){.season = season};
    if (registry_store_open(data, DB_WRITE, &o->store, &e) != ERR_OK)
        fail("open", e.text);
    enum err result =
        registry_store_staff_put(o->store, NULL, "fatou", "Fatou Jalloh", true, OFFICE_OPENS, &e);
    if (result != ERR_OK && result != ERR_EXISTS)
        fail("open", e.text);
}

void office_close(struct office *o)
{
    registry_store_close(o->store);
    if (o->waiting_count > 0)
        fail(o->waiting[0], "a gap was never filled");
}

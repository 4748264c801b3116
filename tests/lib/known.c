#include "tests/lib/known.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "schema/base/file.h"
#include "schema/field/field_schema.h"
#include "tests/lib/test.h"

void known_devices(struct device *me, struct device *registry)
{
    struct errctx e;
    uint8_t seed[SEED_BYTES];
    assert_ok(device_module_init(&e));
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)i;
    device_from_seed(seed, me);
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)(sizeof seed + i);
    device_from_seed(seed, registry);
}

void known_open(struct known *l)
{
    struct errctx e;
    char path[96];
    *l = (struct known){.folder = "/tmp/alluvia-test-XXXXXX"};
    known_devices(&l->me, &l->registry);
    assert_non_null(mkdtemp(l->folder));
    (void)snprintf(path, sizeof path, "%s/alluvia.db", l->folder);
    assert_ok(db_open(path, DB_CREATE, &FIELD_DB, &l->db, &e));
    assert_ok(journal_head(l->db, l->me.key, &l->head, &e));
}

static void append(struct known *l, const char *line)
{
    struct errctx e;
    struct entry entry;
    assert_ok(entry_read(line, strlen(line), &entry, NULL, &e));
    assert_ok(journal_append(l->db, &l->head, &entry, entry.at, 0, &e));
    entry_done(&entry);
}

void known_fill(struct known *l)
{
    struct errctx e;
    struct buf lines = {0};
    size_t at = 0;
    test_data("journal/entries.jsonl", &lines);
    assert_ok(db_begin(l->db, &e));
    for (char *line = test_line(&lines, &at); line; line = test_line(&lines, &at)) {
        append(l, line);
        free(line);
    }
    assert_ok(db_commit(l->db, &e));
    buf_done(&lines);
}

void known_add_yields(struct known *l, int count)
{
    struct errctx e;
    struct buf line = {0};
    int64_t at = l->head.at;
    assert_ok(db_begin(l->db, &e));
    for (int i = 0; i < count; i++) {
        at += 37 + i * 7919 % 61;
        buf_clear(&line);
        buf_printf(
            &line,
            "{\"at\":%lld,\"by\":\"amina\",\"op\":\"add\",\"of\":\"yield\",\"v\":{\"licence\":\"KMJE5V-%d\","
            "\"date_from\":\"2026-11-%02d\",\"date_to\":\"2026-11-%02d\",\"outcome\":\"yield\","
            "\"activity\":\"washing\",\"diggers\":%d,\"gravel_l\":%d,\"stones\":%d,\"diamond_mct\":%d,"
            "\"weighed_by\":\"own_scale\",\"declared_by\":\"Sahr Kamara\",\"sheet_no\":\"%d\"}}",
            (long long)at, 4 + i % 30, 1 + i / 30 % 30, 1 + i / 30 % 30, 4 + i * 31 % 13,
            500 * (1 + i * 17 % 23), 1 + i * 13 % 5, 50 + i * 7877 % 2953, 100 + i % 50);
        append(l, line.data);
    }
    assert_ok(db_commit(l->db, &e));
    buf_done(&line);
}

void known_close(struct known *l)
{
    static const char *const files[] = {"alluvia.db", "alluvia.db-wal", "alluvia.db-shm", "alluvia.key"};
    db_close(l->db);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[96];
        (void)snprintf(path, sizeof path, "%s/%s", l->folder, files[i]);
        (void)unlink(path);
    }
    assert_int_equal(rmdir(l->folder), 0);
}

void test_data(const char *name, struct buf *out)
{
    struct errctx e;
    char path[512];
    (void)snprintf(path, sizeof path, "%s/tests/data/%s", ALLUVIA_SOURCE_DIR, name);
    assert_ok(file_read(path, 16 * 1024 * 1024, out, &e));
}

char *test_line(const struct buf *text, size_t *at)
{
    const char *end = *at < text->len ? memchr(text->data + *at, '\n', text->len - *at) : NULL;
    if (!end)
        return NULL;
    char *line = str_dup_len(text->data + *at, (size_t)(end - text->data) - *at);
    *at = (size_t)(end - text->data) + 1;
    return line;
}

/*
 * A database is damaged on purpose, in many ways, and recovered. What must hold: an entry that a copy or a
 * page that can be read still tells of is there again; the work goes on as the same device only when every
 * entry that was ever acknowledged is; the tables follow from the journal; and the damaged file is kept.
 */
#include "tests/lib/test.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/field/store/copies.h"
#include "app/field/store/recover.h"
#include "schema/base/buf.h"
#include "schema/base/file.h"
#include "schema/field/field_schema.h"
#include "tests/lib/folder.h"
#include "tests/lib/laptop.h"
#include "tests/lib/older.h"

enum {
    COPIED = 60, /* diggers when the automatic copy is made; an entry each, behind that of the device */
    ALL = 120,   /* and in the end */
    CUT = 12,    /* the last ones lie in the log alone */
    PAGE = 4096
};

struct damaged {
    struct laptop l;
    char wal[128];
    off_t size;
    struct recovered done;
    int others; /* bytes that were changed: each may make one entry look like another, which is kept too */
};

static void add_diggers(struct laptop *l, int count)
{
    for (int i = 0; i < count; i++) {
        char name[32];
        struct buf note = {0};
        /* Some entries are longer than a page. */
        for (int letter = 0; letter < (i % 16 == 3 ? 1000 : 5); letter++)
            buf_puts(&note, "\xF0\x90\x90\xB7");
        (void)snprintf(name, sizeof name, "Sahr Kamara %d", i);
        const char *const values[] = {
            "full_name", name,       "sex",         "M",       "nationality", "SL",           "residence",
            "national",  "district", "SL-E-KONO",   "village", "Tombodu",     "id_type",      "none",
            "role",      "tributor", "legal_basis", "law",     "note",        buf_str(&note), NULL};
        (void)laptop_add(l, ENTITY_DIGGER, values);
        buf_done(&note);
    }
}

/* A laptop with a copy in the middle of its work, killed at the end of it. */
static void make(struct damaged *d, bool with_copy)
{
    struct errctx e;
    struct stat st;
    d->others = 0;
    laptop_open(&d->l);
    assert_ok(store_begin(d->l.store, &e));
    add_diggers(&d->l, COPIED);
    assert_ok(store_commit(d->l.store, &e));
    if (with_copy)
        assert_ok(copies_make(d->l.store, &e));
    assert_ok(store_begin(d->l.store, &e));
    add_diggers(&d->l, ALL - COPIED - CUT);
    assert_ok(store_commit(d->l.store, &e));
    store_close(d->l.store);
    d->l.store = NULL;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        if (store_open(d->l.path, STORE_WRITE, &d->l.store, &e) == ERR_OK)
            add_diggers(&d->l, CUT);
        (void)kill(getpid(), SIGKILL);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    (void)snprintf(d->wal, sizeof d->wal, "%s-wal", d->l.path);
    assert_int_equal(stat(d->l.path, &st), 0);
    d->size = st.st_size;
}

static void recover(struct damaged *d)
{
    struct errctx e;
    const struct recovery what = {.path = d->l.path, .by = &d->l.by, .country = "SL"};
    assert_ok(store_recover(&what, &d->done, &e));
}

static int64_t count_diggers(struct damaged *d)
{
    struct errctx e;
    int64_t count = 0;
    assert_ok(db_one_int(store_db(d->l.store), "SELECT count(*) FROM digger", 0, &count, &e));
    return count;
}

static int64_t lines_behind(const struct damaged *d)
{
    struct errctx e;
    struct buf text = {0};
    int64_t lines = 0;
    if (!d->done.behind_path[0])
        return 0;
    assert_ok(file_read(d->done.behind_path, 16 * 1024 * 1024, &text, &e));
    for (size_t i = 0; i < text.len; i++)
        lines += text.data[i] == '\n';
    buf_done(&text);
    return lines;
}

/* What must hold whatever the damage was; LEAST entries must be there at least. */
static void check(struct damaged *d, int64_t least)
{
    struct errctx e;
    const struct recovered *r = &d->done;
    laptop_reopen(&d->l);
    assert_ok(store_verify(d->l.store, NULL, NULL, &e));
    if (!r->sound) {
        assert_true(r->entries >= least);
        assert_true(r->entries <= ALL + 1);
        if (!r->second_life)
            assert_int_equal(r->entries, ALL + 1);
        assert_int_equal(lines_behind(d), r->behind);
        assert_true(r->entries + r->behind <= ALL + 1 + d->others);
        assert_true(!r->damaged_path[0] || access(r->damaged_path, F_OK) == 0);
    }
    assert_int_equal(count_diggers(d), r->sound ? ALL : r->entries - 1 + r->back);
    assert_true(r->back + r->doubtful <= r->behind);
    assert_int_equal(r->waiting, 0); /* diggers name nothing */
    /* And goes on. */
    (void)laptop_digger(&d->l, "Somebody Else");
    laptop_reopen(&d->l);
    assert_ok(store_verify(d->l.store, NULL, NULL, &e));
    laptop_close(&d->l);
}

static void overwrite(const char *path, off_t at, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, bytes, len, at), (ssize_t)len);
    close(fd);
}

static const char ZEROS[PAGE];

/* --- */

static void an_undamaged_database_is_left_alone(void **state)
{
    (void)state;
    struct damaged d;
    make(&d, true);
    recover(&d);
    assert_true(d.done.sound);
    check(&d, ALL + 1);
}

static void a_destroyed_beginning_costs_nothing(void **state)
{
    (void)state;
    struct damaged d;
    make(&d, false);
    overwrite(d.l.path, 0, ZEROS, PAGE);
    recover(&d); /* the log may hold that page too */
    check(&d, ALL + 1);
}

static void each_page_in_turn_may_be_zeros(void **state)
{
    (void)state;
    struct damaged d;
    off_t pages = 1;
    for (off_t page = 0; page < pages; page += 13) {
        make(&d, true);
        pages = d.size / PAGE;
        overwrite(d.l.path, page * PAGE, ZEROS, PAGE);
        recover(&d);
        check(&d, COPIED + 1);
    }
}

static void bytes_here_and_there_may_be_others(void **state)
{
    (void)state;
    struct damaged d;
    unsigned seed = 20261126;
    for (int round = 0; round < 12; round++) {
        make(&d, true);
        for (int i = 0; i < 5; i++) {
            seed = seed * 1103515245U + 12345U;
            char byte = (char)(seed >> 16);
            seed = seed * 1103515245U + 12345U;
            overwrite(d.l.path, (off_t)(seed >> 4) % d.size, &byte, 1);
            d.others++;
        }
        recover(&d);
        check(&d, COPIED + 1);
    }
}

static void a_file_may_be_cut_off_anywhere(void **state)
{
    (void)state;
    struct damaged d;
    for (int eighths = 0; eighths < 8; eighths += 3) {
        make(&d, true);
        assert_int_equal(truncate(d.l.path, d.size * eighths / 8 + 77), 0);
        recover(&d);
        assert_true(d.done.second_life);
        check(&d, COPIED + 1);
    }
}

static void a_file_that_is_gone_leaves_the_copy_and_the_log(void **state)
{
    (void)state;
    struct damaged d;
    make(&d, true);
    assert_int_equal(unlink(d.l.path), 0);
    recover(&d);
    assert_true(d.done.second_life);
    check(&d, COPIED + 1);
}

static void a_log_that_is_gone_makes_a_second_life(void **state)
{
    (void)state;
    struct damaged d;
    make(&d, true);
    assert_int_equal(unlink(d.wal), 0);
    recover(&d);
    assert_true(d.done.second_life);
    assert_int_equal(d.done.entries, ALL + 1 - CUT);
    check(&d, ALL + 1 - CUT);
}

static void a_damaged_log_makes_a_second_life(void **state)
{
    (void)state;
    struct damaged d;
    struct stat st;
    make(&d, true);
    assert_int_equal(stat(d.wal, &st), 0);
    /* SQLite takes the beginning of such a log for all of it, and finds nothing wrong. */
    overwrite(d.wal, st.st_size / 2, "damaged", 7);
    struct errctx e;
    assert_err(store_open(d.l.path, STORE_WRITE, &d.l.store, &e), ERR_DB, "log of the last work");
    recover(&d);
    assert_true(d.done.second_life);
    /* What stands behind the damage is in the log that store_open left alone. */
    check(&d, ALL);
}

static void a_commit_that_was_cut_off_is_no_damage(void **state)
{
    (void)state;
    struct damaged d;
    struct stat st;
    make(&d, true);
    assert_int_equal(stat(d.wal, &st), 0);
    assert_int_equal(truncate(d.wal, st.st_size - 100), 0);
    laptop_reopen(&d.l);
    assert_int_equal(count_diggers(&d), ALL - 1);
    laptop_close(&d.l);
}

/* The leaf that holds the entry NUMBER by its text. */
static off_t find_text(const char *path, const char *text)
{
    struct errctx e;
    struct buf bytes = {0};
    off_t found = -1;
    assert_ok(file_read(path, 64 * 1024 * 1024, &bytes, &e));
    for (size_t i = 0; i + strlen(text) < bytes.len && found < 0; i++) {
        if (memcmp(bytes.data + i, text, strlen(text)) == 0)
            found = (off_t)i;
    }
    buf_done(&bytes);
    return found;
}

/* Every place where it stands is made illegible. */
static void destroy(const struct damaged *d, const char *text)
{
    char *other = str_dup(text);
    memset(other, '.', strlen(other));
    for (off_t at; (at = find_text(d->l.path, text)) >= 0;)
        overwrite(d->l.path, at, other, strlen(other));
    for (off_t at; access(d->wal, F_OK) == 0 && (at = find_text(d->wal, text)) >= 0;)
        overwrite(d->wal, at, other, strlen(other));
    free(other);
}

static void gaps_are_named_and_what_stands_behind_them_comes_back(void **state)
{
    (void)state;
    struct damaged d;
    make(&d, false);
    destroy(&d, "\"full_name\":\"Sahr Kamara 40\""); /* there are two of that name */
    recover(&d);
    assert_true(d.done.second_life);
    assert_int_equal(d.done.entries, 41);
    assert_int_equal(d.done.missing, 42);
    assert_string_equal(d.done.lost, "42, 102");
    assert_int_equal(d.done.back, ALL + 1 - 42 - 1);
    check(&d, 41);
}

/* What is gone in the middle of the file stands in the copy; what was written since it was made does not. */
static void a_copy_fills_the_gap_that_it_covers(void **state)
{
    (void)state;
    struct damaged d;
    make(&d, true);
    destroy(&d, "\"full_name\":\"Sahr Kamara 40\"");
    recover(&d);
    assert_true(d.done.second_life);
    assert_int_equal(d.done.entries, COPIED + 41);
    assert_string_equal(d.done.lost, "102");
    assert_int_equal(d.done.back, ALL + 1 - 102);
    check(&d, COPIED + 41);
}

/* Of the entry in front of a gap, and of each in it, changes wait or come back by what they name. */
static void changes_behind_a_gap_come_back_when_their_record_does(void **state)
{
    (void)state;
    static const char *const village[] = {"Yengema", "Motema"};
    struct damaged d;
    struct errctx e;
    int64_t ids[3];
    int64_t waiting = 0;
    laptop_open(&d.l);
    (void)snprintf(d.wal, sizeof d.wal, "%s-wal", d.l.path);
    ids[0] = laptop_digger(&d.l, "First Digger");
    ids[1] = laptop_digger(&d.l, "Lost Digger");
    ids[2] = laptop_digger(&d.l, "Third Digger");
    for (int i = 0; i < 2; i++) {
        for (int of = 0; of < 2; of++) {
            struct record change;
            struct row row;
            record_init(&change, &ENTITIES[ENTITY_DIGGER]);
            record_set_text(&change, "village", village[i]);
            assert_ok(store_load(d.l.store, ENTITY_DIGGER, ids[of], &row, &e));
            assert_ok(store_amend(d.l.store, ENTITY_DIGGER, ids[of], &change, row.version, &d.l.by, NULL,
                                  &d.l.findings, &e));
            row_done(&row);
            record_done(&change);
        }
    }
    assert_ok(store_void(d.l.store, ENTITY_DIGGER, ids[2], "twice", &d.l.by, &e));
    store_close(d.l.store);
    d.l.store = NULL;
    destroy(&d, "\"full_name\":\"Lost Digger\"");
    recover(&d);
    assert_string_equal(d.done.lost, "3");
    assert_int_equal(d.done.back, 4); /* the third, two changes of the first, the voiding */
    assert_int_equal(d.done.waiting, 2);
    laptop_reopen(&d.l);
    assert_ok(store_verify(d.l.store, NULL, NULL, &e));
    assert_ok(
        db_one_int(store_db(d.l.store),
                   "SELECT count(*) FROM digger WHERE full_name = 'First Digger' AND village = 'Motema'", 0,
                   &waiting, &e));
    assert_int_equal(waiting, 1);
    assert_ok(db_one_int(store_db(d.l.store),
                         "SELECT count(*) FROM digger WHERE full_name = 'Third Digger' AND void = 1", 0,
                         &waiting, &e));
    assert_int_equal(waiting, 1);
    assert_int_equal(count_diggers(&d), 2);
    laptop_close(&d.l);
}

static void without_its_first_entry_a_journal_is_kept_as_text(void **state)
{
    (void)state;
    struct damaged d;
    struct errctx e;
    char kept[160];
    make(&d, false);
    destroy(&d, "\"op\":\"device\"");
    const struct recovery what = {.path = d.l.path, .by = &d.l.by, .country = "SL"};
    assert_err(store_recover(&what, &d.done, &e), ERR_INVALID, "first entry cannot be read");
    (void)snprintf(kept, sizeof kept, "%s.damaged-1.entries", d.l.path);
    (void)snprintf(d.done.behind_path, sizeof d.done.behind_path, "%s", kept);
    assert_true(lines_behind(&d) >= ALL);
    laptop_close(&d.l);
}

static void damage_outside_the_journal_keeps_the_device(void **state)
{
    (void)state;
    struct damaged d;
    struct errctx e;
    make(&d, true);
    char code[DEVICE_CODE_BYTES];
    laptop_reopen(&d.l);
    memcpy(code, store_device(d.l.store)->code, sizeof code);
    assert_ok(db_exec(store_db(d.l.store), "UPDATE digger SET village = 'Elsewhere' WHERE id % 3 = 0", &e));
    store_close(d.l.store);
    d.l.store = NULL;
    recover(&d);
    assert_false(d.done.sound);
    assert_false(d.done.second_life);
    assert_string_equal(d.done.device, code);
    check(&d, ALL + 1);
}

/* The program was updated, and nothing has opened the database since. */
static void a_sound_database_of_an_older_program_is_left_to_it(void **state)
{
    (void)state;
    struct damaged d;
    struct errctx e;
    make(&d, true);
    laptop_reopen(&d.l);
    assert_ok(db_exec(store_db(d.l.store),
                      "ALTER TABLE link DROP COLUMN judged; ALTER TABLE life DROP COLUMN judged; "
                      "ALTER TABLE life DROP COLUMN held; DROP TABLE waiting; PRAGMA user_version = 13",
                      &e));
    store_close(d.l.store);
    d.l.store = NULL;
    struct db *db = NULL;
    assert_err(db_open(d.l.path, DB_READ, &FIELD_DB, &db, &e), ERR_CONFIG, "older schema");
    recover(&d);
    assert_true(d.done.sound);
    check(&d, ALL + 1);
}

static void count_leftovers(const struct damaged *d, int *out)
{
    struct folder_kept files = {0};
    *out = 0;
    folder_keep(&files, d->l.folder);
    for (size_t i = 0; i < files.count; i++)
        *out += strstr(files.files[i].name, ".recovering") != NULL;
    folder_forget(&files);
}

/* The registry is known from the damaged file, or from the copy, of whatever schema they are: neither is
 * changed. */
static void tables_are_taken_from_an_older_schema_too(void **state)
{
    (void)state;
    for (int destroyed = 0; destroyed <= 1; destroyed++) {
        struct damaged d;
        struct errctx e;
        struct copies copies;
        int left = 0;
        int64_t kept = 0;
        make(&d, false);
        laptop_reopen(&d.l);
        assert_ok(db_exec(store_db(d.l.store),
                          "INSERT INTO draft (officer, place, text, at) VALUES (0, 'form:digger', 'Sahr', 1)",
                          &e));
        assert_ok(copies_make(d.l.store, &e));
        copies_list(d.l.path, store_device(d.l.store)->code, &copies);
        store_close(d.l.store);
        d.l.store = NULL;
        older_make(d.l.path, &FIELD_DB, 8);
        older_make(copies.rows[0].path, &FIELD_DB, 8);
        if (destroyed)
            overwrite(d.l.path, 0, ZEROS, PAGE);
        else
            destroy(&d, "\"full_name\":\"Sahr Kamara 40\"");
        recover(&d);
        assert_false(d.done.sound);
        laptop_reopen(&d.l);
        assert_ok(db_one_int(store_db(d.l.store), "SELECT count(*) FROM draft", 0, &kept, &e));
        assert_int_equal(kept, 1);
        struct db *db = NULL;
        assert_ok(db_open(copies.rows[0].path, DB_READ_OLD, &FIELD_DB, &db, &e));
        assert_int_equal(db_version(db), 8);
        db_close(db);
        count_leftovers(&d, &left);
        assert_int_equal(left, 0);
        copies_done(&copies);
        check(&d, ALL);
    }
}

static void name(char out[160], const struct damaged *d, const char *ending)
{
    (void)snprintf(out, 160, "%s/alluvia%s", d->l.folder, ending);
}

/* The newest copy as it lies in the folder `backups`. */
static void copy_of(struct damaged *d, const char *code, const char *to)
{
    struct copies copies;
    copies_list(d->l.path, code, &copies);
    assert_true(copies.count > 0);
    folder_copy_file(copies.rows[0].path, to);
    copies_done(&copies);
}

/* The power fails when the old key has made room and the new one is not there. */
static void between_two_keys_a_recovery_goes_on_too(void **state)
{
    (void)state;
    struct damaged d;
    char code[DEVICE_CODE_BYTES];
    char from[160];
    char to[160];
    char ending[32];
    make(&d, true);
    laptop_reopen(&d.l);
    memcpy(code, store_device(d.l.store)->code, sizeof code);
    store_close(d.l.store);
    d.l.store = NULL;
    name(to, &d, ".db.second-life");
    copy_of(&d, code, to);
    name(to, &d, ".db.damaged-1");
    assert_int_equal(rename(d.l.path, to), 0);
    name(from, &d, ".key");
    (void)snprintf(ending, sizeof ending, "-%s.key", code);
    name(to, &d, ending);
    assert_int_equal(rename(from, to), 0);
    recover(&d);
    assert_true(d.done.second_life);
    assert_int_equal(d.done.entries, COPIED + 1);
    assert_int_equal(access(to, F_OK), 0);
    check(&d, COPIED + 1);
}

/* What an earlier recovery left behind, when the power failed in its last moment, is no newer than a copy. */
static void an_old_beginning_of_a_second_life_is_not_taken_for_this_one(void **state)
{
    (void)state;
    struct damaged d;
    struct errctx e;
    struct db *db = NULL;
    char left[160];
    make(&d, true);
    name(left, &d, ".db.second-life");
    laptop_reopen(&d.l);
    (void)laptop_digger(&d.l, "Somebody Else");
    assert_ok(copies_make(d.l.store, &e));
    store_close(d.l.store);
    d.l.store = NULL;
    /* As of the device before. */
    folder_copy_file(d.l.path, left);
    assert_ok(db_open(left, DB_WRITE, &FIELD_DB, &db, &e));
    assert_ok(db_exec(db, "UPDATE laptop SET key = randomblob(32)", &e));
    db_close(db);
    assert_int_equal(unlink(d.l.path), 0);
    recover(&d);
    laptop_reopen(&d.l);
    assert_int_equal(count_diggers(&d), ALL + 1);
    laptop_close(&d.l);
}

static void without_the_key_nothing_is_touched(void **state)
{
    (void)state;
    struct damaged d;
    struct errctx e;
    char key[128];
    make(&d, true);
    (void)snprintf(key, sizeof key, "%s/alluvia.key", d.l.folder);
    assert_int_equal(unlink(key), 0);
    const struct recovery what = {.path = d.l.path, .by = &d.l.by};
    assert_err(store_recover(&what, &d.done, &e), ERR_CONFIG, "alluvia.key");
    assert_int_equal(access(d.wal, F_OK), 0);
    laptop_close(&d.l);
}

static void an_open_database_is_not_recovered(void **state)
{
    (void)state;
    struct damaged d;
    struct errctx e;
    make(&d, true);
    laptop_reopen(&d.l);
    const struct recovery what = {.path = d.l.path, .by = &d.l.by};
    assert_err(store_recover(&what, &d.done, &e), ERR_BUSY, "open in another program");
    laptop_close(&d.l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_undamaged_database_is_left_alone),
        cmocka_unit_test(a_destroyed_beginning_costs_nothing),
        cmocka_unit_test(each_page_in_turn_may_be_zeros),
        cmocka_unit_test(bytes_here_and_there_may_be_others),
        cmocka_unit_test(a_file_may_be_cut_off_anywhere),
        cmocka_unit_test(a_file_that_is_gone_leaves_the_copy_and_the_log),
        cmocka_unit_test(a_log_that_is_gone_makes_a_second_life),
        cmocka_unit_test(a_damaged_log_makes_a_second_life),
        cmocka_unit_test(a_commit_that_was_cut_off_is_no_damage),
        cmocka_unit_test(gaps_are_named_and_what_stands_behind_them_comes_back),
        cmocka_unit_test(a_copy_fills_the_gap_that_it_covers),
        cmocka_unit_test(changes_behind_a_gap_come_back_when_their_record_does),
        cmocka_unit_test(without_its_first_entry_a_journal_is_kept_as_text),
        cmocka_unit_test(damage_outside_the_journal_keeps_the_device),
        cmocka_unit_test(a_sound_database_of_an_older_program_is_left_to_it),
        cmocka_unit_test(tables_are_taken_from_an_older_schema_too),
        cmocka_unit_test(between_two_keys_a_recovery_goes_on_too),
        cmocka_unit_test(an_old_beginning_of_a_second_life_is_not_taken_for_this_one),
        cmocka_unit_test(without_the_key_nothing_is_touched),
        cmocka_unit_test(an_open_database_is_not_recovered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

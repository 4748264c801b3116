/*
 * Every screen, in a language whose texts are accented, two fifths longer than ours, and stand between « and
 * » (pseudo.c): what has only one of the two is cut, and a plain word outside of them is not translated.
 */
#include <ctype.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/common/catalogue.h"
#include "schema/base/file.h"
#include "tests/lib/laptop.h"
#include "tests/lib/screen.h"
#include "tests/lib/test.h"

enum {
    MAX_BYTES = 8 << 20,
    MOST_LOOKS = 40
};

struct desk {
    struct laptop laptop;
    struct screen_test screen;
    struct buf bytes;
    struct catalogue words;
};

/* What people typed, and labels of codes, which the code lists hold. */
static const char *const DATA[] = {
    "Alluvia", "Koidu", "office", "Sahr",      "Kamara", "Tombodu", "Yield",   "Male", "Tributor",
    "works",   "share", "Active", "Artisanal", "Artis",  "Diamond", "Granted", "Kono", "active",
};

static int open_desk(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    const struct screen_options options = {.catalogue = ALLUVIA_PSEUDO};
    struct errctx e;
    assert_ok(file_read(ALLUVIA_PSEUDO, MAX_BYTES, &d->bytes, &e));
    assert_ok(
        catalogue_open(&d->words, (const unsigned char *)d->bytes.data, d->bytes.len, PLURAL_NOT_ONE, &e));
    laptop_open(&d->laptop);
    (void)laptop_licence(&d->laptop, "AML/KON/17", laptop_digger(&d->laptop, "Sahr Kamara"));
    (void)laptop_yield(&d->laptop, "AML/KON/17", "today", "3", "0.45");
    screen_start(&d->screen, d->laptop.path, &options);
    screen_wait(&d->screen, "»");
    *state = d;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    screen_close(&d->screen);
    laptop_close(&d->laptop);
    buf_done(&d->bytes);
    free(d);
    return 0;
}

/* What stands on the screen for ENGLISH. */
static const char *words_of(const struct desk *d, const char *english)
{
    const char *found = catalogue_text(&d->words, english);
    assert_non_null(found);
    return found;
}

static bool is_data(const char *word, size_t len)
{
    for (size_t i = 0; i < sizeof DATA / sizeof DATA[0]; i++) {
        if (strlen(DATA[i]) == len && strncmp(DATA[i], word, len) == 0)
            return true;
    }
    return false;
}

/* Plain words of four letters and more, outside of « and »; shorter ones are units and codes. */
static bool has_plain_word(const char *text, bool tell)
{
    int depth = 0;
    for (const char *at = text; *at;) {
        size_t len = 0;
        if (strncmp(at, "«", 2) == 0 || strncmp(at, "»", 2) == 0) {
            depth += strncmp(at, "«", 2) == 0 ? 1 : -1;
            at += 2;
            continue;
        }
        while (isalpha((unsigned char)at[len]) ||
               ((unsigned char)at[len] >= 0x80 && strncmp(at + len, "«", 2) != 0 &&
                strncmp(at + len, "»", 2) != 0))
            len++;
        bool plain = true;
        for (size_t i = 0; i < len; i++)
            plain = plain && isalpha((unsigned char)at[i]);
        if (depth <= 0 && len >= 4 && plain && !is_data(at, len)) {
            if (tell)
                (void)fprintf(stderr, "plain: %.*s\n", (int)len, at);
            return true;
        }
        at += len ? len : 1;
    }
    return false;
}

static int count(const char *text, const char *mark)
{
    int found = 0;
    for (const char *at = strstr(text, mark); at; at = strstr(at + strlen(mark), mark))
        found++;
    return found;
}

/* Takes out line LINE: the heading of a table, whose columns give way to what stands in them, and the one
 * row, whose words give way to numbers. */
static void drop_line(char *text, int line)
{
    char *at = text;
    while (at && line-- > 0)
        at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL;
    char *end = at ? strchr(at, '\n') : NULL;
    if (end)
        memmove(at, end + 1, strlen(end + 1) + 1);
}

/* NULL when the screen is whole, else what is wrong with it. */
static const char *fault(struct desk *d, int heading)
{
    char *text = screen_text(&d->screen);
    const char *found = NULL;
    for (int i = 0; heading > 0 && i < 2; i++)
        drop_line(text, heading);
    /* What people typed may give way in a table: the form has it whole. */
    if (count(text, "«") != count(text, "»") || (heading == 0 && strstr(text, "…")))
        found = "something is cut";
    else if (has_plain_word(text, false))
        found = "something is not translated";
    free(text);
    return found;
}

/* A screen that is still being drawn is looked at again. HEADING: a line that is passed over, 0 for none. */
static void check(struct desk *d, const char *where, int heading)
{
    const char *wrong = "";
    for (int tries = 0; wrong && tries < MOST_LOOKS; tries++) {
        screen_settle(&d->screen);
        wrong = fault(d, heading);
    }
    if (wrong) {
        char *text = screen_text(&d->screen);
        (void)fprintf(stderr, "%s: %s:\n%s\n", where, wrong, text);
        (void)has_plain_word(text, true);
        free(text);
        fail();
    }
}

static void help_of(struct desk *d, const char *where, const char *key)
{
    screen_type(&d->screen, key);
    screen_wait(&d->screen, words_of(d, "Keys"));
    check(d, where, 0);
    for (int i = 0; i < 8; i++)
        screen_type(&d->screen, "<C-f>");
    check(d, where, 0);
    screen_type(&d->screen, "<Esc>");
    screen_wait_gone(&d->screen, words_of(d, "Keys"));
}

static void go(struct desk *d, int place, const char *title)
{
    for (int i = 0; i < place; i++)
        screen_type(&d->screen, "<Down>");
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, title);
}

static void back(struct desk *d, const char *title)
{
    screen_type(&d->screen, "<Esc>");
    screen_wait_gone(&d->screen, title);
    screen_type(&d->screen, "<C-a>");
}

static void first_screen_and_its_help_are_whole(void **state)
{
    struct desk *d = *state;
    screen_wait(&d->screen, words_of(d, "Due"));
    check(d, "today", 0);
    help_of(d, "help of today", "?");
}

static void day_sheet_and_its_questions_are_whole(void **state)
{
    struct desk *d = *state;
    go(d, 0, words_of(d, "Day sheet"));
    screen_wait(&d->screen, "AML/KON/17");
    check(d, "day sheet", 0);
    help_of(d, "help of the day sheet", "?");
    screen_type(&d->screen, "x");
    check(d, "a letter in the day sheet", 0);
    screen_type(&d->screen, "p");
    screen_wait(&d->screen, words_of(d, "Parcel"));
    check(d, "the parcel's question", 0);
    screen_type(&d->screen, "1<Enter>");
    check(d, "day sheet with a parcel", 0);
    screen_type(&d->screen, "d");
    check(d, "the day's question", 0);
    screen_type(&d->screen, "zz<Enter>");
    check(d, "a day that is none", 0);
}

static void lists_and_forms_are_whole(void **state)
{
    struct desk *d = *state;
    static const struct {
        int place;
        int fields;
    } lists[] = {{4, 24}, {5, 13}, {6, 18}, {7, 20}, {8, 23}, {9, 7}, {10, 19}, {11, 13}, {12, 19}, {13, 6}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        char where[64];
        go(d, lists[i].place, words_of(d, "Search:"));
        (void)snprintf(where, sizeof where, "list %d", lists[i].place);
        check(d, where, 2);
        screen_type(&d->screen, "<C-n>");
        screen_wait_gone(&d->screen, words_of(d, "Search:"));
        for (int field = 0; field < lists[i].fields; field++) {
            (void)snprintf(where, sizeof where, "form %d, field %d", lists[i].place, field + 1);
            check(d, where, 0);
            screen_type(&d->screen, "<Down>");
            (void)snprintf(where, sizeof where, "  %d/%d", field + 2, lists[i].fields);
            if (field + 1 < lists[i].fields)
                screen_wait(&d->screen, where);
        }
        screen_type(&d->screen, "<C-s>");
        screen_wait(&d->screen, words_of(d, "not saved yet: see the marked field"));
        check(d, where, 0);
        screen_type(&d->screen, "<Esc>");
        screen_wait(&d->screen, words_of(d, "Search:"));
        back(d, words_of(d, "Search:"));
    }
}

static void inbox_sync_and_reports_are_whole(void **state)
{
    struct desk *d = *state;
    go(d, 1, words_of(d, "This laptop belongs to no registry yet."));
    check(d, "sync", 0);
    back(d, words_of(d, "This laptop belongs to no registry yet."));
    go(d, 2, "- «Íñbóxõõ");
    check(d, "inbox", 0);
    back(d, "- «Íñbóxõõ");
    go(d, 3, words_of(d, "The day's returns"));
    for (int i = 0; i < 6; i++) {
        char where[32];
        (void)snprintf(where, sizeof where, "report %d", i + 1);
        check(d, where, 2);
        screen_type(&d->screen, "<Tab>");
    }
    help_of(d, "help of reports", "?");
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)

int main(void)
{
    (void)setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        DESK_TEST(first_screen_and_its_help_are_whole),
        DESK_TEST(day_sheet_and_its_questions_are_whole),
        DESK_TEST(lists_and_forms_are_whole),
        DESK_TEST(inbox_sync_and_reports_are_whole),
    };
    return cmocka_run_group_tests_name("screen words", tests, NULL, NULL);
}

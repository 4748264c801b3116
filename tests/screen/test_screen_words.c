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
    MOST_LOOKS = 40,
    CARE_LINES = 7,
    SETTINGS_LINES = 4,
    OF_CODES = -1 /* labels of codes are the code lists' business */
};

struct desk {
    struct laptop laptop;
    struct screen_test screen;
    struct buf bytes;
    struct catalogue words;
};

/* What people typed, and labels of codes, which the code lists hold. */
static const char *const DATA[] = {
    "Alluvia",   "Koidu",   "office",        "Sahr",    "Kamara",  "Tombodu", "Yield", "Male",  "Tributor",
    "amina",     "alluvia", "Administrator", "Amina",   "auto",    "colour",  "lines", "paper", "Duty",
    "under",     "mining",  "National",      "Sesay",   "nowhere", "http",    "works", "share", "Active",
    "Artisanal", "Artis",   "Diamond",       "Granted", "Kono",    "active",
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
    bool id = true; /* "RBCJ" of a record's id */
    for (size_t i = 0; i < len; i++)
        id = id && isupper((unsigned char)word[i]);
    if (id)
        return true;
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

/* Appends what LINE, of LEN bytes, shows inside of a box; nothing when no box crosses it. */
static void put_inside(struct buf *out, const char *line, size_t len)
{
    static const char *const sides[][2] = {{"┌", "┐"}, {"│", "│"}};
    char *text = str_dup_len(line, len);
    for (int i = 0; i < 2; i++) {
        char *from = strstr(text, sides[i][0]);
        char *to = from ? strstr(from + strlen(sides[i][0]), sides[i][1]) : NULL;
        if (!to)
            continue;
        *to = '\0';
        buf_printf(out, "%s\n", from + strlen(sides[i][0]));
        break;
    }
    free(text);
}

/* A box lies over halves of words: then what stands in it counts, and the line of the keys. Frees TEXT. */
static char *seen_part(char *text)
{
    struct buf out = {0};
    if (!strstr(text, "┌"))
        return text;
    const char *last = text;
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1) {
        put_inside(&out, line, strcspn(line, "\n"));
        last = line;
    }
    buf_puts(&out, last);
    free(text);
    return buf_steal(&out);
}

/* An ellipsis of a text stands behind a blank or a slash; one that cuts, behind a letter. */
static bool is_cut(const char *text)
{
    for (const char *at = strstr(text, "…"); at; at = strstr(at + 1, "…")) {
        if (at > text && at[-1] != ' ' && at[-1] != '/')
            return true;
    }
    return false;
}

/* NULL when the screen is whole, else what is wrong with it. */
static const char *fault(struct desk *d, int heading)
{
    char *text = seen_part(screen_text(&d->screen));
    const char *found = NULL;
    for (int i = 0; heading > 0 && i < 2; i++)
        drop_line(text, heading);
    /* What people typed may give way in a table: the form has it whole. */
    if (count(text, "«") != count(text, "»") || (heading <= 0 && is_cut(text)))
        found = "something is cut";
    else if (heading != OF_CODES && has_plain_word(text, false))
        found = "something is not translated";
    free(text);
    return found;
}

/* A screen that is still being drawn is looked at again. HEADING: a line that is passed over, 0 for none, or
 * OF_CODES. */
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
    } lists[] = {{5, 24}, {6, 13}, {7, 18}, {8, 20}, {9, 23}, {10, 7}, {11, 19}, {12, 13}, {13, 19}, {14, 6}};
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

static void sticks_and_copies_are_whole(void **state)
{
    struct desk *d = *state;
    go(d, 4, words_of(d, "Carry what is unsent"));
    for (int i = 0; i < CARE_LINES; i++) {
        check(d, "sticks and copies", 0);
        screen_type(&d->screen, "<Down>");
    }
    help_of(d, "help of sticks and copies", "?");
    screen_type(&d->screen, "<C-a><Enter>");
    screen_wait(&d->screen, "«Whíçhõõ fóldérõõõ?");
    check(d, "the folder's question", 0);
    screen_type(&d->screen, "/nowhere<Enter>");
    screen_wait_gone(&d->screen, "«Whíçhõõ fóldérõõõ?");
    check(d, "a folder that is none", 0);
}

/* The kinds of every list that chooses, in a box over a form; and the filter of a list. */
static void pickers_are_whole(void **state)
{
    struct desk *d = *state;
    go(d, 9, words_of(d, "Search:"));
    screen_type(&d->screen, "<C-r>");
    screen_wait(&d->screen, words_of(d, "Show only records with …"));
    check(d, "what to filter by", 0);
    screen_type(&d->screen, "<Esc><C-n>");
    screen_wait(&d->screen, "  1/23");
    for (int field = 1; field <= 5; field++) {
        char where[32];
        (void)snprintf(where, sizeof where, "  %d/23", field);
        screen_wait(&d->screen, where);
        screen_type(&d->screen, "<C-p>");
        if (field != 3 && field != 4) /* of records, which people typed */
            check(d, "a list to choose from", OF_CODES);
        screen_type(&d->screen, field > 1 ? "<Esc><Down>" : "<Down>");
    }
}

static void histories_and_voiding_are_whole(void **state)
{
    struct desk *d = *state;
    go(d, 8, words_of(d, "Search:"));
    screen_type(&d->screen, "<C-t>");
    screen_wait(&d->screen, words_of(d, "History"));
    check(d, "history", OF_CODES);
    screen_type(&d->screen, "<Esc>");
    screen_wait(&d->screen, words_of(d, "Search:"));
    screen_type(&d->screen, "<C-v>");
    screen_wait(&d->screen, words_of(d, "Void this record?"));
    check(d, "the question why it is void", 0);
    screen_type(&d->screen, "x<Enter>");
    screen_wait(&d->screen, words_of(d, "voided"));
    screen_type(&d->screen, "<C-y>");
    check(d, "a list with what is void", 2);
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, words_of(d, "this record is void: it can be read, not changed"));
    check(d, "a record that is void", OF_CODES);
    screen_type(&d->screen, "<C-t>");
    check(d, "history of a form", OF_CODES);
}

static void questions_of_a_form_are_whole(void **state)
{
    struct desk *d = *state;
    static const char rest[] = "<Down><Down><Down>M<Down>1985<Down>SL<Down>national<Down>SL-E-KONO<Down>"
                               "Tombodu<Down><Down><Down>none<Down><Down>tributor<Down><Down>law<C-s>";
    go(d, 8, words_of(d, "Search:"));
    screen_type(&d->screen, "<C-n>");
    screen_wait(&d->screen, "  1/20");
    screen_type(&d->screen, "<Down>Sahr Kamara");
    screen_type(&d->screen, rest);
    screen_wait(&d->screen, words_of(d, "Registered already?"));
    check(d, "possible doubles", 0);
    screen_type(&d->screen, "n<Esc>");
    screen_wait(&d->screen, words_of(d, "Go back without saving?"));
    check(d, "leaving a form", 0);
    screen_type(&d->screen, "n<C-s>");
    screen_wait(&d->screen, words_of(d, "Registered already?"));
    screen_type(&d->screen, "y");
    screen_wait_gone(&d->screen, words_of(d, "Registered already?"));
    check(d, "a person is saved", 2);
    screen_type(&d->screen, "<C-n>");
    screen_wait(&d->screen, "  1/20");
    screen_type(&d->screen, "<Down>Sahr Kamara");
    screen_type(&d->screen, rest);
    screen_wait(&d->screen, words_of(d, "Registered already?"));
    screen_type(&d->screen, "y");
    screen_wait(&d->screen, words_of(d, "Is this right?"));
    check(d, "a rule's question", 0);
}

static void settings_are_whole(void **state)
{
    struct desk *d = *state;
    go(d, 15, words_of(d, "Settings"));
    for (int i = 0; i < SETTINGS_LINES; i++) {
        check(d, "settings", 0);
        screen_type(&d->screen, "<Down>");
    }
    screen_type(&d->screen, "<Up><Up><Up><Up><Down><C-u>900<C-s>");
    check(d, "a setting that is refused", 0);
}

static void joining_a_registry_is_whole(void **state)
{
    struct desk *d = *state;
    screen_type(&d->screen, "se");
    screen_wait(&d->screen, words_of(d, "Join the registry that invited this laptop."));
    check(d, "enrolment", 0);
    screen_type(&d->screen, "nowhere<Enter><Enter>");
    screen_wait(&d->screen, "^ «ísõ ñéíthérõõõ");
    check(d, "an address that is none", 0);
    screen_type(&d->screen, "<C-u>http://127.0.0.1:9<Enter>");
    check(d, "the invitation's code", 0);
    screen_type(&d->screen, "0JBG-3W7F-Y7BC-N0F<Enter>");
    check(d, "a code that is wrong", 0);
}

static void making_officers_and_signing_in_are_whole(void **state)
{
    struct desk *d = *state;
    screen_type(&d->screen, "o");
    screen_wait(&d->screen, words_of(d, "The first officer becomes the admin of this laptop."));
    for (int i = 0; i < 4; i++) {
        check(d, "the first officer", 0);
        screen_type(&d->screen, "<Down>");
    }
    screen_type(&d->screen, "<C-s>");
    check(d, "an officer without a name", 0);
    screen_type(&d->screen, "<Up><Up><Up>amina<Down>Amina Sesay<Down>1234<Down>1234<C-s>");
    screen_wait(&d->screen, "^ ");
    check(d, "a PIN that everybody tries", 0);
    screen_type(&d->screen, "<C-u>2580<Down><C-u>2580<C-s>");
    screen_wait(&d->screen, words_of(d, "Due"));
    check(d, "today with an officer", 0);
    go(d, 14, words_of(d, "Search:"));
    check(d, "officers", 2);
    screen_type(&d->screen, "<C-p>");
    screen_wait(&d->screen, words_of(d, "Old PIN"));
    for (int i = 0; i < 3; i++) {
        check(d, "changing a PIN", 0);
        screen_type(&d->screen, "<Down>");
    }
    screen_type(&d->screen, "<C-x>");
    screen_wait(&d->screen, words_of(d, "Locked. What was typed is kept."));
    check(d, "locked", 0);
    screen_type(&d->screen, "?");
    check(d, "help of signing in", 0);
    screen_type(&d->screen, "<Enter>0000<Enter>");
    screen_wait(&d->screen, words_of(d, "That is not the PIN. Try again."));
    check(d, "a wrong PIN", 0);
    screen_type(&d->screen, "0000<Enter>");
    screen_wait(&d->screen, words_of(d, "That is not the PIN. Try again."));
    screen_type(&d->screen, "0000<Enter>");
    screen_wait_gone(&d->screen, words_of(d, "That is not the PIN. Try again."));
    check(d, "too many wrong PINs", 0);
}

static void first_start_is_whole(void **state)
{
    struct desk *d = *state;
    char path[128];
    const struct screen_options options = {.catalogue = ALLUVIA_PSEUDO};
    (void)snprintf(path, sizeof path, "%s/new.db", d->laptop.folder);
    screen_close(&d->screen);
    screen_start(&d->screen, path, &options);
    screen_wait(&d->screen, words_of(d, "First start"));
    for (int i = 0; i < 6; i++) {
        check(d, "first start", 0);
        screen_type(&d->screen, "<Down>");
    }
    screen_type(&d->screen, "<C-s>");
    check(d, "a first start without a country", 0);
    screen_type(&d->screen, "<Esc>");
    screen_wait(&d->screen, words_of(d, "Leave?"));
    check(d, "leaving the first start", 0);
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
        DESK_TEST(sticks_and_copies_are_whole),
        DESK_TEST(pickers_are_whole),
        DESK_TEST(histories_and_voiding_are_whole),
        DESK_TEST(questions_of_a_form_are_whole),
        DESK_TEST(settings_are_whole),
        DESK_TEST(joining_a_registry_is_whole),
        DESK_TEST(making_officers_and_signing_in_are_whole),
        DESK_TEST(first_start_is_whole),
    };
    return cmocka_run_group_tests_name("screen words", tests, NULL, NULL);
}

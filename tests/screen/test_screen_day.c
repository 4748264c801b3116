/*
 * An officer's whole day as one key script, in each language: from a laptop with nothing on it to a registry
 * that holds what was typed. Words are those of the language; what is expected comes out of the catalogues.
 */
#include <inttypes.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "schema/base/file.h"
#include "schema/record/ident.h"
#include "tests/lib/run.h"
#include "tests/lib/test.h"
#include "tests/screen/day.h"

enum {
    MOST_BYTES = 1 << 20,
    TEAMS = 4,
    DAYS_BACK = 3 /* two, and one more when midnight has come meanwhile */
};

/* --- the day */

static void first_start(struct day *d)
{
    const struct screen_options options = {.lang = d->code};
    screen_start(&d->screen, d->db, &options);
    day_wait_title(d, _("First start"));
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, _("Type to look; Enter chooses, Esc goes back"));
    screen_type(&d->screen, "SL<Enter>");
    screen_wait_gone(&d->screen, _("Type to look; Enter chooses, Esc goes back"));
    screen_type(&d->screen, "Kono 1<Enter>amina<Enter>Amina Sesay<Enter>2580<Enter>2580<Enter>");
    day_wait_title(d, _("Today"));
    screen_wait(&d->screen, _("this laptop is not enrolled yet: s, then e"));
}

static void enrol(struct day *d)
{
    const char *const invite[] = {"invite", "--name", "Kono 1", "--district", "SL-E-KONO", NULL};
    char *code = office_run(&d->office, invite);
    char *said = str_dup(_("This laptop has joined %s. Esc goes back; Sync sends what is recorded."));
    code[strcspn(code, "\n")] = '\0';
    screen_type(&d->screen, "s");
    screen_wait(&d->screen, _("This laptop belongs to no registry yet."));
    screen_type(&d->screen, "e");
    screen_wait(&d->screen, _("Join the registry that invited this laptop."));
    screen_type(&d->screen, d->office.url);
    screen_type(&d->screen, "<Enter>");
    screen_type(&d->screen, code);
    screen_type(&d->screen, "<Enter>");
    *strchr(said, '%') = '\0';
    day_wait_part(d, said, "Ministry of Mines");
    screen_type(&d->screen, "<Esc>");
    day_wait_title(d, _("Sync"));
    day_back_to_today(d);
    free(code);
    free(said);
}

static void add_person(struct day *d, const char *name, const char *role)
{
    const char *const values[] = {
        "full_name", name,        "sex",       "#M",       "birth",       "1985~",   "nationality",
        "#SL",       "residence", "#national", "district", "#SL-E-KONO",  "village", "Tombodu",
        "id_type",   "#none",     "role",      role,       "legal_basis", "#law",    NULL};
    day_add(d, ENTITY_DIGGER, values);
}

/* Names of many scripts; and one who is there already, by another spelling. */
static void register_people(struct day *d)
{
    const char *const twice[] = {
        "full_name", "Mamadou Diallo", "sex",       "#M",        "birth",       "1990~",   "nationality",
        "#SL",       "residence",      "#national", "district",  "#SL-E-KONO",  "village", "Koakoyima",
        "id_type",   "#none",          "role",      "#tributor", "legal_basis", "#law",    NULL};
    const char *const first[] = {
        "full_name", "Mohamed Jalloh", "sex",       "#M",        "birth",       "1990~",   "nationality",
        "#SL",       "residence",      "#national", "district",  "#SL-E-KONO",  "village", "Koakoyima",
        "id_type",   "#none",          "role",      "#tributor", "legal_basis", "#law",    NULL};
    struct buf same = {0};
    day_go_list(d, ENTITY_DIGGER);
    add_person(d, "Ke\xCC\x81i\xCC\x88ta", "#licence_holder");
    add_person(d, "o\xCC\xA3\xCC\x81la", "#tributor");
    add_person(d, "Ngu\xCC\x83gi\xCC\x83", "#tributor");
    add_person(d, "प्रिया", "#tributor");
    day_add(d, ENTITY_DIGGER, first);
    day_begin_new(d, ENTITY_DIGGER);
    day_fill(d, ENTITY_DIGGER, twice);
    screen_type(&d->screen, "<C-s>");
    screen_wait(&d->screen, _("Registered already?"));
    buf_printf(&same, "%s: %s, %s", _("the same"), _("Birth"), _("Village"));
    screen_wait(&d->screen, buf_str(&same));
    screen_type(&d->screen, i18n_in_context(NC_("answer", "n")));
    screen_wait_gone(&d->screen, _("Registered already?"));
    screen_type(&d->screen, "<C-s>");
    screen_wait(&d->screen, _("Registered already?"));
    screen_type(&d->screen, i18n_in_context(NC_("answer", "y")));
    day_wait_beginning(d, _("saved as %s"));
    buf_done(&same);
}

/* It was the same person after all. */
static void void_the_double(struct day *d)
{
    screen_type(&d->screen, "mamad");
    screen_wait(&d->screen, "Mamadou Diallo");
    screen_type(&d->screen, "<C-v>");
    screen_wait(&d->screen, _("Void this record?"));
    screen_type(&d->screen, "registered twice<Enter>");
    screen_wait(&d->screen, _("voided"));
    screen_wait_gone(&d->screen, "Mamadou Diallo");
    screen_type(&d->screen, "<C-u>ngugi");
    screen_wait(&d->screen, "Ng\xC5\xA9g\xC4\xA9");
    day_back_to_today(d);
}

static void register_work(struct day *d)
{
    const char *const coop[] = {"name",       "Koakoyima Diggers", "kind",  "#cooperative", "district",
                                "#SL-E-KONO", "village",           "Koidu", "chair",        "Sia Kamara",
                                "status",     "#active",           NULL};
    day_go_list(d, ENTITY_COOPERATIVE);
    day_add(d, ENTITY_COOPERATIVE, coop);
    day_back_to_today(d);
    register_people(d);
    void_the_double(d);
    day_go_list(d, ENTITY_LICENCE);
    for (int i = 1; i <= TEAMS; i++) {
        char no[16];
        (void)snprintf(no, sizeof no, "AML-%d", i);
        const char *const values[] = {"licence_no",
                                      no,
                                      "kind",
                                      "#aml",
                                      i == TEAMS ? "holder_coop" : "holder",
                                      i == TEAMS ? "@Koakoyima" : "@keita",
                                      "minerals",
                                      "#diamond",
                                      "district",
                                      "#SL-E-KONO",
                                      "area_text",
                                      "Tombodu, left bank",
                                      "issued_by",
                                      "NMA Koidu",
                                      "issued_on",
                                      "+-30",
                                      "valid_from",
                                      "+-30",
                                      "valid_to",
                                      "+300",
                                      "status",
                                      "#granted",
                                      NULL};
        day_add(d, ENTITY_LICENCE, values);
    }
    day_back_to_today(d);
    const char *const site[] = {"name",       "Bafi 3",   "licence",     "AML-1",      "district",
                                "#SL-E-KONO", "village",  "Tombodu",     "river",      "Bafi",
                                "state",      "#washing", "zone_status", "#compliant", NULL};
    day_go_list(d, ENTITY_SITE);
    day_add(d, ENTITY_SITE, site);
    day_back_to_today(d);
    const char *const crew[] = {"licence",   "AML-1", "digger",  "@ngugi", "role", "#tributor",
                                "share_pct", "12.5",  "from_on", "+-20",   NULL};
    day_go_list(d, ENTITY_CREW);
    day_add(d, ENTITY_CREW, crew);
    day_back_to_today(d);
}

static void open_sheet(struct day *d, int days)
{
    char day[LANGUAGE_DAY_BYTES];
    screen_type(&d->screen, "d");
    day_wait_title(d, _("Day sheet"));
    screen_type(&d->screen, "d");
    screen_wait(&d->screen, _("Which day?"));
    screen_type(&d->screen, day_words(d, days, day));
    screen_type(&d->screen, "<Enter>");
    day_wait_part(d, " ", day);
    day_wait_sheet(d, 0, TEAMS);
}

/* The first day: every kind of row. */
static void enter_first_day(struct day *d)
{
    char carats[32];
    open_sheet(d, -2);
    screen_type(&d->screen, "12<Enter>8<Enter>2<Enter>3<Enter>");
    screen_type(&d->screen, day_number(d, "0.45", carats));
    screen_type(&d->screen, "<Enter><Enter>");
    screen_wait(&d->screen, "+AML-1");
    screen_type(&d->screen, "9n");
    screen_wait(&d->screen, "+AML-2");
    screen_type(&d->screen, "cn");
    screen_wait(&d->screen, "+AML-3");
    screen_type(&d->screen, "w");
    screen_wait(&d->screen, day_label_of(d, "no_work_reason", "rain"));
    screen_type(&d->screen, "rain<Enter>");
    screen_wait(&d->screen, "+AML-4");
    day_wait_sheet(d, 4, TEAMS);
    day_back_to_today(d);
}

/* The second: a question, the sizes of before, the parcel, a mistake that is mended. */
static void enter_second_day(struct day *d)
{
    char text[32];
    struct buf words = {0};
    open_sheet(d, -1);
    screen_type(&d->screen, "p");
    screen_wait(&d->screen, _("Parcel"));
    screen_type(&d->screen, day_number(d, "12.5", text));
    screen_type(&d->screen, "<Enter><Enter><Enter><Enter>1<Enter>12<Enter><Enter>");
    day_answer_questions(d, "seen by the chief", "+AML-1");
    buf_printf(&words, "%s %s ct", _("still to come"), day_number(d, "0.5", text));
    screen_wait(&d->screen, buf_str(&words));
    screen_type(&d->screen, "<Down><Down>7n");
    screen_wait(&d->screen, "+AML-4");
    screen_type(&d->screen, "N");
    screen_wait(&d->screen, _("The rest nil?"));
    screen_type(&d->screen, i18n_in_context(NC_("answer", "y")));
    screen_wait(&d->screen, "+AML-3");
    day_wait_sheet(d, 4, TEAMS);
    buf_clear(&words);
    buf_printf(&words, "%s 37", _("men"));
    screen_wait(&d->screen, buf_str(&words));
    screen_type(&d->screen, "10<Up>"); /* nine were counted, ten were there */
    buf_clear(&words);
    buf_printf(&words, "%s 38", _("men"));
    screen_wait(&d->screen, buf_str(&words));
    buf_done(&words);
    day_back_to_today(d);
}

/* Yesterday's return of the first team, as its language calls it. */
static const char *yield_title(const struct day *d, char out[96])
{
    char day[LANGUAGE_DAY_BYTES];
    (void)snprintf(out, 96, "%s AML-1 %s (", day_words(d, -1, day), day_label_of(d, "outcome", "yield"));
    return out;
}

static void record_the_rest(struct day *d)
{
    char title[96];
    const char *const stone[] = {"yield", "@AML-1",     "parcel_no", "P-7",   "kind", "#single", "stones",
                                 "1",     "diamond_ct", "12",        "class", "#gem", NULL};
    const char *const sale[] = {"slip_no",
                                "S-1",
                                "date",
                                "+0",
                                "licence",
                                "AML-1",
                                "seller",
                                "Kéïta",
                                "buyer",
                                "Kono Diamonds",
                                "buyer_licence_no",
                                "D-1",
                                "stones",
                                "2",
                                "diamond_ct",
                                "0.3",
                                "currency",
                                "#USD",
                                "price",
                                "90.50",
                                "price_usd",
                                "90.50",
                                "payment",
                                "#cash",
                                "origin",
                                "Bafi",
                                NULL};
    const char *const visit[] = {"date",      "+0",          "site",          "@Bafi",
                                 "licence",   "AML-1",       "inspectors",    "Amina Sesay, Fatu Conteh",
                                 "announced", "?no",         "licence_shown", "?yes",
                                 "men",       "12",          "women",         "0",
                                 "under_15",  "0",           "aged_15_17",    "0",
                                 "notebook",  "#up_to_date", "finding",       "#none",
                                 NULL};
    day_go_list(d, ENTITY_STONE);
    day_begin_new(d, ENTITY_STONE);
    day_fill(d, ENTITY_STONE, stone);
    screen_wait(&d->screen, yield_title(d, title));
    screen_type(&d->screen, "<C-s>");
    char *saved = str_dup_len(_("saved as %s"), strcspn(_("saved as %s"), "%"));
    day_answer_questions(d, "a large one", saved);
    free(saved);
    day_back_to_today(d);
    day_go_list(d, ENTITY_SALE);
    day_add(d, ENTITY_SALE, sale);
    day_back_to_today(d);
    day_go_list(d, ENTITY_INSPECTION);
    day_add(d, ENTITY_INSPECTION, visit);
    day_back_to_today(d);
}

/* A report is looked at and written beside the database. */
static void save_report(struct day *d)
{
    char day[LANGUAGE_DAY_BYTES];
    char iso[DATE_BYTES];
    char path[160];
    char carats[32];
    struct buf text = {0};
    struct errctx e;
    screen_type(&d->screen, "r");
    screen_wait(&d->screen, _("The day's returns"));
    (void)day_words(d, -2, day);
    for (int back = 0; back < DAYS_BACK && (back < 2 || !screen_holds(&d->screen, day)); back++) {
        screen_type(&d->screen, "-");
        screen_settle(&d->screen);
    }
    screen_wait(&d->screen, day);
    screen_wait(&d->screen, day_number(d, "0.45", carats));
    screen_type(&d->screen, "w");
    day_wait_beginning(d, _("written to %s, and as .csv"));
    (void)snprintf(path, sizeof path, "%s/day-%s.txt", d->folder, date_format_days(d->today - 2, iso));
    assert_ok(file_read(path, MOST_BYTES, &text, &e));
    assert_non_null(strstr(buf_str(&text), carats));
    assert_non_null(strstr(buf_str(&text), day_label_of(d, "outcome", "nil")));
    buf_done(&text);
    day_back_to_today(d);
}

/* Sends from the screen; the day sheet is open before the answer has come: the registry stands still till
 * then. */
static void sync_beside_work(struct day *d)
{
    assert_int_equal(kill(d->office.server, SIGSTOP), 0);
    screen_type(&d->screen, "s");
    day_wait_title(d, _("Sync"));
    screen_type(&d->screen, "s<Esc>");
    day_wait_title(d, _("Today"));
    open_sheet(d, 0);
    screen_type(&d->screen, "11n");
    screen_wait(&d->screen, "+AML-1");
    assert_int_equal(kill(d->office.server, SIGCONT), 0);
    day_wait_beginning(d, _("Sync: %s"));
    day_back_to_today(d);
}

/* Starts a sync and is back at the first screen, which shows by itself what it brought. */
static void sync_and_see(struct day *d, const char *news)
{
    screen_type(&d->screen, "s");
    day_wait_title(d, _("Sync"));
    screen_type(&d->screen, "s<Esc>");
    day_wait_title(d, _("Today"));
    screen_wait(&d->screen, news);
}

/* The id of the return of AML-1 two days ago. */
static void find_return(struct day *d, char out[IDENT_BYTES])
{
    struct store *s = NULL;
    struct errctx e;
    int64_t id = 0;
    char iso[DATE_BYTES];
    char sql[160];
    (void)snprintf(sql, sizeof sql, "SELECT id FROM yield WHERE date_from = '%s' AND outcome = 'yield'",
                   date_format_days(d->today - 2, iso));
    assert_ok(store_open(d->db, STORE_READ, &s, &e));
    assert_ok(db_one_int(store_db(s), sql, 0, &id, &e));
    assert_non_null(ident_format_checked(id, out));
    store_close(s);
}

static void see_one_returned(struct day *d)
{
    struct buf words = {0};
    buf_printf(&words,
               ngettext("%" PRId64 " record waits in the inbox: the ministry returned it",
                        "%" PRId64 " records wait in the inbox: the ministry returned them", 1),
               INT64_C(1));
    /* It may go over two lines. */
    buf_truncate(&words, strcspn(buf_str(&words), ":"));
    while (words.len > 0 && words.data[words.len - 1] == ' ')
        buf_truncate(&words, words.len - 1);
    sync_and_see(d, buf_str(&words));
    buf_done(&words);
}

static void see_all_sent(struct day *d)
{
    struct buf words = {0};
    buf_printf(&words,
               ngettext("%" PRId64 " entry is not sent yet", "%" PRId64 " entries are not sent yet", 0),
               INT64_C(0));
    sync_and_see(d, buf_str(&words));
    buf_done(&words);
}

/* The ministry sends one back; it arrives with the next sync and is corrected where the inbox leads to. */
static void correct_what_is_returned(struct day *d)
{
    char id[IDENT_BYTES];
    char carats[32];
    const struct entity *of = &ENTITIES[ENTITY_YIELD];
    find_return(d, id);
    const char *const give_back[] = {"--as", "fatou",    "review",         "return",
                                     id,     "--reason", "weigh it again", NULL};
    free(office_run(&d->office, give_back));
    see_one_returned(d);
    screen_type(&d->screen, "i");
    screen_wait(&d->screen, "weigh it again");
    screen_wait(&d->screen, _("returned"));
    screen_type(&d->screen, "<Enter>");
    day_wait_field(d, of, 0);
    for (int i = 0; i < entity_field(of, "diamond_mct"); i++)
        screen_type(&d->screen, "<Down>");
    day_wait_field(d, of, entity_field(of, "diamond_mct"));
    screen_type(&d->screen, "<C-u>");
    screen_type(&d->screen, day_number(d, "0.54", carats));
    screen_type(&d->screen, "<C-s>");
    day_wait_beginning(d, _("saved as %s"));
    screen_wait_gone(&d->screen, "weigh it again");
    day_back_to_today(d);
    see_all_sent(d);
}

/* --- what both sides hold in the end */

static void assert_holds(const char *text, const char *wanted)
{
    if (!strstr(text, wanted))
        fail_msg("\"%s\" is not in\n%s", wanted, text);
}

static char *laptop_says(struct day *d, const char *const *arguments)
{
    return office_laptop(&d->office, d->db, "amina", d->pin_file, arguments);
}

static void check_both_sides(struct day *d)
{
    const char *const verify[] = {"verify", NULL};
    const char *const ours[] = {"journal", "--chain", NULL};
    struct store *s = NULL;
    struct errctx e;
    assert_ok(store_open(d->db, STORE_READ, &s, &e));
    const char *const theirs[] = {"journal", store_device(s)->code, "--chain", NULL};
    free(office_run(&d->office, verify));
    free(laptop_says(d, verify));
    char *here = laptop_says(d, ours);
    char *there = office_run(&d->office, theirs);
    assert_string_equal(here, there);
    store_close(s);
    free(here);
    free(there);
}

static void check_lists_and_reports(struct day *d)
{
    const char *const yields[] = {"yield", "list", "--lang", d->code, NULL};
    const char *const people[] = {"digger", "list", "--lang", d->code, NULL};
    const char *const balance[] = {"report", "balance", "--lang", d->code, NULL};
    char text[32];
    char *list = laptop_says(d, yields);
    assert_holds(list, day_words(d, -2, text));
    assert_holds(list, day_number(d, "0.54", text));
    assert_holds(list, "not_worked"); /* commands show codes, which they also take */
    assert_holds(list,
                 _(ENTITIES[ENTITY_YIELD].fields[entity_field(&ENTITIES[ENTITY_YIELD], "diggers")].label));
    free(list);
    list = laptop_says(d, people);
    assert_holds(list, "Ng\xC5\xA9g\xC4\xA9");
    assert_holds(list, "\xE1\xBB\x8D\xCC\x81la");
    assert_holds(list, "K\xC3\xA9\xC3\xAFta");
    assert_holds(list, "प्रिया");
    assert_null(strstr(list, "Mamadou"));
    free(list);
    list = laptop_says(d, balance);
    assert_holds(list, day_number(d, "12.54", text));
    assert_holds(list, day_number(d, "0.3", text));
    free(list);
}

static void check_export(struct day *d)
{
    char out[96];
    char path[128];
    char row[64];
    char iso[DATE_BYTES];
    struct buf text = {0};
    struct errctx e;
    (void)snprintf(out, sizeof out, "%s/export", d->folder);
    const char *const export[] = {"export", "all", "--out", out, "--format", "csv", NULL};
    free(office_run(&d->office, export));
    (void)snprintf(path, sizeof path, "%s/yield.csv", out);
    assert_ok(file_read(path, MOST_BYTES, &text, &e));
    int lines = 0;
    for (const char *at = strchr(buf_str(&text), '\n'); at; at = strchr(at + 1, '\n'))
        lines++;
    assert_int_equal(lines, 1 + 2 * TEAMS + 1);
    (void)snprintf(row, sizeof row, ",%s,", date_format_days(d->today - 2, iso));
    assert_holds(buf_str(&text), row);
    assert_holds(buf_str(&text), ",0.54,");
    buf_done(&text);
}

/* --- */

static void open_day(struct day *d, const char *code)
{
    struct errctx e;
    *d = (struct day){.folder = "/tmp/alluvia-day-XXXXXX", .code = code};
    assert_non_null(mkdtemp(d->folder));
    (void)snprintf(d->db, sizeof d->db, "%s/laptop.db", d->folder);
    (void)snprintf(d->pin_file, sizeof d->pin_file, "%s/pin", d->folder);
    assert_ok(file_write(d->pin_file, "2580\n", 5, 0600, &e));
    assert_ok(language_choose(code, &d->lang, &e));
    d->mark = language_mark(d->lang);
    d->today = date_of_instant((int64_t)time(NULL));
    assert_ok(codes_new("SL", &d->codes, &e));
    office_open(&d->office);
}

static void close_day(struct day *d)
{
    const char *const remove[] = {"rm", "-rf", d->folder, NULL};
    office_close(&d->office);
    codes_free(d->codes);
    (void)run_quietly(remove);
}

static void spend_the_day(const char *code)
{
    struct day d;
    open_day(&d, code);
    first_start(&d);
    enrol(&d);
    register_work(&d);
    int registering = d.screen.keys;
    enter_first_day(&d);
    enter_second_day(&d);
    int sheets = d.screen.keys - registering;
    record_the_rest(&d);
    save_report(&d);
    sync_beside_work(&d);
    correct_what_is_returned(&d);
    print_message("a day in %s: %d keys, %d of them in the day sheets of two days\n", code, d.screen.keys,
                  sheets);
    screen_type(&d.screen, "<C-q>");
    screen_wait_end(&d.screen);
    assert_true(screen_is_sane(&d.screen));
    screen_close(&d.screen);
    check_both_sides(&d);
    check_lists_and_reports(&d);
    check_export(&d);
    close_day(&d);
}

static void a_day_in_english_ends_in_a_synced_registry(void **state)
{
    (void)state;
    spend_the_day("en");
}

static void a_day_in_french_ends_in_a_synced_registry(void **state)
{
    (void)state;
    spend_the_day("fr");
}

static void a_day_in_portuguese_ends_in_a_synced_registry(void **state)
{
    (void)state;
    spend_the_day("pt");
}

int main(void)
{
    (void)setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_in_english_ends_in_a_synced_registry),
        cmocka_unit_test(a_day_in_french_ends_in_a_synced_registry),
        cmocka_unit_test(a_day_in_portuguese_ends_in_a_synced_registry),
    };
    return cmocka_run_group_tests_name("screen day", tests, NULL, NULL);
}

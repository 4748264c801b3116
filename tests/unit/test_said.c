/* English lines of the lower layers, read back and said in another language. */
#include "tests/lib/test.h"

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/said.h"

struct saying {
    const char *english;
    const char *said;
};

static void check(const char *lang, const struct saying *cases, size_t count)
{
    struct errctx e;
    enum lang chosen = LANG_EN;
    struct buf words = {0};
    assert_ok(language_choose(lang, &chosen, &e));
    for (size_t i = 0; i < count; i++)
        assert_string_equal(said_in(&words, cases[i].english), cases[i].said);
    buf_done(&words);
    i18n_use(NULL);
}
#define CHECK(lang, cases) check(lang, cases, sizeof cases / sizeof cases[0])

static void findings_are_said_with_their_values(void **state)
{
    (void)state;
    static const struct saying french[] = {
        {"diamond_ct 12.5 by 1 digger in 2 days is 6.25 ct a digger and day, above 1",
         "diamond_ct 12,5 par 1 creuseur en 2 jours fait 6,25 ct par creuseur et jour, plus que 1"},
        {"date_to 2026-11-24 is before date_from 2026-11-25",
         "date_to 24/11/2026 est avant date_from 25/11/2026"},
        {"reason must be given when outcome is not_worked",
         "reason doit être donné quand outcome est not_worked"},
        {"fineness 1001 is above 1000 per mille", "fineness 1001 est au-dessus de 1000 pour mille"},
        {"hours 99 is above 24 h", "hours 99 est au-dessus de 24 h"},
        {"may be the person of 7K4QXM-3: 65 points: the same card, the same village",
         "peut être la personne de 7K4QXM-3 : 65 points : la même carte, le même village"},
        {"the licence is suspended since 2026-10-01, and this is of 2026-11-24",
         "la licence est suspendue depuis le 01/10/2026, et ceci est du 24/11/2026"},
    };
    static const struct saying portuguese[] = {
        {"hours 17 in 1 day is above 16", "hours 17 em 1 dia é mais de 16"},
        {"no return since 2026-10-01, and a site of it is washing",
         "sem declaração desde 01/10/2026, e um local seu está a lavar"},
    };
    CHECK("fr", french);
    CHECK("pt", portuguese);
}

static void errors_are_said_from_the_outside_in(void **state)
{
    (void)state;
    static const struct saying french[] = {
        {"diamond_ct \"0,3555\": is too precise: at most 3 decimals",
         "diamond_ct \"0,3555\" : est trop précis : au plus 3 décimales"},
        {"sex \"Q\": is not one of: F, M, X", "sex \"Q\" : n'est pas l'un de : F, M, X"},
        {"write \"/media/stick/a.alv\": No space left on device",
         "écrire \"/media/stick/a.alv\" : il n'y a plus de place sur le disque"},
        {"another sync of this database is running (process 71 since 2026-11-24T08:12:03Z)",
         "un autre envoi de cette base est en cours (processus 71 depuis 2026-11-24T08:12:03Z)"},
        {"rename to \"/media/stick/a.alv\": No space left on device",
         "renommer en \"/media/stick/a.alv\" : il n'y a plus de place sur le disque"},
        {"\"d.csv\" : la colonne \"sex\" manque : toute fiche en a besoin",
         "\"d.csv\" : la colonne \"sex\" manque : toute fiche en a besoin"},
        {"bad-entry: 17: \"v\": changes nothing", "mauvaise écriture : 17 : \"v\" : ne change rien"},
        {"entry \"7K4QXM-3\" does not fit its chain", "écriture \"7K4QXM-3\" ne concorde pas avec sa chaîne"},
        {"bad-entry: 17: is not one of: csv, json", "mauvaise écriture : 17 : n'est pas l'un de : csv, json"},
        {"the registry finds the batch too large (more than 5 MiB)",
         "le registre trouve l'envoi trop grand (more than 5 MiB)"},
    };
    CHECK("fr", french);
}

/* Names, notes and whatever else people wrote. */
static void quoted_words_are_never_touched(void **state)
{
    (void)state;
    static const struct saying french[] = {
        {"village \"Date: 12.5\": is not valid UTF-8",
         "village \"Date: 12.5\" : n'est pas de l'UTF-8 valable"},
        {"the connection to \"10.0.0.1\" stands still", "la connexion à \"10.0.0.1\" n'avance plus"},
    };
    CHECK("fr", french);
}

static void what_is_not_known_stays_as_it_is(void **state)
{
    (void)state;
    static const struct saying portuguese[] = {
        {"", ""},
        {"weigh it again, please", "weigh it again, please"},
        {"no such column: x", "no such column: x"},
        {"%s %d %n", "%s %d %n"},
    };
    static const struct saying french[] = {
        {"weigh it again: the scale was wet", "weigh it again: the scale was wet"},
    };
    CHECK("pt", portuguese);
    CHECK("fr", french);
}

static void english_stays_english(void **state)
{
    (void)state;
    static const struct saying english[] = {
        {"date_to 2026-11-24 is before date_from 2026-11-25",
         "date_to 2026-11-24 is before date_from 2026-11-25"},
        {"hours 17.5 in 1 day is above 16", "hours 17.5 in 1 day is above 16"},
    };
    CHECK("en", english);
}

static void days_and_instants_are_those_of_the_language(void **state)
{
    (void)state;
    struct errctx e;
    enum lang lang = LANG_EN;
    char text[LANGUAGE_INSTANT_BYTES];
    assert_ok(language_choose("pt", &lang, &e));
    assert_string_equal(language_day("2026-11-24", text), "24/11/2026");
    assert_string_equal(language_day("2026-11", text), "2026-11");
    assert_string_equal(language_instant(1795452245, text), "23/11/2026 16:44 UTC");
    assert_ok(language_choose("en", &lang, &e));
    assert_string_equal(language_day("2026-11-24", text), "2026-11-24");
    assert_string_equal(language_instant(1795452245, text), "2026-11-23T16:44:05Z");
    i18n_use(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(findings_are_said_with_their_values),
        cmocka_unit_test(errors_are_said_from_the_outside_in),
        cmocka_unit_test(quoted_words_are_never_touched),
        cmocka_unit_test(what_is_not_known_stays_as_it_is),
        cmocka_unit_test(english_stays_english),
        cmocka_unit_test(days_and_instants_are_those_of_the_language),
    };
    return cmocka_run_group_tests_name("said", tests, NULL, NULL);
}

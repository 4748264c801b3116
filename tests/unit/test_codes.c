#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "schema/base/date.h"
#include "schema/base/embed.h"
#include "schema/base/text.h"
#include "schema/codes/codes.h"
#include "schema/codes/sheet.h"
#include "schema/record/entity.h"
#include "tests/lib/test.h"

extern const struct embedded code_files[];
extern const size_t code_files_count;

static struct codes *codes_of(const char *country)
{
    struct errctx e;
    struct codes *c;
    assert_ok(codes_new(country, &c, &e));
    return c;
}

static const struct code_list *list_of(struct codes *c, const char *name)
{
    struct errctx e;
    const struct code_list *list;
    assert_ok(codes_list(c, name, &list, &e));
    return list;
}

/* Runs CHECK for every list that the fields name, of every country. */
static void for_every_list(void (*check)(const char *country, const char *name, const struct code_list *list))
{
    for (const char *const *country = codes_profiles(); *country; country++) {
        struct codes *c = codes_of(*country);
        for (int of = 0; of < ENTITY_COUNT; of++) {
            for (int i = 0; i < ENTITIES[of].field_count; i++) {
                const char *name = ENTITIES[of].fields[i].list;
                if (name)
                    check(*country, name, list_of(c, name));
            }
        }
        codes_free(c);
    }
}

static void check_labels(const char *country, const char *name, const struct code_list *list)
{
    assert_true(code_list_count(list) > 0);
    for (size_t i = 0; i < code_list_count(list); i++) {
        const struct code *code = code_list_at(list, i);
        for (int lang = 0; lang < LANG_COUNT; lang++) {
            struct errctx e;
            struct buf clean = {0};
            if (text_clean(&clean, code->label[lang], false, 80, &e) != ERR_OK)
                fail_msg("%s %s %s: %s", country, name, code->code, e.text);
            if (clean.len == 0 || strcmp(buf_str(&clean), code->label[lang]) != 0)
                fail_msg("%s %s %s: label \"%s\" is not as it is kept", country, name, code->code,
                         code->label[lang]);
            buf_done(&clean);
        }
    }
}

static void every_code_has_its_label_in_three_languages(void **state)
{
    (void)state;
    for_every_list(check_labels);
}

/* Two codes of one list with the same words could not be told apart on the screen. */
static void check_unique(const char *country, const char *name, const struct code_list *list)
{
    for (size_t i = 0; i < code_list_count(list); i++) {
        const struct code *code = code_list_at(list, i);
        if (code_list_find(list, code->code) != code)
            fail_msg("%s %s: \"%s\" stands twice", country, name, code->code);
        for (size_t k = 0; k < i; k++) {
            for (int lang = 0; lang < LANG_COUNT; lang++) {
                if (strcmp(code_list_at(list, k)->label[lang], code->label[lang]) == 0)
                    fail_msg("%s %s: label \"%s\" stands twice", country, name, code->label[lang]);
            }
        }
    }
}

static void every_code_and_every_label_of_a_list_is_unique(void **state)
{
    (void)state;
    for_every_list(check_unique);
}

static void check_form(const char *country, const char *name, const struct code_list *list)
{
    bool upper =
        strcmp(name, "country") == 0 || strcmp(name, "currency") == 0 || strcmp(name, "district") == 0;
    for (size_t i = 0; i < code_list_count(list); i++) {
        const struct code *code = code_list_at(list, i);
        for (const char *at = code->code; *at; at++) {
            bool good = isdigit((unsigned char)*at) || (upper ? (*at >= 'A' && *at <= 'Z') || *at == '-'
                                                              : (*at >= 'a' && *at <= 'z') || *at == '_');
            if (!good && strcmp(name, "sex") != 0)
                fail_msg("%s %s: code \"%s\"", country, name, code->code);
        }
        assert_true(code->valid_from[0] == '\0' || is_date(code->valid_from));
        assert_true(code->valid_to[0] == '\0' || is_date(code->valid_to));
    }
}

static void codes_are_plain_ascii_and_their_dates_are_dates(void **state)
{
    (void)state;
    for_every_list(check_form);
}

static void every_file_of_the_folder_is_read_by_somebody(void **state)
{
    (void)state;
    static const char *const settings[] = {"profile", "threshold", "price", "zone", "river"};
    for (size_t i = 0; i < code_files_count; i++) {
        struct errctx e;
        char country[3] = "XX";
        char name[64] = "";
        if (sscanf(code_files[i].name, "countries/%2[A-Z]/%63[a-z_].csv", country, name) != 2)
            assert_int_equal(sscanf(code_files[i].name, "%63[a-z_].csv", name), 1);
        bool setting = false;
        for (size_t k = 0; k < sizeof settings / sizeof *settings; k++)
            setting = setting || strcmp(name, settings[k]) == 0;
        struct codes *c = codes_of(country);
        const struct code_list *list;
        if (!setting)
            assert_ok(codes_list(c, name, &list, &e));
        codes_free(c);
    }
}

static void a_ban_holds_in_its_zone_and_on_its_days(void **state)
{
    (void)state;
    static const struct {
        const char *country;
        const char *district;
        const char *day;
        const char *status;
    } rows[] = {
        {"CF", "CF-HK", "2013-05-22", NULL},
        {"CF", "CF-HK", "2013-05-23", "not_compliant"},
        {"CF", "CF-HK", "2024-11-14", "not_compliant"},
        {"CF", "CF-HK", "2024-11-15", NULL},
        {"CF", "CF-HS", "2016-06-06", "not_compliant"},
        {"CF", "CF-HS", "2016-06-07", "compliant"},
        {"CF", "CF-HS-MAMBERE", "2021-01-01", "compliant"},
        {"CF", "CF-OP-LIMPENDE", "2021-01-01", "not_compliant"},
        {"CI", "CI-WR", "2014-04-28", "not_compliant"},
        {"SL", "SL-E-KONO", "2026-01-01", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct codes *c = codes_of(rows[i].country);
        const char *source = NULL;
        const char *status = codes_zone(c, rows[i].district, rows[i].day, &source);
        if (!rows[i].status)
            assert_null(status);
        else
            assert_string_equal(status, rows[i].status);
        codes_free(c);
    }
}

static void a_place_on_a_river_is_as_far_down_as_the_stretch_that_it_lies_on(void **state)
{
    (void)state;
    struct codes *c = codes_of("XX");
    int64_t place = -1;
    assert_false(codes_river_place(c, "Boru", 1000000, 1500000, &place));
    assert_true(codes_river_place(c, "ARU", 1600000, 1500000, &place));
    assert_int_equal(place, 0);
    assert_true(codes_river_place(c, "Aru", 1250000, 1510000, &place));
    assert_int_equal(place, 30000);
    assert_true(codes_river_place(c, "Aru", 400000, 2000000, &place));
    assert_int_equal(place, 130000);
    codes_free(c);
}

static void the_countries_are_those_of_iso_3166_and_unknown(void **state)
{
    (void)state;
    struct codes *c = codes_of("XX");
    const struct code_list *list = list_of(c, "country");
    assert_int_equal(code_list_count(list), 249 + 1);
    for (size_t i = 0; i < code_list_count(list); i++)
        assert_int_equal(strlen(code_list_at(list, i)->code), 2);
    assert_string_equal(code_list_find(list, "ci")->label[LANG_PT], "Costa do Marfim");
    codes_free(c);
}

static int64_t setting(struct codes *c, const char *key)
{
    const char *value = codes_profile(c, key);
    if (!value)
        fail_msg("%s has no \"%s\"", codes_country(c), key);
    char *end;
    long long number = strtoll(value, &end, 10);
    assert_string_equal(end, "");
    return number;
}

static void every_profile_has_names_currency_box_and_levels(void **state)
{
    (void)state;
    static const char *const texts[] = {"name_en",   "name_fr",   "name_pt",   "language",
                                        "level1_en", "level1_fr", "level1_pt", "level2_en"};
    for (const char *const *country = codes_profiles(); *country; country++) {
        struct codes *c = codes_of(*country);
        assert_string_equal(codes_country(c), *country);
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
            assert_non_null(codes_profile(c, texts[i]));
        assert_true(codes_currency_exponent(c, codes_profile(c, "currency")) >= 0);
        assert_true(setting(c, "lat_min_udeg") < setting(c, "lat_max_udeg"));
        assert_true(setting(c, "lon_min_udeg") < setting(c, "lon_max_udeg"));
        assert_true(setting(c, "lat_min_udeg") >= -90000000 && setting(c, "lat_max_udeg") <= 90000000);
        assert_true(setting(c, "lon_min_udeg") >= -180000000 && setting(c, "lon_max_udeg") <= 180000000);
        assert_null(codes_profile(c, "no such key"));
        codes_free(c);
    }
}

static void districts_begin_with_their_country_and_name_a_known_parent(void **state)
{
    (void)state;
    for (const char *const *country = codes_profiles(); *country; country++) {
        struct codes *c = codes_of(*country);
        const struct code_list *list = list_of(c, "district");
        size_t first_level = 0;
        for (size_t i = 0; i < code_list_count(list); i++) {
            const struct code *code = code_list_at(list, i);
            const char *parent = code_extra(list, code, "parent");
            assert_memory_equal(code->code, *country, 2);
            assert_int_equal(code->code[2], '-');
            assert_non_null(parent);
            first_level += parent[0] == '\0';
            if (parent[0] != '\0' && !code_list_find(list, parent))
                fail_msg("%s: no parent \"%s\"", code->code, parent);
        }
        assert_true(first_level >= 4);
        codes_free(c);
    }
}

static void every_country_has_licences_for_mining_and_for_trade(void **state)
{
    (void)state;
    for (const char *const *country = codes_profiles(); *country; country++) {
        struct codes *c = codes_of(*country);
        const struct code_list *list = list_of(c, "licence_kind");
        int mining = 0;
        int trade = 0;
        for (size_t i = 0; i < code_list_count(list); i++) {
            const char *kind = code_extra(list, code_list_at(list, i), "class");
            mining += strcmp(kind, "mining") == 0;
            trade += strcmp(kind, "trade") == 0;
            assert_true(strcmp(kind, "mining") == 0 || strcmp(kind, "trade") == 0 ||
                        strcmp(kind, "person") == 0);
            assert_true(code_extra(list, code_list_at(list, i), "source")[0] != '\0');
        }
        assert_true(mining > 0 && trade > 0);
        codes_free(c);
    }
}

static void a_country_has_its_own_list_before_the_general_one(void **state)
{
    (void)state;
    struct codes *sl = codes_of("SL");
    struct codes *lr = codes_of("LR");
    assert_non_null(code_list_find(list_of(sl, "licence_kind"), "aml"));
    assert_null(code_list_find(list_of(lr, "licence_kind"), "aml"));
    assert_non_null(code_list_find(list_of(sl, "coop_kind"), "cooperative"));
    struct codes *ci = codes_of("CI");
    assert_non_null(code_list_find(list_of(ci, "coop_kind"), "scoop"));
    assert_non_null(code_list_find(list_of(ci, "coop_kind"), "cooperative"));
    assert_null(code_list_find(list_of(sl, "coop_kind"), "scoop"));
    codes_free(ci);
    codes_free(lr);
    codes_free(sl);
}

static void thresholds_of_the_country_stand_before_the_defaults(void **state)
{
    (void)state;
    struct codes *sl = codes_of("SL");
    struct codes *cd = codes_of("CD");
    assert_int_equal(codes_threshold(sl, "price_least"), 8000);
    assert_int_equal(codes_threshold(cd, "price_least"), 300);
    assert_int_equal(codes_threshold(sl, "person_age_least"), 18);
    codes_free(cd);
    codes_free(sl);
}

/* A misspelt key in a country's file would be silently without effect. */
static void every_threshold_is_a_whole_number_under_a_key_with_a_default(void **state)
{
    (void)state;
    struct errctx e;
    struct codes *c = codes_of("XX");
    for (size_t i = 0; i < code_files_count; i++) {
        struct sheet s;
        if (!strstr(code_files[i].name, "threshold.csv"))
            continue;
        assert_ok(sheet_read(&code_files[i], &s, &e));
        for (size_t row = 0; row < s.rows; row++) {
            char *end;
            const char *value = sheet_cell(&s, row, sheet_column(&s, "value"));
            const char *source = sheet_cell(&s, row, sheet_column(&s, "source"));
            (void)strtoll(value, &end, 10);
            assert_true(value[0] != '\0' && end[0] == '\0' && source[0] != '\0');
            (void)codes_threshold(c, sheet_cell(&s, row, sheet_column(&s, "key")));
        }
        sheet_done(&s);
    }
    codes_free(c);
}

static void a_code_is_valid_from_its_first_to_its_last_day(void **state)
{
    (void)state;
    const struct code code = {.valid_from = "2022-04-01", .valid_to = "2024-03-31"};
    const struct code open = {.valid_from = "", .valid_to = ""};
    assert_false(code_is_valid_on(&code, "2022-03-31"));
    assert_true(code_is_valid_on(&code, "2022-04-01"));
    assert_true(code_is_valid_on(&code, "2024-03-31"));
    assert_false(code_is_valid_on(&code, "2024-04-01"));
    assert_true(code_is_valid_on(&open, "1900-01-01"));
}

static void codes_are_found_without_regard_to_case(void **state)
{
    (void)state;
    struct codes *c = codes_of("sl");
    const struct code_list *list = list_of(c, "district");
    assert_string_equal(code_list_find(list, "sl-e-kono")->code, "SL-E-KONO");
    assert_null(code_list_find(list, "SL-E-KON"));
    assert_null(code_list_find(list, ""));
    codes_free(c);
}

static void lists_keep_the_order_of_their_file(void **state)
{
    (void)state;
    struct codes *c = codes_of("XX");
    const struct code_list *list = list_of(c, "outcome");
    assert_string_equal(code_list_at(list, 0)->code, "yield");
    assert_string_equal(code_list_at(list, 1)->code, "nil");
    assert_string_equal(code_list_at(list, 2)->code, "not_worked");
    codes_free(c);
}

static void sieves_grow_with_their_number_and_classes_have_a_customs_code(void **state)
{
    (void)state;
    struct codes *c = codes_of("XX");
    const struct code_list *sieve = list_of(c, "sieve");
    long last = -1;
    for (size_t i = 0; i < code_list_count(sieve); i++) {
        long hole = strtol(code_extra(sieve, code_list_at(sieve, i), "hole_um"), NULL, 10);
        assert_true(hole > last);
        last = hole;
    }
    const struct code_list *class = list_of(c, "stone_class");
    assert_string_equal(code_extra(class, code_list_find(class, "gem"), "hs"), "7102.31");
    assert_null(code_extra(class, code_list_find(class, "gem"), "no such column"));
    codes_free(c);
}

static void currencies_know_their_minor_unit(void **state)
{
    (void)state;
    struct codes *c = codes_of("SL");
    assert_int_equal(codes_currency_exponent(c, "USD"), 2);
    assert_int_equal(codes_currency_exponent(c, "XOF"), 0);
    assert_int_equal(codes_currency_exponent(c, "sle"), 2);
    assert_int_equal(codes_currency_exponent(c, "ABC"), -1);
    codes_free(c);
}

static void a_price_is_the_districts_before_the_countrys_and_of_its_day(void **state)
{
    (void)state;
    struct codes *cd = codes_of("CD");
    int64_t price;
    const char *source;
    assert_true(codes_price(cd, "CD-KS", "2026-01-01", &price, &source));
    assert_int_equal(price, 2500);
    assert_true(codes_price(cd, "CD-KS-TSHIKAPA", "2026-01-01", &price, &source));
    assert_int_equal(price, 2500);
    assert_true(codes_price(cd, "CD-KE", "2026-01-01", &price, &source));
    assert_int_equal(price, 1056);
    assert_non_null(strstr(source, "CD-STAT"));
    assert_true(codes_price(cd, "", "2016-06-30", &price, &source));
    assert_int_equal(price, 1060);
    codes_free(cd);
}

static void every_country_has_a_price_for_every_day_with_its_source(void **state)
{
    (void)state;
    static const char *const days[] = {"2003-01-01", "2012-12-31", "2013-01-01", "2019-12-31", "2026-11-23"};
    for (const char *const *country = codes_profiles(); *country; country++) {
        struct codes *c = codes_of(*country);
        for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
            int64_t price = 0;
            const char *source = "";
            if (!codes_price(c, "", days[i], &price, &source) || price <= 0 || source[0] == '\0')
                fail_msg("%s has no price on %s", *country, days[i]);
        }
        codes_free(c);
    }
}

static void what_is_not_there_is_said(void **state)
{
    (void)state;
    struct errctx e;
    struct codes *none;
    const struct code_list *list;
    assert_err(codes_new("FR", &none, &e), ERR_INVALID, "\"FR\"");
    assert_null(none);
    struct codes *c = codes_of("SL");
    assert_err(codes_list(c, "nothing", &list, &e), ERR_NOT_FOUND, "\"nothing\"");
    assert_err(codes_list(c, "../SL/district", &list, &e), ERR_NOT_FOUND, "district");
    codes_free(c);
    codes_free(NULL);
}

static void a_replaced_list_stands_before_the_countrys_own(void **state)
{
    (void)state;
    struct codes *c = NULL;
    const struct code_list *list = NULL;
    struct errctx e;
    assert_ok(codes_new("SL", &c, &e));
    codes_replace(c, "district", "code,valid_from,valid_to,en,fr,pt,parent\nSL-NEW,,,New,,,\n");
    assert_ok(codes_list(c, "district", &list, &e));
    assert_int_equal(code_list_count(list), 1);
    assert_string_equal(code_list_at(list, 0)->label[LANG_EN], "New");
    codes_free(c);
}

static void replaced_thresholds_leave_the_others_as_they_were(void **state)
{
    (void)state;
    struct codes *own = NULL;
    struct codes *c = NULL;
    struct errctx e;
    assert_ok(codes_new("SL", &own, &e));
    assert_ok(codes_new("SL", &c, &e));
    codes_replace(c, "threshold", "key,value,unit,source\ndiggers_most,5,,decree\n");
    assert_int_equal(codes_threshold(c, "diggers_most"), 5);
    assert_int_equal(codes_threshold(c, "price_least"), codes_threshold(own, "price_least"));
    assert_int_equal(codes_threshold(c, "gang_day_most"), codes_threshold(own, "gang_day_most"));
    codes_free(c);
    codes_free(own);
}

static void a_file_that_cannot_stand_is_refused_in_words_and_passed_over(void **state)
{
    (void)state;
    static const char *const cases[][3] = {
        {"nosuch", "code,valid_from,valid_to,en,fr,pt\n", "no code list"},
        {"mineral", "code,en\ndiamond,Diamond\n", "no column"},
        {"mineral", "code,\"en\ndiamond", ""},
        {"threshold", "key,value\ndiggers_most,many\n", "whole number"},
        {"profile", "key,value\nname,X\n", "currency"},
    };
    struct codes *c = NULL;
    const struct code_list *list = NULL;
    struct errctx e;
    assert_ok(codes_new("SL", &c, &e));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_err(codes_check_file(cases[i][0], cases[i][1], &e), ERR_INVALID, cases[i][2]);
        codes_replace(c, cases[i][0], cases[i][1]);
    }
    assert_ok(codes_list(c, "mineral", &list, &e));
    assert_non_null(code_list_find(list, "diamond"));
    codes_free(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_its_label_in_three_languages),
        cmocka_unit_test(every_code_and_every_label_of_a_list_is_unique),
        cmocka_unit_test(codes_are_plain_ascii_and_their_dates_are_dates),
        cmocka_unit_test(every_file_of_the_folder_is_read_by_somebody),
        cmocka_unit_test(a_ban_holds_in_its_zone_and_on_its_days),
        cmocka_unit_test(a_place_on_a_river_is_as_far_down_as_the_stretch_that_it_lies_on),
        cmocka_unit_test(the_countries_are_those_of_iso_3166_and_unknown),
        cmocka_unit_test(every_profile_has_names_currency_box_and_levels),
        cmocka_unit_test(districts_begin_with_their_country_and_name_a_known_parent),
        cmocka_unit_test(every_country_has_licences_for_mining_and_for_trade),
        cmocka_unit_test(a_country_has_its_own_list_before_the_general_one),
        cmocka_unit_test(thresholds_of_the_country_stand_before_the_defaults),
        cmocka_unit_test(every_threshold_is_a_whole_number_under_a_key_with_a_default),
        cmocka_unit_test(a_code_is_valid_from_its_first_to_its_last_day),
        cmocka_unit_test(codes_are_found_without_regard_to_case),
        cmocka_unit_test(lists_keep_the_order_of_their_file),
        cmocka_unit_test(sieves_grow_with_their_number_and_classes_have_a_customs_code),
        cmocka_unit_test(currencies_know_their_minor_unit),
        cmocka_unit_test(a_price_is_the_districts_before_the_countrys_and_of_its_day),
        cmocka_unit_test(every_country_has_a_price_for_every_day_with_its_source),
        cmocka_unit_test(what_is_not_there_is_said),
        cmocka_unit_test(a_replaced_list_stands_before_the_countrys_own),
        cmocka_unit_test(replaced_thresholds_leave_the_others_as_they_were),
        cmocka_unit_test(a_file_that_cannot_stand_is_refused_in_words_and_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

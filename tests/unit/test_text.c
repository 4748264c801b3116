#include "tests/lib/test.h"

#include "schema/base/text.h"

static void expect_clean(const char *text, const char *kept)
{
    struct errctx e;
    struct buf out = {0};
    assert_ok(text_clean(&out, text, false, 100, &e));
    assert_string_equal(buf_str(&out), kept);
    buf_done(&out);
}

static void expect_refused(const char *text, const char *words)
{
    struct errctx e;
    struct buf out = {0};
    buf_puts(&out, "before");
    assert_err(text_clean(&out, text, false, 10, &e), ERR_INVALID, words);
    assert_string_equal(buf_str(&out), "before");
    buf_done(&out);
}

static void expect_folded(const char *text, const char *folded)
{
    struct buf out = {0};
    text_fold(&out, text);
    assert_string_equal(buf_str(&out), folded);
    buf_done(&out);
}

static void put_key(struct buf *out, const char *name)
{
    struct buf folded = {0};
    text_fold(&folded, name);
    text_sound_key(out, buf_str(&folded));
    buf_done(&folded);
}

static void utf8_is_told_from_other_bytes(void **state)
{
    (void)state;
    assert_true(text_is_utf8("Kéïta", strlen("Kéïta")));
    assert_false(text_is_utf8("\xff", 1));
    assert_false(text_is_utf8("\xc0\x80", 2));         /* overlong */
    assert_false(text_is_utf8("\xed\xa0\x80", 3));     /* surrogate */
    assert_false(text_is_utf8("\xf4\x90\x80\x80", 4)); /* above U+10FFFF */
    assert_false(text_is_utf8("a\xe2\x82", 3));        /* cut short */
    assert_false(text_is_utf8("a\0b", 3));
}

static void text_is_kept_composed_and_without_white_space_at_its_ends(void **state)
{
    (void)state;
    expect_clean(" \tKei\xcc\x88ta\n ", "Keïta");
    expect_clean("ọ́la", "ọ́la");
    expect_clean("o\xcc\x81\xcc\xa3la", "ọ\xcc\x81la");
    expect_clean("प्रिया", "प्रिया");
    expect_clean("  ", "");
}

static void what_may_not_stand_in_a_name_is_refused(void **state)
{
    (void)state;
    expect_refused("a\x01", "control characters");
    expect_refused("a\x7f", "control characters");
    expect_refused("a\nb", "line break");
    expect_refused("a\xe2\x80\xa8z", "line break"); /* U+2028 */
    expect_refused("a\xe2\x80\xaez", "direction");  /* U+202E */
    expect_refused("\xef\xbf\xbf", "not assigned"); /* U+FFFF */
    expect_refused("\xee\x80\x80", "not assigned"); /* U+E000, private use */
    expect_refused("\xff", "not valid UTF-8");
    expect_refused("12345678901", "11 characters, at most 10");
    expect_refused("ééééééééééé", "11 characters, at most 10");
}

static void notes_may_have_lines(void **state)
{
    (void)state;
    struct errctx e;
    struct buf out = {0};
    assert_ok(text_clean(&out, "one\ntwo", true, 10, &e));
    assert_string_equal(buf_str(&out), "one\ntwo");
    assert_err(text_clean(&out, "one\rtwo", true, 10, &e), ERR_INVALID, "line break");
    buf_done(&out);
}

static void folding_takes_off_case_accents_and_punctuation(void **state)
{
    (void)state;
    expect_folded("Kéïta, Aïssata", "keita aissata");
    expect_folded("  N'Diaye--Sow  ", "ndiaye sow");
    expect_folded("Ọ́LA", "ola");
    expect_folded("São João", "sao joao");
    expect_folded("Ŋɔ́nɛ Ɓa", "none ba");
    expect_folded("Straße Œuvre", "strasse œuvre");
    expect_folded("AML/SL 2026", "aml sl 2026");
    expect_folded("", "");
}

static void folding_keeps_the_vowel_signs_of_indian_scripts(void **state)
{
    (void)state;
    expect_folded("प्रिया", "प्रिया");
    expect_folded("पुरी", "पुरी");
}

static void spellings_of_one_name_have_one_key(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {
        {"Diallo", "Jalloh"}, {"Konteh", "Conté"},     {"Mohamed", "Mamadou"},  {"Tshibangu", "Chibangu"},
        {"Barrie", "Barry"},  {"Kamara", "Camara"},    {"Koroma", "Kourouma"},  {"Sekou", "Sheku"},
        {"Keita", "Queita"},  {"Keïta", "Keita"},      {"Fatmata", "Fatou"},    {"Sesay", "Sesai"},
        {"Touré", "Toure"},   {"Ibrahim", "Ibrahima"}, {"Alhasan", "Alassane"}, {"Sori", "Sorie"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct buf a = {0};
        struct buf b = {0};
        put_key(&a, pairs[i][0]);
        put_key(&b, pairs[i][1]);
        if (strcmp(buf_str(&a), buf_str(&b)) != 0)
            fail_msg("%s gives %s, %s gives %s", pairs[i][0], buf_str(&a), pairs[i][1], buf_str(&b));
        buf_done(&a);
        buf_done(&b);
    }
}

static void different_names_keep_different_keys(void **state)
{
    (void)state;
    static const char *const pairs[][2] = {{"Kamara", "Koroma"},
                                           {"Bangura", "Barry"},
                                           {"Sesay", "Sow"},
                                           {"Conteh", "Kanu"},
                                           {"Diallo", "Dukuray"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct buf a = {0};
        struct buf b = {0};
        put_key(&a, pairs[i][0]);
        put_key(&b, pairs[i][1]);
        assert_string_not_equal(buf_str(&a), buf_str(&b));
        buf_done(&a);
        buf_done(&b);
    }
}

static void keys_of_any_script_are_utf8_and_never_empty(void **state)
{
    (void)state;
    static const char *const names[] = {"तत", "प्रिया", "h", "ሀይሌ", "محمد", "李"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct buf key = {0};
        put_key(&key, names[i]);
        assert_true(key.len > 0);
        assert_true(text_is_utf8(buf_str(&key), key.len));
        buf_done(&key);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_is_told_from_other_bytes),
        cmocka_unit_test(text_is_kept_composed_and_without_white_space_at_its_ends),
        cmocka_unit_test(what_may_not_stand_in_a_name_is_refused),
        cmocka_unit_test(notes_may_have_lines),
        cmocka_unit_test(folding_takes_off_case_accents_and_punctuation),
        cmocka_unit_test(folding_keeps_the_vowel_signs_of_indian_scripts),
        cmocka_unit_test(spellings_of_one_name_have_one_key),
        cmocka_unit_test(different_names_keep_different_keys),
        cmocka_unit_test(keys_of_any_script_are_utf8_and_never_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/record/ident.h"

static const char ALPHABET[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

static int64_t id_of(const char *text)
{
    int64_t id = 0;
    assert_true(ident_parse_exact(text, &id));
    return id;
}

static void an_address_is_one_integer_that_sorts_by_age(void **state)
{
    (void)state;
    int64_t older = id_of("7K4QXM-412");
    int64_t newer = id_of("7K4QXM-1000");
    assert_true(older < newer);
    assert_int_equal(ident_number(older), 412);
    assert_int_equal(ident_device(older), ident_device(newer));
    assert_int_equal(ident_make(ident_device(older), 412), older);
}

static void formatting_and_reading_are_inverse(void **state)
{
    (void)state;
    static const char *const ids[] = {"000000-1", "7K4QXM-412", "ZZZZZZ-4294967295", "ABCDEF-10"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        struct errctx e;
        char text[IDENT_BYTES];
        int64_t back = 0;
        assert_string_equal(ident_format(id_of(ids[i]), text), ids[i]);
        assert_ok(ident_parse(ident_format_checked(id_of(ids[i]), text), &back, &e));
        assert_int_equal(back, id_of(ids[i]));
    }
}

/* The check character by the recursion of ISO 7064:2003, 8.2, worked out another way: the whole string with
 * its check character gives 1 modulo 36. */
static bool fits_iso_7064(const char *checked)
{
    int product = 36;
    int sum = 0;
    for (; *checked; checked++) {
        if (*checked == '-')
            continue;
        sum = product + (int)(strchr(ALPHABET, *checked) - ALPHABET);
        int rest = sum % 36;
        product = (rest == 0 ? 36 : rest) * 2 % 37;
    }
    return sum % 36 == 1;
}

static void the_check_character_is_that_of_iso_7064_mod_37_36(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2000; i++) {
        char text[IDENT_BYTES];
        assert_true(fits_iso_7064(ident_format_checked(ident_make(i * 536071U % (1U << 30), i + 1), text)));
    }
    /* An example of the standard's use elsewhere: the Global Release Identifier A12425GABC1234002 has M. */
    assert_true(fits_iso_7064("A12425GABC1234002M"));
}

static const char *const SAMPLES[] = {"7K4QXM-412", "000000-1", "ZZZZZZ-4294967295", "ABCDEF-90817"};

static bool is_accepted(const char *text)
{
    struct errctx e;
    int64_t id = 0;
    return ident_parse(text, &id, &e) == ERR_OK;
}

/* Look-alikes in the code are the same character, and so no error. */
static bool is_look_alike(char a, char b, size_t place)
{
    static const char ones[] = "1IL";
    static const char zeros[] = "0O";
    return place < DEVICE_CODE_CHARS &&
           ((strchr(ones, a) && strchr(ones, b)) || (strchr(zeros, a) && strchr(zeros, b)));
}

static void every_mistyped_character_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
        char right[IDENT_BYTES];
        ident_format_checked(id_of(SAMPLES[i]), right);
        for (size_t at = 0; right[at]; at++) {
            if (right[at] == '-')
                continue;
            for (const char *c = ALPHABET; *c; c++) {
                char wrong[IDENT_BYTES];
                memcpy(wrong, right, sizeof wrong);
                wrong[at] = *c;
                if (*c != right[at] && !is_look_alike(*c, right[at], at) && is_accepted(wrong))
                    fail_msg("%s passed for %s", wrong, right);
            }
        }
    }
}

/* A hybrid system finds every single error and, unlike a pure one, all but one in some hundred swaps: of two
 * neighbours a and b only those with one particular sum. */
static void nearly_all_swapped_neighbours_are_found(void **state)
{
    (void)state;
    int swaps = 0;
    int passed = 0;
    for (uint32_t i = 1; i < 3000; i++) {
        char right[IDENT_BYTES];
        ident_format_checked(ident_make(i * 363571U % (1U << 30), i * 7919U), right);
        for (size_t at = 0; right[at + 1]; at++) {
            char wrong[IDENT_BYTES];
            memcpy(wrong, right, sizeof wrong);
            wrong[at] = right[at + 1];
            wrong[at + 1] = right[at];
            if (right[at] == right[at + 1] || right[at] == '-' || right[at + 1] == '-')
                continue;
            swaps++;
            passed += is_accepted(wrong);
        }
    }
    assert_true(swaps > 20000);
    assert_true(passed * 100 < swaps);
}

static void small_letters_and_look_alikes_are_understood(void **state)
{
    (void)state;
    struct errctx e;
    int64_t id = 0;
    assert_ok(ident_parse("7k4qxm-412", &id, &e));
    assert_int_equal(id, id_of("7K4QXM-412"));
    assert_ok(ident_parse("OOOOOi-7", &id, &e));
    assert_int_equal(id, id_of("000001-7"));
}

static void a_wrong_check_character_is_called_a_typing_error(void **state)
{
    (void)state;
    struct errctx e;
    int64_t id = 0;
    char text[IDENT_BYTES];
    ident_format_checked(id_of("7K4QXM-412"), text);
    text[strlen(text) - 1] = text[strlen(text) - 1] == 'A' ? 'B' : 'A';
    assert_err(ident_parse(text, &id, &e), ERR_INVALID, "was mistyped");
}

static void what_is_not_an_id_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"",
                                        "7K4QXM",
                                        "7K4QXM-",
                                        "7K4QXM-0",
                                        "7K4QXM-012",
                                        "7K4QXM-4294967296",
                                        "7K4QXM-99999999999999999999",
                                        "7K4QX-12",
                                        "7K4QXU-12",
                                        "7K4QXM--12",
                                        "7K4QXM-12-",
                                        "7K4QXM-12-TT",
                                        "7K4QXM 12",
                                        "SL/2026/17"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct errctx e;
        int64_t id = 0;
        assert_err(ident_parse(wrong[i], &id, &e), ERR_INVALID, "is not an id");
        assert_false(ident_parse_exact(wrong[i], &id));
    }
}

static void entries_hold_the_exact_form_alone(void **state)
{
    (void)state;
    static const char *const wrong[] = {"7k4qxm-412", "OOOOO1-7", "7K4QXM-412-T", "7K4QXM-412 "};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int64_t id = 0;
        assert_false(ident_parse_exact(wrong[i], &id));
    }
}

static void a_device_code_is_read_as_people_write_it(void **state)
{
    (void)state;
    uint32_t device = 0;
    char text[DEVICE_CODE_BYTES];
    assert_true(device_code_parse("7k4qxm", &device));
    assert_string_equal(device_code_format(device, text), "7K4QXM");
    assert_false(device_code_parse("7K4QX", &device));
    assert_false(device_code_parse("7K4QXMM", &device));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_one_integer_that_sorts_by_age),
        cmocka_unit_test(formatting_and_reading_are_inverse),
        cmocka_unit_test(the_check_character_is_that_of_iso_7064_mod_37_36),
        cmocka_unit_test(every_mistyped_character_is_found),
        cmocka_unit_test(nearly_all_swapped_neighbours_are_found),
        cmocka_unit_test(small_letters_and_look_alikes_are_understood),
        cmocka_unit_test(a_wrong_check_character_is_called_a_typing_error),
        cmocka_unit_test(what_is_not_an_id_is_refused),
        cmocka_unit_test(entries_hold_the_exact_form_alone),
        cmocka_unit_test(a_device_code_is_read_as_people_write_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

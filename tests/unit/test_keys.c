/* The key table: what old terminals send, no key with two meanings, every action reachable. */
#include "app/field/tui/keys.h"
#include "tests/lib/test.h"

static bool every_terminal_sends(int32_t press)
{
    if (press == PRESS_UP || press == PRESS_DOWN || press == PRESS_LEFT || press == PRESS_RIGHT)
        return true;
    return press == PRESS_TAB || press == PRESS_ENTER || press == PRESS_ESC || press == PRESS_BACKSPACE ||
           (press > 0 && press < 0x7F);
}

static void every_action_has_a_key_that_old_terminals_send(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (!every_terminal_sends(keys_press(KEYS[i].first)))
            fail_msg("\"%s\" of \"%s\"", KEYS[i].first, KEYS[i].help);
    }
}

static void every_second_key_is_known(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (KEYS[i].second[0] && keys_press(KEYS[i].second) == PRESS_NONE)
            fail_msg("\"%s\" of \"%s\"", KEYS[i].second, KEYS[i].help);
    }
}

static bool share_a_key(const struct key_row *a, const struct key_row *b)
{
    int32_t x[2] = {keys_press(a->first), keys_press(a->second)};
    int32_t y[2] = {keys_press(b->first), keys_press(b->second)};
    for (int i = 0; i < 4; i++) {
        if (x[i / 2] != PRESS_NONE && x[i / 2] == y[i % 2])
            return true;
    }
    return false;
}

static void no_key_means_two_things_in_one_context(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        for (size_t k = i + 1; k < KEY_COUNT; k++) {
            if (KEYS[i].context == KEYS[k].context && share_a_key(&KEYS[i], &KEYS[k]))
                fail_msg("\"%s\" and \"%s\"", KEYS[i].help, KEYS[k].help);
        }
    }
}

static void control_keys_are_not_those_that_terminals_use(void **state)
{
    (void)state;
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (strncmp(KEYS[i].first, "Ctrl-", 5) == 0 && strchr("HIJM[", KEYS[i].first[5]))
            fail_msg("\"%s\" is another key already", KEYS[i].first);
    }
}

static void nearest_context_wins(void **state)
{
    (void)state;
    const struct key_contexts form = {{KEYS_FORM, KEYS_FIELDS, KEYS_PICK, KEYS_RECORD, KEYS_TEXT}};
    const struct key_contexts text = {{KEYS_TEXT}};
    const struct key_contexts none = {{KEYS_ANY}};
    assert_int_equal(keys_action(&form, 'P' - 64), ACTION_PICK);
    assert_int_equal(keys_action(&form, 'A' - 64), ACTION_LINE_HOME);
    assert_int_equal(keys_action(&text, 'P' - 64), ACTION_NONE);
    assert_int_equal(keys_action(&none, '?'), ACTION_HELP);
    assert_int_equal(keys_action(&form, PRESS_ESC), ACTION_BACK);
}

static void second_keys_do_the_same(void **state)
{
    (void)state;
    const struct key_contexts form = {{KEYS_FORM, KEYS_FIELDS, KEYS_TEXT}};
    assert_int_equal(keys_action(&form, PRESS_F1 + 1), ACTION_SAVE);
    assert_int_equal(keys_press("F10"), PRESS_F1 + 9);
    assert_int_equal(keys_press("Ctrl-S"), 19);
}

static void help_lists_each_row_once_and_none_that_is_hidden(void **state)
{
    (void)state;
    const struct key_contexts sheet = {{KEYS_SHEET, KEYS_TEXT}};
    int left = 0;
    size_t at = 0;
    for (const struct key_row *row; (row = keys_next(&sheet, &at)); at++) {
        left += row->action == ACTION_LINE_LEFT;
        assert_true(row->context == KEYS_SHEET || row->context == KEYS_TEXT || row->context == KEYS_ANY);
    }
    assert_int_equal(left, 0);
}

static void characters_are_text_and_control_keys_are_not(void **state)
{
    (void)state;
    assert_true(keys_is_text('a'));
    assert_true(keys_is_text(0x0323));
    assert_false(keys_is_text(PRESS_ESC));
    assert_false(keys_is_text(PRESS_BACKSPACE));
    assert_false(keys_is_text(PRESS_UP));
    assert_false(keys_is_text(0x85));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_action_has_a_key_that_old_terminals_send),
        cmocka_unit_test(every_second_key_is_known),
        cmocka_unit_test(no_key_means_two_things_in_one_context),
        cmocka_unit_test(control_keys_are_not_those_that_terminals_use),
        cmocka_unit_test(nearest_context_wins),
        cmocka_unit_test(second_keys_do_the_same),
        cmocka_unit_test(help_lists_each_row_once_and_none_that_is_hidden),
        cmocka_unit_test(characters_are_text_and_control_keys_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

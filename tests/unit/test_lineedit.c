/* The line editor with the names of many scripts: a letter and its marks move and go together. */
#include <utf8proc.h>

#include "app/field/tui/lineedit.h"
#include "tests/lib/test.h"

static void type(struct lineedit *l, const char *text)
{
    while (*text) {
        utf8proc_int32_t point = 0;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text, -1, &point);
        assert_true(used > 0);
        assert_true(lineedit_insert(l, point));
        text += used;
    }
}

static void press(struct lineedit *l, enum action action, int times)
{
    for (int i = 0; i < times; i++)
        assert_int_not_equal(lineedit_do(l, action), LINE_IGNORED);
}

struct name {
    const char *typed;
    const char *kept; /* in normal form C */
    int clusters;
    const char *shorter; /* without its last cluster */
    const char *second;  /* without its second cluster */
};

static const struct name NAMES[] = {
    {"o\xCC\xA3\xCC\x81la", "\xE1\xBB\x8D\xCC\x81la", 3, "\xE1\xBB\x8D\xCC\x81l",
     "\xE1\xBB\x8D\xCC\x81"
     "a"},
    {"Ngu\xCC\x83gi\xCC\x83", "Ng\xC5\xA9g\xC4\xA9", 5, "Ng\xC5\xA9g", "N\xC5\xA9g\xC4\xA9"},
    {"Ke\xCC\x81i\xCC\x88ta", "K\xC3\xA9\xC3\xAFta", 5, "K\xC3\xA9\xC3\xAFt", "K\xC3\xAFta"},
    {"प्रिया", "प्रिया", 3, "प्रि", "प्या"},
};

static void names_are_kept_whole(void **state)
{
    const struct name *n = *state;
    struct lineedit l = {0};
    type(&l, n->typed);
    assert_string_equal(lineedit_text(&l), n->kept);
    assert_int_equal(l.cursor, strlen(n->kept));
    lineedit_done(&l);
}

static void cursor_moves_by_cluster(void **state)
{
    const struct name *n = *state;
    struct lineedit l = {0};
    type(&l, n->typed);
    press(&l, ACTION_LINE_LEFT, n->clusters - 1);
    assert_true(l.cursor > 0);
    press(&l, ACTION_LINE_LEFT, 1);
    assert_int_equal(l.cursor, 0);
    press(&l, ACTION_LINE_RIGHT, n->clusters);
    assert_int_equal(l.cursor, strlen(n->kept));
    lineedit_done(&l);
}

static void backspace_takes_a_letter_with_its_marks(void **state)
{
    const struct name *n = *state;
    struct lineedit l = {0};
    type(&l, n->typed);
    press(&l, ACTION_ERASE_BACK, 1);
    assert_string_equal(lineedit_text(&l), n->shorter);
    press(&l, ACTION_ERASE_BACK, n->clusters - 1);
    assert_true(lineedit_is_empty(&l));
    lineedit_done(&l);
}

static void delete_takes_a_letter_in_the_middle(void **state)
{
    const struct name *n = *state;
    struct lineedit l = {0};
    type(&l, n->typed);
    press(&l, ACTION_LINE_HOME, 1);
    press(&l, ACTION_LINE_RIGHT, 1);
    press(&l, ACTION_ERASE, 1);
    assert_string_equal(lineedit_text(&l), n->second);
    lineedit_done(&l);
}

static void what_is_typed_in_the_middle_stands_there(void **state)
{
    (void)state;
    struct lineedit l = {0};
    lineedit_set(&l, "Kita");
    press(&l, ACTION_LINE_LEFT, 3);
    type(&l, "e\xCC\x81");
    assert_string_equal(lineedit_text(&l), "K\xC3\xA9ita");
    assert_int_equal(l.cursor, 3);
    lineedit_done(&l);
}

static void words_are_moved_over_and_erased(void **state)
{
    (void)state;
    struct lineedit l = {0};
    lineedit_set(&l, "Sahr Tamba Kamara");
    press(&l, ACTION_WORD_LEFT, 2);
    assert_int_equal(l.cursor, 5);
    press(&l, ACTION_WORD_RIGHT, 1);
    assert_int_equal(l.cursor, 11);
    press(&l, ACTION_ERASE_WORD, 1);
    assert_string_equal(lineedit_text(&l), "Sahr Kamara");
    press(&l, ACTION_ERASE_REST, 1);
    assert_string_equal(lineedit_text(&l), "Sahr ");
    press(&l, ACTION_ERASE_LINE, 1);
    assert_true(lineedit_is_empty(&l));
    lineedit_done(&l);
}

static void moving_at_the_ends_does_nothing(void **state)
{
    (void)state;
    struct lineedit l = {0};
    press(&l, ACTION_LINE_LEFT, 2);
    press(&l, ACTION_LINE_RIGHT, 2);
    press(&l, ACTION_ERASE_BACK, 1);
    press(&l, ACTION_ERASE, 1);
    press(&l, ACTION_WORD_LEFT, 1);
    press(&l, ACTION_WORD_RIGHT, 1);
    assert_int_equal(l.cursor, 0);
    lineedit_done(&l);
}

static void line_stops_at_its_limit(void **state)
{
    (void)state;
    struct lineedit l = {.max_chars = 3};
    type(&l, "abc");
    assert_false(lineedit_insert(&l, 'd'));
    press(&l, ACTION_ERASE_BACK, 1);
    type(&l, "e");
    /* A mark that joins its letter makes the text no longer. */
    type(&l, "\xCC\x81");
    assert_string_equal(lineedit_text(&l), "ab\xC3\xA9");
    lineedit_done(&l);
}

static void control_characters_are_not_taken(void **state)
{
    (void)state;
    struct lineedit l = {0};
    assert_false(lineedit_insert(&l, 7));
    assert_false(lineedit_insert(&l, PRESS_UP));
    assert_false(lineedit_insert(&l, 0xD800));
    assert_true(lineedit_is_empty(&l));
    lineedit_done(&l);
}

#define EACH_NAME(test)                                                                                      \
    {#test " o.la", test, NULL, NULL, (void *)(uintptr_t)&NAMES[0]},                                         \
        {#test " Ngugi", test, NULL, NULL, (void *)(uintptr_t)&NAMES[1]},                                    \
        {#test " Keita", test, NULL, NULL, (void *)(uintptr_t)&NAMES[2]},                                    \
    {                                                                                                        \
#test " Priya", test, NULL, NULL, (void *)(uintptr_t)&NAMES[3]                                       \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        EACH_NAME(names_are_kept_whole),
        EACH_NAME(cursor_moves_by_cluster),
        EACH_NAME(backspace_takes_a_letter_with_its_marks),
        EACH_NAME(delete_takes_a_letter_in_the_middle),
        cmocka_unit_test(what_is_typed_in_the_middle_stands_there),
        cmocka_unit_test(words_are_moved_over_and_erased),
        cmocka_unit_test(moving_at_the_ends_does_nothing),
        cmocka_unit_test(line_stops_at_its_limit),
        cmocka_unit_test(control_characters_are_not_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/lib/test.h"

#include <stdlib.h>

#include "schema/base/buf.h"

static void an_empty_buffer_is_an_empty_string(void **state)
{
    (void)state;
    struct buf b = {0};
    assert_string_equal(buf_str(&b), "");
    char *stolen = buf_steal(&b);
    assert_string_equal(stolen, "");
    free(stolen);
    buf_clear(&b);
    buf_done(&b);
}

static void content_grows_and_always_ends_with_a_zero_byte(void **state)
{
    (void)state;
    struct buf b = {0};
    for (int i = 0; i < 1000; i++) {
        buf_printf(&b, "%03d", i);
        assert_int_equal(b.len, (size_t)(i + 1) * 3);
        assert_int_equal(b.data[b.len], '\0');
    }
    buf_put(&b, "a\0b", 3);
    assert_int_equal(b.len, 3003);
    assert_memory_equal(b.data + 3000, "a\0b", 4);
    buf_truncate(&b, 3);
    assert_string_equal(buf_str(&b), "000");
    buf_done(&b);
}

static void whole_numbers_are_written_to_both_ends(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_put_int(&b, INT64_MIN);
    buf_putc(&b, ' ');
    buf_put_int(&b, 0);
    buf_putc(&b, ' ');
    buf_put_int(&b, INT64_MAX);
    assert_string_equal(buf_str(&b), "-9223372036854775808 0 9223372036854775807");
    buf_done(&b);
}

static void stolen_memory_leaves_an_empty_buffer(void **state)
{
    (void)state;
    struct buf b = {0};
    buf_puts(&b, "x");
    char *stolen = buf_steal(&b);
    assert_int_equal(b.len, 0);
    buf_puts(&b, "y");
    assert_string_equal(stolen, "x");
    free(stolen);
    buf_done(&b);
}

static void an_error_line_is_cut_at_a_whole_character(void **state)
{
    (void)state;
    struct errctx e;
    struct buf b = {0};
    buf_putc(&b, 'a');
    for (int i = 0; i < ERR_TEXT_BYTES; i++)
        buf_puts(&b, "é");
    assert_int_equal(err_fail(&e, ERR_INVALID, "%s", buf_str(&b)), ERR_INVALID);
    size_t len = strlen(e.text);
    assert_true(len >= ERR_TEXT_BYTES - 3);
    assert_memory_equal(e.text + len - 2, "é", 2);
    buf_done(&b);
}

static void an_error_reads_outside_in(void **state)
{
    (void)state;
    struct errctx e;
    (void)err_fail(&e, ERR_IO, "disk full");
    assert_int_equal(err_wrap(&e, "write \"%s\"", "x"), ERR_IO);
    assert_string_equal(e.text, "write \"x\": disk full");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_buffer_is_an_empty_string),
        cmocka_unit_test(content_grows_and_always_ends_with_a_zero_byte),
        cmocka_unit_test(whole_numbers_are_written_to_both_ends),
        cmocka_unit_test(stolen_memory_leaves_an_empty_buffer),
        cmocka_unit_test(an_error_line_is_cut_at_a_whole_character),
        cmocka_unit_test(an_error_reads_outside_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <stdio.h>
#include <stdlib.h>

#include "schema/base/csv.h"
#include "tests/lib/test.h"

/* A reader over TEXT of LEN bytes that gives out STEP bytes at a time, so that every join of chunks is tried.
 */
struct slow {
    struct csv_bytes bytes;
    size_t step;
};

static enum err read_slowly(void *arg, char *into, size_t size, size_t *out_len, struct errctx *e)
{
    struct slow *slow = arg;
    struct csv_source all = csv_from_bytes(&slow->bytes);
    return all.read(all.arg, into, size < slow->step ? size : slow->step, out_len, e);
}

/* Reads everything and shows it as "name|name" and then ";value|value" or "!LINE words" for each row. */
static const char *shown(struct buf *out, const char *text, size_t len, size_t step)
{
    struct errctx e;
    struct slow slow = {{text, len}, step};
    struct csv *csv;
    buf_clear(out);
    if (csv_open((struct csv_source){read_slowly, &slow}, &csv, &e) != ERR_OK) {
        buf_printf(out, "refused: %s", e.text);
        return buf_str(out);
    }
    for (size_t i = 0; i < csv_columns(csv); i++)
        buf_printf(out, "%s%s", i ? "|" : "", csv_name(csv, i));
    for (;;) {
        bool row;
        enum err err = csv_next(csv, &row, &e);
        if (err != ERR_OK)
            buf_printf(out, "!%zu %s", csv_line(csv), e.text);
        else if (!row)
            break;
        for (size_t i = 0; err == ERR_OK && i < csv_columns(csv); i++)
            buf_printf(out, "%s%s", i ? "|" : ";", csv_value(csv, i));
    }
    csv_close(csv);
    return buf_str(out);
}

static void check(const char *text, size_t len, const char *expected)
{
    struct buf out = {0};
    assert_string_equal(shown(&out, text, len, len + 1), expected);
    assert_string_equal(shown(&out, text, len, 1), expected);
    buf_done(&out);
}

#define CHECK(text, expected) check(text, sizeof(text) - 1, expected)

static void byte_order_marks_are_no_part_of_a_name(void **state)
{
    (void)state;
    CHECK("\xef\xbb\xbf\xef\xbb\xbf"
          "a,b\n1,2\n",
          "a|b;1|2");
    CHECK("\"\xef\xbb\xbf"
          "a\",b\n1,2\n",
          "a|b;1|2");
}

static void commas_semicolons_and_tabs_are_told_from_the_header(void **state)
{
    (void)state;
    CHECK("a,b\n1,2;3\n", "a|b;1|2;3");
    CHECK("a;b\n1,5;2\n", "a|b;1,5|2");
    CHECK("a\tb\n1,5\t2\n", "a|b;1,5|2");
    CHECK("\"a,x,y\";b\n1;2\n", "a,x,y|b;1|2");
}

static void a_byte_order_mark_is_passed_over(void **state)
{
    (void)state;
    CHECK("\xef\xbb\xbf"
          "a,b\n1,2\n",
          "a|b;1|2");
    CHECK("\xef\xbb\xbf"
          "\"a\",b\n1,2\n",
          "a|b;1|2");
}

static void lines_end_in_lf_crlf_or_the_end_of_the_file(void **state)
{
    (void)state;
    CHECK("a,b\r\n1,2\r\n3,4", "a|b;1|2;3|4");
    CHECK("a,b", "a|b");
    CHECK("a,b\n1,\n", "a|b;1|");
    CHECK("a,b\n1,", "a|b;1|");
}

static void quoted_values_hold_separators_quotes_and_line_breaks(void **state)
{
    (void)state;
    CHECK("a,b\n\"1,2\",\"say \"\"no\"\"\"\n", "a|b;1,2|say \"no\"");
    CHECK("a,b\n\"one\r\ntwo\",2\n3,4\n", "a|b;one\r\ntwo|2;3|4");
    CHECK("a,b\n\"\",\"\"\"\"\n", "a|b;|\"");
}

static void a_quote_inside_an_unquoted_value_is_a_letter(void **state)
{
    (void)state;
    CHECK("a,b\n5\" sieve,6\"\"\n7,8\n", "a|b;5\" sieve|6\"\";7|8");
}

static void rows_without_values_are_passed_over(void **state)
{
    (void)state;
    CHECK("a,b\n\n1,2\n,\n\r\n3,4\n\n", "a|b;1|2;3|4");
}

static void an_unclosed_quote_spoils_only_its_own_line(void **state)
{
    (void)state;
    CHECK("a,b\n\"1,2\n3,4\n5,6\n", "a|b!2 a quote is not closed;3|4;5|6");
    CHECK("a,b\n1,\"2\n3,\"4\n5,6\n", "a|b!2 text stands behind a closing quote!3 a quote is not closed;5|6");
    CHECK("a,b\n1,\"2", "a|b!2 a quote is not closed");
}

static void broken_rows_are_named_by_line_and_reading_goes_on(void **state)
{
    (void)state;
    CHECK("a,b\n1,\"x\ny\"\n1\n2,3,4\n5,6\n",
          "a|b;1|x\ny!4 the row has 1 values, the header 2!5 the row has 3 values, the header 2;5|6");
    CHECK("a,b\n1,\xff\n1,\xc3\n3,4\n", "a|b!2 the text is not UTF-8!3 the text is not UTF-8;3|4");
    CHECK("a,b\n1,x\0y\n3,4\n", "a|b!2 a value holds a zero byte;3|4");
    CHECK("a,b\n\"1\"x,2\n3,4\n", "a|b!2 text stands behind a closing quote;3|4");
}

static void a_header_that_cannot_be_used_is_refused(void **state)
{
    (void)state;
    CHECK("", "refused: the file has no header line");
    CHECK("\n1,2\n", "refused: the file has no header line");
    CHECK("a,,c\n", "refused: column 2 of the header has no name");
    CHECK("a,b, A \n", "refused: the header names column 3 like another");
    CHECK("\xff\xfe"
          "a\0",
          "refused: the file is UTF-16; save it as UTF-8");
    CHECK("a,\"b\n", "refused: a quote is not closed");
}

static void what_is_too_long_is_passed_over_within_bounded_memory(void **state)
{
    (void)state;
    struct buf text = {0};
    struct buf out = {0};
    buf_puts(&text, "a,b\n1,");
    for (size_t i = 0; i <= CSV_MAX_FIELD_BYTES; i++)
        buf_putc(&text, 'x');
    buf_puts(&text, "\n2,");
    for (size_t i = 0; i < (size_t)3 * CSV_MAX_ROW_BYTES; i++)
        buf_putc(&text, 'x');
    buf_puts(&text, "\n3,4\n\"");
    for (size_t i = 0; i < CSV_MAX_ROW_BYTES; i++)
        buf_putc(&text, 'x');
    buf_puts(&text, "\n5,6\n");
    const char *expected = "a|b!2 a value is too long!3 the row is too long;3|4!5 a quote is not closed;5|6";
    assert_string_equal(shown(&out, text.data, text.len, text.len), expected);
    assert_string_equal(shown(&out, text.data, text.len, 4093), expected);
    buf_done(&text);
    buf_done(&out);
}

static void too_many_values_are_refused(void **state)
{
    (void)state;
    struct buf text = {0};
    struct buf out = {0};
    buf_puts(&text, "a,b\n");
    for (int i = 0; i < CSV_MAX_COLUMNS; i++)
        buf_puts(&text, "1,");
    buf_puts(&text, "1\n3,4\n");
    assert_string_equal(shown(&out, text.data, text.len, 100), "a|b!2 the row has too many values;3|4");
    buf_done(&text);
    buf_done(&out);
}

static void the_raw_bytes_of_a_broken_row_can_be_handed_on(void **state)
{
    (void)state;
    struct errctx e;
    bool row;
    size_t len;
    struct csv *csv;
    static const char text[] = "a,b\r\n1,\xff\r\n3,4\r\n";
    struct csv_bytes bytes = {text, sizeof text - 1};
    assert_ok(csv_open(csv_from_bytes(&bytes), &csv, &e));
    assert_err(csv_next(csv, &row, &e), ERR_INVALID, "not UTF-8");
    const char *raw = csv_raw(csv, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(raw, "1,\xff", 3);
    assert_int_equal(csv_separator(csv), ',');
    assert_int_equal(csv_column(csv, "B"), 1);
    assert_int_equal(csv_column(csv, "c"), -1);
    csv_close(csv);
}

static void a_file_of_a_hundred_thousand_rows_streams(void **state)
{
    (void)state;
    struct errctx e;
    struct csv *csv;
    FILE *file = tmpfile();
    assert_non_null(file);
    fputs("n,name\r\n", file);
    for (int i = 0; i < 100000; i++)
        fprintf(file, i % 10 ? "%d,\"Kéïta, %d\"\r\n" : "%d,\"Kéïta, %d\r\n", i, i);
    rewind(file);
    assert_ok(csv_open(csv_from_file(file), &csv, &e));
    size_t good = 0;
    size_t bad = 0;
    for (bool row = true; row;) {
        enum err err = csv_next(csv, &row, &e);
        good += err == ERR_OK && row;
        bad += err != ERR_OK;
        row = row || err != ERR_OK;
    }
    assert_int_equal(good, 90000);
    assert_int_equal(bad, 10000);
    csv_close(csv);
    fclose(file);
}

static void what_is_written_is_read_back_the_same(void **state)
{
    (void)state;
    static const char *const texts[] = {"",     "plain", "a,b",   "say \"no\"", "two\nlines", "=1+1",
                                        "+232", "'=x",   "''-5",  "-5",         "@sum",       "\tx",
                                        "'t",   " x ",   "Kéïta", "a;b",        "-",          "-0,35"};
    enum {
        COUNT = sizeof texts / sizeof *texts
    };
    struct errctx e;
    bool row;
    struct csv *csv;
    struct buf text = {0};
    struct csv_out out = {.to = &text};
    for (int i = 0; i < COUNT; i++) {
        char name[8];
        snprintf(name, sizeof name, "c%d", i);
        csv_put(&out, name);
    }
    csv_put_end(&out);
    for (int i = 0; i < COUNT; i++)
        csv_put(&out, texts[i]);
    csv_put_end(&out);
    struct csv_bytes bytes = {text.data, text.len};
    assert_ok(csv_open(csv_from_bytes(&bytes), &csv, &e));
    assert_ok(csv_next(csv, &row, &e));
    assert_true(row);
    for (size_t i = 0; i < COUNT; i++)
        assert_string_equal(csv_value(csv, i), texts[i]);
    csv_close(csv);
    buf_done(&text);
}

static void formulas_are_guarded_and_numbers_are_not(void **state)
{
    (void)state;
    static const char *const rows[][2] = {{"=HYPERLINK(1)", "'=HYPERLINK(1)"},
                                          {"+1-1", "'+1-1"},
                                          {"@x", "'@x"},
                                          {"-x", "'-x"},
                                          {"\rx", "\"'\rx\""},
                                          {"-5", "-5"},
                                          {"+1.5", "+1.5"},
                                          {"-", "'-"},
                                          {"=a,b", "\"'=a,b\""},
                                          {"'=x", "''=x"},
                                          {"x=1", "x=1"},
                                          {"-1,5", "\"-1,5\""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf text = {0};
        struct csv_out out = {.to = &text};
        csv_put(&out, rows[i][0]);
        assert_string_equal(buf_str(&text), rows[i][1]);
        buf_done(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(byte_order_marks_are_no_part_of_a_name),
        cmocka_unit_test(commas_semicolons_and_tabs_are_told_from_the_header),
        cmocka_unit_test(a_byte_order_mark_is_passed_over),
        cmocka_unit_test(lines_end_in_lf_crlf_or_the_end_of_the_file),
        cmocka_unit_test(quoted_values_hold_separators_quotes_and_line_breaks),
        cmocka_unit_test(a_quote_inside_an_unquoted_value_is_a_letter),
        cmocka_unit_test(rows_without_values_are_passed_over),
        cmocka_unit_test(an_unclosed_quote_spoils_only_its_own_line),
        cmocka_unit_test(broken_rows_are_named_by_line_and_reading_goes_on),
        cmocka_unit_test(a_header_that_cannot_be_used_is_refused),
        cmocka_unit_test(what_is_too_long_is_passed_over_within_bounded_memory),
        cmocka_unit_test(too_many_values_are_refused),
        cmocka_unit_test(the_raw_bytes_of_a_broken_row_can_be_handed_on),
        cmocka_unit_test(a_file_of_a_hundred_thousand_rows_streams),
        cmocka_unit_test(what_is_written_is_read_back_the_same),
        cmocka_unit_test(formulas_are_guarded_and_numbers_are_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/lib/test.h"

#include "schema/base/json.h"

static void what_is_written_has_no_spaces_and_only_the_escapes_that_json_demands(void **state)
{
    (void)state;
    struct buf text = {0};
    struct json_out j = {.to = &text};
    json_open(&j, '{');
    json_put_str(&j, "a", "é/\"\\\n\t\x01");
    json_put_int(&j, "b", INT64_MIN);
    json_put_str_opt(&j, "c", NULL);
    json_key(&j, "d");
    json_open(&j, '[');
    json_bool(&j, true);
    json_null(&j);
    json_open(&j, '{');
    json_close(&j, '}');
    json_close(&j, ']');
    json_put_bool(&j, "e", false);
    json_close(&j, '}');
    assert_string_equal(buf_str(&text), "{\"a\":\"é/\\\"\\\\\\n\\t\\u0001\",\"b\":-9223372036854775808,"
                                        "\"d\":[true,null,{}],\"e\":false}");
    buf_done(&text);
}

static void json_is_read_back(void **state)
{
    (void)state;
    struct errctx e;
    struct cJSON *json = NULL;
    int64_t number = 0;
    static const char text[] =
        "{\"s\":\"a\\u00e9\",\"n\":9007199254740991,\"f\":1.5,\"big\":9007199254740993}\n";
    assert_ok(json_read(text, sizeof text - 1, &json, &e));
    assert_string_equal(json_get_str(json, "s"), "aé");
    assert_null(json_get_str(json, "n"));
    assert_true(json_get_int(json, "n", &number));
    assert_int_equal(number, JSON_MAX_INT);
    assert_false(json_get_int(json, "f", &number));
    assert_false(json_get_int(json, "big", &number));
    assert_false(json_get_int(json, "s", &number));
    assert_false(json_get_int(json, "S", &number));
    json_free(json);
}

static void what_is_not_json_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } cases[] = {
        {"", "is not JSON"},
        {"{", "is not JSON"},
        {"{\"a\":1,}", "is not JSON"},
        {"<html>", "is not JSON"},
        {"{} {}", "followed by something else"},
        {"{\"a\":\"\\u0000\"}", "U+0000"},
        {"{\"a\":\"\\\\u0000\\u0000\"}", "U+0000"},
        {"\"\xff\"", "not valid UTF-8"},
        {"[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]", "deeper than 16"},
        {"\"\\ud800\"", "is not JSON"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct errctx e;
        struct cJSON *json = NULL;
        assert_err(json_read(cases[i].text, strlen(cases[i].text), &json, &e), ERR_INVALID, cases[i].words);
        assert_null(json);
    }
}

static void text_that_looks_like_an_escape_of_zero_is_read(void **state)
{
    (void)state;
    struct errctx e;
    struct cJSON *json = NULL;
    static const char text[] = "{\"a\":\"\\\\u0000 [[[[[[[[[[[[[[[[[[[[\"}";
    assert_ok(json_read(text, sizeof text - 1, &json, &e));
    assert_string_equal(json_get_str(json, "a"), "\\u0000 [[[[[[[[[[[[[[[[[[[[");
    json_free(json);
}

static void only_the_given_length_is_read(void **state)
{
    (void)state;
    struct errctx e;
    struct cJSON *json = NULL;
    assert_ok(json_read("[1]]]]]", 3, &json, &e));
    json_free(json);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_has_no_spaces_and_only_the_escapes_that_json_demands),
        cmocka_unit_test(json_is_read_back),
        cmocka_unit_test(what_is_not_json_is_refused),
        cmocka_unit_test(text_that_looks_like_an_escape_of_zero_is_read),
        cmocka_unit_test(only_the_given_length_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

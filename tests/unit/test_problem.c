/* What a registry answers when it refuses: each problem's word, status and document. */
#include "tests/lib/test.h"

#include "schema/base/json.h"
#include "sync/batch/problem.h"

static void every_problem_is_found_again_by_its_type_and_by_its_words(void **state)
{
    (void)state;
    for (int i = PROBLEM_NONE + 1; i < PROBLEM_COUNT; i++) {
        enum problem_type type = (enum problem_type)i;
        struct problem p = {.type = type, .detail = "what: it was"};
        struct buf out = {0};
        struct buf words = {0};
        struct cJSON *json = NULL;
        const char *detail = NULL;
        struct errctx e;
        buf_puts(&p.extra, "\"expected\":12");
        problem_write(&p, problem_status(type), &out);
        assert_ok(json_read(out.data, out.len, &json, &e));
        assert_int_equal(problem_find(json_get_str(json, "type")), type);
        assert_string_equal(json_get_str(json, "detail"), "what: it was");
        assert_non_null(strstr(out.data, ",\"expected\":12}"));
        buf_printf(&words, "%s: %s", problem_word(type), p.detail);
        assert_int_equal(problem_of_words(buf_str(&words), &detail), type);
        assert_string_equal(detail, "what: it was");
        json_free(json);
        problem_done(&p);
        buf_done(&out);
        buf_done(&words);
    }
}

static void what_names_no_problem_is_none_and_keeps_its_words(void **state)
{
    (void)state;
    static const char *const types[] = {"",
                                        "gap",
                                        "about:blank",
                                        PROBLEM_URI,
                                        PROBLEM_URI "gaps",
                                        PROBLEM_URI "xap",
                                        "https://example.com/problem:gap"};
    static const char *const words[] = {"", "gap", "gap:", "disk I/O error", "database: gap", "gaps: of it"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        assert_int_equal(problem_find(types[i]), PROBLEM_NONE);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *detail = NULL;
        assert_int_equal(problem_of_words(words[i], &detail), PROBLEM_NONE);
        assert_ptr_equal(detail, words[i]);
    }
}

static void a_problem_without_details_has_none(void **state)
{
    (void)state;
    struct problem p = {.type = PROBLEM_BUSY};
    struct buf out = {0};
    problem_write(&p, 503, &out);
    assert_string_equal(buf_str(&out), "{\"type\":\"urn:alluvia:problem:busy\",\"title\":\"Try again later\","
                                       "\"status\":503}");
    buf_done(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_problem_is_found_again_by_its_type_and_by_its_words),
        cmocka_unit_test(what_names_no_problem_is_none_and_keeps_its_words),
        cmocka_unit_test(a_problem_without_details_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

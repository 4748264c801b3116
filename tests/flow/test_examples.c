/* Holds the examples beside schema/api/openapi.yaml to what they show. */
#include "tests/lib/test.h"

#include <cjson/cJSON.h>

#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "sync/server/enrol.h"
#include "tests/flow/api.h"

#define API ALLUVIA_SOURCE_DIR "/schema/api/"

static void read_example(const char *name, struct buf *out)
{
    struct buf path = {0};
    struct errctx e;
    file_join(&path, API "examples", name);
    assert_ok(file_read(buf_str(&path), 65536, out, &e));
    buf_done(&path);
}

static struct cJSON *read_json(const char *name)
{
    struct buf text = {0};
    struct cJSON *json = NULL;
    struct errctx e;
    read_example(name, &text);
    assert_ok(json_read(text.data, text.len, &json, &e));
    buf_done(&text);
    return json;
}

static void example_problems_are_problems_of_ours(void **state)
{
    (void)state;
    static const char *const names[] = {"problem-gap.json", "problem-forked.json", "problem-bad-entry.json"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct cJSON *json = read_json(names[i]);
        int64_t status = 0;
        enum problem_type type = problem_find(json_get_str(json, "type"));
        assert_true(type != PROBLEM_NONE);
        assert_true(json_get_int(json, "status", &status));
        assert_int_equal(status, problem_status(type));
        json_free(json);
    }
}

static void the_example_enrolment_and_status_have_their_form(void **state)
{
    (void)state;
    struct api api;
    static const char *const status_at[] = {"components", "schemas", "Status", NULL};
    static const char *const enrolment_at[] = {"components", "schemas", "Enrolment", NULL};
    struct buf text = {0};
    struct enrolment enrolment;
    struct problem problem = {0};
    struct errctx e;
    api_open(&api, API "openapi.yaml");
    read_example("enrolment.json", &text);
    assert_ok(enrol_read(text.data, text.len, &enrolment, &problem, &e));
    buf_done(&text);
    struct cJSON *json = read_json("enrolment.json");
    api_check_members(&api, api_at(&api, enrolment_at), json);
    json_free(json);
    json = read_json("status.json");
    api_check_members(&api, api_at(&api, status_at), json);
    json_free(json);
    api_close(&api);
}

static void the_example_batch_verifies(void **state)
{
    (void)state;
    struct buf plain = {0};
    struct container c = {0};
    struct batch_header header;
    struct errctx e;
    read_example("batch.txt", &plain);
    assert_ok(container_split(&plain, &c, &e));
    assert_ok(batch_read_header(&c, &header, &e));
    assert_ok(container_verify(&c, header.key, &e));
    assert_ok(batch_walk(&c, &header, &header.prev, NULL, NULL, NULL, &e));
    container_done(&c);
}

static void the_example_receipt_is_signed_by_the_example_registry(void **state)
{
    (void)state;
    struct buf plain = {0};
    struct container c = {0};
    struct receipt receipt;
    uint8_t key[KEY_BYTES];
    struct errctx e;
    struct cJSON *json = read_json("status.json");
    const struct cJSON *keys = cJSON_GetObjectItemCaseSensitive(json, "keys");
    assert_true(hex_get(cJSON_GetStringValue(cJSON_GetArrayItem(keys, 0)), key, KEY_BYTES));
    json_free(json);
    read_example("receipt.txt", &plain);
    assert_ok(container_split(&plain, &c, &e));
    assert_ok(container_verify(&c, key, &e));
    assert_ok(receipt_read(&c, &receipt, NULL, NULL, &e));
    assert_int_equal(receipt.registry, device_number_of(key));
    container_done(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(example_problems_are_problems_of_ours),
        cmocka_unit_test(the_example_enrolment_and_status_have_their_form),
        cmocka_unit_test(the_example_batch_verifies),
        cmocka_unit_test(the_example_receipt_is_signed_by_the_example_registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

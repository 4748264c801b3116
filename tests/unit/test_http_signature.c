#include "tests/lib/test.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>

#include "sync/batch/http_signature.h"

/* The request of RFC 9421, appendix B.2, and what its section B.2.6 signs. */
#define B26_INPUT                                                                                            \
    "(\"date\" \"@method\" \"@path\" \"@authority\" \"content-type\" \"content-length\");created=1618884473" \
    ";keyid=\"test-key-ed25519\""

struct headers {
    const char *rows[8][2];
};

static const char *find(void *arg, const char *name)
{
    const struct headers *headers = arg;
    for (size_t i = 0; i < 8 && headers->rows[i][0]; i++) {
        if (strcmp(headers->rows[i][0], name) == 0)
            return headers->rows[i][1];
    }
    return NULL;
}

static void the_example_of_rfc_9421_verifies(void **state)
{
    (void)state;
    struct headers headers = {
        {{"host", "example.com"},
         {"date", "Tue, 20 Apr 2021 02:07:55 GMT"},
         {"content-type", "application/json"},
         {"content-length", "18"},
         {"signature-input", "sig-b26=" B26_INPUT},
         {"signature",
          "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WP"
          "pBKRCw==:"}}};
    struct http_message message = {.method = "POST",
                                   .target = "/foo?param=Value&Pet=dog",
                                   .body = "{\"hello\": \"world\"}",
                                   .body_len = 18,
                                   .header = find,
                                   .arg = &headers};
    static const char expected[] = "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n"
                                   "\"@method\": POST\n"
                                   "\"@path\": /foo\n"
                                   "\"@authority\": example.com\n"
                                   "\"content-type\": application/json\n"
                                   "\"content-length\": 18\n"
                                   "\"@signature-params\": " B26_INPUT;
    struct http_signature signature;
    struct buf base = {0};
    struct errctx e;
    uint8_t key[KEY_BYTES];
    size_t len = 0;
    assert_ok(device_module_init(&e));
    assert_int_equal(sodium_base642bin(key, sizeof key, "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=", 44,
                                       NULL, &len, NULL, sodium_base64_VARIANT_ORIGINAL),
                     0);
    assert_ok(http_signature_read(&message, &signature, &e));
    assert_string_equal(signature.keyid, "test-key-ed25519");
    assert_int_equal(signature.created, 1618884473);
    assert_ok(http_signature_base(&message, signature.input, &base, &e));
    assert_string_equal(buf_str(&base), expected);
    assert_true(key_verify(key, base.data, base.len, signature.value));
    /* It covers neither target nor digest, which this protocol asks for. */
    assert_err(http_signature_verify(&message, &signature, key, &e), ERR_DENIED, "does not cover");
    buf_done(&base);
}

/* A request as the laptop signs it. */
struct signed_request {
    struct device me;
    struct http_signed values;
    struct headers headers;
    struct http_message message;
};

static void sign(struct signed_request *r, const char *method, const char *target, const char *body)
{
    struct errctx e;
    uint8_t seed[crypto_sign_SEEDBYTES] = {7};
    *r = (struct signed_request){0};
    assert_ok(device_module_init(&e));
    assert_int_equal(crypto_sign_seed_keypair(r->me.key, r->me.secret, seed), 0);
    r->me.number = device_number_of(r->me.key);
    device_code_format(r->me.number, r->me.code);
    r->message = (struct http_message){.method = method,
                                       .target = target,
                                       .body = body,
                                       .body_len = body ? strlen(body) : 0,
                                       .header = find,
                                       .arg = &r->headers};
    http_sign(&r->message, 1795452245, &r->me, &r->values);
    r->headers = (struct headers){{{"signature-input", r->values.signature_input},
                                   {"signature", r->values.signature},
                                   {body ? "content-digest" : NULL, r->values.content_digest}}};
}

static enum err check(struct signed_request *r, struct errctx *e)
{
    struct http_signature signature;
    if (http_signature_read(&r->message, &signature, e) != ERR_OK)
        return e->kind;
    return http_signature_verify(&r->message, &signature, r->me.key, e);
}

static void what_the_laptop_signs_the_registry_verifies(void **state)
{
    (void)state;
    struct signed_request r;
    struct errctx e;
    sign(&r, "POST", "/v1/batches", "body");
    assert_ok(check(&r, &e));
    sign(&r, "GET", "/v1/devices/7K4QXM/receipt", NULL);
    assert_string_equal(r.values.content_digest, "");
    assert_ok(check(&r, &e));
}

static void method_target_and_body_are_protected(void **state)
{
    (void)state;
    struct signed_request r;
    struct errctx e;
    sign(&r, "POST", "/v1/batches", "body");
    r.message.method = "PUT";
    assert_err(check(&r, &e), ERR_DENIED, "does not fit key");
    sign(&r, "POST", "/v1/batches", "body");
    r.message.target = "/v1/batches?x";
    assert_err(check(&r, &e), ERR_DENIED, "does not fit key");
    sign(&r, "POST", "/v1/batches", "body");
    r.message.body = "Body";
    assert_err(check(&r, &e), ERR_DENIED, "not what its Content-Digest says");
}

static void a_body_that_is_not_signed_is_refused(void **state)
{
    (void)state;
    struct signed_request r;
    struct errctx e;
    sign(&r, "POST", "/v1/batches", NULL);
    r.message.body = "smuggled";
    r.message.body_len = 8;
    assert_err(check(&r, &e), ERR_DENIED, "does not cover");
}

static void another_key_does_not_fit(void **state)
{
    (void)state;
    struct signed_request r;
    struct errctx e;
    sign(&r, "GET", "/", NULL);
    r.me.key[0] ^= 1;
    assert_err(check(&r, &e), ERR_DENIED, "does not fit key");
}

static void headers_of_another_form_are_refused_in_words(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        const char *signature;
        const char *words;
    } cases[] = {
        {NULL, NULL, "is not signed"},
        {"", "", "Signature-Input"},
        {"a", "a=:AA==:", "Signature-Input"},
        {"a=x", "a=:AA==:", "Signature-Input"},
        {"a=(\"@method\");keyid=\"k\"", "b=:AA==:", "Signature has not its form"},
        {"a=(\"@method\");keyid=\"k\"", "a=:AA==:", "Signature has not its form"},
        {"a=(\"@method\");keyid=\"k\"", "a=:!:", "Signature has not its form"},
        {"a=(\"@method\");keyid=\"k\"", "a=\"x\"", "Signature has not its form"},
        {"a=(\"@method\");keyid=\"k\"", "a=", "Signature has not its form"},
        {"a=(\"@method\");keyid=\"k\"", "a=:", "Signature has not its form"},
        {"a=(\"@method\");keyid=\"k\"", "a=:AA==", "Signature has not its form"},
        {"a=(\"@method\");keyid=\"k\"", "a=x:", "Signature has not its form"},
        {"a=(\"@method\");keyid=\"k\"", "a,b", "Signature has not its form"},
        {"a=(\"@method\");keyid=\"k\"", NULL, "is not signed"},
        {"=(\"@method\");keyid=\"k\"", "a=:AA==:", "Signature-Input"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct signed_request r;
        struct errctx e;
        sign(&r, "GET", "/", NULL);
        r.headers = (struct headers){{{cases[i].input ? "signature-input" : NULL, cases[i].input},
                                      {cases[i].signature ? "signature" : NULL, cases[i].signature}}};
        assert_err(check(&r, &e), ERR_DENIED, cases[i].words);
    }
}

static void components_that_cannot_be_rebuilt_are_refused(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"(\"@status\")", "not supported"},
        {"(\"x-other\")", "is signed but missing"},
        {"(\"@method\" \"@method\")", "signed twice"},
        {"(\"@method\";req)", "parameters"},
        {"(\"@method\"", "form"},
        {"(@method)", "form"},
        {"(\"a\" \"a\"", "missing"},
        {"\"@method\"", "form"},
        {"(\"@method\"x)", "form"},
        {"(\"\")", "form"},
        {"(\"@me\\thod\")", "form"},
        {"(\"a-name-of-more-than-sixty-three-bytes-that-no-header-of-ours-has-got\")", "form"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct signed_request r;
        struct buf base = {0};
        struct errctx e;
        sign(&r, "GET", "/", NULL);
        assert_err(http_signature_base(&r.message, cases[i][0], &base, &e), ERR_DENIED, cases[i][1]);
        buf_done(&base);
    }
}

static void the_key_and_algorithm_must_be_named(void **state)
{
    (void)state;
    struct signed_request r;
    struct errctx e;
    char input[256];
    sign(&r, "GET", "/", NULL);
    r.headers.rows[0][1] = "a=(\"@method\");created=1";
    assert_err(check(&r, &e), ERR_DENIED, "names no key");
    r.headers.rows[0][1] = "a=(\"@status\");keyid=\"k\"";
    assert_err(check(&r, &e), ERR_DENIED, "\"@status\" is not supported");
    (void)snprintf(input, sizeof input, "a=(\"@method\");keyid=\"%s\";alg=\"hmac-sha256\"", r.me.code);
    r.headers.rows[0][1] = input;
    assert_err(check(&r, &e), ERR_DENIED, "not ed25519");
}

/* The value of a header line that stands in for the one that was signed. */
static void read_with(const char *input, struct http_signature *out, enum err expected, const char *words)
{
    struct signed_request r;
    struct errctx e = {0};
    sign(&r, "GET", "/", NULL);
    r.headers.rows[0][1] = input;
    assert_err(http_signature_read(&r.message, out, &e), expected, words);
}

static void odd_quoting_is_read_as_the_standard_says_or_refused(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        const char *words; /* NULL: it is read */
        const char *keyid;
    } cases[] = {
        {"a=(\"@method\");created=7;keyid=\"k\"", NULL, "k"},
        {" \t,a=(\"@method\");created=7;keyid=\"k\" \t,b=(\"x\")", NULL, "k"},
        /* A comma in quotes ends nothing; neither does a quoted quote. */
        {"a=(\"@method\");created=7;keyid=\"k,b=1\"", NULL, "k,b=1"},
        {"a=(\"@method\");created=7;keyid=\"k\";tag=\"x\\\",b=\"", NULL, "k"},
        {"a=(\"@method\");created=7;keyid=\"k\";tag=\"open", NULL, "k"},
        {"a=(\"@method\");created=7;keyid=\"k\";tag=\"open\\", NULL, "k"},
        {"a=(\"@method\");keyid=\"k\\\"1\"", "names no key", NULL},
        {"a=(\"@method\");keyid=\"\"", "names no key", NULL},
        {"a=(\"@method\");keyid=\"open", "names no key", NULL},
        {"a=(\"@method\");keyid=open", "names no key", NULL},
        {"a=(\"@method\" ;keyid=\"k\"", "names no key", NULL},
        {"a=(\"@method\");keyid=\"k\";alg=ed25519", "not ed25519", NULL},
        {"a=(\"@method\");keyid=\"k\";alg=\"ed25519-of-another-kind\"", "not ed25519", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_signature signature;
        read_with(cases[i].input, &signature, cases[i].words ? ERR_DENIED : ERR_OK,
                  cases[i].words ? cases[i].words : "");
        if (cases[i].words)
            continue;
        assert_string_equal(signature.keyid, cases[i].keyid);
        assert_int_equal(signature.created, 7);
    }
}

static void a_line_longer_than_ours_can_be_is_refused(void **state)
{
    (void)state;
    struct http_signature signature;
    struct buf input = {0};
    buf_puts(&input, "a=(\"@method\");keyid=\"k\";tag=\"");
    while (input.len < sizeof signature.input + 2)
        buf_putc(&input, 'x');
    buf_putc(&input, '"');
    read_with(buf_str(&input), &signature, ERR_DENIED, "Signature-Input");
    buf_done(&input);
}

static void a_key_name_longer_than_any_is_none(void **state)
{
    (void)state;
    struct http_signature signature;
    struct buf input = {0};
    buf_puts(&input, "a=(\"@method\");keyid=\"");
    while (input.len < sizeof signature.keyid + 32)
        buf_putc(&input, 'x');
    buf_putc(&input, '"');
    read_with(buf_str(&input), &signature, ERR_DENIED, "names no key");
    buf_done(&input);
}

/* Has every header. */
static const char *any_header(void *arg, const char *name)
{
    (void)arg;
    (void)name;
    return "x";
}

static void more_components_than_any_request_has_are_refused(void **state)
{
    (void)state;
    for (int count = 15; count <= 16; count++) {
        struct http_message message = {.method = "GET", .target = "/", .header = any_header};
        struct buf input = {0};
        struct buf base = {0};
        struct errctx e = {0};
        buf_putc(&input, '(');
        for (int i = 0; i < count; i++)
            buf_printf(&input, " \"h%d\"", i);
        buf_putc(&input, ')');
        assert_err(http_signature_base(&message, buf_str(&input), &base, &e),
                   count > 15 ? ERR_DENIED : ERR_OK, count > 15 ? "more than 16" : "");
        buf_done(&base);
        buf_done(&input);
    }
}

/* RFC 9421, sections 2.1 and 2.2.3. */
static void hosts_are_lowered_and_values_are_trimmed(void **state)
{
    (void)state;
    struct headers headers = {{{"host", "Mines.Example:8443"}, {"x", " \t a  b \t"}, {"empty", "  "}}};
    struct http_message message = {
        .method = "GET", .target = "/v1/feed?after=3", .header = find, .arg = &headers};
    struct buf base = {0};
    struct errctx e;
    assert_ok(http_signature_base(&message, "(\"@authority\" \"x\" \"empty\" \"@path\")", &base, &e));
    assert_string_equal(buf_str(&base), "\"@authority\": mines.example:8443\n\"x\": a  b\n\"empty\": \n"
                                        "\"@path\": /v1/feed\n\"@signature-params\": (\"@authority\" \"x\" "
                                        "\"empty\" \"@path\")");
    buf_clear(&base);
    headers.rows[0][0] = NULL; /* as HTTP/1.0 may come */
    assert_ok(http_signature_base(&message, "(\"@authority\")", &base, &e));
    assert_string_equal(buf_str(&base), "\"@authority\": \n\"@signature-params\": (\"@authority\")");
    buf_done(&base);
}

/* Signs what INPUT lists, whatever that is, with the right key. */
static enum err check_signed(struct signed_request *r, const char *input, struct errctx *e)
{
    struct buf base = {0};
    uint8_t value[SIGNATURE_BYTES];
    char text[sodium_base64_ENCODED_LEN(SIGNATURE_BYTES, sodium_base64_VARIANT_ORIGINAL)];
    struct buf whole = {0};
    struct buf signature = {0};
    assert_int_equal(http_signature_base(&r->message, input, &base, e), ERR_OK);
    device_sign(&r->me, base.data, base.len, value);
    sodium_bin2base64(text, sizeof text, value, sizeof value, sodium_base64_VARIANT_ORIGINAL);
    buf_printf(&whole, "a=%s", input);
    buf_printf(&signature, "b=:AAAA:, aa=:AAAA:, a=:%s:", text); /* among others' */
    r->headers.rows[0][1] = buf_str(&whole);
    r->headers.rows[1][1] = buf_str(&signature);
    enum err result = check(r, e);
    buf_done(&base);
    buf_done(&whole);
    buf_done(&signature);
    return result;
}

static void what_a_good_signature_leaves_out_is_not_signed(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        const char *words; /* NULL: it verifies */
    } cases[] = {
        {"(\"@method\" \"@request-target\" \"content-digest\");keyid=\"k\"", NULL},
        {"(\"content-digest\" \"@request-target\" \"@method\");keyid=\"k\"", NULL},
        {"(\"@request-target\" \"content-digest\");keyid=\"k\"", "does not cover"},
        {"(\"@method\" \"content-digest\");keyid=\"k\"", "does not cover"},
        {"(\"@method\" \"@request-target\");keyid=\"k\"", "does not cover"},
        {"();keyid=\"k\"", "does not cover"},
        /* Named behind the list, it is not in it. */
        {"(\"@request-target\" \"content-digest\");keyid=\"k\";x=\"@method\"", "does not cover"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct signed_request r;
        struct errctx e = {0};
        sign(&r, "POST", "/v1/batches", "body");
        enum err result = check_signed(&r, cases[i].input, &e);
        assert_int_equal(result, cases[i].words ? ERR_DENIED : ERR_OK);
        if (cases[i].words)
            assert_non_null(strstr(e.text, cases[i].words));
    }
}

static void a_digest_of_another_kind_is_none(void **state)
{
    (void)state;
    static const char *const digests[] = {
        "", "sha-512=:AAAA:", "sha-256=:AAAA:", "sha-256=\"AAAA\"", "sha-25x=:AAAA:",
    };
    for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++) {
        struct signed_request r;
        struct errctx e = {0};
        sign(&r, "POST", "/v1/batches", "body");
        r.headers.rows[2][1] = digests[i];
        assert_err(check_signed(&r, "(\"@method\" \"@request-target\" \"content-digest\");keyid=\"k\"", &e),
                   ERR_DENIED, "has no sha-256");
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_rfc_9421_verifies),
        cmocka_unit_test(what_the_laptop_signs_the_registry_verifies),
        cmocka_unit_test(method_target_and_body_are_protected),
        cmocka_unit_test(a_body_that_is_not_signed_is_refused),
        cmocka_unit_test(another_key_does_not_fit),
        cmocka_unit_test(headers_of_another_form_are_refused_in_words),
        cmocka_unit_test(components_that_cannot_be_rebuilt_are_refused),
        cmocka_unit_test(the_key_and_algorithm_must_be_named),
        cmocka_unit_test(odd_quoting_is_read_as_the_standard_says_or_refused),
        cmocka_unit_test(a_line_longer_than_ours_can_be_is_refused),
        cmocka_unit_test(a_key_name_longer_than_any_is_none),
        cmocka_unit_test(more_components_than_any_request_has_are_refused),
        cmocka_unit_test(hosts_are_lowered_and_values_are_trimmed),
        cmocka_unit_test(what_a_good_signature_leaves_out_is_not_signed),
        cmocka_unit_test(a_digest_of_another_kind_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "tests/lib/test.h"

#include <stdlib.h>

#include "sync/batch/receipt.h"
#include "tests/lib/known.h"

#define INCARNATION "00112233445566778899aabbccddeeff"

struct world {
    struct device me;
    struct device registry;
};

static int enter(void **state)
{
    struct world *w = mem_zero(1, sizeof *w);
    known_devices(&w->me, &w->registry);
    *state = w;
    return 0;
}

static int leave(void **state)
{
    free(*state);
    return 0;
}

/* chain(6) of the known journal. */
static struct chain known_chain(void)
{
    struct device me;
    struct device registry;
    struct chain chain;
    struct buf lines = {0};
    size_t at = 0;
    known_devices(&me, &registry);
    chain_start(me.key, &chain);
    test_data("journal/entries.jsonl", &lines);
    for (int i = 0; i < 6; i++) {
        char *line = test_line(&lines, &at);
        chain_next(&chain, line, strlen(line));
        free(line);
    }
    buf_done(&lines);
    return chain;
}

static struct receipt known_receipt(const struct world *w)
{
    return (struct receipt){.registry = w->registry.number,
                            .incarnation = INCARNATION,
                            .device = w->me.number,
                            .first = 1,
                            .last = 6,
                            .upto = 6,
                            .chain = known_chain(),
                            .at = 1795454245};
}

static void the_known_receipt_is_written_byte_for_byte(void **state)
{
    const struct world *w = *state;
    struct receipt r = known_receipt(w);
    struct findings findings = {0};
    struct buf known = {0};
    struct buf plain = {0};
    receipt_write_line(&plain, 5, DISPOSITION_RETURNED, &findings); /* none so far */
    assert_string_equal(buf_str(&plain), "{\"n\":5,\"is\":\"returned\"}\n");
    buf_clear(&plain);
    findings_add(&findings, "yield.grade", LEVEL_FLAG, "gravel_l", "%s",
                 "0.410 ct out of 9.500 m3 is unusual here");
    findings_add(&findings, "yield.licence", LEVEL_FLAG, NULL, "%s", "the licence is new");
    receipt_write_header(&r, &plain);
    receipt_write_line(&plain, 3, DISPOSITION_CONFLICT, NULL);
    receipt_write_line(&plain, 6, DISPOSITION_FLAGGED, &findings);
    container_sign(&plain, &w->registry);
    test_data("batch/receipt.txt", &known);
    assert_string_equal(plain.data, known.data);
    findings_done(&findings);
    buf_done(&known);
    buf_done(&plain);
}

static enum err keep(void *arg, int64_t number, enum disposition is, const char *findings_json,
                     struct errctx *e)
{
    (void)e;
    buf_printf(arg, "%lld %s %s\n", (long long)number, disposition_word(is), findings_json);
    return ERR_OK;
}

static void the_known_receipt_tells_what_became_of_each_entry(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct buf plain = {0};
    struct buf told = {0};
    struct container c;
    struct receipt r;
    struct receipt expected = known_receipt(w);
    test_data("batch/receipt.txt", &plain);
    assert_ok(container_split(&plain, &c, &e));
    assert_ok(container_verify(&c, w->registry.key, &e));
    assert_ok(receipt_read(&c, &r, keep, &told, &e));
    assert_int_equal(r.registry, expected.registry);
    assert_int_equal(r.device, expected.device);
    assert_int_equal(r.first, 1);
    assert_int_equal(r.last, 6);
    assert_int_equal(r.upto, 6);
    assert_int_equal(r.at, expected.at);
    assert_string_equal(r.incarnation, INCARNATION);
    assert_memory_equal(r.chain.value, expected.chain.value, CHAIN_BYTES);
    assert_string_equal(
        told.data, "3 conflict []\n"
                   "6 flagged [{\"rule\":\"yield.grade\",\"level\":\"flag\",\"field\":\"gravel_l\",\"text\":"
                   "\"0.410 ct out of 9.500 m3 is unusual here\"},{\"rule\":\"yield.licence\",\"level\":"
                   "\"flag\",\"text\":\"the licence is new\"}]\n");
    container_done(&c);
    buf_done(&told);
}

static void a_receipt_of_another_registry_does_not_verify(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct buf plain = {0};
    struct container c;
    test_data("batch/receipt.txt", &plain);
    assert_ok(container_split(&plain, &c, &e));
    assert_err(container_verify(&c, w->me.key, &e), ERR_PROTOCOL, "bad-signature");
    container_done(&c);
}

/* Reads a receipt of the lines after the known header, signed by the registry. */
static enum err read_lines(const struct world *w, const struct receipt *r, const char *lines,
                           struct errctx *e)
{
    struct buf plain = {0};
    struct container c;
    struct receipt out;
    receipt_write_header(r, &plain);
    buf_puts(&plain, lines);
    container_sign(&plain, &w->registry);
    assert_int_equal(container_split(&plain, &c, e), ERR_OK);
    enum err result = receipt_read(&c, &out, NULL, NULL, e);
    container_done(&c);
    return result;
}

static void lines_that_do_not_belong_there_are_refused(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct receipt r = known_receipt(w);
    assert_ok(
        read_lines(w, &r, "{\"n\":2,\"is\":\"returned\",\"new\":1}\n{\"n\":3,\"is\":\"accepted\"}\n", &e));
    assert_err(read_lines(w, &r, "{\"n\":7,\"is\":\"flagged\"}\n", &e), ERR_PROTOCOL, "bad-form");
    assert_err(read_lines(w, &r, "{\"n\":0,\"is\":\"flagged\"}\n", &e), ERR_PROTOCOL, "bad-form");
    assert_err(read_lines(w, &r, "{\"n\":3,\"is\":\"flagged\"}\n{\"n\":3,\"is\":\"flagged\"}\n", &e),
               ERR_PROTOCOL, "bad-form");
    assert_err(read_lines(w, &r, "{\"n\":3,\"is\":\"eaten\"}\n", &e), ERR_PROTOCOL, "unknown-version");
    assert_err(read_lines(w, &r, "{\"n\":3}\n", &e), ERR_PROTOCOL, "unknown-version");
    assert_err(read_lines(w, &r, "{\"n\":3,\"is\":2}\n", &e), ERR_PROTOCOL, "unknown-version");
    assert_err(read_lines(w, &r, "{\"n\":3,\"is\":\"flagged\",\"findings\":{}}\n", &e), ERR_PROTOCOL,
               "not a list");
    assert_err(read_lines(w, &r, "[]\n", &e), ERR_PROTOCOL, "bad-form");
    assert_err(read_lines(w, &r, "\n", &e), ERR_PROTOCOL, "not JSON");
}

static void headers_that_make_no_sense_are_refused(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct receipt r = known_receipt(w);
    r.upto = 5;
    assert_err(read_lines(w, &r, "", &e), ERR_PROTOCOL, "\"last\"");
    r = known_receipt(w);
    r.first = 0;
    assert_err(read_lines(w, &r, "", &e), ERR_PROTOCOL, "\"last\"");
    r = known_receipt(w);
    r.incarnation[31] = 'x';
    assert_err(read_lines(w, &r, "", &e), ERR_PROTOCOL, "\"incarnation\"");
    r = known_receipt(w);
    r.first = 0;
    r.last = 0;
    assert_ok(read_lines(w, &r, "", &e));
    r.upto = 0;
    assert_ok(read_lines(w, &r, "", &e));
}

static void a_receipt_tells_how_far_earlier_lives_are_held(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct receipt r = known_receipt(w);
    struct receipt read;
    struct container c;
    struct buf plain = {0};
    for (int i = 0; i < RECEIPT_MAX_PAST; i++) {
        r.past[i] = (struct receipt_past){.device = (uint32_t)i + 1, .upto = (int64_t)IDENT_MAX_NUMBER - i};
        memset(r.past[i].chain.value, i, CHAIN_BYTES);
    }
    r.past[RECEIPT_MAX_PAST - 1] = (struct receipt_past){.device = 77};
    r.past_count = RECEIPT_MAX_PAST;
    receipt_write_header(&r, &plain);
    container_sign(&plain, &w->registry);
    assert_ok(container_split(&plain, &c, &e)); /* so many fit into a header */
    assert_ok(receipt_read(&c, &read, NULL, NULL, &e));
    assert_int_equal(read.past_count, RECEIPT_MAX_PAST);
    assert_memory_equal(read.past, r.past, sizeof r.past);
    container_done(&c);
    buf_done(&plain);
}

/* A receipt as far as UPTO whose header line has MEMBER, that is `"points":…` or `"past":…`, in front of its
 * end. */
static enum err read_member(const struct world *w, int64_t upto, const char *member, struct errctx *e)
{
    struct buf plain = {0};
    struct container c;
    struct receipt r = known_receipt(w);
    struct receipt out;
    r.upto = upto;
    receipt_write_header(&r, &plain);
    buf_truncate(&plain, plain.len - 2);
    buf_printf(&plain, ",%s}\n", member);
    container_sign(&plain, &w->registry);
    assert_int_equal(container_split(&plain, &c, e), ERR_OK);
    enum err result = receipt_read(&c, &out, NULL, NULL, e);
    container_done(&c);
    return result;
}

#define CHAIN "\"00112233445566778899001122334455667788990011223344556677889900aa\""

static void points_and_earlier_lives_that_make_no_sense_are_refused(void **state)
{
    const struct world *w = *state;
    static const struct {
        const char *member;
        bool good;
    } cases[] = {
        {"\"points\":{}", true},
        {"\"points\":{\"6\":" CHAIN ",\"5\":" CHAIN ",\"0\":" CHAIN "}", true},
        {"\"points\":[]", false},
        {"\"points\":{\"7\":" CHAIN "}", false}, /* behind upto */
        {"\"points\":{\"-1\":" CHAIN "}", false},
        {"\"points\":{\"x\":" CHAIN "}", false},
        {"\"points\":{\"5x\":" CHAIN "}", false},
        {"\"points\":{\"5\":" CHAIN ",\"6\":" CHAIN "}", false}, /* they go down */
        {"\"points\":{\"5\":" CHAIN ",\"5\":" CHAIN "}", false},
        {"\"points\":{\"5\":\"00\"}", false},
        {"\"points\":{\"5\":5}", false},
        {"\"past\":{}", true},
        {"\"past\":{\"7K4QXM\":{\"upto\":0}}", true},
        {"\"past\":{\"7K4QXM\":{\"upto\":5,\"chain\":" CHAIN "}}", true},
        {"\"past\":[]", false},
        {"\"past\":{\"7K4QXM\":5}", false},
        {"\"past\":{\"7K4QX\":{\"upto\":0}}", false},
        {"\"past\":{\"7k4qxm\":{\"upto\":0}}", false},
        {"\"past\":{\"7K4QXM\":{}}", false},
        {"\"past\":{\"7K4QXM\":{\"upto\":-1}}", false},
        {"\"past\":{\"7K4QXM\":{\"upto\":5}}", false},
        {"\"past\":{\"7K4QXM\":{\"upto\":5,\"chain\":\"00\"}}", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct errctx e = {0};
        enum err result = read_member(w, 6, cases[i].member, &e);
        if (result != (cases[i].good ? ERR_OK : ERR_PROTOCOL))
            fail_msg("%s: %s", cases[i].member, result ? e.text : "was taken");
    }
}

static void more_points_and_lives_than_a_receipt_has_are_refused(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct buf lives = {0};
    struct buf points = {0};
    for (int i = 0; i <= RECEIPT_MAX_PAST; i++)
        buf_printf(&lives, "%s\"00%04d\":{\"upto\":0}", i ? "," : "\"past\":{", i);
    buf_putc(&lives, '}');
    assert_err(read_member(w, 6, buf_str(&lives), &e), ERR_PROTOCOL, "\"past\"");
    for (int count = RECEIPT_MAX_POINTS; count <= RECEIPT_MAX_POINTS + 1; count++) {
        buf_clear(&points);
        for (int i = 0; i < count; i++)
            buf_printf(&points, "%s\"%d\":" CHAIN, i ? "," : "\"points\":{", 99 - i);
        buf_putc(&points, '}');
        assert_int_equal(read_member(w, 99, buf_str(&points), &e),
                         count > RECEIPT_MAX_POINTS ? ERR_PROTOCOL : ERR_OK);
    }
    buf_done(&points);
    buf_done(&lives);
}

static void a_batch_is_not_taken_for_a_receipt(void **state)
{
    (void)state;
    struct errctx e;
    struct buf plain = {0};
    struct container c;
    struct receipt r;
    struct invitation i;
    struct batch_header h;
    test_data("batch/next.txt", &plain);
    assert_ok(container_split(&plain, &c, &e));
    assert_err(receipt_read(&c, &r, NULL, NULL, &e), ERR_PROTOCOL, "is a batch/1, not a receipt");
    assert_err(invitation_read(&c, &i, &e), ERR_PROTOCOL, "is a batch/1, not an invitation");
    container_done(&c);
    test_data("batch/receipt.txt", &plain);
    assert_ok(container_split(&plain, &c, &e));
    assert_err(batch_read_header(&c, &h, &e), ERR_PROTOCOL, "is a receipt/1, not a batch");
    container_done(&c);
}

/* --- invitations */

static struct invitation known_invitation(const struct world *w)
{
    struct invitation i = {.registry = w->registry.number,
                           .name = "Ministry of Mines, Kono",
                           .country = "SL",
                           .url = "https://mines.example/alluvia",
                           .pin = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                           .districts = {"SL-E", "SL-S"},
                           .district_count = 2,
                           .code = "ABCD-EFGH-JKMN-4P23",
                           .expires = 1796661845,
                           .incarnation = INCARNATION,
                           .at = 1795451745};
    memcpy(i.key, w->registry.key, KEY_BYTES);
    return i;
}

static void the_known_invitation_is_written_and_read(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct buf known = {0};
    struct buf plain = {0};
    struct container c;
    struct invitation read;
    struct invitation i = known_invitation(w);
    invitation_write(&i, &plain);
    container_sign(&plain, &w->registry);
    test_data("batch/invitation.txt", &known);
    assert_string_equal(plain.data, known.data);
    assert_ok(container_split(&plain, &c, &e));
    assert_ok(invitation_read(&c, &read, &e));
    assert_int_equal(read.registry, i.registry);
    assert_memory_equal(read.key, i.key, KEY_BYTES);
    assert_string_equal(read.name, i.name);
    assert_string_equal(read.country, "SL");
    assert_string_equal(read.url, i.url);
    assert_string_equal(read.pin, i.pin);
    assert_int_equal(read.district_count, 2);
    assert_string_equal(read.districts[1], "SL-S");
    assert_string_equal(read.code, i.code);
    assert_int_equal(read.expires, i.expires);
    assert_string_equal(read.incarnation, INCARNATION);
    assert_false(read.training);
    container_done(&c);
    buf_done(&known);
}

static enum err read_signed_by(const struct invitation *i, const struct device *by, struct invitation *out,
                               struct errctx *e)
{
    struct buf plain = {0};
    struct container c;
    invitation_write(i, &plain);
    container_sign(&plain, by);
    assert_int_equal(container_split(&plain, &c, e), ERR_OK);
    enum err result = invitation_read(&c, out, e);
    container_done(&c);
    return result;
}

static void an_invitation_without_its_options_is_read(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct invitation read;
    struct invitation i = known_invitation(w);
    i.url[0] = '\0';
    i.pin[0] = '\0';
    i.code[0] = '\0';
    i.expires = 0;
    i.district_count = 0;
    i.training = true;
    assert_ok(read_signed_by(&i, &w->registry, &read, &e));
    assert_string_equal(read.url, "");
    assert_string_equal(read.code, "");
    assert_int_equal(read.district_count, 0);
    assert_true(read.expires == 0);
    assert_true(read.training);
}

static void invitations_that_do_not_fit_together_are_refused(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct invitation read;
    struct invitation i = known_invitation(w);
    assert_err(read_signed_by(&i, &w->me, &read, &e), ERR_PROTOCOL, "bad-signature");
    i.registry ^= 1;
    assert_err(read_signed_by(&i, &w->registry, &read, &e), ERR_PROTOCOL, "\"registry\"");
    i = known_invitation(w);
    memcpy(i.code, "ABCD-EFGH-JKMN-4P24", sizeof i.code);
    assert_err(read_signed_by(&i, &w->registry, &read, &e), ERR_PROTOCOL, "\"code\"");
    i = known_invitation(w);
    memcpy(i.name, "two\nlines", 10);
    assert_err(read_signed_by(&i, &w->registry, &read, &e), ERR_PROTOCOL, "\"name\"");
    i = known_invitation(w);
    i.country[1] = '\0';
    assert_err(read_signed_by(&i, &w->registry, &read, &e), ERR_PROTOCOL, "\"country\"");
}

/* The known invitation with FROM replaced by TO, signed again. */
static enum err read_changed(const struct world *w, const char *from, const char *to, struct errctx *e)
{
    struct invitation i = known_invitation(w);
    struct invitation read;
    struct container c;
    struct buf plain = {0};
    struct buf changed = {0};
    invitation_write(&i, &plain);
    const char *at = strstr(buf_str(&plain), from);
    assert_non_null(at);
    buf_put(&changed, plain.data, (size_t)(at - plain.data));
    buf_puts(&changed, to);
    buf_puts(&changed, at + strlen(from));
    container_sign(&changed, &w->registry);
    assert_int_equal(container_split(&changed, &c, e), ERR_OK);
    enum err result = invitation_read(&c, &read, e);
    container_done(&c);
    buf_done(&plain);
    return result;
}

static void districts_and_codes_of_another_form_are_refused(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    struct buf many = {0};
    static const char two[] = "[\"SL-E\",\"SL-S\"]";
    assert_ok(read_changed(w, two, "[]", &e));
    assert_err(read_changed(w, two, "[\"SL-E\",5]", &e), ERR_PROTOCOL, "\"districts\"");
    assert_err(read_changed(w, two, "[\"SL-E-AND-MUCH-MORE-THAN-ANY-CODE-HAS\"]", &e), ERR_PROTOCOL,
               "\"districts\"");
    for (int count = MAX_DISTRICTS; count <= MAX_DISTRICTS + 1; count++) {
        buf_clear(&many);
        for (int i = 0; i < count; i++)
            buf_printf(&many, "%s\"SL-%d\"", i ? "," : "[", i);
        buf_putc(&many, ']');
        assert_int_equal(read_changed(w, two, buf_str(&many), &e),
                         count > MAX_DISTRICTS ? ERR_PROTOCOL : ERR_OK);
    }
    static const char code[] = "ABCD-EFGH-JKMN-4P23";
    assert_err(read_changed(w, code, "ABCD-EFGH-JKMN-4P2", &e), ERR_PROTOCOL, "\"code\"");
    assert_err(read_changed(w, code, "abcd-efgh-jkmn-4p23", &e), ERR_PROTOCOL, "\"code\"");
    assert_err(read_changed(w, code, "ABCDEFGHJKMN4P23", &e), ERR_PROTOCOL, "\"code\"");
    assert_err(read_changed(w, "\"country\":\"SL\"", "\"country\":\"SLE\"", &e), ERR_PROTOCOL, "\"country\"");
    assert_err(read_changed(w, "\"at\"", "\"training\":1,\"at\"", &e), ERR_PROTOCOL, "\"training\"");
    assert_ok(read_changed(w, "\"at\"", "\"training\":false,\"at\"", &e));
    buf_done(&many);
}

/* --- codes */

static void a_made_code_fits_its_registry_and_no_other(void **state)
{
    const struct world *w = *state;
    struct errctx e;
    char code[INVITATION_CODE_BYTES];
    char again[INVITATION_CODE_BYTES];
    char parsed[INVITATION_CODE_BYTES];
    invitation_code_make(w->registry.key, code);
    invitation_code_make(w->registry.key, again);
    assert_string_not_equal(code, again);
    assert_true(invitation_code_fits(code, w->registry.key));
    assert_false(invitation_code_fits(code, w->me.key));
    code[INVITATION_CODE_BYTES - 2] = '\0';
    assert_false(invitation_code_fits(code, w->registry.key));
    invitation_code_make(w->registry.key, code);
    assert_ok(invitation_code_parse(code, parsed, &e));
    assert_string_equal(parsed, code);
}

static void codes_are_understood_as_people_type_them(void **state)
{
    (void)state;
    static const char *const typed[] = {"ABCD-EFGH-JKMN-01PQ", "abcd efgh jkmn 01pq",
                                        "abcdefghjkmn01pq",    " ABCD-EFGH-JKMN-O1PQ\n",
                                        "ABCDEFGH-JKMN-OIPQ",  "a b c d efgh jkmn oLpq"};
    for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
        struct errctx e;
        char code[INVITATION_CODE_BYTES];
        assert_ok(invitation_code_parse(typed[i], code, &e));
        assert_string_equal(code, "ABCD-EFGH-JKMN-01PQ");
    }
}

static void what_is_no_code_is_refused(void **state)
{
    (void)state;
    struct errctx e;
    char code[INVITATION_CODE_BYTES];
    assert_err(invitation_code_parse("", code, &e), ERR_INVALID, "too short");
    assert_err(invitation_code_parse("ABCD-EFGH-JKMN-01P", code, &e), ERR_INVALID, "too short");
    assert_err(invitation_code_parse("ABCD-EFGH-JKMN-01PQR", code, &e), ERR_INVALID, "too long");
    assert_err(invitation_code_parse("ABCD-EFGH-JKMN-01PU", code, &e), ERR_INVALID, "wrong character");
    assert_err(invitation_code_parse("ABCD-EFGH-JKMN-01P\xc3", code, &e), ERR_INVALID, "wrong character");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_known_receipt_is_written_byte_for_byte),
        cmocka_unit_test(the_known_receipt_tells_what_became_of_each_entry),
        cmocka_unit_test(a_receipt_of_another_registry_does_not_verify),
        cmocka_unit_test(lines_that_do_not_belong_there_are_refused),
        cmocka_unit_test(headers_that_make_no_sense_are_refused),
        cmocka_unit_test(a_receipt_tells_how_far_earlier_lives_are_held),
        cmocka_unit_test(points_and_earlier_lives_that_make_no_sense_are_refused),
        cmocka_unit_test(more_points_and_lives_than_a_receipt_has_are_refused),
        cmocka_unit_test(a_batch_is_not_taken_for_a_receipt),
        cmocka_unit_test(the_known_invitation_is_written_and_read),
        cmocka_unit_test(an_invitation_without_its_options_is_read),
        cmocka_unit_test(invitations_that_do_not_fit_together_are_refused),
        cmocka_unit_test(districts_and_codes_of_another_form_are_refused),
        cmocka_unit_test(a_made_code_fits_its_registry_and_no_other),
        cmocka_unit_test(codes_are_understood_as_people_type_them),
        cmocka_unit_test(what_is_no_code_is_refused),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}

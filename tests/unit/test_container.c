#include "tests/lib/test.h"

#include <sodium.h>
#include <stdlib.h>
#include <zstd.h>

#include "sync/batch/container.h"
#include "sync/batch/limits.h"
#include "tests/lib/known.h"

static int sodium_is_ready(void **state)
{
    (void)state;
    struct errctx e;
    return device_module_init(&e) == ERR_OK ? 0 : -1;
}

static void put_text(struct buf *out, const char *text)
{
    buf_clear(out);
    buf_puts(out, text);
}

/* --- plain form */

static void a_signed_container_splits_into_header_and_lines(void **state)
{
    (void)state;
    struct errctx e;
    struct device me;
    struct device other;
    struct container c;
    struct buf plain = {0};
    const char *line = NULL;
    size_t len = 0;
    known_devices(&me, &other);
    put_text(&plain, "{\"alluvia\":\"batch/1\",\"new\":\"thing\"}\none\ntwo\n");
    container_sign(&plain, &me);
    assert_ok(container_split(&plain, &c, &e));
    assert_null(plain.data);
    assert_string_equal(c.kind, "batch/1");
    assert_string_equal(json_get_str(c.header, "new"), "thing");
    const char *at = c.lines;
    assert_true(container_next(&c, &at, &line, &len));
    assert_int_equal(len, 3);
    assert_memory_equal(line, "one", 3);
    assert_true(container_next(&c, &at, &line, &len));
    assert_memory_equal(line, "two", 3);
    assert_false(container_next(&c, &at, &line, &len));
    assert_ok(container_verify(&c, me.key, &e));
    assert_err(container_verify(&c, other.key, &e), ERR_PROTOCOL, "bad-signature");
    container_done(&c);
}

static enum err split_signed(const char *text, size_t len, struct errctx *e)
{
    struct device me;
    struct device other;
    struct container c;
    struct buf plain = {0};
    known_devices(&me, &other);
    buf_put(&plain, text, len);
    container_sign(&plain, &me);
    enum err result = container_split(&plain, &c, e);
    assert_null(plain.data);
    if (result == ERR_OK)
        container_done(&c);
    return result;
}

static void headers_of_another_form_or_version_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *words;
    } cases[] = {
        {"\n", "bad-form"},
        {"{}\n", "bad-form"},
        {"[\"alluvia\",\"batch/1\"]\n", "bad-form"},
        {"{\"alluvia\":1}\n", "bad-form"},
        {"{\"from\":\"7K4QXM\",\"alluvia\":\"batch/1\"}\n", "bad-form"},
        {"{\"alluvia\":\"batch/1\"\n", "bad-form"},
        {"{\"alluvia\":\"batch/1\",\"at\":1,\"at\":2}\n", "bad-form"},
        {"{\"alluvia\":\"batch/2\"}\n", "unknown-version"},
        {"{\"alluvia\":\"feed/2\"}\n", "unknown-version"},
        {"{\"alluvia\":\"batch/1\"}", "bad-form"},
        {"{\"alluvia\":\"batch/1\"}\nno line break", "bad-form"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct errctx e;
        assert_err(split_signed(cases[i].text, strlen(cases[i].text), &e), ERR_PROTOCOL, cases[i].words);
    }
}

static void zero_bytes_are_refused(void **state)
{
    (void)state;
    struct errctx e;
    static const char text[] = "{\"alluvia\":\"batch/1\"}\nab\0cd\n";
    assert_err(split_signed(text, sizeof text - 1, &e), ERR_PROTOCOL, "zero byte");
}

static void a_header_beyond_its_limit_is_refused(void **state)
{
    (void)state;
    struct errctx e;
    struct buf text = {0};
    put_text(&text, "{\"alluvia\":\"batch/1\",\"x\":\"");
    while (text.len < BATCH_MAX_HEADER)
        buf_putc(&text, 'x');
    buf_puts(&text, "\"}\n");
    assert_err(split_signed(text.data, text.len, &e), ERR_PROTOCOL, "too long");
    buf_done(&text);
}

static void a_header_of_more_members_than_any_has_is_refused(void **state)
{
    (void)state;
    for (int count = 64; count <= 65; count++) {
        struct errctx e = {0};
        struct buf text = {0};
        put_text(&text, "{\"alluvia\":\"batch/1\"");
        for (int i = 1; i < count; i++)
            buf_printf(&text, ",\"m%d\":1", i);
        buf_puts(&text, "}\n");
        assert_err(split_signed(text.data, text.len, &e), count > 64 ? ERR_PROTOCOL : ERR_OK,
                   count > 64 ? "too many" : "");
        buf_done(&text);
    }
}

static void what_has_no_signature_line_is_refused(void **state)
{
    (void)state;
    struct errctx e;
    struct container c;
    struct buf plain = {0};
    static const char *const cases[] = {
        "",
        "{\"alluvia\":\"batch/1\"}\n",
        "{\"alluvia\":\"batch/1\"}\n{\"sig\":\"\"}\n",
        "<html><body>Welcome to the hotel. Accept the terms to go on to the internet. Please enter your room "
        "number and name to be connected free of charge.</body></html>\n",
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        put_text(&plain, cases[i]);
        assert_err(container_split(&plain, &c, &e), ERR_PROTOCOL, "bad-form");
    }
}

static void every_changed_byte_of_the_plain_form_is_refused(void **state)
{
    (void)state;
    struct errctx e;
    struct device me;
    struct device other;
    struct buf known = {0};
    known_devices(&me, &other);
    test_data("batch/next.txt", &known);
    for (size_t i = 0; i < known.len; i++) {
        struct container c;
        struct buf plain = {0};
        buf_put(&plain, known.data, known.len);
        plain.data[i] ^= 1;
        enum err result = container_split(&plain, &c, &e);
        if (result == ERR_OK) {
            assert_err(container_verify(&c, me.key, &e), ERR_PROTOCOL, "bad-signature");
            container_done(&c);
        }
    }
    buf_done(&known);
}

/* --- compressed form */

static void pack_known(const struct buf *prefix, struct buf *plain, struct buf *packed)
{
    struct errctx e;
    test_data("batch/next.txt", plain);
    assert_ok(container_pack(plain, prefix->data, prefix->len, packed, &e));
}

static void packing_and_unpacking_are_inverse(void **state)
{
    (void)state;
    struct errctx e;
    struct buf none = {0};
    struct buf plain = {0};
    struct buf packed = {0};
    struct buf again = {0};
    pack_known(&none, &plain, &packed);
    assert_true(packed.len < plain.len);
    assert_ok(container_unpack(packed.data, packed.len, NULL, 0, &again, &e));
    assert_string_equal(again.data, plain.data);
    buf_done(&plain);
    buf_done(&packed);
    buf_done(&again);
}

static void a_prefix_makes_it_smaller_and_is_needed_again(void **state)
{
    (void)state;
    struct errctx e;
    struct buf none = {0};
    struct buf prefix = {0};
    struct buf plain = {0};
    struct buf small = {0};
    struct buf alone = {0};
    struct buf again = {0};
    uint8_t hash[32];
    test_data("journal/entries.jsonl", &prefix);
    pack_known(&prefix, &plain, &small);
    buf_clear(&plain);
    pack_known(&none, &plain, &alone);
    assert_true(small.len + 100 < alone.len);
    assert_true(container_needs_prefix(small.data, small.len, hash));
    assert_false(container_needs_prefix(alone.data, alone.len, hash));
    assert_ok(container_unpack(small.data, small.len, prefix.data, prefix.len, &again, &e));
    assert_string_equal(again.data, plain.data);
    assert_err(container_unpack(small.data, small.len, NULL, 0, &again, &e), ERR_PROTOCOL, "unknown-prefix");
    assert_err(container_unpack(small.data, small.len, prefix.data, prefix.len - 1, &again, &e), ERR_PROTOCOL,
               "unknown-prefix");
    buf_done(&prefix);
    buf_done(&plain);
    buf_done(&small);
    buf_done(&alone);
    buf_done(&again);
}

static void a_prefix_that_is_not_needed_does_no_harm(void **state)
{
    (void)state;
    struct errctx e;
    struct buf none = {0};
    struct buf plain = {0};
    struct buf packed = {0};
    struct buf again = {0};
    pack_known(&none, &plain, &packed);
    assert_ok(container_unpack(packed.data, packed.len, "abc", 3, &again, &e));
    assert_string_equal(again.data, plain.data);
    buf_done(&plain);
    buf_done(&packed);
    buf_done(&again);
}

static enum err unpack_damaged(const struct buf *packed, size_t len, const struct buf *prefix,
                               struct buf *plain)
{
    struct errctx e;
    buf_clear(plain);
    return container_unpack(packed->data, len, prefix->data, prefix->len, plain, &e);
}

/* A bit that zstd reserves for later may be set without an effect. What is signed are the lines: then they
 * must come out as they were. */
static void assert_refused_or_same(const struct buf *packed, const struct buf *prefix,
                                   const struct buf *plain)
{
    struct buf again = {0};
    if (unpack_damaged(packed, packed->len, prefix, &again) == ERR_OK)
        assert_string_equal(again.data, plain->data);
    buf_done(&again);
}

static void every_change_and_every_cut_is_refused(const struct buf *prefix)
{
    struct buf plain = {0};
    struct buf packed = {0};
    struct buf again = {0};
    pack_known(prefix, &plain, &packed);
    for (size_t i = 0; i < packed.len; i++) {
        packed.data[i] = (char)~packed.data[i];
        assert_int_equal(unpack_damaged(&packed, packed.len, prefix, &again), ERR_PROTOCOL);
        packed.data[i] = (char)~packed.data[i];
        for (unsigned bit = 0; bit < 8; bit++) {
            packed.data[i] = (char)(packed.data[i] ^ (1 << bit));
            assert_refused_or_same(&packed, prefix, &plain);
            packed.data[i] = (char)(packed.data[i] ^ (1 << bit));
        }
        assert_int_equal(unpack_damaged(&packed, i, prefix, &again), ERR_PROTOCOL);
    }
    buf_putc(&packed, '\0');
    assert_int_equal(unpack_damaged(&packed, packed.len, prefix, &again), ERR_PROTOCOL);
    buf_done(&plain);
    buf_done(&packed);
    buf_done(&again);
}

static void every_changed_byte_and_every_cut_of_a_frame_is_refused(void **state)
{
    (void)state;
    struct buf none = {0};
    every_change_and_every_cut_is_refused(&none);
}

static void every_changed_byte_and_every_cut_of_a_frame_with_prefix_is_refused(void **state)
{
    (void)state;
    struct buf prefix = {0};
    test_data("journal/entries.jsonl", &prefix);
    every_change_and_every_cut_is_refused(&prefix);
    buf_done(&prefix);
}

/* --- hostile frames */

static void assert_frame(const void *bytes, size_t len, const char *words)
{
    struct errctx e;
    struct buf plain = {0};
    assert_err(container_unpack(bytes, len, NULL, 0, &plain, &e), ERR_PROTOCOL, words);
    assert_int_equal(plain.size, 0);
    buf_done(&plain);
}

static void a_bomb_is_refused_before_it_is_opened(void **state)
{
    (void)state;
    size_t size = (size_t)BATCH_MAX_PLAIN - 1;
    char *zeros = mem_zero(size, 1);
    size_t room = ZSTD_compressBound(size);
    char *bomb = mem_alloc(room);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    size_t len = ZSTD_compress2(zstd, bomb, room, zeros, size);
    assert_false(ZSTD_isError(len));
    assert_frame(bomb, len, "too-large: decompressed more than 200 times");
    ZSTD_freeCCtx(zstd);
    free(bomb);
    free(zeros);
}

static void a_frame_that_claims_ten_gigabytes_is_refused(void **state)
{
    (void)state;
    /* Magic; content size of eight bytes, one segment, checksum; 10 GiB; one empty last block; checksum. */
    static const unsigned char frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0xe4, 0, 0, 0, 0x80, 2,
                                          0,    0,    0,    1,    0,    0, 0, 0, 0,    0};
    assert_frame(frame, sizeof frame, "too-large: 10737418240 bytes decompressed");
}

static void a_frame_that_lies_about_its_size_is_refused(void **state)
{
    (void)state;
    struct errctx e;
    struct buf plain = {0};
    struct buf packed = {0};
    struct buf out = {0};
    for (int i = 0; i < 300; i++)
        buf_printf(&plain, "%d,", i * i);
    assert_ok(container_pack(&plain, NULL, 0, &packed, &e));
    assert_int_equal((unsigned char)packed.data[4], 0x64); /* a size of two bytes behind the descriptor */
    for (int change = -1; change <= 1; change += 2) {
        packed.data[5] = (char)(packed.data[5] + change);
        assert_err(container_unpack(packed.data, packed.len, NULL, 0, &out, &e), ERR_PROTOCOL, "damaged");
        packed.data[5] = (char)(packed.data[5] - change);
    }
    buf_done(&plain);
    buf_done(&packed);
    buf_done(&out);
}

static void frames_without_size_or_checksum_are_refused(void **state)
{
    (void)state;
    static const char text[] = "some text that does not matter";
    char frame[256];
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    size_t len = ZSTD_compress2(zstd, frame, sizeof frame, text, sizeof text);
    assert_frame(frame, len, "no checksum");
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_contentSizeFlag, 0);
    len = ZSTD_compress2(zstd, frame, sizeof frame, text, sizeof text);
    assert_frame(frame, len, "does not say its size");
    ZSTD_freeCCtx(zstd);
}

static void two_frames_and_other_bytes_are_refused(void **state)
{
    (void)state;
    struct buf none = {0};
    struct buf plain = {0};
    struct buf packed = {0};
    pack_known(&none, &plain, &packed);
    struct buf twice = {0};
    buf_put(&twice, packed.data, packed.len);
    buf_put(&twice, packed.data, packed.len);
    assert_frame(twice.data, twice.len, "stands behind it");
    assert_frame("", 0, "not a zstd frame");
    assert_frame(plain.data, plain.len, "unknown-version");
    assert_frame("<html>Please log in</html>", 26, "not a zstd frame");
    buf_done(&twice);
    buf_done(&plain);
    buf_done(&packed);
}

static void a_frame_beyond_eight_mebibytes_is_neither_packed_nor_opened(void **state)
{
    (void)state;
    struct errctx e;
    struct buf plain = {0};
    struct buf packed = {0};
    struct buf out = {0};
    static const uint8_t seed[randombytes_SEEDBYTES];
    size_t len = (size_t)BATCH_MAX_COMPRESSED + 1;
    randombytes_buf_deterministic(buf_reserve(&plain, len), len, seed); /* nothing makes it smaller */
    buf_truncate(&plain, len);
    buf_puts(&packed, "as it was");
    assert_err(container_pack(&plain, NULL, 0, &packed, &e), ERR_PROTOCOL,
               "bytes compressed, at most 8388608");
    assert_string_equal(buf_str(&packed), "as it was");
    buf_clear(&packed);
    size_t room = ZSTD_compressBound(len);
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
    size_t frame = ZSTD_compress2(zstd, buf_reserve(&packed, room), room, plain.data, plain.len);
    ZSTD_freeCCtx(zstd);
    assert_false(ZSTD_isError(frame));
    assert_err(container_unpack(packed.data, frame, NULL, 0, &out, &e), ERR_PROTOCOL, "bytes compressed");
    assert_int_equal(out.size, 0);
    buf_done(&plain);
    buf_done(&packed);
}

static void what_would_be_refused_is_not_packed(void **state)
{
    (void)state;
    struct errctx e;
    struct buf plain = {0};
    struct buf packed = {0};
    for (int i = 0; i < 200000; i++)
        buf_puts(&plain, "the same again\n");
    assert_err(container_pack(&plain, NULL, 0, &packed, &e), ERR_PROTOCOL, "too-large");
    assert_int_equal(packed.len, 0);
    buf_done(&plain);
    buf_done(&packed);
}

/* --- sealed form */

static void a_sealed_file_opens_for_its_key_alone(void **state)
{
    (void)state;
    struct errctx e;
    struct device me;
    struct device registry;
    struct buf sealed = {0};
    struct buf opened = {0};
    uint32_t to = 0;
    known_devices(&me, &registry);
    assert_ok(container_seal("secret", 6, registry.key, &sealed, &e));
    assert_true(container_is_sealed(sealed.data, sealed.len, &to));
    assert_int_equal(to, registry.number);
    assert_ok(container_open_seal(sealed.data, sealed.len, &registry, &opened, &e));
    assert_string_equal(opened.data, "secret");
    assert_err(container_open_seal(sealed.data, sealed.len, &me, &opened, &e), ERR_DENIED,
               "sealed for 4P23PE");
    buf_done(&sealed);
    buf_done(&opened);
}

static void every_changed_bit_and_every_cut_of_a_sealed_file_is_refused(void **state)
{
    (void)state;
    struct errctx e;
    struct device me;
    struct device registry;
    struct buf sealed = {0};
    struct buf opened = {0};
    known_devices(&me, &registry);
    assert_ok(container_seal("secret", 6, registry.key, &sealed, &e));
    for (size_t i = 0; i < sealed.len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            sealed.data[i] = (char)(sealed.data[i] ^ (1 << bit));
            assert_int_not_equal(container_open_seal(sealed.data, sealed.len, &registry, &opened, &e),
                                 ERR_OK);
            sealed.data[i] = (char)(sealed.data[i] ^ (1 << bit));
        }
        assert_err(container_open_seal(sealed.data, i, &registry, &opened, &e), ERR_PROTOCOL, "bad-form");
    }
    assert_int_equal(opened.len, 0);
    buf_done(&sealed);
    buf_done(&opened);
}

static void to_a_key_that_is_none_nothing_is_sealed(void **state)
{
    (void)state;
    struct errctx e;
    struct buf sealed = {0};
    static const uint8_t nothing[KEY_BYTES];
    assert_err(container_seal("secret", 6, nothing, &sealed, &e), ERR_INVALID, "cannot be sealed to");
    assert_int_equal(sealed.len, 0);
}

static void a_sealed_file_beyond_its_limit_is_refused_before_it_is_opened(void **state)
{
    (void)state;
    struct errctx e;
    struct device me;
    struct device registry;
    struct buf sealed = {0};
    struct buf opened = {0};
    known_devices(&me, &registry);
    assert_ok(container_seal("secret", 6, registry.key, &sealed, &e));
    size_t more = (size_t)BATCH_MAX_COMPRESSED + 1;
    memset(buf_reserve(&sealed, more), 0, more);
    buf_truncate(&sealed, sealed.len + more);
    assert_err(container_open_seal(sealed.data, sealed.len, &registry, &opened, &e), ERR_PROTOCOL,
               "too-large");
    assert_int_equal(opened.size, 0);
    buf_done(&sealed);
}

static void what_is_not_sealed_is_not_taken_for_it(void **state)
{
    (void)state;
    uint32_t to = 0;
    static const char *const cases[] = {"", "{\"alluvia\":\"batch/1\"}\n",
                                        "{\"alluvia\":\"sealed/1\",\"to\":\"4p23pe\"}\n",
                                        "{\"alluvia\":\"sealed/2\",\"to\":\"4P23PE\"}\n"};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_false(container_is_sealed(cases[i], strlen(cases[i]), &to));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_signed_container_splits_into_header_and_lines),
        cmocka_unit_test(headers_of_another_form_or_version_are_refused),
        cmocka_unit_test(zero_bytes_are_refused),
        cmocka_unit_test(a_header_beyond_its_limit_is_refused),
        cmocka_unit_test(a_header_of_more_members_than_any_has_is_refused),
        cmocka_unit_test(what_has_no_signature_line_is_refused),
        cmocka_unit_test(every_changed_byte_of_the_plain_form_is_refused),
        cmocka_unit_test(packing_and_unpacking_are_inverse),
        cmocka_unit_test(a_prefix_makes_it_smaller_and_is_needed_again),
        cmocka_unit_test(a_prefix_that_is_not_needed_does_no_harm),
        cmocka_unit_test(every_changed_byte_and_every_cut_of_a_frame_is_refused),
        cmocka_unit_test(every_changed_byte_and_every_cut_of_a_frame_with_prefix_is_refused),
        cmocka_unit_test(a_bomb_is_refused_before_it_is_opened),
        cmocka_unit_test(a_frame_that_claims_ten_gigabytes_is_refused),
        cmocka_unit_test(a_frame_that_lies_about_its_size_is_refused),
        cmocka_unit_test(frames_without_size_or_checksum_are_refused),
        cmocka_unit_test(two_frames_and_other_bytes_are_refused),
        cmocka_unit_test(a_frame_beyond_eight_mebibytes_is_neither_packed_nor_opened),
        cmocka_unit_test(what_would_be_refused_is_not_packed),
        cmocka_unit_test(a_sealed_file_opens_for_its_key_alone),
        cmocka_unit_test(every_changed_bit_and_every_cut_of_a_sealed_file_is_refused),
        cmocka_unit_test(to_a_key_that_is_none_nothing_is_sealed),
        cmocka_unit_test(a_sealed_file_beyond_its_limit_is_refused_before_it_is_opened),
        cmocka_unit_test(what_is_not_sealed_is_not_taken_for_it),
    };
    return cmocka_run_group_tests(tests, sodium_is_ready, NULL);
}

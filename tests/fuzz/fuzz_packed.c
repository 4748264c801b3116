/* Bytes that may be a packed or a sealed container: within the limits, and never more memory than they allow.
 */
#include "sync/batch/batch.h"
#include "tests/fuzz/fuzz.h"

static void look_into(struct buf *plain)
{
    struct container c = {0};
    struct errctx e;
    if (container_split(plain, &c, &e) == ERR_OK) {
        const char *at = c.lines;
        const char *line = NULL;
        size_t len = 0;
        size_t sum = 0;
        while (container_next(&c, &at, &line, &len))
            sum += len + 1;
        FUZZ_EXPECT(sum == c.lines_len);
        FUZZ_EXPECT(c.kind != NULL && c.header != NULL);
        (void)!container_verify(&c, fuzz_device()->key, &e);
        container_done(&c);
    } else {
        FUZZ_EXPECT(e.kind == ERR_PROTOCOL);
    }
}

static void unpack(const void *bytes, size_t len)
{
    static const char prefix[] = "{\"at\":1,\"by\":\"-\"}\n";
    struct buf plain = {0};
    struct errctx e;
    uint8_t hash[32];
    bool prefixed = container_needs_prefix(bytes, len, hash);
    enum err result =
        container_unpack(bytes, len, prefixed ? prefix : NULL, prefixed ? sizeof prefix - 1 : 0, &plain, &e);
    FUZZ_EXPECT(result == ERR_OK || result == ERR_PROTOCOL);
    FUZZ_EXPECT(plain.len <= BATCH_MAX_PLAIN);
    if (result == ERR_OK)
        look_into(&plain);
    buf_done(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct buf inner = {0};
    struct errctx e;
    uint32_t to = 0;
    unpack(data, len);
    if (container_is_sealed(data, len, &to) &&
        container_open_seal(data, len, fuzz_device(), &inner, &e) == ERR_OK)
        unpack(inner.data, inner.len);
    buf_done(&inner);
    return 0;
}

/* The compressed form of containers. */
#include <sodium.h>
#include <string.h>
#include <zstd.h>

#include "sync/batch/container.h"
#include "sync/batch/limits.h"

/*
 * Measured on yields of 320 bytes a line (bytes and microseconds an entry, a batch of 500 with prefix):
 * level 3: 26.8 and 0.5; 9: 20.5 and 3.4; 12: 19.3 and 5; 15: 18.6 and 28; 19: 16.9 and 115. A laptop ten
 * times slower on a 48 kbit/s link loses with every level above 12 more time than the bytes are worth. Tables
 * of 2^18 cost 0.4 % of the size and keep 5,000 entries within 2 MiB of memory instead of 25. The window that
 * zstd takes by itself already reaches over prefix and batch, and long-distance matching makes them larger.
 */
enum {
    LEVEL = 12,
    TABLE_LOG = 18,
};

enum {
    HASH_BYTES = crypto_hash_sha256_BYTES,
    /* RFC 8878, section 3.1.1.1.1: in the byte behind the magic, the low five bits say: unused, reserved,
     * checksum, and two bits for the length of a dictionary id. */
    DESCRIPTOR_MASK = 0x1F,
    DESCRIPTOR_CHECKSUM = 0x04,
    DESCRIPTOR_AT = 4,
};

/* RFC 9842, section 5: a skippable frame's magic and its length, which the hash of the dictionary fills. */
static const unsigned char DCZ[8] = {0x5e, 0x2a, 0x4d, 0x18, 0x20, 0x00, 0x00, 0x00};
static const unsigned char ZSTD[4] = {0x28, 0xb5, 0x2f, 0xfd};

static size_t configure(ZSTD_CCtx *zstd, const void *prefix, size_t prefix_len)
{
    static const struct {
        ZSTD_cParameter what;
        int value;
    } settings[] = {
        {ZSTD_c_compressionLevel, LEVEL}, {ZSTD_c_hashLog, TABLE_LOG}, {ZSTD_c_chainLog, TABLE_LOG},
        {ZSTD_c_contentSizeFlag, 1},      {ZSTD_c_checksumFlag, 1},
    };
    size_t code = 0;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0] && !ZSTD_isError(code); i++)
        code = ZSTD_CCtx_setParameter(zstd, settings[i].what, settings[i].value);
    if (!ZSTD_isError(code) && prefix_len > 0)
        code = ZSTD_CCtx_refPrefix(zstd, prefix, prefix_len);
    return code;
}

/* The limits hold at both ends, so that nothing is sent that the other side must refuse. */
static enum err check_sizes(uint64_t plain, size_t packed, struct errctx *e)
{
    if (packed > BATCH_MAX_COMPRESSED)
        return err_fail(e, ERR_PROTOCOL, "too-large: %zu bytes compressed, at most %d", packed,
                        BATCH_MAX_COMPRESSED);
    if (plain > BATCH_MAX_PLAIN)
        return err_fail(e, ERR_PROTOCOL, "too-large: %llu bytes decompressed, at most %d",
                        (unsigned long long)plain, BATCH_MAX_PLAIN);
    if (plain > BATCH_RATIO_FREE && plain / BATCH_MAX_RATIO > packed)
        return err_fail(e, ERR_PROTOCOL, "too-large: decompressed more than %d times the size",
                        BATCH_MAX_RATIO);
    return ERR_OK;
}

static size_t compress(ZSTD_CCtx *zstd, const struct buf *plain, const void *prefix, size_t prefix_len,
                       struct buf *out)
{
    size_t code = configure(zstd, prefix, prefix_len);
    if (ZSTD_isError(code))
        return code;
    size_t room = ZSTD_compressBound(plain->len);
    code = ZSTD_compress2(zstd, buf_reserve(out, room), room, plain->data, plain->len);
    if (!ZSTD_isError(code))
        buf_truncate(out, out->len + code);
    return code;
}

enum err container_pack(const struct buf *plain, const void *prefix, size_t prefix_len, struct buf *out,
                        struct errctx *e)
{
    ZSTD_CCtx *zstd = ZSTD_createCCtx();
    if (!zstd)
        buf_out_of_memory();
    size_t before = out->len;
    if (prefix_len > 0) {
        unsigned char hash[HASH_BYTES];
        crypto_hash_sha256(hash, prefix, prefix_len);
        buf_put(out, DCZ, sizeof DCZ);
        buf_put(out, hash, sizeof hash);
    }
    size_t code = compress(zstd, plain, prefix, prefix_len, out);
    ZSTD_freeCCtx(zstd);
    enum err result = ZSTD_isError(code) ? err_fail(e, ERR_INTERNAL, "zstd: %s", ZSTD_getErrorName(code))
                                         : check_sizes(plain->len, out->len - before, e);
    if (result != ERR_OK)
        buf_truncate(out, before);
    return result;
}

bool container_needs_prefix(const void *bytes, size_t len, uint8_t hash[32])
{
    if (len < sizeof DCZ + HASH_BYTES || memcmp(bytes, DCZ, sizeof DCZ) != 0)
        return false;
    memcpy(hash, (const unsigned char *)bytes + sizeof DCZ, HASH_BYTES);
    return true;
}

static enum err bad_form(struct errctx *e, const char *what)
{
    return err_fail(e, ERR_PROTOCOL, "bad-form: %s", what);
}

/*
 * Everything that a frame claims of itself is checked before a byte of it is decompressed: it is one whole
 * frame and nothing else, has a checksum, needs no dictionary by number, and says its size.
 */
static enum err check_frame(const unsigned char *frame, size_t len, size_t packed, uint64_t *out_size,
                            struct errctx *e)
{
    static const char other[] = "{\"alluvia\":\"";
    if (len >= sizeof other && memcmp(frame, other, sizeof other - 1) == 0)
        return err_fail(e, ERR_PROTOCOL, "unknown-version: a file of a kind that this program does not know");
    if (len <= DESCRIPTOR_AT || memcmp(frame, ZSTD, sizeof ZSTD) != 0)
        return bad_form(e, "is not a zstd frame");
    if ((frame[DESCRIPTOR_AT] & DESCRIPTOR_MASK) != DESCRIPTOR_CHECKSUM)
        return bad_form(e, "the frame has no checksum, or needs a dictionary");
    unsigned long long size = ZSTD_getFrameContentSize(frame, len);
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
        return bad_form(e, "the frame does not say its size");
    if (check_sizes(size, packed, e) != ERR_OK)
        return e->kind;
    if (ZSTD_findFrameCompressedSize(frame, len) != len)
        return bad_form(e, "the frame is damaged, cut short, or something stands behind it");
    *out_size = size;
    return ERR_OK;
}

/* The room is what the frame claims, which the limits allow; a frame that holds more or less than it claims
 * fails. */
static enum err decompress(const unsigned char *frame, size_t len, const void *prefix, size_t prefix_len,
                           size_t size, struct buf *out, struct errctx *e)
{
    ZSTD_DCtx *zstd = ZSTD_createDCtx();
    if (!zstd)
        buf_out_of_memory();
    size_t code = prefix_len > 0 ? ZSTD_DCtx_refPrefix(zstd, prefix, prefix_len) : 0;
    if (!ZSTD_isError(code))
        code = ZSTD_decompressDCtx(zstd, buf_reserve(out, size), size, frame, len);
    ZSTD_freeDCtx(zstd);
    if (ZSTD_isError(code) || code != size) {
        buf_truncate(out, out->len);
        return bad_form(e, "the frame is damaged");
    }
    buf_truncate(out, out->len + size);
    return ERR_OK;
}

enum err container_unpack(const void *bytes, size_t len, const void *prefix, size_t prefix_len,
                          struct buf *out, struct errctx *e)
{
    const unsigned char *frame = bytes;
    unsigned char needed[HASH_BYTES];
    size_t frame_len = len;
    uint64_t size = 0;
    if (container_needs_prefix(bytes, len, needed)) {
        unsigned char hash[HASH_BYTES];
        crypto_hash_sha256(hash, prefix_len > 0 ? prefix : "", prefix_len);
        if (prefix_len == 0 || memcmp(hash, needed, sizeof hash) != 0)
            return err_fail(e, ERR_PROTOCOL, "unknown-prefix: the prefix of this frame is not held here");
        frame += sizeof DCZ + HASH_BYTES;
        frame_len -= sizeof DCZ + HASH_BYTES;
    } else {
        prefix_len = 0;
    }
    if (check_frame(frame, frame_len, len, &size, e) != ERR_OK)
        return e->kind;
    return decompress(frame, frame_len, prefix, prefix_len, (size_t)size, out, e);
}

#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/batch/container.h"

void fuzz_fail(const char *promise, const char *file, int line)
{
    (void)fprintf(stderr, "%s:%d: a promise is broken: %s\n", file, line, promise);
    abort();
}

const struct device *fuzz_device(void)
{
    static struct device me;
    static bool made;
    if (!made) {
        uint8_t seed[SEED_BYTES];
        struct errctx e;
        memset(seed, 7, sizeof seed);
        FUZZ_EXPECT(device_module_init(&e) == ERR_OK);
        device_from_seed(seed, &me);
        made = true;
    }
    return &me;
}

bool fuzz_pack(const uint8_t *text, size_t len, struct buf *packed)
{
    struct buf plain = {0};
    struct errctx e;
    buf_put(&plain, text, len);
    container_sign(&plain, fuzz_device());
    enum err result = container_pack(&plain, NULL, 0, packed, &e);
    buf_done(&plain);
    return result == ERR_OK;
}

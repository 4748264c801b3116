/*
 * What the fuzz programs share. Each has one function that takes bytes as a stranger could send them and
 * looks at what the readers promise of them; a promise that is not kept ends the program. Under libFuzzer the
 * bytes are looked for (tests/fuzz/run); under ctest those of the corpus, and random changes of them, are
 * tried again (replay.c).
 */
#ifndef ALLUVIA_TESTS_FUZZ_H
#define ALLUVIA_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "schema/base/buf.h"
#include "sync/journal/device.h"

/* The name is libFuzzer's; 0 always. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* Ends the program, with its place, unless the promise is kept. */
#define FUZZ_EXPECT(promise)                                                                                 \
    do {                                                                                                     \
        if (!(promise))                                                                                      \
            fuzz_fail(#promise, __FILE__, __LINE__);                                                         \
    } while (0)
void fuzz_fail(const char *promise, const char *file, int line) __attribute__((noreturn));

/* The device whose signature is always right: strangers have keys of their own too. */
const struct device *fuzz_device(void);
/* Signs TEXT as a container by that device and packs it as it travels; false when it is too large. */
bool fuzz_pack(const uint8_t *text, size_t len, struct buf *packed);

#endif

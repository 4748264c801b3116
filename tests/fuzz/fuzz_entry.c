/* A line that may be an entry: what is taken is what would be written again, byte for byte. */
#include <stdlib.h>
#include <string.h>

#include "sync/journal/entry.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct entry entry;
    struct errctx e;
    struct buf again = {0};
    char *pointer = NULL;
    enum err result = entry_read((const char *)data, len, &entry, &pointer, &e);
    FUZZ_EXPECT(result == ERR_OK || result == ERR_INVALID);
    if (result == ERR_OK) {
        FUZZ_EXPECT(pointer == NULL);
        FUZZ_EXPECT(len <= ENTRY_MAX_BYTES);
        entry_write(&entry, &again);
        FUZZ_EXPECT(again.len == len && memcmp(again.data, data, len) == 0);
        entry_done(&entry);
    } else {
        FUZZ_EXPECT(e.text[0] != '\0');
    }
    free(pointer);
    buf_done(&again);
    return 0;
}

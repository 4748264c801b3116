/* A file of rows, as a spreadsheet or an editor left it: read in pieces of any size it says the same, and
 * what was read is read again from what we would write. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/csv.h"
#include "tests/fuzz/fuzz.h"

struct pieces {
    struct csv_bytes bytes;
    size_t step;
};

static enum err read_piece(void *arg, char *into, size_t size, size_t *out_len, struct errctx *e)
{
    struct pieces *p = arg;
    struct csv_source all = csv_from_bytes(&p->bytes);
    return all.read(all.arg, into, size < p->step ? size : p->step, out_len, e);
}

/* Appends every whole row as this program writes it; returns how many rows were broken. */
static size_t read_all(const uint8_t *data, size_t len, size_t step, struct buf *out)
{
    struct pieces pieces = {{(const char *)data, len}, step};
    struct csv_out writer = {.to = out};
    struct csv *csv = NULL;
    struct errctx e;
    size_t broken = 0;
    bool row = true;
    if (csv_open((struct csv_source){read_piece, &pieces}, &csv, &e) != ERR_OK)
        return SIZE_MAX;
    for (size_t i = 0; i < csv_columns(csv); i++)
        csv_put(&writer, csv_name(csv, i));
    csv_put_end(&writer);
    while (row) {
        size_t raw = 0;
        enum err result = csv_next(csv, &row, &e);
        FUZZ_EXPECT(result == ERR_OK || result == ERR_INVALID);
        broken += result != ERR_OK;
        row = row || result != ERR_OK;
        for (size_t i = 0; result == ERR_OK && row && i < csv_columns(csv); i++)
            csv_put(&writer, csv_value(csv, i));
        if (result == ERR_OK && row) {
            csv_put_end(&writer);
            FUZZ_EXPECT(csv_raw(csv, &raw) != NULL && raw <= CSV_MAX_ROW_BYTES);
        }
    }
    csv_close(csv);
    return broken;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct buf whole = {0};
    struct buf slow = {0};
    struct buf again = {0};
    size_t broken = read_all(data, len, len + 1, &whole);
    FUZZ_EXPECT(read_all(data, len, 1, &slow) == broken);
    FUZZ_EXPECT(slow.len == whole.len && (slow.len == 0 || memcmp(slow.data, whole.data, slow.len) == 0));
    if (broken != SIZE_MAX) {
        FUZZ_EXPECT(read_all((const uint8_t *)whole.data, whole.len, whole.len + 1, &again) == 0);
        FUZZ_EXPECT(again.len == whole.len && memcmp(again.data, whole.data, again.len) == 0);
    }
    buf_done(&whole);
    buf_done(&slow);
    buf_done(&again);
    return 0;
}

/*
 * What a person types or a file of rows holds for a field: the first line names entity and flag, the rest is
 * the value. What is taken stands within the field's bounds, can be written down as an entry, and means the
 * same when it is typed again as it is shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/record/record.h"
#include "sync/journal/entry.h"
#include "tests/fuzz/fuzz.h"

enum {
    TODAY = 20780 /* 2026-11-23 */
};

static struct codes *codes_of_the_test(void)
{
    static struct codes *codes;
    struct errctx e;
    if (!codes)
        FUZZ_EXPECT(codes_new("SL", &codes, &e) == ERR_OK);
    return codes;
}

/* ERR_OK only when the whole entry is one that a strict reader takes. */
static void write_as_entry(const struct record *r)
{
    struct entry entry;
    struct entry read;
    struct buf line = {0};
    struct errctx e;
    entry_init(&entry);
    entry.at = 1795452245;
    (void)snprintf(entry.by, sizeof entry.by, "amina");
    entry.op = OP_ADD;
    record_copy(&entry.record, r);
    entry_write(&entry, &line);
    enum err result = entry_read(buf_str(&line), line.len, &read, NULL, &e);
    FUZZ_EXPECT(result == ERR_OK);
    entry_done(&read);
    entry_done(&entry);
    buf_done(&line);
}

static void type_again(const struct record *r, int field, const struct reader *with)
{
    struct record again;
    struct buf shown = {0};
    struct buf both[2] = {{0}, {0}};
    struct errctx e;
    record_init(&again, r->of);
    if (r->of->fields[field].currency)
        record_set_text(&again, r->of->fields[field].currency, "USD");
    record_put_human(&shown, r, field, with->codes, '.');
    FUZZ_EXPECT(record_set_typed(&again, field, buf_str(&shown), with, &e) == ERR_OK);
    record_put_human(&both[0], r, field, with->codes, ',');
    record_put_human(&both[1], &again, field, with->codes, ',');
    FUZZ_EXPECT(strcmp(buf_str(&both[0]), buf_str(&both[1])) == 0);
    buf_done(&both[0]);
    buf_done(&both[1]);
    buf_done(&shown);
    record_done(&again);
}

static void type(const struct entity *of, int field, const char *text)
{
    const struct reader with = {.codes = codes_of_the_test(), .today = TODAY};
    struct record r;
    struct errctx e;
    record_init(&r, of);
    if (of->fields[field].currency)
        record_set_text(&r, of->fields[field].currency, "USD");
    enum err result = record_set_typed(&r, field, text, &with, &e);
    FUZZ_EXPECT(result == ERR_OK || result == ERR_INVALID || result == ERR_NOT_FOUND);
    if (result != ERR_OK)
        FUZZ_EXPECT(e.text[0] != '\0' && strchr(e.text, '\n') == NULL);
    else if (r.values[field].state == VALUE_SET) {
        write_as_entry(&r);
        type_again(&r, field, &with);
    }
    record_done(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *text = str_dup_len((const char *)data, len);
    char *value = strchr(text, '\n');
    char *flag = strchr(text, ' ');
    if (value && flag && flag < value) {
        *value++ = '\0';
        *flag++ = '\0';
        const struct entity *of = entity_find(text);
        int field = of ? entity_field_by_flag(of, flag) : -1;
        if (field >= 0)
            type(of, field, value);
    }
    free(text);
    return 0;
}

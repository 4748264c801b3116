/*
 * The lines of a message, rightly signed: strangers have keys too, and a registry may be hostile. Batches,
 * receipts, pages of the feed and invitations are read by what their first line says they are.
 */
#include <stdlib.h>
#include <string.h>

#include "sync/batch/batch.h"
#include "sync/batch/feed.h"
#include "tests/fuzz/fuzz.h"

struct told {
    int64_t entries;
    int64_t number;
};

static enum err see_entry(void *arg, const struct batch_entry *entry, struct errctx *e)
{
    struct told *t = arg;
    (void)e;
    FUZZ_EXPECT(t->entries == 0 || entry->number == t->number + 1);
    FUZZ_EXPECT(entry->len <= ENTRY_MAX_BYTES && memchr(entry->bytes, '\n', entry->len) == NULL);
    t->number = entry->number;
    t->entries++;
    return ERR_OK;
}

static void read_batch(const struct container *c)
{
    struct batch_header header;
    struct told told = {0};
    struct errctx e;
    char *pointer = NULL;
    if (batch_read_header(c, &header, &e) != ERR_OK)
        return;
    FUZZ_EXPECT(header.first >= 1 && header.last >= header.first);
    if (batch_walk(c, &header, &header.prev, see_entry, &told, &pointer, &e) == ERR_OK)
        FUZZ_EXPECT(told.entries == header.last - header.first + 1 && told.number == header.last);
    free(pointer);
}

static enum err see_line(void *arg, int64_t number, enum disposition is, const char *findings,
                         struct errctx *e)
{
    struct told *t = arg;
    (void)e;
    (void)findings;
    FUZZ_EXPECT(disposition_word(is) != NULL);
    FUZZ_EXPECT(number > t->number);
    t->number = number;
    return ERR_OK;
}

static enum err see_event(void *arg, const struct feed_event *event, struct errctx *e)
{
    struct told *t = arg;
    (void)e;
    FUZZ_EXPECT(event->seq > 0);
    FUZZ_EXPECT(event->what != FEED_ENTRY || (event->bytes && event->len > 0));
    FUZZ_EXPECT(event->what != FEED_FILE || (event->file && event->text));
    t->entries++;
    return ERR_OK;
}

static void read_message(const struct container *c)
{
    struct told told = {0};
    struct receipt receipt;
    struct feed_header feed;
    struct invitation invitation;
    struct errctx e;
    read_batch(c);
    (void)!receipt_read(c, &receipt, see_line, &told, &e);
    told = (struct told){0};
    (void)!feed_read(c, &feed, see_event, &told, &e);
    if (invitation_read(c, &invitation, &e) == ERR_OK)
        FUZZ_EXPECT(memchr(invitation.name, '\0', sizeof invitation.name) != NULL &&
                    invitation.district_count <= MAX_DISTRICTS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct buf packed = {0};
    struct buf plain = {0};
    struct container c = {0};
    struct errctx e;
    if (fuzz_pack(data, len, &packed)) {
        FUZZ_EXPECT(container_unpack(packed.data, packed.len, NULL, 0, &plain, &e) == ERR_OK);
        if (container_split(&plain, &c, &e) == ERR_OK) {
            FUZZ_EXPECT(container_verify(&c, fuzz_device()->key, &e) == ERR_OK);
            read_message(&c);
            container_done(&c);
        }
    }
    buf_done(&plain);
    buf_done(&packed);
    return 0;
}

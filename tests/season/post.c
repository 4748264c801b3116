/* The road from the laptops to the ministry: some days late, sometimes weeks, sometimes twice. */
#include <stdlib.h>
#include <string.h>

#include "schema/base/base32.h"
#include "tests/season/nation.h"

enum {
    DAY_S = 86400,
    MORNING_S = 9 * 3600,
    DECIDES_S = 15 * 3600,
    SEND_AT_ONCE = 3 * 1024 * 1024 / 2, /* bytes of lines: before a batch gets too large */
};

void post_enrol(struct laptop *l)
{
    char hex[2 * KEY_BYTES + 1];
    hex_put(l->pen.me.key, KEY_BYTES, hex);
    (void)fprintf(l->nation->manifest, "%lld enrol %s %s %s\n",
                  (long long)l->nation->first_day * DAY_S + l->number, l->pen.me.code, hex, l->district);
}

void post_decide(struct nation *n, int32_t day, const char *what, int64_t record)
{
    char id[IDENT_BYTES];
    (void)fprintf(n->manifest, "%lld %s %s\n", (long long)day * DAY_S + DECIDES_S, what,
                  ident_format(record, id));
}

static void put_line(struct laptop *l, int64_t days_after, const char *name)
{
    int64_t day = l->nation->day + 1 + days_after;
    (void)fprintf(l->nation->manifest, "%lld take%s %s\n", (long long)day * DAY_S + MORNING_S + l->number,
                  l->tied ? "-tied" : "", name);
}

static void send(struct laptop *l, bool at_once)
{
    struct nation *n = l->nation;
    struct errctx e;
    struct buf plain = {0};
    struct buf packed = {0};
    struct buf path = {0};
    char name[64];
    if (l->pen.number == l->pen.sent_number)
        return;
    (void)snprintf(name, sizeof name, "%s-%lld-%lld.alv", l->pen.me.code, (long long)l->pen.sent_number + 1,
                   (long long)l->pen.number);
    pen_batch(&l->pen, NULL, &plain);
    buf_printf(&path, "%s/batches/%s", n->folder, name);
    if (container_pack(&plain, NULL, 0, &packed, &e) != ERR_OK)
        nation_fail(e.text);
    /* Not file_write: thousands of files need not survive a power cut. */
    FILE *file = fopen(buf_str(&path), "wb");
    if (!file || fwrite(packed.data, 1, packed.len, file) != packed.len || fclose(file) != 0)
        nation_fail(buf_str(&path));
    bool late = !at_once && !l->tied && nation_of(n, 40);
    put_line(l, late ? chance_between(&n->chance, 15, 50) : at_once ? 0 : chance_below(&n->chance, 3), name);
    if (!at_once && nation_of(n, 30))
        put_line(l, chance_between(&n->chance, 3, 12), name);
    n->batches++;
    l->batches++;
    buf_done(&path);
    buf_done(&packed);
    buf_done(&plain);
}

void post_day(struct nation *n)
{
    for (int i = 0; i < n->laptop_count; i++) {
        struct laptop *l = &n->laptops[i];
        if (n->day < l->sends_on && l->pen.lines.len < SEND_AT_ONCE)
            continue;
        send(l, false);
        l->sends_on = n->day + (int32_t)(l->tied ? chance_between(&n->chance, 4, 7)
                                                 : chance_between(&n->chance, 4, 21));
    }
}

void post_end(struct nation *n)
{
    for (int i = 0; i < n->laptop_count; i++)
        send(&n->laptops[i], true);
}

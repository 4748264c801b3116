#include "tests/unit/nation.h"

#include "tests/lib/test.h"

#include <stdarg.h>
#include <stdio.h>

#include "schema/base/date.h"

int64_t nation_write(struct nation *w, const char *format, ...)
{
    char line[2048];
    struct entry entry;
    struct errctx e;
    va_list args;
    va_start(args, format);
    int len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (entry_read(line, (size_t)len, &entry, NULL, &e) != ERR_OK)
        fail_msg("%s: %s", e.text, line);
    int64_t address = pen_write(&w->laptops[w->writer], &entry);
    entry_done(&entry);
    return address;
}

const char *nation_id(int64_t address)
{
    static char rooms[8][IDENT_BYTES]; /* of the arguments of one line */
    static int next;
    next = (next + 1) % 8;
    return ident_format(address, rooms[next]);
}

const char *nation_day(const struct nation *w, int ago)
{
    static char rooms[8][DATE_BYTES];
    static int next;
    next = (next + 1) % 8;
    return date_format_days(w->today - ago, rooms[next]);
}

int64_t nation_licence_of(struct nation *w, const char *kind, const char *minerals, const char *from)
{
    return nation_write(
        w,
        ADD "\"licence\",\"v\":{\"licence_no\":\"KON/%04d\",\"kind\":\"%s\",\"minerals\":[\"%s\"],"
            "\"district\":\"%s\",\"valid_from\":\"%s\",\"valid_to\":\"2027-06-30\","
            "\"status\":\"granted\"}}",
        ++w->licences, kind, minerals, w->district, from);
}

int64_t nation_licence(struct nation *w)
{
    return nation_licence_of(w, "aml", "diamond", "2025-07-01");
}

int64_t nation_works(struct nation *w, struct nation_work k)
{
    char site[64] = "";
    char found[64] = "";
    if (k.site)
        (void)snprintf(site, sizeof site, "\"site\":\"%s\",", nation_id(k.site));
    if (k.stones)
        (void)snprintf(found, sizeof found, ",\"stones\":%d,\"diamond_mct\":%d", k.stones, k.mct);
    return nation_write(
        w,
        ADD
        "\"yield\",\"v\":{\"licence\":\"%s\",%s\"date_from\":\"%s\",\"date_to\":\"%s\",\"outcome\":\"%s\","
        "\"activity\":\"%s\",\"diggers\":%d%s}}",
        nation_id(k.licence), site, nation_day(w, k.ago + (k.days ? k.days - 1 : 0)), nation_day(w, k.ago),
        k.stones ? "yield" : "nil", k.activity ? k.activity : "washing",
        k.diggers == NATION_NOBODY ? 0
        : k.diggers                ? k.diggers
                                   : 12,
        found);
}

int64_t nation_sells(struct nation *w, int64_t of, int ago, int mct, int usd_cents)
{
    return nation_write(w,
                        ADD
                        "\"sale\",\"v\":{\"slip_no\":\"S%d\",\"date\":\"%s\",\"licence\":\"%s\","
                        "\"buyer_licence_no\":\"D/1\",\"stones\":3,\"diamond_mct\":%d,\"currency\":\"USD\","
                        "\"price_minor\":%d,\"price_usd_cents\":%d}}",
                        ++w->slips, nation_day(w, ago), nation_id(of), mct, usd_cents, usd_cents);
}

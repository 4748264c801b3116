#include "app/field/report/health.h"

#include <inttypes.h>

#include "app/common/i18n.h"
#include "app/common/version.h"
#include "schema/base/buf.h"
#include "schema/base/date.h"

enum {
    MINUTE_S = 60,
    HOUR_S = 60 * MINUTE_S,
    DAY_S = 24 * HOUR_S
};

static bool is_backup_old(const struct health *h, int64_t made_at, int64_t now)
{
    int64_t since = h->backup.number ? h->backup.at : made_at;
    int64_t fresh = h->entries - h->backup.number;
    if (fresh <= 1) /* the entry that tells of the backup itself */
        return false;
    return fresh > HEALTH_BACKUP_ENTRIES || now - since > HEALTH_BACKUP_DAYS * DAY_S;
}

enum err health_read(struct store *s, int64_t now, struct health *out, struct errctx *e)
{
    const struct journal_head *head = store_head(s);
    struct date made;
    int64_t made_at = 0;
    struct copies copies;
    *out = (struct health){.entries = head->number};
    if (store_last_clock(s, &out->clock, e) != ERR_OK || store_last_backup(s, &out->backup, e) != ERR_OK ||
        db_one_int(store_db(s), "SELECT made_at FROM laptop", 0, &made_at, e) != ERR_OK ||
        date_parse(ALLUVIA_BUILD_DAY, &made, e) != ERR_OK)
        return e->kind;
    out->clock_suspect = journal_clock_suspect(head, now, (int64_t)date_to_days(made) * DAY_S);
    out->backup_old = is_backup_old(out, made_at, now);
    out->no_room = copies_due(s, now) == COPY_NO_ROOM;
    copies_list(db_path(store_db(s)), store_device(s)->code, &copies);
    if (copies.count > 0) {
        out->copy_at = copies.rows[0].at;
        out->copy_number = copies.rows[0].number;
    }
    copies_done(&copies);
    return ERR_OK;
}

/* "3 days", "5 hours", "4 minutes". */
static void put_duration(struct buf *out, int64_t s)
{
    if (s >= DAY_S)
        buf_printf(out, ngettext("%" PRId64 " day", "%" PRId64 " days", (unsigned long)(s / DAY_S)),
                   s / DAY_S);
    else if (s >= HOUR_S)
        buf_printf(out, ngettext("%" PRId64 " hour", "%" PRId64 " hours", (unsigned long)(s / HOUR_S)),
                   s / HOUR_S);
    else
        buf_printf(out, ngettext("%" PRId64 " minute", "%" PRId64 " minutes", (unsigned long)(s / MINUTE_S)),
                   s / MINUTE_S);
}

static void put_clock(struct buf *out, const struct health *h)
{
    struct buf by = {0};
    int64_t offset = h->clock.offset_s;
    put_duration(&by, offset < 0 ? -offset : offset);
    if (offset > CLOCK_STEP_S)
        buf_printf(out, _("This laptop's clock was %s slow at the last sync: set date and time."),
                   buf_str(&by));
    else if (offset < -CLOCK_STEP_S)
        buf_printf(out, _("This laptop's clock was %s fast at the last sync: set date and time."),
                   buf_str(&by));
    else if (h->clock_suspect)
        buf_puts(out, _("The clock may be wrong: set date and time. Work goes on and is marked."));
    buf_done(&by);
}

static void put_backup(struct buf *out, const struct health *h, int64_t now)
{
    struct buf age = {0};
    if (!h->backup_old)
        return;
    put_duration(&age, now > h->backup.at ? now - h->backup.at : 0);
    if (h->backup.number == 0)
        buf_puts(out, _("No backup on another medium yet: alluvia backup FILE, onto a stick."));
    else if (now - h->backup.at > DAY_S)
        buf_printf(out, _("The last backup on another medium is %s old: make a new one."), buf_str(&age));
    else
        buf_printf(out, _("%" PRId64 " entries since the last backup on another medium: make a new one."),
                   h->entries - h->backup.number);
    buf_done(&age);
}

void health_warn(const struct health *h, int64_t now,
                 void (*each)(void *arg, enum health_matter matter, const char *text), void *arg)
{
    struct buf text = {0};
    put_clock(&text, h);
    if (text.len > 0)
        each(arg, HEALTH_CLOCK, buf_str(&text));
    buf_clear(&text);
    put_backup(&text, h, now);
    if (text.len > 0)
        each(arg, HEALTH_BACKUP, buf_str(&text));
    if (h->no_room)
        each(arg, HEALTH_COPY, _("The disk is nearly full: no automatic copy is made."));
    buf_done(&text);
}

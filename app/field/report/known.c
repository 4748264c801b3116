/* What a record is worth: how a licence stands, whose knowledge it is and how old. */
#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/standing.h"
#include "app/field/report/field_report.h"
#include "schema/base/date.h"
#include "schema/record/ident.h"

enum {
    DAY_S = 24 * 60 * 60
};

void report_put_age(struct buf *out, int64_t instant, int64_t now)
{
    char at[LANGUAGE_INSTANT_BYTES];
    int64_t days = now > instant ? (now - instant) / DAY_S : 0;
    (void)language_instant(instant, at);
    buf_printf(out, ngettext("%s, %lld day ago", "%s, %lld days ago", (unsigned long)days), at,
               (long long)days);
}

static void put_foreign(struct buf *out, const struct row *row, const struct knowledge *known, int64_t now)
{
    char code[DEVICE_CODE_BYTES];
    buf_printf(out, _("laptop %s"), device_code_format(ident_device(row->id), code));
    if (known->revoked_at)
        buf_puts(out, _(", which the ministry has revoked since"));
    buf_puts(out, "; ");
    buf_puts(out, _("asked last"));
    buf_putc(out, ' ');
    report_put_age(out, known->told_at, now);
}

enum err report_put_known(struct store *s, const struct row *row, int64_t now, struct buf *out,
                          bool *out_good, struct errctx *e)
{
    struct knowledge known;
    *out_good = true;
    if (store_knowledge(s, row->id, &known, e) != ERR_OK)
        return e->kind;
    if (row->record.of->id == ENTITY_LICENCE && !row->voided) {
        enum standing standing = standing_of(&row->record, date_of_instant(now));
        standing_put_words(out, standing, &row->record);
        *out_good = standing_permits_work(standing);
        if (known.foreign)
            buf_puts(out, "; ");
    }
    if (known.foreign)
        put_foreign(out, row, &known, now);
    *out_good = *out_good && !known.revoked_at;
    return ERR_OK;
}

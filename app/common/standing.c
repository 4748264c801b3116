#include "app/common/standing.h"

#include <string.h>

#include "app/common/i18n.h"
#include "schema/base/date.h"

static int32_t day_of(const struct record *r, const char *field, int32_t otherwise)
{
    struct date d;
    struct errctx e;
    const char *text = record_text(r, field);
    return text && date_parse(text, &d, &e) == ERR_OK ? date_to_days(d) : otherwise;
}

enum standing standing_of(const struct record *licence, int32_t day)
{
    static const struct {
        const char *status;
        enum standing standing;
    } written[] = {
        {"applied", STANDING_APPLIED}, {"suspended", STANDING_SUSPENDED},     {"revoked", STANDING_REVOKED},
        {"expired", STANDING_EXPIRED}, {"transferred", STANDING_TRANSFERRED},
    };
    const char *status = record_text(licence, "status");
    int32_t to = day_of(licence, "valid_to", INT32_MIN);
    /* What was written counts from its day on. */
    bool in_force = day_of(licence, "status_on", INT32_MIN) <= day;
    for (size_t i = 0; status && in_force && i < sizeof written / sizeof written[0]; i++) {
        if (strcmp(status, written[i].status) == 0)
            return written[i].standing;
    }
    if (day < day_of(licence, "valid_from", INT32_MAX))
        return STANDING_NOT_YET;
    if (day > to)
        return STANDING_EXPIRED;
    return to - day <= STANDING_SOON_DAYS ? STANDING_ENDS_SOON : STANDING_VALID;
}

static void put_since(struct buf *out, const char *words, const char *date)
{
    buf_puts(out, words);
    if (date)
        buf_printf(out, " %s", date);
}

void standing_put_words(struct buf *out, enum standing standing, const struct record *licence)
{
    const char *since = record_text(licence, "status_on");
    switch (standing) {
    case STANDING_VALID:
    case STANDING_ENDS_SOON:
        put_since(out, _("valid to"), record_text(licence, "valid_to"));
        return;
    case STANDING_NOT_YET:
        put_since(out, _("not yet valid: from"), record_text(licence, "valid_from"));
        return;
    case STANDING_EXPIRED:
        put_since(out, _("expired: it was valid to"), record_text(licence, "valid_to"));
        return;
    case STANDING_APPLIED:
        buf_puts(out, _("applied for, not granted"));
        return;
    case STANDING_SUSPENDED:
        put_since(out, since ? _("suspended since") : _("suspended"), since);
        return;
    case STANDING_REVOKED:
        put_since(out, since ? _("revoked since") : _("revoked"), since);
        return;
    case STANDING_TRANSFERRED:
        put_since(out, since ? _("transferred since") : _("transferred"), since);
        return;
    }
}

bool standing_permits_work(enum standing standing)
{
    return standing == STANDING_VALID || standing == STANDING_ENDS_SOON;
}

const char *standing_name(enum standing standing)
{
    static const char *const names[] = {
        [STANDING_VALID] = N_("valid"),     [STANDING_ENDS_SOON] = N_("ends_soon"),
        [STANDING_NOT_YET] = N_("not_yet"), [STANDING_EXPIRED] = N_("expired"),
        [STANDING_APPLIED] = N_("applied"), [STANDING_SUSPENDED] = N_("suspended"),
        [STANDING_REVOKED] = N_("revoked"), [STANDING_TRANSFERRED] = N_("transferred"),
    };
    return names[standing];
}

bool standing_is_of_mining(struct codes *codes, const struct record *licence)
{
    const struct code_list *kinds = NULL;
    struct errctx e;
    const char *kind = record_text(licence, "kind");
    if (!kind || codes_list(codes, "licence_kind", &kinds, &e) != ERR_OK)
        return true;
    const struct code *code = code_list_find(kinds, kind);
    const char *class = code ? code_extra(kinds, code, "class") : NULL;
    return !class || strcmp(class, "mining") == 0;
}

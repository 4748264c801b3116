#include <string.h>

#include "app/common/i18n.h"
#include "app/common/standing.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/report/field_report.h"
#include "schema/base/date.h"

enum {
    DAY_S = 24 * 60 * 60
};

/* How a licence stands, as a word for programs and a sentence for people. */
struct verdict {
    const char *word;
    bool permits_work;
    char sentence[128];
};

static void say(struct verdict *out, const char *words, const char *date)
{
    struct buf text = {0};
    buf_puts(&text, words);
    if (date)
        buf_printf(&text, " %s", date);
    (void)snprintf(out->sentence, sizeof out->sentence, "%s", buf_str(&text));
    buf_done(&text);
}

static void judge(const struct row *row, int32_t today, struct verdict *out)
{
    const struct record *r = &row->record;
    enum standing standing = standing_of(r, today);
    const char *since = record_text(r, "status_on");
    out->permits_work = !row->voided && (standing == STANDING_VALID || standing == STANDING_ENDS_SOON);
    out->word = row->voided ? "void" : standing_name(standing);
    if (row->voided) {
        say(out, _("voided: the record was entered wrongly"), NULL);
        return;
    }
    switch (standing) {
    case STANDING_VALID:
    case STANDING_ENDS_SOON:
        say(out, _("valid to"), record_text(r, "valid_to"));
        return;
    case STANDING_NOT_YET:
        say(out, _("not yet valid: from"), record_text(r, "valid_from"));
        return;
    case STANDING_EXPIRED:
        say(out, _("expired: it was valid to"), record_text(r, "valid_to"));
        return;
    case STANDING_APPLIED:
        say(out, _("applied for, not granted"), NULL);
        return;
    case STANDING_SUSPENDED:
        say(out, since ? _("suspended since") : _("suspended"), since);
        return;
    case STANDING_REVOKED:
        say(out, since ? _("revoked since") : _("revoked"), since);
        return;
    case STANDING_TRANSFERRED:
        say(out, since ? _("transferred since") : _("transferred"), since);
        return;
    }
}

/* The name of the person or cooperative; nothing when that record is not on this laptop. */
static enum err put_holder(struct app *app, const struct record *licence, struct buf *out, struct errctx *e)
{
    bool person = record_has(licence, "holder");
    int64_t id = record_number(licence, person ? "holder" : "holder_coop");
    struct row holder = {0};
    enum err result = store_load(app->store, person ? ENTITY_DIGGER : ENTITY_COOPERATIVE, id, &holder, e);
    if (result == ERR_NOT_FOUND || result == ERR_DENIED)
        return ERR_OK;
    if (result != ERR_OK)
        return result;
    record_put_title(out, &holder.record);
    row_done(&holder);
    return ERR_OK;
}

static void print_pair(struct output *out, const char *label, const char *text)
{
    struct buf line = {0};
    buf_printf(&line, "%-12s %s", label, text);
    output_line(out, buf_str(&line));
    buf_done(&line);
}

static void put_age(const struct app *app, int64_t instant, struct buf *out)
{
    char at[INSTANT_BYTES];
    int64_t days = (app->now - instant) / DAY_S;
    buf_printf(out, _("%s, %lld days ago"), instant_format(instant, at), (long long)(days > 0 ? days : 0));
}

/* Another laptop's record is as fresh as the registry's latest word, and was changed when the registry heard
 * of it; an own one as the day it was written. */
static void print_knowledge(const struct app *app, struct output *out, const struct row *row,
                            const struct knowledge *known)
{
    char code[DEVICE_CODE_BYTES];
    struct buf text = {0};
    put_age(app, known->foreign && known->known_at ? known->known_at : row->at, &text);
    print_pair(out, _("Known since"), buf_str(&text));
    if (!known->foreign) {
        buf_done(&text);
        return;
    }
    buf_clear(&text);
    put_age(app, known->told_at, &text);
    print_pair(out, _("Asked last"), buf_str(&text));
    buf_clear(&text);
    buf_printf(&text, _("laptop %s"), device_code_format(ident_device(row->id), code));
    if (known->revoked_at)
        buf_printf(&text, "%s", _(", which the ministry has revoked since"));
    print_pair(out, _("Written by"), buf_str(&text));
    output_put_text(out, "device", code);
    output_put_int(out, "told_at", known->told_at);
    if (known->revoked_at)
        output_put_int(out, "revoked_at", known->revoked_at);
    buf_done(&text);
}

static enum err print(struct app *app, const struct row *row, const struct verdict *s, const char *holder,
                      struct errctx *e)
{
    struct knowledge known;
    char id[IDENT_BYTES];
    if (store_knowledge(app->store, row->id, &known, e) != ERR_OK)
        return e->kind;
    struct output *out = app_output(app);
    output_begin(out, "licence-check/1");
    output_put_text(out, "id", ident_format(row->id, id));
    output_put_text(out, "licence_no", record_text(&row->record, "licence_no"));
    output_put_text(out, "standing", s->word);
    output_put_text(out, "holder", holder);
    output_put_text(out, "valid_from", record_text(&row->record, "valid_from"));
    output_put_text(out, "valid_to", record_text(&row->record, "valid_to"));
    output_put_int(out, "known_at", known.foreign && known.known_at ? known.known_at : row->at);
    print_pair(out, _("Licence"), record_text(&row->record, "licence_no"));
    print_pair(out, _("Standing"), s->sentence);
    print_pair(out, _("Holder"), *holder ? holder : _("not on this laptop"));
    print_knowledge(app, out, row, &known);
    enum err result = output_end(out, e);
    output_free(out);
    return result;
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    int64_t id = 0;
    struct row row = {0};
    struct buf holder = {0};
    struct verdict verdict = {0};
    if (app_find(app, ENTITY_LICENCE, o->operands[0], &id, e) != ERR_OK ||
        store_load(app->store, ENTITY_LICENCE, id, &row, e) != ERR_OK)
        return e->kind;
    judge(&row, app_today(app), &verdict);
    enum err result = put_holder(app, &row.record, &holder, e);
    if (result == ERR_OK)
        result = print(app, &row, &verdict, buf_str(&holder), e);
    if (result == ERR_OK && !verdict.permits_work)
        result = err_fail(e, ERR_DENIED, _("licence \"%s\": %s"), record_text(&row.record, "licence_no"),
                          verdict.sentence);
    buf_done(&holder);
    row_done(&row);
    return result;
}

const struct command CMD_LICENCE_CHECK = {
    .words = "licence check",
    .operands = "NUMBER",
    .summary = N_("say whether a licence permits work today, whose it is, and how old that knowledge is"),
    .more = N_("Exit 0: it does. 77: it does not (expired, not yet valid, suspended, revoked …). 66: no such "
               "licence "
               "on this laptop."),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .run = run,
};

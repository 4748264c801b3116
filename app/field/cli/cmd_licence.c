#include <string.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/standing.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/report/field_report.h"
#include "schema/base/date.h"

/* How a licence stands, as a word for programs and a sentence for people. */
struct verdict {
    const char *word;
    bool permits_work;
    char sentence[128];
};

static void judge(const struct row *row, int32_t today, struct verdict *out)
{
    enum standing standing = standing_of(&row->record, today);
    struct buf words = {0};
    out->permits_work = !row->voided && standing_permits_work(standing);
    out->word = row->voided ? "void" : standing_name(standing);
    if (row->voided)
        buf_puts(&words, _("voided: the record was entered wrongly"));
    else
        standing_put_words(&words, standing, &row->record);
    (void)snprintf(out->sentence, sizeof out->sentence, "%s", buf_str(&words));
    buf_done(&words);
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

/* Another laptop's record is as fresh as the registry's latest word, and was changed when the registry heard
 * of it; an own one as the day it was written. */
static void print_knowledge(const struct app *app, struct output *out, const struct row *row,
                            const struct knowledge *known)
{
    char code[DEVICE_CODE_BYTES];
    struct buf text = {0};
    report_put_age(&text, known->foreign && known->known_at ? known->known_at : row->at, app->now);
    output_pair(out, _("Known since"), buf_str(&text));
    if (!known->foreign) {
        buf_done(&text);
        return;
    }
    buf_clear(&text);
    report_put_age(&text, known->told_at, app->now);
    output_pair(out, _("Asked last"), buf_str(&text));
    buf_clear(&text);
    buf_printf(&text, _("laptop %s"), device_code_format(ident_device(row->id), code));
    if (known->revoked_at)
        buf_printf(&text, "%s", _(", which the ministry has revoked since"));
    output_pair(out, _("Written by"), buf_str(&text));
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
    output_pair(out, _("Licence"), record_text(&row->record, "licence_no"));
    output_pair(out, _("Standing"), s->sentence);
    output_pair(out, _("Holder"), *holder ? holder : _("not on this laptop"));
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

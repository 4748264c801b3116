#include "app/common/standing.h"
#include "app/registry/report/frame.h"
#include "app/registry/report/registry_report.h"
#include "schema/base/words.h"

static const struct report_column COLUMNS[] = {
    {"licence", "licence", N_("Id"), NULL, REPORT_ID, 0, false, NULL},
    {"licence_no", "licence_no", N_("Licence"), NULL, REPORT_TEXT, 0, false, NULL},
    {"kind", "kind", N_("Kind"), NULL, REPORT_CODE, 0, false, "licence_kind"},
    {"holder", "holder", N_("Holder"), NULL, REPORT_TEXT, 0, false, NULL},
    {"district", "district", N_("District"), NULL, REPORT_CODE, 0, false, "district"},
    {"valid_from", "valid_from", N_("Valid from"), NULL, REPORT_DATE, 0, false, NULL},
    {"valid_to", "valid_to", N_("Valid to"), NULL, REPORT_DATE, 0, false, NULL},
    {"status", "status", N_("Status"), NULL, REPORT_CODE, 0, false, "licence_status"},
    {"standing", "standing", N_("Stands"), NULL, REPORT_WORD, 0, false, NULL},
    {"days_left", "days_left", N_("Days left"), NULL, REPORT_NUMBER, 0, false, NULL},
};

static const char METHOD[] =
    N_("the last known version of each licence, as it stands on the day of the report");

struct walk {
    struct registry_store *store;
    int32_t day;
    struct report *out;
};

static enum err add_row(void *arg, const struct row *row, struct errctx *e)
{
    static const char *const same[] = {"licence_no", "kind", "district", "valid_from", "valid_to", "status"};
    struct walk *w = arg;
    const struct record *r = &row->record;
    enum standing standing = standing_of(r, w->day);
    const char *to = record_text(r, "valid_to");
    int64_t person = record_number(r, "holder");
    int64_t group = record_number(r, "holder_coop");
    struct date d;
    report_add_row(w->out);
    report_set_number(w->out, "licence", row->id);
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        report_set_text(w->out, same[i], record_text(r, same[i]));
    report_set_text(w->out, "standing", standing_name(standing));
    bool valid = standing == STANDING_VALID || standing == STANDING_ENDS_SOON;
    if (valid && to && date_parse(to, &d, e) == ERR_OK)
        report_set_number(w->out, "days_left", date_to_days(d) - w->day);
    if (!person && !group)
        return ERR_OK;
    return frame_put_title(w->store, w->out, "holder", person ? ENTITY_DIGGER : ENTITY_COOPERATIVE,
                           person ? person : group, e);
}

enum err licences_report(struct registry_store *s, int32_t day, struct report *out, struct errctx *e)
{
    char text[DATE_BYTES];
    if (day < 0 && frame_last_known(s, &day, e) != ERR_OK)
        return e->kind;
    struct walk w = {s, day, out};
    report_init(out, "licences", date_format_days(day, text), COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    enum err result = registry_store_counted(s, ENTITY_LICENCE, add_row, &w, e);
    if (result == ERR_OK) {
        report_note_text(out, "method", METHOD);
        result = frame_note_source(s, out, (int64_t)out->row_count, e);
    }
    if (result != ERR_OK)
        report_done(out);
    return result;
}

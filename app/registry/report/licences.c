#include "app/common/licences.h"
#include "app/registry/report/frame.h"
#include "app/registry/report/registry_report.h"
#include "schema/base/words.h"

static const char METHOD[] =
    N_("the last known version of each licence, as it stands on the day of the report");

struct walk {
    struct registry_store *store;
    int32_t day;
    struct report *out;
};

static enum err add_row(void *arg, const struct row *row, struct errctx *e)
{
    struct walk *w = arg;
    const struct record *r = &row->record;
    int64_t person = record_number(r, "holder");
    int64_t group = record_number(r, "holder_coop");
    licences_add(w->out, r, w->day);
    report_set_number(w->out, "licence", row->id);
    if (!person && !group)
        return ERR_OK;
    return frame_put_title(w->store, w->out, "holder", person ? ENTITY_DIGGER : ENTITY_COOPERATIVE,
                           person ? person : group, e);
}

enum err licences_report(struct registry_store *s, int32_t day, struct report *out, struct errctx *e)
{
    if (day < 0 && frame_last_known(s, &day, e) != ERR_OK)
        return e->kind;
    struct walk w = {s, day, out};
    licences_init(out, day, LICENCES_OF_REGISTRY);
    enum err result = registry_store_counted(s, ENTITY_LICENCE, add_row, &w, e);
    if (result == ERR_OK) {
        report_note_text(out, "method", METHOD);
        result = frame_note_source(s, out, (int64_t)out->row_count, e);
    }
    if (result != ERR_OK)
        report_done(out);
    return result;
}

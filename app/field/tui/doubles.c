#include "app/field/tui/doubles.h"

#include <string.h>

#include "app/common/i18n.h"
#include "app/field/tui/dialog.h"
#include "schema/base/text.h"
#include "schema/record/ident.h"

enum {
    MOST_DOUBLES = 5,
    LOOKED_AT = 20
};

struct doubles {
    struct ui *ui;
    const struct record *digger;
    struct buf text;
    int count;
};

static bool same_text(const struct record *a, const struct record *b, const char *field)
{
    struct buf x = {0};
    struct buf y = {0};
    text_fold(&x, record_has(a, field) ? record_text(a, field) : "");
    text_fold(&y, record_has(b, field) ? record_text(b, field) : "");
    bool same = x.len > 0 && strcmp(buf_str(&x), buf_str(&y)) == 0;
    buf_done(&x);
    buf_done(&y);
    return same;
}

/* The name was like it, by spelling variants too: what else do they share? */
static enum err look_at(void *arg, const struct row *row, struct errctx *e)
{
    (void)e;
    static const char *const shared[] = {"birth", "village", "parent_name", "phone", "id_no", "card_no"};
    struct doubles *d = arg;
    struct buf what = {0};
    char id[IDENT_BYTES];
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
        if (same_text(d->digger, &row->record, shared[i])) {
            const struct field *f = &row->record.of->fields[entity_field(row->record.of, shared[i])];
            buf_printf(&what, "%s%s", what.len ? ", " : "", _(f->label));
        }
    }
    bool same_name = same_text(d->digger, &row->record, "full_name");
    if ((what.len > 0 || same_name) && d->count < MOST_DOUBLES) {
        d->count++;
        buf_printf(&d->text, "%s, %s (%s)\n   %s: %s%s%s\n", record_text(&row->record, "full_name"),
                   record_has(&row->record, "village") ? record_text(&row->record, "village") : "",
                   ident_format_checked(row->id, id), _("the same"), same_name ? _("name") : "",
                   same_name && what.len ? ", " : "", buf_str(&what));
    }
    buf_done(&what);
    return ERR_OK;
}

bool doubles_ask(struct ui *ui, const struct record *digger)
{
    struct doubles d = {.ui = ui, .digger = digger};
    struct errctx e = {0};
    const struct store_filter filter = {.search = record_text(digger, "full_name"), .limit = LOOKED_AT};
    bool save = true;
    if (store_list(ui->store, ENTITY_DIGGER, &filter, look_at, &d, &e) != ERR_OK) {
        ui_tell_error(ui, &e);
    } else if (d.count > 0) {
        buf_printf(&d.text, "\n%s", _("Is it somebody else, to be saved as a new person?"));
        save = dialog_ask(ui, _("Registered already?"), buf_str(&d.text));
    }
    buf_done(&d.text);
    return save;
}

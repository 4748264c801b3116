#include "app/field/cli/entry_words.h"

#include "app/common/i18n.h"
#include "app/common/output_record.h"

const char *entry_op_label(enum op op)
{
    switch (op) {
    case OP_ADD:
        return _("added");
    case OP_AMEND:
        return _("changed");
    case OP_VOID:
        return _("voided");
    case OP_PIN:
        return _("PIN");
    case OP_DEVICE:
    case OP_CLOCK:
    case OP_BACKUP:
    case OP_DECIDE:
    case OP_SETTLE:
    case OP_MERGE:
    case OP_UNMERGE:
    case OP_STAFF:
    case OP_QUARANTINE:
        break;
    }
    return "";
}

void entry_put_values(struct buf *out, const struct app *app, const struct entry *entry)
{
    if (entry->why)
        buf_puts(out, entry->why);
    if (entry->op == OP_PIN)
        buf_printf(out, "%s%s%s", entry->pin == PIN_SET ? _("set") : _("cleared"),
                   entry->source ? _(" by the account ") : "", entry->source ? entry->source : "");
    if (entry->op == OP_VOID || entry->op == OP_PIN)
        return;
    const struct record *r = &entry->record;
    for (int i = 0; i < r->of->field_count; i++) {
        if (r->values[i].state == VALUE_ABSENT)
            continue;
        buf_printf(out, "%s%s ", out->len ? ", " : "", r->of->fields[i].flag);
        if (r->values[i].state == VALUE_CLEAR)
            buf_puts(out, _("(cleared)"));
        else
            record_put_human(out, r, i, store_codes(app->store), app->mark);
    }
    for (int i = 0; i < entry->confirmed_count; i++)
        buf_printf(out, "; %s: %s", entry->confirmed[i].rule, entry->confirmed[i].why);
}

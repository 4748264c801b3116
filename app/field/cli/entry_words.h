/* An entry in words. */
#ifndef ALLUVIA_FIELD_CLI_ENTRY_WORDS_H
#define ALLUVIA_FIELD_CLI_ENTRY_WORDS_H

#include "app/field/app.h"
#include "sync/journal/entry.h"

/* "added", "changed", "voided", "PIN", translated; "" for what says nothing about records. */
const char *entry_op_label(enum op op);
/* Appends "village Koidu, phone (cleared)", or the reason of a voiding. */
void entry_put_values(struct buf *out, const struct app *app, const struct entry *entry);

#endif

/*
 * What the layers below app/ say, in the reader's language. Those layers make English lines: errors that read
 * outside in, findings of rules, reasons that the registry gave; such lines stand in databases, receipts and
 * logs, and travel. Whoever made one filled a format that the catalogue holds too (xgettext takes the formats
 * of err_fail, err_wrap, rules_say and so on), so the line is read back: the format with the most words of
 * its own that gives exactly this line is the one, and its translation is filled with the same values. What
 * no format gives stays as it is. So a line needs no second form beside it, wherever it comes from.
 */
#ifndef ALLUVIA_COMMON_SAID_H
#define ALLUVIA_COMMON_SAID_H

#include "schema/base/buf.h"

/* Appends LINE in the language in use; decimals and days among its values are written as that language writes
 * them, quoted values as they are. */
void said_put(struct buf *out, const char *line);
/* The same in IN, cleared before: what a format of the caller's takes. Valid until the next change of IN. */
const char *said_in(struct buf *in, const char *line);

#endif

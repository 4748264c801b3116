/* What is done for the database whenever work begins: the automatic copy that is due. */
#ifndef ALLUVIA_FIELD_UPKEEP_H
#define ALLUVIA_FIELD_UPKEEP_H

#include "app/field/app.h"

/* After the store was opened for writing. Makes the copy at once when that takes no time, else in a process
 * of its own at the lowest priority, which outlives this one. Whatever fails shows in `status`, not here. */
void upkeep_begin(struct app *app);

/* One line on what to do about a damaged database, behind the error that told of it. */
void upkeep_tell_recovery(const struct errctx *e);

#endif

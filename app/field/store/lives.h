/* Past lives of this installation (table `life`), for the files of the store. */
#ifndef ALLUVIA_FIELD_STORE_LIVES_H
#define ALLUVIA_FIELD_STORE_LIVES_H

#include "app/field/store/inside.h"

/* The chain of every past life from its entries, against what was kept of it. ERR_DB. */
MUST_CHECK enum err lives_verify(struct db *db, struct errctx *e);

#endif

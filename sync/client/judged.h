/*
 * Hearing what became of entries whose receipt was lost on its way, or went home on a stick that never came:
 * of this laptop's, and of those that stayed its earlier lives' (past.h). Without it a change that met
 * another's would stand here and nowhere else.
 */
#ifndef ALLUVIA_CLIENT_JUDGED_H
#define ALLUVIA_CLIENT_JUDGED_H

#include "sync/client/engine.h"

/* Asks until all is known. A registry that cannot tell is asked again at the next sync. */
MUST_CHECK enum err judged_ask_all(struct engine *g, struct errctx *e);

#endif

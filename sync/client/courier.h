/*
 * Files of other laptops that this one carries: sealed batches on their way to the registry, and receipts on
 * their way home. They are kept in the table `parcel` as they came. Delivering one twice, or by two couriers,
 * changes nothing at the registry; so nothing here has to be certain that it is the only one.
 */
#ifndef ALLUVIA_CLIENT_COURIER_H
#define ALLUVIA_CLIENT_COURIER_H

#include "sync/client/engine.h"

enum {
    COURIER_MAX_FILES = 500,              /* that wait */
    COURIER_MAX_BYTES = 64 * 1024 * 1024, /* of them: eight of the largest, or the season of a district */
    COURIER_MAX_RECEIPTS = 500,           /* on their way home; the oldest go first */
    COURIER_MAX_NAME = 80
};

/* The ending of files that hold a whole journal. */
#define COURIER_COPY_ENDING ".copy.alv"

/* Keeps a sealed file. *NEWS is false when it was here before, or is this laptop's own. ERR_BUSY: no more is
 * kept; ERR_INVALID: sealed for another registry, or its name is not that of a batch. */
MUST_CHECK enum err courier_keep(const struct sync_options *o, const char *name, const void *bytes,
                                 size_t len, bool *news, struct errctx *e);
/* Keeps another laptop's receipt, which the registry signed. ERR_PROTOCOL. */
MUST_CHECK enum err courier_keep_receipt(const struct sync_options *o, const void *bytes, size_t len,
                                         bool *news, struct errctx *e);
/* Delivers what waits; with COPIES the copies of colleagues' journals too. What the registry refuses is told
 * and not tried again. */
MUST_CHECK enum err courier_deliver(struct engine *g, bool copies, struct errctx *e);
/* Writes what waits and the receipts into FOLDER, for the next in line. */
MUST_CHECK enum err courier_write(const struct sync_options *o, const char *folder, bool copies,
                                  void (*each)(void *arg, const char *path), void *arg, struct errctx *e);

#endif

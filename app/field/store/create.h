/* Making a database with its key, new or out of a backup; for the files of the store. */
#ifndef ALLUVIA_FIELD_STORE_CREATE_H
#define ALLUVIA_FIELD_STORE_CREATE_H

#include "app/field/store/inside.h"

/* Where the files belong, and where they lie until they are whole. */
struct places {
    const char *db;
    char *key;
    char *new_db;
    char *new_key;
    char *folder;
    bool may_retire_key; /* what lies at KEY need not be in the way */
    char *old_key;       /* where that goes; NULL: nowhere; owned */
};

struct making {
    /* Fills PLACES->new_db for DEVICE, whose key lies at PLACES->new_key, and closes it. */
    enum err (*fill)(void *arg, struct places *places, const struct device *device, struct errctx *e);
    void *arg;
    bool may_retire_key;
};

/* ERR_EXISTS when a database is there, or a key that FILL did not find a place for. A crash leaves nothing
 * that a second attempt does not clear away. */
MUST_CHECK enum err create_database(const char *path, const struct making *m, struct errctx *e);

#endif

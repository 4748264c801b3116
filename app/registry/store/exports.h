/* Exports as the certificates of the Kimberley Process tell of them: figures that the ministry takes in from
 * its own files, and that no laptop knows. */
#ifndef ALLUVIA_REGISTRY_STORE_EXPORTS_H
#define ALLUVIA_REGISTRY_STORE_EXPORTS_H

#include "app/registry/store/registry_store.h"

struct certificate {
    const char *number;
    const char *issued_on; /* ISO date */
    int64_t diamond_mct;
    int64_t usd_cents;
};
/* All or none; a number that is held already is replaced. */
MUST_CHECK enum err registry_store_put_certificates(struct registry_store *s, const struct certificate *rows,
                                                    size_t count, int64_t now, struct errctx *e);
/* By day and number. */
MUST_CHECK enum err registry_store_certificates(struct registry_store *s,
                                                enum err (*each)(void *arg, const struct certificate *row,
                                                                 struct errctx *e),
                                                void *arg, struct errctx *e);

struct exported {
    int64_t certificates;
    int64_t diamond_mct;
    int64_t usd_cents;
};
/* Between two days, both included. */
MUST_CHECK enum err registry_store_exported(struct registry_store *s, int32_t first, int32_t last,
                                            struct exported *out, struct errctx *e);

#endif

/*
 * Who works with this laptop. An officer signs in, and from then on the store lets him see and change what
 * his role permits: an admin everything, a field officer everything but officers, a cooperative leader the
 * records that belong to the cooperative (ENTITIES[].belongs). While nobody is signed in, nothing is held
 * back: whether somebody has to sign in is the programs' business (pins_guarded).
 *
 * The checks are here and nowhere else: store_load, store_list, the figures, the inbox and the journal show
 * what may be seen, and every save asks whether it may be made. What is withheld gives ERR_DENIED.
 */
#ifndef ALLUVIA_FIELD_OFFICERS_H
#define ALLUVIA_FIELD_OFFICERS_H

#include "app/field/store/store.h"

/* Each may what those before it may. */
enum officer_role {
    ROLE_COOPERATIVE,
    ROLE_OFFICER,
    ROLE_ADMIN,
};

struct officer {
    int64_t id; /* 0: nobody */
    char login[ENTRY_AUTHOR_BYTES];
    char *name; /* owned */
    enum officer_role role;
    int64_t cooperative; /* a leader's; else 0 */
    bool active;
    bool has_pin;
};

void officer_done(struct officer *o);
/* A role as the code list officer_role has it. */
const char *officer_role_code(enum officer_role role);
/* By login, without case and accents; voided ones are none. ERR_NOT_FOUND. Free with officer_done. */
MUST_CHECK enum err officers_find(struct store *s, const char *login, struct officer *out, struct errctx *e);
/* Every active officer by login; OFFICER is valid during the call. All of them, whoever is signed in. */
MUST_CHECK enum err
officers_each(struct store *s, enum err (*each)(void *arg, const struct officer *officer, struct errctx *e),
              void *arg, struct errctx *e);
/* Is any registered, active or not? */
MUST_CHECK enum err officers_any(struct store *s, bool *out, struct errctx *e);

/* What is asked from now on is asked by O, which is copied; NULL: nobody is signed in. */
MUST_CHECK enum err store_sign_in(struct store *s, const struct officer *o, struct errctx *e);
/* Its id is 0 when nobody is. */
const struct officer *store_signed_in(const struct store *s);

/*
 * May who is signed in do what takes a LEAST of this role? ERR_DENIED with the words. Until a laptop has an
 * active admin its field officers stand in for one, or nobody could ever make one.
 */
MUST_CHECK enum err store_may(struct store *s, enum officer_role least, struct errctx *e);

/* May who is signed in write records of this entity at all? ERR_DENIED. */
MUST_CHECK enum err store_may_write(struct store *s, enum entity_id of, struct errctx *e);

#endif

/* The order in which told entries take effect, where it is not the one in which they came. */
#ifndef ALLUVIA_FIELD_STORE_TURNS_H
#define ALLUVIA_FIELD_STORE_TURNS_H

#include "app/field/store/foreign.h"

/* ADDED came: the changes of it that came before take effect behind it. */
MUST_CHECK enum err turns_take_early(struct db *db, const struct foreign *added, struct errctx *e);

/*
 * A change is about to be kept. When later ones of its writer on the record came before, since a registry
 * that was put back judges otherwise than it did, TOLD gets the place of the first of them, which moves on:
 * what one device writes takes effect in its order. The record is then to be made again. Else TOLD stays as
 * it is.
 */
MUST_CHECK enum err turns_make_room(struct db *db, struct foreign *told, struct errctx *e);

#endif

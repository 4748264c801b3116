/* Believing: what a receipt or an invitation must show before anything of it moves the laptop's state. */
#ifndef ALLUVIA_CLIENT_RECEIVE_H
#define ALLUVIA_CLIENT_RECEIVE_H

#include "sync/client/state.h"

/*
 * Takes a packed receipt. FRESH: it answers a request of this moment, so a smaller upto means that the
 * registry was put back; a file may merely be old, and then NEWS is false. ERR_PROTOCOL: no receipt of the
 * known registry for this laptop; ERR_CONFLICT: it covers a journal that is not ours.
 */
MUST_CHECK enum err receive_receipt(const struct sync_options *o, const void *bytes, size_t len, bool fresh,
                                    struct sync_result *result, bool *news, struct errctx *e);

/*
 * Takes what a packed receipt says became of entries of DEVICE, this laptop's own or one of its earlier
 * lives, which it was asked for. LAST is the last of them; 0: it says nothing, or of entries that are not
 * ours. ERR_PROTOCOL.
 */
MUST_CHECK enum err receive_judgement(const struct sync_options *o, uint32_t device, const void *bytes,
                                      size_t len, struct sync_result *result, int64_t *last,
                                      struct errctx *e);

/* Reads a packed receipt of this laptop's, and believes nothing of it but that the registry signed it.
 * ERR_PROTOCOL. */
MUST_CHECK enum err receive_points(const struct sync_options *o, const void *bytes, size_t len,
                                   struct receipt *out, struct errctx *e);

/*
 * Takes the invitation FROM->packed as the registry of this laptop; its address and code stand where FROM has
 * none. ERR_PROTOCOL: no invitation, or its key is not the one that wrote the code; ERR_CONFIG: its address;
 * ERR_DENIED, ERR_CONFLICT as sync_accept_invitation.
 */
MUST_CHECK enum err receive_invitation(const struct sync_options *o, const struct state_registry *from,
                                       struct invitation *out, struct errctx *e);

#endif

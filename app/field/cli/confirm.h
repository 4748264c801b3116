/* What is done with a reason: answers to rules that ask, --confirm "RULE: reason", and --reason TEXT. */
#ifndef ALLUVIA_FIELD_CLI_CONFIRM_H
#define ALLUVIA_FIELD_CLI_CONFIRM_H

#include "app/common/options.h"
#include "app/field/store/store.h"

/* Appends the reason as it is kept. ERR_INVALID: empty, too long, or with control characters. */
MUST_CHECK enum err reason_read(struct buf *out, const char *text, struct errctx *e);

struct answers {
    struct confirmed rows[ENTRY_MAX_CONFIRMED];
    struct confirmations all; /* borrows rows */
};

/* Reads every --confirm of a command line. ERR_USAGE: not in that form, no such rule, no reason, too many. */
MUST_CHECK enum err answers_read(struct answers *a, const struct options *o, struct errctx *e);
void answers_done(struct answers *a);

/*
 * Says what a save that failed with E needs: when rules ask, E becomes the question of the first one with how
 * to answer it, and the others go to stderr before. Any other failure stays as it is. Returns E's kind.
 */
enum err answers_explain(const struct answers *a, const struct findings *found, struct errctx *e);
/* Tells on stderr what was saved and will be seen by the ministry. */
void answers_tell_flags(const struct findings *found);

#endif

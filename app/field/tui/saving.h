/* Saving with the rules' questions: what a rule asks is put to the person, and the answer goes with the
 * record. */
#ifndef ALLUVIA_TUI_SAVING_H
#define ALLUVIA_TUI_SAVING_H

#include "app/field/tui/ui.h"
#include "schema/record/rules.h"

/* One try to save, with the answers given so far. */
typedef enum err saving_try(void *arg, struct ui *ui, const struct author *by,
                            const struct confirmations *answers, struct findings *found, struct errctx *e);

/*
 * Tries, asks for a reason where a rule wants one, and tries again. False when it was not saved: FOUND then
 * holds what stood against it, and whatever is no finding was shown. The caller frees FOUND in both cases.
 */
bool saving_run(struct ui *ui, saving_try *try_it, void *arg, struct findings *found);
/* The words of the first flag among FOUND; NULL without one. */
const char *saving_flags(const struct findings *found);

/* Says above the keys what was saved, BEFORE, and that flag. */
void saving_say_flag(struct ui *ui, const char *before, const struct entity *of, const char *flag);

#endif

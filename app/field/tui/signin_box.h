/* Choosing who works and typing the PIN: when the screens open, when they lock, when somebody else sits down.
 * It covers everything else. */
#ifndef ALLUVIA_TUI_SIGNIN_BOX_H
#define ALLUVIA_TUI_SIGNIN_BOX_H

#include "app/field/tui/ui.h"

enum signin_why {
    SIGNIN_START,
    SIGNIN_IDLE,  /* nothing was pressed for long */
    SIGNIN_ASKED, /* by key */
};

/*
 * True: who worked before goes on, or, at the start, the person has signed in to the store. False: the
 * program is being left, or somebody else signed in: then ui->switching, and ui->next is whom to open the
 * screens for once what is open was closed.
 */
bool signin_box(struct ui *ui, enum signin_why why);
/* Does this laptop ask for PINs at all? */
bool signin_is_guarded(struct ui *ui);

#endif

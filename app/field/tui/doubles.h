/* People who may be registered already, shown before a new one is saved, with what they share. */
#ifndef ALLUVIA_TUI_DOUBLES_H
#define ALLUVIA_TUI_DOUBLES_H

#include "app/field/tui/ui.h"

/* True: nobody is like this person, or somebody looked and it is another one. */
bool doubles_ask(struct ui *ui, const struct record *digger);

#endif

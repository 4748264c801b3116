/* Sticks and cards: what is mounted where people's media are. */
#ifndef ALLUVIA_TUI_VOLUMES_H
#define ALLUVIA_TUI_VOLUMES_H

#include <stdbool.h>

#include "app/field/tui/ui.h"

/* Lets a person choose a folder: one of the media that are there, or one that they type. OUT is set, to an
 * existing folder or not; false: gone back. */
bool volumes_choose(struct ui *ui, const char *title, const char *text, struct buf *out);

#endif

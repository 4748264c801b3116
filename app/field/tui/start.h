/* The first screen of a laptop that has no database yet: country, name, first officer, PIN. */
#ifndef ALLUVIA_TUI_START_H
#define ALLUVIA_TUI_START_H

#include "app/field/tui/ui.h"

/* True: the database was made and stands open in ui->app->store. */
bool start_run(struct ui *ui);

#endif

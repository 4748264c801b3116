/* The day sheet as it is seen: its state, and the drawing of it. The keys are screen_sheet.c's. */
#ifndef ALLUVIA_TUI_SHEET_VIEW_H
#define ALLUVIA_TUI_SHEET_VIEW_H

#include "app/field/tui/daysheet.h"
#include "app/field/tui/table.h"
#include "app/field/tui/ui.h"

struct day_sheet {
    struct daysheet sheet;
    struct team_scope scope;
    char *scope_name;
    struct table table;
    enum sheet_column column;
    bool fresh;         /* nothing was typed since the cell was entered: typing replaces */
    int64_t parcel_mct; /* what the carats should add up to; 0: not given */
};

/* Rows of teams that are seen. */
int sheet_view_rows(const struct ui *ui);
/* STATE is a struct day_sheet. */
void sheet_view_draw(struct ui *ui, void *state);

#endif

/*
 * The rows of a day sheet: a form of a return for every team, with what its last return said filled in. Knows
 * neither curses nor database.
 */
#ifndef ALLUVIA_TUI_DAYSHEET_H
#define ALLUVIA_TUI_DAYSHEET_H

#include "app/field/store/teams.h"
#include "app/field/tui/form.h"

enum sheet_column {
    SHEET_DIGGERS,
    SHEET_HOURS,
    SHEET_GRAVEL,
    SHEET_STONES,
    SHEET_CARATS,
    SHEET_GOLD,
    SHEET_NOTE,
    SHEET_COLUMNS
};

struct daysheet_row {
    struct form form;
    char *licence_no;
    char *holder;
    int64_t licence;
    bool diamonds; /* the licence is for them */
    bool gold;
    bool touched;     /* holds what is not saved */
    char *weighed_by; /* code: filled in with a weight */
};

struct daysheet {
    const struct field_world *world;
    int32_t day;
    struct daysheet_row *rows;
    int count;
};

void daysheet_done(struct daysheet *s);
/* Adds a row; then daysheet_sort puts them in the order of licence numbers. */
void daysheet_add(struct daysheet *s, const struct team_line *line);
void daysheet_sort(struct daysheet *s);
/* Puts the row back as it was saved, or as it was proposed. */
void daysheet_reset(struct daysheet *s, struct daysheet_row *row, const struct team_line *line);

/* The field of a column in the yield's table. */
int daysheet_field(enum sheet_column column);
/* Does the licence allow what this column counts? Others are passed over. */
bool daysheet_column_used(const struct daysheet_row *row, enum sheet_column column);

/* "yield", "nil", "not_worked", NULL: not reported. */
const char *daysheet_outcome(const struct daysheet_row *row);
void daysheet_set_nil(struct daysheet_row *row);
void daysheet_set_not_worked(struct daysheet_row *row, const char *reason);
/* A cell was typed into: the outcome follows from what stands there. */
void daysheet_follow(struct daysheet_row *row);

struct daysheet_sums {
    int reported;
    int unsaved;
    int64_t diggers;
    int64_t gravel_l;
    int64_t stones;
    int64_t diamond_mct;
    int64_t gold_mg;
};
struct daysheet_sums daysheet_sum(const struct daysheet *s);

#endif

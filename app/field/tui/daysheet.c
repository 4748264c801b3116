#include "app/field/tui/daysheet.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/date.h"
#include "schema/record/ident.h"

static const char *const FIELDS[SHEET_COLUMNS] = {
    [SHEET_DIGGERS] = "diggers", [SHEET_HOURS] = "hours_dh",     [SHEET_GRAVEL] = "gravel_l",
    [SHEET_STONES] = "stones",   [SHEET_CARATS] = "diamond_mct", [SHEET_GOLD] = "gold_mg",
    [SHEET_NOTE] = "note",
};

static int field_of(const char *name)
{
    return entity_field(&ENTITIES[ENTITY_YIELD], name);
}

int daysheet_field(enum sheet_column column)
{
    return field_of(FIELDS[column]);
}

bool daysheet_column_used(const struct daysheet_row *row, enum sheet_column column)
{
    if (column == SHEET_STONES || column == SHEET_CARATS)
        return row->diamonds || !row->gold;
    return column != SHEET_GOLD || row->gold;
}

static bool holds_code(const char *set, const char *code)
{
    size_t len = 0;
    for (const char *at = names_next(set ? set : "", &len); at; at = names_next(at + len, &len)) {
        if (strlen(code) == len && strncmp(at, code, len) == 0)
            return true;
    }
    return false;
}

static void put(struct daysheet_row *row, const char *field, const char *text)
{
    (void)form_put(&row->form, field_of(field), text);
}

/* From the last return, or OTHERWISE. */
static const char *carried(const struct team_line *line, const char *field, const char *otherwise)
{
    const char *text = line->last ? record_text(&line->last->record, field) : NULL;
    return text ? text : otherwise;
}

/* The team's size of the last day on which it worked, where it went to, and who speaks for it. */
static void propose(struct daysheet *s, struct daysheet_row *row, const struct team_line *line)
{
    char text[IDENT_BYTES];
    char day[DATE_BYTES];
    struct buf number = {0};
    form_init(&row->form, &ENTITIES[ENTITY_YIELD], s->world);
    put(row, "licence", ident_format_checked(row->licence, text));
    put(row, "date_from", date_format_days(s->day, day));
    put(row, "activity", carried(line, "activity", "washing"));
    put(row, "declared_by", carried(line, "declared_by", line->holder));
    if (line->last && record_has(&line->last->record, "site"))
        put(row, "site", ident_format_checked(record_number(&line->last->record, "site"), text));
    if (line->last && record_number(&line->last->record, "diggers") > 0) {
        buf_put_int(&number, record_number(&line->last->record, "diggers"));
        put(row, "diggers", buf_str(&number));
    }
    buf_done(&number);
}

void daysheet_reset(struct daysheet *s, struct daysheet_row *row, const struct team_line *line)
{
    form_done(&row->form);
    free(row->weighed_by);
    row->weighed_by = str_dup(carried(line, "weighed_by", "own_scale"));
    row->touched = false;
    if (line->made)
        form_load(&row->form, line->made, s->world);
    else
        propose(s, row, line);
    row->form.focus = daysheet_field(SHEET_DIGGERS);
}

void daysheet_add(struct daysheet *s, const struct team_line *line)
{
    const struct record *licence = &line->licence->record;
    s->rows = mem_resize(s->rows, (size_t)s->count + 1, sizeof *s->rows);
    struct daysheet_row *row = &s->rows[s->count++];
    *row = (struct daysheet_row){
        .licence = line->licence->id,
        .licence_no = str_dup(record_has(licence, "licence_no") ? record_text(licence, "licence_no") : ""),
        .holder = str_dup(line->holder),
        .diamonds = holds_code(record_text(licence, "minerals"), "diamond"),
        .gold = holds_code(record_text(licence, "minerals"), "gold"),
    };
    daysheet_reset(s, row, line);
}

void daysheet_done(struct daysheet *s)
{
    for (int i = 0; i < s->count; i++) {
        form_done(&s->rows[i].form);
        free(s->rows[i].licence_no);
        free(s->rows[i].holder);
        free(s->rows[i].weighed_by);
    }
    free(s->rows);
    s->rows = NULL;
    s->count = 0;
}

static int by_number(const void *a, const void *b)
{
    const struct daysheet_row *x = a;
    const struct daysheet_row *y = b;
    int order = strcmp(x->licence_no, y->licence_no);
    if (order == 0)
        order = x->form.id < y->form.id ? -1 : x->form.id > y->form.id;
    return order;
}

void daysheet_sort(struct daysheet *s)
{
    if (s->count > 0)
        qsort(s->rows, (size_t)s->count, sizeof *s->rows, by_number);
}

/* --- outcomes */

const char *daysheet_outcome(const struct daysheet_row *row)
{
    return record_text(&row->form.record, "outcome");
}

static void empty_finds(struct daysheet_row *row)
{
    static const char *const finds[] = {"stones",       "diamond_mct",    "gem_mct",
                                        "near_gem_mct", "industrial_mct", "gold_mg",
                                        "fineness",     "weighed_by",     "reason"};
    for (size_t i = 0; i < sizeof finds / sizeof finds[0]; i++)
        put(row, finds[i], "");
    row->touched = true;
}

void daysheet_set_nil(struct daysheet_row *row)
{
    empty_finds(row);
    put(row, "outcome", "nil");
}

void daysheet_set_not_worked(struct daysheet_row *row, const char *reason)
{
    empty_finds(row);
    put(row, "outcome", "not_worked");
    put(row, "reason", reason);
    put(row, "diggers", "0");
    put(row, "hours_dh", "");
    put(row, "gravel_l", "");
}

static bool has_weight(const struct daysheet_row *row)
{
    return record_number(&row->form.record, "diamond_mct") > 0 ||
           record_number(&row->form.record, "gold_mg") > 0;
}

void daysheet_follow(struct daysheet_row *row)
{
    bool found = has_weight(row) || record_number(&row->form.record, "stones") > 0;
    if (!found)
        return;
    put(row, "outcome", "yield");
    put(row, "reason", "");
    if (has_weight(row) && !record_has(&row->form.record, "weighed_by"))
        put(row, "weighed_by", row->weighed_by);
}

struct daysheet_sums daysheet_sum(const struct daysheet *s)
{
    struct daysheet_sums sums = {0};
    for (int i = 0; i < s->count; i++) {
        const struct record *r = &s->rows[i].form.record;
        sums.unsaved += s->rows[i].touched;
        if (!daysheet_outcome(&s->rows[i]))
            continue;
        sums.reported++;
        sums.diggers += record_number(r, "diggers");
        sums.gravel_l += record_number(r, "gravel_l");
        sums.stones += record_number(r, "stones");
        sums.diamond_mct += record_number(r, "diamond_mct");
        sums.gold_mg += record_number(r, "gold_mg");
    }
    return sums;
}

#include <stdlib.h>
#include <string.h>

#include "app/registry/report/frame.h"
#include "app/registry/report/registry_report.h"
#include "app/registry/store/report_store.h"
#include "schema/base/words.h"

enum {
    PARTS = 4
};

static const struct report_column COLUMNS[] = {
    {"district", "district", N_("District"), NULL, REPORT_CODE, 0, false, "district"},
    {"sex", "sex", N_("Sex"), NULL, REPORT_CODE, 0, false, "sex"},
    {"role", "role", N_("Role"), NULL, REPORT_CODE, 0, false, "person_role"},
    {"status", "status", N_("Status"), NULL, REPORT_CODE, 0, false, "person_status"},
    {"people", "people", N_("People"), NULL, REPORT_NUMBER, 0, true, NULL},
};

static const char METHOD[] = N_("persons registered; records marked as duplicates of others are not counted");

struct group {
    char *parts[PARTS]; /* in the order of the columns */
    int64_t people;
};

struct groups {
    struct group *rows;
    size_t count;
    size_t room;
    int64_t duplicates;
};

static enum err keep(void *arg, const struct counted *row, struct errctx *e)
{
    (void)e;
    struct groups *groups = arg;
    if (row->duplicate) {
        groups->duplicates += row->people;
        return ERR_OK;
    }
    if (groups->count == groups->room) {
        groups->room = groups->room ? groups->room * 2 : 64;
        groups->rows = mem_resize(groups->rows, groups->room, sizeof *groups->rows);
    }
    groups->rows[groups->count++] = (struct group){
        {str_dup(row->district), str_dup(row->sex), str_dup(row->role), str_dup(row->status)}, row->people};
    return ERR_OK;
}

/* Engines sort texts each in their own way. */
static int compare(const void *a, const void *b)
{
    const struct group *x = a;
    const struct group *y = b;
    int order = 0;
    for (int i = 0; i < PARTS && order == 0; i++)
        order = strcmp(x->parts[i], y->parts[i]);
    return order;
}

static int64_t add_rows(struct groups *groups, struct report *out)
{
    int64_t people = 0;
    if (groups->count > 0)
        qsort(groups->rows, groups->count, sizeof *groups->rows, compare);
    for (size_t i = 0; i < groups->count; i++) {
        struct group *group = &groups->rows[i];
        report_add_row(out);
        for (int part = 0; part < PARTS; part++)
            report_set_text(out, COLUMNS[part].name, *group->parts[part] ? group->parts[part] : NULL);
        report_set_number(out, "people", group->people);
        people += group->people;
    }
    return people;
}

enum err diggers_report(struct registry_store *s, struct report *out, struct errctx *e)
{
    struct groups groups = {0};
    report_init(out, "diggers", "", COLUMNS, sizeof COLUMNS / sizeof COLUMNS[0]);
    enum err result = registry_store_people(s, keep, &groups, e);
    if (result == ERR_OK) {
        int64_t people = add_rows(&groups, out);
        report_note_text(out, "method", METHOD);
        report_note_number(out, "duplicates", groups.duplicates);
        result = frame_note_source(s, out, people, e);
    }
    for (size_t i = 0; i < groups.count; i++)
        for (int part = 0; part < PARTS; part++)
            free(groups.rows[i].parts[part]);
    free(groups.rows);
    if (result != ERR_OK)
        report_done(out);
    return result;
}

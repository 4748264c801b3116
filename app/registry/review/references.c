/* What a record names, and the registry does not have: after it was put back to a backup, what a laptop that
 * is gone had sent since is lacking until somebody brings it, and what counts through it does not count. */
#include <stdio.h>

#include "app/registry/review/national.h"

enum {
    FIRST = NATIONAL_REFERENCE_DIGGER, /* the rules of this file stand together */
    LAST = NATIONAL_REFERENCE_SALE
};

static enum err ask(struct national_run *run, enum national_rule_id rule, const struct row *row,
                    const struct field *field, int64_t named, struct errctx *e)
{
    const struct row *there = NULL;
    char id[IDENT_BYTES];
    char text[128];
    if (national_see(run, field->target, named, &there, e) != ERR_OK)
        return e->kind;
    if (there)
        return ERR_OK;
    (void)ident_format(named, id);
    (void)snprintf(text, sizeof text, N_("names \"%s\", which has not reached the registry"), id);
    const struct national_question q = {.rule = rule,
                                        .field = field->name,
                                        .subject = row,
                                        .about = field->name,
                                        .scope = -named,
                                        .rests_on = id,
                                        .text = text};
    return national_ask(run, &q, e);
}

enum err national_references(struct national_run *run, const struct row *row, struct errctx *e)
{
    const struct entity *of = row->record.of;
    int rule = FIRST;
    enum err result = ERR_OK;
    while (rule <= LAST && NATIONAL_RULES[rule].of != of->id)
        rule++;
    for (int f = 0; f < of->field_count && rule <= LAST && result == ERR_OK; f++) {
        const struct value *value = &row->record.values[f];
        if (of->fields[f].type == FIELD_REF && value->state == VALUE_SET)
            result = ask(run, (enum national_rule_id)rule, row, &of->fields[f], value->number, e);
    }
    return result;
}

/* --- what came meanwhile */

struct again {
    struct national_run *run;
    enum entity_id of;
};

static enum err ask_again(void *arg, int64_t record, struct errctx *e)
{
    const struct again *a = arg;
    const struct row *row = NULL;
    if (national_see_counted(a->run, a->of, record, &row, e) != ERR_OK)
        return e->kind;
    return row ? national_references(a->run, row, e) : ERR_OK;
}

enum err national_references_again(struct national_run *run, struct errctx *e)
{
    for (int rule = FIRST; rule <= LAST; rule++) {
        struct again again = {run, NATIONAL_RULES[rule].of};
        if (national_doubt_arrived(run->store, NATIONAL_RULES[rule].id, ask_again, &again, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

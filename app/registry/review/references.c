/* What a record names, and the registry does not have: after it was put back to a backup, what a laptop that
 * is gone had sent since is lacking until somebody brings it, and what counts through it does not count. */
#include <stdio.h>

#include "app/registry/review/national.h"

static const struct {
    enum entity_id of;
    enum national_rule_id rule;
} RULES_OF[] = {
    {ENTITY_DIGGER, NATIONAL_REFERENCE_DIGGER}, {ENTITY_LICENCE, NATIONAL_REFERENCE_LICENCE},
    {ENTITY_SITE, NATIONAL_REFERENCE_SITE},     {ENTITY_CREW, NATIONAL_REFERENCE_CREW},
    {ENTITY_YIELD, NATIONAL_REFERENCE_YIELD},   {ENTITY_STONE, NATIONAL_REFERENCE_STONE},
    {ENTITY_SALE, NATIONAL_REFERENCE_SALE},
};

enum {
    KINDS = sizeof RULES_OF / sizeof RULES_OF[0]
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
    size_t kind = 0;
    enum err result = ERR_OK;
    while (kind < KINDS && RULES_OF[kind].of != of->id)
        kind++;
    for (int f = 0; f < of->field_count && kind < KINDS && result == ERR_OK; f++) {
        const struct value *value = &row->record.values[f];
        if (of->fields[f].type == FIELD_REF && value->state == VALUE_SET)
            result = ask(run, RULES_OF[kind].rule, row, &of->fields[f], value->number, e);
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
    for (size_t i = 0; i < KINDS; i++) {
        struct again again = {run, RULES_OF[i].of};
        const char *rule = NATIONAL_RULES[RULES_OF[i].rule].id;
        if (national_doubt_arrived(run->store, rule, ask_again, &again, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

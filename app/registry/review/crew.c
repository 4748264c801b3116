/* Who works on a licence: registered, active, and with a card that is valid. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "schema/base/date.h"

enum {
    MOST_CARDS = 50
};

struct cards {
    struct national_run *run;
    const struct code_list *kinds;
    char newest[DATE_BYTES]; /* the last day of the card that runs longest; "" without one */
    int64_t id;
};

/* A card is a licence that goes with a person. */
static enum err look_at_card(void *arg, int64_t licence, struct errctx *e)
{
    struct cards *c = arg;
    const struct row *row = NULL;
    if (national_see_counted(c->run, ENTITY_LICENCE, licence, &row, e) != ERR_OK)
        return e->kind;
    const char *kind = row ? record_text(&row->record, "kind") : NULL;
    const struct code *code = kind ? code_list_find(c->kinds, kind) : NULL;
    const char *class = code ? code_extra(c->kinds, code, "class") : NULL;
    const char *to = row ? record_text(&row->record, "valid_to") : NULL;
    if (!class || strcmp(class, "person") != 0 || !to || strcmp(to, c->newest) <= 0)
        return ERR_OK;
    (void)snprintf(c->newest, sizeof c->newest, "%s", to);
    c->id = licence;
    return ERR_OK;
}

static enum err say(struct national_run *run, const struct row *row, const char *about, int64_t rests_on,
                    const char *text, struct errctx *e)
{
    char id[IDENT_BYTES] = "";
    const struct national_question q = {.rule = NATIONAL_CARD,
                                        .subject = row,
                                        .about = about,
                                        .rests_on = rests_on ? ident_format(rests_on, id) : "",
                                        .text = text};
    return national_ask(run, &q, e);
}

/* The last day of the work as far as it is known: until today while nobody has said that it ended. */
static enum err ask_card(struct national_run *run, const struct row *row, int64_t digger, struct errctx *e)
{
    struct cards cards = {.run = run};
    char id[IDENT_BYTES];
    char today[DATE_BYTES];
    char text[128];
    char *key = NULL;
    size_t count = 0;
    if (codes_list(run->codes, "licence_kind", &cards.kinds, e) != ERR_OK)
        return e->kind;
    national_put_key("held", ident_format(digger, id), "", &key, &count);
    enum err result = national_alike(run->store, key, MOST_CARDS, look_at_card, &cards, e);
    free(key);
    const char *end = record_text(&row->record, "to_on");
    (void)date_format_days(run->today, today);
    if (!end || strcmp(end, today) > 0)
        end = today;
    if (result != ERR_OK || !cards.id || strcmp(cards.newest, end) >= 0)
        return result;
    (void)snprintf(text, sizeof text, N_("the card of this worker was valid until %s, before %s"),
                   cards.newest, end);
    return say(run, row, "card", cards.id, text, e);
}

enum err national_card(struct national_run *run, const struct row *row, struct errctx *e)
{
    int64_t id = record_number(&row->record, "digger");
    const struct row *digger = NULL;
    if (id == 0)
        return ERR_OK;
    if (national_see(run, ENTITY_DIGGER, id, &digger, e) != ERR_OK)
        return e->kind;
    if (!digger)
        return ERR_OK; /* crew.reference asks */
    if (digger->voided)
        return say(run, row, "person", id, N_("the registration of this worker was voided"), e);
    const char *status = record_text(&digger->record, "status");
    if (status && strcmp(status, "suspended") == 0 && !record_has(&row->record, "to_on"))
        return say(run, row, "status", id, N_("this worker is suspended"), e);
    return ask_card(run, row, id, e);
}

/*
 * What a return or a sale breaks by itself. The laptop's own rules that flag are asked again here: there they
 * saw what one laptop knew, and what they found did not travel.
 */
#include <stdio.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "app/registry/store/review.h"
#include "schema/base/date.h"

static enum err load(void *arg, enum entity_id of, int64_t id, struct record *out, struct errctx *e)
{
    const struct row *row = NULL;
    if (national_see(arg, of, id, &row, e) != ERR_OK)
        return e->kind;
    if (!row || row->voided)
        return ERR_NOT_FOUND;
    record_copy(out, &row->record);
    return ERR_OK;
}

static enum err tell(struct national_run *run, const struct row *row, const struct findings *found,
                     struct errctx *e)
{
    struct buf rests_on = {0};
    enum err result = ERR_OK;
    for (size_t i = 0; i < 2; i++) {
        static const char *const fields[] = {"licence", "site"};
        if (entity_field(row->record.of, fields[i]) >= 0 && record_has(&row->record, fields[i]))
            national_put_id(&rests_on, record_number(&row->record, fields[i]));
    }
    for (size_t i = 0; i < found->count && result == ERR_OK; i++)
        result = national_ask_flag(run, row, &found->rows[i], buf_str(&rests_on), e);
    buf_done(&rests_on);
    return result;
}

static enum err ask_flags(struct national_run *run, const struct row *row, struct errctx *e)
{
    const struct rule_world world = {.arg = run, .load = load};
    const struct rule_input in = {
        .record = &row->record, .id = row->id, .today = run->today, .codes = run->codes, .world = &world};
    struct findings found = {0};
    enum err result = ERR_OK;
    for (size_t i = 0; i < RULE_COUNT && result == ERR_OK; i++) {
        const struct rule *rule = &RULES[i];
        if (rule->ask && rule->level == LEVEL_FLAG && rule->of == row->record.of->id)
            result = rule->ask(rule, &in, &found, e);
    }
    if (result == ERR_OK)
        result = tell(run, row, &found, e);
    findings_done(&found);
    return result;
}

/* --- zones and their bans */

/* The district of the site, else of the licence; and its id. */
static enum err district_of(struct national_run *run, const struct record *r, const char **out, int64_t *id,
                            struct errctx *e)
{
    static const struct {
        const char *field;
        enum entity_id of;
    } places[] = {{"site", ENTITY_SITE}, {"licence", ENTITY_LICENCE}};
    *out = NULL;
    for (size_t i = 0; i < 2 && !*out; i++) {
        const struct row *row = NULL;
        int field = entity_field(r->of, places[i].field);
        if (field < 0 || !record_has(r, places[i].field))
            continue;
        *id = record_number(r, places[i].field);
        if (national_see(run, places[i].of, *id, &row, e) != ERR_OK)
            return e->kind;
        *out = row ? record_text(&row->record, "district") : NULL;
    }
    return ERR_OK;
}

/* Any day of a return may be one of a ban; what was found between two bans is not told apart. */
static enum err ask_ban(struct national_run *run, const struct row *row, enum national_rule_id rule,
                        struct errctx *e)
{
    const struct record *r = &row->record;
    const char *const fields[] = {rule == NATIONAL_BAN ? "date_from" : "date",
                                  rule == NATIONAL_BAN ? "date_to" : "date"};
    const char *district = NULL;
    const char *source = "";
    int64_t place = 0;
    if (record_number(r, "diamond_mct") == 0 || district_of(run, r, &district, &place, e) != ERR_OK)
        return record_number(r, "diamond_mct") == 0 ? ERR_OK : e->kind;
    for (size_t i = 0; district && i < 2; i++) {
        const char *day = record_text(r, fields[i]);
        const char *status = day ? codes_zone(run->codes, district, day, &source) : NULL;
        if (!status || strcmp(status, "not_compliant") != 0)
            continue;
        char text[512];
        char id[IDENT_BYTES];
        (void)snprintf(text, sizeof text, N_("%s was under a ban on %s (%s)"), district, day, source);
        const struct national_question q = {
            .rule = rule, .subject = row, .about = "", .rests_on = ident_format(place, id), .text = text};
        return national_ask(run, &q, e);
    }
    return ERR_OK;
}

/* --- days that had not come */

static enum err ask_clock(struct national_run *run, const struct row *row, int64_t received_at,
                          struct errctx *e)
{
    struct date date;
    struct errctx unread;
    const char *text = record_text(&row->record, "date_to");
    if (!received_at || !text || date_parse(text, &date, &unread) != ERR_OK ||
        date_to_days(date) <= date_of_instant(received_at) + national_limit(run, "date_ahead_most"))
        return ERR_OK;
    char words[160];
    char came[DATE_BYTES];
    (void)snprintf(words, sizeof words, N_("tells of %s, and reached the registry on %s"), text,
                   date_format_days(date_of_instant(received_at), came));
    const struct national_question q = {
        .rule = NATIONAL_CLOCK, .subject = row, .about = "", .rests_on = "", .text = words};
    return national_ask(run, &q, e);
}

enum err national_own(struct national_run *run, const struct row *row, int64_t received_at, struct errctx *e)
{
    bool sale = row->record.of->id == ENTITY_SALE;
    if (ask_flags(run, row, e) != ERR_OK ||
        ask_ban(run, row, sale ? NATIONAL_BAN_SALE : NATIONAL_BAN, e) != ERR_OK)
        return e->kind;
    return sale ? ERR_OK : ask_clock(run, row, received_at, e);
}

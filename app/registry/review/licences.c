/* Rules about licences and their returns and sales, whichever laptop they came from. */
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "schema/base/date.h"
#include "schema/base/decimal.h"
#include "schema/base/text.h"

enum {
    MOST_ALIKE = 100,
    CARAT_SCALE = 3 /* decimals */
};

static enum err load(struct national_run *run, enum entity_id of, int64_t id, struct row *out,
                     struct errctx *e)
{
    struct project_store *records = &registry_store_ledger(run->store)->records;
    return records->load(records->arg, of, id, out, e);
}

/* --- numbers */

struct comparing {
    const struct national_rule *rule;
    struct national_run *run;
    const struct row *row;
};

/* The question is asked of the record with the higher address, so that a pair is asked about once. */
static enum err compare_number(void *arg, int64_t id, struct errctx *e)
{
    const struct comparing *c = arg;
    struct row other = {0};
    char lower[IDENT_BYTES];
    if (id == c->row->id)
        return ERR_OK;
    if (load(c->run, ENTITY_LICENCE, id, &other, e) != ERR_OK)
        return e->kind;
    const struct row *high = other.id > c->row->id ? &other : c->row;
    const struct row *low = high == &other ? c->row : &other;
    enum err result = ERR_OK;
    if (!other.voided && record_number(&high->record, "renews") != low->id &&
        record_number(&low->record, "renews") != high->id)
        result = national_say(c->rule, c->run, high, ident_format(low->id, lower), e,
                              "licence number %.100s stands in %s too",
                              record_text(&high->record, "licence_no"), lower);
    row_done(&other);
    return result;
}

NATIONAL(national_same_number)
{
    struct comparing c = {rule, run, row};
    struct buf key = {0};
    if (!record_has(&row->record, "licence_no"))
        return ERR_OK;
    buf_puts(&key, "number:");
    text_fold(&key, record_text(&row->record, "licence_no"));
    enum err result = national_alike(run->store, buf_str(&key), MOST_ALIKE, compare_number, &c, e);
    buf_done(&key);
    return result;
}

/* --- returns */

struct returns {
    struct national_return *rows;
    size_t count;
    size_t room;
};

static enum err keep(void *arg, const struct national_return *row, struct errctx *e)
{
    (void)e;
    struct returns *list = arg;
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 64;
        list->rows = mem_resize(list->rows, list->room, sizeof *list->rows);
    }
    list->rows[list->count++] = *row;
    return ERR_OK;
}

static void put_carats(struct buf *out, int64_t mct)
{
    decimal_format(out, mct, CARAT_SCALE, CARAT_SCALE, '.');
}

NATIONAL(national_balance)
{
    struct returns list = {0};
    int64_t sold = 0;
    int64_t produced = 0;
    enum err result = national_returns(run->store, row->id, keep, &list, e);
    for (size_t i = 0; i < list.count; i++)
        produced += list.rows[i].diamond_mct;
    free(list.rows);
    if (result == ERR_OK)
        result = national_sold(run->store, row->id, &sold, e);
    if (result != ERR_OK)
        return result;
    int64_t part = decimal_muldiv(produced, codes_threshold(run->codes, "balance_tolerance_bp"), 10000);
    int64_t least = codes_threshold(run->codes, "balance_tolerance");
    if (sold <= produced + (part > least ? part : least))
        return ERR_OK;
    struct buf words = {0};
    buf_puts(&words, "sold ");
    put_carats(&words, sold);
    buf_puts(&words, " ct, found ");
    put_carats(&words, produced);
    result = national_say(rule, run, row, "", e, "%s ct", buf_str(&words));
    buf_done(&words);
    return result;
}

/* Says it of the return that came last by address, and names the other. */
static enum err say_overlap(const struct national_rule *rule, struct national_run *run,
                            const struct national_return *a, const struct national_return *b,
                            struct errctx *e)
{
    const struct national_return *high = a->id > b->id ? a : b;
    const struct national_return *low = high == a ? b : a;
    struct row row = {0};
    char id[IDENT_BYTES];
    char first[DATE_BYTES];
    char last[DATE_BYTES];
    if (load(run, ENTITY_YIELD, high->id, &row, e) != ERR_OK)
        return e->kind;
    (void)ident_format(low->id, id);
    enum err result = national_say(rule, run, &row, id, e, "days are in the return %s too, from %s to %s", id,
                                   date_format_days(low->first, first), date_format_days(low->last, last));
    row_done(&row);
    return result;
}

/* Returns come by first day: each is compared with those before it that reach into it. */
NATIONAL(national_overlap)
{
    struct returns list = {0};
    enum err result = national_returns(run->store, row->id, keep, &list, e);
    int64_t longest = codes_threshold(run->codes, "period_most");
    for (size_t i = 1; i < list.count && result == ERR_OK; i++) {
        for (size_t j = i; j-- > 0 && result == ERR_OK;) {
            if (list.rows[i].first - list.rows[j].first > longest)
                break;
            if (list.rows[j].site == list.rows[i].site && list.rows[j].last >= list.rows[i].first)
                result = say_overlap(rule, run, &list.rows[j], &list.rows[i], e);
        }
    }
    free(list.rows);
    return result;
}

static bool continues(const struct national_return *before, const struct national_return *after)
{
    return after->diamond_mct > 0 && after->site == before->site && after->first == before->last + 1 &&
           after->stones == before->stones && after->diamond_mct == before->diamond_mct;
}

static enum err say_identical(const struct national_rule *rule, struct national_run *run,
                              const struct national_return *rows, size_t count, struct errctx *e)
{
    struct row row = {0};
    struct buf others = {0};
    struct buf weight = {0};
    char id[IDENT_BYTES];
    for (size_t i = 0; i + 1 < count; i++)
        buf_printf(&others, "%s%s", i ? "," : "", ident_format(rows[i].id, id));
    put_carats(&weight, rows[0].diamond_mct);
    enum err result = load(run, ENTITY_YIELD, rows[count - 1].id, &row, e);
    if (result == ERR_OK)
        result =
            national_say(rule, run, &row, buf_str(&others), e, "%lld stones and %s ct in %zu returns running",
                         (long long)rows[0].stones, buf_str(&weight), count);
    row_done(&row);
    buf_done(&weight);
    buf_done(&others);
    return result;
}

NATIONAL(national_identical)
{
    struct returns list = {0};
    enum err result = national_returns(run->store, row->id, keep, &list, e);
    size_t least = (size_t)codes_threshold(run->codes, "identical_returns");
    for (size_t first = 0; first < list.count && result == ERR_OK;) {
        size_t next = first + 1;
        while (next < list.count && continues(&list.rows[next - 1], &list.rows[next]))
            next++;
        if (next - first >= least)
            result = say_identical(rule, run, &list.rows[first], next - first, e);
        first = next;
    }
    free(list.rows);
    return result;
}

/* --- silence */

struct listening {
    const struct national_rule *rule;
    struct national_run *run;
    const struct code_list *kinds;
};

static bool is_to_mine(const struct listening *l, const char *kind)
{
    const struct code *code = kind ? code_list_find(l->kinds, kind) : NULL;
    const char *class = code ? code_extra(l->kinds, code, "class") : NULL;
    return class && strcmp(class, "mining") == 0;
}

static enum err hear(void *arg, const struct national_standing *standing, struct errctx *e)
{
    const struct listening *l = arg;
    struct date last;
    struct row row = {0};
    struct errctx unreadable;
    if (!is_to_mine(l, standing->kind) || !standing->last_day ||
        date_parse(standing->last_day, &last, &unreadable) != ERR_OK)
        return ERR_OK;
    int64_t most = codes_threshold(l->run->codes, standing->washing ? "silence_washing" : "silence_most");
    if (l->run->today - date_to_days(last) <= most)
        return ERR_OK;
    if (load(l->run, ENTITY_LICENCE, standing->licence, &row, e) != ERR_OK)
        return e->kind;
    enum err result =
        standing->washing
            ? national_say(l->rule, l->run, &row, "", e, "no return since %s, and a site of it is washing",
                           standing->last_day)
            : national_say(l->rule, l->run, &row, "", e, "no return since %s", standing->last_day);
    row_done(&row);
    return result;
}

enum err national_silence(const struct national_rule *rule, struct national_run *run, struct errctx *e)
{
    struct listening l = {.rule = rule, .run = run};
    char today[DATE_BYTES];
    if (codes_list(run->codes, "licence_kind", &l.kinds, e) != ERR_OK ||
        national_clear_rule(run->store, rule->id, e) != ERR_OK)
        return e->kind;
    return national_standings(run->store, date_format_days(run->today, today), hear, &l, e);
}

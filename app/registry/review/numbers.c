/* Numbers that are of one thing in the country: licences, slips, seals. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "schema/base/decimal.h"
#include "schema/base/text.h"

enum {
    MOST_ALIKE = 100,
    CENTURY_DIGITS = 2
};

/* --- keys */

/* A letter that is often written for a digit, beside digits. */
static char as_digit(char c)
{
    if (c == 'o')
        return '0';
    return c == 'i' || c == 'l' ? '1' : c;
}

/* "AML 017/2026", "aml-17-26" and "AML 17 / 2O26" give one key: no signs, no zeros before a number, no
 * century before a year, and letters read as the digits that they were meant to be. */
static void put_group(struct buf *out, const char *group, size_t len)
{
    bool number = false;
    bool all = true;
    for (size_t i = 0; i < len; i++) {
        number = number || isdigit((unsigned char)group[i]);
        all = all && (isdigit((unsigned char)group[i]) || as_digit(group[i]) != group[i]);
    }
    if (!number || !all) {
        buf_put(out, group, len);
        return;
    }
    if (len == 4 && strncmp(group, "20", CENTURY_DIGITS) == 0) {
        group += CENTURY_DIGITS;
        len -= CENTURY_DIGITS;
    }
    while (len > 1 && as_digit(*group) == '0') {
        group++;
        len--;
    }
    for (size_t i = 0; i < len; i++)
        buf_putc(out, as_digit(group[i]));
}

static void put_number(struct buf *out, const char *text)
{
    struct buf folded = {0};
    text_fold(&folded, text);
    for (const char *at = buf_str(&folded); *at;) {
        bool digit = isdigit((unsigned char)*at) != 0;
        size_t len = 1;
        /* A word ends at a space, and where letters give way to digits. */
        while (at[len] && at[len] != ' ' && (digit || !isdigit((unsigned char)at[len])))
            len++;
        if (out->len)
            buf_putc(out, ' ');
        put_group(out, at, len);
        at += len;
        at += *at == ' ';
    }
    buf_done(&folded);
}

static void put_text_key(const char *kind, const char *text, char **keys, size_t *count)
{
    struct buf number = {0};
    if (!text)
        return;
    put_number(&number, text);
    national_put_key(kind, buf_str(&number), "", keys, count);
    buf_done(&number);
}

static void put_id_key(const char *kind, int64_t id, char **keys, size_t *count)
{
    char text[IDENT_BYTES];
    if (id)
        national_put_key(kind, ident_format(id, text), "", keys, count);
}

static void put_slip_key(const struct record *r, char **keys, size_t *count)
{
    struct buf buyer = {0};
    struct buf slip = {0};
    if (!record_has(r, "slip_no") || !record_has(r, "buyer_licence_no"))
        return;
    put_number(&buyer, record_text(r, "buyer_licence_no"));
    put_number(&slip, record_text(r, "slip_no"));
    national_put_key("slip", buf_str(&buyer), buf_str(&slip), keys, count);
    buf_done(&slip);
    buf_done(&buyer);
}

void national_number_keys(const struct record *r, char **keys, size_t *count)
{
    switch (r->of->id) {
    case ENTITY_LICENCE:
        put_text_key("number", record_text(r, "licence_no"), keys, count);
        put_id_key("held", record_number(r, "holder"), keys, count);
        break;
    case ENTITY_STONE:
        put_text_key("seal", record_text(r, "seal_no"), keys, count);
        break;
    case ENTITY_SALE:
        put_slip_key(r, keys, count);
        break;
    case ENTITY_CREW:
        put_id_key("worker", record_number(r, "digger"), keys, count);
        break;
    case ENTITY_SITE:
        put_text_key("river", record_text(r, "river"), keys, count);
        break;
    case ENTITY_DIGGER:
    case ENTITY_COOPERATIVE:
    case ENTITY_YIELD:
    case ENTITY_INSPECTION:
    case ENTITY_OFFICER:
    case ENTITY_COUNT:
        break;
    }
}

/* --- comparing: the question is asked of the record with the higher address, so that a pair is asked about
 * once */

struct comparing {
    struct national_run *run;
    const struct row *row;
    enum err (*compare)(struct national_run *run, const struct row *high, const struct row *low,
                        struct errctx *e);
};

static enum err compare_one(void *arg, int64_t id, struct errctx *e)
{
    const struct comparing *c = arg;
    const struct row *other = NULL;
    if (id == c->row->id)
        return ERR_OK;
    if (national_see_counted(c->run, c->row->record.of->id, id, &other, e) != ERR_OK)
        return e->kind;
    if (!other)
        return ERR_OK;
    return other->id > c->row->id ? c->compare(c->run, other, c->row, e)
                                  : c->compare(c->run, c->row, other, e);
}

static enum err compare_all(struct national_run *run, const struct row *row, const char *kind,
                            enum err (*compare)(struct national_run *, const struct row *, const struct row *,
                                                struct errctx *),
                            struct errctx *e)
{
    struct comparing c = {run, row, compare};
    char *keys[NATIONAL_KEYS];
    size_t count = 0;
    enum err result = ERR_OK;
    national_number_keys(&row->record, keys, &count);
    for (size_t i = 0; i < count; i++) {
        if (result == ERR_OK && strncmp(keys[i], kind, strlen(kind)) == 0)
            result = national_alike(run->store, keys[i], MOST_ALIKE, compare_one, &c, e);
        free(keys[i]);
    }
    return result;
}

static enum err say(struct national_run *run, enum national_rule_id rule, const struct row *high,
                    const struct row *low, const char *text, struct errctx *e)
{
    char id[IDENT_BYTES];
    (void)ident_format(low->id, id);
    const struct national_question q = {
        .rule = rule, .subject = high, .about = id, .rests_on = id, .text = text};
    return national_ask(run, &q, e);
}

static bool same_text(const struct record *a, const struct record *b, const char *field)
{
    struct buf x = {0};
    struct buf y = {0};
    if (!record_has(a, field) || !record_has(b, field))
        return false;
    text_fold(&x, record_text(a, field));
    text_fold(&y, record_text(b, field));
    bool same = strcmp(buf_str(&x), buf_str(&y)) == 0;
    buf_done(&x);
    buf_done(&y);
    return same;
}

/* --- licences */

/* What two licences of one number share, and what not. */
static void put_likeness(struct buf *out, const struct record *a, const struct record *b)
{
    bool holder = record_number(a, "holder") == record_number(b, "holder") &&
                  record_number(a, "holder_coop") == record_number(b, "holder_coop");
    bool days = same_text(a, b, "valid_from") && same_text(a, b, "valid_to");
    buf_printf(out, "%s, %s, %s", holder ? N_("the same holder") : N_("another holder"),
               same_text(a, b, "district") ? N_("the same district") : N_("another district"),
               days ? N_("the same days of validity") : N_("other days of validity"));
}

static enum err compare_licences(struct national_run *run, const struct row *high, const struct row *low,
                                 struct errctx *e)
{
    const struct record *a = &high->record;
    const struct record *b = &low->record;
    char id[IDENT_BYTES];
    struct buf text = {0};
    struct buf like = {0};
    if (record_number(a, "renews") == low->id || record_number(b, "renews") == high->id)
        return ERR_OK;
    put_likeness(&like, a, b);
    (void)ident_format(low->id, id);
    if (same_text(a, b, "licence_no"))
        buf_printf(&text, N_("licence number \"%.100s\" stands in %s too: %s"), record_text(a, "licence_no"),
                   id, buf_str(&like));
    else
        buf_printf(&text, N_("licence number \"%.100s\" stands in %s too as \"%.100s\": %s"),
                   record_text(a, "licence_no"), id, record_text(b, "licence_no"), buf_str(&like));
    buf_done(&like);
    enum err result = say(run, NATIONAL_SAME_NUMBER, high, low, buf_str(&text), e);
    buf_done(&text);
    return result;
}

enum err national_same_number(struct national_run *run, const struct row *row, struct errctx *e)
{
    return compare_all(run, row, "number:", compare_licences, e);
}

/* --- seals */

static enum err compare_seals(struct national_run *run, const struct row *high, const struct row *low,
                              struct errctx *e)
{
    char id[IDENT_BYTES];
    struct buf text = {0};
    if (record_number(&high->record, "yield") == record_number(&low->record, "yield"))
        return ERR_OK;
    buf_printf(&text, N_("seal \"%.60s\" closes stones of %s, which come from another return"),
               record_text(&high->record, "seal_no"), ident_format(low->id, id));
    enum err result = say(run, NATIONAL_SAME_SEAL, high, low, buf_str(&text), e);
    buf_done(&text);
    return result;
}

enum err national_same_seal(struct national_run *run, const struct row *row, struct errctx *e)
{
    return compare_all(run, row, "seal:", compare_seals, e);
}

/* --- slips */

/* Where the two sides of a slip differ, the older record's first. */
struct sides {
    bool weights;
    bool prices;
    struct national_figure ct[2];
    struct national_figure price[2];
    const char *currency;
};

static struct sides compare_sides(struct national_run *run, const struct record *new,
                                  const struct record *old)
{
    const char *currency = record_text(new, "currency");
    int64_t ct[] = {record_number(old, "diamond_mct"), record_number(new, "diamond_mct")};
    int64_t price[] = {record_number(old, "price_minor"), record_number(new, "price_minor")};
    int64_t most = decimal_muldiv(price[0] > price[1] ? price[0] : price[1],
                                  national_limit(run, "slip_tolerance_bp"), 10000);
    struct sides s = {.weights = llabs(ct[0] - ct[1]) > national_limit(run, "slip_tolerance"),
                      .prices = same_text(new, old, "currency") && llabs(price[0] - price[1]) > most,
                      .currency = currency};
    for (int i = 0; i < 2; i++) {
        s.ct[i] = national_decimal(ct[i], 3, 0);
        s.price[i] =
            national_decimal(price[i], s.prices ? codes_currency_exponent(run->codes, currency) : 0, 0);
    }
    return s;
}

static void put_twice(struct buf *out, const char *slip, const char *id, const struct sides *s)
{
    if (s->weights && s->prices)
        buf_printf(out, N_("slip \"%.60s\" stands in %s too; weights %s and %s ct; prices %s and %s %s"),
                   slip, id, s->ct[0].text, s->ct[1].text, s->price[0].text, s->price[1].text, s->currency);
    else if (s->weights)
        buf_printf(out, N_("slip \"%.60s\" stands in %s too; weights %s and %s ct"), slip, id, s->ct[0].text,
                   s->ct[1].text);
    else if (s->prices)
        buf_printf(out, N_("slip \"%.60s\" stands in %s too; prices %s and %s %s"), slip, id,
                   s->price[0].text, s->price[1].text, s->currency);
    else
        buf_printf(out,
                   N_("slip \"%.60s\" stands in %s too and says the same: the sale counts twice until one of "
                      "them is rejected"),
                   slip, id);
}

static enum err compare_slips(struct national_run *run, const struct row *high, const struct row *low,
                              struct errctx *e)
{
    const struct record *a = &high->record;
    const struct record *b = &low->record;
    const char *slip = record_text(a, "slip_no");
    enum national_rule_id rule = NATIONAL_SAME_SLIP;
    char id[IDENT_BYTES];
    struct buf text = {0};
    if (record_has(a, "book_no") && record_has(b, "book_no") && !same_text(a, b, "book_no"))
        return ERR_OK; /* slips of two books */
    (void)ident_format(low->id, id);
    if (record_number(a, "licence") != record_number(b, "licence")) {
        buf_printf(&text, N_("slip \"%.60s\" of this buyer stands in %s for another licence"), slip, id);
    } else {
        const struct sides sides = compare_sides(run, a, b);
        put_twice(&text, slip, id, &sides);
        if (sides.weights || sides.prices)
            rule = NATIONAL_SIDES_DIFFER;
    }
    enum err result = say(run, rule, high, low, buf_str(&text), e);
    buf_done(&text);
    return result;
}

enum err national_same_slip(struct national_run *run, const struct row *row, struct errctx *e)
{
    return compare_all(run, row, "slip:", compare_slips, e);
}

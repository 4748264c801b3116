/* RULES.md: what is asked of the records, and where: by the rows of the plausibility table that the register
 * was designed after. Words and levels come from the tables of rules. */
#include <string.h>

#include "schema/record/describe.h"
#include "schema/record/rules_national.h"

static const char INTRODUCTION[] =
    "# Rules\n"
    "\n"
    "Made by `alluvia-describe schema` from the tables in `schema/record/rules_table.c` and "
    "`rules_national.c`; do not\n"
    "edit. Rules of a *record* are asked on the laptop when it is saved, and again by the registry as far as "
    "they need nothing\n"
    "but the record; those that look at more are asked by the registry about what is new (`alluvia-registry "
    "review run`, and by\n"
    "itself in `serve` and after `import`). *Block* cannot be saved, *confirm* wants a reason, *flag* is a "
    "question for the ministry.\n"
    "The laptop's flags on returns and sales are asked again by the registry, which knows other laptops' "
    "licences and sites.\n"
    "Thresholds are data: `schema/codes/threshold.csv`, a country's own beside its profile, and what the "
    "ministry replaces\n"
    "(`codes replace threshold FILE`). No rule is a verdict, and none punishes a truthful nil or low "
    "return.\n";

/* A row of the table: its number, what it asks, the rules that ask it, and what there is to say besides. */
struct plausibility {
    int number;
    const char *asks;
    const char *rules; /* ids joined by ',' */
    const char *besides;
};

/* clang-format off */
static const struct plausibility PLAUSIBILITY[] = {
    {1, "weight of a single stone", "yield.stone_light,yield.stone_large,yield.stone_witness,yield.stone_most,stone.light,stone.large,stone.witness,stone.most,sale.stone_light,sale.stone_large,sale.stone_most", ""},
    {2, "mean weight of a parcel", "yield.mean,yield.mean_unusual,stone.mean,stone.mean_unusual,sale.mean,sale.mean_unusual", ""},
    {3, "weight and count agree", "yield.count,yield.nothing_given,yield.something_given,sale.count,stone.single", ""},
    {4, "slipped decimal mark", "yield.usual", ""},
    {5, "a licence's day", "yield.per_digger,yield.gang", ""},
    {6, "mean of a digger-day over a quarter of the year", "licence.mean_high,licence.mean_low", "Calendar quarters, so that a question stays the same one; from 20 days on. Whoever found nothing at all is asked about under row 10 alone."},
    {7, "implied grade", "yield.grade,yield.grade_noted", ""},
    {8, "gravel of a digger-day", "yield.gravel", ""},
    {9, "too few nil days", "licence.few_nil", "By half-years, in returns of one day of washing; besides the half of the share by chance, 3 standard deviations below it, since chance alone would ask about one licence in twenty at 30 days."},
    {10, "nothing but nil", "licence.only_nil", "Diamonds alone: who digs gold as well may have found that."},
    {11, "silence", "licence.silence", ""},
    {12, "identical returns", "yield.identical", ""},
    {13, "last digits of weights", "licence.digits", "Hundredths of a carat of weights from 0.10 ct on: in smaller ones the last digit is the first."},
    {14, "diggers present", "yield.diggers,yield.workers,yield.nobody,yield.women", ""},
    {15, "licence valid on every day", "yield.licence_valid,yield.licence_status,yield.licence_kind,sale.licence_valid,sale.licence_status", ""},
    {16, "digger's card", "crew.card,digger.card_twice", "A card is a licence of a kind of class person that a digger holds."},
    {17, "age", "digger.minor,digger.minor_unsure,digger.old", ""},
    {18, "area", "licence.area", ""},
    {19, "depth", "site.depth", ""},
    {20, "position", "site.pair,site.zero,site.swapped,site.outside", "Licences have no boundary in figures (`area_text`), so that 500 m beyond it is not asked."},
    {21, "dates", "yield.future,yield.future_unsure,yield.early,yield.late,yield.clock,sale.future,sale.future_unsure,sale.early,sale.late,inspection.future,inspection.future_unsure,inspection.early,inspection.late,licence.issued_future,licence.issued_early,site.future,cooperative.future", "A clock that stands before the newest entry marks the entry (`clk`, sync/PROTOCOL.md)."},
    {22, "wash period", "yield.period,yield.overlap,yield.overlaps", ""},
    {23, "balance", "sale.balance,sale.unproduced,stone.weight,stone.count,stone.found,licence.balance", "Asked again when the excess has doubled since somebody answered."},
    {24, "unsold stock", "licence.stock,licence.stock_old", "By age from 1 ct on; what was found first is sold first."},
    {25, "sale after production", "sale.before_find", ""},
    {26, "price of a carat, parcel", "sale.price,sale.usd_differs,sale.usd_missing", ""},
    {27, "price of a carat, single stone", "sale.price_single", ""},
    {28, "average price by district and half-year", "licence.price_moves", "Stands with the licence that sold for most, and rests on the dearest sales."},
    {29, "shares", "crew.shares", "No more than 100 percent on any day; a team whose other members are not registered yet has less."},
    {30, "buyer and seller", "sale.slip_twice,sale.slip_reused,sale.sides_differ", "Two records of one slip of a buyer: for another licence, with other figures, or with the same, which count twice."},
    {31, "bag or seal", "stone.seal_twice,stone.seal_reused", ""},
    {32, "one licence's share", "licence.hub", "With 20 licences 5 percent is what each has by right: a hub has 4 times the even share too."},
    {33, "zones that do not comply", "yield.zone,yield.ban,sale.ban", "`yield.zone` by what the site says, the others by the table of zones (`zone.csv`) and the day."},
    {34, "size distribution", "licence.sizes", "By half-years, in the classes of the published footprints, against all others of the district."},
    {35, "order downstream", "site.downstream", "Needs the river's name and a position at the sites, and a table of the river's course (`river.csv`), which a ministry draws from its maps; where there is none, nothing is asked."},
    {36, "gold", "yield.gold_per_digger,yield.gold_site,yield.fineness", ""},
    {37, "country", "licence.exports", "Needs the certificates' figures (`alluvia-registry exports import FILE`), and the stock at the beginning as the threshold `exports_opening_stock`; where there are none, a run says that it was not asked. Stands with the licence that found most."},
    {38, "possible duplicate person", "digger.same_person,digger.person_twice,digger.paper_twice,digger.own_duplicate,licence.same_number,licence.number_twice", "Points, with their reasons, from 70 on."},
    {39, "registration anew", "digger.unconfirmed", "By the last entry about the person, of any laptop."},
    {40, "batch", "", "Counts and chain of a batch's header are its own business, and a batch twice changes nothing (sync/PROTOCOL.md, order of checks)."},
};
/* clang-format on */
enum {
    ROW_COUNT = sizeof PLAUSIBILITY / sizeof PLAUSIBILITY[0]
};

static void put_rule(struct buf *out, const char *id)
{
    const struct rule *rule = rule_find(id);
    const struct national_rule *national = rule ? NULL : national_rule_find(id);
    if (rule)
        buf_printf(out, "| `%s` | %s | record | %s |\n", id, level_name(rule->level), rule->words);
    else if (national)
        buf_printf(out, "| `%s` | %s | registry: %s | %s |\n", id, level_name(national->level),
                   national_when_words(national->when), national->words);
    else
        buf_printf(out, "| `%s` | there is no such rule |\n", id);
}

static void put_head(struct buf *out)
{
    buf_puts(out, "\n| rule | level | looks at | words |\n|---|---|---|---|\n");
}

static void put_row(struct buf *out, const struct plausibility *row)
{
    buf_printf(out, "\n## %d. %c%s\n", row->number, row->asks[0] - 'a' + 'A', row->asks + 1);
    if (*row->rules)
        put_head(out);
    for (const char *at = row->rules; *at; at += *at == ',') {
        char id[64];
        size_t len = strcspn(at, ",");
        memcpy(id, at, len);
        id[len] = '\0';
        put_rule(out, id);
        at += len;
    }
    if (*row->besides)
        buf_printf(out, "\n%s\n", row->besides);
}

static bool is_in_a_row(const char *id)
{
    size_t wanted = strlen(id);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        for (const char *at = PLAUSIBILITY[i].rules; *at; at += *at == ',') {
            size_t len = strcspn(at, ",");
            if (len == wanted && strncmp(at, id, len) == 0)
                return true;
            at += len;
        }
    }
    return false;
}

void describe_put_rules(struct buf *out)
{
    buf_puts(out, INTRODUCTION);
    for (size_t i = 0; i < ROW_COUNT; i++)
        put_row(out, &PLAUSIBILITY[i]);
    buf_puts(out, "\n## Beyond the table\n");
    put_head(out);
    for (size_t i = 0; i < RULE_COUNT; i++) {
        if (!is_in_a_row(RULES[i].id))
            put_rule(out, RULES[i].id);
    }
    for (size_t i = 0; i < NATIONAL_RULE_COUNT; i++) {
        if (!is_in_a_row(NATIONAL_RULES[i].id))
            put_rule(out, NATIONAL_RULES[i].id);
    }
}

/* What the season was, for another program to add up: one plain row for each thing that counts. */
#include <string.h>

#include "schema/base/date.h"
#include "tests/season/nation.h"

struct files {
    FILE *licences;
    FILE *returns;
    FILE *sales;
    FILE *sites;
};

static void put_made(const struct files *to, const struct team *t, const struct made *m)
{
    char licence[IDENT_BYTES];
    char coop[IDENT_BYTES] = "";
    char from[DATE_BYTES];
    char until[DATE_BYTES];
    char id[IDENT_BYTES];
    if (t->coop)
        (void)ident_format(t->coop, coop);
    (void)ident_format(t->licence, licence);
    (void)ident_format(m->id, id);
    (void)date_format_days(m->from, from);
    (void)date_format_days(m->to, until);
    if (m->outcome == 's')
        (void)fprintf(to->sales, "%s,%s,%s,%s,KON/B/%03d,SLE,%d,%lld,%lld,%lld,%lld\n", id, licence,
                      t->district, from, m->buyer + 1, m->stones, (long long)m->mct, (long long)m->mg,
                      (long long)m->price_minor, (long long)m->usd_cents);
    else
        (void)fprintf(to->returns, "%s,%s,%s,%s,%s,%s,%c,%d,%lld,%lld\n", id, licence, coop, t->district,
                      from, until, m->outcome, m->stones, (long long)m->mct, (long long)m->mg);
}

static void put_team(const struct files *to, const struct team *t)
{
    char id[IDENT_BYTES];
    char coop[IDENT_BYTES] = "";
    char from[DATE_BYTES];
    char until[DATE_BYTES];
    if (t->coop)
        (void)ident_format(t->coop, coop);
    (void)fprintf(to->licences, "%s,%s,%s,%s,%s,%s,%d\n", ident_format(t->licence, id), t->licence_no, coop,
                  t->district, date_format_days(t->valid_from, from), date_format_days(t->valid_to, until),
                  t->site && strcmp(t->state, "washing") == 0);
    if (t->site)
        (void)fprintf(to->sites, "%s,%s\n", ident_format(t->site, coop), id);
    for (size_t i = 0; i < t->made_count; i++) {
        if (t->made[i].counts)
            put_made(to, t, &t->made[i]);
    }
}

void truth_write(struct nation *n)
{
    const struct files to = {
        nation_create(n, "licences.csv", "licence,licence_no,coop,district,valid_from,valid_to,washing"),
        nation_create(n, "returns.csv", "id,licence,coop,district,from,to,outcome,stones,mct,mg"),
        nation_create(n, "sales.csv",
                      "id,licence,district,date,buyer,currency,stones,mct,mg,price_minor,usd_cents"),
        nation_create(n, "sites.csv", "id,licence"),
    };
    for (int i = 0; i < n->laptop_count; i++) {
        for (int t = 0; t <= n->team_count; t++) {
            if (n->laptops[i].teams[t].licence)
                put_team(&to, &n->laptops[i].teams[t]);
        }
    }
    if (fclose(to.licences) != 0 || fclose(to.returns) != 0 || fclose(to.sales) != 0 || fclose(to.sites) != 0)
        nation_fail("the truth could not be written");
}

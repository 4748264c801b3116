/*
 * Sites along a river. Two sites are neighbours when they lie on the same river of the country's table, which
 * also says which of them is upstream; a site needs the river's name and a position. Where a country has no
 * such table, or the river is not in it, nothing is asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"

enum {
    MOST_SITES = 500 /* of one river */
};

struct along {
    int64_t site;
    int64_t place_m;
    int64_t stones;
    int64_t mct;
};

struct river {
    struct national_run *run;
    struct along sites[MOST_SITES];
    size_t count;
};

static bool place_of(struct national_run *run, const struct row *site, int64_t *out)
{
    const struct record *r = &site->record;
    return record_has(r, "river") && record_has(r, "lat_udeg") && record_has(r, "lon_udeg") &&
           codes_river_place(run->codes, record_text(r, "river"), record_number(r, "lat_udeg"),
                             record_number(r, "lon_udeg"), out);
}

static enum err keep_site(void *arg, int64_t id, struct errctx *e)
{
    struct river *river = arg;
    const struct row *row = NULL;
    struct along along = {.site = id};
    struct tally sum;
    if (national_see_counted(river->run, ENTITY_SITE, id, &row, e) != ERR_OK)
        return e->kind;
    if (!row || !place_of(river->run, row, &along.place_m) || river->count == MOST_SITES)
        return ERR_OK;
    if (facts_site_sums(river->run->store, id, &sum, e) != ERR_OK)
        return e->kind;
    along.stones = sum.stones;
    along.mct = sum.found_mct;
    /* Few stones say nothing of a site: its neighbours are those behind it. */
    if (along.stones > 0 && along.stones >= national_limit(river->run, "downstream_stones"))
        river->sites[river->count++] = along;
    return ERR_OK;
}

static int by_place(const void *a, const void *b)
{
    const struct along *x = a;
    const struct along *y = b;
    if (x->place_m != y->place_m)
        return x->place_m > y->place_m ? 1 : -1;
    return (x->site > y->site) - (x->site < y->site);
}

static enum err say(struct national_run *run, const struct along *up, const struct along *down,
                    struct errctx *e)
{
    const struct row *row = NULL;
    struct buf text = {0};
    char id[IDENT_BYTES];
    if (national_see_counted(run, ENTITY_SITE, down->site, &row, e) != ERR_OK || !row)
        return row ? e->kind : ERR_OK;
    buf_printf(&text, N_("stones weigh %s ct each here, and %s ct at %s, %s km upstream"),
               national_carats(down->mct / down->stones).text, national_carats(up->mct / up->stones).text,
               ident_format(up->site, id), national_decimal((down->place_m - up->place_m) / 100, 1, 0).text);
    const struct national_question q = {.rule = NATIONAL_DOWNSTREAM,
                                        .subject = row,
                                        .about = id,
                                        .scope = down->site,
                                        .rests_on = id,
                                        .text = buf_str(&text)};
    enum err result = national_ask(run, &q, e);
    buf_done(&text);
    return result;
}

static enum err ask(struct river *river, struct errctx *e)
{
    int64_t times = national_limit(river->run, "downstream_times");
    enum err result = ERR_OK;
    for (size_t i = 0; i < river->count && result == ERR_OK; i++)
        result = national_doubt_scope(river->run->store, river->sites[i].site, 0, 0, e);
    for (size_t i = 1; i < river->count && result == ERR_OK; i++) {
        const struct along *up = &river->sites[i - 1];
        const struct along *down = &river->sites[i];
        if (down->place_m > up->place_m && down->mct * up->stones > times * up->mct * down->stones)
            result = say(river->run, up, down, e);
    }
    return result;
}

enum err national_site(struct national_run *run, int64_t site, struct errctx *e)
{
    const struct row *row = NULL;
    int64_t place = 0;
    if (national_doubt_scope(run->store, site, 0, 0, e) != ERR_OK ||
        national_see_counted(run, ENTITY_SITE, site, &row, e) != ERR_OK)
        return e->kind;
    if (!row || !place_of(run, row, &place))
        return ERR_OK;
    struct river *river = mem_zero(1, sizeof *river);
    char *keys[NATIONAL_KEYS];
    size_t count = 0;
    enum err result = ERR_OK;
    river->run = run;
    national_number_keys(&row->record, keys, &count);
    for (size_t i = 0; i < count; i++) {
        if (result == ERR_OK)
            result = national_alike(run->store, keys[i], MOST_SITES, keep_site, river, e);
        free(keys[i]);
    }
    if (river->count > 0)
        qsort(river->sites, river->count, sizeof river->sites[0], by_place);
    if (result == ERR_OK)
        result = ask(river, e);
    free(river);
    return result;
}

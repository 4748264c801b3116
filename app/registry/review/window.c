/* A licence's half-year: its work read once, its sums written, its rules asked. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/report/sizes.h"
#include "app/registry/review/national.h"

_Static_assert((int)TALLY_SIZES == (int)SIZE_CLASSES, "a tally counts the classes of the footprint");

enum {
    /* Days before and after that are read too: a run of returns, each of at most a month, that crosses. */
    MARGIN_DAYS = 62,
    MOST_SITES =
        64 /* of a licence in a half-year that have sums of their own; what is more stands together */
};

struct filling {
    struct national_window window;
    size_t return_room;
    size_t sale_room;
    struct national_run *run;
    struct tally tallies[MOST_SITES + 1];
    size_t tally_count;
    int64_t *sized; /* returns whose stones were recorded one by one, ascending */
    size_t sized_count;
    size_t sized_room;
};

bool national_within(const struct national_window *w, const struct worked *r)
{
    return r->last >= w->first && r->last <= w->last;
}

/* --- reading */

static enum err keep_return(void *arg, const struct worked *r, struct errctx *e)
{
    (void)e;
    struct filling *f = arg;
    if (f->window.return_count == f->return_room) {
        f->return_room = f->return_room ? f->return_room * 2 : 128;
        f->window.returns = mem_resize(f->window.returns, f->return_room, sizeof *f->window.returns);
    }
    f->window.returns[f->window.return_count++] = *r;
    return ERR_OK;
}

static enum err keep_sale(void *arg, const struct first_sale *sale, struct errctx *e)
{
    (void)e;
    struct filling *f = arg;
    if (f->window.sale_count == f->sale_room) {
        f->sale_room = f->sale_room ? f->sale_room * 2 : 32;
        f->window.sales = mem_resize(f->window.sales, f->sale_room, sizeof *f->window.sales);
    }
    f->window.sales[f->window.sale_count++] = *sale;
    return ERR_OK;
}

/* By site, and there by day: neighbours in time stand beside each other. */
static int by_day(const void *a, const void *b)
{
    const struct worked *x = a;
    const struct worked *y = b;
    if (x->site != y->site)
        return x->site > y->site ? 1 : -1;
    if (x->first != y->first)
        return x->first > y->first ? 1 : -1;
    if (x->last != y->last)
        return x->last > y->last ? 1 : -1;
    return (x->record > y->record) - (x->record < y->record);
}

/* --- sums */

static enum err district_of(struct filling *f, int64_t site, char out[DISTRICT_BYTES], struct errctx *e)
{
    const struct row *row = NULL;
    if (national_see(f->run, ENTITY_SITE, site, &row, e) != ERR_OK)
        return e->kind;
    const char *own = row ? record_text(&row->record, "district") : NULL;
    (void)snprintf(out, DISTRICT_BYTES, "%s", own ? own : f->window.district);
    return ERR_OK;
}

static enum err tally_of(struct filling *f, int64_t site, struct tally **out, struct errctx *e)
{
    for (size_t i = 0; i < f->tally_count; i++) {
        if (f->tallies[i].site == site) {
            *out = &f->tallies[i];
            return ERR_OK;
        }
    }
    if (site != 0 && f->tally_count == MOST_SITES)
        return tally_of(f, 0, out, e);
    *out = &f->tallies[f->tally_count++];
    **out = (struct tally){.licence = f->window.licence, .half = f->window.half, .site = site};
    return district_of(f, site, (*out)->district, e);
}

static enum err add_return(struct filling *f, const struct worked *r, struct errctx *e)
{
    struct tally *t = NULL;
    if (!national_within(&f->window, r))
        return ERR_OK;
    if (tally_of(f, r->site, &t, e) != ERR_OK)
        return e->kind;
    t->returns++;
    t->last = r->last > t->last ? r->last : t->last;
    t->stones += r->stones;
    t->found_mct += r->diamond_mct;
    return ERR_OK;
}

static int64_t site_of(const struct national_window *w, int64_t yield)
{
    for (size_t i = 0; i < w->return_count; i++) {
        if (w->returns[i].record == yield)
            return w->returns[i].site;
    }
    return 0;
}

static enum err add_stone(void *arg, int64_t yield, int64_t diamond_mct, struct errctx *e)
{
    struct filling *f = arg;
    struct tally *t = NULL;
    if (f->sized_count == f->sized_room) {
        f->sized_room = f->sized_room ? f->sized_room * 2 : 64;
        f->sized = mem_resize(f->sized, f->sized_room, sizeof *f->sized);
    }
    f->sized[f->sized_count++] = yield;
    if (tally_of(f, site_of(&f->window, yield), &t, e) != ERR_OK)
        return e->kind;
    t->sizes[size_class(diamond_mct)]++;
    return ERR_OK;
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a;
    int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* A return of one stone that nobody described further is a stone of its weight. */
static enum err add_single(struct filling *f, const struct worked *r, struct errctx *e)
{
    struct tally *t = NULL;
    if (!national_within(&f->window, r) || r->stones != 1 || r->diamond_mct == 0 ||
        (f->sized_count > 0 && bsearch(&r->record, f->sized, f->sized_count, sizeof *f->sized, by_number)))
        return ERR_OK;
    if (tally_of(f, r->site, &t, e) != ERR_OK)
        return e->kind;
    t->sizes[size_class(r->diamond_mct)]++;
    return ERR_OK;
}

static enum err sum(struct filling *f, struct errctx *e)
{
    struct national_window *w = &f->window;
    struct tally *t = NULL;
    enum err result = tally_of(f, 0, &t, e);
    for (size_t i = 0; i < w->return_count && result == ERR_OK; i++)
        result = add_return(f, &w->returns[i], e);
    if (result == ERR_OK)
        result = facts_stones(f->run->store, w->licence, w->first, w->last, add_stone, f, e);
    for (size_t i = 0; i < w->return_count && result == ERR_OK; i++)
        result = add_single(f, &w->returns[i], e);
    t = &f->tallies[0];
    for (size_t i = 0; i < w->sale_count; i++) {
        t->sold_mct += w->sales[i].diamond_mct;
        t->valued_mct += w->sales[i].valued_mct;
        t->usd_cents += w->sales[i].usd_cents;
    }
    return result;
}

/* Sums of all half-years, this one as it was just written. */
static enum err add_total(void *arg, const struct tally *t, struct errctx *e)
{
    (void)e;
    struct national_window *w = arg;
    w->found_mct += t->found_mct;
    w->sold_mct += t->sold_mct;
    return ERR_OK;
}

static enum err note_due(struct filling *f, struct errctx *e)
{
    struct due due = {.kind = DUE_COUNTRY, .id = f->window.half};
    enum err result = facts_put_due(f->run->store, &due, e);
    for (size_t i = 0; i < f->tally_count && result == ERR_OK; i++) {
        const struct tally *t = &f->tallies[i];
        struct due place = {.kind = DUE_DISTRICT, .id = t->half};
        (void)snprintf(place.name, sizeof place.name, "%s", t->district);
        bool again = i > 0 && strcmp(t->district, f->tallies[0].district) == 0;
        if (*t->district && !again)
            result = facts_put_due(f->run->store, &place, e);
        if (result == ERR_OK && t->site != 0) {
            struct due site = {.kind = DUE_SITE, .id = t->site};
            result = facts_put_due(f->run->store, &site, e);
        }
    }
    return result;
}

/* --- asking */

static enum err ask_rules(struct national_run *run, const struct national_window *w, struct errctx *e)
{
    static national_weigh *const rules[] = {national_overlap,  national_identical, national_balance,
                                            national_stock,    national_mean,      national_few_nil,
                                            national_only_nil, national_digits};
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i](run, w, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

static enum err begin(struct filling *f, struct errctx *e)
{
    struct national_window *w = &f->window;
    const struct row *row = NULL;
    if (national_see(f->run, ENTITY_LICENCE, w->licence, &row, e) != ERR_OK)
        return e->kind;
    const char *district = row ? record_text(&row->record, "district") : NULL;
    (void)snprintf(w->district, sizeof w->district, "%s", district ? district : "");
    w->first = facts_half_first(w->half);
    w->last = facts_half_last(w->half);
    if (national_see_counted(f->run, ENTITY_LICENCE, w->licence, &w->row, e) != ERR_OK ||
        facts_worked(f->run->store, w->licence, w->first - MARGIN_DAYS, w->last + MARGIN_DAYS, keep_return, f,
                     e) != ERR_OK)
        return e->kind;
    if (w->return_count > 0)
        qsort(w->returns, w->return_count, sizeof *w->returns, by_day);
    return facts_sales(f->run->store, w->licence, w->first, w->last, keep_sale, f, e);
}

static bool is_empty(const struct tally *t)
{
    return t->returns == 0 && t->sold_mct == 0;
}

/* Written whether or not anything is in it: what it held before goes. */
static enum err write(struct filling *f, struct errctx *e)
{
    size_t count = f->tally_count;
    if (count == 1 && is_empty(&f->tallies[0]))
        count = 0;
    if (facts_put_tallies(f->run->store, f->window.licence, f->window.half, f->tallies, count, e) != ERR_OK ||
        note_due(f, e) != ERR_OK)
        return e->kind;
    return facts_tallies(f->run->store, f->window.licence, add_total, &f->window, e);
}

enum err national_weigh_half(struct national_run *run, int64_t licence, int half, struct errctx *e)
{
    struct filling f = {.run = run, .window = {.licence = licence, .half = half}};
    enum err result = begin(&f, e);
    if (result == ERR_OK)
        result = sum(&f, e);
    if (result == ERR_OK)
        result = write(&f, e);
    if (result == ERR_OK)
        result = national_doubt_scope(run->store, licence, f.window.first, f.window.last, e);
    if (result == ERR_OK)
        result = national_doubt_scope(run->store, licence, 0, 0, e); /* of its whole life */
    if (result == ERR_OK && f.window.row)
        result = ask_rules(run, &f.window, e);
    free(f.window.returns);
    free(f.window.sales);
    free(f.sized);
    return result;
}

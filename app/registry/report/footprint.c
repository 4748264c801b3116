#include <stdio.h>
#include <string.h>

#include "app/registry/report/frame.h"
#include "app/registry/report/registry_report.h"
#include "app/registry/report/sizes.h"
#include "app/registry/report/statistics.h"
#include "app/registry/store/report_store.h"
#include "schema/base/decimal.h"
#include "schema/base/words.h"
#include "schema/record/ident.h"

#define PLAIN                                                                                                \
    {"variable", "variable", N_("Variable"), NULL, REPORT_TEXT, 0, false, NULL},                             \
        {"class", "class", N_("Class"), NULL, REPORT_TEXT, 0, false, NULL},                                  \
        {"stones", "stones", N_("Stones"), NULL, REPORT_NUMBER, 0, false, NULL},                             \
        {"share_bp", "share_pct", N_("Share"), "%", REPORT_NUMBER, 2, false, NULL},                          \
    {                                                                                                        \
        "diamond_mct", "diamond_ct", "Weight", "ct", REPORT_NUMBER, 3, false, NULL                           \
    }

static const struct report_column DESCRIBED[] = {PLAIN};
/* A comparison's figures stand in the rows of sums; people read them in words below the table. */
static const struct report_column COMPARED[] = {
    PLAIN,
    {"against_stones", "against_stones", N_("Against"), NULL, REPORT_NUMBER, 0, false, NULL},
    {"against_share_bp", "against_share_pct", N_("Share"), "%", REPORT_NUMBER, 2, false, NULL},
    {"against_diamond_mct", "against_diamond_ct", N_("Weight"), "ct", REPORT_NUMBER, 3, false, NULL},
    {"merged", "merged", N_("Merged"), NULL, REPORT_NUMBER, 0, false, NULL},
    {"chi_square_centi", "chi_square", NULL, NULL, REPORT_NUMBER, 2, false, NULL},
    {"freedom", "freedom", NULL, NULL, REPORT_NUMBER, 0, false, NULL},
    {"limit_centi", "limit", NULL, NULL, REPORT_NUMBER, 2, false, NULL},
    {"p_myriad", "p", NULL, NULL, REPORT_NUMBER, 4, false, NULL},
    {"ks_milli", "ks", NULL, NULL, REPORT_NUMBER, 3, false, NULL},
    {"ks_limit_milli", "ks_limit", NULL, NULL, REPORT_NUMBER, 3, false, NULL},
    {"verdict", "verdict", NULL, NULL, REPORT_TEXT, 0, false, NULL},
};

static const char METHOD[] = N_(
    "stones, parcels and returns of a single stone, by the day on which the return ends. Classes are merged "
    "until 5 stones are expected in each; then chi-square at 5 %, for sizes Kolmogorov-Smirnov too. Does not "
    "fit is a question for an expert, fits proves nothing");

enum variable_id {
    VARIABLE_SIZE,
    VARIABLE_CLASS,
    VARIABLE_COLOUR
};
enum {
    VARIABLE_COUNT = VARIABLE_COLOUR + 1
};

struct variable {
    const char *name;
    const struct code_list *list; /* NULL: by weight */
    struct statistics_table stones;
    int64_t a_mct[STATISTICS_MAX_CLASSES];
    int64_t b_mct[STATISTICS_MAX_CLASSES];
};

struct footprint {
    const struct footprint_question *q;
    struct codes *codes;
    struct variable variables[VARIABLE_COUNT];
    int64_t records;
    int64_t unsized; /* stones whose size class is not known */
};

/* --- which stones */

/* Whether DISTRICT is WITHIN or belongs to it. */
static bool district_is_in(struct codes *codes, const char *district, const char *within)
{
    enum {
        MOST_LEVELS = 8 /* a list that runs in a circle ends too */
    };
    const struct code_list *list = NULL;
    struct errctx e;
    if (codes_list(codes, "district", &list, &e) != ERR_OK)
        return strcmp(district, within) == 0;
    for (int level = 0; level < MOST_LEVELS && district && *district; level++) {
        if (strcmp(district, within) == 0)
            return true;
        const struct code *code = code_list_find(list, district);
        district = code ? code_extra(list, code, "parent") : NULL;
    }
    return false;
}

static bool is_from(struct codes *codes, const struct origin *o, const struct found *row)
{
    switch (o->kind) {
    case ORIGIN_SITE:
        return row->site == o->site;
    case ORIGIN_DISTRICT:
        return district_is_in(codes, row->district, o->district);
    case ORIGIN_DEVICE:
        return ident_device(row->id) == o->device;
    case ORIGIN_OTHERS:
        return true; /* of what is not in the first sample */
    }
    return false;
}

/* --- counting */

/* -1 when TEXT is in none. */
static int class_by_code(const struct code_list *list, const char *text)
{
    for (size_t i = 0; i < code_list_count(list) && i < STATISTICS_MAX_CLASSES; i++) {
        if (strcmp(code_list_at(list, i)->code, text) == 0)
            return (int)i;
    }
    return -1;
}

static int class_by_weight(const struct found *row)
{
    return row->stones == 1 ? size_class(row->diamond_mct) : -1;
}

static int class_of(const struct footprint *f, enum variable_id id, const struct found *row)
{
    const struct code_list *list = f->variables[id].list;
    switch (id) {
    case VARIABLE_SIZE:
        return list ? class_by_code(list, row->sieve) : class_by_weight(row);
    case VARIABLE_CLASS:
        return class_by_code(list, row->class);
    case VARIABLE_COLOUR:
        return class_by_code(list, row->colour);
    }
    return -1;
}

static void count_row(struct footprint *f, const struct found *row, bool first_sample)
{
    for (int i = 0; i < VARIABLE_COUNT; i++) {
        struct variable *v = &f->variables[i];
        int class = class_of(f, (enum variable_id)i, row);
        if (class < 0 && i == VARIABLE_SIZE)
            f->unsized += row->stones;
        if (class < 0)
            continue;
        *(first_sample ? &v->stones.a[class] : &v->stones.b[class]) += row->stones;
        *(first_sample ? &v->a_mct[class] : &v->b_mct[class]) += row->diamond_mct;
    }
    f->records++;
}

static enum err keep(void *arg, const struct found *row, struct errctx *e)
{
    (void)e;
    struct footprint *f = arg;
    bool first_sample = is_from(f->codes, &f->q->of, row);
    /* Two samples share no stone. */
    if (first_sample || (f->q->against && is_from(f->codes, f->q->against, row)))
        count_row(f, row, first_sample);
    return ERR_OK;
}

static enum err choose_classes(struct footprint *f, struct errctx *e)
{
    static const char *const names[] = {"size", "class", "colour"};
    static const char *const lists[] = {"sieve", "stone_class", "colour"};
    for (int i = 0; i < VARIABLE_COUNT; i++) {
        struct variable *v = &f->variables[i];
        v->name = names[i];
        v->stones.classes = SIZE_CLASSES;
        if (i == VARIABLE_SIZE && f->q->size == FOOTPRINT_BY_WEIGHT)
            continue;
        if (codes_list(f->codes, lists[i], &v->list, e) != ERR_OK)
            return e->kind;
        size_t count = code_list_count(v->list);
        v->stones.classes = count < STATISTICS_MAX_CLASSES ? (int)count : STATISTICS_MAX_CLASSES;
    }
    return ERR_OK;
}

/* --- the report */

static int64_t sum_of(const int64_t *numbers, int count)
{
    int64_t sum = 0;
    for (int i = 0; i < count; i++)
        sum += numbers[i];
    return sum;
}

static int64_t share_of(int64_t part, int64_t all)
{
    return all ? decimal_muldiv(part, 10000, all) : 0;
}

/* Class -1 is all of them. */
static void add_counts(const struct variable *v, int class, bool compare, struct report *out)
{
    int count = v->stones.classes;
    int64_t a = sum_of(v->stones.a, count);
    int64_t b = sum_of(v->stones.b, count);
    int64_t in_a = class < 0 ? a : v->stones.a[class];
    int64_t in_b = class < 0 ? b : v->stones.b[class];
    report_add_row(out);
    report_set_text(out, "variable", v->name);
    if (class >= 0)
        report_set_text(out, "class",
                        v->list ? code_list_at(v->list, (size_t) class)->code : size_name(class));
    report_set_number(out, "stones", in_a);
    report_set_number(out, "share_bp", share_of(in_a, a));
    report_set_number(out, "diamond_mct", class < 0 ? sum_of(v->a_mct, count) : v->a_mct[class]);
    if (!compare)
        return;
    report_set_number(out, "against_stones", in_b);
    report_set_number(out, "against_share_bp", share_of(in_b, b));
    report_set_number(out, "against_diamond_mct", class < 0 ? sum_of(v->b_mct, count) : v->b_mct[class]);
}

struct comparison {
    int group[STATISTICS_MAX_CLASSES];
    struct statistics_chi_square chi;
    struct statistics_distance ks; /* 0 unless the classes are ordered */
    const char *verdict;
};

static void compare(const struct variable *v, bool ordered, struct comparison *c)
{
    struct statistics_table merged = v->stones;
    *c = (struct comparison){0};
    statistics_merge(&merged, ordered, c->group);
    c->chi = statistics_chi_square(&merged);
    if (ordered)
        c->ks = statistics_distance(&v->stones);
    if (c->chi.freedom == 0)
        c->verdict = "too_few";
    else if (c->chi.value_centi > c->chi.limit_centi || c->ks.value_milli > c->ks.limit_milli)
        c->verdict = "does_not_fit";
    else
        c->verdict = "fits";
}

enum {
    FIGURE_BYTES = 32
};

static const char *figure(int64_t number, int scale, char *out)
{
    struct buf words = {0};
    decimal_format(&words, number, scale, scale, '.');
    (void)snprintf(out, FIGURE_BYTES, "%s", buf_str(&words));
    buf_done(&words);
    return out;
}

static void put_tests(const struct comparison *c, struct buf *out)
{
    char chi[FIGURE_BYTES];
    char freedom[FIGURE_BYTES];
    char limit[FIGURE_BYTES];
    char p[FIGURE_BYTES];
    char d[FIGURE_BYTES];
    char d_limit[FIGURE_BYTES];
    (void)figure(c->chi.value_centi, 2, chi);
    (void)figure(c->chi.freedom, 0, freedom);
    (void)figure(c->chi.limit_centi, 2, limit);
    (void)figure(c->chi.p_myriad, 4, p);
    if (c->ks.limit_milli)
        buf_printf(
            out,
            N_("chi-square %s, degrees of freedom %s, limit %s, p %s; Kolmogorov-Smirnov D %s, limit %s"),
            chi, freedom, limit, p, figure(c->ks.value_milli, 3, d), figure(c->ks.limit_milli, 3, d_limit));
    else
        buf_printf(out, N_("chi-square %s, degrees of freedom %s, limit %s, p %s"), chi, freedom, limit, p);
}

static void note_comparison(const struct variable *v, const struct comparison *c, struct report *out)
{
    struct buf words = {0};
    if (c->chi.freedom == 0) {
        report_note_text(out, v->name, N_("too few stones to say anything"));
        return;
    }
    put_tests(c, &words);
    buf_printf(&words, ": %s",
               strcmp(c->verdict, "fits") == 0 ? N_("fits, which proves nothing")
                                               : N_("does not fit, a question for an expert"));
    report_note_text(out, v->name, buf_str(&words));
    buf_done(&words);
}

static void put_comparison(const struct comparison *c, struct report *out)
{
    report_set_text(out, "verdict", c->verdict);
    if (c->chi.freedom == 0)
        return;
    report_set_number(out, "chi_square_centi", c->chi.value_centi);
    report_set_number(out, "freedom", c->chi.freedom);
    report_set_number(out, "limit_centi", c->chi.limit_centi);
    report_set_number(out, "p_myriad", c->chi.p_myriad);
    if (c->ks.limit_milli) {
        report_set_number(out, "ks_milli", c->ks.value_milli);
        report_set_number(out, "ks_limit_milli", c->ks.limit_milli);
    }
}

static void add_variable(const struct variable *v, bool ordered, bool with_other, struct report *out)
{
    struct comparison c = {0};
    if (with_other)
        compare(v, ordered, &c);
    for (int class = 0; class < v->stones.classes; class ++) {
        add_counts(v, class, with_other, out);
        if (with_other)
            report_set_number(out, "merged", c.group[class] + 1);
    }
    add_counts(v, -1, with_other, out);
    if (with_other) {
        put_comparison(&c, out);
        note_comparison(v, &c, out);
    }
}

static void note_origin(const char *name, const struct origin *o, struct report *out)
{
    char id[IDENT_BYTES];
    struct buf words = {0};
    switch (o->kind) {
    case ORIGIN_SITE:
        buf_printf(&words, N_("site %s"), ident_format(o->site, id));
        break;
    case ORIGIN_DISTRICT:
        buf_printf(&words, N_("district %s"), o->district);
        break;
    case ORIGIN_DEVICE:
        buf_printf(&words, N_("device %s"), device_code_format(o->device, id));
        break;
    case ORIGIN_OTHERS:
        buf_puts(&words, N_("all other stones"));
        break;
    }
    report_note_text(out, name, buf_str(&words));
    buf_done(&words);
}

static enum err add_all(struct registry_store *s, struct footprint *f, const struct frame_span *span,
                        struct report *out, struct errctx *e)
{
    bool compare_them = f->q->against != NULL;
    enum err result = choose_classes(f, e);
    if (result == ERR_OK)
        result = registry_store_found(s, span->first_day, span->last_day, keep, f, e);
    if (result != ERR_OK)
        return result;
    note_origin("of", &f->q->of, out);
    if (compare_them)
        note_origin("against", f->q->against, out);
    for (int i = 0; i < VARIABLE_COUNT; i++)
        add_variable(&f->variables[i], i == VARIABLE_SIZE, compare_them, out);
    frame_note_method(out, span, METHOD);
    report_note_number(out, "stones_without_size", f->unsized);
    return frame_note_source(s, out, f->records, e);
}

enum err footprint_report(struct registry_store *s, const struct footprint_question *q, struct report *out,
                          struct errctx *e)
{
    struct frame_span span;
    struct footprint f = {.q = q, .codes = registry_store_codes(s)};
    if (frame_span(q->period, &span, e) != ERR_OK)
        return e->kind;
    if (q->against)
        report_init(out, "footprint", q->period ? q->period : "", COMPARED,
                    sizeof COMPARED / sizeof COMPARED[0]);
    else
        report_init(out, "footprint", q->period ? q->period : "", DESCRIBED,
                    sizeof DESCRIBED / sizeof DESCRIBED[0]);
    enum err result = add_all(s, &f, &span, out, e);
    if (result != ERR_OK)
        report_done(out);
    return result;
}

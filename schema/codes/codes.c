#include "schema/codes/codes.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "schema/base/buf.h"
#include "schema/base/embed.h"
#include "schema/codes/river.h"
#include "schema/codes/sheet.h"

extern const struct embedded code_files[];
extern const size_t code_files_count;

enum {
    MAX_NAME_BYTES = 64 /* "countries/CC/inspection_finding.csv" and room */
};

static const char *const PROFILES[] = {"AO", "BR", "CD", "CF", "CI", "GH", "GN",
                                       "GY", "LR", "SL", "TZ", "XX", NULL};

struct place {
    const char *code;
    size_t row;
};

struct code_list {
    struct code_list *next;
    char *name;
    struct sheet sheet;
    struct code *codes;    /* in the file's order, a row each */
    struct place *by_code; /* sorted for finding */
};

struct threshold {
    const char *key;
    int64_t value;
};

/* A file from outside that stands before the program's own. */
struct replaced {
    struct replaced *next;
    struct embedded file;
    char *name;
    char *text;
};

struct codes {
    const char *country; /* of PROFILES */
    struct replaced *replaced;
    struct code_list *lists;
    struct sheet profile; /* each of these is empty until it is asked for */
    struct sheet price;
    struct sheet zone;
    struct sheet river;
    struct sheet threshold;     /* the default */
    struct sheet own_threshold; /* the country's, which stands before it */
    struct sheet new_threshold; /* the replaced one, which stands before both */
    struct threshold *thresholds;
    size_t threshold_count;
};

static const struct embedded *find_file(const char *name)
{
    for (size_t i = 0; i < code_files_count; i++) {
        if (strcmp(code_files[i].name, name) == 0)
            return &code_files[i];
    }
    return NULL;
}

static const struct embedded *find_replaced_file(const struct codes *c, const char *name)
{
    for (const struct replaced *r = c->replaced; r; r = r->next) {
        if (strcmp(r->name, name) == 0)
            return &r->file;
    }
    return NULL;
}

static const struct embedded *find_country_file(const struct codes *c, const char *name)
{
    char path[MAX_NAME_BYTES];
    int len = snprintf(path, sizeof path, "countries/%s/%s.csv", c->country, name);
    return len < (int)sizeof path ? find_file(path) : NULL;
}

/* The replaced file or the country's of this name; NULL when there is none. */
static const struct embedded *find_own_file(const struct codes *c, const char *name)
{
    const struct embedded *replaced = find_replaced_file(c, name);
    return replaced ? replaced : find_country_file(c, name);
}

static const struct embedded *find_general_file(const char *name)
{
    char path[MAX_NAME_BYTES];
    int len = snprintf(path, sizeof path, "%s.csv", name);
    return len < (int)sizeof path ? find_file(path) : NULL;
}

/* Reads FILE, unless it was read already or there is none, for the getters that have no way to fail: the
 * files are the program's own and the tests read every one of them. */
static void load(struct sheet *sheet, const struct embedded *file)
{
    struct errctx e;
    if (sheet->columns > 0 || !file)
        return;
    enum err err = sheet_read(file, sheet, &e);
    assert(err == ERR_OK);
    (void)err;
}

const char *const *codes_profiles(void)
{
    return PROFILES;
}

enum err codes_new(const char *country, struct codes **out, struct errctx *e)
{
    *out = NULL;
    for (size_t i = 0; PROFILES[i]; i++) {
        if (strcasecmp(PROFILES[i], country) != 0)
            continue;
        *out = mem_zero(1, sizeof **out);
        (*out)->country = PROFILES[i];
        return ERR_OK;
    }
    struct buf known = {0};
    for (size_t i = 0; PROFILES[i]; i++)
        buf_printf(&known, "%s%s", i ? ", " : "", PROFILES[i]);
    (void)err_fail(e, ERR_INVALID, "country \"%s\": is not one of: %s", country, buf_str(&known));
    buf_done(&known);
    return e->kind;
}

static void list_free(struct code_list *list)
{
    free(list->name);
    free(list->codes);
    free(list->by_code);
    sheet_done(&list->sheet);
    free(list);
}

void codes_free(struct codes *c)
{
    if (!c)
        return;
    while (c->lists) {
        struct code_list *list = c->lists;
        c->lists = list->next;
        list_free(list);
    }
    while (c->replaced) {
        struct replaced *next = c->replaced->next;
        free(c->replaced->name);
        free(c->replaced->text);
        free(c->replaced);
        c->replaced = next;
    }
    sheet_done(&c->profile);
    sheet_done(&c->price);
    sheet_done(&c->zone);
    sheet_done(&c->river);
    sheet_done(&c->threshold);
    sheet_done(&c->own_threshold);
    sheet_done(&c->new_threshold);
    free(c->thresholds);
    free(c);
}

const char *codes_country(const struct codes *c)
{
    return c->country;
}

static int compare_places(const void *a, const void *b)
{
    const struct place *left = a;
    const struct place *right = b;
    return strcasecmp(left->code, right->code);
}

static enum err fill_list(struct code_list *list, struct errctx *e)
{
    enum {
        CODE,
        VALID_FROM,
        VALID_TO,
        LABEL
    };
    static const char *const names[LABEL + LANG_COUNT] = {"code", "valid_from", "valid_to", "en", "fr", "pt"};
    int column[LABEL + LANG_COUNT];
    const struct sheet *s = &list->sheet;
    for (size_t i = 0; i < LABEL + LANG_COUNT; i++) {
        column[i] = sheet_column(s, names[i]);
        if (column[i] < 0)
            return err_fail(e, ERR_INTERNAL, "code list \"%s\" has no column \"%s\"", list->name, names[i]);
    }
    list->codes = mem_zero(s->rows, sizeof *list->codes);
    list->by_code = mem_zero(s->rows, sizeof *list->by_code);
    for (size_t row = 0; row < s->rows; row++) {
        struct code *code = &list->codes[row];
        code->code = sheet_cell(s, row, column[CODE]);
        code->valid_from = sheet_cell(s, row, column[VALID_FROM]);
        code->valid_to = sheet_cell(s, row, column[VALID_TO]);
        for (int lang = 0; lang < LANG_COUNT; lang++)
            code->label[lang] = sheet_cell(s, row, column[LABEL + lang]);
        list->by_code[row] = (struct place){code->code, row};
    }
    qsort(list->by_code, s->rows, sizeof *list->by_code, compare_places);
    return ERR_OK;
}

enum err codes_list(struct codes *c, const char *name, const struct code_list **out, struct errctx *e)
{
    for (struct code_list *list = c->lists; list; list = list->next) {
        if (strcmp(list->name, name) == 0) {
            *out = list;
            return ERR_OK;
        }
    }
    *out = NULL;
    const struct embedded *own = find_own_file(c, name);
    const struct embedded *file = own ? own : find_general_file(name);
    if (!file)
        return err_fail(e, ERR_NOT_FOUND, "there is no code list \"%s\"", name);
    struct code_list *list = mem_zero(1, sizeof *list);
    list->name = str_dup(name);
    enum err err = sheet_read(file, &list->sheet, e);
    if (err == ERR_OK)
        err = fill_list(list, e);
    if (err != ERR_OK) {
        list_free(list);
        return err;
    }
    list->next = c->lists;
    c->lists = list;
    *out = list;
    return ERR_OK;
}

size_t code_list_count(const struct code_list *list)
{
    return list->sheet.rows;
}

const struct code *code_list_at(const struct code_list *list, size_t i)
{
    assert(i < list->sheet.rows);
    return &list->codes[i];
}

const struct code *code_list_find(const struct code_list *list, const char *text)
{
    const struct place wanted = {.code = text};
    const struct place *found =
        bsearch(&wanted, list->by_code, list->sheet.rows, sizeof *list->by_code, compare_places);
    return found ? &list->codes[found->row] : NULL;
}

/* ISO dates sort as text. */
static bool is_within(const char *date, const char *from, const char *to)
{
    return strcmp(date, from) >= 0 && (to[0] == '\0' || strcmp(date, to) <= 0);
}

bool code_is_valid_on(const struct code *code, const char *date)
{
    return is_within(date, code->valid_from, code->valid_to);
}

const char *code_extra(const struct code_list *list, const struct code *code, const char *column)
{
    int place = sheet_column(&list->sheet, column);
    return place < 0 ? NULL : sheet_cell(&list->sheet, (size_t)(code - list->codes), place);
}

const char *codes_profile(struct codes *c, const char *key)
{
    load(&c->profile, find_own_file(c, "profile"));
    long row = sheet_find(&c->profile, sheet_column(&c->profile, "key"), key);
    return row < 0 ? NULL : sheet_cell(&c->profile, (size_t)row, sheet_column(&c->profile, "value"));
}

static int compare_thresholds(const void *a, const void *b)
{
    const struct threshold *left = a;
    const struct threshold *right = b;
    return strcmp(left->key, right->key);
}

/* What a table of keys and values says; NULL when it is empty or has no such key. */
static const char *find_value(const struct sheet *s, const char *key)
{
    long row = s->rows > 0 ? sheet_find(s, sheet_column(s, "key"), key) : -1;
    return row < 0 ? NULL : sheet_cell(s, (size_t)row, sheet_column(s, "value"));
}

/* Rules ask for thresholds at every record: they are read once and sorted. */
static void load_thresholds(struct codes *c)
{
    load(&c->threshold, find_general_file("threshold"));
    load(&c->own_threshold, find_country_file(c, "threshold"));
    load(&c->new_threshold, find_replaced_file(c, "threshold"));
    const struct sheet *s = &c->threshold;
    c->thresholds = mem_zero(s->rows, sizeof *c->thresholds);
    c->threshold_count = s->rows;
    for (size_t row = 0; row < s->rows; row++) {
        const char *key = sheet_cell(s, row, sheet_column(s, "key"));
        const char *value = find_value(&c->new_threshold, key);
        if (!value)
            value = find_value(&c->own_threshold, key);
        if (!value)
            value = sheet_cell(s, row, sheet_column(s, "value"));
        c->thresholds[row] = (struct threshold){key, strtoll(value, NULL, 10)};
    }
    qsort(c->thresholds, s->rows, sizeof *c->thresholds, compare_thresholds);
}

int64_t codes_threshold(struct codes *c, const char *key)
{
    if (!c->thresholds)
        load_thresholds(c);
    const struct threshold wanted = {.key = key};
    const struct threshold *found =
        bsearch(&wanted, c->thresholds, c->threshold_count, sizeof *c->thresholds, compare_thresholds);
    assert(found);
    return found ? found->value : 0;
}

int codes_currency_exponent(struct codes *c, const char *currency)
{
    struct errctx e;
    const struct code_list *list = NULL;
    enum err err = codes_list(c, "currency", &list, &e);
    const struct code *code = err == ERR_OK ? code_list_find(list, currency) : NULL;
    return code ? (int)strtol(code_extra(list, code, "exponent"), NULL, 10) : -1;
}

/* The district that DISTRICT is a part of; "" when it stands at the first level or is not in the list. */
static const char *parent_of(struct codes *c, const char *district)
{
    struct errctx e;
    const struct code_list *list = NULL;
    enum err err = codes_list(c, "district", &list, &e);
    const struct code *code = err == ERR_OK ? code_list_find(list, district) : NULL;
    const char *parent = code ? code_extra(list, code, "parent") : NULL;
    return parent ? parent : "";
}

/* The row for exactly this district ("": the whole country) on DATE; -1 when there is none. */
static long find_on(const struct sheet *s, const char *district, const char *date)
{
    for (size_t row = 0; row < s->rows; row++) {
        if (strcmp(sheet_cell(s, row, sheet_column(s, "district")), district) == 0 &&
            is_within(date, sheet_cell(s, row, sheet_column(s, "valid_from")),
                      sheet_cell(s, row, sheet_column(s, "valid_to"))))
            return (long)row;
    }
    return -1;
}

/* The row of DISTRICT, of what it belongs to, or of the country on DATE; -1 when there is none. */
static long find_nearest(struct codes *c, const struct sheet *s, const char *district, const char *date)
{
    long row = find_on(s, district, date);
    if (row < 0 && district[0] != '\0')
        row = find_on(s, parent_of(c, district), date);
    return row < 0 ? find_on(s, "", date) : row;
}

bool codes_price(struct codes *c, const char *district, const char *date, int64_t *out_usd_cents_per_ct,
                 const char **out_source)
{
    load(&c->price, find_own_file(c, "price"));
    const struct sheet *s = &c->price;
    long row = find_nearest(c, s, district, date);
    if (row < 0)
        return false;
    *out_usd_cents_per_ct =
        strtoll(sheet_cell(s, (size_t)row, sheet_column(s, "usd_cents_per_ct")), NULL, 10);
    *out_source = sheet_cell(s, (size_t)row, sheet_column(s, "source"));
    return true;
}

const char *codes_zone(struct codes *c, const char *district, const char *date, const char **out_source)
{
    load(&c->zone, find_own_file(c, "zone"));
    const struct sheet *s = &c->zone;
    long row = s->rows > 0 ? find_nearest(c, s, district, date) : -1;
    if (row < 0)
        return NULL;
    *out_source = sheet_cell(s, (size_t)row, sheet_column(s, "source"));
    return sheet_cell(s, (size_t)row, sheet_column(s, "status"));
}

bool codes_river_place(struct codes *c, const char *river, int64_t lat_udeg, int64_t lon_udeg,
                       int64_t *out_place_m)
{
    load(&c->river, find_own_file(c, "river"));
    return c->river.rows > 0 && river_place(&c->river, river, lat_udeg, lon_udeg, out_place_m);
}

/* --- files from outside */

static const char *const LIST_COLUMNS[] = {"code", "valid_from", "valid_to", "en", "fr", "pt", NULL};
static const char *const KEY_COLUMNS[] = {"key", "value", NULL};
static const char *const PRICE_COLUMNS[] = {"district",         "valid_from", "valid_to",
                                            "usd_cents_per_ct", "source",     NULL};

static const char *const ZONE_COLUMNS[] = {"district", "valid_from", "valid_to", "status", "source", NULL};
static const char *const RIVER_COLUMNS[] = {"river", "place_m", "lat_udeg", "lon_udeg", NULL};

/* The tables that are no code lists, and the columns that they must have. */
static const struct {
    const char *name;
    const char *const *columns;
    const char *const *numbers; /* of them, those of whole numbers */
} TABLES[] = {
    {"profile", KEY_COLUMNS, NULL},
    {"threshold", KEY_COLUMNS, KEY_COLUMNS + 1},
    {"price", PRICE_COLUMNS, NULL},
    {"zone", ZONE_COLUMNS, NULL},
    {"river", RIVER_COLUMNS, RIVER_COLUMNS + 1},
};

static const char *const *columns_of(const char *name)
{
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        if (strcmp(name, TABLES[i].name) == 0)
            return TABLES[i].columns;
    }
    return LIST_COLUMNS;
}

/* NULL: none. */
static const char *const *numbers_of(const char *name)
{
    for (size_t i = 0; i < sizeof TABLES / sizeof TABLES[0]; i++) {
        if (strcmp(name, TABLES[i].name) == 0)
            return TABLES[i].numbers;
    }
    return NULL;
}

/* Only what the program has itself can be replaced: nothing would ask for another name. */
static bool is_known_file(const char *name)
{
    if (find_general_file(name))
        return true;
    for (size_t i = 0; PROFILES[i]; i++) {
        const struct codes of = {.country = PROFILES[i]};
        if (find_country_file(&of, name))
            return true;
    }
    return false;
}

static enum err check_numbers(const char *name, const struct sheet *s, const char *const *columns,
                              struct errctx *e)
{
    for (size_t row = 0; row < s->rows; row++) {
        for (const char *const *column = columns; *column; column++) {
            const char *value = sheet_cell(s, row, sheet_column(s, *column));
            char *end = NULL;
            (void)strtoll(value, &end, 10);
            if (*value == '\0' || *end != '\0') /* the first column names the row */
                return err_fail(e, ERR_INVALID, "%s \"%s\": %s is not a whole number", name,
                                sheet_cell(s, row, 0), *column);
        }
    }
    return ERR_OK;
}

enum err codes_check_file(const char *name, const char *text, struct errctx *e)
{
    const struct embedded file = {.name = name, .bytes = (const unsigned char *)text, .size = strlen(text)};
    struct sheet sheet = {0};
    struct errctx why;
    if (!is_known_file(name))
        return err_fail(e, ERR_INVALID, "there is no code list \"%s\"", name);
    if (sheet_read(&file, &sheet, &why) != ERR_OK)
        return err_fail(e, ERR_INVALID, "%.400s", why.text);
    enum err result = ERR_OK;
    for (const char *const *column = columns_of(name); *column && result == ERR_OK; column++) {
        if (sheet_column(&sheet, *column) < 0)
            result = err_fail(e, ERR_INVALID, "code list \"%s\" has no column \"%s\"", name, *column);
    }
    if (result == ERR_OK && numbers_of(name))
        result = check_numbers(name, &sheet, numbers_of(name), e);
    if (result == ERR_OK && strcmp(name, "profile") == 0 &&
        sheet_find(&sheet, sheet_column(&sheet, "key"), "currency") < 0)
        result = err_fail(e, ERR_INVALID, "a profile names the country's currency");
    sheet_done(&sheet);
    return result;
}

void codes_replace(struct codes *c, const char *name, const char *text)
{
    struct errctx unread;
    if (codes_check_file(name, text, &unread) != ERR_OK)
        return;
    struct replaced *r = mem_zero(1, sizeof *r);
    r->name = str_dup(name);
    r->text = str_dup(text);
    r->file =
        (struct embedded){.name = r->name, .bytes = (const unsigned char *)r->text, .size = strlen(r->text)};
    r->next = c->replaced;
    c->replaced = r;
}

/*
 * Code lists and country profiles. They are data: the CSV files of this folder, embedded at build and read
 * when a list is first asked for. A list of the country stands before the general one of the same name.
 *
 *   NAME.csv                   code,valid_from,valid_to,en,fr,pt and further columns of its own
 *   countries/CC/NAME.csv      the same, for one country: district, licence_kind, price …
 *   countries/CC/profile.csv   key,value,source: currency, bounding box, names of the address levels …
 *   threshold.csv, countries/CC/threshold.csv   key,value,unit,source: what the rules compare with
 *   countries/CC/zone.csv      code,district,valid_from,valid_to,status,source: which zones complied when
 *   countries/CC/river.csv     code,river,place_m,lat_udeg,lon_udeg,source: points along rivers, downstream
 *
 * Everything returned is borrowed and lives as long as the struct codes. Not for several threads at once.
 */
#ifndef ALLUVIA_CODES_CODES_H
#define ALLUVIA_CODES_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/err.h"

enum lang {
    LANG_EN,
    LANG_FR,
    LANG_PT,
    LANG_COUNT
};

struct codes;
struct code_list;

struct code {
    const char *code;
    const char *valid_from; /* ISO date, "" when open */
    const char *valid_to;   /* last day, "" when open */
    const char *label[LANG_COUNT];
};

/* COUNTRY is a profile's code ("SL"; "XX" is the neutral one for training). ERR_INVALID: no such profile. */
MUST_CHECK enum err codes_new(const char *country, struct codes **out, struct errctx *e);
void codes_free(struct codes *c);
const char *codes_country(const struct codes *c);

/*
 * Files that were replaced from outside (the registry's, through the feed). codes_check_file says whether
 * TEXT can stand as list, profile, threshold or price NAME: ERR_INVALID in words. codes_replace puts such a
 * file before the country's own and the general one; before anything is asked of C, for what was read stays.
 * A table of thresholds need not have every key. One that does not check is passed over.
 */
MUST_CHECK enum err codes_check_file(const char *name, const char *text, struct errctx *e);
void codes_replace(struct codes *c, const char *name, const char *text);
/* The country codes that have a profile, in alphabetical order, NULL at the end. */
const char *const *codes_profiles(void);

/* ERR_NOT_FOUND: no list of that name; ERR_INTERNAL: an embedded file is broken. */
MUST_CHECK enum err codes_list(struct codes *c, const char *name, const struct code_list **out,
                               struct errctx *e);
size_t code_list_count(const struct code_list *list);
const struct code *code_list_at(const struct code_list *list, size_t i);
/* The code TEXT without regard to ASCII case; NULL when it is not in the list. */
const struct code *code_list_find(const struct code_list *list, const char *text);
/* False when DATE (ISO) lies outside the code's validity. */
bool code_is_valid_on(const struct code *code, const char *date);
/* A further column of CODE's row, "" when empty; NULL when the list has no such column. */
const char *code_extra(const struct code_list *list, const struct code *code, const char *column);

/* A setting of the profile ("currency"); NULL when it has none. */
const char *codes_profile(struct codes *c, const char *key);
/* The threshold KEY of the country, else the default. Every key that a rule names is in threshold.csv: asking
 * for another is a broken invariant. */
int64_t codes_threshold(struct codes *c, const char *key);
/* Decimals of a currency's minor unit (ISO 4217): 2 for USD, 0 for XOF; -1 when CURRENCY is not in the list.
 */
int codes_currency_exponent(struct codes *c, const char *currency);
/*
 * What a carat is worth on DATE (ISO) where no sale says it: the row of DISTRICT, else of the district it
 * belongs to, else of the country (DISTRICT "" asks for it). False when the price table says nothing.
 * *OUT_SOURCE is where the figure comes from.
 */
bool codes_price(struct codes *c, const char *district, const char *date, int64_t *out_usd_cents_per_ct,
                 const char **out_source);

/*
 * What the table of zones says of DISTRICT on DATE (ISO), as codes_price finds its row: a code of
 * zone_status. NULL when it says nothing. *OUT_SOURCE is where that comes from.
 */
const char *codes_zone(struct codes *c, const char *district, const char *date, const char **out_source);
/*
 * How far down RIVER (its name as people write it) a place lies, in metres from its first point in the table
 * of rivers. False when the table does not have the river.
 */
bool codes_river_place(struct codes *c, const char *river, int64_t lat_udeg, int64_t lon_udeg,
                       int64_t *out_place_m);

#endif

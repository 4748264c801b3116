#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/date.h"
#include "schema/base/words.h"
#include "schema/record/rules_parts.h"

/* --- where a site lies */

struct place {
    int64_t lat;
    int64_t lon;
};

static bool has_place(const struct record *r, struct place *out)
{
    *out = (struct place){record_number(r, "lat_udeg"), record_number(r, "lon_udeg")};
    return record_has(r, "lat_udeg") && record_has(r, "lon_udeg");
}

static int64_t bound(const struct rule_input *in, const char *key, int64_t without)
{
    const char *text = codes_profile(in->codes, key);
    return text ? strtoll(text, NULL, 10) : without;
}

/* Whether the place lies in the country's box. */
static bool is_inside(const struct rule_input *in, struct place p)
{
    return p.lat >= bound(in, "lat_min_udeg", -90000000) && p.lat <= bound(in, "lat_max_udeg", 90000000) &&
           p.lon >= bound(in, "lon_min_udeg", -180000000) && p.lon <= bound(in, "lon_max_udeg", 180000000);
}

void judge_site_pair(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    if (record_has(in->record, "lat_udeg") != record_has(in->record, "lon_udeg"))
        rules_say(out, rule, "%s is not given: lat and lon go together",
                  record_has(in->record, "lat_udeg") ? "lon" : "lat");
}

/* What a receiver shows before it has found its satellites. */
void judge_site_zero(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    struct place p;
    if (has_place(in->record, &p) && p.lat == 0 && p.lon == 0)
        rules_say(out, rule, "lat 0 and lon 0 is a point in the ocean: the receiver had no position");
}

static bool is_swapped(const struct rule_input *in, struct place p)
{
    return !is_inside(in, p) && is_inside(in, (struct place){p.lon, p.lat});
}

void judge_site_swapped(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    struct place p;
    char lat[RULE_WORDS_BYTES];
    char lon[RULE_WORDS_BYTES];
    if (has_place(in->record, &p) && is_swapped(in, p))
        rules_say(out, rule, "%s and %s look swapped: the other way round they lie in %s",
                  rules_words(in, "lat_udeg", lat), rules_words(in, "lon_udeg", lon),
                  codes_country(in->codes));
}

/* West and south are negative, which is easily forgotten. */
static const char *sign_hint(const struct rule_input *in, struct place p)
{
    if (is_inside(in, (struct place){p.lat, -p.lon}))
        return N_("is the sign of lon right? West is negative");
    if (is_inside(in, (struct place){-p.lat, p.lon}))
        return N_("is the sign of lat right? South is negative");
    if (is_inside(in, (struct place){-p.lat, -p.lon}))
        return N_("are the signs right? South and west are negative");
    return NULL;
}

void judge_site_outside(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    struct place p;
    char lat[RULE_WORDS_BYTES];
    char lon[RULE_WORDS_BYTES];
    if (!has_place(in->record, &p) || is_inside(in, p) || is_swapped(in, p) || (p.lat == 0 && p.lon == 0))
        return;
    const char *hint = sign_hint(in, p);
    (void)rules_words(in, "lat_udeg", lat);
    (void)rules_words(in, "lon_udeg", lon);
    if (hint)
        rules_say(out, rule, "%s and %s lie outside %s: %s", lat, lon, codes_country(in->codes), hint);
    else
        rules_say(out, rule, "%s and %s lie outside %s", lat, lon, codes_country(in->codes));
}

void judge_site_depth(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t most = rules_limit(in, "site_depth_most");
    char words[RULE_WORDS_BYTES];
    char limit[RULE_WORDS_BYTES];
    if (record_number(in->record, "depth_dm") > most)
        rules_say(out, rule, "%s is deeper than %s m: danger of collapse", rules_words(in, "depth_dm", words),
                  rules_decimal(most, 1, limit));
}

void judge_site_period(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    rules_order(rule, in, out, "opened_on");
}

/* --- inspections */

static int64_t present(const struct record *r)
{
    return record_number(r, "men") + record_number(r, "women") + record_number(r, "under_15") +
           record_number(r, "aged_15_17");
}

void judge_inspection_cards(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t checked = record_number(in->record, "cards_checked");
    int64_t missing = record_number(in->record, "cards_missing");
    int64_t all = present(in->record);
    if (checked + missing > all)
        rules_say(out, rule,
                  "cards_checked %" PRId64 " and cards_missing %" PRId64 " are more than the %" PRId64
                  " people present",
                  checked, missing, all);
}

void judge_inspection_deadline(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    rules_order(rule, in, out, "date");
}

void judge_inspection_children(const struct rule *rule, const struct rule_input *in, struct findings *out)
{
    int64_t young = record_number(in->record, "under_15") + record_number(in->record, "aged_15_17");
    if (young > 0)
        rules_say(out, rule, "%" PRId64 " people under 18 were present", young);
}

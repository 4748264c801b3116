/* What differs from country to country in a training season: names as they are written there, places, money.
 */
#ifndef ALLUVIA_DEMO_CULTURE_H
#define ALLUVIA_DEMO_CULTURE_H

#include <stdint.h>

struct culture {
    const char *country;
    const char *district; /* where artisanal diamonds are dug, of the profile's list */
    const char *office;
    const char *mark; /* in front of card and licence numbers */
    int64_t lat_udeg; /* the middle of the field */
    int64_t lon_udeg;
    int64_t per_usd_milli; /* units of the currency for a dollar, in thousandths: a round rate for training */
    /* Lists of words joined by ','. */
    const char *men;
    const char *women;
    const char *families;
    const char *villages;
    const char *rivers;
    const char *buyers;
    const char *coop; /* "%s" is the village */
};

/* The culture of a country; the neutral one when it has none of its own. */
const struct culture *culture_of(const char *country);

#endif

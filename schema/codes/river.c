/* Where along a river a place lies: on the nearest stretch between two points of the table. */
#include "schema/codes/river.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/decimal.h"
#include "schema/base/text.h"

struct point {
    int64_t place_m;
    int64_t lat;
    int64_t lon;
};

static int64_t number(const struct sheet *s, size_t row, const char *column)
{
    return strtoll(sheet_cell(s, row, sheet_column(s, column)), NULL, 10);
}

static bool same_river(const char *a, const char *b)
{
    struct buf x = {0};
    struct buf y = {0};
    text_fold(&x, a);
    text_fold(&y, b);
    bool same = strcmp(buf_str(&x), buf_str(&y)) == 0;
    buf_done(&x);
    buf_done(&y);
    return same;
}

/* The square of the distance, in which a degree of longitude counts as one of latitude: rivers with diamonds
 * lie near the equator. */
static int64_t apart(struct point a, struct point b)
{
    return (a.lat - b.lat) * (a.lat - b.lat) + (a.lon - b.lon) * (a.lon - b.lon);
}

/* The point of the stretch from A to B that is nearest to P. */
static struct point nearest_on(struct point a, struct point b, struct point p)
{
    int64_t whole = apart(a, b);
    int64_t along = (p.lat - a.lat) * (b.lat - a.lat) + (p.lon - a.lon) * (b.lon - a.lon);
    if (whole == 0 || along <= 0)
        return a;
    if (along >= whole)
        return b;
    return (struct point){a.place_m + decimal_muldiv(b.place_m - a.place_m, along, whole),
                          a.lat + decimal_muldiv(b.lat - a.lat, along, whole),
                          a.lon + decimal_muldiv(b.lon - a.lon, along, whole)};
}

bool river_place(const struct sheet *s, const char *river, int64_t lat, int64_t lon, int64_t *out_place_m)
{
    const struct point p = {.lat = lat, .lon = lon};
    struct point before = {0};
    int64_t least = INT64_MAX;
    bool first = true;
    for (size_t row = 0; row < s->rows; row++) {
        if (!same_river(sheet_cell(s, row, sheet_column(s, "river")), river))
            continue;
        const struct point at = {number(s, row, "place_m"), number(s, row, "lat_udeg"),
                                 number(s, row, "lon_udeg")};
        const struct point near = first ? at : nearest_on(before, at, p);
        if (apart(near, p) < least) {
            least = apart(near, p);
            *out_place_m = near.place_m;
        }
        before = at;
        first = false;
    }
    return !first;
}

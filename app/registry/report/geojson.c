#include "app/registry/report/geojson.h"

#include "schema/base/decimal.h"
#include "schema/base/json.h"
#include "schema/record/ident.h"

enum {
    DEGREE_DECIMALS = 6
};

void geojson_begin(struct buf *out)
{
    buf_puts(out, "{\"type\":\"FeatureCollection\",\"features\":[");
}

/* Longitude before latitude. */
static void put_geometry(const struct record *r, struct buf *out)
{
    if (!record_has(r, "lat_udeg") || !record_has(r, "lon_udeg")) {
        buf_puts(out, "null");
        return;
    }
    buf_puts(out, "{\"type\":\"Point\",\"coordinates\":[");
    decimal_format(out, record_number(r, "lon_udeg"), DEGREE_DECIMALS, 0, '.');
    buf_putc(out, ',');
    decimal_format(out, record_number(r, "lat_udeg"), DEGREE_DECIMALS, 0, '.');
    buf_puts(out, "]}");
}

void geojson_feature(const struct row *site, bool is_first, struct buf *out)
{
    char id[IDENT_BYTES];
    struct json_out properties = {.to = out};
    buf_printf(out, "%s\n{\"type\":\"Feature\",\"id\":\"%s\",\"geometry\":", is_first ? "" : ",",
               ident_format(site->id, id));
    put_geometry(&site->record, out);
    buf_puts(out, ",\"properties\":");
    record_write_json(&site->record, &properties);
    buf_putc(out, '}');
}

void geojson_end(struct buf *out)
{
    buf_puts(out, "\n]}\n");
}

/*
 * Sites as GeoJSON (RFC 7946) for maps: a Feature a site, its id the record's, its geometry a point in WGS 84
 * or null while nobody has located it, its properties the record's fields in storage units. Coordinates are
 * written from the stored millionths of a degree, never through floating point.
 */
#ifndef ALLUVIA_REGISTRY_GEOJSON_H
#define ALLUVIA_REGISTRY_GEOJSON_H

#include "schema/base/buf.h"
#include "schema/record/rows.h"

/* Each appends text; between begin and end a feature for each site, which must not be void. */
void geojson_begin(struct buf *out);
void geojson_feature(const struct row *site, bool is_first, struct buf *out);
void geojson_end(struct buf *out);

#endif

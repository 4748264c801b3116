/*
 * datapackage.json beside exported files: what stands in each column, in the form of a Data Package
 * (Frictionless Standards), so that a statistician's tools can read the files without asking.
 */
#ifndef ALLUVIA_REGISTRY_DATAPACKAGE_H
#define ALLUVIA_REGISTRY_DATAPACKAGE_H

#include "schema/base/buf.h"
#include "schema/record/entity.h"

struct datapackage {
    const char *name;    /* of the registry */
    const char *program; /* "alluvia-registry 0.1.0" */
    const char *hash;    /* of what the files were made from (registry_store_source) */
    const char *cut_off; /* instant of the newest batch */
    const char *format;  /* "csv", "json" or "geojson": the files' ending */
    const enum entity_id *entities;
    int entity_count;
};

/* Appends the whole JSON text. */
void datapackage_write(const struct datapackage *p, struct buf *out);

#endif

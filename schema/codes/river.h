/* The table of rivers; nobody but codes.c includes this. */
#ifndef ALLUVIA_CODES_RIVER_H
#define ALLUVIA_CODES_RIVER_H

#include <stdbool.h>
#include <stdint.h>

#include "schema/codes/sheet.h"

/* As codes_river_place, of a table whose rows of one river stand in the order of their places. */
bool river_place(const struct sheet *s, const char *river, int64_t lat, int64_t lon, int64_t *out_place_m);

#endif

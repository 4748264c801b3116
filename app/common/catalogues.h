/* The compiled catalogues that the build put into the programs: "fr.mo" and so on (app/po). */
#ifndef ALLUVIA_COMMON_CATALOGUES_H
#define ALLUVIA_COMMON_CATALOGUES_H

#include "schema/base/embed.h"

extern const struct embedded catalogues[];
extern const size_t catalogues_count;

#endif

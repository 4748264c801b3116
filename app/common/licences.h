/* The report of licences, whose columns both programs print: how each stands on a day. */
#ifndef ALLUVIA_COMMON_LICENCES_H
#define ALLUVIA_COMMON_LICENCES_H

#include "app/common/report.h"
#include "schema/record/record.h"

enum licences_of {
    LICENCES_OF_LAPTOP,
    LICENCES_OF_REGISTRY /* with the column "licence": each licence's id */
};

/* Begins it for DAY, as days since 1970-01-01. */
void licences_init(struct report *out, int32_t day, enum licences_of of);
/* Adds a row of LICENCE; who holds it ("holder") and its id are the caller's to set. */
void licences_add(struct report *out, const struct record *licence, int32_t day);

#endif

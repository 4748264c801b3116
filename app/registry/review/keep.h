/*
 * The first half of a turn: what a review counts with is written for the records that came and changed, and
 * what is to be asked about is kept: records, and licences' half-years. The questions that a return or a sale
 * answers by itself are asked on the way, while it is at hand.
 */
#ifndef ALLUVIA_REGISTRY_KEEP_H
#define ALLUVIA_REGISTRY_KEEP_H

#include "app/registry/review/national.h"

struct keep_subject {
    enum entity_id of;
    int64_t id;
};
struct keep_half {
    int64_t licence;
    int half;
};

/* {0} but for RUN is empty. */
struct keep {
    struct national_run *run;
    struct keep_subject *subjects; /* to be asked about, when keep_changes is done each once */
    size_t subject_count;
    size_t subject_room;
    struct keep_subject *changed;
    size_t changed_count;
    size_t changed_room;
    struct keep_half *halves; /* by licence and half-year, each once, when keep_changes is done */
    size_t half_count;
    size_t half_room;
    size_t record_count;
    const struct national_batch *batch; /* that is being read */
    struct national_batch last;         /* the last of the turn, as far as it has come */
};
void keep_done(struct keep *k);

/* For national_news; ARG is a struct keep. */
MUST_CHECK enum err keep_batch(void *arg, const struct national_batch *batch, struct errctx *e);
/* Behind the last batch: the records that were changed rather than added. */
MUST_CHECK enum err keep_changes(struct keep *k, struct errctx *e);

#endif

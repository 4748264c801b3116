/*
 * Whether two samples of stones may have one distribution over the same classes: Pearson's chi-square and the
 * two-sample Kolmogorov-Smirnov distance. This is the one module that computes in floating point; what goes
 * in are counts and what comes out are integers of fixed decimals, so that every machine prints the same.
 * Which classes are merged is decided in integers.
 */
#ifndef ALLUVIA_REGISTRY_STATISTICS_H
#define ALLUVIA_REGISTRY_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    STATISTICS_MAX_CLASSES = 32,
    STATISTICS_LEAST_EXPECTED = 5 /* in every cell, for chi-square to be near its limiting distribution */
};

/* Counts per class of two samples; at most 2^40 stones in all. */
struct statistics_table {
    int classes;
    int64_t a[STATISTICS_MAX_CLASSES];
    int64_t b[STATISTICS_MAX_CLASSES];
};

/*
 * Merges classes until every expected count is at least STATISTICS_LEAST_EXPECTED or one class is left, and
 * puts into GROUP, which has STATISTICS_MAX_CLASSES, the merged class of each class from 0 on. Classes that
 * are empty in both samples count as too small. ORDERED classes (sizes) are merged with a neighbour, the
 * smaller one; others with the smallest other.
 */
void statistics_merge(struct statistics_table *t, bool ordered, int *group);

struct statistics_chi_square {
    int64_t value_centi; /* chi-square in hundredths */
    int freedom;         /* classes less one; 0: nothing can be said */
    int64_t limit_centi; /* what it exceeds with 5 % probability when there is one distribution */
    int64_t p_myriad;    /* probability of this value or more then, in ten-thousandths; rounded */
};
/* Of the table as it is, classes that are empty in both samples left out. */
struct statistics_chi_square statistics_chi_square(const struct statistics_table *t);

struct statistics_distance {
    int64_t value_milli; /* D, the greatest difference of the cumulative shares, in thousandths */
    int64_t limit_milli; /* 5 %: 1.36 · √((n + m) / (n · m)); 0 when a sample is empty */
};
/* Of ordered classes. Over classes D is at most what it is over single weights: the limit errs to "fits". */
struct statistics_distance statistics_distance(const struct statistics_table *t);

/* By chance alone (Poisson), the share of DAYS without a find when STONES were found in them, and the
 * standard deviation of how many such days there are, times 10,000. */
struct statistics_nil {
    int64_t share_bp;
    int64_t deviation_bp;
};
struct statistics_nil statistics_nil(int64_t stones, int64_t days);

/* Logarithms of values above 0, added up: a score of each then costs the same however many there are. */
struct statistics_logs {
    double sum;
    double squares;
    size_t count;
};
struct statistics_logs statistics_logs(const int64_t *values, size_t count);
/* How many standard deviations the logarithm of VALUE, which is one of them, lies above the mean of the
 * others', in hundredths; 0 when they are all alike or fewer than three. */
int64_t statistics_log_score_centi(const struct statistics_logs *all, int64_t value);

#endif

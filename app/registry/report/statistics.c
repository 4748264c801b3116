#include "app/registry/report/statistics.h"

#include <math.h>

/* --- merging */

struct sums {
    int64_t a;
    int64_t b;
};

static struct sums sums_of(const struct statistics_table *t)
{
    struct sums s = {0};
    for (int i = 0; i < t->classes; i++) {
        s.a += t->a[i];
        s.b += t->b[i];
    }
    return s;
}

static int64_t in_class(const struct statistics_table *t, int i)
{
    return t->a[i] + t->b[i];
}

/* Whether the smaller sample may expect too few of a class that holds COUNT stones of both. */
static bool is_small(struct sums s, int64_t count)
{
    int64_t smaller = s.a < s.b ? s.a : s.b;
    return smaller * count < STATISTICS_LEAST_EXPECTED * (s.a + s.b);
}

/* The class with the fewest stones besides BUT; the last of equal ones, since the tail is thin. */
static int smallest(const struct statistics_table *t, int but)
{
    int found = -1;
    for (int i = 0; i < t->classes; i++) {
        if (i != but && (found < 0 || in_class(t, i) <= in_class(t, found)))
            found = i;
    }
    return found;
}

static int smaller_neighbour(const struct statistics_table *t, int i)
{
    if (i == 0)
        return 1;
    if (i == t->classes - 1)
        return i - 1;
    return in_class(t, i + 1) < in_class(t, i - 1) ? i + 1 : i - 1;
}

/* Adds class FROM to class INTO and closes the gap. */
static void merge(struct statistics_table *t, int from, int into, int *group, int group_count)
{
    t->a[into] += t->a[from];
    t->b[into] += t->b[from];
    t->classes--;
    for (int i = from; i < t->classes; i++) {
        t->a[i] = t->a[i + 1];
        t->b[i] = t->b[i + 1];
    }
    for (int i = 0; i < group_count; i++) {
        if (group[i] == from)
            group[i] = into;
        if (group[i] > from)
            group[i]--;
    }
}

void statistics_merge(struct statistics_table *t, bool ordered, int *group)
{
    struct sums s = sums_of(t);
    int count = t->classes;
    for (int i = 0; i < count; i++)
        group[i] = i;
    while (t->classes > 1) {
        int small = smallest(t, -1);
        if (!is_small(s, in_class(t, small)))
            return;
        int other = ordered ? smaller_neighbour(t, small) : smallest(t, small);
        merge(t, small > other ? small : other, small > other ? other : small, group, count);
    }
}

/* --- chi-square */

/* P(X >= x) of the chi-square distribution: a finite sum for whole degrees of freedom. */
static double upper_tail(double x, int freedom)
{
    double half = x / 2;
    double sum = freedom % 2 ? erfc(sqrt(half)) : exp(-half);
    double term = freedom % 2 ? exp(-half) * sqrt(half) / sqrt(acos(-1.0)) * 2 : exp(-half) * half;
    for (int i = freedom % 2 ? 3 : 4; i <= freedom; i += 2) {
        sum += term;
        term *= half / ((double)i / 2);
    }
    return sum;
}

/* What chi-square exceeds with probability P. */
static double limit_of(double p, int freedom)
{
    double low = 0;
    double high = 1000;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        if (upper_tail(middle, freedom) > p)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* What class I adds: (observed - expected)² / expected of both samples, in one fraction. */
static double part_of(const struct statistics_table *t, struct sums s, int i)
{
    double cross = (double)t->a[i] * (double)s.b - (double)t->b[i] * (double)s.a;
    return cross * cross / ((double)s.a * (double)s.b * (double)in_class(t, i));
}

struct statistics_chi_square statistics_chi_square(const struct statistics_table *t)
{
    struct statistics_chi_square result = {.freedom = -1};
    struct sums s = sums_of(t);
    double value = 0;
    if (s.a > 0 && s.b > 0) {
        for (int i = 0; i < t->classes; i++) {
            if (in_class(t, i) > 0) {
                value += part_of(t, s, i);
                result.freedom++;
            }
        }
    }
    if (result.freedom < 1)
        return (struct statistics_chi_square){0};
    result.value_centi = llround(value * 100);
    result.limit_centi = llround(limit_of(0.05, result.freedom) * 100);
    result.p_myriad = llround(upper_tail(value, result.freedom) * 10000);
    return result;
}

/* --- Kolmogorov-Smirnov */

struct statistics_distance statistics_distance(const struct statistics_table *t)
{
    struct statistics_distance result = {0};
    struct sums s = sums_of(t);
    struct sums below = {0};
    double greatest = 0;
    if (s.a == 0 || s.b == 0)
        return result;
    for (int i = 0; i < t->classes; i++) {
        below.a += t->a[i];
        below.b += t->b[i];
        double difference = fabs((double)below.a / (double)s.a - (double)below.b / (double)s.b);
        if (difference > greatest)
            greatest = difference;
    }
    result.value_milli = llround(greatest * 1000);
    result.limit_milli = llround(1.36 * sqrt((double)(s.a + s.b) / ((double)s.a * (double)s.b)) * 1000);
    return result;
}

/* --- chance */

struct statistics_nil statistics_nil(int64_t stones, int64_t days)
{
    double share = exp(-(double)stones / (double)days);
    return (struct statistics_nil){llround(share * 10000),
                                   llround(sqrt((double)days * share * (1 - share)) * 10000)};
}

struct statistics_logs statistics_logs(const int64_t *values, size_t count)
{
    struct statistics_logs all = {.count = count};
    for (size_t i = 0; i < count; i++) {
        double part = log((double)values[i]);
        all.sum += part;
        all.squares += part * part;
    }
    return all;
}

int64_t statistics_log_score_centi(const struct statistics_logs *all, int64_t value)
{
    double own = log((double)value);
    double sum = all->sum - own;
    double others = (double)all->count - 1;
    if (all->count < 3)
        return 0;
    double variance = (all->squares - own * own - sum * sum / others) / (others - 1);
    if (variance <= 1e-9)
        return 0;
    return llround((own - sum / others) / sqrt(variance) * 100);
}

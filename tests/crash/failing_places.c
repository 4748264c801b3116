#include "tests/crash/failing_places.h"

#include <stdlib.h>

#include "schema/base/buf.h"

static uint64_t mix(uint64_t value)
{
    value ^= value >> 33;
    value *= 0xFF51AFD7ED558CCDU;
    value ^= value >> 33;
    value *= 0xC4CEB9FE1A85EC53U;
    return value ^ (value >> 33);
}

uint64_t failing_way(uint64_t place, uint64_t domain, bool on)
{
    uint64_t way = mix(place ^ mix(2 * domain + on));
    return way ? way : 1;
}

uint64_t failing_draw(uint64_t seed, uint64_t place, uint64_t below)
{
    return mix(seed ^ mix(place)) % below;
}

/* Where it stands, or the free place where it would; a table that is full ends the program. */
static atomic_ullong *find(struct failing_shared *s, uint64_t way)
{
    for (size_t i = 0; i < FAILING_TABLE; i++) {
        atomic_ullong *at = &s->tried[(way + i) % FAILING_TABLE];
        unsigned long long held = atomic_load(at);
        if (held == way || held == 0)
            return at;
    }
    abort();
}

bool failing_is_tried(struct failing_shared *s, uint64_t way)
{
    return atomic_load(find(s, way)) == way;
}

bool failing_tried(struct failing_shared *s, uint64_t way)
{
    for (;;) {
        atomic_ullong *at = find(s, way);
        unsigned long long none = 0;
        if (atomic_load(at) == way)
            return false;
        if (atomic_compare_exchange_strong(at, &none, way))
            return true;
    }
}

static int compare(const void *a, const void *b)
{
    const struct failing_call *x = a;
    const struct failing_call *y = b;
    if (x->place != y->place)
        return x->place < y->place ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

void failing_choice_init(struct failing_choice *c, const struct failing_told *told)
{
    long count = atomic_load(&told->calls);
    if (count > FAILING_MOST)
        abort();
    *c = (struct failing_choice){.count = count};
    c->calls = mem_zero((size_t)count + 1, sizeof *c->calls);
    for (long i = 0; i < count; i++)
        c->calls[i] = (struct failing_call){told->recorded[i + 1], i + 1};
    qsort(c->calls, (size_t)count, sizeof *c->calls, compare);
    for (long at = 0; at < count; at = failing_group_end(c, at))
        c->places++;
}

void failing_choice_done(struct failing_choice *c)
{
    free(c->calls);
}

long failing_group_end(const struct failing_choice *c, long at)
{
    long end = at + 1;
    while (end < c->count && c->calls[end].place == c->calls[at].place)
        end++;
    return end;
}

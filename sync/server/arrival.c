#include "sync/server/arrival.h"

int64_t arrival_instant(const struct arrival *a, const struct entry *entry, bool *out_sure)
{
    int64_t offset = a->arrived_at - a->packed_at;
    bool is_off = offset < -ARRIVAL_EXACT_S || (a->direct && offset > ARRIVAL_EXACT_S);
    int64_t at = is_off ? entry->at + offset : entry->at;
    if (a->direct)
        /* Behind its own packing an entry stands only where the clock was put back in between. */
        *out_sure = entry->at <= a->packed_at;
    else
        *out_sure = !is_off && !entry->clock_suspect && at <= a->arrived_at;
    return at < a->arrived_at ? at : a->arrived_at;
}

void arrival_correct(const struct arrival *a, const struct entry *entry, struct entry *out)
{
    bool sure = false;
    *out = *entry;
    out->at = arrival_instant(a, entry, &sure);
}

#include "app/common/i18n.h"

#include <string.h>

#include "app/common/catalogue.h"

static struct catalogue in_use;
static const struct catalogue *used;

void i18n_use(const struct catalogue *from)
{
    used = from ? &in_use : NULL;
    if (from)
        in_use = *from;
}

const struct catalogue *i18n_used(void)
{
    return used;
}

const char *i18n_text(const char *text)
{
    const char *found = used ? catalogue_text(used, text) : NULL;
    return found ? found : text;
}

const char *i18n_in_context(const char *marked)
{
    const char *found = used ? catalogue_text(used, marked) : NULL;
    const char *context_end = strchr(marked, '\004');
    if (found)
        return found;
    return context_end ? context_end + 1 : marked;
}

const char *i18n_count(const char *one, const char *many, unsigned long number)
{
    const char *found = used ? catalogue_count(used, one, number) : NULL;
    if (found)
        return found;
    return number == 1 ? one : many;
}

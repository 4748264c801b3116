#include "app/field/tui/table.h"

static void mark(struct table *t, int at)
{
    t->marked = at >= t->count ? t->count - 1 : at;
    if (t->marked < 0)
        t->marked = 0;
}

bool table_do(struct table *t, enum action action, int rows)
{
    if (action == ACTION_UP)
        mark(t, t->marked - 1);
    else if (action == ACTION_DOWN)
        mark(t, t->marked + 1);
    else if (action == ACTION_PAGE_UP)
        mark(t, t->marked - rows);
    else if (action == ACTION_PAGE_DOWN)
        mark(t, t->marked + rows);
    else if (action == ACTION_FIRST)
        mark(t, 0);
    else if (action == ACTION_LAST)
        mark(t, t->count - 1);
    else
        return false;
    return true;
}

void table_resize(struct table *t, int count)
{
    t->count = count;
    mark(t, t->marked);
}

void table_show(struct table *t, int rows)
{
    if (t->marked < t->top)
        t->top = t->marked;
    if (rows > 0 && t->marked >= t->top + rows)
        t->top = t->marked - rows + 1;
    if (t->top > t->count - rows)
        t->top = t->count - rows;
    if (t->top < 0)
        t->top = 0;
}

/* The widest of those that are above what they keep; with KEPT_TOO of all above TABLE_LEAST; -1: none is. */
static int widest(const struct table_width *widths, int count, bool kept_too)
{
    int found = -1;
    for (int i = 0; i < count; i++) {
        int least = kept_too || widths[i].kept == 0 ? TABLE_LEAST : widths[i].kept;
        least = least < TABLE_NARROWEST ? TABLE_NARROWEST : least;
        if (widths[i].wanted > least && (found < 0 || widths[i].wanted > widths[found].wanted))
            found = i;
    }
    return found;
}

void table_fit(struct table_width *widths, int count, int all)
{
    int sum = count - 1;
    for (int i = 0; i < count; i++)
        sum += widths[i].wanted;
    for (; sum > all; sum--) {
        int at = widest(widths, count, false);
        if (at < 0)
            at = widest(widths, count, true);
        if (at < 0)
            return;
        widths[at].wanted--;
    }
}

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

void table_fit(int *widths, int count, int all, int least)
{
    for (;;) {
        int sum = count - 1;
        int widest = 0;
        for (int i = 0; i < count; i++) {
            sum += widths[i];
            if (widths[i] > widths[widest])
                widest = i;
        }
        if (sum <= all || count == 0 || widths[widest] <= least)
            return;
        widths[widest]--;
    }
}

#include "tests/lib/desk.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/lib/test.h"

int desk_open(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    laptop_open(&d->laptop);
    *state = d;
    return 0;
}

int desk_close(void **state)
{
    struct desk *d = *state;
    if (d->screen.vt)
        screen_close(&d->screen);
    laptop_close(&d->laptop);
    free(d);
    return 0;
}

void desk_start(struct desk *d, const struct screen_options *o)
{
    const struct screen_options plain = {0};
    if (d->screen.vt)
        screen_close(&d->screen);
    screen_start(&d->screen, d->laptop.path, o ? o : &plain);
    screen_wait(&d->screen, "Due");
}

void desk_go(struct desk *d, const char *place)
{
    static const char *const places[] = {
        "Day sheet", "Sync",     "Inbox", "Reports", "Sticks and copies", "Yields",      "Stones",   "Sales",
        "Diggers",   "Licences", "Crews", "Sites",   "Cooperatives",      "Inspections", "Officers",
    };
    char title[64];
    for (size_t i = 0; strcmp(places[i], place) != 0; i++)
        screen_type(&d->screen, "<Down>");
    screen_type(&d->screen, "<Enter>");
    (void)snprintf(title, sizeof title, "Alluvia - %s", place);
    screen_wait(&d->screen, title);
}

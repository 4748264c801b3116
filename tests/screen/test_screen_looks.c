/* What every screen looks like on every terminal, in both sizes; and that it leaves the terminal as it was,
 * wherever the program is ended. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/field/store/pins.h"
#include "app/field/store/settings.h"
#include "schema/base/date.h"
#include "tests/lib/desk.h"
#include "tests/lib/test.h"

static int open_desk(void **state)
{
    (void)desk_open(state);
    struct desk *d = *state;
    int64_t holder = laptop_digger(&d->laptop, "K\xC3\xA9\xC3\xAFta Sory");
    (void)laptop_digger(&d->laptop, "\xE1\xBB\x8D\xCC\x81la Ng\xC5\xA9g\xC4\xA9");
    (void)laptop_licence(&d->laptop, "AML-1", holder);
    (void)laptop_licence(&d->laptop, "AML-2", holder);
    (void)laptop_yield(&d->laptop, "AML-1", "2026-11-20", "2", "0.31");
    (void)laptop_yield(&d->laptop, "AML-2", "2026-11-20", NULL, NULL);
    return 0;
}

/* What the day of the run changes is not compared: the report is turned to the month of the records. */
static void turn_to_november(struct desk *d)
{
    struct date now = date_from_days(date_of_instant((int64_t)time(NULL)));
    for (int month = now.year * 12 + now.month - 1; month >= 2026 * 12 + 10; month--) {
        char period[32];
        (void)snprintf(period, sizeof period, "   %04d-%02d\n", month / 12, month % 12 + 1);
        screen_wait(&d->screen, period);
        screen_type(&d->screen, month > 2026 * 12 + 10 ? "-" : "");
    }
    screen_wait(&d->screen, "0.31");
}

static void golden_of(struct desk *d, const char *name, bool large)
{
    char file[64];
    (void)snprintf(file, sizeof file, "%s-%s", name, large ? "120x40" : "80x24");
    screen_golden(&d->screen, file);
}

static void back(struct desk *d)
{
    screen_type(&d->screen, "<Esc>");
    screen_wait(&d->screen, "Alluvia - Today");
    screen_type(&d->screen, "<C-a>");
}

static void walk(struct desk *d, const struct screen_options *o)
{
    bool large = o->rows > 24;
    desk_start(d, o);
    desk_go(d, "Licences");
    screen_wait(&d->screen, "AML-2");
    golden_of(d, "list", large);
    screen_type(&d->screen, "<C-n>");
    screen_wait(&d->screen, "1/23");
    screen_type(&d->screen, "<Down><C-p>");
    screen_wait(&d->screen, "Artisanal");
    golden_of(d, "picker", large);
    screen_type(&d->screen, "<Esc><Esc>");
    screen_wait(&d->screen, "Search:");
    back(d);
    desk_go(d, "Sync");
    golden_of(d, "sync", large);
    back(d);
    desk_go(d, "Inbox");
    golden_of(d, "inbox", large);
    back(d);
    desk_go(d, "Sticks and copies");
    golden_of(d, "care", large);
    back(d);
    desk_go(d, "Reports");
    screen_type(&d->screen, "<Tab>");
    screen_wait(&d->screen, "The month by day");
    turn_to_november(d);
    golden_of(d, "report", large);
    back(d);
}

static void screens_look_the_same_on_every_terminal(void **state)
{
    static const char *const terms[] = {"linux", "vt100", "xterm-256color", "screen"};
    for (size_t i = 0; i < 4; i++) {
        walk(*state, &(struct screen_options){.term = terms[i]});
        walk(*state, &(struct screen_options){.term = terms[i], .rows = 40, .columns = 120});
    }
}

static void large_forms_and_sign_in_look_as_they_should(void **state)
{
    struct desk *d = *state;
    struct errctx e;
    const struct screen_options large = {.rows = 40, .columns = 120};
    const char *const amina[] = {"login", "amina", "full_name", "Amina Sesay", "role", "admin", NULL};
    desk_start(d, &large);
    desk_go(d, "Diggers");
    screen_type(&d->screen, "<C-n>");
    screen_wait(&d->screen, "1/20");
    screen_golden(&d->screen, "form-120x40");
    screen_type(&d->screen, "<Esc><Esc>");
    screen_wait(&d->screen, "Alluvia - Today");
    screen_type(&d->screen, "<C-e><Enter>");
    screen_wait(&d->screen, "Alluvia - Settings");
    screen_golden(&d->screen, "settings-120x40");
    assert_ok(pins_set(d->laptop.store, laptop_add(&d->laptop, ENTITY_OFFICER, amina), "2580", &d->laptop.by,
                       NULL, &e));
    screen_close(&d->screen);
    screen_start(&d->screen, d->laptop.path, &large);
    screen_wait(&d->screen, "Who works with this laptop now?");
    screen_golden(&d->screen, "signin-120x40");
}

static void borders_are_ascii_where_it_is_asked_for(void **state)
{
    static const char *const terms[] = {"linux", "vt100", "xterm-256color"};
    struct desk *d = *state;
    struct errctx e;
    assert_ok(setting_set(d->laptop.store, SETTING_BORDERS, "ascii", &e));
    for (size_t i = 0; i < 3; i++) {
        desk_start(d, &(struct screen_options){.term = terms[i]});
        desk_go(d, "Diggers");
        screen_type(&d->screen, "<C-n>");
        screen_wait(&d->screen, "1/20");
        screen_type(&d->screen, "17<Esc>");
        screen_wait(&d->screen, "Go back without saving?");
        screen_golden(&d->screen, "form-leave-ascii-80x24");
    }
}

static void colour_goes_and_everything_is_still_there(void **state)
{
    struct desk *d = *state;
    struct errctx e;
    desk_start(d, NULL);
    screen_wait(&d->screen, "Sending");
    assert_true(screen_has_colour(&d->screen));
    desk_start(d, &(struct screen_options){.no_color = true});
    desk_go(d, "Sticks and copies");
    screen_golden(&d->screen, "care-80x24");
    assert_false(screen_has_colour(&d->screen));
    assert_ok(setting_set(d->laptop.store, SETTING_THEME, "monochrome", &e));
    desk_start(d, NULL);
    desk_go(d, "Sticks and copies");
    screen_golden(&d->screen, "care-80x24");
    assert_false(screen_has_colour(&d->screen));
}

/* --- sizes that change */

static void a_box_follows_the_size_of_the_window(void **state)
{
    struct desk *d = *state;
    desk_start(d, NULL);
    desk_go(d, "Diggers");
    screen_type(&d->screen, "<C-n>");
    screen_wait(&d->screen, "1/20");
    screen_type(&d->screen, "<Down>Sahr Kam<Esc>");
    screen_wait(&d->screen, "What was typed here is thrown away.");
    screen_resize(&d->screen, 40, 120);
    screen_wait(&d->screen, "│ What was typed here is thrown away.                              │");
    screen_wait(&d->screen, "Sahr Kam");
    screen_resize(&d->screen, 24, 80);
    screen_settle(&d->screen);
    screen_wait(&d->screen, "│ What was typed here is thrown away.                              │");
    screen_type(&d->screen, "n");
    screen_wait_gone(&d->screen, "thrown away");
    screen_type(&d->screen, "ara<Down><Down><Down><C-p>");
    screen_wait(&d->screen, "Female");
    screen_resize(&d->screen, 30, 100);
    screen_settle(&d->screen);
    screen_wait(&d->screen, "│ Female");
    screen_type(&d->screen, "<Down><Enter>");
    screen_wait(&d->screen, "Sahr Kamara");
    screen_wait(&d->screen, "Male");
}

/* Smaller than it should be, and back: nothing is lost, nothing falls. */
static void a_window_that_is_too_small_loses_nothing(void **state)
{
    struct desk *d = *state;
    desk_start(d, NULL);
    screen_type(&d->screen, "d");
    screen_wait(&d->screen, "Alluvia - Day sheet");
    screen_type(&d->screen, "12<Enter>8");
    screen_wait(&d->screen, "8");
    screen_resize(&d->screen, 10, 40);
    screen_settle(&d->screen);
    screen_type(&d->screen, "<Enter>");
    screen_settle(&d->screen);
    screen_resize(&d->screen, 1, 2);
    screen_settle(&d->screen);
    screen_resize(&d->screen, 24, 80);
    screen_wait(&d->screen, "*AML-1");
    screen_wait(&d->screen, "  12     8");
}

/* --- ways out */

/* Keys from the first screen on, and a text that is there then. */
static const struct {
    const char *keys;
    const char *text;
    const char *again; /* what the next start shows of what was typed; NULL: nothing was typed */
} PLACES[] = {
    {"", "Due", NULL},
    {"?", "enter a day's yields", NULL},
    {"d7<Enter>8<Enter>5", " 8 5", "*AML-1"},
    {"ddzz", "Which day?", NULL},
    {"dp1", "day's parcel in carats", NULL},
    {"s", "belongs to no registry", NULL},
    {"se", "Join the registry", NULL},
    {"i", "Nothing is waiting", NULL},
    {"r<Tab><Tab>", "The month by licence", NULL},
    {"c", "Check everything", NULL},
    {"c<Enter>", "Which folder?", NULL},
    {"<C-e><Enter>", "Lock after minutes", NULL},
    {"o", "becomes the admin", NULL},
    {"<C-e><Up><Up><Enter>", "Alluvia - Inspections", NULL},
    {"<Down><Down><Down><Down><Down><Down><Down><Down><Enter><C-t>", "registered", NULL},
    {"<Down><Down><Down><Down><Down><Down><Down><Down><Enter><C-n><Down>Sahr Tam", "Sahr Tam", "Sahr Tam"},
    {"<Down><Down><Down><Down><Down><Down><Down><Down><Enter><C-n><Down>Sahr Tam<Down><Up><Esc>",
     "thrown away", "Sahr Tam"},
    {"<Down><Down><Down><Down><Down><Down><Down><Down><Enter><C-n><Down>Sahr Tam<Down><Down><Down><C-p>",
     "Female", "Sahr Tam"},
};

/* A signal that asks to end leaves what stands in the field; a crash what was left with its field. */
static void end_at(struct desk *d, size_t place, int number)
{
    const bool crash = number == SIGSEGV;
    const char *again = PLACES[place].again;
    desk_start(d, NULL);
    screen_type(&d->screen, PLACES[place].keys);
    screen_wait(&d->screen, PLACES[place].text);
    screen_kill(&d->screen, number);
    if (!screen_is_sane(&d->screen))
        fail_msg("signal %d at \"%s\": the terminal is not as it was", number, PLACES[place].keys);
    screen_close(&d->screen);
    screen_start(&d->screen, d->laptop.path, &(struct screen_options){0});
    bool kept = again && (!crash || place != 15);
    screen_wait(&d->screen, kept ? again : "Due");
    if (kept)
        screen_type(&d->screen, strchr(again, '*') ? "<C-z><Esc>" : "<Esc>y");
    screen_wait(&d->screen, "Due");
}

static void signals_leave_terminal_sane_and_drafts_safe_everywhere(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGSEGV};
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        for (size_t k = 0; k < sizeof signals / sizeof signals[0]; k++)
            end_at(*state, i, signals[k]);
    }
}

#define LOOKS_TEST(test) cmocka_unit_test_setup_teardown(test, open_desk, desk_close)

int main(void)
{
    (void)setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        LOOKS_TEST(screens_look_the_same_on_every_terminal),
        LOOKS_TEST(large_forms_and_sign_in_look_as_they_should),
        LOOKS_TEST(borders_are_ascii_where_it_is_asked_for),
        LOOKS_TEST(colour_goes_and_everything_is_still_there),
        LOOKS_TEST(a_box_follows_the_size_of_the_window),
        LOOKS_TEST(a_window_that_is_too_small_loses_nothing),
        LOOKS_TEST(signals_leave_terminal_sane_and_drafts_safe_everywhere),
    };
    return cmocka_run_group_tests_name("screen looks", tests, NULL, NULL);
}

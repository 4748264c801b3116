/* Lists and forms in a terminal: what is typed arrives, is shown, survives, and looks as it should. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "tests/lib/desk.h"
#include "tests/lib/test.h"

static void new_digger(struct desk *d)
{
    desk_go(d, "Diggers");
    screen_type(&d->screen, "<C-n>");
    screen_wait(&d->screen, "New: Digger");
    screen_type(&d->screen, "<Down>");
    screen_wait(&d->screen, "2/20");
}

/* From the field full_name on. */
static void type_person(struct desk *d, const char *name)
{
    screen_type(&d->screen, name);
    screen_type(&d->screen,
                "<Enter><Down><Down>male<Enter>1985~<Enter>sierra<Enter>national<Enter>kono<Enter>"
                "Tombodu<Enter><Down><Down>none<Enter><Down>");
    screen_wait(&d->screen, "15/20");
}

static void first_screen_looks_the_same_on_every_terminal(void **state)
{
    static const char *const terms[] = {"linux", "vt100", "xterm-256color", "screen"};
    struct desk *d = *state;
    for (size_t i = 0; i < 4; i++) {
        const struct screen_options small = {.term = terms[i]};
        const struct screen_options large = {.term = terms[i], .rows = 40, .columns = 120};
        desk_start(d, &small);
        screen_golden(&d->screen, "today-80x24");
        desk_start(d, &large);
        screen_golden(&d->screen, "today-120x40");
    }
}

static void form_looks_the_same_on_every_terminal(void **state)
{
    static const char *const terms[] = {"linux", "vt100", "xterm-256color", "screen"};
    struct desk *d = *state;
    for (size_t i = 0; i < 4; i++) {
        const struct screen_options small = {.term = terms[i]};
        desk_start(d, &small);
        new_digger(d);
        screen_type(&d->screen, "Ke\xCC\x81i\xCC\x88ta Sory<Down><Down><Down><Down>18<Down>");
        screen_wait(&d->screen, "7/20");
        screen_golden(&d->screen, "form-80x24");
        screen_type(&d->screen, "<Esc>");
        screen_wait(&d->screen, "Go back without saving?");
        screen_golden(&d->screen, "form-leave-80x24");
        screen_type(&d->screen, "y");
        screen_wait(&d->screen, "Search:");
    }
}

static void name_is_typed_moved_through_and_found_again(void **state)
{
    static const char *const names[][2] = {{"o\xCC\xA3\xCC\x81la", "\xE1\xBB\x8D\xCC\x81la"},
                                           {"Ngu\xCC\x83gi\xCC\x83", "Ng\xC5\xA9g\xC4\xA9"},
                                           {"Ke\xCC\x81i\xCC\x88ta", "K\xC3\xA9\xC3\xAFta"},
                                           {"प्रिया", "प्रिया"}};
    struct desk *d = *state;
    for (size_t i = 0; i < 4; i++) {
        desk_start(d, NULL);
        new_digger(d);
        screen_type(&d->screen, names[i][0]);
        screen_wait(&d->screen, names[i][1]);
        screen_type(&d->screen, "x<Left><Right><Backspace>");
        screen_type(&d->screen, "<C-s>");
        screen_wait(&d->screen, "not saved yet");
        screen_wait(&d->screen, names[i][1]);
    }
}

static void person_is_saved_and_listed(void **state)
{
    struct desk *d = *state;
    desk_start(d, NULL);
    new_digger(d);
    type_person(d, "Ngu\xCC\x83gi\xCC\x83 Kamara");
    screen_type(&d->screen, "digger<Enter><Down>law<Enter><C-s>");
    screen_wait(&d->screen, "saved as");
    screen_wait(&d->screen, "1 record");
    screen_type(&d->screen, "ngugi");
    screen_wait(&d->screen, "Ng\xC5\xA9g\xC4\xA9 Kamara");
}

static void possible_double_is_shown_with_what_is_the_same(void **state)
{
    struct desk *d = *state;
    (void)laptop_digger(&d->laptop, "Mohamed Jalloh");
    desk_start(d, NULL);
    new_digger(d);
    type_person(d, "Mamadou Diallo");
    screen_type(&d->screen, "digger<Enter><Down>law<Enter><C-s>");
    screen_wait(&d->screen, "Registered already?");
    screen_wait(&d->screen, "the same: Village");
    screen_type(&d->screen, "n");
    screen_wait(&d->screen, "New: Digger");
}

static void error_stands_at_its_field_in_words(void **state)
{
    struct desk *d = *state;
    desk_start(d, NULL);
    desk_go(d, "Diggers");
    screen_type(&d->screen, "<C-n>");
    screen_wait(&d->screen, "1/20");
    screen_type(&d->screen, "<C-s>");
    screen_wait(&d->screen, "^ must be given");
    screen_wait(&d->screen, "2/20");
}

static void cursor_follows_the_focus(void **state)
{
    struct desk *d = *state;
    int row = 0;
    int column = 0;
    desk_start(d, NULL);
    new_digger(d);
    screen_type(&d->screen, "o\xCC\xA3\xCC\x81la");
    screen_wait(&d->screen, "\xCC\x81la");
    screen_cursor(&d->screen, &row, &column);
    assert_int_equal(row, 2);
    assert_int_equal(column, 23 + 3);
}

static void resize_in_a_field_loses_nothing(void **state)
{
    struct desk *d = *state;
    desk_start(d, NULL);
    new_digger(d);
    screen_type(&d->screen, "Sahr Kam");
    screen_wait(&d->screen, "Sahr Kam");
    screen_resize(&d->screen, 40, 120);
    screen_wait(&d->screen, "Note");
    screen_type(&d->screen, "ara");
    screen_wait(&d->screen, "Sahr Kamara");
    screen_resize(&d->screen, 24, 80);
    screen_type(&d->screen, "x");
    screen_wait(&d->screen, "Sahr Kamarax");
}

static void signal_leaves_terminal_sane_and_draft_safe(void **state)
{
    static const int signals[] = {SIGTERM, SIGHUP, SIGSEGV, SIGABRT, SIGKILL};
    struct desk *d = *state;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        desk_start(d, NULL);
        new_digger(d);
        screen_type(&d->screen, "Sahr Tamba<Enter>");
        screen_wait(&d->screen, "3/20");
        screen_kill(&d->screen, signals[i]);
        assert_true(signals[i] == SIGKILL || screen_is_sane(&d->screen));
        screen_close(&d->screen);
        screen_start(&d->screen, d->laptop.path, &(struct screen_options){0});
        screen_wait(&d->screen, "typed before the program ended");
        screen_wait(&d->screen, "Sahr Tamba");
        screen_type(&d->screen, "<Esc>");
        screen_wait(&d->screen, "thrown away");
        screen_type(&d->screen, "y");
        screen_wait(&d->screen, "Due");
    }
}

static void half_typed_field_outlives_a_polite_signal(void **state)
{
    struct desk *d = *state;
    desk_start(d, NULL);
    new_digger(d);
    screen_type(&d->screen, "Sahr Tam");
    screen_wait(&d->screen, "Sahr Tam");
    screen_kill(&d->screen, SIGTERM);
    screen_close(&d->screen);
    screen_start(&d->screen, d->laptop.path, &(struct screen_options){0});
    screen_wait(&d->screen, "Sahr Tam");
}

static void quitting_ends_with_success_and_a_sane_terminal(void **state)
{
    struct desk *d = *state;
    desk_start(d, NULL);
    screen_type(&d->screen, "<C-q>");
    screen_wait_end(&d->screen);
    assert_true(WIFEXITED(d->screen.status));
    assert_int_equal(WEXITSTATUS(d->screen.status), 0);
    assert_true(screen_is_sane(&d->screen));
}

static void latin_letters_are_shown_without_utf8(void **state)
{
    struct desk *d = *state;
    (void)laptop_digger(&d->laptop, "K\xC3\xA9\xC3\xAFta Sory");
    const struct screen_options plain = {.locale = "C", .term = "vt100"};
    desk_start(d, &plain);
    desk_go(d, "Diggers");
    screen_wait(&d->screen, "Keita Sory");
}

static void answers_are_the_letters_of_the_language(void **state)
{
    static const struct {
        const char *lang;
        const char *due;
        const char *shown;
        const char *bar;
        const char *yes;
        const char *no;
    } cases[] = {{"en", "Due", "y: yes   n: no", "y Yes  n No", "y", "n"},
                 {"fr", "À faire", "o : oui   n : non", "o Oui  n Non", "o", "n"},
                 {"pt", "Por fazer", "s: sim   n: não", "s Sim  n Não", "s", "n"},
                 {"fr", "À faire", "o : oui   n : non", "o Oui  n Non", "y", "n"}};
    struct desk *d = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct screen_options options = {.lang = cases[i].lang};
        if (d->screen.vt)
            screen_close(&d->screen);
        screen_start(&d->screen, d->laptop.path, &options);
        screen_wait(&d->screen, cases[i].due);
        screen_type(&d->screen, "<Up><C-a><Down><Down><Down><Down><Down><Down><Down><Down><Enter>");
        screen_type(&d->screen, "<C-n>");
        screen_wait(&d->screen, "  1/20");
        screen_type(&d->screen, "17<Esc>");
        screen_wait(&d->screen, cases[i].shown);
        screen_wait(&d->screen, cases[i].bar);
        screen_type(&d->screen, cases[i].no);
        screen_wait_gone(&d->screen, cases[i].shown);
        screen_wait(&d->screen, "  1/20");
        screen_type(&d->screen, "<Esc>");
        screen_wait(&d->screen, cases[i].shown);
        screen_type(&d->screen, cases[i].yes);
        screen_wait_gone(&d->screen, "  1/20");
    }
}

static void help_says_what_keys_do_here(void **state)
{
    struct desk *d = *state;
    desk_start(d, NULL);
    desk_go(d, "Diggers");
    screen_type(&d->screen, "?");
    screen_wait(&d->screen, "register a new record");
    screen_golden(&d->screen, "help-list-80x24");
}

static void history_shows_every_change(void **state)
{
    struct desk *d = *state;
    (void)laptop_digger(&d->laptop, "Sahr Kamara");
    desk_start(d, NULL);
    desk_go(d, "Diggers");
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, "Sahr Kamara");
    screen_type(&d->screen, "<Down>Tamba<C-s>");
    screen_wait(&d->screen, "saved as");
    screen_type(&d->screen, "<C-t>");
    screen_wait(&d->screen, "changed");
    screen_wait(&d->screen, "Full name: Sahr KamaraTamba");
}

static void licence_says_how_it_stands(void **state)
{
    struct desk *d = *state;
    (void)laptop_licence(&d->laptop, "AML/KON/17", laptop_digger(&d->laptop, "Sahr Kamara"));
    desk_start(d, NULL);
    desk_go(d, "Licences");
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, "valid to 2");
}

static void list_is_narrowed_to_a_value_and_widened_again(void **state)
{
    struct desk *d = *state;
    int64_t sahr = laptop_digger(&d->laptop, "Sahr Kamara");
    (void)laptop_licence(&d->laptop, "AML/KON/17", sahr);
    (void)laptop_licence(&d->laptop, "AML/KON/18", laptop_digger(&d->laptop, "Finda Mansaray"));
    desk_start(d, NULL);
    desk_go(d, "Licences");
    screen_wait(&d->screen, "AML/KON/17");
    screen_type(&d->screen, "<C-r>");
    screen_wait(&d->screen, "Show only records with");
    screen_type(&d->screen, "holder<Enter>");
    screen_wait(&d->screen, "Holder (person)");
    screen_type(&d->screen, "mansa<Enter>");
    screen_wait(&d->screen, "1 record");
    screen_wait_gone(&d->screen, "AML/KON/17");
    screen_wait(&d->screen, "AML/KON/18");
    screen_type(&d->screen, "<C-r>");
    screen_wait(&d->screen, "AML/KON/17");
}

static void void_record_is_read_and_offers_no_saving(void **state)
{
    struct desk *d = *state;
    struct errctx e;
    int64_t id = laptop_digger(&d->laptop, "Sahr Kamara");
    assert_ok(store_void(d->laptop.store, ENTITY_DIGGER, id, "entered twice", &d->laptop.by, &e));
    desk_start(d, NULL);
    desk_go(d, "Diggers");
    screen_type(&d->screen, "<C-y>");
    screen_wait(&d->screen, "1 record");
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, "it can be read, not changed");
    assert_false(screen_holds(&d->screen, "Save"));
    screen_type(&d->screen, "<Down>");
    screen_wait(&d->screen, "2/20");
    screen_type(&d->screen, "<C-t>");
    screen_wait(&d->screen, "entered twice");
}

int main(void)
{
    (void)setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        DESK_TEST(first_screen_looks_the_same_on_every_terminal),
        DESK_TEST(form_looks_the_same_on_every_terminal),
        DESK_TEST(name_is_typed_moved_through_and_found_again),
        DESK_TEST(person_is_saved_and_listed),
        DESK_TEST(possible_double_is_shown_with_what_is_the_same),
        DESK_TEST(error_stands_at_its_field_in_words),
        DESK_TEST(cursor_follows_the_focus),
        DESK_TEST(resize_in_a_field_loses_nothing),
        DESK_TEST(signal_leaves_terminal_sane_and_draft_safe),
        DESK_TEST(half_typed_field_outlives_a_polite_signal),
        DESK_TEST(quitting_ends_with_success_and_a_sane_terminal),
        DESK_TEST(latin_letters_are_shown_without_utf8),
        DESK_TEST(answers_are_the_letters_of_the_language),
        DESK_TEST(help_says_what_keys_do_here),
        DESK_TEST(history_shows_every_change),
        DESK_TEST(licence_says_how_it_stands),
        DESK_TEST(list_is_narrowed_to_a_value_and_widened_again),
        DESK_TEST(void_record_is_read_and_offers_no_saving),
    };
    return cmocka_run_group_tests_name("screen form", tests, NULL, NULL);
}

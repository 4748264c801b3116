/* Who works: the first start, signing in, locking with everything kept, PINs, settings, joining a registry.
 */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "app/field/store/draft.h"
#include "app/field/store/pins.h"
#include "app/field/store/settings.h"
#include "sync/client/sync.h"
#include "sync/server/server.h"
#include "tests/lib/laptop.h"
#include "tests/lib/ministry.h"
#include "tests/lib/screen.h"
#include "tests/lib/test.h"

struct desk {
    struct laptop laptop;
    struct screen_test screen;
};

static int open_desk(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    laptop_open(&d->laptop);
    *state = d;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    if (d->screen.vt)
        screen_close(&d->screen);
    laptop_close(&d->laptop);
    free(d);
    return 0;
}

static void add_officer(struct desk *d, const char *login, const char *name, const char *role,
                        const char *pin)
{
    struct errctx e;
    const char *const values[] = {"login", login, "full_name", name, "role", role, NULL};
    int64_t id = laptop_add(&d->laptop, ENTITY_OFFICER, values);
    if (pin)
        assert_ok(pins_set(d->laptop.store, id, pin, &d->laptop.by, NULL, &e));
}

static void two_officers(struct desk *d)
{
    add_officer(d, "amina", "Amina Sesay", "admin", "2580");
    add_officer(d, "bob", "Bob Kamara", "officer", "904117");
}

static void start_at(struct desk *d, const char *path, const char *text)
{
    const struct screen_options plain = {0};
    if (d->screen.vt)
        screen_close(&d->screen);
    screen_start(&d->screen, path, &plain);
    screen_wait(&d->screen, text);
}

static void start(struct desk *d, const char *text)
{
    start_at(d, d->laptop.path, text);
}

static void the_first_start_makes_laptop_officer_and_pin(void **state)
{
    struct desk *d = *state;
    struct errctx e;
    struct store *made = NULL;
    struct officer amina;
    const struct pin_clock now = pin_clock_now();
    int64_t wait_s = 0;
    char path[128];
    (void)snprintf(path, sizeof path, "%s/new.db", d->laptop.folder);
    start_at(d, path, "First start");
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, "Sierra Leone");
    screen_type(&d->screen, "sier<Enter>");
    screen_wait_gone(&d->screen, "Type to look");
    screen_type(&d->screen, "Kono 1<Enter>amina<Enter>Amina Sesay<Enter>1234<Enter>1234<Enter>");
    screen_wait(&d->screen, "everybody tries first");
    assert_int_equal(access(path, F_OK), -1);
    screen_type(&d->screen, "<C-u>2580<Down><C-u>258<Enter>");
    screen_wait(&d->screen, "not the same");
    screen_golden(&d->screen, "first-start-80x24");
    screen_type(&d->screen, "0<C-s>");
    screen_wait(&d->screen, "Alluvia - Today");
    screen_wait(&d->screen, "amina  Kono 1");
    screen_type(&d->screen, "<C-q>");
    screen_wait_end(&d->screen);
    assert_ok(store_open(path, STORE_WRITE, &made, &e));
    assert_ok(officers_find(made, "amina", &amina, &e));
    assert_int_equal(amina.role, ROLE_ADMIN);
    assert_ok(pins_try(made, &amina, "2580", &now, &wait_s, &e));
    officer_done(&amina);
    store_close(made);
}

static void a_laptop_without_officers_offers_to_make_the_first(void **state)
{
    struct desk *d = *state;
    struct errctx e;
    bool guarded = false;
    start(d, "no officer is registered");
    screen_type(&d->screen, "o");
    screen_wait(&d->screen, "becomes the admin");
    screen_type(&d->screen, "<C-s>");
    screen_wait(&d->screen, "must be given");
    screen_type(&d->screen, "amina<Enter>Amina Sesay<Enter>2580<Enter>2580<Enter>");
    screen_wait(&d->screen, "Alluvia - Today");
    screen_wait(&d->screen, "amina  Koidu office");
    screen_wait_gone(&d->screen, "no officer is registered");
    assert_ok(pins_guarded(d->laptop.store, &guarded, &e));
    assert_true(guarded);
}

static void nothing_shows_before_somebody_signs_in(void **state)
{
    struct desk *d = *state;
    two_officers(d);
    start(d, "Who works with this laptop now?");
    screen_golden(&d->screen, "signin-80x24");
    screen_type(&d->screen, "2581<Enter>");
    screen_wait(&d->screen, "That is not the PIN");
    assert_false(screen_holds(&d->screen, "Due"));
    screen_type(&d->screen, "1<Enter>");
    screen_wait(&d->screen, "That is not the PIN");
    screen_type(&d->screen, "1<Enter>");
    screen_wait(&d->screen, "Too many wrong PINs");
    /* The other's PIN is another matter. */
    screen_type(&d->screen, "<Down>");
    screen_wait_gone(&d->screen, "Too many wrong PINs");
    screen_type(&d->screen, "904117<Enter>");
    screen_wait(&d->screen, "bob  Koidu office");
    screen_type(&d->screen, "<C-q>");
    screen_wait_end(&d->screen);
    /* A new start of the program waits on. */
    start(d, "Who works with this laptop now?");
    screen_type(&d->screen, "<C-q>");
    screen_wait_end(&d->screen);
    assert_true(screen_is_sane(&d->screen));
}

static void leaving_is_possible_without_a_pin(void **state)
{
    struct desk *d = *state;
    two_officers(d);
    start(d, "Who works with this laptop now?");
    screen_type(&d->screen, "?");
    screen_wait(&d->screen, "--recover");
    screen_wait(&d->screen, "Enter: go on");
    screen_type(&d->screen, "<Enter>");
    screen_wait_gone(&d->screen, "--recover");
    screen_kill(&d->screen, 15);
    assert_true(screen_is_sane(&d->screen));
    assert_int_equal(WEXITSTATUS(d->screen.status), 0);
}

static void sign_in_as_amina(struct desk *d)
{
    screen_type(&d->screen, "2580<Enter>");
    screen_wait(&d->screen, "amina  Koidu office");
    screen_wait(&d->screen, "Alluvia - Today");
}

/* From the first screen: a form of a new digger with a name half typed. */
static void begin_digger(struct desk *d)
{
    screen_type(&d->screen, "<Down><Down><Down><Down><Down><Down><Down><Down><Enter>");
    screen_wait(&d->screen, "Alluvia - Diggers");
    screen_type(&d->screen, "<C-n>");
    screen_wait(&d->screen, "New: Digger");
    screen_type(&d->screen, "<Down>Ngũgĩ wa");
    screen_wait(&d->screen, "Ngũgĩ wa");
}

static void the_same_person_comes_back_to_the_letter(void **state)
{
    struct desk *d = *state;
    two_officers(d);
    start(d, "Who works with this laptop now?");
    sign_in_as_amina(d);
    begin_digger(d);
    screen_type(&d->screen, "<C-x>");
    screen_wait(&d->screen, "Locked");
    screen_wait_gone(&d->screen, "Ngũgĩ");
    screen_golden(&d->screen, "locked-80x24");
    screen_type(&d->screen, "2580<Enter>");
    screen_wait(&d->screen, "Ngũgĩ wa");
    screen_type(&d->screen, " Thiong'o");
    screen_wait(&d->screen, "Ngũgĩ wa Thiong'o");
    screen_wait(&d->screen, "2/20");
}

static void another_person_finds_nothing_and_the_first_finds_all(void **state)
{
    struct desk *d = *state;
    two_officers(d);
    start(d, "Who works with this laptop now?");
    sign_in_as_amina(d);
    begin_digger(d);
    screen_type(&d->screen, "<C-x>");
    screen_wait(&d->screen, "Locked");
    screen_type(&d->screen, "<Down>904117<Enter>");
    screen_wait(&d->screen, "bob  Koidu office");
    screen_wait(&d->screen, "Alluvia - Today");
    screen_wait_gone(&d->screen, "Ngũgĩ");
    screen_type(&d->screen, "<C-q>");
    screen_wait_end(&d->screen);
    start(d, "Who works with this laptop now?");
    screen_type(&d->screen, "2580<Enter>");
    screen_wait(&d->screen, "Ngũgĩ wa");
}

/* Also over a box that waits for an answer. */
static void idle_screens_lock_wherever_they_are(void **state)
{
    struct desk *d = *state;
    struct errctx e;
    two_officers(d);
    assert_ok(setting_set(d->laptop.store, SETTING_IDLE_MINUTES, "0.05", &e));
    start(d, "Who works with this laptop now?");
    sign_in_as_amina(d);
    begin_digger(d);
    screen_type(&d->screen, "<Esc>");
    screen_wait(&d->screen, "Go back without saving?");
    screen_wait(&d->screen, "no key was pressed");
    screen_wait_gone(&d->screen, "Go back without saving?");
    screen_type(&d->screen, "2580<Enter>");
    screen_wait(&d->screen, "Go back without saving?");
    screen_type(&d->screen, "n");
    screen_wait(&d->screen, "Ngũgĩ wa");
    /* Killed while it is locked, the draft is the officer's. */
    screen_wait(&d->screen, "no key was pressed");
    screen_kill(&d->screen, 15);
    assert_ok(setting_set(d->laptop.store, SETTING_IDLE_MINUTES, "10", &e));
    start(d, "Who works with this laptop now?");
    screen_type(&d->screen, "2580<Enter>");
    screen_wait(&d->screen, "Ngũgĩ wa");
}

static void an_admin_resets_and_an_officer_changes_a_pin(void **state)
{
    struct desk *d = *state;
    struct errctx e;
    struct officer bob;
    const struct pin_clock now = pin_clock_now();
    int64_t wait_s = 0;
    two_officers(d);
    start(d, "Who works with this laptop now?");
    sign_in_as_amina(d);
    screen_type(&d->screen, "<Up><C-e><Up><Enter>");
    screen_wait(&d->screen, "Alluvia - Officers");
    screen_type(&d->screen, "bob");
    screen_wait_gone(&d->screen, "Amina Sesay");
    screen_type(&d->screen, "<C-p>");
    screen_wait(&d->screen, "PIN of bob");
    screen_golden(&d->screen, "pin-80x24");
    screen_type(&d->screen, "8051<Enter>8051<Enter>");
    screen_wait(&d->screen, "officer bob has a new PIN");
    screen_type(&d->screen, "<C-t>");
    screen_wait(&d->screen, "PIN set");
    assert_ok(officers_find(d->laptop.store, "bob", &bob, &e));
    assert_ok(pins_try(d->laptop.store, &bob, "8051", &now, &wait_s, &e));
    officer_done(&bob);
    /* Bob may not touch another's, and gives the old one for his own. */
    screen_type(&d->screen, "<C-x>");
    screen_wait(&d->screen, "Locked");
    screen_type(&d->screen, "<Down>8051<Enter>");
    screen_wait(&d->screen, "bob  Koidu office");
    screen_type(&d->screen, "<C-e><Up><Enter>");
    screen_wait(&d->screen, "Alluvia - Officers");
    screen_type(&d->screen, "amina");
    screen_wait_gone(&d->screen, "Bob Kamara");
    screen_type(&d->screen, "<C-p>");
    screen_wait(&d->screen, "this takes an admin");
    screen_type(&d->screen, "<Enter><C-u>bob");
    screen_wait(&d->screen, "Bob Kamara");
    screen_type(&d->screen, "<C-p>");
    screen_wait(&d->screen, "Old PIN");
    screen_type(&d->screen, "1<Enter>7391<Enter>7391<Enter>");
    screen_wait(&d->screen, "that is not the PIN");
    screen_type(&d->screen, "<C-u>8051<C-s>");
    screen_wait(&d->screen, "officer bob has a new PIN");
}

static void settings_are_chosen_and_kept(void **state)
{
    struct desk *d = *state;
    struct errctx e;
    char value[SETTING_BYTES];
    start(d, "Due");
    screen_type(&d->screen, "<C-e><Enter>");
    screen_wait(&d->screen, "Alluvia - Settings");
    screen_golden(&d->screen, "settings-80x24");
    screen_type(&d->screen, "<Down><C-u>900<Down> <Down> <C-s>");
    screen_wait(&d->screen, "is not from 0.01 to 240");
    screen_type(&d->screen, "<C-u>2,5<C-s>");
    screen_wait(&d->screen, "the settings are saved");
    assert_ok(setting_get(d->laptop.store, SETTING_THEME, value, &e));
    assert_string_equal(value, "monochrome");
    assert_ok(setting_get(d->laptop.store, SETTING_IDLE_MINUTES, value, &e));
    assert_string_equal(value, "2,5");
    screen_type(&d->screen, "<C-q>");
    screen_wait_end(&d->screen);
    /* Borders of ASCII from the next start on. */
    start(d, "Due");
    screen_type(&d->screen, "i");
    screen_wait(&d->screen, "Alluvia - Inbox");
    screen_type(&d->screen, "<Esc>d");
    screen_wait(&d->screen, "-----");
}

/* --- a registry */

static int64_t ministry_now(void)
{
    return MINISTRY_NOW;
}

static struct server *serve(struct ministry *m, char url[64])
{
    struct errctx e;
    struct server *server = NULL;
    const struct server_options options = {.listen = "127.0.0.1:0",
                                           .ledger = m->ledger,
                                           .registry = registry_store_device(m->store),
                                           .program = "alluvia-registry test",
                                           .now = ministry_now};
    assert_ok(server_start(&options, &server, &e));
    (void)snprintf(url, 64, "http://127.0.0.1:%d", server_port(server));
    return server;
}

static void open_enrolment(struct desk *d)
{
    start(d, "Due");
    screen_type(&d->screen, "s");
    screen_wait(&d->screen, "belongs to no registry yet");
    screen_type(&d->screen, "e");
    screen_wait(&d->screen, "Join the registry");
}

static void a_laptop_joins_its_registry_from_the_screen(void **state)
{
    struct desk *d = *state;
    struct ministry m;
    struct errctx e;
    struct link_state link;
    char url[64];
    ministry_init(&m, false);
    struct server *server = serve(&m, url);
    open_enrolment(d);
    screen_type(&d->screen, "mines.example<Enter><Enter>");
    screen_wait(&d->screen, "neither an address");
    screen_golden(&d->screen, "enrol-80x24");
    screen_type(&d->screen, "<C-u>");
    screen_type(&d->screen, url);
    screen_type(&d->screen, "<Enter>0JBG-3W7F-Y7BC-N0F<Enter>");
    screen_wait(&d->screen, "^ ");
    screen_type(&d->screen, "<C-u>");
    screen_type(&d->screen, m.code);
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, "This laptop has joined Kono regional office");
    screen_type(&d->screen, "<Esc>");
    screen_wait(&d->screen, "Registry: Kono regional office");
    assert_ok(link_load(store_db(d->laptop.store), &link, &e));
    assert_true(link.enrolled);
    server_stop(server);
    ministry_done(&m);
}

static void what_fails_is_said_and_typing_goes_on(void **state)
{
    struct desk *d = *state;
    struct ministry m;
    char url[64];
    ministry_init(&m, false);
    struct server *server = serve(&m, url);
    server_stop(server);
    open_enrolment(d);
    /* Nobody answers there: it says so while it tries, and Esc breaks it off. */
    screen_type(&d->screen, url);
    screen_type(&d->screen, "<Enter>");
    screen_type(&d->screen, m.code);
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, "Asking the registry");
    screen_type(&d->screen, "<Esc>");
    screen_wait_gone(&d->screen, "Asking the registry");
    screen_wait(&d->screen, "Join the registry");
    /* A file that is none. */
    char path[128];
    (void)snprintf(path, sizeof path, "%s/invitation.alv", d->laptop.folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "nothing", 7), 7);
    (void)close(fd);
    screen_type(&d->screen, "<Up><C-u>");
    screen_type(&d->screen, path);
    screen_type(&d->screen, "<C-s>");
    screen_wait(&d->screen, "no invitation of a registry");
    screen_wait(&d->screen, "copy the file again");
    screen_type(&d->screen, "<Esc>");
    screen_wait(&d->screen, "belongs to no registry yet");
    ministry_done(&m);
}

/* --- commands on a terminal */

static void a_command_asks_for_the_pin_with_stars(void **state)
{
    struct desk *d = *state;
    const char *const list[] = {"--as", "bob", "officer", "list", NULL};
    two_officers(d);
    screen_run(&d->screen, d->laptop.path, list);
    screen_wait(&d->screen, "PIN of bob:");
    screen_type(&d->screen, "904118<Backspace>7<Enter>");
    screen_wait_end(&d->screen);
    screen_wait(&d->screen, "PIN of bob: ******");
    screen_wait(&d->screen, "Bob Kamara");
    assert_false(screen_holds(&d->screen, "904117"));
    assert_int_equal(WEXITSTATUS(d->screen.status), 0);
    assert_true(screen_is_sane(&d->screen));
    screen_close(&d->screen);
    screen_run(&d->screen, d->laptop.path, list);
    screen_wait(&d->screen, "PIN of bob:");
    screen_type(&d->screen, "90<C-c>");
    screen_wait_end(&d->screen);
    assert_int_equal(WEXITSTATUS(d->screen.status), 77);
    assert_true(screen_is_sane(&d->screen));
}

static void a_new_pin_is_typed_twice(void **state)
{
    struct desk *d = *state;
    const char *const change[] = {"officer", "pin", "bob", NULL};
    two_officers(d);
    screen_run(&d->screen, d->laptop.path, change);
    screen_wait(&d->screen, "PIN of bob:");
    screen_type(&d->screen, "904117<Enter>");
    screen_wait(&d->screen, "New PIN:");
    screen_type(&d->screen, "8051<Enter>");
    screen_wait(&d->screen, "Once more:");
    screen_type(&d->screen, "8052<Enter>");
    screen_wait(&d->screen, "the two are not the same");
    screen_wait_end(&d->screen);
    assert_int_equal(WEXITSTATUS(d->screen.status), 65);
    screen_close(&d->screen);
    screen_run(&d->screen, d->laptop.path, change);
    screen_wait(&d->screen, "PIN of bob:");
    screen_type(&d->screen, "904117<Enter>");
    screen_wait(&d->screen, "New PIN:");
    screen_type(&d->screen, "8051<Enter>");
    screen_wait(&d->screen, "Once more:");
    screen_type(&d->screen, "8051<Enter>");
    screen_wait(&d->screen, "officer bob has a new PIN");
    screen_wait_end(&d->screen);
    assert_int_equal(WEXITSTATUS(d->screen.status), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_desk, close_desk)
    const struct CMUnitTest tests[] = {
        TEST(the_first_start_makes_laptop_officer_and_pin),
        TEST(a_laptop_without_officers_offers_to_make_the_first),
        TEST(nothing_shows_before_somebody_signs_in),
        TEST(leaving_is_possible_without_a_pin),
        TEST(the_same_person_comes_back_to_the_letter),
        TEST(another_person_finds_nothing_and_the_first_finds_all),
        TEST(idle_screens_lock_wherever_they_are),
        TEST(an_admin_resets_and_an_officer_changes_a_pin),
        TEST(settings_are_chosen_and_kept),
        TEST(a_laptop_joins_its_registry_from_the_screen),
        TEST(what_fails_is_said_and_typing_goes_on),
        TEST(a_command_asks_for_the_pin_with_stars),
        TEST(a_new_pin_is_typed_twice),
    };
    (void)setlocale(LC_ALL, "C.UTF-8");
    return cmocka_run_group_tests(tests, NULL, NULL);
}

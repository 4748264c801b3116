/* PINs: which are taken, how tries are counted and have to wait, who may set whose, what the journal says. */
#include "tests/lib/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/field/store/pins.h"
#include "app/field/store/settings.h"
#include "tests/lib/laptop.h"

static struct laptop the;

static int set_up(void **state)
{
    (void)state;
    laptop_open(&the);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    laptop_close(&the);
    return 0;
}

static struct officer officer_called(const char *login)
{
    struct errctx e;
    struct officer o;
    assert_ok(officers_find(the.store, login, &o, &e));
    return o;
}

static void add_officer(const char *login, const char *role)
{
    const char *const values[] = {"login", login, "full_name", "Somebody", "role", role, NULL};
    (void)laptop_add(&the, ENTITY_OFFICER, values);
}

static void sign_in(const char *login)
{
    struct errctx e;
    struct officer o = officer_called(login);
    assert_ok(store_sign_in(the.store, &o, &e));
    officer_done(&o);
}

static enum err set_pin(const char *login, const char *pin, struct errctx *e)
{
    struct officer o = officer_called(login);
    enum err result = pins_set(the.store, o.id, pin, &the.by, NULL, e);
    officer_done(&o);
    return result;
}

static enum err try_pin(const char *login, const char *pin, const struct pin_clock *now, int64_t *wait_s)
{
    struct errctx e;
    struct officer o = officer_called(login);
    enum err result = pins_try(the.store, &o, pin, now, wait_s, &e);
    officer_done(&o);
    return result;
}

static void pins_that_everybody_tries_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *pin;
        bool good;
    } cases[] = {
        {"2580", true},  {"1357", true},    {"904117", true}, {"123456789013", true},   {"", false},
        {"258", false},  {"25801 ", false}, {"25a0", false},  {"2580258025802", false}, {"1111", false},
        {"0000", false}, {"1234", false},   {"7890", false},  {"4321", false},          {"1098", false},
        {"1212", false}, {"121212", false}, {"٢٥٨٠", false},  {"-258", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct errctx e = {0};
        enum err result = pin_check(cases[i].pin, &e);
        if (result != (cases[i].good ? ERR_OK : ERR_INVALID))
            fail_msg("\"%s\": %d", cases[i].pin, result);
        if (result != ERR_OK && *cases[i].pin && strstr(e.text, cases[i].pin))
            fail_msg("the words hold the PIN: %s", e.text);
    }
}

static void the_wait_grows_and_knows_no_clock_that_can_be_set(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        int64_t wrong;
        struct pin_clock then;
        struct pin_clock now;
        int64_t wait_s;
    } cases[] = {
        {"the first is free", 1, {"a", 100}, {"a", 100}, 0},
        {"so is the second", 2, {"a", 100}, {"a", 100}, 0},
        {"the third waits", 3, {"a", 100}, {"a", 100}, 5},
        {"less as time goes by", 3, {"a", 100}, {"a", 104}, 1},
        {"until it is over", 3, {"a", 100}, {"a", 105}, 0},
        {"then twice as long", 4, {"a", 100}, {"a", 100}, 10},
        {"and so on", 8, {"a", 100}, {"a", 100}, 160},
        {"but never for ever", 11, {"a", 100}, {"a", 100}, 900},
        {"however many", INT64_C(1000000000000), {"a", 100}, {"a", 100}, 900},
        {"a restart begins it anew", 5, {"a", 90000}, {"b", 3}, 17},
        {"and counts the time since", 5, {"a", 90000}, {"b", 20}, 0},
        {"two starts without a name are told by the time", 5, {"", 90000}, {"", 3}, 17},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t wait_s = pin_wait_s(cases[i].wrong, &cases[i].then, &cases[i].now);
        if (wait_s != cases[i].wait_s)
            fail_msg("%s: %lld", cases[i].what, (long long)wait_s);
    }
}

static void the_right_pin_passes_and_another_does_not(void **state)
{
    (void)state;
    struct errctx e;
    const struct pin_clock now = pin_clock_now();
    int64_t wait_s = 0;
    bool guarded = true;
    add_officer("amina", "admin");
    assert_ok(pins_guarded(the.store, &guarded, &e));
    assert_false(guarded);
    assert_ok(try_pin("amina", "anything", &now, &wait_s));
    assert_ok(set_pin("amina", "2580", &e));
    assert_ok(pins_guarded(the.store, &guarded, &e));
    assert_true(guarded);
    assert_int_equal(try_pin("amina", "2581", &now, &wait_s), ERR_DENIED);
    assert_int_equal(try_pin("amina", "", &now, &wait_s), ERR_DENIED);
    assert_ok(set_pin("amina", "904117", &e));
    assert_int_equal(try_pin("amina", "2580", &now, &wait_s), ERR_DENIED);
    assert_ok(try_pin("amina", "904117", &now, &wait_s));
    assert_ok(set_pin("amina", NULL, &e));
    assert_ok(pins_guarded(the.store, &guarded, &e));
    assert_false(guarded);
}

static void wrong_tries_are_counted_over_a_restart_of_the_program(void **state)
{
    (void)state;
    struct errctx e;
    struct pin_clock now = {"a", 1000};
    int64_t wait_s = 0;
    add_officer("amina", "admin");
    assert_ok(set_pin("amina", "2580", &e));
    assert_int_equal(try_pin("amina", "1", &now, &wait_s), ERR_DENIED);
    assert_int_equal(wait_s, 0);
    assert_int_equal(try_pin("amina", "1", &now, &wait_s), ERR_DENIED);
    assert_int_equal(wait_s, 0);
    assert_int_equal(try_pin("amina", "1", &now, &wait_s), ERR_DENIED);
    assert_int_equal(wait_s, 5);
    laptop_reopen(&the);
    /* Not even the right one is looked at before its time. */
    now.up_s += 4;
    assert_int_equal(try_pin("amina", "2580", &now, &wait_s), ERR_BUSY);
    assert_int_equal(wait_s, 1);
    now.up_s += 1;
    assert_ok(try_pin("amina", "2580", &now, &wait_s));
    /* The right one ends the count. */
    assert_int_equal(try_pin("amina", "1", &now, &wait_s), ERR_DENIED);
    assert_int_equal(wait_s, 0);
}

static void a_pin_keyed_elsewhere_is_told_from_a_wrong_one(void **state)
{
    (void)state;
    struct errctx e;
    const struct pin_clock now = pin_clock_now();
    int64_t wait_s = 0;
    char path[128];
    struct stat st;
    struct officer o;
    add_officer("amina", "admin");
    assert_ok(set_pin("amina", "2580", &e));
    (void)snprintf(path, sizeof path, "%s/alluvia.pin", the.folder);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(unlink(path), 0);
    o = officer_called("amina");
    assert_int_equal(pins_try(the.store, &o, "2580", &now, &wait_s, &e), ERR_CONFIG);
    if (!strstr(e.text, "--recover"))
        fail_msg("%s", e.text);
    assert_ok(pins_set(the.store, o.id, "904117", &the.by, "sahr", &e));
    assert_ok(pins_try(the.store, &o, "904117", &now, &wait_s, &e));
    officer_done(&o);
}

static enum err find_in_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct buf *all = arg;
    (void)e;
    buf_put(all, line->bytes, line->len);
    buf_putc(all, '\n');
    return ERR_OK;
}

static void the_journal_says_whose_and_by_whom_and_nothing_else(void **state)
{
    (void)state;
    struct errctx e;
    struct buf all = {0};
    struct officer bob;
    char id[IDENT_BYTES];
    char expected[256];
    add_officer("amina", "admin");
    add_officer("bob", "officer");
    sign_in("amina");
    bob = officer_called("bob");
    assert_ok(set_pin("bob", "2580", &e));
    assert_ok(pins_set(the.store, bob.id, NULL, &the.by, NULL, &e));
    assert_ok(pins_set(the.store, bob.id, "2580", &the.by, "sahr", &e));
    assert_ok(journal_read(store_db(the.store), 4, 0, find_in_line, &all, &e));
    (void)snprintf(expected, sizeof expected,
                   "\"by\":\"amina\",\"op\":\"pin\",\"of\":\"officer\",\"id\":\"%s\",\"is\":\"set\"}\n",
                   ident_format(bob.id, id));
    assert_non_null(strstr(buf_str(&all), expected));
    assert_non_null(strstr(buf_str(&all), "\"is\":\"cleared\"}\n"));
    assert_non_null(strstr(buf_str(&all), "\"by\":\"-\",\"op\":\"pin\""));
    assert_non_null(strstr(buf_str(&all), "\"is\":\"set\",\"source\":\"sahr\"}\n"));
    assert_null(strstr(buf_str(&all), "2580"));
    assert_null(strstr(buf_str(&all), "argon"));
    assert_ok(store_verify(the.store, NULL, NULL, &e));
    buf_done(&all);
    officer_done(&bob);
}

static void only_an_admin_sets_the_pin_of_another(void **state)
{
    (void)state;
    struct errctx e;
    int64_t entries = 0;
    add_officer("amina", "admin");
    add_officer("bob", "officer");
    sign_in("bob");
    entries = laptop_entries(&the);
    assert_int_equal(set_pin("amina", "2580", &e), ERR_DENIED);
    assert_int_equal(set_pin("bob", "1234", &e), ERR_INVALID);
    assert_int_equal(laptop_entries(&the), entries);
    assert_ok(set_pin("bob", "2580", &e));
    sign_in("amina");
    assert_ok(set_pin("bob", "904117", &e));
}

static enum err amend_officer(const char *login, const char *flag, const char *value)
{
    struct errctx e;
    struct record change;
    struct findings found = {0};
    struct reader reader = store_reader(the.store, 20000);
    struct officer o = officer_called(login);
    record_init(&change, &ENTITIES[ENTITY_OFFICER]);
    assert_ok(record_set_typed(&change, entity_field(change.of, flag), value, &reader, &e));
    enum err result = store_amend(the.store, ENTITY_OFFICER, o.id, &change, 0, &the.by, NULL, &found, &e);
    officer_done(&o);
    record_done(&change);
    findings_done(&found);
    return result;
}

static void officers_are_changed_by_admins_and_the_last_admin_stays(void **state)
{
    (void)state;
    struct errctx e;
    struct officer o;
    add_officer("bob", "officer");
    sign_in("bob");
    /* Until there is an admin somebody has to be able to make one. */
    add_officer("amina", "admin");
    assert_int_equal(amend_officer("amina", "role", "officer"), ERR_DENIED);
    assert_int_equal(amend_officer("bob", "role", "admin"), ERR_DENIED);
    sign_in("amina");
    assert_int_equal(amend_officer("amina", "role", "officer"), ERR_DENIED);
    assert_int_equal(amend_officer("amina", "active", "no"), ERR_DENIED);
    o = officer_called("amina");
    assert_int_equal(store_void(the.store, ENTITY_OFFICER, o.id, "gone", &the.by, &e), ERR_DENIED);
    officer_done(&o);
    assert_ok(amend_officer("amina", "phone", "077"));
    assert_ok(amend_officer("bob", "role", "admin"));
    assert_ok(amend_officer("amina", "active", "no"));
}

static void settings_take_what_they_allow(void **state)
{
    (void)state;
    struct errctx e;
    char value[SETTING_BYTES];
    int64_t idle_ms = 0;
    assert_ok(setting_get(the.store, SETTING_LANGUAGE, value, &e));
    assert_string_equal(value, "auto");
    assert_ok(setting_set(the.store, SETTING_LANGUAGE, "fr", &e));
    assert_int_equal(setting_set(the.store, SETTING_LANGUAGE, "xx", &e), ERR_INVALID);
    assert_int_equal(setting_set(the.store, SETTING_LANGUAGE, "en,fr", &e), ERR_INVALID);
    assert_int_equal(setting_set(the.store, SETTING_IDLE_MINUTES, "0", &e), ERR_INVALID);
    assert_int_equal(setting_set(the.store, SETTING_IDLE_MINUTES, "241", &e), ERR_INVALID);
    assert_int_equal(setting_set(the.store, SETTING_IDLE_MINUTES, "soon", &e), ERR_INVALID);
    assert_ok(setting_idle_ms(the.store, &idle_ms, &e));
    assert_int_equal(idle_ms, 600000);
    assert_ok(setting_set(the.store, SETTING_IDLE_MINUTES, "2,5", &e));
    laptop_reopen(&the);
    assert_ok(setting_idle_ms(the.store, &idle_ms, &e));
    assert_int_equal(idle_ms, 150000);
    assert_ok(setting_get(the.store, SETTING_LANGUAGE, value, &e));
    assert_string_equal(value, "fr");
    add_officer("amina", "admin");
    add_officer("bob", "officer");
    sign_in("bob");
    assert_int_equal(setting_set(the.store, SETTING_IDLE_MINUTES, "60", &e), ERR_DENIED);
    assert_ok(setting_set(the.store, SETTING_THEME, "monochrome", &e));
}

/* What a child of this process finds of PASS. */
static bool child_finds(const char *login, const char *pass)
{
    int status = 0;
    pid_t pid = fork();
    if (pid == 0)
        _exit(pins_pass_holds(the.store, login, pass) ? 0 : 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void pass_is_the_word_of_the_parent_for_one_person(void **state)
{
    (void)state;
    struct errctx e;
    struct buf pass = {0};
    add_officer("amina", "admin");
    add_officer("bob", "officer");
    assert_ok(set_pin("amina", "2580", &e));
    assert_ok(pins_pass(the.store, "amina", &pass, &e));
    assert_true(child_finds("amina", buf_str(&pass)));
    assert_false(child_finds("bob", buf_str(&pass)));
    assert_false(child_finds("amina", ""));
    assert_false(child_finds("amina", "amina 1 2 3"));
    /* Of this process itself it is not the child. */
    assert_false(pins_pass_holds(the.store, "amina", buf_str(&pass)));
    pass.data[pass.len - 1] = pass.data[pass.len - 1] == '0' ? '1' : '0';
    assert_false(child_finds("amina", buf_str(&pass)));
    buf_done(&pass);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(pass_is_the_word_of_the_parent_for_one_person, set_up, tear_down),
        cmocka_unit_test(pins_that_everybody_tries_are_refused),
        cmocka_unit_test(the_wait_grows_and_knows_no_clock_that_can_be_set),
        cmocka_unit_test_setup_teardown(the_right_pin_passes_and_another_does_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(wrong_tries_are_counted_over_a_restart_of_the_program, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_pin_keyed_elsewhere_is_told_from_a_wrong_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_journal_says_whose_and_by_whom_and_nothing_else, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(only_an_admin_sets_the_pin_of_another, set_up, tear_down),
        cmocka_unit_test_setup_teardown(officers_are_changed_by_admins_and_the_last_admin_stays, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(settings_take_what_they_allow, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

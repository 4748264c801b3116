/* Sticks and copies in a terminal: the same work as the commands, with its words shown. */
#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/field/store/pins.h"
#include "schema/base/file.h"
#include "tests/lib/desk.h"
#include "tests/lib/run.h"
#include "tests/lib/test.h"

/* Chooses a line of the screen by its place and gives it the folder STICK, unless it is NULL. */
static void choose(struct desk *d, int line, const char *stick)
{
    screen_type(&d->screen, "<C-a>");
    for (int i = 0; i < line; i++)
        screen_type(&d->screen, "<Down>");
    screen_type(&d->screen, "<Enter>");
    if (stick) {
        screen_wait(&d->screen, "Which");
        screen_type(&d->screen, stick);
        screen_type(&d->screen, "<Enter>");
    }
}

static void open_care(struct desk *d, char stick[32])
{
    (void)snprintf(stick, 32, "/tmp/alluvia-stick-XXXXXX");
    assert_non_null(mkdtemp(stick));
    desk_start(d, NULL);
    desk_go(d, "Sticks and copies");
}

static void remove_stick(const char *stick)
{
    const char *const words[] = {"rm", "-rf", stick, NULL};
    assert_int_equal(run_quietly(words), 0);
}

static bool has_file(const char *stick, const char *beginning, const char *inside)
{
    bool found = false;
    DIR *folder = opendir(stick);
    assert_non_null(folder);
    for (struct dirent *at = readdir(folder); at; at = readdir(folder)) {
        char path[512];
        struct stat info;
        (void)snprintf(path, sizeof path, "%s/%s%s", stick, at->d_name, inside);
        found |= strncmp(at->d_name, beginning, strlen(beginning)) == 0 && stat(path, &info) == 0 &&
                 info.st_size > 0;
    }
    closedir(folder);
    return found;
}

static void everything_is_checked_and_the_words_are_shown(void **state)
{
    struct desk *d = *state;
    char stick[32];
    (void)laptop_digger(&d->laptop, "Sahr Kamara");
    open_care(d, stick);
    screen_golden(&d->screen, "care-80x24");
    choose(d, 6, NULL);
    screen_wait(&d->screen, "the chain, the records and the database agree");
    screen_wait(&d->screen, "Done. Enter: go on");
    screen_type(&d->screen, "<Enter>");
    screen_wait_gone(&d->screen, "Done.");
    remove_stick(stick);
}

static void backup_and_export_land_on_the_stick(void **state)
{
    struct desk *d = *state;
    char stick[32];
    (void)laptop_digger(&d->laptop, "Sahr Kamara");
    open_care(d, stick);
    choose(d, 2, stick);
    screen_wait(&d->screen, "Done. Enter: go on");
    assert_true(has_file(stick, "alluvia-", ""));
    screen_type(&d->screen, "<Enter>");
    choose(d, 4, stick);
    screen_wait(&d->screen, "digger.csv");
    screen_wait(&d->screen, "Done. Enter: go on");
    assert_true(has_file(stick, "alluvia-", "/digger.csv"));
    remove_stick(stick);
}

static void what_cannot_be_done_is_said_in_words(void **state)
{
    struct desk *d = *state;
    char stick[32];
    open_care(d, stick);
    choose(d, 0, stick); /* not enrolled: for whom should it be sealed? */
    screen_wait(&d->screen, "enrol first");
    screen_wait(&d->screen, "That did not work.");
    screen_type(&d->screen, "<Enter>");
    choose(d, 1, stick); /* nothing to take in */
    screen_wait(&d->screen, "There is no file");
    remove_stick(stick);
}

static void rows_of_a_file_come_in(void **state)
{
    struct desk *d = *state;
    char stick[32];
    char path[64];
    open_care(d, stick);
    (void)snprintf(path, sizeof path, "%s/coops.csv", stick);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void)fputs(
        "name,kind,district,village,chair,status\nKoakoyima,cooperative,SL-E,Koidu,Sia Kamara,active\n",
        file);
    (void)fclose(file);
    choose(d, 5, NULL);
    screen_type(&d->screen, "coop<Enter>");
    screen_wait(&d->screen, "Which CSV file?");
    screen_type(&d->screen, path);
    screen_type(&d->screen, "<Enter>");
    screen_wait(&d->screen, "Done. Enter: go on");
    screen_type(&d->screen, "<Enter><Esc>");
    screen_wait(&d->screen, "Due");
    desk_start(d, NULL);
    desk_go(d, "Cooperatives");
    screen_wait(&d->screen, "Koakoyima");
    remove_stick(stick);
}

static void who_has_signed_in_is_not_asked_again(void **state)
{
    struct desk *d = *state;
    struct errctx e;
    char stick[32];
    const char *const values[] = {"login", "amina", "full_name", "Amina Sesay", "role", "admin", NULL};
    int64_t id = laptop_add(&d->laptop, ENTITY_OFFICER, values);
    const struct screen_options plain = {0};
    assert_ok(pins_set(d->laptop.store, id, "2580", &d->laptop.by, NULL, &e));
    (void)snprintf(stick, sizeof stick, "/tmp/alluvia-stick-XXXXXX");
    assert_non_null(mkdtemp(stick));
    screen_start(&d->screen, d->laptop.path, &plain);
    screen_wait(&d->screen, "PIN:");
    screen_type(&d->screen, "2580<Enter>");
    screen_wait(&d->screen, "Due");
    desk_go(d, "Sticks and copies");
    choose(d, 4, stick);
    screen_wait(&d->screen, "officer.csv");
    screen_wait(&d->screen, "Done. Enter: go on");
    remove_stick(stick);
}

int main(void)
{
    (void)setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        DESK_TEST(everything_is_checked_and_the_words_are_shown),
        DESK_TEST(backup_and_export_land_on_the_stick),
        DESK_TEST(what_cannot_be_done_is_said_in_words),
        DESK_TEST(rows_of_a_file_come_in),
        DESK_TEST(who_has_signed_in_is_not_asked_again),
    };
    return cmocka_run_group_tests_name("screen care", tests, NULL, NULL);
}

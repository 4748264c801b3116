#include "tests/lib/test.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema/base/file.h"

/* Each test has a folder of its own as its working directory. */
static int enter_folder(void **state)
{
    static char folder[32];
    (void)snprintf(folder, sizeof folder, "/tmp/alluvia-file-XXXXXX");
    *state = folder;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static void remove_tree(const char *path)
{
    DIR *d = opendir(path);
    for (struct dirent *item = d ? readdir(d) : NULL; item; item = readdir(d)) {
        struct buf inner = {0};
        file_join(&inner, path, item->d_name);
        if (strcmp(item->d_name, ".") != 0 && strcmp(item->d_name, "..") != 0) {
            remove_tree(buf_str(&inner));
            (void)remove(buf_str(&inner));
        }
        buf_done(&inner);
    }
    if (d)
        closedir(d);
}

static int leave_folder(void **state)
{
    remove_tree(*state);
    return chdir("/") == 0 && rmdir(*state) == 0 ? 0 : -1;
}

static void expect_content(const char *path, const char *text)
{
    struct errctx e;
    struct buf b = {0};
    assert_ok(file_read(path, 1000, &b, &e));
    assert_string_equal(buf_str(&b), text);
    buf_done(&b);
}

static int files_here(void)
{
    int count = 0;
    DIR *d = opendir(".");
    assert_non_null(d);
    while (readdir(d))
        count++;
    closedir(d);
    return count - 2;
}

static void what_is_written_replaces_the_file_and_leaves_nothing_beside_it(void **state)
{
    (void)state;
    struct errctx e;
    struct stat st;
    assert_ok(file_write("a", "one", 3, 0600, &e));
    assert_ok(file_write("a", "two", 3, 0600, &e));
    expect_content("a", "two");
    assert_int_equal(files_here(), 1);
    assert_int_equal(stat("a", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void creating_never_overwrites(void **state)
{
    (void)state;
    struct errctx e;
    assert_ok(file_create("a", "one", 3, 0600, &e));
    assert_err(file_create("a", "two", 3, 0600, &e), ERR_EXISTS, "create \"a\"");
    expect_content("a", "one");
    assert_int_equal(files_here(), 1);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct errctx e;
    assert_err(file_write("no/a", "x", 1, 0600, &e), ERR_NOT_FOUND, "no/a");
    assert_int_equal(files_here(), 0);
}

static void reading_stops_at_its_limit(void **state)
{
    (void)state;
    struct errctx e;
    struct buf b = {0};
    assert_ok(file_write("a", "12345", 5, 0600, &e));
    assert_ok(file_read("a", 5, &b, &e));
    assert_err(file_read("a", 4, &b, &e), ERR_INVALID, "larger than 4 bytes");
    assert_err(file_read("b", 4, &b, &e), ERR_NOT_FOUND, "open \"b\"");
    assert_err(file_read("/proc/self/mem", 4, &b, &e), ERR_IO, "read");
    buf_done(&b);
}

static void an_endless_file_ends_at_the_limit(void **state)
{
    (void)state;
    struct errctx e;
    struct buf b = {0};
    assert_err(file_read("/dev/zero", 100000, &b, &e), ERR_INVALID, "larger than");
    buf_done(&b);
}

static void of_a_stranger_only_plain_files_are_read_and_none_is_waited_for(void **state)
{
    (void)state;
    struct errctx e;
    struct buf out = {0};
    struct stat st;
    assert_ok(file_write("plain", "abc", 3, 0600, &e));
    assert_int_equal(symlink("plain", "link"), 0);
    assert_int_equal(mkfifo("pipe", 0600), 0);
    assert_int_equal(mkdir("folder", 0700), 0);
    assert_ok(file_read_stranger("plain", 3, &out, &st, &e));
    assert_int_equal(out.len, 3);
    assert_int_equal(st.st_size, 3);
    assert_err(file_read_stranger("plain", 2, &out, NULL, &e), ERR_INVALID, "larger than 2 bytes");
    assert_err(file_read_stranger("link", 9, &out, NULL, &e), ERR_INVALID, "no plain file");
    assert_err(file_read_stranger("pipe", 9, &out, NULL, &e), ERR_INVALID, "no plain file");
    assert_err(file_read_stranger("folder", 9, &out, NULL, &e), ERR_INVALID, "no plain file");
    assert_err(file_read_stranger("/dev/zero", 9, &out, NULL, &e), ERR_INVALID, "no plain file");
    assert_err(file_read_stranger("absent", 9, &out, NULL, &e), ERR_NOT_FOUND, "absent");
    buf_done(&out);
}

static void nothing_is_written_through_a_link_that_lies_in_the_way(void **state)
{
    (void)state;
    struct errctx e;
    struct stat st;
    char temporary[64];
    assert_ok(file_write("victim", "abc", 3, 0600, &e));
    (void)snprintf(temporary, sizeof temporary, "f.%ld.tmp", (long)getpid());
    assert_int_equal(symlink("victim", temporary), 0);
    assert_int_equal(symlink("victim", "f"), 0);
    assert_ok(file_write("f", "1234", 4, 0600, &e));
    assert_int_equal(stat("victim", &st), 0);
    assert_int_equal(st.st_size, 3);
    assert_int_equal(lstat("f", &st), 0);
    assert_true(S_ISREG(st.st_mode));
}

static void folders_are_made_for_their_owner_alone(void **state)
{
    (void)state;
    struct errctx e;
    struct stat st;
    assert_ok(file_make_dirs("x/y/z", &e));
    assert_ok(file_make_dirs("x/y/z/", &e));
    assert_int_equal(stat("x/y/z", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0700);
    assert_ok(file_write("f", "", 0, 0600, &e));
    assert_int_equal(file_make_dirs("f/g", &e), ERR_NOT_FOUND);
    assert_int_equal(file_make_dirs("f", &e), ERR_IO);
    assert_int_equal(file_make_dirs("", &e), ERR_NOT_FOUND);
    assert_ok(file_make_dirs("/", &e));
}

static void joining_puts_one_slash(void **state)
{
    (void)state;
    struct buf b = {0};
    file_join(&b, "a", "b");
    assert_string_equal(buf_str(&b), "a/b");
    buf_clear(&b);
    file_join(&b, "/", "b");
    assert_string_equal(buf_str(&b), "/b");
    buf_done(&b);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_replaces_the_file_and_leaves_nothing_beside_it,
                                        enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(creating_never_overwrites, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_named, enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(reading_stops_at_its_limit, enter_folder, leave_folder),
        cmocka_unit_test(an_endless_file_ends_at_the_limit),
        cmocka_unit_test_setup_teardown(of_a_stranger_only_plain_files_are_read_and_none_is_waited_for,
                                        enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(nothing_is_written_through_a_link_that_lies_in_the_way, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(folders_are_made_for_their_owner_alone, enter_folder, leave_folder),
        cmocka_unit_test(joining_puts_one_slash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Adding a field is one line in the field table and one migration for each database. The proof: a field that
 * no rule and no report needs is named nowhere else in the sources. Documents, tests,
 * translations and the training season, which fills fields in as a person would, do not count.
 */
#include "tests/lib/test.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "schema/base/buf.h"
#include "schema/base/file.h"

static const char *const ROOTS[] = {"app", "sync", "schema", "packaging"};
static const char *const SKIPPED[] = {"app/po", "schema/api", "packaging/quickstart", "app/field/demo"};

/* What is searched for, and where it was found: "path:count" joined by spaces, in the order of the walk. */
struct search {
    const char *word;
    struct buf found;
};

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static int count_word(const char *text, const char *word)
{
    int count = 0;
    size_t len = strlen(word);
    for (const char *at = strstr(text, word); at; at = strstr(at + len, word))
        count += (at == text || !is_word_char(at[-1])) && !is_word_char(at[len]);
    return count;
}

static void search_file(struct search *s, const char *path)
{
    struct errctx e;
    struct buf full = {0};
    struct buf text = {0};
    file_join(&full, ALLUVIA_SOURCE_DIR, path);
    assert_ok(file_read(buf_str(&full), 16U << 20, &text, &e));
    int count = count_word(buf_str(&text), s->word);
    if (count)
        buf_printf(&s->found, "%s%s:%d", s->found.len ? " " : "", path, count);
    buf_done(&text);
    buf_done(&full);
}

static bool is_skipped(const char *path)
{
    size_t len = strlen(path);
    if (len > 3 && strcmp(path + len - 3, ".md") == 0)
        return true;
    for (size_t i = 0; i < sizeof SKIPPED / sizeof SKIPPED[0]; i++) {
        if (strcmp(path, SKIPPED[i]) == 0)
            return true;
    }
    return false;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void walk(struct search *s, const char *folder);

static void visit(struct search *s, const char *folder, const char *name)
{
    struct buf path = {0};
    struct buf full = {0};
    struct stat st;
    file_join(&path, folder, name);
    file_join(&full, ALLUVIA_SOURCE_DIR, buf_str(&path));
    if (*name != '.' && !is_skipped(buf_str(&path)) && lstat(buf_str(&full), &st) == 0) {
        if (S_ISDIR(st.st_mode))
            walk(s, buf_str(&path));
        else if (S_ISREG(st.st_mode))
            search_file(s, buf_str(&path));
    }
    buf_done(&full);
    buf_done(&path);
}

static void walk(struct search *s, const char *folder)
{
    struct buf full = {0};
    struct dirent **names = NULL;
    file_join(&full, ALLUVIA_SOURCE_DIR, folder);
    int count = scandir(buf_str(&full), &names, NULL, by_name);
    buf_done(&full);
    for (int i = 0; i < count; i++) {
        visit(s, folder, names[i]->d_name);
        free(names[i]);
    }
    free(names);
}

static void expect_places(const char *word, const char *places)
{
    struct search s = {.word = word};
    for (size_t i = 0; i < sizeof ROOTS / sizeof ROOTS[0]; i++)
        walk(&s, ROOTS[i]);
    assert_string_equal(buf_str(&s.found), places);
    buf_done(&s.found);
}

static void a_field_is_named_in_the_table_and_in_one_migration_of_each_database(void **state)
{
    (void)state;
    expect_places("accuracy_m", "schema/field/0004_create_records.sql:1 "
                                "schema/record/entity.c:1 "
                                "schema/registry/0001_create_records.sql:1 "
                                "schema/registry/postgres/0001_create_records.sql:1");
}

/* The second time in entity.c is the list of fields that search looks through. */
static void a_field_that_search_looks_through_is_named_once_more_in_the_table(void **state)
{
    (void)state;
    expect_places("sheet_no", "schema/field/0004_create_records.sql:1 "
                              "schema/record/entity.c:2 "
                              "schema/registry/0001_create_records.sql:1 "
                              "schema/registry/postgres/0001_create_records.sql:1");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_is_named_in_the_table_and_in_one_migration_of_each_database),
        cmocka_unit_test(a_field_that_search_looks_through_is_named_once_more_in_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

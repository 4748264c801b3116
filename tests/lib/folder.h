/* A folder that is put back as it was, as often as a test wants. For tests; ends the program when it cannot.
 */
#ifndef ALLUVIA_TESTS_FOLDER_H
#define ALLUVIA_TESTS_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "schema/base/buf.h"

struct folder_file {
    char *name; /* below the folder */
    bool is_folder;
    mode_t mode;
    struct buf bytes;
};

struct folder_kept {
    struct folder_file *files;
    size_t count;
};

/* Everything in the folder and below it, files and folders alone. */
void folder_keep(struct folder_kept *k, const char *folder);
/* Removes what is in it and was not kept, and puts there what was; files that are as they were stay. */
void folder_put_back(const struct folder_kept *k, const char *folder);
/* Is the file NAME, below FOLDER, as it was kept? One that is empty is as good as one that is not there. */
bool folder_is_kept(const struct folder_kept *k, const char *folder, const char *name);
void folder_clear(const char *folder);
/* A copy of one file, which only its owner reads; in place of what was there. */
void folder_copy_file(const char *from, const char *to);
void folder_forget(struct folder_kept *k);

#endif

/*
 * How the last work with a database ended. Every program that has it open for writing holds a shared flock on
 * PATH.open beside it; the last to go removes that file. Whoever comes and finds it without a holder, or a
 * write-ahead log that nobody closed, comes after a kill, a crash or a power cut: then the database is
 * checked before it is used.
 *
 * A byte is written into the file before the first commit, when SQLite has made its log, and the file goes
 * before SQLite removes the log; so a database whose file has the byte and that has no log has lost it, and
 * what was only in there.
 */
#ifndef ALLUVIA_FIELD_STORE_GUARD_H
#define ALLUVIA_FIELD_STORE_GUARD_H

#include <stdbool.h>

struct guard {
    char *path;      /* of the file; owned */
    int fd;          /* -1: none, where nothing can be written beside the database */
    bool opened;     /* the database was opened and found sound */
    bool marked;     /* the byte was written */
    bool distrusted; /* damage was met meanwhile: the next to open it is to check it, as after an unclean end
                      */
    bool unclean;    /* the last work ended without a proper end, and nobody else has the database open */
    bool no_log;     /* it was in use, and the write-ahead log that it must have had is gone */
    bool bad_log; /* safe transactions in the log are damaged: SQLite would pass over them without a word */
};
#define GUARD_NONE ((struct guard){.fd = -1})

/* Before the database is opened. Never fails: without a guard nothing is known. */
void guard_begin(struct guard *g, const char *db_path);
/* After it was opened and found sound. */
void guard_opened(struct guard *g);
/* Before its first commit, and at every later one for nothing. GUARD is a struct guard, for
 * db_before_commit. */
void guard_committing(void *guard);
/* Before and after it is closed. */
void guard_closing(struct guard *g);
void guard_end(struct guard *g);

/* For a recovery: nobody else may have the database open until guard_end. False: somebody has. */
bool guard_alone(struct guard *g, const char *db_path);

#endif

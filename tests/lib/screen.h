/*
 * The built program in a real pseudo-terminal. Keys are typed, the screen is read from a terminal emulator
 * (libvterm), and golden files say what it should look like. Nothing waits for a fixed time: a text is waited
 * for, and ten seconds without it end the test with the screen as it stands.
 */
#ifndef ALLUVIA_TESTS_SCREEN_H
#define ALLUVIA_TESTS_SCREEN_H

#include <stdbool.h>
#include <sys/types.h>
#include <vterm.h>

#include "schema/base/buf.h"

struct screen_test {
    pid_t pid;
    int fd;
    VTerm *vt;
    VTermScreen *cells;
    int rows;
    int columns;
    int status; /* of waitpid, once it ended */
    bool ended;
    int keys; /* that were typed */
};

struct screen_options {
    const char *term;      /* TERM; NULL: xterm-256color */
    const char *lang;      /* --lang; NULL: en */
    const char *locale;    /* LC_ALL; NULL: C.UTF-8 */
    const char *catalogue; /* a file of words instead of the program's own; NULL */
    bool no_color;         /* NO_COLOR stands in the environment */
    int rows;              /* 0: 24 */
    int columns;           /* 0: 80 */
};

/* `alluvia --db DB` without a command. */
void screen_start(struct screen_test *s, const char *db, const struct screen_options *o);
/* `alluvia --db DB ARGUMENTS…`, a command that asks on the terminal; NULL ends ARGUMENTS. */
void screen_run(struct screen_test *s, const char *db, const char *const *arguments);
/* Types KEYS: characters as they are, others in angle brackets: "<Enter> <Esc> <Down> <Up> <Left> <Right>
 * <Tab> <Backspace> <C-s> <F2> <lt>". Each counts. */
void screen_type(struct screen_test *s, const char *keys);
/* Waits until the screen holds TEXT; or no longer. */
void screen_wait(struct screen_test *s, const char *text);
void screen_wait_gone(struct screen_test *s, const char *text);
/* Takes what is being drawn, until nothing more has come for a moment. */
void screen_settle(struct screen_test *s);
bool screen_holds(struct screen_test *s, const char *text);
/* The screen as lines without blanks at their ends; the caller frees. */
char *screen_text(struct screen_test *s);
/* Does any cell have a colour of its own? */
bool screen_has_colour(struct screen_test *s);
/* Row and column of the cursor, from 0. */
void screen_cursor(struct screen_test *s, int *row, int *column);
void screen_resize(struct screen_test *s, int rows, int columns);

/* The screen is that of tests/screen/golden/NAME; dates, ids and folders, which differ from run to run, are
 * masked in both. With ALLUVIA_GOLDEN_WRITE in the environment the file is written instead. */
void screen_golden(struct screen_test *s, const char *name);

/* Sends a signal and waits for the end. */
void screen_kill(struct screen_test *s, int number);
/* Waits until the program ended by itself; its exit code is in STATUS. */
void screen_wait_end(struct screen_test *s);
/* Does the terminal echo, edit lines and make signals of Ctrl-C again? */
bool screen_is_sane(struct screen_test *s);
/* Ends what still runs. */
void screen_close(struct screen_test *s);

#endif

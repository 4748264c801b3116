/*
 * A command of this program that a screen runs, in a process of its own under the officer who has signed in.
 * What it prints is shown in a box until it is over. What the commands do is so written once, and the screens
 * do it too.
 */
#ifndef ALLUVIA_TUI_TASK_H
#define ALLUVIA_TUI_TASK_H

#include "app/field/tui/ui.h"

enum {
    TASK_MOST_WORDS = 64
};

/* Runs the command WORDS ("carry", "/media/stick"; ended by NULL) and waits: for its end, then for a key. Esc
 * stops it; what it had finished stays. Returns its exit code; -1 when it was stopped or could not be
 * started. */
int task_run(struct ui *ui, const char *title, const char *const *words);

#endif

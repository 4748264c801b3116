/* Signing in to a command: who it is that runs it, and whether this is really they. */
#ifndef ALLUVIA_FIELD_SIGNIN_H
#define ALLUVIA_FIELD_SIGNIN_H

#include "app/common/command.h"
#include "app/field/app.h"
#include "app/field/store/officers.h"

/*
 * Signs in who runs LINE, as its row in permission.c wants: the officer of --as, else the one whose login
 * is the account's name; with a PIN it is asked for on the terminal, or read from the file that
 * ALLUVIA_PIN_FILE names. On a laptop without PINs nobody has to be an officer in order to read. ERR_DENIED,
 * ERR_BUSY (wait), ERR_CONFIG.
 */
MUST_CHECK enum err signin_for_command(struct app *app, const struct command_line *line, struct errctx *e);
/* Signs in who opens the screens, where nobody has a PIN: --as, or the account's name when it is an
 * officer's. With PINs the screens ask. ERR_DENIED. */
MUST_CHECK enum err signin_for_screens(struct app *app, struct errctx *e);
/* Signs in the active officer LOGIN. */
MUST_CHECK enum err signin_officer(struct app *app, const char *login, struct errctx *e);
/* A new PIN: the first line of FILE, or without one typed twice on the terminal. OUT is to be wiped. Empty,
 * when MAY_BE_NONE and nothing was typed or there is nobody to ask. ERR_INVALID: pin_check. */
MUST_CHECK enum err signin_new_pin(const char *file, bool may_be_none, char *out, size_t size,
                                   struct errctx *e);

#endif

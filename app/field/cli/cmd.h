/* The commands of `alluvia`, a row each; every one stands in a file cmd_*.c with its options and its words.
 */
#ifndef ALLUVIA_FIELD_CLI_CMD_H
#define ALLUVIA_FIELD_CLI_CMD_H

#include "app/common/command.h"

extern const struct command CMD_INIT;
extern const struct command CMD_ADD;
extern const struct command CMD_EDIT;
extern const struct command CMD_VOID;
extern const struct command CMD_LIST;
extern const struct command CMD_SHOW;
extern const struct command CMD_HISTORY;
extern const struct command CMD_LICENCE_CHECK;
extern const struct command CMD_IMPORT;
extern const struct command CMD_EXPORT;
extern const struct command CMD_ENROL;
extern const struct command CMD_SYNC;
extern const struct command CMD_CARRY;
extern const struct command CMD_RECEIVE;
extern const struct command CMD_INBOX;
extern const struct command CMD_WAITING_LIST;
extern const struct command CMD_WAITING_SET_ASIDE;
extern const struct command CMD_STATUS;
extern const struct command CMD_REPORT;
extern const struct command CMD_VERIFY;
extern const struct command CMD_JOURNAL;
extern const struct command CMD_BACKUP;
extern const struct command CMD_RECOVER;
extern const struct command CMD_RESTORE;
extern const struct command CMD_DEMO;
extern const struct command CMD_OFFICER_PIN;
extern const struct command CMD_SETTINGS;

/* What the command recover does, for who offers it. COUNTRY may be NULL. */
MUST_CHECK enum err recover_and_tell(struct app *app, const char *country, struct errctx *e);

#endif

/* What the registry's commands have at hand. */
#ifndef ALLUVIA_REGISTRY_APP_H
#define ALLUVIA_REGISTRY_APP_H

#include "app/common/command.h"
#include "app/common/output.h"
#include "app/registry/store/registry_store.h"

struct app {
    const char *folder;           /* --data */
    struct registry_store *store; /* open for the commands that ask for it, else NULL */
    struct output *out;
    int64_t now;    /* UTC seconds */
    const char *as; /* --as: who decides; NULL when nobody was named */
    enum lang lang;
    bool quiet;
};

extern const char PROGRAM_NAME[]; /* "alluvia-registry" */

/* Reads "7K4QXM". ERR_INVALID. */
MUST_CHECK enum err app_device(const char *text, uint32_t *out, struct errctx *e);

/* The commands; each file of cli/ holds a family. */
extern const struct command COMMAND_INIT;
extern const struct command COMMAND_SERVE;
extern const struct command COMMAND_INVITE;
extern const struct command COMMAND_DEVICE_LIST;
extern const struct command COMMAND_DEVICE_SHOW;
extern const struct command COMMAND_DEVICE_REVOKE;
extern const struct command COMMAND_FEED;
extern const struct command COMMAND_CODES_LIST;
extern const struct command COMMAND_CODES_REPLACE;
extern const struct command COMMAND_IMPORT;
extern const struct command COMMAND_INBOX;
extern const struct command COMMAND_BATCH_LIST;
extern const struct command COMMAND_BATCH_SHOW;
extern const struct command COMMAND_QUARANTINE_LIST;
extern const struct command COMMAND_QUARANTINE_SHOW;
extern const struct command COMMAND_QUARANTINE_RELEASE;
extern const struct command COMMAND_QUARANTINE_DROP;
extern const struct command COMMAND_REPORT_PRODUCTION;
extern const struct command COMMAND_REPORT_TRADE;
extern const struct command COMMAND_REPORT_RETURNS;
extern const struct command COMMAND_REPORT_BALANCE;
extern const struct command COMMAND_REPORT_LICENCES;
extern const struct command COMMAND_REPORT_DIGGERS;
extern const struct command COMMAND_REPORT_FOOTPRINT;
extern const struct command COMMAND_REPORT_ANNEX;
extern const struct command COMMAND_EXPORT;
extern const struct command COMMAND_EXPORTS_IMPORT;
extern const struct command COMMAND_EXPORTS_LIST;
extern const struct command COMMAND_VERIFY;
extern const struct command COMMAND_JOURNAL;
extern const struct command COMMAND_BACKUP;
extern const struct command COMMAND_RESTORE;
extern const struct command COMMAND_REBUILD;
extern const struct command COMMAND_STAFF_ADD;
extern const struct command COMMAND_STAFF_LIST;
extern const struct command COMMAND_STAFF_CLOSE;
extern const struct command COMMAND_REVIEW_LIST;
extern const struct command COMMAND_REVIEW_SHOW;
extern const struct command COMMAND_REVIEW_ACCEPT;
extern const struct command COMMAND_REVIEW_RETURN;
extern const struct command COMMAND_REVIEW_REJECT;
extern const struct command COMMAND_REVIEW_MERGE;
extern const struct command COMMAND_REVIEW_UNMERGE;
extern const struct command COMMAND_REVIEW_RESOLVE;
extern const struct command COMMAND_REVIEW_RUN;
extern const struct command COMMAND_REVIEW_RULES;

#endif

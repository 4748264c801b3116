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
    int64_t now; /* UTC seconds */
    enum lang lang;
    bool quiet;
};

extern const char PROGRAM_NAME[]; /* "alluvia-registry" */

/* Reads "7K4QXM". ERR_INVALID. */
MUST_CHECK enum err app_device(const char *text, uint32_t *out, struct errctx *e);

/* The commands; each file of cli/ holds a family. */
enum err cmd_init(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_invite(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_serve(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_device_list(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_device_show(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_device_revoke(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_import(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_inbox(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_batch_list(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_batch_show(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_quarantine_list(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_report_production(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_export(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_verify(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_journal(struct app *app, const struct options *o, struct errctx *e);
enum err cmd_backup(struct app *app, const struct options *o, struct errctx *e);

#endif

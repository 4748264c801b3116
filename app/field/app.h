/*
 * What a command of `alluvia` has at hand: the global options, the database that its row in the table asks
 * for, and the instant. Owned by main.
 */
#ifndef ALLUVIA_FIELD_APP_H
#define ALLUVIA_FIELD_APP_H

#include "app/common/output.h"
#include "app/field/store/store.h"

#define APP_NAME "alluvia"

struct app {
    char *db_path;          /* owned */
    const char *as;         /* --as; NULL */
    const char *lang_given; /* --lang; NULL */
    enum lang lang;
    char mark; /* decimal mark of tables */
    enum output_form form;
    int64_t now;                 /* UTC seconds */
    struct store *store;         /* NULL when the command opens nothing */
    bool writes;                 /* it is open for writing */
    const struct entity *entity; /* of an ENTITY command */
    char login[ENTRY_AUTHOR_BYTES];
};

/* Today where this laptop stands, in days. */
int32_t app_today(const struct app *app);
/* The name under which this account works. */
void app_account_name(char out[ENTRY_AUTHOR_BYTES]);
/*
 * Who makes the entries: who has signed in; with officers registered else the active officer whose login is
 * --as, or the account's name; without officers the account's name. ERR_DENIED.
 */
MUST_CHECK enum err app_author(struct app *app, struct author *out, struct errctx *e);
/* The author of entries that the program itself writes. */
struct author app_program(const struct app *app);
/* Makes the database and the folder it lies in. ERR_INVALID: no such country; ERR_EXISTS. */
MUST_CHECK enum err app_create(struct app *app, const char *country, const char *name, bool training,
                               const struct author *by, struct errctx *e);
/* Takes the language that the settings keep, where nothing nearer says one. */
void app_keep_language(struct app *app);
/* stdout in the form that was asked for. The caller frees. */
struct output *app_output(const struct app *app);
/* The record that TEXT names: an id, a licence number, a login. ERR_INVALID for a mistyped id, ERR_NOT_FOUND.
 */
MUST_CHECK enum err app_find(struct app *app, enum entity_id of, const char *text, int64_t *out,
                             struct errctx *e);

#endif

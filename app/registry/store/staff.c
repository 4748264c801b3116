/* Accounts of the ministry. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/registry/store/own.h"
#include "app/registry/store/review.h"
#include "schema/base/text.h"

enum err registry_store_staff(struct registry_store *s,
                              enum err (*each)(void *, const struct staff *, struct errctx *), void *arg,
                              struct errctx *e)
{
    static const char sql[] = "SELECT login, name, active FROM staff ORDER BY login";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const struct staff staff = {stmt_text(stmt, 0), stmt_text(stmt, 1), stmt_int(stmt, 2) != 0};
        result = each(arg, &staff, e);
    }
    stmt_done(stmt);
    return result;
}

/* *NAME, owned, stays NULL without such an account. */
static enum err find(struct registry_store *s, const char *login, char **name, bool *active, struct errctx *e)
{
    static const char sql[] = "SELECT name, active FROM staff WHERE login = :login";
    struct stmt *stmt = NULL;
    bool row = false;
    *name = NULL;
    *active = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":login", login);
    if (stmt_step(stmt, &row, e) != ERR_OK)
        return e->kind;
    if (row) {
        *name = str_dup(stmt_text(stmt, 0));
        *active = stmt_int(stmt, 1) != 0;
    }
    stmt_done(stmt);
    return ERR_OK;
}

enum err registry_store_staff_check(struct registry_store *s, const char *login, struct errctx *e)
{
    char *name = NULL;
    bool active = false;
    if (!login)
        return err_fail(e, ERR_DENIED, "decisions are taken under a name: --as LOGIN");
    if (find(s, login, &name, &active, e) != ERR_OK)
        return e->kind;
    bool known = name != NULL;
    free(name);
    if (!known)
        return err_fail(e, ERR_DENIED, "account \"%s\": there is none; staff add makes one", login);
    return active ? ERR_OK : err_fail(e, ERR_DENIED, "account \"%s\": was closed", login);
}

/* Logins are typed on command lines: small letters, digits, '.', '_' and '-'. */
static enum err check_login(const char *login, struct errctx *e)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789._-";
    size_t len = strlen(login);
    if (len == 0 || len >= ENTRY_AUTHOR_BYTES || strspn(login, allowed) != len || login[0] == '-')
        return err_fail(e, ERR_INVALID, "login \"%.70s\": is 1 to %d small letters, digits, dots, hyphens",
                        login, ENTRY_AUTHOR_BYTES - 1);
    return ERR_OK;
}

static enum err put_entry(struct own *own, const char *by, const char *login, const char *name, bool active,
                          struct errctx *e)
{
    struct entry entry;
    entry_init(&entry);
    entry.op = OP_STAFF;
    (void)snprintf(entry.by, sizeof entry.by, "%s", by ? by : "-");
    entry.login = str_dup(login);
    entry.name = str_dup(name);
    entry.active = active;
    enum err result = own_put(own, &entry, NULL, e);
    entry_done(&entry);
    return result;
}

static enum err put_account(struct own *own, const char *by, const char *login, const char *name, bool active,
                            struct errctx *e)
{
    char *held = NULL;
    bool was_active = false;
    if (find(own->store, login, &held, &was_active, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    if (!held && !name)
        result = err_fail(e, ERR_NOT_FOUND, "account \"%s\": there is none", login);
    else if (held && active && was_active)
        result = err_fail(e, ERR_EXISTS, "account \"%s\": exists already", login);
    else if (!held || active != was_active) /* closing what is closed changes nothing */
        result = put_entry(own, by, login, name ? name : held, active, e);
    free(held);
    return result;
}

enum err registry_store_staff_put(struct registry_store *s, const char *by, const char *login,
                                  const char *name, bool active, int64_t now, struct errctx *e)
{
    struct own own;
    struct buf clean = {0};
    enum err result = check_login(login, e);
    if (result == ERR_OK && name) {
        result = text_clean(&clean, name, false, ENTRY_MAX_NAME, e);
        if (result == ERR_OK && clean.len == 0)
            result = err_fail(e, ERR_INVALID, "is empty");
        if (result != ERR_OK)
            (void)err_wrap(e, "name");
    }
    if (result == ERR_OK && by)
        result = registry_store_staff_check(s, by, e);
    if (result == ERR_OK)
        result = own_begin(s, now, &own, e);
    if (result == ERR_OK)
        result = own_end(&own, put_account(&own, by, login, name ? buf_str(&clean) : NULL, active, e), e);
    buf_done(&clean);
    return result;
}

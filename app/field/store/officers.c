#include "app/field/store/officers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/field/store/save.h"
#include "schema/base/words.h"

/* The words of the code list officer_role. */
static const char *const ROLES[] = {
    [ROLE_COOPERATIVE] = "cooperative",
    [ROLE_OFFICER] = "officer",
    [ROLE_ADMIN] = "admin",
};

/* What each role is called where something is refused. */
static const char *const NAMES[] = {
    [ROLE_COOPERATIVE] = N_("a cooperative leader"),
    [ROLE_OFFICER] = N_("a field officer"),
    [ROLE_ADMIN] = N_("an admin"),
};

/* The least role that may write records of an entity. A leader logs returns, sales and members, nothing else.
 */
static const enum officer_role WRITES[ENTITY_COUNT] = {
    [ENTITY_DIGGER] = ROLE_COOPERATIVE, [ENTITY_COOPERATIVE] = ROLE_OFFICER,
    [ENTITY_LICENCE] = ROLE_OFFICER,    [ENTITY_SITE] = ROLE_OFFICER,
    [ENTITY_CREW] = ROLE_COOPERATIVE,   [ENTITY_YIELD] = ROLE_COOPERATIVE,
    [ENTITY_STONE] = ROLE_COOPERATIVE,  [ENTITY_SALE] = ROLE_COOPERATIVE,
    [ENTITY_INSPECTION] = ROLE_OFFICER, [ENTITY_OFFICER] = ROLE_ADMIN,
};

const char *officer_role_code(enum officer_role role)
{
    return ROLES[role];
}

/* A role that this program does not know may the least. */
static enum officer_role role_of(const char *word)
{
    for (int i = ROLE_ADMIN; word && i > ROLE_COOPERATIVE; i--) {
        if (strcmp(ROLES[i], word) == 0)
            return (enum officer_role)i;
    }
    return ROLE_COOPERATIVE;
}

/* --- reading; over the table itself: a leader must be found before anything is withheld */

#define COLUMNS                                                                                              \
    "SELECT o.id, o.login, o.full_name, o.role, o.cooperative, o.active, p.officer IS NOT NULL "             \
    "FROM officer o LEFT JOIN pin p ON p.officer = o.id WHERE o.void = 0 "

static struct officer read_officer(struct stmt *s)
{
    const char *login = stmt_text(s, 1);
    const char *name = stmt_text(s, 2);
    struct officer o = {.id = stmt_int(s, 0),
                        .name = str_dup(name ? name : ""),
                        .role = role_of(stmt_text(s, 3)),
                        .active = stmt_int(s, 5) != 0,
                        .has_pin = stmt_int(s, 6) != 0};
    (void)snprintf(o.login, sizeof o.login, "%s", login ? login : "");
    o.cooperative = o.role == ROLE_COOPERATIVE ? stmt_int(s, 4) : 0;
    return o;
}

void officer_done(struct officer *o)
{
    free(o->name);
    *o = (struct officer){0};
}

static enum err load_officer(struct store *s, int64_t id, struct officer *out, bool *found, struct errctx *e)
{
    static const char sql[] = COLUMNS "AND o.id = :id";
    struct stmt *stmt = NULL;
    *found = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", id);
    enum err result = stmt_step(stmt, found, e);
    if (result == ERR_OK && *found)
        *out = read_officer(stmt);
    stmt_done(stmt);
    return result;
}

enum err officers_find(struct store *s, const char *login, struct officer *out, struct errctx *e)
{
    int64_t id = 0;
    bool found = false;
    *out = (struct officer){0};
    if (s->world.same_text(s->world.arg, ENTITY_OFFICER, "login", login, 0, &id, e) != ERR_OK ||
        (id && load_officer(s, id, out, &found, e) != ERR_OK))
        return e->kind;
    return found ? ERR_OK : err_fail(e, ERR_NOT_FOUND, "\"%s\" is no officer's login", login);
}

enum err officers_each(struct store *s,
                       enum err (*each)(void *arg, const struct officer *officer, struct errctx *e),
                       void *arg, struct errctx *e)
{
    static const char sql[] = COLUMNS "AND o.active = 1 ORDER BY o.login";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    enum err result = stmt_step(stmt, &row, e);
    while (result == ERR_OK && row) {
        struct officer officer = read_officer(stmt);
        result = each(arg, &officer, e);
        officer_done(&officer);
        if (result == ERR_OK)
            result = stmt_step(stmt, &row, e);
    }
    stmt_done(stmt);
    return result;
}

enum err officers_any(struct store *s, bool *out, struct errctx *e)
{
    int64_t any = 0;
    enum err result = db_one_int(s->db, "SELECT 1 FROM officer WHERE void = 0 LIMIT 1", 0, &any, e);
    *out = any != 0;
    return result;
}

/* --- signing in */

enum err store_sign_in(struct store *s, const struct officer *o, struct errctx *e)
{
    officer_done(&s->who);
    if (o) {
        s->who = *o;
        s->who.name = str_dup(o->name ? o->name : "");
    }
    return seen_forget(s, e);
}

const struct officer *store_signed_in(const struct store *s)
{
    return &s->who;
}

static enum err admins_besides(struct store *s, int64_t id, int64_t *out, struct errctx *e)
{
    static const char sql[] =
        "SELECT count(*) FROM officer WHERE void = 0 AND active = 1 AND role = 'admin' AND id <> :id";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", id);
    enum err result = stmt_step(stmt, &row, e);
    *out = result == ERR_OK && row ? stmt_int(stmt, 0) : 0;
    stmt_done(stmt);
    return result;
}

enum err store_may(struct store *s, enum officer_role least, struct errctx *e)
{
    int64_t admins = 0;
    if (s->who.id == 0 || s->who.role >= least)
        return ERR_OK;
    if (s->who.role == ROLE_OFFICER) {
        if (admins_besides(s, 0, &admins, e) != ERR_OK)
            return e->kind;
        if (admins == 0)
            return ERR_OK;
    }
    return err_fail(e, ERR_DENIED, "officer \"%s\": this takes %s", s->who.login, NAMES[least]);
}

enum err store_may_write(struct store *s, enum entity_id of, struct errctx *e)
{
    return store_may(s, WRITES[of], e) == ERR_OK ? ERR_OK : err_wrap(e, "%s", ENTITIES[of].name);
}

/* --- saves */

static bool is_admin(const struct record *officer)
{
    return record_number(officer, "active") != 0 && role_of(record_text(officer, "role")) == ROLE_ADMIN;
}

/* While others are registered the last admin stays one: nobody could make another. */
static enum err keep_an_admin(struct save *w, struct errctx *e)
{
    struct row before = {0};
    int64_t others = 0;
    if (w->after.of->id != ENTITY_OFFICER || w->entry.op == OP_ADD)
        return ERR_OK;
    if (rows_load(w->store->db, ENTITY_OFFICER, w->id, &before, e) != ERR_OK)
        return e->kind;
    bool was = is_admin(&before.record);
    row_done(&before);
    if (!was || (w->entry.op != OP_VOID && is_admin(&w->after)))
        return ERR_OK;
    if (admins_besides(w->store, w->id, &others, e) != ERR_OK)
        return e->kind;
    return others > 0 ? ERR_OK
                      : err_fail(e, ERR_DENIED, "officer \"%s\": is the last admin of this laptop",
                                 record_text(&w->after, "login"));
}

void officers_fill(struct store *s, struct record *r)
{
    int field = entity_field(r->of, r->of->belongs);
    /* Whom a leader registers is a member, said or not. */
    if (s->who.id && s->who.role == ROLE_COOPERATIVE && field >= 0 &&
        r->of->fields[field].target == ENTITY_COOPERATIVE && r->values[field].state == VALUE_ABSENT)
        record_set_number(r, r->of->belongs, s->who.cooperative);
}

enum err officers_check(struct save *w, struct errctx *e)
{
    struct store *s = w->store;
    bool seen = true;
    if (store_may_write(s, w->after.of->id, e) != ERR_OK || seen_would_be(s, &w->after, &seen, e) != ERR_OK)
        return e->kind;
    if (!seen)
        return err_fail(e, ERR_DENIED,
                        "officer \"%s\": this %s would not belong to the cooperative \"%s\" leads",
                        s->who.login, w->after.of->name, s->who.login);
    return keep_an_admin(w, e);
}

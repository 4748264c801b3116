/* What rules and typed values ask about other records (schema/record/rules.h, record.h), answered from the
 * tables. Rules judge by all of them, also by those that are withheld from who is signed in: a licence number
 * or a slip counts once, whoever wrote it. */
#include "app/field/store/inside.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/date.h"
#include "schema/base/text.h"

enum err store_is_void(struct store *s, enum entity_id of, int64_t id, bool *out_found, bool *out_void,
                       struct errctx *e)
{
    struct stmt *stmt = NULL;
    *out_found = false;
    *out_void = false;
    if (db_prepare(s->db, store_sql(s, of, SQL_IS_VOID), &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", id);
    enum err result = stmt_step(stmt, out_found, e);
    if (result == ERR_OK && *out_found)
        *out_void = stmt_int(stmt, 0) != 0;
    stmt_done(stmt);
    return result;
}

static enum err world_exists(void *arg, enum entity_id of, int64_t id, bool *out, struct errctx *e)
{
    bool found = false;
    bool voided = false;
    enum err result = store_is_void(arg, of, id, &found, &voided, e);
    *out = found && !voided;
    return result;
}

static enum err world_load(void *arg, enum entity_id of, int64_t id, struct record *out, struct errctx *e)
{
    struct row row = {0};
    if (store_load(arg, of, id, &row, e) != ERR_OK)
        return e->kind;
    *out = row.record; /* the caller's from now on */
    return ERR_OK;
}

/* Decides whether a record that a key led to is meant. */
typedef enum err fits_fn(struct store *s, const void *arg, int64_t id, bool *out, struct errctx *e);

/* The first record other than NOT_ID that the key leads to and that FITS; 0 when there is none. */
static enum err led_to(struct store *s, enum entity_id of, const char *key, int64_t not_id, fits_fn *fits,
                       const void *arg, int64_t *out, struct errctx *e)
{
    static const char sql[] = "SELECT record FROM key WHERE entity = :entity AND key = :key ORDER BY record";
    struct stmt *stmt = NULL;
    bool row = false;
    *out = 0;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":entity", of);
    stmt_bind_text(stmt, ":key", key);
    enum err result = stmt_step(stmt, &row, e);
    while (result == ERR_OK && row && *out == 0) {
        int64_t id = stmt_int(stmt, 0);
        bool meant = false;
        result = id == not_id ? ERR_OK : fits(s, arg, id, &meant, e);
        if (result == ERR_OK && meant)
            *out = id;
        else if (result == ERR_OK)
            result = stmt_step(stmt, &row, e);
    }
    stmt_done(stmt);
    return result;
}

/* ARG is the entity. */
static enum err stands(struct store *s, const void *arg, int64_t id, bool *out, struct errctx *e)
{
    const enum entity_id *of = arg;
    return world_exists(s, *of, id, out, e);
}

static enum err world_same_text(void *arg, enum entity_id of, const char *field, const char *text, int64_t id,
                                int64_t *out, struct errctx *e)
{
    *out = 0;
    if (!index_has_key(of, field))
        return err_fail(e, ERR_INTERNAL, "%s of %s is not found by its whole value", field,
                        ENTITIES[of].name);
    struct buf key = {0};
    index_put_key(&key, field, text);
    enum err result = led_to(arg, of, buf_str(&key), id, stands, &of, out, e);
    buf_done(&key);
    return result;
}

static enum err world_same_person(void *arg, const struct record *digger, int64_t id, int64_t *out,
                                  struct errctx *e)
{
    static const enum entity_id of = ENTITY_DIGGER;
    struct buf key = {0};
    enum err result = ERR_OK;
    *out = 0;
    if (index_put_joint_key(&key, "person", digger))
        result = led_to(arg, of, buf_str(&key), id, stands, &of, out, e);
    buf_done(&key);
    return result;
}

/* Reads up to two numbers from the one row of a statement whose values are bound. */
static enum err two_numbers(struct stmt *s, int64_t *first, int64_t *second, struct errctx *e)
{
    bool row = false;
    enum err result = stmt_step(s, &row, e);
    *first = result == ERR_OK && row ? stmt_int(s, 0) : 0;
    if (second)
        *second = result == ERR_OK && row ? stmt_int(s, 1) : 0;
    stmt_done(s);
    return result;
}

static enum err world_overlap(void *arg, int64_t licence, int64_t site, int32_t first, int32_t last,
                              int64_t id, int64_t *out, struct errctx *e)
{
    /* No return is longer than 31 days, so none that began 31 days before FIRST can reach it. */
    static const char sql[] =
        "SELECT id FROM yield WHERE licence = :licence AND date_from BETWEEN :reach AND :last "
        "AND date_to >= :first AND coalesce(site, 0) = :site AND void = 0 AND id <> :id LIMIT 1";
    struct store *store = arg;
    struct stmt *s = NULL;
    char text[DATE_BYTES];
    if (db_prepare(store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":licence", licence);
    stmt_bind_int(s, ":site", site);
    stmt_bind_int(s, ":id", id);
    stmt_bind_text(s, ":reach", date_format_days(first - 31, text));
    stmt_bind_text(s, ":first", date_format_days(first, text));
    stmt_bind_text(s, ":last", date_format_days(last, text));
    return two_numbers(s, out, NULL, e);
}

static int by_weight(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* The middle of the newest returns; sorted here, because a sort inside SQLite costs more than the save. */
static enum err world_usual_mct(void *arg, int64_t licence, int32_t day, int64_t id, int64_t *out_mct,
                                int64_t *out_count, struct errctx *e)
{
    enum {
        ENOUGH = 101
    };
    static const char sql[] = "SELECT diamond_mct FROM yield WHERE licence = :licence AND date_from < :day "
                              "AND stones > 0 AND void = 0 AND id <> :id ORDER BY date_from DESC LIMIT 101";
    struct store *store = arg;
    struct stmt *s = NULL;
    char text[DATE_BYTES];
    int64_t weights[ENOUGH];
    size_t count = 0;
    bool row = false;
    *out_mct = 0;
    if (db_prepare(store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":licence", licence);
    stmt_bind_text(s, ":day", date_format_days(day, text));
    stmt_bind_int(s, ":id", id);
    enum err result = stmt_step(s, &row, e);
    while (result == ERR_OK && row && count < ENOUGH) {
        weights[count++] = stmt_int(s, 0);
        result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    qsort(weights, count, sizeof weights[0], by_weight);
    if (count > 0)
        *out_mct = weights[count / 2];
    *out_count = (int64_t)count;
    return result;
}

static enum err world_balance(void *arg, int64_t licence, int64_t id, int64_t *out_produced_mct,
                              int64_t *out_sold_mct, struct errctx *e)
{
    static const char sql[] = "SELECT (SELECT coalesce(sum(diamond_mct), 0) FROM yield WHERE licence = "
                              ":licence AND void = 0 AND id <> :id), "
                              "(SELECT coalesce(sum(diamond_mct), 0) FROM sale WHERE licence = :licence AND "
                              "void = 0 AND id <> :id)";
    struct store *store = arg;
    struct stmt *s = NULL;
    if (db_prepare(store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":licence", licence);
    stmt_bind_int(s, ":id", id);
    return two_numbers(s, out_produced_mct, out_sold_mct, e);
}

static enum err world_stones_of(void *arg, int64_t yield, int64_t id, int64_t *out_mct, int64_t *out_stones,
                                struct errctx *e)
{
    static const char sql[] = "SELECT coalesce(sum(diamond_mct), 0), coalesce(sum(stones), 0) FROM stone "
                              "WHERE yield = :yield AND void = 0 AND id <> :id";
    struct store *store = arg;
    struct stmt *s = NULL;
    if (db_prepare(store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":yield", yield);
    stmt_bind_int(s, ":id", id);
    return two_numbers(s, out_mct, out_stones, e);
}

static enum err world_shares(void *arg, int64_t licence, int32_t day, int64_t id, int64_t *out_bp,
                             struct errctx *e)
{
    static const char sql[] =
        "SELECT coalesce(sum(share_bp), 0) FROM crew WHERE licence = :licence AND void = 0 "
        "AND id <> :id AND from_on <= :day AND (to_on IS NULL OR to_on >= :day)";
    struct store *store = arg;
    struct stmt *s = NULL;
    char text[DATE_BYTES];
    if (db_prepare(store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":licence", licence);
    stmt_bind_int(s, ":id", id);
    stmt_bind_text(s, ":day", date_format_days(day, text));
    return two_numbers(s, out_bp, NULL, e);
}

static enum err world_first_find(void *arg, int64_t licence, int32_t *out_day, struct errctx *e)
{
    static const char sql[] = "SELECT min(date_from) FROM yield WHERE licence = :licence AND void = 0 "
                              "AND outcome = 'yield'";
    struct store *store = arg;
    struct stmt *s = NULL;
    struct date date;
    bool row = false;
    if (db_prepare(store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":licence", licence);
    if (stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    if (!row || stmt_is_null(s, 0))
        result = err_fail(e, ERR_NOT_FOUND, "the licence has found nothing yet");
    else
        result = date_parse(stmt_text(s, 0), &date, e);
    if (result == ERR_OK)
        *out_day = date_to_days(date);
    stmt_done(s);
    return result;
}

static bool same_folded(const char *a, const char *b)
{
    struct buf x = {0};
    struct buf y = {0};
    text_fold(&x, a ? a : "");
    text_fold(&y, b ? b : "");
    bool same = strcmp(buf_str(&x), buf_str(&y)) == 0;
    buf_done(&x);
    buf_done(&y);
    return same;
}

struct slip {
    const char *buyer_licence_no;
    const char *book_no; /* NULL: any */
};

static enum err is_same_slip(struct store *s, const void *arg, int64_t id, bool *out, struct errctx *e)
{
    const struct slip *slip = arg;
    struct row row = {0};
    if (store_load(s, ENTITY_SALE, id, &row, e) != ERR_OK)
        return e->kind;
    *out = !row.voided && same_folded(record_text(&row.record, "buyer_licence_no"), slip->buyer_licence_no) &&
           (!slip->book_no || same_folded(record_text(&row.record, "book_no"), slip->book_no));
    row_done(&row);
    return ERR_OK;
}

static enum err world_same_slip(void *arg, const char *buyer_licence_no, const char *book_no,
                                const char *slip_no, int64_t id, int64_t *out, struct errctx *e)
{
    const struct slip slip = {buyer_licence_no, book_no};
    struct buf key = {0};
    index_put_key(&key, "slip_no", slip_no);
    enum err result = led_to(arg, ENTITY_SALE, buf_str(&key), id, is_same_slip, &slip, out, e);
    buf_done(&key);
    return result;
}

struct rule_world store_make_world(struct store *s)
{
    return (struct rule_world){
        .arg = s,
        .exists = world_exists,
        .load = world_load,
        .same_text = world_same_text,
        .same_person = world_same_person,
        .overlap = world_overlap,
        .usual_mct = world_usual_mct,
        .balance = world_balance,
        .stones_of = world_stones_of,
        .shares = world_shares,
        .first_find = world_first_find,
        .same_slip = world_same_slip,
    };
}

/* --- typed references */

/* What people call a record by, besides its id. */
static const char *name_field(enum entity_id of)
{
    return of == ENTITY_LICENCE   ? "licence_no"
           : of == ENTITY_OFFICER ? "login"
           : of == ENTITY_DIGGER  ? "card_no"
                                  : NULL;
}

static enum err resolve_name(struct store *s, enum entity_id of, const char *text, int64_t *out,
                             struct errctx *e)
{
    *out = 0;
    const char *field = name_field(of);
    return field ? world_same_text(s, of, field, text, 0, out, e) : ERR_OK;
}

/* What is withheld cannot be referred to either. */
static enum err check_seen(struct store *s, enum entity_id of, int64_t id, struct errctx *e)
{
    bool seen = true;
    enum err result = store_sees(s, of, id, &seen, e);
    if (result != ERR_OK || seen)
        return result;
    return err_fail(e, ERR_DENIED, "does not belong to the cooperative \"%s\" leads", s->who.login);
}

static enum err resolve(void *arg, enum entity_id target, const char *text, int64_t *out, struct errctx *e)
{
    struct store *s = arg;
    struct errctx unread;
    bool found = false;
    bool voided = false;
    if (resolve_name(s, target, text, out, e) != ERR_OK || *out != 0)
        return *out != 0 ? check_seen(s, target, *out, e) : e->kind;
    enum err parsed = ident_parse(text, out, &unread);
    if (parsed != ERR_OK && strstr(unread.text, "mistyped"))
        return err_fail(e, ERR_INVALID, "%s", unread.text);
    if (parsed == ERR_OK && store_is_void(s, target, *out, &found, &voided, e) != ERR_OK)
        return e->kind;
    if (voided)
        return err_fail(e, ERR_NOT_FOUND, "is a void %s", ENTITIES[target].name);
    if (found)
        return check_seen(s, target, *out, e);
    return err_fail(e, ERR_NOT_FOUND, "is no %s that is known here", ENTITIES[target].name);
}

struct reader store_reader(struct store *s, int32_t today)
{
    return (struct reader){.codes = s->codes, .today = today, .resolve = resolve, .arg = s};
}

#include "sync/client/courier.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "sync/client/state.h"

enum sql {
    SQL_IS_HELD,
    SQL_ROOM,
    SQL_KEEP,
    SQL_NEXT,
    SQL_ANSWER,
    SQL_EACH,
    SQL_FORGET,
    SQL_COUNT_ALL,
    SQL_COUNT
};

static const char *const sql[] = {
    [SQL_IS_HELD] = "SELECT 1 FROM parcel WHERE hash = :hash",
    [SQL_ROOM] = "SELECT count(*), coalesce(sum(length(bytes)), 0) FROM parcel WHERE bytes IS NOT NULL",
    [SQL_KEEP] = "INSERT OR IGNORE INTO parcel (hash, name, copy, bytes, state, receipt, received_at) "
                 "VALUES (:hash, :name, :copy, :bytes, :state, :receipt, :now)",
    [SQL_NEXT] = "SELECT hash, name, bytes FROM parcel WHERE state = 'waiting' AND copy <= :copies "
                 "AND (name > :name OR (name = :name AND hash > :hash)) ORDER BY name, hash LIMIT 1",
    [SQL_ANSWER] = "UPDATE parcel SET state = :state, why = :why, receipt = :receipt, answered_at = :now, "
                   "bytes = CASE WHEN copy = 1 THEN bytes END WHERE hash = :hash",
    [SQL_EACH] =
        "SELECT name, bytes, receipt, state FROM parcel WHERE (state = 'waiting' AND copy <= :copies) "
        "OR receipt IS NOT NULL ORDER BY name",
    [SQL_FORGET] = "DELETE FROM parcel WHERE bytes IS NULL AND hash IN (SELECT hash FROM parcel "
                   "WHERE bytes IS NULL ORDER BY answered_at DESC, received_at DESC LIMIT -1 OFFSET :most)",
    [SQL_COUNT_ALL] = "SELECT coalesce(sum(state = 'waiting' AND copy = 0), 0), "
                      "coalesce(sum(copy), 0), coalesce(sum(receipt IS NOT NULL), 0), "
                      "coalesce(sum(state = 'refused'), 0) FROM parcel",
};
_Static_assert(sizeof sql / sizeof sql[0] == SQL_COUNT, "a statement is missing");

/* --- keeping */

struct parcel_row {
    uint8_t hash[CHAIN_BYTES];
    const char *name;
    bool copy;
    const void *bytes; /* NULL without */
    size_t len;
    const char *state;
    const void *receipt; /* NULL without */
    size_t receipt_len;
};

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text);
    size_t tail = strlen(ending);
    return len >= tail && strcmp(text + len - tail, ending) == 0;
}

/* A name becomes a file's name again on the next stick: only what batches are called passes. NUMBER gets the
 * device. */
static bool read_name(const char *name, uint32_t *device)
{
    char code[DEVICE_CODE_BYTES] = {0};
    if (strlen(name) < DEVICE_CODE_CHARS || strlen(name) > COURIER_MAX_NAME ||
        strspn(name, "0123456789ABCDEFGHJKMNPQRSTVWXYZ-abcdefghijklmnopqrstuvwxyz.") != strlen(name) ||
        !ends_with(name, ".alv"))
        return false;
    memcpy(code, name, DEVICE_CODE_CHARS);
    return device_code_parse(code, device);
}

static enum err insert(struct db *db, const struct parcel_row *p, int64_t now, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_KEEP], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_blob(s, ":hash", p->hash, CHAIN_BYTES);
    stmt_bind_text(s, ":name", p->name);
    stmt_bind_int(s, ":copy", p->copy);
    if (p->bytes)
        stmt_bind_blob(s, ":bytes", p->bytes, p->len);
    else
        stmt_bind_null(s, ":bytes");
    stmt_bind_text(s, ":state", p->state);
    if (p->receipt)
        stmt_bind_blob(s, ":receipt", p->receipt, p->receipt_len);
    else
        stmt_bind_null(s, ":receipt");
    stmt_bind_int(s, ":now", now);
    return stmt_run(s, e);
}

static enum err is_held(struct db *db, const uint8_t hash[CHAIN_BYTES], bool *out, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_IS_HELD], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_blob(s, ":hash", hash, CHAIN_BYTES);
    enum err result = stmt_step(s, out, e);
    stmt_done(s);
    return result;
}

static enum err check_room(struct db *db, size_t len, struct errctx *e)
{
    struct stmt *s = NULL;
    bool row = false;
    if (db_prepare(db, sql[SQL_ROOM], &s, e) != ERR_OK || stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    int64_t files = stmt_int(s, 0);
    int64_t bytes = stmt_int(s, 1);
    stmt_done(s);
    if (files >= COURIER_MAX_FILES || bytes + (int64_t)len > COURIER_MAX_BYTES)
        return err_fail(e, ERR_BUSY,
                        "this laptop keeps at most %d files and %d MB of others: let it deliver them first",
                        COURIER_MAX_FILES, COURIER_MAX_BYTES / (1024 * 1024));
    return ERR_OK;
}

static enum err forget_old(struct db *db, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql[SQL_FORGET], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":most", COURIER_MAX_RECEIPTS);
    return stmt_run(s, e);
}

static enum err keep(const struct sync_options *o, struct parcel_row *p, const void *bytes, size_t len,
                     bool *news, struct errctx *e)
{
    bool held = false;
    crypto_generichash(p->hash, CHAIN_BYTES, bytes, len, NULL, 0);
    if (db_begin(o->db, e) != ERR_OK)
        return e->kind;
    enum err result = is_held(o->db, p->hash, &held, e);
    if (result == ERR_OK && !held && p->bytes)
        result = check_room(o->db, len, e);
    if (result == ERR_OK && !held)
        result = insert(o->db, p, o->now(), e);
    if (result == ERR_OK && !held)
        result = forget_old(o->db, e);
    if (result == ERR_OK)
        result = db_commit(o->db, e);
    db_rollback(o->db);
    *news = result == ERR_OK && !held;
    return result;
}

enum err courier_keep(const struct sync_options *o, const char *name, const void *bytes, size_t len,
                      bool *news, struct errctx *e)
{
    struct link_state state;
    uint32_t to = 0;
    uint32_t device = 0;
    struct parcel_row p = {.name = name, .bytes = bytes, .len = len, .state = "waiting"};
    *news = false;
    if (link_load(o->db, &state, e) != ERR_OK)
        return e->kind;
    if (!state.known)
        return err_fail(e, ERR_CONFIG, "no registry is known yet: enrol first");
    if (!container_is_sealed(bytes, len, &to) || to != device_number_of(state.registry.key))
        return err_fail(e, ERR_INVALID, "it is sealed for another registry than \"%s\"", state.registry.name);
    if (!read_name(name, &device))
        return err_fail(e, ERR_INVALID, "its name is not that of a batch, as 7K4QXM-401-900.alv");
    if (device == o->me->number)
        return ERR_OK;
    p.copy = ends_with(name, COURIER_COPY_ENDING);
    return keep(o, &p, bytes, len, news, e);
}

/* --- receipts */

static enum err read_receipt(const struct sync_options *o, const void *bytes, size_t len, struct receipt *out,
                             struct errctx *e)
{
    struct link_state state;
    struct container c;
    enum err result = link_load(o->db, &state, e);
    if (result != ERR_OK)
        return result;
    result = state_unpack(bytes, len, &c, e);
    if (result == ERR_OK && strcmp(c.kind, "receipt/1") != 0)
        result = err_fail(e, ERR_PROTOCOL, "it is no receipt");
    if (result == ERR_OK)
        result = container_verify(&c, state.registry.key, e);
    if (result == ERR_OK)
        result = receipt_read(&c, out, NULL, NULL, e);
    container_done(&c);
    return result;
}

enum err courier_keep_receipt(const struct sync_options *o, const void *bytes, size_t len, bool *news,
                              struct errctx *e)
{
    struct receipt r;
    char code[DEVICE_CODE_BYTES];
    char name[COURIER_MAX_NAME];
    struct parcel_row p = {.name = name, .state = "delivered", .receipt = bytes, .receipt_len = len};
    if (read_receipt(o, bytes, len, &r, e) != ERR_OK)
        return e->kind;
    (void)snprintf(name, sizeof name, "%s-%lld-%lld.alv", device_code_format(r.device, code),
                   (long long)r.first, (long long)r.last);
    return keep(o, &p, bytes, len, news, e);
}

/* --- delivering */

struct delivery {
    struct engine *g;
    bool copies;
    char name[COURIER_MAX_NAME + 1]; /* of the last one that was tried */
    uint8_t hash[CHAIN_BYTES];
    struct buf bytes;
    bool found;
    bool moved; /* something was answered for good in this round */
};

static enum err find_next(struct delivery *d, struct errctx *e)
{
    struct stmt *s = NULL;
    size_t len = 0;
    d->found = false;
    if (db_prepare(d->g->o->db, sql[SQL_NEXT], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":copies", d->copies);
    stmt_bind_text(s, ":name", d->name);
    stmt_bind_blob(s, ":hash", d->hash, CHAIN_BYTES);
    enum err result = stmt_step(s, &d->found, e);
    if (result == ERR_OK && d->found) {
        memcpy(d->hash, stmt_blob(s, 0, &len), CHAIN_BYTES);
        (void)snprintf(d->name, sizeof d->name, "%s", stmt_text(s, 1));
        const void *bytes = stmt_blob(s, 2, &len);
        buf_clear(&d->bytes);
        buf_put(&d->bytes, bytes, len);
    }
    stmt_done(s);
    return result;
}

static enum err answer(struct delivery *d, const char *state, const char *why, const struct buf *receipt,
                       struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(d->g->o->db, sql[SQL_ANSWER], &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(s, ":state", state);
    stmt_bind_text(s, ":why", why);
    if (receipt)
        stmt_bind_blob(s, ":receipt", receipt->data, receipt->len);
    else
        stmt_bind_null(s, ":receipt");
    stmt_bind_int(s, ":now", d->g->o->now());
    stmt_bind_blob(s, ":hash", d->hash, CHAIN_BYTES);
    d->moved = true;
    return stmt_run(s, e);
}

static enum err take_receipt(struct delivery *d, const struct link_answer *a, struct errctx *e)
{
    struct receipt r;
    if (read_receipt(d->g->o, buf_str(&a->body), a->body.len, &r, e) != ERR_OK)
        return err_wrap(e, "what answers at \"%s\" is not the registry", d->g->state.registry.url);
    d->g->result->delivered++;
    return answer(d, "delivered", "", &a->body, e);
}

/* What may be different another day stays: entries before it may come by another road. */
static bool may_come_right(enum problem_type type)
{
    return type == PROBLEM_NONE || type == PROBLEM_GAP || type == PROBLEM_NOT_ENROLLED ||
           type == PROBLEM_BUSY || type == PROBLEM_INTERNAL;
}

/* Signed by the registry, and about the laptop that the file is of: it learns of its copied disk by it. */
static bool find_receipt(struct delivery *d, const struct reply *reply, struct buf *out)
{
    struct cJSON *json = NULL;
    struct errctx ignored;
    struct receipt r;
    uint32_t device = 0;
    size_t len = 0;
    if (json_read(buf_str(&reply->answer.body), reply->answer.body.len, &json, &ignored) != ERR_OK)
        return false;
    const char *text = json_get_str(json, "receipt");
    size_t room = text ? strlen(text) : 0;
    uint8_t *bytes = room > 0 ? mem_alloc(room) : NULL;
    bool found = bytes && sodium_base642bin(bytes, room, text, room, NULL, &len, NULL,
                                            sodium_base64_VARIANT_ORIGINAL) == 0;
    json_free(json);
    if (found)
        buf_put(out, bytes, len);
    free(bytes);
    return found && read_receipt(d->g->o, out->data, out->len, &r, &ignored) == ERR_OK &&
           read_name(d->name, &device) && device == r.device;
}

static enum err keep_refusal(struct delivery *d, const struct reply *reply, struct errctx *e)
{
    struct buf receipt = {0};
    bool found = find_receipt(d, reply, &receipt);
    d->g->result->refused++;
    enum err result = answer(d, "refused", problem_word(reply->problem), found ? &receipt : NULL, e);
    buf_done(&receipt);
    return result;
}

static enum err post(struct delivery *d, struct errctx *e)
{
    const struct question q = {.path = "/v1/batches", .body = &d->bytes, .media_type = CONTAINER_MEDIA_TYPE};
    struct reply reply;
    enum err result = engine_ask(d->g, &q, &reply, e);
    if (result == ERR_OK) {
        result = take_receipt(d, &reply.answer, e);
    } else if (!may_come_right(reply.problem)) {
        result = keep_refusal(d, &reply, e);
    } else if (reply.problem == PROBLEM_GAP || reply.problem == PROBLEM_NOT_ENROLLED) {
        result = ERR_OK;
    }
    reply_done(&reply);
    return result;
}

/* Once through all that wait, in order of device and number. */
static enum err round_through(struct delivery *d, struct errctx *e)
{
    d->moved = false;
    d->name[0] = '\0';
    memset(d->hash, 0, sizeof d->hash);
    while (find_next(d, e) == ERR_OK && d->found) {
        while (post(d, e) != ERR_OK) {
            if (engine_pause(d->g, e) != ERR_OK)
                return e->kind;
        }
    }
    return d->found ? e->kind : ERR_OK;
}

enum err courier_deliver(struct engine *g, bool copies, struct errctx *e)
{
    struct delivery d = {.g = g, .copies = copies};
    enum err result = ERR_OK;
    do {
        result = round_through(&d, e);
    } while (result == ERR_OK && d.moved);
    buf_done(&d.bytes);
    return result;
}

/* --- passing on */

static enum err write_one(const char *folder, const char *name, const char *ending, const struct buf *bytes,
                          void (*each)(void *arg, const char *path), void *arg, struct errctx *e)
{
    struct buf file = {0};
    struct buf path = {0};
    buf_put(&file, name, strlen(name) - strlen(".alv"));
    buf_puts(&file, ending);
    file_join(&path, folder, buf_str(&file));
    enum err result = file_write(buf_str(&path), bytes->data, bytes->len, 0600, e);
    if (result == ERR_OK && each)
        each(arg, buf_str(&path));
    buf_done(&path);
    buf_done(&file);
    return result;
}

enum err courier_write(const struct sync_options *o, const char *folder, bool copies,
                       void (*each)(void *arg, const char *path), void *arg, struct errctx *e)
{
    struct stmt *s = NULL;
    bool row = true;
    enum err result = db_prepare(o->db, sql[SQL_EACH], &s, e);
    if (result == ERR_OK)
        stmt_bind_int(s, ":copies", copies);
    while (result == ERR_OK) {
        size_t len = 0;
        struct buf bytes = {0};
        result = stmt_step(s, &row, e);
        if (result != ERR_OK || !row)
            break;
        bool is_receipt = !stmt_is_null(s, 2);
        const void *from = stmt_blob(s, is_receipt ? 2 : 1, &len);
        buf_put(&bytes, from, len);
        result =
            write_one(folder, stmt_text(s, 0), is_receipt ? ".receipt.alv" : ".alv", &bytes, each, arg, e);
        buf_done(&bytes);
    }
    stmt_done(s);
    return result;
}

enum err sync_carried(struct db *db, struct sync_carried *out, struct errctx *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *out = (struct sync_carried){0};
    if (db_prepare(db, sql[SQL_COUNT_ALL], &s, e) != ERR_OK || stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    out->waiting = stmt_int(s, 0);
    out->copies = stmt_int(s, 1);
    out->receipts = stmt_int(s, 2);
    out->refused = stmt_int(s, 3);
    stmt_done(s);
    return ERR_OK;
}

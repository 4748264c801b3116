#include "sync/client/receive.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "schema/base/words.h"
#include "sync/client/courier.h"
#include "sync/client/fork.h"
#include "sync/client/link.h"
#include "sync/client/lock.h"
#include "sync/client/past.h"
#include "sync/client/pull.h"

/* --- receipts */

struct taking {
    const struct sync_options *o;
    uint32_t of; /* whose receipt it must be */
    struct sync_result *result;
    struct link_state state; /* as it was before */
    struct container container;
    struct receipt receipt;
    bool news;
};

static void tell(const struct taking *t, enum sync_event_kind kind, int64_t number, const char *text)
{
    if (!t->o->event)
        return;
    struct sync_event event = {.kind = kind, .number = number, .text = text};
    t->o->event(t->o->arg, &event);
}

static enum err read_receipt(struct taking *t, const void *bytes, size_t len, struct errctx *e)
{
    if (state_unpack(bytes, len, &t->container, e) != ERR_OK)
        return e->kind;
    if (strcmp(t->container.kind, "receipt/1") != 0)
        return err_fail(e, ERR_PROTOCOL, "it is of another kind");
    if (container_verify(&t->container, t->state.registry.key, e) != ERR_OK ||
        receipt_read(&t->container, &t->receipt, NULL, NULL, e) != ERR_OK)
        return e->kind;
    if (t->receipt.device != t->of)
        return err_fail(e, ERR_PROTOCOL, "it is for another laptop");
    return ERR_OK;
}

/* The registry must hold our journal, not merely one under our name. */
static enum err check_chain(const struct taking *t, struct errctx *e)
{
    const struct receipt *r = &t->receipt;
    struct journal_head head;
    struct chain ours;
    if (journal_head(t->o->db, t->o->me->key, &head, e) != ERR_OK)
        return e->kind;
    if (r->upto > head.number)
        return err_fail(e, ERR_CONFLICT,
                        "the registry holds %lld entries of this laptop, this database only %lld: it was put "
                        "back to an older state; tell the ministry",
                        (long long)r->upto, (long long)head.number);
    if (journal_chain_at(t->o->db, t->o->me->key, r->upto, &ours, e) != ERR_OK)
        return e->kind;
    if (memcmp(&ours, &r->chain, sizeof ours) != 0)
        return err_fail(
            e, ERR_CONFLICT,
            "the registry holds other entries under this laptop's numbers: the database was copied "
            "or put back to an older state; tell the ministry");
    return ERR_OK;
}

enum err receive_points(const struct sync_options *o, const void *bytes, size_t len, struct receipt *out,
                        struct errctx *e)
{
    struct taking t = {.o = o, .of = o->me->number};
    enum err result = link_load(o->db, &t.state, e);
    if (result == ERR_OK && read_receipt(&t, bytes, len, e) != ERR_OK)
        result = err_wrap(e, "no receipt of registry \"%s\"", t.state.registry.name);
    if (result == ERR_OK)
        *out = t.receipt;
    container_done(&t.container);
    return result;
}

static bool is_news(const struct taking *t, bool fresh)
{
    const struct receipt *r = &t->receipt;
    if (fresh || r->at > t->state.receipt_at)
        return true;
    return r->at == t->state.receipt_at && r->upto > t->state.upto;
}

static enum err keep_disposition(void *arg, int64_t number, enum disposition is, const char *findings_json,
                                 struct errctx *e)
{
    const struct taking *t = arg;
    return state_set_disposition(t->o->db, number, is, findings_json, t->receipt.at, e);
}

static enum err apply(struct taking *t, const void *bytes, size_t len, bool fresh, struct errctx *e)
{
    struct db *db = t->o->db;
    const struct state_packed packed = {.bytes = bytes, .len = len, .now = t->o->now(), .fresh = fresh};
    t->news = is_news(t, fresh);
    if (t->news && (state_set_receipt(db, &t->receipt, &packed, e) != ERR_OK ||
                    past_learn(db, &t->receipt, e) != ERR_OK))
        return e->kind;
    if (t->receipt.last == 0)
        return ERR_OK;
    if (state_accept(db, &t->receipt, e) != ERR_OK)
        return e->kind;
    if (receipt_read(&t->container, &t->receipt, keep_disposition, t, e) != ERR_OK ||
        state_judged(db, &t->receipt, e) != ERR_OK)
        return e->kind;
    return t->o->judged ? t->o->judged(t->o->told_arg, e) : ERR_OK;
}

/* The words of the first finding, for people. */
static const char *first_words(const struct cJSON *findings)
{
    const char *words = json_get_str(cJSON_GetArrayItem(findings, 0), "text");
    return words ? words : "";
}

static enum err tell_disposition(void *arg, int64_t number, enum disposition is, const char *findings_json,
                                 struct errctx *e)
{
    (void)e;
    const struct taking *t = arg;
    struct cJSON *findings = NULL;
    struct errctx ignored;
    if (findings_json && json_read(findings_json, strlen(findings_json), &findings, &ignored) != ERR_OK)
        findings = NULL;
    bool returned = is == DISPOSITION_RETURNED;
    if (returned)
        t->result->returned++;
    else if (is != DISPOSITION_ACCEPTED)
        t->result->flagged++;
    if (is != DISPOSITION_ACCEPTED)
        tell(t, returned ? SYNC_RETURNED : SYNC_FLAGGED, number, first_words(findings));
    json_free(findings);
    return ERR_OK;
}

/* Only what is committed is told. */
static void tell_all(struct taking *t)
{
    struct errctx ignored;
    int64_t before = t->state.upto;
    if (t->news && t->receipt.upto > before)
        t->result->sent += t->receipt.upto - before;
    if (t->news && t->receipt.upto < before)
        tell(t, SYNC_RESENDING, t->receipt.upto,
             N_("the registry was put back to an older state: what it lost is sent again"));
    enum err told = receipt_read(&t->container, &t->receipt, tell_disposition, t, &ignored);
    (void)told;
}

enum err receive_receipt(const struct sync_options *o, const void *bytes, size_t len, bool fresh,
                         struct sync_result *result, bool *news, struct errctx *e)
{
    struct taking t = {.o = o, .of = o->me->number, .result = result};
    if (db_begin(o->db, e) != ERR_OK)
        return e->kind;
    enum err outcome = link_load(o->db, &t.state, e);
    if (outcome == ERR_OK && !t.state.known)
        outcome = err_fail(e, ERR_CONFIG, "no registry is known yet: enrol first");
    if (outcome == ERR_OK && read_receipt(&t, bytes, len, e) != ERR_OK)
        outcome = err_wrap(e, "no receipt of registry \"%s\"", t.state.registry.name);
    if (outcome == ERR_OK)
        outcome = check_chain(&t, e);
    if (outcome == ERR_OK)
        outcome = apply(&t, bytes, len, fresh, e);
    if (outcome == ERR_OK)
        outcome = db_commit(o->db, e);
    else
        db_rollback(o->db);
    if (outcome == ERR_OK)
        tell_all(&t);
    *news = t.news;
    container_done(&t.container);
    return outcome;
}

/* --- what came of entries whose receipt was lost, or went elsewhere */

static enum err keep_past_disposition(void *arg, int64_t number, enum disposition is,
                                      const char *findings_json, struct errctx *e)
{
    const struct taking *t = arg;
    return state_set_past_disposition(t->o->db, ident_make(t->of, (uint32_t)number), is, findings_json,
                                      t->receipt.at, e);
}

static enum err is_ours(const struct taking *t, bool *out, struct errctx *e)
{
    const struct receipt *r = &t->receipt;
    struct chain ours;
    *out = false;
    /* Of a registry as it was before it was put back: that one may judge otherwise. */
    if (strcmp(r->incarnation, t->state.incarnation) != 0)
        return ERR_OK;
    if (r->last == 0 || r->point_count != 1 || r->points[0].number != r->last)
        return ERR_OK;
    if (t->of != t->o->me->number)
        return past_is_ours(t->o->db, t->of, &r->points[0], out, e);
    if (journal_chain_at(t->o->db, t->o->me->key, r->last, &ours, e) != ERR_OK)
        return e->kind == ERR_NOT_FOUND ? ERR_OK : e->kind;
    *out = memcmp(&ours, &r->points[0].chain, sizeof ours) == 0;
    return ERR_OK;
}

static enum err apply_judgement(struct taking *t, struct errctx *e)
{
    struct db *db = t->o->db;
    enum err result = ERR_OK;
    if (t->of == t->o->me->number) {
        if (state_accept(db, &t->receipt, e) != ERR_OK ||
            receipt_read(&t->container, &t->receipt, keep_disposition, t, e) != ERR_OK)
            return e->kind;
        result = state_judged(db, &t->receipt, e);
    } else {
        if (state_accept_past(db, &t->receipt, e) != ERR_OK ||
            receipt_read(&t->container, &t->receipt, keep_past_disposition, t, e) != ERR_OK)
            return e->kind;
        result = state_judged_past(db, &t->receipt, e);
    }
    return result == ERR_OK && t->o->judged ? t->o->judged(t->o->told_arg, e) : result;
}

enum err receive_judgement(const struct sync_options *o, uint32_t device, const void *bytes, size_t len,
                           struct sync_result *result, int64_t *last, struct errctx *e)
{
    struct taking t = {.o = o, .of = device, .result = result};
    bool ours = false;
    struct errctx ignored;
    *last = 0;
    if (db_begin(o->db, e) != ERR_OK)
        return e->kind;
    enum err outcome = link_load(o->db, &t.state, e);
    if (outcome == ERR_OK && read_receipt(&t, bytes, len, e) != ERR_OK)
        outcome = err_wrap(e, "no receipt of registry \"%s\"", t.state.registry.name);
    if (outcome == ERR_OK)
        outcome = is_ours(&t, &ours, e);
    if (outcome == ERR_OK && ours)
        outcome = apply_judgement(&t, e);
    if (outcome == ERR_OK)
        outcome = db_commit(o->db, e);
    else
        db_rollback(o->db);
    if (outcome == ERR_OK && ours) {
        enum err told = receipt_read(&t.container, &t.receipt, tell_disposition, &t, &ignored);
        (void)told;
        *last = t.receipt.last;
    }
    container_done(&t.container);
    return outcome;
}

/* --- invitations */

/* Districts, licence kinds and rules of one country mean nothing in another. */
static enum err check_country(const struct sync_options *o, const struct invitation *i, struct errctx *e)
{
    struct buf name = {0};
    struct buf country = {0};
    enum err result = state_laptop(o->db, &name, &country, e);
    if (result == ERR_OK && strcmp(buf_str(&country), i->country) != 0)
        result =
            err_fail(e, ERR_DENIED,
                     "\"%s\" is a registry of country %s, this laptop's records are of %s: make a database "
                     "for that country",
                     i->name, i->country, buf_str(&country));
    buf_done(&country);
    buf_done(&name);
    return result;
}

static enum err check_invitation(const struct sync_options *o, const struct invitation *i, const char *code,
                                 struct errctx *e)
{
    if (code[0] && !invitation_code_fits(code, i->key))
        return err_fail(e, ERR_PROTOCOL,
                        "\"%s\" is not the registry that wrote the invitation code, or the code was mistyped",
                        i->name);
    if (i->training && !o->training)
        return err_fail(e, ERR_DENIED,
                        "\"%s\" is a registry for training: real records must not be sent there", i->name);
    if (!i->training && o->training)
        return err_fail(e, ERR_DENIED, "this database is for training: no real registry takes it");
    return o->training ? ERR_OK : check_country(o, i, e);
}

static enum err keep_invitation(const struct sync_options *o, const struct state_registry *from,
                                const uint8_t key[KEY_BYTES], struct errctx *e)
{
    struct link_state state;
    if (link_load(o->db, &state, e) != ERR_OK)
        return e->kind;
    bool same = state.known && memcmp(state.registry.key, key, KEY_BYTES) == 0;
    if (!same && state.enrolled)
        return err_fail(e, ERR_CONFLICT, "this laptop is enrolled with registry \"%s\" already",
                        state.registry.name);
    return state_set_registry(o->db, from, same, e);
}

static enum err read_invitation(const struct buf *packed, struct invitation *out, struct errctx *e)
{
    struct container c;
    enum err result = state_unpack(packed->data, packed->len, &c, e);
    if (result == ERR_OK && strcmp(c.kind, "invitation/1") != 0)
        result = err_fail(e, ERR_PROTOCOL, "it is of another kind");
    if (result == ERR_OK)
        result = invitation_read(&c, out, e);
    container_done(&c);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "no invitation of a registry");
}

enum err receive_invitation(const struct sync_options *o, const struct state_registry *from,
                            struct invitation *out, struct errctx *e)
{
    struct buf url = {0};
    struct state_registry to_keep = *from;
    enum err result = read_invitation(from->packed, out, e);
    if (result != ERR_OK)
        return result;
    if (!from->code[0])
        to_keep.code = out->code;
    result = check_invitation(o, out, to_keep.code, e);
    if (result == ERR_OK && !from->url[0] && out->url[0])
        result = link_normal_url(out->url, &url, e);
    if (url.len > 0)
        to_keep.url = buf_str(&url);
    if (result == ERR_OK)
        result = db_begin(o->db, e);
    if (result == ERR_OK) {
        result = keep_invitation(o, &to_keep, out->key, e);
        if (result == ERR_OK)
            result = db_commit(o->db, e);
        else
            db_rollback(o->db);
    }
    buf_done(&url);
    return result;
}

enum err sync_accept_invitation(const struct sync_options *o, const void *bytes, size_t len,
                                struct invitation *out, struct errctx *e)
{
    struct invitation taken;
    struct buf packed = {0};
    buf_put(&packed, bytes, len);
    struct state_registry from = {.packed = &packed, .url = "", .code = ""};
    enum err result = receive_invitation(o, &from, &taken, e);
    buf_done(&packed);
    if (out)
        *out = taken;
    return result;
}

/* --- files */

/* What the file tells of the place may leave a stretch open. What lies in it is written again; the registry
 * knows what it holds already. */
static enum err mend_by_file(const struct sync_options *o, const void *bytes, size_t len,
                             struct sync_result *result, struct errctx *e)
{
    struct receipt receipt;
    struct fork place = {0};
    struct link_state state;
    struct journal_head head;
    if (receive_points(o, bytes, len, &receipt, e) != ERR_OK || link_load(o->db, &state, e) != ERR_OK ||
        journal_head(o->db, o->me->key, &head, e) != ERR_OK ||
        fork_narrow(o->db, o->me->key, &receipt, &place, e) != ERR_OK)
        return e->kind;
    if (place.is_other_key)
        return fork_become(o, ADOPT_CODE_TAKEN, 0, result, e);
    /* Up to there another receipt covered it. */
    if (place.lo < state.upto && state.upto < place.hi)
        place.lo = state.upto;
    return fork_become(o, ADOPT_COPIED, place.lo < head.number ? place.lo : head.number, result, e);
}

/* The registry was put back, and lacks what earlier lives of this laptop wrote. */
static enum err mend_past(const struct sync_options *o, enum received *what, struct sync_result *result,
                          struct errctx *e)
{
    struct link_state state;
    bool lacks = false;
    if (!o->become)
        return ERR_OK;
    if (past_is_lacking(o->db, &lacks, e) != ERR_OK || link_load(o->db, &state, e) != ERR_OK)
        return e->kind;
    if (!lacks)
        return ERR_OK;
    *what = RECEIVED_LOSS;
    return fork_become(o, ADOPT_FORGOTTEN, state.upto, result, e);
}

/* It was written then and read now: our clock is at least so much slow. */
static enum err measure_clock(const struct sync_options *o, struct errctx *e)
{
    struct link_state state;
    int64_t now = o->now();
    if (link_load(o->db, &state, e) != ERR_OK)
        return e->kind;
    return o->measured(o->told_arg, state.receipt_at - now, true, now, e);
}

enum err sync_receive(const struct sync_options *o, const void *bytes, size_t len, enum received *what,
                      struct sync_result *out, struct errctx *e)
{
    return sync_receive_file(o, NULL, bytes, len, what, out, e);
}

static enum err keep_sealed(const struct sync_options *o, const char *name, const void *bytes, size_t len,
                            enum received *what, struct errctx *e)
{
    bool news = false;
    if (!name)
        return err_fail(e, ERR_INVALID, "it is a sealed batch: only the registry can open it");
    if (courier_keep(o, name, bytes, len, &news, e) != ERR_OK)
        return e->kind;
    size_t tail = strlen(COURIER_COPY_ENDING);
    bool copy = strlen(name) > tail && strcmp(name + strlen(name) - tail, COURIER_COPY_ENDING) == 0;
    *what = !news ? RECEIVED_OLD_NEWS : copy ? RECEIVED_COPY : RECEIVED_PARCEL;
    return ERR_OK;
}

/* Whether it is a receipt that some other laptop waits for. */
static bool is_for_another(const struct sync_options *o, const void *bytes, size_t len)
{
    struct errctx ignored;
    struct container c;
    struct receipt r = {.device = o->me->number};
    bool read = state_unpack(bytes, len, &c, &ignored) == ERR_OK && strcmp(c.kind, "receipt/1") == 0 &&
                receipt_read(&c, &r, NULL, NULL, &ignored) == ERR_OK;
    container_done(&c);
    return read && r.device != o->me->number;
}

static enum err take_file(const struct sync_options *o, const char *name, const void *bytes, size_t len,
                          enum received *what, struct sync_result *result, struct errctx *e)
{
    uint32_t to = 0;
    if (container_is_sealed(bytes, len, &to))
        return keep_sealed(o, name, bytes, len, what, e);
    struct container c;
    enum err outcome = state_unpack(bytes, len, &c, e);
    bool is_batch = outcome == ERR_OK && strcmp(c.kind, "batch/1") == 0;
    bool is_invitation = outcome == ERR_OK && strcmp(c.kind, "invitation/1") == 0;
    bool is_feed = outcome == ERR_OK && strcmp(c.kind, "feed/1") == 0;
    container_done(&c);
    if (outcome != ERR_OK)
        return outcome;
    if (is_batch)
        return err_fail(e, ERR_INVALID, "it is a batch: it belongs to the registry");
    *what = RECEIVED_INVITATION;
    if (is_invitation)
        return sync_accept_invitation(o, bytes, len, NULL, e);
    bool news = false;
    if (name && !is_feed && is_for_another(o, bytes, len)) {
        outcome = courier_keep_receipt(o, bytes, len, &news, e);
        *what = news ? RECEIVED_FOREIGN_RECEIPT : RECEIVED_OLD_NEWS;
        return outcome;
    }
    if (is_feed) {
        const struct pull_page page = {bytes, len, .asked = false};
        struct feed_header header;
        outcome = pull_take(o, &page, &header, result, e);
        *what = result->told > 0 ? RECEIVED_FEED : RECEIVED_OLD_NEWS;
        return outcome;
    }
    outcome = receive_receipt(o, bytes, len, false, result, &news, e);
    if (outcome == ERR_OK && news && o->measured)
        outcome = measure_clock(o, e);
    *what = news ? RECEIVED_RECEIPT : RECEIVED_OLD_NEWS;
    if (outcome == ERR_OK && news)
        return mend_past(o, what, result, e);
    if (outcome == ERR_CONFLICT && o->become) {
        *what = RECEIVED_FORK;
        return mend_by_file(o, bytes, len, result, e);
    }
    return outcome;
}

/* Another program may have made this database another device before we had the lock. */
static enum err check_device(const struct sync_options *o, struct errctx *e)
{
    int64_t device = 0;
    if (db_one_int(o->db, "SELECT device FROM laptop", 0, &device, e) != ERR_OK)
        return e->kind;
    return device == (int64_t)o->me->number
               ? ERR_OK
               : err_fail(e, ERR_BUSY, "this laptop has just become another device: receive the file again");
}

enum err sync_receive_file(const struct sync_options *o, const char *name, const void *bytes, size_t len,
                           enum received *what, struct sync_result *out, struct errctx *e)
{
    struct sync_result nobody_asks = {0};
    struct sync_result *result = out ? out : &nobody_asks;
    struct lock lock = LOCK_NONE;
    *result = (struct sync_result){0};
    /* What a receipt says may make this database another device: not beside a sync, nor twice. */
    if (lock_take(&lock, db_path(o->db), LOCK_SYNC, o->now(), e) != ERR_OK)
        return e->kind;
    enum err outcome = check_device(o, e);
    if (outcome == ERR_OK)
        outcome = take_file(o, name, bytes, len, what, result, e);
    lock_drop(&lock);
    return outcome;
}

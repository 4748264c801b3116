#include "app/field/store/pins.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/field/store/inside.h"
#include "schema/base/file.h"

enum {
    PIN_SECRET_BYTES = 32,
    SECRET_NAME_BYTES = 8,
    SECRET_FILE_BYTES = 2 * PIN_SECRET_BYTES + 1, /* digits and a line break */
};

struct secret {
    uint8_t bytes[PIN_SECRET_BYTES];
    uint8_t name[SECRET_NAME_BYTES];
};

enum pin_sql {
    SQL_GUARDED,
    SQL_READ,
    SQL_COUNT,
    SQL_RIGHT,
    SQL_PUT,
    SQL_DROP,
    PIN_SQL_COUNT
};

static const char *const SQL[PIN_SQL_COUNT] = {
    [SQL_GUARDED] =
        "SELECT 1 FROM pin p JOIN officer o ON o.id = p.officer WHERE o.void = 0 AND o.active = 1 LIMIT 1",
    [SQL_READ] = "SELECT hash, secret, wrong, boot, up_s FROM pin WHERE officer = :officer",
    [SQL_COUNT] = "UPDATE pin SET wrong = wrong + 1, boot = :boot, up_s = :up_s WHERE officer = :officer",
    [SQL_RIGHT] = "UPDATE pin SET wrong = 0 WHERE officer = :officer",
    [SQL_PUT] = "INSERT OR REPLACE INTO pin (officer, hash, secret) VALUES (:officer, :hash, :secret)",
    [SQL_DROP] = "DELETE FROM pin WHERE officer = :officer",
};

/* --- waiting */

struct pin_clock pin_clock_now(void)
{
    struct pin_clock now = {0};
    struct timespec up = {0};
    struct buf id = {0};
    struct errctx e;
    /* Time asleep counts: that is what a closed lid is. */
    (void)clock_gettime(CLOCK_BOOTTIME, &up);
    now.up_s = (int64_t)up.tv_sec;
    if (file_read("/proc/sys/kernel/random/boot_id", sizeof now.boot - 1, &id, &e) == ERR_OK)
        memcpy(now.boot, id.data, strcspn(buf_str(&id), "\n"));
    buf_done(&id);
    return now;
}

int64_t pin_wait_s(int64_t wrong, const struct pin_clock *then, const struct pin_clock *now)
{
    int64_t wait = PIN_FIRST_WAIT_S;
    if (wrong <= PIN_FREE_TRIES)
        return 0;
    for (int64_t i = PIN_FREE_TRIES + 1; i < wrong && wait < PIN_MOST_WAIT_S; i++)
        wait *= 2;
    if (wait > PIN_MOST_WAIT_S)
        wait = PIN_MOST_WAIT_S;
    bool same_start = strcmp(then->boot, now->boot) == 0 && now->up_s >= then->up_s;
    int64_t passed = now->up_s - (same_start ? then->up_s : 0);
    return passed < wait ? wait - passed : 0;
}

/* --- which PINs are taken */

/* Every digit BY more than the one before, 0 following 9. */
static bool runs(const char *pin, int by)
{
    for (size_t i = 1; pin[i]; i++) {
        if ((pin[i] - pin[i - 1] - by + 10) % 10 != 0)
            return false;
    }
    return true;
}

static bool repeats_a_pair(const char *pin)
{
    for (size_t i = 2; pin[i]; i++) {
        if (pin[i] != pin[i - 2])
            return false;
    }
    return true;
}

enum err pin_check(const char *pin, struct errctx *e)
{
    size_t digits = strspn(pin, "0123456789");
    if (pin[digits] || digits < PIN_LEAST_DIGITS || digits > PIN_MOST_DIGITS)
        return err_fail(e, ERR_INVALID, "PIN: must have %d to %d digits and nothing else", PIN_LEAST_DIGITS,
                        PIN_MOST_DIGITS);
    if (runs(pin, 0) || runs(pin, 1) || runs(pin, -1) || repeats_a_pair(pin))
        return err_fail(e, ERR_INVALID, "PIN: is one that everybody tries first; choose another");
    return ERR_OK;
}

/* --- the secret beside the database */

static char *secret_path(const struct store *s)
{
    char *key = store_key_path(db_path(s->db));
    struct buf path = {0};
    buf_put(&path, key, strlen(key) - strlen("key"));
    buf_puts(&path, "pin");
    free(key);
    return buf_steal(&path);
}

static void name_secret(struct secret *secret)
{
    uint8_t hash[crypto_generichash_BYTES];
    (void)crypto_generichash(hash, sizeof hash, secret->bytes, PIN_SECRET_BYTES, NULL, 0);
    memcpy(secret->name, hash, sizeof secret->name);
}

static enum err read_secret(const char *path, struct secret *out, struct errctx *e)
{
    struct buf file = {0};
    size_t len = 0;
    enum err result = file_read(path, SECRET_FILE_BYTES, &file, e);
    if (result == ERR_OK && (file.len != SECRET_FILE_BYTES ||
                             sodium_hex2bin(out->bytes, PIN_SECRET_BYTES, file.data, 2 * PIN_SECRET_BYTES,
                                            NULL, &len, NULL) != 0 ||
                             len != PIN_SECRET_BYTES))
        result = err_fail(e, ERR_CONFIG, "\"%s\" is not the secret of PINs, or is damaged", path);
    if (file.data)
        sodium_memzero(file.data, file.size);
    buf_done(&file);
    if (result == ERR_OK)
        name_secret(out);
    return result;
}

static enum err make_secret(const char *path, struct secret *out, struct errctx *e)
{
    char text[SECRET_FILE_BYTES + 1];
    randombytes_buf(out->bytes, PIN_SECRET_BYTES);
    (void)sodium_bin2hex(text, sizeof text, out->bytes, PIN_SECRET_BYTES);
    text[SECRET_FILE_BYTES - 1] = '\n';
    name_secret(out);
    enum err result = file_create(path, text, SECRET_FILE_BYTES, 0600, e);
    sodium_memzero(text, sizeof text);
    return result;
}

static enum err load_secret(const struct store *s, bool make, struct secret *out, struct errctx *e)
{
    char *path = secret_path(s);
    enum err result = read_secret(path, out, e);
    if (result == ERR_NOT_FOUND && make)
        result = make_secret(path, out, e);
    free(path);
    return result;
}

enum {
    KEYED_BYTES = 32
};

/* What Argon2id gets: nothing that could be guessed without the secret. */
static void key_pin(const struct secret *secret, const char *pin, char out[2 * KEYED_BYTES + 1])
{
    uint8_t keyed[KEYED_BYTES];
    (void)crypto_generichash(keyed, sizeof keyed, (const uint8_t *)pin, strlen(pin), secret->bytes,
                             PIN_SECRET_BYTES);
    (void)sodium_bin2hex(out, 2 * KEYED_BYTES + 1, keyed, sizeof keyed);
    sodium_memzero(keyed, sizeof keyed);
}

static enum err hash_pin(const struct secret *secret, const char *pin, char out[crypto_pwhash_STRBYTES],
                         struct errctx *e)
{
    char keyed[2 * KEYED_BYTES + 1];
    key_pin(secret, pin, keyed);
    int failed = crypto_pwhash_str(out, keyed, strlen(keyed), PIN_PASSES, PIN_MEMORY_BYTES);
    sodium_memzero(keyed, sizeof keyed);
    return failed ? err_fail(e, ERR_IO, "no memory to hash a PIN: close other programs") : ERR_OK;
}

static bool fits(const struct secret *secret, const char *pin, const char *hash)
{
    char keyed[2 * KEYED_BYTES + 1];
    key_pin(secret, pin, keyed);
    bool same = crypto_pwhash_str_verify(hash, keyed, strlen(keyed)) == 0;
    sodium_memzero(keyed, sizeof keyed);
    return same;
}

/* --- questions */

enum err pins_guarded(struct store *s, bool *out, struct errctx *e)
{
    int64_t any = 0;
    enum err result = db_one_int(s->db, SQL[SQL_GUARDED], 0, &any, e);
    *out = any != 0;
    return result;
}

/* --- a try */

struct held {
    char hash[crypto_pwhash_STRBYTES];
    uint8_t secret[SECRET_NAME_BYTES];
    int64_t wrong;
    struct pin_clock tried;
    bool found;
};

static enum err read_held(struct store *s, int64_t officer, struct held *out, struct errctx *e)
{
    struct stmt *stmt = NULL;
    size_t len = 0;
    *out = (struct held){0};
    if (db_prepare(s->db, SQL[SQL_READ], &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":officer", officer);
    enum err result = stmt_step(stmt, &out->found, e);
    if (result == ERR_OK && out->found) {
        (void)snprintf(out->hash, sizeof out->hash, "%s", stmt_text(stmt, 0));
        memcpy(out->secret, stmt_blob(stmt, 1, &len), SECRET_NAME_BYTES);
        out->wrong = stmt_int(stmt, 2);
        (void)snprintf(out->tried.boot, sizeof out->tried.boot, "%s", stmt_text(stmt, 3));
        out->tried.up_s = stmt_int(stmt, 4);
    }
    stmt_done(stmt);
    return result;
}

static enum err run(struct store *s, enum pin_sql which, int64_t officer, const struct pin_clock *now,
                    struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, SQL[which], &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":officer", officer);
    if (now) {
        stmt_bind_text(stmt, ":boot", now->boot);
        stmt_bind_int(stmt, ":up_s", now->up_s);
    }
    return stmt_run(stmt, e);
}

static enum err still_waits(const struct officer *officer, int64_t wait_s, struct errctx *e)
{
    return err_fail(e, ERR_BUSY, "officer \"%s\": too many wrong PINs; wait %lld s", officer->login,
                    (long long)wait_s);
}

/* Reads what is held, and counts the try when it may be made. */
static enum err begin_try(struct store *s, const struct officer *officer, const struct pin_clock *now,
                          struct held *out, int64_t *out_wait_s, struct errctx *e)
{
    enum err result = db_begin(s->db, e);
    if (result == ERR_OK)
        result = read_held(s, officer->id, out, e);
    if (result == ERR_OK && out->found) {
        *out_wait_s = pin_wait_s(out->wrong, &out->tried, now);
        result =
            *out_wait_s > 0 ? still_waits(officer, *out_wait_s, e) : run(s, SQL_COUNT, officer->id, now, e);
    }
    if (result == ERR_OK)
        result = db_commit(s->db, e);
    db_rollback(s->db);
    return result;
}

static enum err judge(struct store *s, const struct officer *officer, const char *pin,
                      const struct held *held, struct errctx *e)
{
    struct secret secret;
    struct errctx uncounted;
    enum err result = load_secret(s, false, &secret, e);
    if (result == ERR_NOT_FOUND ||
        (result == ERR_OK && memcmp(secret.name, held->secret, SECRET_NAME_BYTES) != 0))
        result =
            err_fail(e, ERR_CONFIG,
                     "officer \"%s\": the PINs of this database were made on another laptop; an admin sets "
                     "one anew: alluvia officer pin LOGIN --recover",
                     officer->login);
    bool right = result == ERR_OK && fits(&secret, pin, held->hash);
    sodium_memzero(&secret, sizeof secret);
    if (result == ERR_OK && !right)
        return err_fail(e, ERR_DENIED, "officer \"%s\": that is not the PIN", officer->login);
    /* What cannot be written keeps nobody from reading. */
    if (right && run(s, SQL_RIGHT, officer->id, NULL, &uncounted) != ERR_OK)
        return ERR_OK;
    return result;
}

enum err pins_try(struct store *s, const struct officer *officer, const char *pin,
                  const struct pin_clock *now, int64_t *out_wait_s, struct errctx *e)
{
    struct held held = {0};
    const struct timespec pause = {.tv_sec = PIN_UNCOUNTED_PAUSE_S};
    *out_wait_s = 0;
    enum err result = begin_try(s, officer, now, &held, out_wait_s, e);
    if (result == ERR_IO || result == ERR_DB) {
        if (read_held(s, officer->id, &held, e) != ERR_OK)
            return e->kind;
        (void)nanosleep(&pause, NULL);
        result = ERR_OK;
    }
    if (result != ERR_OK || !held.found)
        return result;
    result = judge(s, officer, pin, &held, e);
    if (result == ERR_DENIED)
        *out_wait_s = pin_wait_s(held.wrong + 1, now, now);
    return result;
}

enum err pins_wait(struct store *s, int64_t officer, const struct pin_clock *now, int64_t *out_s,
                   struct errctx *e)
{
    struct held held;
    *out_s = 0;
    if (read_held(s, officer, &held, e) != ERR_OK)
        return e->kind;
    *out_s = held.found ? pin_wait_s(held.wrong, &held.tried, now) : 0;
    return ERR_OK;
}

/* --- setting one */

struct change {
    struct store *store;
    int64_t officer;
    const char *hash; /* NULL: none any more */
    const struct secret *secret;
};

static enum err write_change(void *arg, struct errctx *e)
{
    const struct change *c = arg;
    struct stmt *stmt = NULL;
    if (!c->hash)
        return run(c->store, SQL_DROP, c->officer, NULL, e);
    if (db_prepare(c->store->db, SQL[SQL_PUT], &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":officer", c->officer);
    stmt_bind_text(stmt, ":hash", c->hash);
    stmt_bind_blob(stmt, ":secret", c->secret->name, SECRET_NAME_BYTES);
    return stmt_run(stmt, e);
}

static enum err write_entry(struct change *c, const struct author *by, const char *account, struct errctx *e)
{
    struct entry entry;
    const struct author nobody = {.login = "-", .now = by->now};
    entry_init(&entry);
    entry.op = OP_PIN;
    entry.id = c->officer;
    entry.pin = c->hash ? PIN_SET : PIN_CLEARED;
    record_init(&entry.record, &ENTITIES[ENTITY_OFFICER]);
    if (account)
        entry.source = str_dup(account);
    enum err result = store_note_entry(c->store, &entry, account ? &nobody : by, write_change, c, e);
    entry_done(&entry);
    return result;
}

enum err pins_set(struct store *s, int64_t officer, const char *pin, const struct author *by,
                  const char *account, struct errctx *e)
{
    struct row row = {0};
    struct secret secret;
    char hash[crypto_pwhash_STRBYTES] = "";
    struct change change = {.store = s, .officer = officer, .hash = pin ? hash : NULL, .secret = &secret};
    if (!account && s->who.id != officer && store_may(s, ROLE_ADMIN, e) != ERR_OK)
        return e->kind;
    if (rows_load(s->db, ENTITY_OFFICER, officer, &row, e) != ERR_OK)
        return e->kind;
    bool voided = row.voided;
    row_done(&row);
    if (voided)
        return err_fail(e, ERR_INVALID, "the officer is void");
    enum err result = pin ? pin_check(pin, e) : ERR_OK;
    if (result == ERR_OK && pin)
        result = load_secret(s, true, &secret, e);
    if (result == ERR_OK && pin)
        result = hash_pin(&secret, pin, hash, e);
    if (result == ERR_OK)
        result = write_entry(&change, by, account, e);
    sodium_memzero(&secret, sizeof secret);
    sodium_memzero(hash, sizeof hash);
    return result;
}

/* --- passes */

enum {
    PASS_BYTES = 16 + 16 + ENTRY_AUTHOR_BYTES + 2 * crypto_generichash_BYTES,
};

/* "LOGIN PARENT UP_S MAC" */
static enum err put_pass(struct store *s, const char *login, long parent, int64_t up_s, struct buf *out,
                         struct errctx *e)
{
    struct secret secret;
    uint8_t mac[crypto_generichash_BYTES];
    char hex[2 * sizeof mac + 1];
    struct buf said = {0};
    char *path = secret_path(s);
    enum err result = read_secret(path, &secret, e);
    free(path);
    if (result != ERR_OK)
        return result;
    buf_printf(&said, "%s %ld %" PRId64, login, parent, up_s);
    (void)crypto_generichash(mac, sizeof mac, (const uint8_t *)said.data, said.len, secret.bytes,
                             PIN_SECRET_BYTES);
    buf_printf(out, "%s %s", buf_str(&said), sodium_bin2hex(hex, sizeof hex, mac, sizeof mac));
    sodium_memzero(&secret, sizeof secret);
    buf_done(&said);
    return ERR_OK;
}

enum err pins_pass(struct store *s, const char *login, struct buf *out, struct errctx *e)
{
    return put_pass(s, login, (long)getpid(), pin_clock_now().up_s, out, e);
}

bool pins_pass_holds(struct store *s, const char *login, const char *pass)
{
    struct buf right = {0};
    struct errctx e;
    const char *number = strchr(pass, ' ');
    const char *up = number ? strchr(number + 1, ' ') : NULL;
    int64_t made = up ? strtoll(up + 1, NULL, 10) : 0;
    int64_t now = pin_clock_now().up_s;
    bool holds = up && strlen(pass) < PASS_BYTES && made <= now && now - made <= PIN_PASS_S &&
                 put_pass(s, login, (long)getppid(), made, &right, &e) == ERR_OK &&
                 right.len == strlen(pass) && sodium_memcmp(right.data, pass, right.len) == 0;
    buf_done(&right);
    return holds;
}

/* Later lives of laptops: who follows whom, who vouches for it, and what was written again. */
#include "app/registry/store/feed.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"

enum {
    MOST_LIVES = 64 /* of one laptop: a longer line of predecessors is not followed */
};

/* --- twins */

/* Of the batch in hand those before the entry in hand are here too, as when it came in. */
#define HELD_THEN "FROM entry WHERE id = :id AND (batch < :before OR (batch = :before AND id <= :upto))"

/* The first column of SQL, which ends with HELD_THEN. */
static enum err find_held(struct registry_store *s, const char *sql, int64_t address, struct buf *out,
                          struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":id", address);
    stmt_bind_int(stmt, ":before", s->twins_before);
    stmt_bind_int(stmt, ":upto", s->twins_upto);
    return twin_take_line(stmt, out, e);
}

static enum err find_line(void *arg, int64_t address, struct buf *out, struct errctx *e)
{
    static const char sql[] = "SELECT bytes " HELD_THEN;
    return find_held(arg, sql, address, out, e);
}

/* The step to ORIGIN along WRITER's line of predecessors, somebody vouching for each before it.
 * ERR_NOT_FOUND. */
static enum err find_step(struct registry_store *s, uint32_t writer, uint32_t origin,
                          struct ledger_successor *out, struct errctx *e)
{
    *out = (struct ledger_successor){.predecessor = writer};
    for (int i = 0; i < MOST_LIVES; i++) {
        if (s->ledger.successor(s, out->predecessor, out, e) != ERR_OK)
            return e->kind;
        if (out->predecessor == origin)
            return ERR_OK;
        if (out->vouched == VOUCHED_NOBODY)
            break;
    }
    return err_fail(e, ERR_NOT_FOUND, "the device names no predecessor");
}

static enum err follows(void *arg, uint32_t writer, uint32_t origin, bool *out, struct errctx *e)
{
    struct ledger_successor step;
    enum err result = find_step(arg, writer, origin, &step, e);
    *out = result == ERR_OK && step.vouched != VOUCHED_NOBODY;
    return result == ERR_NOT_FOUND ? ERR_OK : result;
}

static enum err start_of(struct registry_store *s, uint32_t device, struct chain *out, struct errctx *e)
{
    struct ledger_device known;
    if (s->ledger.device(s, device, &known, e) != ERR_OK)
        return e->kind;
    chain_start(known.key, out);
    return ERR_OK;
}

/* Along WRITER's line the first step that nobody vouches for tells: what is said of the one before it, or of
 * those before that one, is told apart by the key of the one who says it, and when that one left its code to
 * another device, by the key that it had. Without such a step the line ends at a device of which nothing has
 * come yet. */
static enum err namesake(void *arg, uint32_t writer, uint32_t origin, struct chain *out, struct errctx *e)
{
    struct registry_store *s = arg;
    struct ledger_successor step = {.predecessor = writer};
    enum err result = writer == origin ? ERR_NOT_FOUND : find_step(s, writer, origin, &step, e);
    if (result != ERR_OK && result != ERR_NOT_FOUND)
        return result;
    if (step.vouched != VOUCHED_NOBODY)
        return start_of(s, step.predecessor, out, e);
    if (step.number > 0)
        return start_of(s, step.device, out, e);
    *out = step.chain;
    return ERR_OK;
}

/* Whether what is held of the predecessor is another branch, the work of a copied disk, where STEP parts from
 * it. As long as that is not here, it is taken to be the same. */
static enum err is_other_branch(struct registry_store *s, const struct ledger_successor *step, bool *out,
                                struct errctx *e)
{
    static const char sql[] = "SELECT chain " HELD_THEN;
    struct buf chain = {0};
    int64_t last = ident_make(step->predecessor, (uint32_t)step->number);
    enum err result = find_held(s, sql, last, &chain, e);
    *out = result == ERR_OK &&
           (chain.len != CHAIN_BYTES || memcmp(chain.data, step->chain.value, CHAIN_BYTES) != 0);
    buf_done(&chain);
    return result == ERR_NOT_FOUND ? ERR_OK : result;
}

static enum err of_earlier_life(void *lives, uint32_t writer, int64_t address, bool *out, struct errctx *e)
{
    struct ledger_successor step;
    bool other = false;
    enum err result = find_step(lives, writer, ident_device(address), &step, e);
    *out = false;
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    if (step.vouched == VOUCHED_NOBODY || (int64_t)ident_number(address) > step.number)
        return ERR_OK;
    result = is_other_branch(lives, &step, &other, e);
    *out = result == ERR_OK && !other;
    return result;
}

struct project_store lives_records(struct registry_store *from, struct db *into)
{
    struct project_store records = registry_records(into);
    records.of_earlier_life = of_earlier_life;
    records.lives = from;
    return records;
}

struct twins lives_twins(struct registry_store *from, struct db *into)
{
    return (struct twins){.db = into,
                          .line = find_line,
                          .follows = follows,
                          .of_earlier_life = of_earlier_life,
                          .namesake = namesake,
                          .arg = from};
}

void lives_forget(struct registry_store *s)
{
    twins_forget(&s->twins);
    s->followed_read = false;
}

/* --- who follows whom */

static enum vouched vouched_of(const char *word)
{
    for (int i = 0; i < VOUCHED_NOBODY; i++) {
        if (strcmp(vouched_word((enum vouched)i), word) == 0)
            return (enum vouched)i;
    }
    return VOUCHED_NOBODY;
}

#define SUCCESSOR_COLUMNS "device, predecessor, number, vouched, at, chain"

static void read_successor(struct stmt *stmt, struct ledger_successor *out)
{
    *out = (struct ledger_successor){.device = (uint32_t)stmt_int(stmt, 0),
                                     .predecessor = (uint32_t)stmt_int(stmt, 1),
                                     .number = stmt_int(stmt, 2),
                                     .vouched = vouched_of(stmt_text(stmt, 3)),
                                     .at = stmt_int(stmt, 4)};
    column_bytes(stmt, 5, out->chain.value, CHAIN_BYTES);
}

static enum err successor(void *arg, uint32_t device, struct ledger_successor *out, struct errctx *e)
{
    static const char sql[] = "SELECT " SUCCESSOR_COLUMNS " FROM successor WHERE device = :device";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", device);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row)
        read_successor(stmt, out);
    stmt_done(stmt);
    if (result == ERR_OK && !row)
        return err_fail(e, ERR_NOT_FOUND, "the device names no predecessor");
    return result;
}

enum err registry_store_successors(struct registry_store *s, uint32_t predecessor,
                                   enum err (*each)(void *, const struct ledger_successor *, struct errctx *),
                                   void *arg, struct errctx *e)
{
    static const char sql[] =
        "SELECT " SUCCESSOR_COLUMNS " FROM successor WHERE predecessor = :device ORDER BY at, device";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":device", predecessor);
    while (result == ERR_OK) {
        struct ledger_successor life;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        read_successor(stmt, &life);
        result = each(arg, &life, e);
    }
    stmt_done(stmt);
    return result;
}

static enum err keep_successor(struct registry_store *s, uint32_t device, const struct predecessor *p,
                               enum vouched vouched, int64_t now, struct errctx *e)
{
    static const char sql[] = "INSERT INTO successor (device, predecessor, number, chain, vouched, at) "
                              "VALUES (:device, :predecessor, :number, :chain, :vouched, :at)";
    struct stmt *stmt = NULL;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", device);
    stmt_bind_int(stmt, ":predecessor", p->device);
    stmt_bind_int(stmt, ":number", p->number);
    stmt_bind_blob(stmt, ":chain", p->chain.value, CHAIN_BYTES);
    stmt_bind_text(stmt, ":vouched", vouched_word(vouched));
    stmt_bind_int(stmt, ":at", now);
    return stmt_run(stmt, e);
}

static enum err add_successor(void *arg, uint32_t device, const struct predecessor *p, enum vouched vouched,
                              int64_t now, struct errctx *e)
{
    struct registry_store *s = arg;
    if (keep_successor(s, device, p, vouched, now, e) != ERR_OK)
        return e->kind;
    s->followed_read = false;
    return vouched == VOUCHED_NOBODY ? ERR_OK : feed_tell_life(s, p->device, p->number, now, e);
}

static enum err invited_after(void *arg, const uint8_t key[KEY_BYTES], uint32_t *out, struct errctx *e)
{
    static const char sql[] = "SELECT follows FROM invitation WHERE used_by = :key AND follows <> 0";
    struct registry_store *s = arg;
    struct stmt *stmt = NULL;
    bool row = false;
    *out = 0;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_blob(stmt, ":key", key, KEY_BYTES);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row)
        *out = (uint32_t)stmt_int(stmt, 0);
    stmt_done(stmt);
    return result;
}

/* --- what the feed asks for every entry */

static enum err read_followed(struct registry_store *s, struct errctx *e)
{
    static const char sql[] = "SELECT DISTINCT predecessor FROM successor WHERE vouched <> 'nobody'";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    s->followed_count = 0;
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        s->followed = mem_resize(s->followed, s->followed_count + 1, sizeof *s->followed);
        s->followed[s->followed_count++] = (uint32_t)stmt_int(stmt, 0);
    }
    stmt_done(stmt);
    s->followed_read = result == ERR_OK;
    return result;
}

enum err lives_is_followed(struct registry_store *s, uint32_t device, bool *out, struct errctx *e)
{
    *out = false;
    if (!s->followed_read && read_followed(s, e) != ERR_OK)
        return e->kind;
    for (size_t i = 0; i < s->followed_count && !*out; i++)
        *out = s->followed[i] == device;
    return ERR_OK;
}

void lives_init(struct registry_store *s)
{
    s->twins = lives_twins(s, s->db);
    s->twins_before = INT64_MAX;
    s->ledger.twins = &s->twins;
    s->ledger.successor = successor;
    s->ledger.add_successor = add_successor;
    s->ledger.invited_after = invited_after;
}

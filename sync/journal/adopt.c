#include "sync/journal/adopt.h"

#include <stdlib.h>
#include <string.h>

#include "schema/record/ident.h"
#include "schema/record/rows.h"
#include "sync/journal/twin.h"
#include "sync/journal/waiting.h"

static const char *const WORDS[] = {
    [ADOPT_RESTORED] = "restored",
    [ADOPT_COPIED] = "copied",
    [ADOPT_FORGOTTEN] = "forgotten",
    [ADOPT_CODE_TAKEN] = "code-taken",
};

const char *adopt_word(enum adopt_why why)
{
    return WORDS[why];
}

/* One of the entries that are written again. */
struct line {
    char *bytes;
    size_t len;
    int64_t becomes; /* its new address; 0 until it has one */
};

/* Entries of an earlier life that the registry lacks. */
struct lack {
    uint32_t device;
    int64_t first;
    struct line *lines; /* entries FIRST … in order */
    size_t count;
    size_t room;
};

struct work {
    struct db *db;
    const struct adoption *a;
    struct line *again; /* entries KEEP + 1 … in order */
    size_t again_count;
    size_t again_room;
    int64_t *told_behind; /* of the entries of others, in their order … */
    int64_t *told_turn;   /* … with their turns */
    size_t told_count;
    size_t told_room;
    size_t told_before; /* of those, how many came in before the entry in hand */
    struct journal_head head;
    struct lack *lacks; /* the oldest life first */
    size_t lack_count;
    struct lack sent;   /* entries 1 … KEEP, when something is lacking */
    int64_t *corrected; /* records whose references were set right */
    size_t corrected_count;
};

static void lines_done(struct line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(lines[i].bytes);
    free(lines);
}

static void work_done(struct work *w)
{
    lines_done(w->again, w->again_count);
    for (size_t i = 0; i < w->lack_count; i++)
        lines_done(w->lacks[i].lines, w->lacks[i].count);
    free(w->lacks);
    lines_done(w->sent.lines, w->sent.count);
    free(w->corrected);
    free(w->told_behind);
    free(w->told_turn);
}

/* --- the past: entries 1 … KEEP take their turns among those of others */

static enum err read_turns(struct work *w, struct errctx *e)
{
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(w->db, "SELECT turn, behind FROM foreign_entry ORDER BY turn", &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        if (w->told_count == w->told_room) {
            w->told_room = w->told_room ? w->told_room * 2 : 256;
            w->told_turn = mem_resize(w->told_turn, w->told_room, sizeof *w->told_turn);
            w->told_behind = mem_resize(w->told_behind, w->told_room, sizeof *w->told_behind);
        }
        w->told_turn[w->told_count] = stmt_int(stmt, 0);
        w->told_behind[w->told_count++] = stmt_int(stmt, 1);
    }
    stmt_done(stmt);
    return result;
}

/* What was taken in at turn T behind entry B comes to turn T + B, and entry N behind the last that came in
 * before it. By way of the negative numbers, since turns are unique at every moment. */
static const char MAKE_ROOM[] = "UPDATE foreign_entry SET turn = -(turn + behind), behind = 0;"
                                "UPDATE foreign_entry SET turn = -turn;";

static enum err keep_past(struct work *w, const struct journal_line *line, int64_t turn, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO foreign_entry (turn, id, record, behind, bytes, known_at, received_at) "
        "VALUES (:turn, :id, :record, 0, :bytes, 0, :now)";
    struct entry entry;
    struct stmt *stmt = NULL;
    int64_t address = ident_make(w->a->old->number, (uint32_t)line->number);
    if (entry_read(line->bytes, line->len, &entry, NULL, e) != ERR_OK)
        return err_fail(e, ERR_DB, "entry %lld of the journal is damaged", (long long)line->number);
    int64_t record = entry.record.of ? entry_subject(&entry, address) : entry.id;
    entry_done(&entry);
    if (db_prepare(w->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":turn", turn);
    stmt_bind_int(stmt, ":id", address);
    stmt_bind_int(stmt, ":record", record);
    stmt_bind_text_len(stmt, ":bytes", line->bytes, line->len);
    stmt_bind_int(stmt, ":now", w->a->now);
    return stmt_run(stmt, e);
}

static void add_line(struct line **lines, size_t *count, size_t *room, const char *bytes, size_t len)
{
    if (*count == *room) {
        *room = *room ? *room * 2 : 256;
        *lines = mem_resize(*lines, *room, sizeof **lines);
    }
    (*lines)[(*count)++] = (struct line){.bytes = str_dup_len(bytes, len), .len = len};
}

static enum err leave_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    struct work *w = arg;
    if (line->number > w->a->keep) {
        add_line(&w->again, &w->again_count, &w->again_room, line->bytes, line->len);
        return ERR_OK;
    }
    if (w->lack_count > 0)
        add_line(&w->sent.lines, &w->sent.count, &w->sent.room, line->bytes, line->len);
    while (w->told_before < w->told_count && w->told_behind[w->told_before] < line->number)
        w->told_before++;
    int64_t before = w->told_before ? w->told_turn[w->told_before - 1] : 0;
    return keep_past(w, line, line->number + before, e);
}

static enum err keep_life(struct work *w, const struct chain *chain, struct errctx *e)
{
    static const char sql[] = "INSERT INTO life (device, key, number, chain, why, at, judged) "
                              "VALUES (:device, :key, :number, :chain, :why, :at, "
                              "coalesce((SELECT min(judged, :number) FROM link), 0))";
    struct stmt *stmt = NULL;
    if (db_prepare(w->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", w->a->old->number);
    stmt_bind_blob(stmt, ":key", w->a->old->key, KEY_BYTES);
    stmt_bind_int(stmt, ":number", w->a->keep);
    stmt_bind_blob(stmt, ":chain", chain->value, CHAIN_BYTES);
    stmt_bind_text(stmt, ":why", adopt_word(w->a->why));
    stmt_bind_int(stmt, ":at", w->a->now);
    return stmt_run(stmt, e);
}

/* The registry may have been sent these before: a later receipt tells by chain values whether it was. */
static enum err keep_chain_behind(struct work *w, struct errctx *e)
{
    static const char sql[] = "INSERT OR REPLACE INTO past_chain (entry, chain) "
                              "SELECT (:device << 32) + number, chain FROM journal WHERE number > :keep";
    struct stmt *stmt = NULL;
    if (db_prepare(w->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", w->a->old->number);
    stmt_bind_int(stmt, ":keep", w->a->keep);
    return stmt_run(stmt, e);
}

/* What receipts said of entries that stay the predecessor's. */
static enum err keep_dispositions(struct work *w, struct errctx *e)
{
    static const char sql[] =
        "INSERT OR REPLACE INTO past_disposition (entry, state, findings, at) "
        "SELECT (:device << 32) + number, state, findings, at FROM disposition WHERE number <= :keep";
    struct stmt *stmt = NULL;
    if (db_prepare(w->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", w->a->old->number);
    stmt_bind_int(stmt, ":keep", w->a->keep);
    return stmt_run(stmt, e);
}

static enum err change_device(struct work *w, struct errctx *e)
{
    struct stmt *stmt = NULL;
    if (db_prepare(w->db, "UPDATE laptop SET device = :device, key = :key", &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":device", w->a->become->number);
    stmt_bind_blob(stmt, ":key", w->a->become->key, KEY_BYTES);
    return stmt_run(stmt, e);
}

/* A place in the feed stays: what was told is told. Only the owner of a copied disk was not told what the
 * copy wrote, and hears everything again, in its order. The code of a used invitation is of no use to the new
 * key; that of one that nobody took yet is kept with a collision. */
static const char FORGET_RECEIPT[] = "UPDATE link SET enrolled = 0, upto = 0, judged = 0, receipt = NULL";
static const char FORGET_PLACE[] = "UPDATE link SET feed_after = 0";
static const char FORGET_CODE[] = "UPDATE link SET code = ''";

static enum err leave_past(struct work *w, struct errctx *e)
{
    struct chain chain;
    if (journal_chain_at(w->db, w->a->old->key, w->a->keep, &chain, e) != ERR_OK ||
        read_turns(w, e) != ERR_OK || db_exec(w->db, MAKE_ROOM, e) != ERR_OK ||
        journal_read(w->db, 1, 0, leave_line, w, e) != ERR_OK || keep_life(w, &chain, e) != ERR_OK ||
        keep_chain_behind(w, e) != ERR_OK || keep_dispositions(w, e) != ERR_OK ||
        db_exec(w->db, "DELETE FROM disposition; DELETE FROM journal;", e) != ERR_OK ||
        change_device(w, e) != ERR_OK || db_exec(w->db, FORGET_RECEIPT, e) != ERR_OK)
        return e->kind;
    if (w->a->why == ADOPT_COPIED && db_exec(w->db, FORGET_PLACE, e) != ERR_OK)
        return e->kind;
    return w->a->why == ADOPT_CODE_TAKEN ? ERR_OK : db_exec(w->db, FORGET_CODE, e);
}

/* --- the new chain */

static void fill_after(struct work *w, const struct chain *chain, struct entry *first)
{
    static const uint8_t nothing[SECRET_BYTES];
    first->after = mem_alloc(sizeof *first->after);
    *first->after = (struct predecessor){.device = w->a->old->number, .number = w->a->after, .chain = *chain};
    if (memcmp(w->a->old->secret, nothing, SECRET_BYTES) != 0)
        predecessor_sign(first->after, w->a->old, w->a->become->key);
}

static enum err write_first(struct work *w, const struct chain *after, struct errctx *e)
{
    struct entry first;
    entry_init(&first);
    first.op = OP_DEVICE;
    memcpy(first.by, "-", 2);
    memcpy(first.key, w->a->become->key, KEY_BYTES);
    first.program = str_dup(w->a->program);
    first.schema = 1;
    first.training = w->a->training;
    enum err result = journal_head(w->db, w->a->become->key, &w->head, e);
    if (result == ERR_OK)
        fill_after(w, after, &first);
    if (result == ERR_OK)
        result = journal_append(w->db, &w->head, &first, w->a->now, w->a->earliest, e);
    entry_done(&first);
    return result;
}

static bool became(const struct line *lines, size_t count, int64_t index, int64_t *address)
{
    if (index < 0 || (size_t)index >= count || !lines[index].becomes)
        return false;
    *address = lines[index].becomes;
    return true;
}

static bool becomes_of(const struct lack *lack, int64_t *address)
{
    return ident_device(*address) == lack->device &&
           became(lack->lines, lack->count, ident_number(*address) - lack->first, address);
}

static enum err to_new_address(void *arg, int64_t *address, struct errctx *e)
{
    (void)e;
    const struct work *w = arg;
    if (ident_device(*address) == w->a->old->number &&
        became(w->again, w->again_count, ident_number(*address) - w->a->keep - 1, address))
        return ERR_OK;
    bool found = becomes_of(&w->sent, address);
    for (size_t i = 0; i < w->lack_count && !found; i++)
        found = becomes_of(&w->lacks[i], address);
    return ERR_OK;
}

/* What the laptop keeps beside a record, outside the journal, goes on with the record. */
static enum err move_beside(struct db *db, int64_t from, int64_t to, struct errctx *e)
{
    static const char *const moves[] = {
        "UPDATE finding SET record = :to WHERE record = :from",
        "UPDATE pin SET officer = :to WHERE officer = :from",
        "UPDATE draft SET officer = :to WHERE officer = :from",
    };
    for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
        struct stmt *stmt = NULL;
        if (db_prepare(db, moves[i], &stmt, e) != ERR_OK)
            return e->kind;
        stmt_bind_int(stmt, ":from", from);
        stmt_bind_int(stmt, ":to", to);
        if (stmt_run(stmt, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

/* OLD is the line's address in its life. One that stays that life's keeps what lies beside it. */
static enum err write_again(struct work *w, struct line *line, int64_t old, bool stays, struct errctx *e)
{
    struct entry entry;
    if (entry_read(line->bytes, line->len, &entry, NULL, e) != ERR_OK)
        return err_fail(e, ERR_DB, "entry %lld of the journal is damaged", (long long)ident_number(old));
    enum err result = ERR_OK;
    /* Entry 1 says whose chain it was; nobody else's may say that. */
    if (entry.op != OP_DEVICE) {
        if (entry.record.of && !entry.was)
            entry.was = old;
        result = entry_map_addresses(&entry, to_new_address, w, e);
        if (result == ERR_OK)
            result = journal_append_again(w->db, &w->head, &entry, e);
        if (result == ERR_OK)
            line->becomes = ident_make(w->a->become->number, (uint32_t)w->head.number);
        if (result == ERR_OK && entry.op == OP_ADD && !stays)
            result = move_beside(w->db, old, line->becomes, e);
    }
    entry_done(&entry);
    return result;
}

/* --- what the registry lacks of earlier lives */

static enum err read_lack(struct work *w, struct lack *lack, int64_t last, struct errctx *e)
{
    static const char sql[] = "SELECT bytes FROM foreign_entry WHERE id BETWEEN :first AND :last ORDER BY id";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(w->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":first", ident_make(lack->device, (uint32_t)lack->first));
        stmt_bind_int(stmt, ":last", ident_make(lack->device, (uint32_t)last));
    }
    while (result == ERR_OK) {
        size_t len = 0;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const char *bytes = stmt_blob(stmt, 0, &len);
        add_line(&lack->lines, &lack->count, &lack->room, bytes, len);
    }
    stmt_done(stmt);
    return result;
}

static enum err read_lacks(struct work *w, struct errctx *e)
{
    static const char sql[] = "SELECT device, lacks, CASE WHEN again > 0 THEN again - 1 ELSE number END "
                              "FROM life WHERE lacks > 0 ORDER BY turn";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(w->db, sql, &stmt, e);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        w->lacks = mem_resize(w->lacks, w->lack_count + 1, sizeof *w->lacks);
        struct lack *lack = &w->lacks[w->lack_count++];
        *lack = (struct lack){.device = (uint32_t)stmt_int(stmt, 0), .first = stmt_int(stmt, 1)};
        result = read_lack(w, lack, stmt_int(stmt, 2), e);
    }
    stmt_done(stmt);
    return result;
}

static enum err write_lacks(struct work *w, struct errctx *e)
{
    for (size_t i = 0; i < w->lack_count; i++) {
        struct lack *lack = &w->lacks[i];
        for (size_t n = 0; n < lack->count; n++) {
            int64_t old = ident_make(lack->device, (uint32_t)(lack->first + (int64_t)n));
            if (write_again(w, &lack->lines[n], old, true, e) != ERR_OK)
                return e->kind;
        }
    }
    /* What was said of them another registry said, so to speak: they are judged anew. */
    return db_exec(
        w->db,
        "DELETE FROM past_disposition WHERE EXISTS (SELECT 1 FROM life WHERE lacks > 0 AND "
        "device = past_disposition.entry >> 32 AND lacks <= (past_disposition.entry & 4294967295));"
        "UPDATE life SET again = lacks, judged = min(judged, lacks - 1), held = 0, lacks = 0 "
        "WHERE lacks > 0",
        e);
}

/* --- what the registry took in of this life although it lacked what that names: it came on a stick, all at
 * once. It stays this life's, and could not take effect: changes of what is lacking are made once more, and
 * references to it are corrected by amendments. */

static bool is_lacking(const struct work *w, int64_t address)
{
    bool found = false;
    for (size_t i = 0; i < w->lack_count && !found; i++)
        found = becomes_of(&w->lacks[i], &address);
    return found;
}

/* What of ENTRY is lacking: its record, or something that it refers to. */
struct naming {
    const struct work *w;
    const struct entry *entry;
    bool record;
    bool reference;
};

static enum err note_lacking(void *arg, int64_t *address, struct errctx *e)
{
    (void)e;
    struct naming *n = arg;
    if (!is_lacking(n->w, *address) || address == &n->entry->base)
        return ERR_OK;
    if (address == &n->entry->id)
        n->record = true;
    else
        n->reference = true;
    return ERR_OK;
}

/* An original that is held would make it a twin, which has no effect: so it says no `was`. */
static enum err change_once_more(struct work *w, struct line *line, struct entry *entry, struct errctx *e)
{
    entry->was = 0;
    if (entry_map_addresses(entry, to_new_address, w, e) != ERR_OK ||
        journal_append_again(w->db, &w->head, entry, e) != ERR_OK)
        return e->kind;
    line->becomes = ident_make(w->a->become->number, (uint32_t)w->head.number);
    return ERR_OK;
}

static bool is_corrected(struct work *w, int64_t record)
{
    for (size_t i = 0; i < w->corrected_count; i++) {
        if (w->corrected[i] == record)
            return true;
    }
    w->corrected = mem_resize(w->corrected, w->corrected_count + 1, sizeof *w->corrected);
    w->corrected[w->corrected_count++] = record;
    return false;
}

/* The references of ROW, as it stands, to what is lacking; false: there are none. */
static bool take_references(const struct work *w, const struct row *row, struct record *change)
{
    const struct entity *of = row->record.of;
    bool any = false;
    for (int f = 0; f < of->field_count && !row->voided; f++) {
        const struct value *value = &row->record.values[f];
        if (of->fields[f].type != FIELD_REF || value->state != VALUE_SET || !is_lacking(w, value->number))
            continue;
        record_take(change, &row->record, f);
        any = true;
    }
    return any;
}

static enum err correct(struct work *w, int64_t record, const struct entry *cause, struct errctx *e)
{
    struct row row = {0};
    struct entry change;
    if (is_corrected(w, record))
        return ERR_OK;
    enum err result = rows_load(w->db, cause->record.of->id, record, &row, e);
    if (result != ERR_OK)
        return result == ERR_NOT_FOUND ? ERR_OK : result;
    entry_init(&change);
    change.op = OP_AMEND;
    change.at = cause->at;
    change.clock_suspect = cause->clock_suspect;
    memcpy(change.by, cause->by, sizeof change.by);
    change.id = record;
    change.base = row.version;
    record_init(&change.record, cause->record.of);
    if (take_references(w, &row, &change.record)) {
        result = entry_map_addresses(&change, to_new_address, w, e);
        if (result == ERR_OK)
            result = journal_append_again(w->db, &w->head, &change, e);
    }
    entry_done(&change);
    row_done(&row);
    return result;
}

enum sent_part {
    SENT_CHANGES,   /* of what is lacking: before what is written again, which may be built on them */
    SENT_REFERENCES /* to it: behind that, which may have corrected them already */
};

static enum err mend_sent_one(struct work *w, enum sent_part part, size_t index, struct errctx *e)
{
    struct line *line = &w->sent.lines[index];
    struct entry entry;
    struct naming n = {.w = w, .entry = &entry};
    int64_t address = ident_make(w->sent.device, (uint32_t)(w->sent.first + (int64_t)index));
    if (entry_read(line->bytes, line->len, &entry, NULL, e) != ERR_OK)
        return err_fail(e, ERR_DB, "entry %lld of the journal is damaged", (long long)ident_number(address));
    enum err result = entry_map_addresses(&entry, note_lacking, &n, e);
    bool changes = entry.op == OP_AMEND || entry.op == OP_VOID;
    if (result == ERR_OK && part == SENT_CHANGES && n.record && changes)
        result = change_once_more(w, line, &entry, e);
    else if (result == ERR_OK && part == SENT_REFERENCES && n.reference && !n.record)
        result = correct(w, entry_subject(&entry, address), &entry, e);
    entry_done(&entry);
    return result;
}

static enum err mend_sent(struct work *w, enum sent_part part, struct errctx *e)
{
    for (size_t i = 0; i < w->sent.count; i++) {
        if (mend_sent_one(w, part, i, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

/* --- what was typed and not saved names records by the ids that people see */

static enum err replace_in_drafts(struct db *db, int64_t from, int64_t to, struct errctx *e)
{
    static const char sql[] = "UPDATE draft SET text = replace(text, :from, :to), "
                              "place = replace(place, :from, :to) "
                              "WHERE instr(text, :from) > 0 OR instr(place, :from) > 0";
    struct stmt *stmt = NULL;
    char before[IDENT_BYTES];
    char after[IDENT_BYTES];
    if (db_prepare(db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":from", ident_format_checked(from, before));
    stmt_bind_text(stmt, ":to", ident_format_checked(to, after));
    return stmt_run(stmt, e);
}

static enum err move_drafts(struct work *w, struct errctx *e)
{
    int64_t drafts = 0;
    enum err result = db_one_int(w->db, "SELECT count(*) FROM draft", 0, &drafts, e);
    for (size_t i = 0; i < w->again_count && drafts > 0 && result == ERR_OK; i++) {
        if (w->again[i].becomes)
            result = replace_in_drafts(w->db,
                                       ident_make(w->a->old->number, (uint32_t)(w->a->keep + (int64_t)i + 1)),
                                       w->again[i].becomes, e);
    }
    return result;
}

enum err adopt_move_beside(struct db *db, int64_t from, int64_t to, struct errctx *e)
{
    return move_beside(db, from, to, e) == ERR_OK ? replace_in_drafts(db, from, to, e) : e->kind;
}

/* --- what stood behind a gap */

static enum err move_with(void *arg, int64_t from, int64_t to, const struct entry *entry, struct errctx *e)
{
    struct work *w = arg;
    return entry->op == OP_ADD ? adopt_move_beside(w->db, from, to, e) : ERR_OK;
}

static enum err write_waiting(struct work *w, int64_t *out, struct errctx *e)
{
    const struct waiting_write what = {
        .db = w->db, .device = w->a->become->number, .head = &w->head, .written = move_with, .arg = w};
    return waiting_follow(w->db, to_new_address, w, e) == ERR_OK ? waiting_write(&what, out, e) : e->kind;
}

enum err adopt_run(struct db *db, const struct adoption *a, struct adopted *out, struct errctx *e)
{
    struct work w = {.db = db, .a = a, .sent = {.device = a->old->number, .first = 1}};
    struct chain after;
    int64_t back = 0;
    enum err result = journal_chain_at(db, a->old->key, a->after, &after, e);
    if (result == ERR_OK)
        result = read_lacks(&w, e);
    if (result == ERR_OK)
        result = leave_past(&w, e);
    if (result == ERR_OK)
        result = write_first(&w, &after, e);
    if (result == ERR_OK)
        result = write_lacks(&w, e);
    if (result == ERR_OK)
        result = mend_sent(&w, SENT_CHANGES, e);
    for (size_t i = 0; i < w.again_count && result == ERR_OK; i++)
        result = write_again(&w, &w.again[i],
                             ident_make(a->old->number, (uint32_t)(a->keep + (int64_t)i + 1)), false, e);
    if (result == ERR_OK)
        result = mend_sent(&w, SENT_REFERENCES, e);
    if (result == ERR_OK)
        result = move_drafts(&w, e);
    if (result == ERR_OK)
        result = write_waiting(&w, &back, e);
    int64_t again = w.head.number > 0 ? w.head.number - 1 : 0;
    *out = (struct adopted){.kept = a->keep, .again = again - back, .back = back};
    work_done(&w);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "become another device");
}

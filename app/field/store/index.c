/*
 * What leads to a record: its words and their spelling keys in a full-text index, and its keys, whole folded
 * values by which people name records and duplicates are found.
 */
#include "app/field/store/inside.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/text.h"

static const struct {
    enum entity_id of;
    const char *field;
} KEYS[] = {
    {ENTITY_DIGGER, "card_no"},     {ENTITY_DIGGER, "id_no"},    {ENTITY_COOPERATIVE, "approval_no"},
    {ENTITY_LICENCE, "licence_no"}, {ENTITY_STONE, "parcel_no"}, {ENTITY_STONE, "seal_no"},
    {ENTITY_SALE, "slip_no"},       {ENTITY_OFFICER, "login"},
};

/* Fields that together tell records apart. */
static const struct {
    enum entity_id of;
    const char *name;
    const char *fields;
} JOINT[] = {{ENTITY_DIGGER, "person", "full_name,village,birth"}};

enum {
    MAX_WORDS = 96 /* a record's; a long note is found by what it begins with */
};

struct words {
    struct buf text; /* the words, each with a zero byte */
    size_t at[MAX_WORDS];
    size_t count;
};

bool index_has_key(enum entity_id of, const char *field)
{
    for (size_t i = 0; i < sizeof KEYS / sizeof KEYS[0]; i++) {
        if (KEYS[i].of == of && strcmp(KEYS[i].field, field) == 0)
            return true;
    }
    return false;
}

void index_put_key(struct buf *out, const char *field, const char *text)
{
    buf_printf(out, "%s ", field);
    text_fold(out, text);
}

bool index_put_joint_key(struct buf *out, const char *name, const struct record *r)
{
    const char *fields = "";
    size_t start = out->len;
    size_t len = 0;
    for (size_t i = 0; i < sizeof JOINT / sizeof JOINT[0]; i++) {
        if (JOINT[i].of == r->of->id && strcmp(JOINT[i].name, name) == 0)
            fields = JOINT[i].fields;
    }
    buf_printf(out, "%s ", name);
    for (const char *at = names_next(fields, &len); at; at = names_next(at + len, &len)) {
        char *field = str_dup_len(at, len);
        bool has = record_has(r, field);
        if (has) {
            buf_puts(out, at == fields ? "" : ", ");
            text_fold(out, record_text(r, field));
        }
        free(field);
        if (!has) {
            buf_truncate(out, start);
            return false;
        }
    }
    return *fields != '\0';
}

size_t index_word_length(const char *word, size_t len)
{
    if (len <= WORD_MAX_BYTES)
        return len;
    len = WORD_MAX_BYTES;
    while (((unsigned char)word[len] & 0xC0) == 0x80)
        len--;
    return len;
}

bool index_has_sound(const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (word[i] >= '0' && word[i] <= '9')
            return false;
    }
    return len > 1;
}

static const char *word_at(const struct words *w, size_t i)
{
    return w->text.data + w->at[i];
}

/* Takes what was put behind START as a word, unless it is there already. */
static void keep(struct words *w, size_t start)
{
    buf_putc(&w->text, '\0');
    const char *text = w->text.data + start;
    bool known = w->count == MAX_WORDS;
    for (size_t i = 0; i < w->count && !known; i++)
        known = strcmp(word_at(w, i), text) == 0;
    if (known)
        buf_truncate(&w->text, start);
    else
        w->at[w->count++] = start;
}

static void add_words(struct words *w, const char *text)
{
    struct buf folded = {0};
    text_fold(&folded, text);
    for (const char *at = buf_str(&folded); *at;) {
        size_t len = strcspn(at, " ");
        size_t kept = index_word_length(at, len);
        size_t start = w->text.len;
        buf_put(&w->text, at, kept);
        keep(w, start);
        if (index_has_sound(at, kept)) {
            char *word = str_dup_len(at, kept);
            start = w->text.len;
            buf_putc(&w->text, '~');
            text_sound_key(&w->text, word);
            keep(w, start);
            free(word);
        }
        at += len;
        at += *at == ' ';
    }
    buf_done(&folded);
}

bool index_has_words(enum entity_id of)
{
    /* Returns are the mass of all records and are looked for by licence and date; their words would cost more
     * at each save than all the rest. */
    return of != ENTITY_YIELD && of != ENTITY_CREW;
}

static void words_of(struct words *w, const struct record *r)
{
    size_t len = 0;
    *w = (struct words){0};
    buf_init(&w->text);
    for (const char *at = names_next(r->of->search, &len); at; at = names_next(at + len, &len)) {
        char *name = str_dup_len(at, len);
        if (record_has(r, name))
            add_words(w, record_text(r, name));
        free(name);
    }
}

/* The record's line for the full-text index. */
static void put_line(struct buf *out, const struct record *r, const struct words *w)
{
    for (size_t i = 0; i < w->count; i++)
        buf_printf(out, "%s ", word_at(w, i));
    if (r->of->id != ENTITY_DIGGER)
        buf_printf(out, "@%d", (int)r->of->id);
}

/* Words are seldom new: then nothing is written. */
static enum err know_words(struct db *db, const struct words *w, struct errctx *e)
{
    static const char sql[] = "INSERT INTO known_word (word) VALUES (:word) ON CONFLICT DO NOTHING";
    for (size_t i = 0; i < w->count; i++) {
        struct stmt *s = NULL;
        const char *word = word_at(w, i);
        if (!index_has_sound(word, strlen(word)) || *word == '~')
            continue;
        if (db_prepare(db, sql, &s, e) != ERR_OK)
            return e->kind;
        stmt_bind_text(s, ":word", word);
        if (stmt_run(s, e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

enum err index_know(struct db *db, const struct record *r, struct errctx *e)
{
    struct words w;
    if (!index_has_words(r->of->id))
        return ERR_OK;
    words_of(&w, r);
    enum err result = know_words(db, &w, e);
    buf_done(&w.text);
    return result;
}

static enum err write_line(struct db *db, const char *sql, int64_t id, const char *line, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":id", id);
    stmt_bind_text(s, ":line", line);
    return stmt_run(s, e);
}

static enum err replace_line(struct db *db, int64_t id, const struct record *before,
                             const struct record *after, struct errctx *e)
{
    static const char *const add[] = {"INSERT INTO thing_word (rowid, words) VALUES (:id, :line)",
                                      "INSERT INTO person_word (rowid, words) VALUES (:id, :line)"};
    /* The index has no text of its own: to forget a line it must be told it. */
    static const char *const forget[] = {
        "INSERT INTO thing_word (thing_word, rowid, words) VALUES ('delete', :id, :line)",
        "INSERT INTO person_word (person_word, rowid, words) VALUES ('delete', :id, :line)"};
    bool person = after->of->id == ENTITY_DIGGER;
    struct words were = {0};
    struct words are;
    struct buf old = {0};
    struct buf new = {0};
    words_of(&are, after);
    put_line(&new, after, &are);
    if (before) {
        words_of(&were, before);
        put_line(&old, before, &were);
    }
    enum err result = ERR_OK;
    if (strcmp(buf_str(&old), buf_str(&new)) != 0) {
        if (before)
            result = write_line(db, forget[person], id, buf_str(&old), e);
        if (result == ERR_OK)
            result = write_line(db, add[person], id, buf_str(&new), e);
        if (result == ERR_OK)
            result = know_words(db, &are, e);
    }
    buf_done(&were.text);
    buf_done(&are.text);
    buf_done(&old);
    buf_done(&new);
    return result;
}

static enum err write_key(struct db *db, const char *sql, int64_t id, const struct record *r, const char *key,
                          struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":entity", r->of->id);
    stmt_bind_text(s, ":key", key);
    stmt_bind_int(s, ":record", id);
    return stmt_run(s, e);
}

/* Writes, or forgets, by SQL every key that R has. */
static enum err write_keys(struct db *db, const char *sql, int64_t id, const struct record *r,
                           struct errctx *e)
{
    struct buf key = {0};
    enum err result = ERR_OK;
    for (size_t i = 0; result == ERR_OK && i < sizeof KEYS / sizeof KEYS[0]; i++) {
        if (KEYS[i].of != r->of->id || !record_has(r, KEYS[i].field))
            continue;
        buf_clear(&key);
        index_put_key(&key, KEYS[i].field, record_text(r, KEYS[i].field));
        result = write_key(db, sql, id, r, buf_str(&key), e);
    }
    for (size_t i = 0; result == ERR_OK && i < sizeof JOINT / sizeof JOINT[0]; i++) {
        buf_clear(&key);
        if (JOINT[i].of == r->of->id && index_put_joint_key(&key, JOINT[i].name, r))
            result = write_key(db, sql, id, r, buf_str(&key), e);
    }
    buf_done(&key);
    return result;
}

static enum err replace_keys(struct db *db, int64_t id, const struct record *before,
                             const struct record *after, struct errctx *e)
{
    static const char forget[] = "DELETE FROM key WHERE entity = :entity AND key = :key AND record = :record";
    static const char add[] = "INSERT INTO key (entity, key, record) VALUES (:entity, :key, :record)";
    if (before && write_keys(db, forget, id, before, e) != ERR_OK)
        return e->kind;
    return write_keys(db, add, id, after, e);
}

enum err index_record(struct db *db, int64_t id, const struct record *before, const struct record *after,
                      struct errctx *e)
{
    if (index_has_words(after->of->id) && replace_line(db, id, before, after, e) != ERR_OK)
        return e->kind;
    return replace_keys(db, id, before, after, e);
}

enum err index_clear(struct db *db, struct errctx *e)
{
    return db_exec(db,
                   "DELETE FROM key; DELETE FROM touch; DELETE FROM known_word;"
                   "INSERT INTO person_word (person_word) VALUES ('delete-all');"
                   "INSERT INTO thing_word (thing_word) VALUES ('delete-all');",
                   e);
}

int index_score(const struct record *r, const char *word, const char *sound)
{
    struct words w;
    int best = 0;
    size_t len = strlen(word);
    words_of(&w, r);
    for (size_t i = 0; i < w.count; i++) {
        const char *held = word_at(&w, i);
        int score = strcmp(held, word) == 0             ? INDEX_EXACT
                    : strncmp(held, word, len) == 0     ? INDEX_BEGINNING
                    : sound && strcmp(held, sound) == 0 ? INDEX_SOUND
                                                        : 0;
        best = score > best ? score : best;
    }
    buf_done(&w.text);
    return best;
}

enum err index_touch(struct db *db, int64_t record, int64_t number, struct errctx *e)
{
    struct stmt *s = NULL;
    if (db_prepare(db, "INSERT INTO touch (record, number) VALUES (:record, :number)", &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":record", record);
    stmt_bind_int(s, ":number", number);
    return stmt_run(s, e);
}

/* A change that is written now must name the version that stands. In a replay it may stand on one that is
 * left out. */
static enum err project_change(const struct moment *m, int64_t address, const struct entry *entry,
                               enum projected *out, struct errctx *e)
{
    struct project_store into = project_into_db(m->into);
    return m->number == INT64_MAX ? project_entry(&into, address, entry, out, e)
                                  : project_told(&into, address, entry, out, e);
}

static enum err project_amendment(const struct moment *m, int64_t address, const struct entry *entry,
                                  enum projected *out, struct errctx *e)
{
    struct db *db = m->into;
    struct row before = {0};
    struct row after = {0};
    bool known = true;
    enum err result = rows_load(db, entry->record.of->id, entry->id, &before, e);
    if (result == ERR_NOT_FOUND) {
        known = false;
        result = ERR_OK;
    }
    if (result == ERR_OK)
        result = project_change(m, address, entry, out, e);
    if (result == ERR_OK && known && *out == PROJECTED) {
        result = rows_load(db, entry->record.of->id, entry->id, &after, e);
        if (result == ERR_OK)
            result = index_record(db, entry->id, &before.record, &after.record, e);
        row_done(&after);
    }
    if (known)
        row_done(&before);
    return result;
}

static enum err project_seen(const struct moment *m, int64_t address, const struct entry *entry,
                             enum projected *out, struct errctx *e)
{
    struct db *db = m->into;
    struct project_store into = project_into_db(db);
    enum err result = ERR_OK;
    int64_t subject = 0;
    switch (entry->op) {
    case OP_ADD:
        result = project_entry(&into, address, entry, out, e);
        if (result == ERR_OK && *out == PROJECTED)
            result = index_record(db, address, NULL, &entry->record, e);
        break;
    case OP_AMEND:
        subject = entry->id;
        result = project_amendment(m, address, entry, out, e);
        break;
    case OP_VOID:
        subject = entry->id;
        result = project_change(m, address, entry, out, e);
        break;
    case OP_PIN: /* stands in the officer's history */
        subject = entry->id;
        *out = PROJECTED_NOTHING;
        break;
    case OP_DEVICE:
    case OP_CLOCK:
    case OP_BACKUP:
    case OP_DECIDE:
    case OP_SETTLE:
    case OP_MERGE:
    case OP_UNMERGE:
    case OP_STAFF:
    case OP_QUARANTINE:
        *out = PROJECTED_NOTHING;
        break;
    }
    /* That an entry touched the record it added, its own address says. */
    if (result != ERR_OK || entry->op == OP_ADD)
        return result;
    return index_touch(db, subject, ident_number(address), e);
}

/* A change that the registry did not apply stands in the history alone. */
static enum err project_or_leave_out(const struct moment *m, int64_t address, const struct entry *entry,
                                     enum projected *out, struct errctx *e)
{
    bool left_out = false;
    if ((entry->op == OP_AMEND || entry->op == OP_VOID) &&
        unapplied_is(m->from, address, &left_out, e) != ERR_OK)
        return e->kind;
    if (!left_out)
        return project_seen(m, address, entry, out, e);
    *out = PROJECTED_CONFLICT;
    return index_touch(m->into, entry->id, ident_number(address), e);
}

enum err project_indexed(struct twins *twins, int64_t address, const struct entry *entry, enum projected *out,
                         struct errctx *e)
{
    struct twin_seen seen;
    enum err result = twin_see(twins, address, entry, &seen, e);
    *out = PROJECTED_NOTHING;
    if (result == ERR_OK && !seen.held)
        result = project_or_leave_out(moment_of(twins), address, seen.entry, out, e);
    twin_seen_done(&seen);
    return result;
}

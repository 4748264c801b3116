/* The feed: what the laptops are told, in the order in which it became known here. */
#include "app/registry/store/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    SCOPE_BYTES = DISTRICT_BYTES,
    WINDOW = 1000, /* events that are read at once; a page has some 700 entries */
    MAX_DEPTH = 4, /* of districts within districts */
    MAX_LIVES = 64 /* of one laptop */
};

static const char ALL[] = "*";

static void scope_of_device(uint32_t device, char out[SCOPE_BYTES])
{
    char code[DEVICE_CODE_BYTES];
    (void)snprintf(out, SCOPE_BYTES, "@%s", device_code_format(device, code));
}

/* --- writing */

struct event {
    const char *scope;
    const char *what;
    uint32_t writer;
    int64_t entry;
    int64_t subject;
    const char *file;
    int64_t at;
};

static enum err add(struct registry_store *s, const struct event *event, struct errctx *e)
{
    static const char sql[] = "INSERT INTO event (seq, scope, what, writer, entry, subject, file, at) "
                              "VALUES (:seq, :scope, :what, :writer, :entry, :subject, :file, :at)";
    struct stmt *stmt = NULL;
    if (s->next_event == 0 && db_one_int(s->db, "SELECT max(seq) FROM event", 0, &s->next_event, e) != ERR_OK)
        return e->kind;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":seq", ++s->next_event);
    stmt_bind_text(stmt, ":scope", event->scope);
    stmt_bind_text(stmt, ":what", event->what);
    stmt_bind_int(stmt, ":writer", event->writer);
    stmt_bind_int(stmt, ":entry", event->entry);
    stmt_bind_int(stmt, ":subject", event->subject);
    stmt_bind_text(stmt, ":file", event->file ? event->file : "");
    stmt_bind_int(stmt, ":at", event->at);
    return stmt_run_bulk(stmt, e);
}

void feed_forget_place(struct registry_store *s)
{
    s->next_event = 0;
}

enum err feed_tell_revoked(struct registry_store *s, uint32_t device, int64_t at, struct errctx *e)
{
    const struct event event = {.scope = ALL, .what = "revoked", .subject = device, .at = at};
    return add(s, &event, e);
}

enum err feed_tell_file(struct registry_store *s, const char *file, int64_t at, struct errctx *e)
{
    const struct event event = {.scope = ALL, .what = "file", .file = file, .at = at};
    return add(s, &event, e);
}

/* The scope of a record: its district, "" when that is none of this country's: then nobody is told. A laptop
 * must not reach others by what it writes there. */
static enum err scope_of_record(struct registry_store *s, const struct record *r, char out[SCOPE_BYTES],
                                struct errctx *e)
{
    const struct code_list *districts = NULL;
    const char *text = record_text(r, "district");
    if (codes_list(s->codes, "district", &districts, e) != ERR_OK)
        return e->kind;
    const struct code *code = text ? code_list_find(districts, text) : NULL;
    (void)snprintf(out, SCOPE_BYTES, "%s", code && strlen(code->code) < SCOPE_BYTES ? code->code : "");
    return ERR_OK;
}

/* The scope under which the record was told of last. */
static enum err told_district(struct registry_store *s, int64_t subject, char out[SCOPE_BYTES],
                              struct errctx *e)
{
    static const char sql[] = "SELECT scope FROM event WHERE subject = :subject AND what = 'entry' "
                              "AND scope NOT LIKE '@%' ORDER BY seq DESC LIMIT 1";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(stmt, ":subject", subject);
    enum err result = stmt_step(stmt, &row, e);
    (void)snprintf(out, SCOPE_BYTES, "%s", result == ERR_OK && row ? stmt_text(stmt, 0) : "");
    stmt_done(stmt);
    return result;
}

struct earlier {
    struct event *rows;
    size_t count;
};

static enum err find_earlier(struct registry_store *s, int64_t subject, struct earlier *out, struct errctx *e)
{
    static const char sql[] =
        "SELECT entry, writer, min(at) FROM event WHERE subject = :subject AND what = 'entry' "
        "AND scope NOT LIKE '@%' GROUP BY entry, writer ORDER BY min(seq)";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK)
        stmt_bind_int(stmt, ":subject", subject);
    while (result == ERR_OK) {
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
        out->rows[out->count++] = (struct event){.what = "entry",
                                                 .entry = stmt_int(stmt, 0),
                                                 .writer = (uint32_t)stmt_int(stmt, 1),
                                                 .subject = subject,
                                                 .at = stmt_int(stmt, 2)};
    }
    stmt_done(stmt);
    return result;
}

static enum err add_in(struct registry_store *s, const struct event *event, const char *scope,
                       struct errctx *e)
{
    struct event told = *event;
    told.scope = scope;
    return add(s, &told, e);
}

/* A record that comes into another district is told there from its beginning. */
static enum err tell_again(struct registry_store *s, int64_t subject, const char *district, struct errctx *e)
{
    struct earlier earlier = {0};
    enum err result = find_earlier(s, subject, &earlier, e);
    for (size_t i = 0; i < earlier.count && result == ERR_OK; i++) {
        result = add_in(s, &earlier.rows[i], district, e);
    }
    free(earlier.rows);
    return result;
}

static enum err tell_addition(struct registry_store *s, struct event *event, const struct record *record,
                              struct errctx *e)
{
    char district[SCOPE_BYTES];
    if (scope_of_record(s, record, district, e) != ERR_OK)
        return e->kind;
    return add_in(s, event, district, e);
}

static enum err tell_change(struct registry_store *s, struct event *event, enum entity_id of,
                            struct errctx *e)
{
    struct row row = {0};
    char district[SCOPE_BYTES] = "";
    char before[SCOPE_BYTES] = "";
    if (s->ledger.records.load(s->ledger.records.arg, of, event->subject, &row, e) != ERR_OK)
        return e->kind;
    enum err result = scope_of_record(s, &row.record, district, e);
    row_done(&row);
    if (result == ERR_OK)
        result = told_district(s, event->subject, before, e);
    bool moved = result == ERR_OK && strcmp(before, district) != 0;
    if (moved)
        result = tell_again(s, event->subject, district, e);
    if (result == ERR_OK)
        result = add_in(s, event, district, e);
    /* Where it was before, they are to know that it left. */
    if (result == ERR_OK && moved && before[0])
        result = add_in(s, event, before, e);
    return result;
}

static enum err tell_device(struct registry_store *s, struct event *event, uint32_t device, struct errctx *e)
{
    char scope[SCOPE_BYTES];
    if (device == event->writer || device == s->device.number)
        return ERR_OK;
    scope_of_device(device, scope);
    return add_in(s, event, scope, e);
}

/* Its later lives hear of everything that a device writes of records, as it did itself. */
static enum err tell_lives(struct registry_store *s, struct event *event, struct errctx *e)
{
    char scope[SCOPE_BYTES];
    bool followed = false;
    if (lives_is_followed(s, event->writer, &followed, e) != ERR_OK)
        return e->kind;
    if (!followed)
        return ERR_OK;
    scope_of_device(event->writer, scope);
    return add_in(s, event, scope, e);
}

static enum err tell(void *arg, int64_t address, const struct entry *entry, int64_t at, struct errctx *e)
{
    struct registry_store *s = arg;
    struct event event = {.what = "entry",
                          .writer = ident_device(address),
                          .entry = address,
                          .subject = entry_subject(entry, address),
                          .at = at};
    enum err result = ERR_OK;
    switch (entry->op) {
    case OP_ADD:
        result = tell_lives(s, &event, e);
        return result == ERR_OK && feed_shares(entry->record.of->id)
                   ? tell_addition(s, &event, &entry->record, e)
                   : result;
    case OP_AMEND:
    case OP_VOID:
        result = tell_lives(s, &event, e);
        if (result == ERR_OK && feed_shares(entry->record.of->id))
            result = tell_change(s, &event, entry->record.of->id, e);
        return result == ERR_OK ? tell_device(s, &event, ident_device(entry->id), e) : result;
    case OP_DECIDE:
        return tell_device(s, &event, ident_device(entry->id), e);
    case OP_SETTLE:
        return tell_device(s, &event, ident_device(entry->settles), e);
    case OP_MERGE:
        if (tell_device(s, &event, ident_device(entry->into), e) != ERR_OK)
            return e->kind;
        return ident_device(entry->into) == ident_device(entry->id)
                   ? ERR_OK
                   : tell_device(s, &event, ident_device(entry->id), e);
    case OP_UNMERGE:
        return tell_device(s, &event, ident_device(entry->id), e);
    case OP_DEVICE:
    case OP_CLOCK:
    case OP_BACKUP:
    case OP_PIN:
    case OP_STAFF:
    case OP_QUARANTINE:
        break;
    }
    return ERR_OK;
}

static enum err tell_twin(void *arg, int64_t address, int64_t stands, const struct entry *entry, int64_t at,
                          struct errctx *e)
{
    struct registry_store *s = arg;
    char scope[SCOPE_BYTES];
    const struct event event = {.what = "entry",
                                .writer = ident_device(stands),
                                .entry = stands,
                                .subject = entry_subject(entry, stands),
                                .at = at};
    scope_of_device(ident_device(address), scope);
    if (add_in(s, &event, scope, e) != ERR_OK)
        return e->kind;
    if (entry->op != OP_ADD || !feed_shares(entry->record.of->id))
        return ERR_OK;
    /* What its writer does with the record from now on names it by this address. */
    struct event name = event;
    name.writer = ident_device(address);
    name.entry = address;
    return tell_addition(s, &name, &entry->record, e);
}

static enum err find_life(struct registry_store *s, uint32_t device, int64_t number, struct earlier *out,
                          struct errctx *e)
{
    static const char sql[] =
        "SELECT e.id, e.bytes FROM entry e WHERE e.id BETWEEN :first AND :last AND NOT EXISTS "
        "(SELECT 1 FROM disposition d WHERE d.entry = e.id AND d.state = 'conflict') AND NOT EXISTS "
        "(SELECT 1 FROM twin t WHERE t.entry = e.id AND t.stands <> e.id) ORDER BY e.id";
    struct stmt *stmt = NULL;
    bool row = true;
    enum err result = db_prepare(s->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":first", address_of(device, number + 1));
        stmt_bind_int(stmt, ":last", address_of(device, IDENT_MAX_NUMBER));
    }
    while (result == ERR_OK) {
        size_t len = 0;
        struct entry entry;
        struct errctx unread;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        const char *bytes = stmt_blob(stmt, 1, &len);
        if (entry_read(bytes, len, &entry, NULL, &unread) != ERR_OK)
            continue;
        if (entry.op == OP_ADD || entry.op == OP_AMEND || entry.op == OP_VOID) {
            out->rows = mem_resize(out->rows, out->count + 1, sizeof *out->rows);
            out->rows[out->count++] = (struct event){.what = "entry",
                                                     .entry = stmt_int(stmt, 0),
                                                     .writer = device,
                                                     .subject = entry_subject(&entry, stmt_int(stmt, 0))};
        }
        entry_done(&entry);
    }
    stmt_done(stmt);
    return result;
}

enum err feed_tell_life(struct registry_store *s, uint32_t device, int64_t number, int64_t at,
                        struct errctx *e)
{
    struct earlier written = {0};
    char scope[SCOPE_BYTES];
    scope_of_device(device, scope);
    enum err result = find_life(s, device, number, &written, e);
    for (size_t i = 0; i < written.count && result == ERR_OK; i++) {
        written.rows[i].at = at;
        result = add_in(s, &written.rows[i], scope, e);
    }
    free(written.rows);
    return result;
}

/* --- reading */

static bool is_within(const struct code_list *districts, const struct code *code,
                      const struct ledger_device *device)
{
    for (int depth = 0; code && depth < MAX_DEPTH; depth++) {
        for (int i = 0; i < device->district_count; i++) {
            if (strcmp(code->code, device->districts[i]) == 0)
                return true;
        }
        const char *parent = code_extra(districts, code, "parent");
        code = parent && *parent ? code_list_find(districts, parent) : NULL;
    }
    return false;
}

/* What is for a device is for its later lives too. */
static enum err put_past_scopes(struct registry_store *s, uint32_t device, struct buf *out, struct errctx *e)
{
    struct ledger_successor life = {.predecessor = device};
    char scope[SCOPE_BYTES];
    for (int depth = 0; depth < MAX_LIVES; depth++) {
        enum err result = s->ledger.successor(s, life.predecessor, &life, e);
        if (result == ERR_NOT_FOUND || (result == ERR_OK && life.vouched == VOUCHED_NOBODY))
            return ERR_OK;
        if (result != ERR_OK)
            return result;
        scope_of_device(life.predecessor, scope);
        buf_printf(out, "%s,", scope);
    }
    return ERR_OK;
}

/* All scopes of a device, each between commas: its districts with what lies within them. */
static enum err put_scopes(struct registry_store *s, const struct ledger_device *device, struct buf *out,
                           struct errctx *e)
{
    const struct code_list *districts = NULL;
    char own[SCOPE_BYTES];
    if (codes_list(s->codes, "district", &districts, e) != ERR_OK)
        return e->kind;
    scope_of_device(device->number, own);
    buf_printf(out, ",%s,%s,", ALL, own);
    if (put_past_scopes(s, device->number, out, e) != ERR_OK)
        return e->kind;
    for (size_t i = 0; i < code_list_count(districts); i++) {
        const struct code *code = code_list_at(districts, i);
        if (is_within(districts, code, device))
            buf_printf(out, "%s,", code->code);
    }
    return ERR_OK;
}

static enum err newest_of(struct registry_store *s, const char *scope, uint32_t device, int64_t *newest,
                          struct errctx *e)
{
    static const char sql[] = "SELECT seq FROM event WHERE scope = :scope AND writer <> :device "
                              "ORDER BY seq DESC LIMIT 1";
    struct stmt *stmt = NULL;
    bool row = false;
    if (db_prepare(s->db, sql, &stmt, e) != ERR_OK)
        return e->kind;
    stmt_bind_text(stmt, ":scope", scope);
    stmt_bind_int(stmt, ":device", device);
    enum err result = stmt_step(stmt, &row, e);
    if (result == ERR_OK && row && stmt_int(stmt, 0) > *newest)
        *newest = stmt_int(stmt, 0);
    stmt_done(stmt);
    return result;
}

static enum err feed_newest(void *arg, const struct ledger_device *device, int64_t *out, struct errctx *e)
{
    struct buf scopes = {0};
    size_t len = 0;
    *out = 0;
    enum err result = codes_renew(arg, e);
    if (result == ERR_OK)
        result = put_scopes(arg, device, &scopes, e);
    for (const char *at = names_next(buf_str(&scopes), &len); at && result == ERR_OK;
         at = names_next(at + len, &len)) {
        char *scope = str_dup_len(at, len);
        result = newest_of(arg, scope, device->number, out, e);
        free(scope);
    }
    buf_done(&scopes);
    return result;
}

static void read_event(struct stmt *stmt, struct feed_event *out)
{
    const char *what = stmt_text(stmt, 1);
    *out = (struct feed_event){.seq = stmt_int(stmt, 0), .at = stmt_int(stmt, 5)};
    if (strcmp(what, "entry") == 0) {
        out->what = FEED_ENTRY;
        out->entry = stmt_int(stmt, 2);
        out->bytes = stmt_blob(stmt, 6, &out->len);
    } else if (strcmp(what, "revoked") == 0) {
        out->what = FEED_REVOKED;
        out->device = (uint32_t)stmt_int(stmt, 3);
    } else {
        out->what = FEED_FILE;
        out->file = stmt_text(stmt, 4);
        out->text = stmt_text(stmt, 7);
    }
}

struct walk {
    struct registry_store *store;
    uint32_t device;
    const char *scopes;
    int64_t after;
    int64_t seen; /* of the last window */
    bool enough;
    enum err (*each)(void *, const struct feed_event *, bool *, struct errctx *);
    void *arg;
};

static enum err walk_window(struct walk *w, struct errctx *e)
{
    /* Scopes are codes, with nothing in them that LIKE would take for more than itself but '_'. */
    static const char sql[] =
        "SELECT v.seq, v.what, v.entry, v.subject, v.file, v.at, e.bytes, f.text FROM (SELECT seq, what, "
        "entry, "
        "subject, file, at FROM event WHERE seq > :after AND writer <> :device "
        "AND :scopes LIKE '%,' || scope || ',%' ORDER BY seq LIMIT :most) v "
        "LEFT JOIN entry e ON e.id = v.entry LEFT JOIN code_file f ON f.name = v.file ORDER BY v.seq";
    struct stmt *stmt = NULL;
    bool row = true;
    w->seen = 0;
    enum err result = db_prepare(w->store->db, sql, &stmt, e);
    if (result == ERR_OK) {
        stmt_bind_int(stmt, ":after", w->after);
        stmt_bind_int(stmt, ":device", w->device);
        stmt_bind_text(stmt, ":scopes", w->scopes);
        stmt_bind_int(stmt, ":most", WINDOW);
    }
    while (result == ERR_OK && !w->enough) {
        struct feed_event event;
        result = stmt_step(stmt, &row, e);
        if (result != ERR_OK || !row)
            break;
        read_event(stmt, &event);
        w->after = event.seq;
        w->seen++;
        if (event.what != FEED_FILE || event.text)
            result = w->each(w->arg, &event, &w->enough, e);
    }
    stmt_done(stmt);
    return result;
}

static enum err feed(void *arg, const struct ledger_device *device, int64_t after,
                     enum err (*each)(void *, const struct feed_event *, bool *, struct errctx *),
                     void *each_arg, struct errctx *e)
{
    struct buf scopes = {0};
    struct walk w = {.store = arg,
                     .device = device->number,
                     .after = after,
                     .seen = WINDOW,
                     .each = each,
                     .arg = each_arg};
    enum err result = codes_renew(arg, e);
    if (result == ERR_OK)
        result = put_scopes(arg, device, &scopes, e);
    w.scopes = buf_str(&scopes);
    while (result == ERR_OK && !w.enough && w.seen == WINDOW)
        result = walk_window(&w, e);
    buf_done(&scopes);
    return result;
}

void feed_init(struct registry_store *s)
{
    s->ledger.tell = tell;
    s->ledger.tell_twin = tell_twin;
    s->ledger.feed_newest = feed_newest;
    s->ledger.feed = feed;
}

/* Reading records: one and many. */
#include "app/field/store/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/date.h"
#include "schema/base/text.h"

enum err store_load(struct store *s, enum entity_id of, int64_t id, struct row *out, struct errctx *e)
{
    enum err result = rows_load(s->db, of, id, out, e);
    char text[IDENT_BYTES];
    bool seen = true;
    if (result == ERR_NOT_FOUND)
        return err_fail(e, ERR_NOT_FOUND, "there is no %s \"%s\"", ENTITIES[of].name,
                        ident_format_checked(id, text));
    if (result == ERR_OK)
        result = store_sees(s, of, id, &seen, e);
    if (result == ERR_OK && !seen) {
        row_done(out);
        *out = (struct row){0};
        result = err_fail(e, ERR_DENIED, "%s \"%s\": does not belong to the cooperative \"%s\" leads",
                          ENTITIES[of].name, ident_format_checked(id, text), s->who.login);
    }
    return result;
}

enum {
    PAGE = 256, /* ids read at a time, so that no statement stays open while EACH runs */
    FURTHER = 8 /* times as many are looked for when too few of those found fit */
};

struct walk {
    struct store *store;
    enum entity_id of;
    const struct store_filter *filter;
    int date_field; /* -1: the entity has none */
    char from[DATE_BYTES];
    char to[DATE_BYTES];
    struct buf words; /* of the search, without its dates */
    enum err (*each)(void *arg, const struct row *row, struct errctx *e);
    void *arg;
    int64_t given;
    struct buf folded[8]; /* the filters' texts, for those compared without case and accents */
};

static int first_date_field(enum entity_id of)
{
    for (int i = 0; i < ENTITIES[of].field_count; i++) {
        if (ENTITIES[of].fields[i].type == FIELD_DATE)
            return i;
    }
    return -1;
}

static bool is_folded(enum field_type type)
{
    return type == FIELD_TEXT || type == FIELD_NOTE;
}

/* "2026-1", "2026-11-2": as far as a date was typed. */
static bool is_date_beginning(const char *word, size_t len)
{
    static const char form[] = "dddd-dd-dd";
    if (len < 5 || len >= sizeof form)
        return false;
    for (size_t i = 0; i < len; i++) {
        bool digit = word[i] >= '0' && word[i] <= '9';
        if (form[i] == 'd' ? !digit : word[i] != '-')
            return false;
    }
    return true;
}

/* Texts that begin so stand between the beginning itself and the beginning with a '~' behind. */
static void bound_by(struct walk *w, const char *word, size_t len)
{
    char last[DATE_BYTES];
    char first[DATE_BYTES];
    (void)snprintf(first, sizeof first, "%.*s", (int)len, word);
    (void)snprintf(last, sizeof last, "%.*s%s", (int)len, word, len < DATE_BYTES - 1 ? "~" : "");
    if (strcmp(first, w->from) > 0)
        memcpy(w->from, first, sizeof first);
    if (!w->to[0] || strcmp(last, w->to) < 0)
        memcpy(w->to, last, sizeof last);
}

static void read_search(struct walk *w)
{
    for (const char *at = w->filter->search; at && *at;) {
        size_t len = strcspn(at, " ");
        if (w->date_field >= 0 && is_date_beginning(at, len))
            bound_by(w, at, len);
        else if (len > 0)
            buf_printf(&w->words, "%.*s ", (int)len, at);
        at += len;
        at += *at == ' ';
    }
}

static void walk_init(struct walk *w)
{
    w->date_field = first_date_field(w->of);
    if (w->filter->from)
        (void)date_format_days(w->filter->from, w->from);
    if (w->filter->to)
        (void)date_format_days(w->filter->to, w->to);
    read_search(w);
    for (int i = 0; i < w->filter->where_count; i++) {
        if (is_folded(ENTITIES[w->of].fields[w->filter->where[i].field].type))
            text_fold(&w->folded[i], w->filter->where[i].text);
    }
}

static void walk_done(struct walk *w)
{
    for (int i = 0; i < w->filter->where_count; i++)
        buf_done(&w->folded[i]);
    buf_done(&w->words);
}

static bool value_fits(const struct walk *w, const struct record *r, int i)
{
    int field = w->filter->where[i].field;
    enum field_type type = r->of->fields[field].type;
    const struct value *value = &r->values[field];
    if (value->state != VALUE_SET)
        return false;
    if (field_is_number(type))
        return value->number == w->filter->where[i].number;
    if (type == FIELD_SET)
        return names_hold(value->text, w->filter->where[i].text);
    if (!is_folded(type))
        return strcmp(value->text, w->filter->where[i].text) == 0;
    struct buf folded = {0};
    text_fold(&folded, value->text);
    bool same = strcmp(buf_str(&folded), buf_str(&w->folded[i])) == 0;
    buf_done(&folded);
    return same;
}

static bool row_fits(const struct walk *w, const struct row *row)
{
    if (row->voided && !w->filter->with_void)
        return false;
    if (w->from[0] || w->to[0]) {
        const struct value *date = w->date_field < 0 ? NULL : &row->record.values[w->date_field];
        if (!date || date->state != VALUE_SET || (w->from[0] && strcmp(date->text, w->from) < 0) ||
            (w->to[0] && strcmp(date->text, w->to) > 0))
            return false;
    }
    for (int i = 0; i < w->filter->where_count; i++) {
        if (!value_fits(w, &row->record, i))
            return false;
    }
    return true;
}

/* Gives one record to EACH when it fits; *FULL when the limit is reached. */
static enum err offer(struct walk *w, int64_t id, bool *full, struct errctx *e)
{
    struct row row = {0};
    enum err result = store_load(w->store, w->of, id, &row, e);
    if (result != ERR_OK)
        return result == ERR_DENIED ? ERR_OK : result; /* a search finds what is withheld too */
    if (row_fits(w, &row)) {
        result = w->each(w->arg, &row, e);
        w->given++;
    }
    row_done(&row);
    *full = w->filter->limit > 0 && w->given >= w->filter->limit;
    return result;
}

/* A filter that SQLite can take part in: equality of what stands in the column as it is. */
static int column_filter(const struct walk *w)
{
    for (int i = 0; i < w->filter->where_count; i++) {
        enum field_type type = ENTITIES[w->of].fields[w->filter->where[i].field].type;
        if (!is_folded(type) && type != FIELD_SET)
            return i;
    }
    return -1;
}

static const char *list_sql(struct walk *w, int filter)
{
    const struct entity *of = &ENTITIES[w->of];
    int field = filter < 0 ? ENTITY_MAX_FIELDS : w->filter->where[filter].field;
    char **text = &w->store->list_sql[w->of][field];
    if (*text)
        return *text;
    struct buf out = {0};
    buf_printf(&out, "SELECT id FROM seen_%s WHERE id < :before", of->name);
    if (filter >= 0)
        buf_printf(&out, " AND %s = :value", of->fields[field].name);
    if (w->date_field >= 0) {
        const char *date = of->fields[w->date_field].name;
        buf_printf(&out, " AND (:from = '' OR %s >= :from) AND (:to = '' OR %s <= :to)", date, date);
    }
    buf_printf(&out, " ORDER BY id DESC LIMIT %d", PAGE);
    *text = buf_steal(&out);
    return *text;
}

static enum err read_page(struct walk *w, int64_t before, int64_t ids[PAGE], int *out_count, struct errctx *e)
{
    struct stmt *s = NULL;
    int filter = column_filter(w);
    *out_count = 0;
    if (seen_prepare(w->store, list_sql(w, filter), &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":before", before);
    if (w->date_field >= 0) {
        stmt_bind_text(s, ":from", w->from);
        stmt_bind_text(s, ":to", w->to);
    }
    if (filter >= 0 && field_is_number(ENTITIES[w->of].fields[w->filter->where[filter].field].type))
        stmt_bind_int(s, ":value", w->filter->where[filter].number);
    else if (filter >= 0)
        stmt_bind_text(s, ":value", w->filter->where[filter].text);
    bool row = false;
    enum err result = stmt_step(s, &row, e);
    while (result == ERR_OK && row) {
        ids[(*out_count)++] = stmt_int(s, 0);
        result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    return result;
}

static enum err walk_newest_first(struct walk *w, struct errctx *e)
{
    int64_t ids[PAGE];
    int64_t before = INT64_MAX;
    int count = PAGE;
    bool full = false;
    while (count == PAGE && !full) {
        if (read_page(w, before, ids, &count, e) != ERR_OK)
            return e->kind;
        for (int i = 0; i < count && !full; i++) {
            before = ids[i];
            if (offer(w, ids[i], &full, e) != ERR_OK)
                return e->kind;
        }
    }
    return ERR_OK;
}

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Offers what a search for at most LIMIT records (0: all) finds, but for those in SEEN, sorted by id, which
 * then are those that it found. */
static enum err offer_found(struct walk *w, int64_t limit, struct found *seen, bool *full, struct errctx *e)
{
    struct found found = {0};
    enum err result =
        search_records(w->store, w->of, buf_str(&w->words), limit, w->filter->read_most, &found, e);
    for (size_t i = 0; i < found.count && result == ERR_OK && !*full; i++) {
        if (!seen->count || !bsearch(&found.ids[i], seen->ids, seen->count, sizeof found.ids[i], by_id))
            result = offer(w, found.ids[i], full, e);
    }
    if (found.count > 0)
        qsort(found.ids, found.count, sizeof found.ids[0], by_id);
    free(seen->ids);
    *seen = found;
    return result;
}

static enum err walk_best_first(struct walk *w, struct errctx *e)
{
    const struct store_filter *f = w->filter;
    bool sieved = f->where_count > 0 || w->from[0] || w->to[0] || store_is_confined(w->store);
    struct found seen = {0};
    bool full = false;
    int64_t limit = f->limit;
    enum err result = offer_found(w, limit, &seen, &full, e);
    /* Some of those found are left out (void, filtered, withheld): while that leaves too few, more are looked
     * for; at last all, because a limit also bounds through how many others a search looks. */
    while (result == ERR_OK && !full && limit > 0 && (sieved || seen.count >= (size_t)limit)) {
        limit = seen.count >= (size_t)limit ? limit * FURTHER : 0;
        result = offer_found(w, limit, &seen, &full, e);
    }
    free(seen.ids);
    return result;
}

static enum err walk(struct walk *w, struct errctx *e)
{
    bool dates_alone = w->words.len == 0 && (w->from[0] || w->to[0]);
    return w->filter->search && !dates_alone ? walk_best_first(w, e) : walk_newest_first(w, e);
}

enum err store_list(struct store *s, enum entity_id of, const struct store_filter *filter,
                    enum err (*each)(void *arg, const struct row *row, struct errctx *e), void *arg,
                    struct errctx *e)
{
    static const struct store_filter everything = {0};
    struct walk w = {.store = s, .of = of, .filter = filter ? filter : &everything, .each = each, .arg = arg};
    /* Else every row that is read takes and gives back a file lock, which costs more than the row. */
    bool own = !db_in_transaction(s->db);
    if (own && (seen_ready(s, e) != ERR_OK || db_begin_read(s->db, e) != ERR_OK))
        return e->kind;
    walk_init(&w);
    enum err result = walk(&w, e);
    walk_done(&w);
    if (own)
        db_rollback(s->db);
    return result;
}

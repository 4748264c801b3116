/*
 * Search: every word of the query must begin a word of the record or be a spelling variant of one. Records
 * that hold every word as it was typed come first, then the others, then those that refer to a record which
 * the query finds (the yields of a licence, the licences of a person); each newest first.
 */
#include "app/field/store/inside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/text.h"

enum {
    MAX_TERMS = 8,
    MAX_LONGER = 32,    /* words that one beginning is written out to */
    PREFIX_INDEXED = 3, /* characters of a beginning that the full-text index has lists of its own for */
    VIA_MOST = 1000,    /* records that others are looked for by, where a limit is asked for */
    VIA_FEW = 64,       /* of them: those that refer to so few are looked up, else read newest first */
};

struct term {
    char *word;
    char *sound;  /* "~kita"; NULL without one */
    char *longer; /* ` OR "keitala"`: what the word can go on to; NULL when that is left to the index */
};

struct hit {
    int64_t id;
    int score;
};

struct search {
    struct store *store;
    enum entity_id of;
    const char *text;
    struct term terms[MAX_TERMS];
    int term_count;
    int64_t limit;
    int64_t read_most; /* records whose words are not in the index */
    struct hit *hits;
    size_t count;
    size_t room;
};

static void add_term(struct search *q, const char *at, size_t len)
{
    struct term *t = &q->terms[q->term_count++];
    len = index_word_length(at, len);
    t->word = str_dup_len(at, len);
    if (index_has_sound(at, len)) {
        struct buf sound = {0};
        buf_putc(&sound, '~');
        text_sound_key(&sound, t->word);
        t->sound = buf_steal(&sound);
    }
}

static void read_query(struct search *q, const char *text)
{
    struct buf folded = {0};
    text_fold(&folded, text);
    for (const char *at = buf_str(&folded); *at && q->term_count < MAX_TERMS;) {
        size_t len = strcspn(at, " ");
        add_term(q, at, len);
        at += len;
        at += *at == ' ';
    }
    buf_done(&folded);
}

static bool is_full(const struct search *q)
{
    return q->limit > 0 && q->count >= (size_t)q->limit;
}

static void add_hit(struct search *q, int64_t id, int score)
{
    if (q->count == q->room) {
        q->room = q->room ? q->room * 2 : 64;
        q->hits = mem_resize(q->hits, q->room, sizeof *q->hits);
    }
    q->hits[q->count++] = (struct hit){id, score};
}

static int by_score_then_newest(const void *a, const void *b)
{
    const struct hit *x = a;
    const struct hit *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->id > y->id ? -1 : x->id < y->id;
}

static int by_id(const void *a, const void *b)
{
    const int64_t *x = a;
    const int64_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* Appends those of MORE that are not among the hits yet; one may stand in MORE twice. */
static void add_new(struct search *q, const struct hit *more, size_t count)
{
    size_t seen = q->count;
    int64_t *ids = mem_alloc((seen + 1) * sizeof *ids);
    for (size_t i = 0; i < q->count; i++)
        ids[i] = q->hits[i].id;
    qsort(ids, seen, sizeof *ids, by_id);
    for (size_t i = 0; i < count && !is_full(q); i++) {
        bool twice = i > 0 && more[i].id == more[i - 1].id;
        if (!twice && (seen == 0 || !bsearch(&more[i].id, ids, seen, sizeof *ids, by_id)))
            add_hit(q, more[i].id, more[i].score);
    }
    free(ids);
}

/* --- records whose words are in the full-text index */

/*
 * A beginning of more letters than the index has lists for makes it read and merge the lists of all words
 * that begin so, however few records the other terms leave. So the words are written out where they are few:
 * their lists are then only looked into.
 */
static enum err write_out(struct search *q, struct term *t, struct errctx *e)
{
    static const char sql[] =
        "SELECT word FROM known_word WHERE word > :word AND word < :above ORDER BY word LIMIT 33";
    struct stmt *s = NULL;
    struct buf above = {0};
    struct buf longer = {0};
    bool row = false;
    int count = 0;
    if (!t->sound || strlen(t->word) <= PREFIX_INDEXED)
        return ERR_OK;
    if (db_prepare(q->store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    buf_printf(&above, "%s\xF4\x8F\xBF\xBF", t->word); /* the last code point there is */
    stmt_bind_text(s, ":word", t->word);
    stmt_bind_text(s, ":above", buf_str(&above));
    buf_done(&above);
    enum err result = stmt_step(s, &row, e);
    for (; result == ERR_OK && row && count <= MAX_LONGER; count++) {
        buf_printf(&longer, " OR \"%s\"", stmt_text(s, 0));
        result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    if (result == ERR_OK && count <= MAX_LONGER) {
        buf_puts(&longer, "");
        t->longer = buf_steal(&longer);
    }
    buf_done(&longer);
    return result;
}

/* Folded words and spelling keys are letters and digits: between quotes they mean nothing but themselves. */
static void put_term(const struct term *t, bool exact, struct buf *out)
{
    if (exact) {
        buf_printf(out, "\"%s\"", t->word);
        return;
    }
    buf_printf(out, "(\"%s\"%s", t->word, t->longer ? t->longer : " *");
    if (t->sound)
        buf_printf(out, " OR \"%s\"", t->sound);
    buf_putc(out, ')');
}

static void put_match(const struct search *q, bool exact, struct buf *out)
{
    if (q->of != ENTITY_DIGGER)
        buf_printf(out, "\"@%d\" AND ", (int)q->of);
    for (int i = 0; i < q->term_count; i++) {
        buf_puts(out, i > 0 ? " AND " : "");
        put_term(&q->terms[i], exact, out);
    }
}

/* Both lists run from the newest to the oldest: KNOWN hits of the first are met again in the same order. */
static enum err collect(struct search *q, struct stmt *s, size_t known, int score, struct errctx *e)
{
    bool row = false;
    size_t next = 0;
    enum err result = stmt_step(s, &row, e);
    while (result == ERR_OK && row && !is_full(q)) {
        int64_t id = stmt_int(s, 0);
        while (next < known && q->hits[next].id > id)
            next++;
        if (next == known || q->hits[next].id != id)
            add_hit(q, id, score);
        result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    return result;
}

static enum err match(struct search *q, bool exact, struct errctx *e)
{
    static const char *const sql[] = {
        "SELECT rowid FROM thing_word WHERE thing_word MATCH :match ORDER BY rowid DESC",
        "SELECT rowid FROM person_word WHERE person_word MATCH :match ORDER BY rowid DESC"};
    struct stmt *s = NULL;
    struct buf text = {0};
    if (db_prepare(q->store->db, sql[q->of == ENTITY_DIGGER], &s, e) != ERR_OK)
        return e->kind;
    put_match(q, exact, &text);
    stmt_bind_text(s, ":match", buf_str(&text));
    buf_done(&text);
    return collect(q, s, q->count, exact ? INDEX_EXACT : INDEX_SOUND, e);
}

/* --- records whose words are not: they are read, newest first */

static enum err look_into(void *arg, const struct row *row, struct errctx *e)
{
    struct search *q = arg;
    int score = 0;
    for (int i = 0; i < q->term_count; i++) {
        int more = index_score(&row->record, q->terms[i].word, q->terms[i].sound);
        if (more == 0)
            return ERR_OK;
        score += more;
    }
    add_hit(q, row->id, score);
    return is_full(q) ? err_fail(e, ERR_EXISTS, "enough was found") : ERR_OK;
}

/* Appends those that were not found before. */
static enum err read_newest(struct search *q, struct errctx *e)
{
    const struct store_filter newest = {.with_void = true, .limit = q->read_most};
    struct search own = *q;
    own.hits = NULL;
    own.count = own.room = 0;
    enum err result = store_list(q->store, q->of, &newest, look_into, &own, e);
    if (is_full(&own))
        result = ERR_OK;
    if (result == ERR_OK && own.count > 0) {
        qsort(own.hits, own.count, sizeof *own.hits, by_score_then_newest);
        add_new(q, own.hits, own.count);
    }
    free(own.hits);
    return result;
}

/* --- records that refer to what the words find */

static void put_ids(struct buf *out, const struct found *found)
{
    for (size_t i = 0; i < found->count; i++)
        buf_printf(out, "%s%" PRId64, i == 0 ? "[" : ",", found->ids[i]);
    buf_putc(out, ']');
}

/* The newest records whose REFERENCE is one of FOUND. Where those are many, most records refer to one: then
 * the index of references ("+": not used) would only gather very many to be sorted. */
static enum err refer_to(const struct search *q, const struct field *reference, const struct found *found,
                         struct search *to, struct errctx *e)
{
    struct stmt *s = NULL;
    struct buf sql = {0};
    struct buf ids = {0};
    buf_printf(&sql,
               "SELECT id FROM %s WHERE %s%s IN (SELECT value FROM json_each(:ids)) "
               "ORDER BY id DESC LIMIT :limit",
               ENTITIES[q->of].name, found->count > VIA_FEW ? "+" : "", reference->name);
    put_ids(&ids, found);
    const char *text = buf_str(&sql);
    enum err result = db_prepare(q->store->db, text, &s, e);
    if (result == ERR_OK) {
        stmt_bind_text(s, ":ids", buf_str(&ids));
        stmt_bind_int(s, ":limit", q->limit > 0 ? q->limit : -1);
        result = collect(to, s, 0, INDEX_SOUND, e);
    }
    db_forget(q->store->db, text); /* the text goes */
    buf_done(&ids);
    buf_done(&sql);
    return result;
}

static enum err match_through(const struct search *q, const struct field *reference, struct search *to,
                              struct errctx *e)
{
    struct found found = {0};
    enum err result = search_records(q->store, reference->target, q->text, q->limit > 0 ? VIA_MOST : 0,
                                     q->read_most, &found, e);
    if (result == ERR_OK && found.count > 0)
        result = refer_to(q, reference, &found, to, e);
    free(found.ids);
    return result;
}

static enum err match_via(struct search *q, struct errctx *e)
{
    const struct entity *of = &ENTITIES[q->of];
    struct search through = {.store = q->store, .of = q->of};
    enum err result = ERR_OK;
    size_t len = 0;
    if (!of->via)
        return ERR_OK;
    for (const char *at = names_next(of->via, &len); at && result == ERR_OK;
         at = names_next(at + len, &len)) {
        char *name = str_dup_len(at, len);
        result = match_through(q, &of->fields[entity_field(of, name)], &through, e);
        free(name);
    }
    if (result == ERR_OK && through.count > 0) {
        qsort(through.hits, through.count, sizeof *through.hits, by_score_then_newest);
        add_new(q, through.hits, through.count);
    }
    free(through.hits);
    return result;
}

static enum err match_own(struct search *q, struct errctx *e)
{
    if (match(q, true, e) != ERR_OK)
        return e->kind;
    for (int i = 0; i < q->term_count && !is_full(q); i++) {
        if (write_out(q, &q->terms[i], e) != ERR_OK)
            return e->kind;
    }
    return is_full(q) ? ERR_OK : match(q, false, e);
}

static enum err run(struct search *q, struct errctx *e)
{
    bool indexed = index_has_words(q->of);
    if (q->term_count == 0)
        return ERR_OK;
    if (indexed && match_own(q, e) != ERR_OK)
        return e->kind;
    if (!is_full(q) && match_via(q, e) != ERR_OK)
        return e->kind;
    return indexed || is_full(q) ? ERR_OK : read_newest(q, e);
}

enum err search_records(struct store *s, enum entity_id of, const char *text, int64_t limit,
                        int64_t read_most, struct found *out, struct errctx *e)
{
    struct search q = {.store = s, .of = of, .text = text, .limit = limit, .read_most = read_most};
    *out = (struct found){0};
    read_query(&q, text);
    enum err result = run(&q, e);
    if (result == ERR_OK && q.count > 0) {
        out->ids = mem_alloc(q.count * sizeof *out->ids);
        for (size_t i = 0; i < q.count; i++)
            out->ids[i] = q.hits[i].id;
        out->count = q.count;
    }
    for (int i = 0; i < q.term_count; i++) {
        free(q.terms[i].word);
        free(q.terms[i].sound);
        free(q.terms[i].longer);
    }
    free(q.hits);
    return result;
}

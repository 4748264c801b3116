/*
 * Search: every word of the query must begin a word of the record or be a spelling variant of one. The word
 * that leads to the fewest records is walked, newest records first, and each candidate's other words are
 * looked up; so a common first name beside a rare family name costs no more than the rare one alone.
 */
#include "app/field/store/inside.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/buf.h"
#include "schema/base/text.h"

enum {
    MAX_TERMS = 8,
    COUNT_CAP = 4096, /* counting further tells common words apart for more than it saves */
};

struct term {
    char word[WORD_MAX_BYTES + 1];
    char above[WORD_MAX_BYTES + 5]; /* greater than every word that begins with WORD */
    char *sound;                    /* "~kita"; NULL without one */
    int64_t count;
};

struct search {
    struct store *store;
    struct db *db;
    enum entity_id of;
    struct term terms[MAX_TERMS];
    int term_count;
    int64_t limit;
    struct hit *hits;
    size_t count;
    size_t room;
    size_t *slots; /* open hash of hits by id: 0 empty, else place + 1 */
    size_t slot_count;
};

struct hit {
    int64_t id;
    int score;
};

static void add_term(struct search *q, const char *at, size_t len)
{
    struct term *t = &q->terms[q->term_count++];
    size_t kept = index_word_length(at, len);
    memcpy(t->word, at, kept);
    t->word[kept] = '\0';
    memcpy(t->above, at, kept);
    memcpy(t->above + kept, "\xF4\x8F\xBF\xBF", 5); /* the last code point there is */
    if (index_has_sound(at, kept)) {
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

/* --- hits, each once */

static size_t slot_of(const struct search *q, int64_t id)
{
    size_t slot = (size_t)((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (q->slot_count - 1);
    while (q->slots[slot] && q->hits[q->slots[slot] - 1].id != id)
        slot = (slot + 1) & (q->slot_count - 1);
    return slot;
}

static bool is_known(const struct search *q, int64_t id)
{
    return q->slot_count > 0 && q->slots[slot_of(q, id)] != 0;
}

static void add_hit(struct search *q, int64_t id, int score)
{
    if (q->count == q->room) {
        q->room = q->room ? q->room * 2 : 64;
        q->hits = mem_resize(q->hits, q->room, sizeof *q->hits);
        free(q->slots);
        q->slot_count = q->room * 2;
        q->slots = mem_zero(q->slot_count, sizeof *q->slots);
        for (size_t i = 0; i < q->count; i++)
            q->slots[slot_of(q, q->hits[i].id)] = i + 1;
    }
    size_t slot = slot_of(q, id);
    q->hits[q->count++] = (struct hit){id, score};
    q->slots[slot] = q->count;
}

static bool is_full(const struct search *q)
{
    return q->limit > 0 && q->count >= (size_t)q->limit;
}

/* --- choosing the word to walk */

static enum err count_range(struct search *q, const char *low, const char *high, int64_t *count,
                            struct errctx *e)
{
    static const char sql[] = "SELECT count(*) FROM (SELECT 1 FROM word WHERE entity = :entity AND word >= "
                              ":low AND word < :high LIMIT :cap)";
    struct stmt *s = NULL;
    bool row = false;
    if (db_prepare(q->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":entity", q->of);
    stmt_bind_text(s, ":low", low);
    stmt_bind_text(s, ":high", high);
    stmt_bind_int(s, ":cap", COUNT_CAP);
    enum err result = stmt_step(s, &row, e);
    if (result == ERR_OK)
        *count += stmt_int(s, 0);
    stmt_done(s);
    return result;
}

static enum err count_term(struct search *q, struct term *t, struct errctx *e)
{
    if (count_range(q, t->word, t->above, &t->count, e) != ERR_OK || !t->sound || t->count >= COUNT_CAP)
        return t->count >= COUNT_CAP || !t->sound ? ERR_OK : e->kind;
    struct buf above = {0};
    buf_puts(&above, t->sound);
    buf_putc(&above, '\x01');
    enum err result = count_range(q, t->sound, buf_str(&above), &t->count, e);
    buf_done(&above);
    return result;
}

static enum err rarest(struct search *q, int *out, struct errctx *e)
{
    *out = 0;
    for (int i = 0; i < q->term_count && q->term_count > 1; i++) {
        if (count_term(q, &q->terms[i], e) != ERR_OK)
            return e->kind;
        if (q->terms[i].count < q->terms[*out].count)
            *out = i;
    }
    return ERR_OK;
}

/* --- looking at one candidate */

/* How well the record holds the term; 0: not at all. */
static enum err score_term(struct search *q, const struct term *t, int64_t id, int *score, struct errctx *e)
{
    static const char first[] = "SELECT word FROM word WHERE record = :record AND word >= :low AND word < "
                                ":high ORDER BY word LIMIT 1";
    static const char exact[] = "SELECT 1 FROM word WHERE record = :record AND word = :word";
    struct stmt *s = NULL;
    bool row = false;
    *score = 0;
    if (db_prepare(q->db, first, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":record", id);
    stmt_bind_text(s, ":low", t->word);
    stmt_bind_text(s, ":high", t->above);
    enum err result = stmt_step(s, &row, e);
    if (result == ERR_OK && row)
        *score = strcmp(stmt_text(s, 0), t->word) == 0 ? INDEX_EXACT : INDEX_BEGINNING;
    stmt_done(s);
    if (result != ERR_OK || row || !t->sound)
        return result;
    if (db_prepare(q->db, exact, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":record", id);
    stmt_bind_text(s, ":word", t->sound);
    result = stmt_step(s, &row, e);
    if (result == ERR_OK && row)
        *score = INDEX_SOUND;
    stmt_done(s);
    return result;
}

static enum err try_candidate(struct search *q, int driver, int score, int64_t id, struct errctx *e)
{
    if (is_known(q, id))
        return ERR_OK;
    for (int i = 0; i < q->term_count; i++) {
        int more = 0;
        if (i == driver)
            continue;
        if (score_term(q, &q->terms[i], id, &more, e) != ERR_OK)
            return e->kind;
        if (more == 0)
            return ERR_OK;
        score += more;
    }
    add_hit(q, id, score);
    return ERR_OK;
}

/* --- walking */

static enum err walk(struct search *q, struct stmt *s, int driver, int score, struct errctx *e)
{
    bool row = false;
    enum err result = stmt_step(s, &row, e);
    while (result == ERR_OK && row && !is_full(q)) {
        result = try_candidate(q, driver, score, stmt_int(s, 0), e);
        if (result == ERR_OK)
            result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    return result;
}

static enum err walk_word(struct search *q, const char *word, int driver, int score, struct errctx *e)
{
    static const char sql[] =
        "SELECT record FROM word WHERE entity = :entity AND word = :word ORDER BY record DESC";
    struct stmt *s = NULL;
    if (db_prepare(q->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":entity", q->of);
    stmt_bind_text(s, ":word", word);
    return walk(q, s, driver, score, e);
}

static enum err walk_beginnings(struct search *q, int driver, struct errctx *e)
{
    static const char sql[] =
        "SELECT record FROM word WHERE entity = :entity AND word > :low AND word < :high";
    struct stmt *s = NULL;
    if (db_prepare(q->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":entity", q->of);
    stmt_bind_text(s, ":low", q->terms[driver].word);
    stmt_bind_text(s, ":high", q->terms[driver].above);
    return walk(q, s, driver, INDEX_BEGINNING, e);
}

/* --- records whose words are not in the table: they are read, newest first */

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

static enum err read_all(struct search *q, struct errctx *e)
{
    static const struct store_filter everything = {.with_void = true};
    enum err result = store_list(q->store, q->of, &everything, look_into, q, e);
    return is_full(q) ? ERR_OK : result;
}

static enum err run(struct search *q, struct errctx *e)
{
    int driver = 0;
    if (q->term_count == 0)
        return ERR_OK;
    if (!index_has_words(q->of))
        return read_all(q, e);
    if (rarest(q, &driver, e) != ERR_OK ||
        walk_word(q, q->terms[driver].word, driver, INDEX_EXACT, e) != ERR_OK)
        return e->kind;
    if (!is_full(q) && walk_beginnings(q, driver, e) != ERR_OK)
        return e->kind;
    if (!is_full(q) && q->terms[driver].sound)
        return walk_word(q, q->terms[driver].sound, driver, INDEX_SOUND, e);
    return ERR_OK;
}

static int by_score_then_newest(const void *a, const void *b)
{
    const struct hit *x = a;
    const struct hit *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return x->id > y->id ? -1 : x->id < y->id;
}

enum err search_records(struct store *s, enum entity_id of, const char *text, int64_t limit,
                        struct found *out, struct errctx *e)
{
    struct search q = {.store = s, .db = s->db, .of = of, .limit = limit};
    *out = (struct found){0};
    read_query(&q, text);
    enum err result = run(&q, e);
    if (result == ERR_OK && q.count > 0) {
        qsort(q.hits, q.count, sizeof *q.hits, by_score_then_newest);
        out->ids = mem_alloc(q.count * sizeof *out->ids);
        for (size_t i = 0; i < q.count; i++)
            out->ids[i] = q.hits[i].id;
        out->count = q.count;
    }
    for (int i = 0; i < q.term_count; i++)
        free(q.terms[i].sound);
    free(q.hits);
    free(q.slots);
    return result;
}

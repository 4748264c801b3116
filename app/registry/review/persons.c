/*
 * Whether two diggers may be one person. Each likeness gives points and each contradiction takes some; the
 * reasons stand in the finding, and a person decides. A same name alone is weak, and so is a same name in a
 * same village: many people share them. A same paper is strong.
 */
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "schema/base/date.h"
#include "schema/base/text.h"
#include "schema/base/words.h"

enum {
    MOST_WORDS = 6,   /* of a name that are looked at */
    MOST_ALIKE = 500, /* records with a key: behind so many, a name tells nothing */

    POINTS_PAPER = 70,
    POINTS_CARD = 70,
    POINTS_NAME = 40,       /* every word sounds the same */
    POINTS_NAME_PART = 30,  /* two words do */
    POINTS_BIRTH = 20,      /* at most a year apart */
    POINTS_BIRTH_NEAR = 10, /* at most five: ages are guessed */
    POINTS_VILLAGE = 15,
    POINTS_PARENT = 20,
    POINTS_PHONE = 25,
    POINTS_OTHER_BIRTH = -30,
    POINTS_OTHER_SEX = -40,
    POINTS_OTHER_PAPER = -20, /* two papers of one kind with different numbers */

    YEARS_NEAR = 5
};

/* The words of a name as they sound, in alphabetical order, each once. */
struct sounds {
    char *words[MOST_WORDS];
    int count;
};

static int by_word(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_sound(struct sounds *s, const char *word, size_t len)
{
    struct buf sound = {0};
    char *copy = str_dup_len(word, len);
    text_sound_key(&sound, copy);
    free(copy);
    for (int i = 0; i < s->count; i++) {
        if (strcmp(s->words[i], buf_str(&sound)) == 0) {
            buf_done(&sound);
            return;
        }
    }
    s->words[s->count++] = buf_steal(&sound);
}

static void sounds_init(struct sounds *s, const char *name)
{
    struct buf folded = {0};
    *s = (struct sounds){0};
    text_fold(&folded, name ? name : "");
    for (const char *at = buf_str(&folded); *at && s->count < MOST_WORDS; at += *at == ' ') {
        size_t len = strcspn(at, " ");
        if (len > 0)
            add_sound(s, at, len);
        at += len;
    }
    buf_done(&folded);
    qsort(s->words, (size_t)s->count, sizeof s->words[0], by_word);
}

static void sounds_done(struct sounds *s)
{
    for (int i = 0; i < s->count; i++)
        free(s->words[i]);
}

static int shared(const struct sounds *a, const struct sounds *b)
{
    int same = 0;
    for (int i = 0, j = 0; i < a->count && j < b->count;) {
        int order = strcmp(a->words[i], b->words[j]);
        same += order == 0;
        i += order <= 0;
        j += order >= 0;
    }
    return same;
}

/* --- keys: two words that sound the same, or a paper, a card or a phone with the same number */

static void put_key(const char *kind, const char *first, const char *second, char **keys, size_t *count)
{
    struct buf key = {0};
    if (*count == NATIONAL_KEYS)
        return;
    buf_printf(&key, "%s:%s %s", kind, first, second);
    keys[(*count)++] = buf_steal(&key);
}

static void put_number(const char *kind, const struct record *r, const char *field, const char *detail,
                       char **keys, size_t *count)
{
    struct buf folded = {0};
    if (!record_has(r, field))
        return;
    text_fold(&folded, record_text(r, field));
    put_key(kind, detail ? detail : "", buf_str(&folded), keys, count);
    buf_done(&folded);
}

void national_person_keys(const struct record *digger, char **keys, size_t *count)
{
    struct sounds name;
    sounds_init(&name, record_text(digger, "full_name"));
    for (int i = 0; i < name.count; i++) {
        for (int j = i + 1; j < name.count; j++)
            put_key("name", name.words[i], name.words[j], keys, count);
    }
    if (name.count == 1)
        put_key("name", name.words[0], "", keys, count);
    sounds_done(&name);
    put_number("paper", digger, "id_no", record_text(digger, "id_type"), keys, count);
    put_number("card", digger, "card_no", NULL, keys, count);
    put_number("phone", digger, "phone", NULL, keys, count);
}

/* --- comparing */

struct score {
    int points;
    struct buf reasons;
};

static void give(struct score *s, int points, const char *reason)
{
    s->points += points;
    buf_printf(&s->reasons, "%s%s", s->reasons.len ? ", " : "", reason);
}

enum likeness {
    LIKE_UNKNOWN,
    LIKE_SAME,
    LIKE_OTHER
};

static enum likeness compare_text(const struct record *a, const struct record *b, const char *field)
{
    struct buf x = {0};
    struct buf y = {0};
    if (!record_has(a, field) || !record_has(b, field))
        return LIKE_UNKNOWN;
    text_fold(&x, record_text(a, field));
    text_fold(&y, record_text(b, field));
    bool same = strcmp(buf_str(&x), buf_str(&y)) == 0;
    buf_done(&x);
    buf_done(&y);
    return same ? LIKE_SAME : LIKE_OTHER;
}

static void score_name(struct score *s, const struct record *a, const struct record *b, const char *field)
{
    struct sounds x;
    struct sounds y;
    sounds_init(&x, record_text(a, field));
    sounds_init(&y, record_text(b, field));
    int same = shared(&x, &y);
    bool all = same > 0 && same == x.count && same == y.count;
    if (strcmp(field, "parent_name") == 0) {
        if (all)
            give(s, POINTS_PARENT, N_("the parent's name sounds the same"));
    } else if (all) {
        give(s, POINTS_NAME, N_("the name sounds the same"));
    } else if (same >= 2) {
        give(s, POINTS_NAME_PART, N_("two names sound the same"));
    }
    sounds_done(&x);
    sounds_done(&y);
}

static void score_birth(struct score *s, const struct record *a, const struct record *b)
{
    int x = 0;
    int y = 0;
    struct errctx e;
    if (!record_has(a, "birth") || !record_has(b, "birth") ||
        date_parse_birth(record_text(a, "birth"), &x, &e) != ERR_OK ||
        date_parse_birth(record_text(b, "birth"), &y, &e) != ERR_OK)
        return;
    int apart = x > y ? x - y : y - x;
    if (apart <= 1)
        give(s, POINTS_BIRTH, N_("born at most a year apart"));
    else if (apart <= YEARS_NEAR)
        give(s, POINTS_BIRTH_NEAR, N_("born at most 5 years apart"));
    else
        give(s, POINTS_OTHER_BIRTH, N_("but born more than 5 years apart"));
}

static void score_paper(struct score *s, const struct record *a, const struct record *b)
{
    if (compare_text(a, b, "id_type") != LIKE_SAME)
        return;
    enum likeness number = compare_text(a, b, "id_no");
    if (number == LIKE_SAME)
        give(s, POINTS_PAPER, N_("the same paper"));
    if (number == LIKE_OTHER)
        give(s, POINTS_OTHER_PAPER, N_("but papers with other numbers"));
}

static void score(struct score *s, const struct record *a, const struct record *b)
{
    score_paper(s, a, b);
    if (compare_text(a, b, "card_no") == LIKE_SAME)
        give(s, POINTS_CARD, N_("the same card"));
    score_name(s, a, b, "full_name");
    score_birth(s, a, b);
    if (compare_text(a, b, "village") == LIKE_SAME)
        give(s, POINTS_VILLAGE, N_("the same village"));
    score_name(s, a, b, "parent_name");
    if (compare_text(a, b, "phone") == LIKE_SAME)
        give(s, POINTS_PHONE, N_("the same phone"));
    bool stated = record_has(a, "sex") && record_has(b, "sex") &&
                  strcmp(record_text(a, "sex"), "not_stated") != 0 &&
                  strcmp(record_text(b, "sex"), "not_stated") != 0;
    if (stated && compare_text(a, b, "sex") == LIKE_OTHER)
        give(s, POINTS_OTHER_SEX, N_("but of another sex"));
}

/* --- asking */

struct others {
    int64_t *ids;
    size_t count;
    size_t room;
    int64_t own;
};

static enum err keep(void *arg, int64_t id, struct errctx *e)
{
    (void)e;
    struct others *list = arg;
    for (size_t i = 0; i < list->count; i++) {
        if (list->ids[i] == id)
            return ERR_OK;
    }
    if (id == list->own)
        return ERR_OK;
    if (list->count == list->room) {
        list->room = list->room ? list->room * 2 : 32;
        list->ids = mem_resize(list->ids, list->room, sizeof *list->ids);
    }
    list->ids[list->count++] = id;
    return ERR_OK;
}

static bool says_so(const struct record *a, const struct row *b)
{
    return record_number(a, "duplicate_of") == b->id;
}

/* The question is asked of the record with the higher address, so that a pair is asked about once. */
static enum err compare(const struct national_rule *rule, struct national_run *run, const struct row *row,
                        int64_t id, struct errctx *e)
{
    struct project_store *records = &registry_store_ledger(run->store)->records;
    struct row other = {0};
    struct score s = {0};
    char text[IDENT_BYTES];
    if (records->load(records->arg, ENTITY_DIGGER, id, &other, e) != ERR_OK)
        return e->kind;
    const struct row *high = other.id > row->id ? &other : row;
    const struct row *low = high == &other ? row : &other;
    enum err result = ERR_OK;
    score(&s, &high->record, &low->record);
    if (s.points >= codes_threshold(run->codes, "person_alike") && !other.voided &&
        !says_so(&high->record, low) && !says_so(&low->record, high))
        result = national_say(rule, run, high, ident_format(low->id, text), e,
                              "may be the person of %s: %d points: %s", text, s.points, buf_str(&s.reasons));
    buf_done(&s.reasons);
    row_done(&other);
    return result;
}

NATIONAL(national_same_person)
{
    char *keys[NATIONAL_KEYS];
    size_t count = 0;
    struct others others = {.own = row->id};
    enum err result = ERR_OK;
    national_person_keys(&row->record, keys, &count);
    for (size_t i = 0; i < count; i++) {
        if (result == ERR_OK)
            result = national_alike(run->store, keys[i], MOST_ALIKE, keep, &others, e);
        free(keys[i]);
    }
    for (size_t i = 0; i < others.count && result == ERR_OK; i++)
        result = compare(rule, run, row, others.ids[i], e);
    free(others.ids);
    return result;
}

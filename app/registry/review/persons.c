/*
 * Whether two diggers may be one person. Each likeness gives points and each contradiction takes some; the
 * reasons stand in the finding, and a person decides. Two records are compared when they share two names as
 * they sound and the village or the parent's name, or a number. A name that many share in a village says
 * little: in Kono, where children are named in the order of their birth, most do.
 */
#include <stdlib.h>
#include <string.h>

#include "app/registry/review/national.h"
#include "schema/base/date.h"
#include "schema/base/text.h"
#include "schema/base/words.h"

enum {
    MOST_WORDS = 6,  /* of a name that are looked at */
    MOST_ALIKE = 30, /* records with a key: behind so many, it tells nothing */
    CROWD_GROWS = 8, /* by so many at once at most, for what was asked before to be asked again */

    POINTS_PAPER = 70,
    POINTS_CARD = 70,
    POINTS_NUMBER_OF_MANY = 20, /* "none", "0000" */
    POINTS_NAME = 40,           /* every word sounds the same */
    POINTS_NAME_WITHIN = 35,    /* one has a name more */
    POINTS_NAME_PART = 30,      /* two words do */
    POINTS_NAME_OF_MANY = -20,
    POINTS_BIRTH_DAY = 35,
    POINTS_BIRTH = 20,       /* at most a year apart */
    POINTS_BIRTH_ROUND = 15, /* the same, where one of them is about, or a year that ends in 0 or 5 */
    POINTS_BIRTH_NEAR = 10,  /* at most five: ages are guessed */
    POINTS_VILLAGE = 15,
    POINTS_PARENT = 20,
    POINTS_PHONE = 25,
    POINTS_OTHER_BIRTH = -30,
    POINTS_OTHER_SEX = -40,
    POINTS_OTHER_PAPER = -20,  /* two papers of one kind with different numbers */
    POINTS_OTHER_PARENT = -10, /* it may be the mother's on one and the father's on the other */

    YEARS_NEAR = 5,
    DAY_TEXT = 10 /* characters of a birth that names the day */
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

/* --- keys */

static void put_sounds(struct buf *out, const struct sounds *s)
{
    for (int i = 0; i < s->count; i++)
        buf_printf(out, "%s%s", i ? " " : "", s->words[i]);
}

/* Two names and a third thing that people of one name do not all share. */
static void put_names(const char *kind, const struct sounds *name, const struct record *r, const char *field,
                      char **keys, size_t *count)
{
    struct sounds other;
    struct buf words = {0};
    sounds_init(&other, record_text(r, field));
    put_sounds(&words, &other);
    for (int i = 0; i < name->count && other.count > 0; i++) {
        for (int j = i + 1; j < name->count || (name->count == 1 && j == i + 1); j++) {
            struct buf pair = {0};
            buf_printf(&pair, "%s %s", name->words[i], name->count == 1 ? "" : name->words[j]);
            national_put_key(kind, buf_str(&pair), buf_str(&words), keys, count);
            buf_done(&pair);
        }
    }
    buf_done(&words);
    sounds_done(&other);
}

static void put_number(const char *kind, const struct record *r, const char *field, const char *detail,
                       char **keys, size_t *count)
{
    struct buf folded = {0};
    if (!record_has(r, field))
        return;
    text_fold(&folded, record_text(r, field));
    national_put_key(kind, detail ? detail : "", buf_str(&folded), keys, count);
    buf_done(&folded);
}

void national_person_keys(const struct record *digger, char **keys, size_t *count)
{
    struct sounds name;
    put_number("paper", digger, "id_no", record_text(digger, "id_type"), keys, count);
    put_number("card", digger, "card_no", NULL, keys, count);
    put_number("phone", digger, "phone", NULL, keys, count);
    sounds_init(&name, record_text(digger, "full_name"));
    put_names("home", &name, digger, "village", keys, count);
    put_names("kin", &name, digger, "parent_name", keys, count);
    sounds_done(&name);
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

/* How many words two names have, and how many they share. */
struct words {
    int a;
    int b;
    int same;
};

static struct words compare_words(const struct record *a, const struct record *b, const char *field)
{
    struct sounds x;
    struct sounds y;
    sounds_init(&x, record_text(a, field));
    sounds_init(&y, record_text(b, field));
    const struct words w = {x.count, y.count, shared(&x, &y)};
    sounds_done(&x);
    sounds_done(&y);
    return w;
}

static bool all_same(struct words w)
{
    return w.same > 0 && w.same == w.a && w.same == w.b;
}

static void score_name(struct score *s, const struct record *a, const struct record *b, bool of_many)
{
    const struct words w = compare_words(a, b, "full_name");
    if (all_same(w))
        give(s, POINTS_NAME, N_("the name sounds the same"));
    else if (w.same >= 2 && (w.same == w.a || w.same == w.b))
        give(s, POINTS_NAME_WITHIN, N_("one name is within the other"));
    else if (w.same >= 2)
        give(s, POINTS_NAME_PART, N_("two names sound the same"));
    if (w.same > 0 && of_many)
        give(s, POINTS_NAME_OF_MANY, N_("but many there have that name"));
}

static void score_parent(struct score *s, const struct record *a, const struct record *b)
{
    const struct words w = compare_words(a, b, "parent_name");
    if (all_same(w))
        give(s, POINTS_PARENT, N_("the parent's name sounds the same"));
    else if (w.a > 0 && w.b > 0 && w.same == 0)
        give(s, POINTS_OTHER_PARENT, N_("but another parent's name"));
}

/* Whether the text names a day that was not made up: many are entered as born on 1 January. */
static bool is_true_day(const char *birth)
{
    return strlen(birth) == DAY_TEXT && strcmp(birth + 4, "-01-01") != 0;
}

static bool is_guess(const char *birth, int year)
{
    return strchr(birth, '~') != NULL || (year % 5 == 0 && !is_true_day(birth));
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
    const char *left = record_text(a, "birth");
    const char *right = record_text(b, "birth");
    int apart = x > y ? x - y : y - x;
    if (is_true_day(left) && strcmp(left, right) == 0)
        give(s, POINTS_BIRTH_DAY, N_("born on the same day"));
    else if (apart <= 1)
        give(s, is_guess(left, x) || is_guess(right, y) ? POINTS_BIRTH_ROUND : POINTS_BIRTH,
             N_("born at most a year apart"));
    else if (apart <= YEARS_NEAR)
        give(s, POINTS_BIRTH_NEAR, N_("born at most 5 years apart"));
    else
        give(s, POINTS_OTHER_BIRTH, N_("but born more than 5 years apart"));
}

static void score_numbers(struct score *s, const struct record *a, const struct record *b, bool of_many)
{
    if (compare_text(a, b, "id_type") == LIKE_SAME) {
        enum likeness number = compare_text(a, b, "id_no");
        if (number == LIKE_SAME)
            give(s, of_many ? POINTS_NUMBER_OF_MANY : POINTS_PAPER, N_("the same paper"));
        if (number == LIKE_OTHER)
            give(s, POINTS_OTHER_PAPER, N_("but papers with other numbers"));
    }
    if (compare_text(a, b, "card_no") == LIKE_SAME)
        give(s, of_many ? POINTS_NUMBER_OF_MANY : POINTS_CARD, N_("the same card"));
}

/* How many others share what brought the two together. */
struct crowd {
    bool name;
    bool number;
};

static void score(struct score *s, const struct record *a, const struct record *b, struct crowd of_many)
{
    score_numbers(s, a, b, of_many.number);
    score_name(s, a, b, of_many.name);
    score_birth(s, a, b);
    if (all_same(compare_words(a, b, "village")))
        give(s, POINTS_VILLAGE, N_("the same village"));
    score_parent(s, a, b);
    if (compare_text(a, b, "phone") == LIKE_SAME)
        give(s, POINTS_PHONE, N_("the same phone"));
    bool stated = record_has(a, "sex") && record_has(b, "sex") &&
                  strcmp(record_text(a, "sex"), "not_stated") != 0 &&
                  strcmp(record_text(b, "sex"), "not_stated") != 0;
    if (stated && compare_text(a, b, "sex") == LIKE_OTHER)
        give(s, POINTS_OTHER_SEX, N_("but of another sex"));
}

static bool says_so(const struct record *a, const struct row *b)
{
    return record_number(a, "duplicate_of") == b->id;
}

/* The question is asked of the record with the higher address, so that a pair is asked about once. */
static enum err compare(struct national_run *run, const struct row *row, int64_t id, struct crowd of_many,
                        struct errctx *e)
{
    const struct row *other = NULL;
    struct score s = {0};
    char text[IDENT_BYTES];
    struct buf words = {0};
    if (national_see_counted(run, ENTITY_DIGGER, id, &other, e) != ERR_OK)
        return e->kind;
    if (!other || other->id == row->id)
        return ERR_OK;
    const struct row *high = other->id > row->id ? other : row;
    const struct row *low = high == other ? row : other;
    enum err result = ERR_OK;
    score(&s, &high->record, &low->record, of_many);
    if (s.points >= national_limit(run, "person_alike") && !says_so(&high->record, low) &&
        !says_so(&low->record, high)) {
        buf_printf(&words, N_("may be the person of %s: %d points: %s"), ident_format(low->id, text),
                   s.points, buf_str(&s.reasons));
        const struct national_question q = {.rule = NATIONAL_SAME_PERSON,
                                            .subject = high,
                                            .about = text,
                                            .rests_on = text,
                                            .text = buf_str(&words)};
        result = national_ask(run, &q, e);
    }
    buf_done(&words);
    buf_done(&s.reasons);
    return result;
}

/* --- asking */

struct other {
    int64_t id;
    struct crowd of_many;
};

struct others {
    struct other rows[NATIONAL_KEYS * MOST_ALIKE];
    size_t count;
    int64_t ids[MOST_ALIKE]; /* of the key that is looked at */
    size_t id_count;
    int64_t own;
};

static enum err keep(void *arg, int64_t id, struct errctx *e)
{
    (void)e;
    struct others *list = arg;
    if (id != list->own && list->id_count < MOST_ALIKE)
        list->ids[list->id_count++] = id;
    return ERR_OK;
}

static struct other *find(struct others *list, int64_t id)
{
    for (size_t i = 0; i < list->count; i++) {
        if (list->rows[i].id == id)
            return &list->rows[i];
    }
    list->rows[list->count] = (struct other){.id = id};
    return &list->rows[list->count++];
}

/* A name has just become one of many: what was asked about those who share it was asked when it was not. */
static enum err ask_crowd_again(struct national_run *run, const struct others *list, struct errctx *e)
{
    const struct crowd of_many = {.name = true};
    enum err result = ERR_OK;
    for (size_t i = 0; i < list->id_count && result == ERR_OK; i++) {
        const struct row *row = NULL;
        result = national_see_counted(run, ENTITY_DIGGER, list->ids[i], &row, e);
        for (size_t j = i + 1; row && j < list->id_count && result == ERR_OK; j++) {
            int64_t high = list->ids[i] > list->ids[j] ? list->ids[i] : list->ids[j];
            int64_t low = high == list->ids[i] ? list->ids[j] : list->ids[i];
            result = national_doubt_pair(run->store, NATIONAL_RULES[NATIONAL_SAME_PERSON].id, high, low, e);
            if (result == ERR_OK)
                result = compare(run, row, list->ids[j], of_many, e);
        }
    }
    return result;
}

static enum err look_up(struct national_run *run, const char *key, struct others *list, struct errctx *e)
{
    int64_t common = national_limit(run, "person_common");
    bool name = strncmp(key, "home:", 5) == 0 || strncmp(key, "kin:", 4) == 0;
    list->id_count = 0;
    enum err result = national_alike(run->store, key, MOST_ALIKE + 1, keep, list, e);
    if (result != ERR_OK || list->id_count == MOST_ALIKE)
        return result;
    bool many = (int64_t)list->id_count >= common;
    for (size_t i = 0; i < list->id_count; i++) {
        struct other *o = find(list, list->ids[i]);
        o->of_many.name = o->of_many.name || (name && many);
        o->of_many.number = o->of_many.number || (!name && many);
    }
    if (!name || !many || (int64_t)list->id_count >= common + CROWD_GROWS)
        return ERR_OK;
    return ask_crowd_again(run, list, e);
}

enum err national_same_person(struct national_run *run, const struct row *row, struct errctx *e)
{
    char *keys[NATIONAL_KEYS];
    size_t count = 0;
    struct others *others = mem_zero(1, sizeof *others);
    enum err result = ERR_OK;
    others->own = row->id;
    national_person_keys(&row->record, keys, &count);
    for (size_t i = 0; i < count; i++) {
        if (result == ERR_OK)
            result = look_up(run, keys[i], others, e);
        free(keys[i]);
    }
    for (size_t i = 0; i < others->count && result == ERR_OK; i++)
        result = compare(run, row, others->rows[i].id, others->rows[i].of_many, e);
    free(others);
    return result;
}

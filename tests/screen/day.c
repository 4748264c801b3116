#include "tests/screen/day.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "tests/lib/test.h"

enum {
    MOST_QUESTIONS = 6,
    MOST_LOOKS = 300 /* each about 30 ms */
};

/* --- words */

void day_wait_part(struct day *d, const char *before, const char *words)
{
    char text[256];
    (void)snprintf(text, sizeof text, "%s%s", before, words);
    screen_wait(&d->screen, text);
}

void day_wait_beginning(struct day *d, const char *format)
{
    char *text = str_dup_len(format, strcspn(format, "%"));
    screen_wait(&d->screen, text);
    free(text);
}

void day_wait_title(struct day *d, const char *words)
{
    day_wait_part(d, "Alluvia - ", words);
}

const char *day_words(const struct day *d, int days, char out[LANGUAGE_DAY_BYTES])
{
    return language_days(d->today + days, out);
}

const char *day_number(const struct day *d, const char *plain, char out[32])
{
    (void)snprintf(out, 32, "%s", plain);
    char *point = strchr(out, '.');
    if (point)
        *point = d->mark;
    return out;
}

const char *day_label_of(const struct day *d, const char *list, const char *code)
{
    const struct code_list *codes = NULL;
    struct errctx e;
    assert_ok(codes_list(d->codes, list, &codes, &e));
    const struct code *found = code_list_find(codes, code);
    if (!found)
        fail_msg("%s has no code %s", list, code);
    return found->label[d->lang];
}

void day_wait_sheet(struct day *d, int reported, int all)
{
    struct buf text = {0};
    buf_printf(&text, _("%d of %d teams"), reported, all);
    screen_wait(&d->screen, buf_str(&text));
    buf_done(&text);
}

/* --- moving */

/* From the first screen to a place of its menu. */
static void go_place(struct day *d, int place, const char *title)
{
    screen_type(&d->screen, "<C-a>");
    for (int i = 0; i < place; i++)
        screen_type(&d->screen, "<Down>");
    screen_type(&d->screen, "<Enter>");
    day_wait_title(d, title);
}

enum {
    AT_YIELDS = 5 /* in the menu; the lists stand below in this order */
};

void day_go_list(struct day *d, enum entity_id of)
{
    static const enum entity_id order[] = {ENTITY_YIELD,  ENTITY_STONE,       ENTITY_SALE,
                                           ENTITY_DIGGER, ENTITY_LICENCE,     ENTITY_CREW,
                                           ENTITY_SITE,   ENTITY_COOPERATIVE, ENTITY_INSPECTION};
    int at = 0;
    while (order[at] != of)
        at++;
    go_place(d, AT_YIELDS + at, _(ENTITIES[of].plural));
}

void day_back_to_today(struct day *d)
{
    screen_type(&d->screen, "<Esc>");
    day_wait_title(d, _("Today"));
}

/* --- forms. A value is typed as it stands, but
 *   #code    is the label of the code in the language,
 *   @words   looks for a record, which the list of those that fit offers,
 *   +days    is a day, counted from today,
 *   ?yes ?no are those words. */

static void type_value(struct day *d, const struct field *f, const char *value)
{
    char text[32];
    if (*value == '#')
        screen_type(&d->screen, day_label_of(d, f->list, value + 1));
    else if (*value == '+')
        screen_type(&d->screen, day_words(d, (int)strtol(value + 1, NULL, 10), text));
    else if (*value == '?')
        screen_type(&d->screen, strcmp(value, "?yes") == 0 ? _("yes") : _("no"));
    else if (*value == '@')
        screen_type(&d->screen, value + 1);
    else
        screen_type(&d->screen,
                    f->type == FIELD_DECIMAL || f->type == FIELD_MONEY ? day_number(d, value, text) : value);
}

void day_wait_field(struct day *d, const struct entity *of, int field)
{
    char where[32];
    (void)snprintf(where, sizeof where, "  %d/%d ", field + 1, of->field_count);
    screen_wait(&d->screen, where);
}

void day_fill(struct day *d, enum entity_id id, const char *const *values)
{
    const struct entity *of = &ENTITIES[id];
    int at = 0;
    for (; *values; values += 2) {
        int field = entity_field_by_flag(of, values[0]);
        const struct field *f = &of->fields[field];
        for (; at < field; at++)
            screen_type(&d->screen, "<Down>");
        day_wait_field(d, of, field);
        type_value(d, f, values[1]);
        screen_type(&d->screen, "<Enter>");
        if (values[1][0] == '@') {
            screen_wait(&d->screen, _("Type to look; Enter chooses, Esc goes back"));
            screen_type(&d->screen, "<Enter>");
        }
        at = field + 1 < of->field_count ? field + 1 : field;
        day_wait_field(d, of, at);
    }
}

void day_begin_new(struct day *d, enum entity_id id)
{
    struct buf title = {0};
    buf_printf(&title, _("New: %s"), _(ENTITIES[id].label));
    screen_type(&d->screen, "<C-n>");
    day_wait_title(d, buf_str(&title));
    buf_done(&title);
}

void day_add(struct day *d, enum entity_id id, const char *const *values)
{
    day_begin_new(d, id);
    day_fill(d, id, values);
    screen_type(&d->screen, "<C-s>");
    day_wait_beginning(d, _("saved as %s"));
}

void day_answer_questions(struct day *d, const char *why, const char *done)
{
    int asked = 0;
    for (; asked < MOST_QUESTIONS && !screen_holds(&d->screen, done); asked++) {
        screen_wait(&d->screen, _("Is this right?"));
        screen_type(&d->screen, why);
        screen_wait(&d->screen, why);
        screen_type(&d->screen, "<Enter>");
        screen_wait_gone(&d->screen, why);
        /* One or the other comes; none of them may be there yet. */
        for (int i = 0; i < MOST_LOOKS && !screen_holds(&d->screen, done) &&
                        !screen_holds(&d->screen, _("Is this right?"));
             i++)
            screen_settle(&d->screen);
    }
    assert_true(asked > 0);
    screen_wait(&d->screen, done);
}

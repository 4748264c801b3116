#include "schema/record/record.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void record_init(struct record *r, const struct entity *of)
{
    *r = (struct record){.of = of};
}

static void set_state(struct value *v, enum value_state state)
{
    free(v->text);
    *v = (struct value){.state = state};
}

void record_done(struct record *r)
{
    for (int i = 0; i < ENTITY_MAX_FIELDS; i++)
        set_state(&r->values[i], VALUE_ABSENT);
    free(r->unknown);
    r->unknown = NULL;
}

static void copy_value(struct value *to, const struct value *from)
{
    set_state(to, from->state);
    to->number = from->number;
    to->text = str_dup(from->text);
}

void record_copy(struct record *to, const struct record *from)
{
    record_init(to, from->of);
    for (int i = 0; i < from->of->field_count; i++)
        copy_value(&to->values[i], &from->values[i]);
    to->unknown = str_dup(from->unknown);
}

static int place_of(const struct record *r, const char *field)
{
    int place = entity_field(r->of, field);
    assert(place >= 0);
    return place;
}

const char *record_text(const struct record *r, const char *field)
{
    return r->values[place_of(r, field)].text;
}

int64_t record_number(const struct record *r, const char *field)
{
    return r->values[place_of(r, field)].number;
}

bool record_has(const struct record *r, const char *field)
{
    return r->values[place_of(r, field)].state == VALUE_SET;
}

void record_set_text(struct record *r, const char *field, const char *text)
{
    int place = place_of(r, field);
    assert(!field_is_number(r->of->fields[place].type));
    char *copy = str_dup(text);
    set_state(&r->values[place], VALUE_SET);
    r->values[place].text = copy;
}

void record_set_number(struct record *r, const char *field, int64_t number)
{
    int place = place_of(r, field);
    assert(field_is_number(r->of->fields[place].type));
    set_state(&r->values[place], VALUE_SET);
    r->values[place].number = number;
}

void record_clear(struct record *r, const char *field)
{
    set_state(&r->values[place_of(r, field)], VALUE_CLEAR);
}

void record_apply(struct record *to, const struct record *change)
{
    assert(to->of == change->of);
    for (int i = 0; i < to->of->field_count; i++) {
        if (change->values[i].state == VALUE_SET)
            copy_value(&to->values[i], &change->values[i]);
        else if (change->values[i].state == VALUE_CLEAR)
            set_state(&to->values[i], VALUE_ABSENT);
    }
}

/* A cleared field and one that was never given hold the same: nothing. */
static bool is_same(const struct value *a, const struct value *b)
{
    if (a->state != VALUE_SET || b->state != VALUE_SET)
        return a->state != VALUE_SET && b->state != VALUE_SET;
    return a->number == b->number &&
           (a->text == b->text || (a->text && b->text && !strcmp(a->text, b->text)));
}

void record_take(struct record *to, const struct record *change, int field)
{
    assert(to->of == change->of);
    copy_value(&to->values[field], &change->values[field]);
}

bool record_reduce(struct record *change, const struct record *base)
{
    assert(change->of == base->of);
    bool left = false;
    for (int i = 0; i < change->of->field_count; i++) {
        struct value *v = &change->values[i];
        if (v->state != VALUE_ABSENT && is_same(v, &base->values[i]))
            set_state(v, VALUE_ABSENT);
        left = left || v->state != VALUE_ABSENT;
    }
    return left;
}

static const struct value *value_named(const struct record *r, const char *name, size_t len)
{
    for (int i = 0; i < r->of->field_count; i++) {
        const char *candidate = r->of->fields[i].name;
        if (strncmp(candidate, name, len) == 0 && candidate[len] == '\0')
            return &r->values[i];
    }
    assert(!"a field table names a field that its entity has not");
    return NULL;
}

/* Whether any of the fields in NAMES is given; with WEIGHTY a zero does not count. */
static bool has_any(const struct record *r, const char *names, bool weighty)
{
    size_t len = 0;
    for (const char *at = names_next(names, &len); at; at = names_next(at + len, &len)) {
        const struct value *v = value_named(r, at, len);
        if (v->state == VALUE_SET && (!weighty || v->text || v->number != 0))
            return true;
    }
    return false;
}

bool record_needs(const struct record *r, int field)
{
    const struct field *f = &r->of->fields[field];
    switch (f->need) {
    case NEED_OPTIONAL:
        return false;
    case NEED_REQUIRED:
        return true;
    case NEED_WHEN_EQUAL:
        return record_has(r, f->if_field) && strcmp(record_text(r, f->if_field), f->if_value) == 0;
    case NEED_WHEN_NOT_EQUAL:
        return record_has(r, f->if_field) && strcmp(record_text(r, f->if_field), f->if_value) != 0;
    case NEED_WHEN_ANY:
        return has_any(r, f->if_field, true);
    case NEED_WHEN_NONE:
        return !has_any(r, f->if_field, false);
    }
    return false;
}

void record_put_title(struct buf *out, const struct record *r)
{
    size_t before = out->len;
    size_t len = 0;
    for (const char *at = names_next(r->of->title, &len); at; at = names_next(at + len, &len)) {
        const struct value *v = value_named(r, at, len);
        if (v->state != VALUE_SET)
            continue;
        if (out->len > before)
            buf_putc(out, ' ');
        record_put_human(out, r, (int)(v - r->values), NULL, '.');
    }
}

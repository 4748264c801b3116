#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/date.h"
#include "schema/base/text.h"
#include "schema/record/ident.h"
#include "schema/record/record.h"

enum {
    MAX_CODE_BYTES = 40, /* the longest code of ours has 24 */
    MAX_SET_CODES = 32,
    MAX_NAME_BYTES = 40,
    MAX_UNKNOWN = 32, /* as many fields as an entity can have */
};

/* --- writing */

static void write_set(struct json_out *out, const char *codes)
{
    json_open(out, '[');
    size_t len = 0;
    for (const char *at = names_next(codes, &len); at; at = names_next(at + len, &len)) {
        json_raw(out, "\"", 1);
        buf_put(out->to, at, len);
        buf_putc(out->to, '"');
    }
    json_close(out, ']');
}

static void write_value(struct json_out *out, const struct field *f, const struct value *v)
{
    char id[IDENT_BYTES];
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
    case FIELD_DATE:
    case FIELD_BIRTH:
    case FIELD_CODE:
        json_str(out, v->text);
        return;
    case FIELD_SET:
        write_set(out, v->text);
        return;
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
        json_int(out, v->number);
        return;
    case FIELD_REF:
        json_str(out, ident_format(v->number, id));
        return;
    case FIELD_BOOL:
        json_bool(out, v->number != 0);
        return;
    }
}

void record_write_json(const struct record *r, struct json_out *out)
{
    json_open(out, '{');
    for (int i = 0; i < r->of->field_count; i++) {
        const struct value *v = &r->values[i];
        if (v->state == VALUE_ABSENT)
            continue;
        json_key(out, r->of->fields[i].name);
        if (v->state == VALUE_CLEAR)
            json_null(out);
        else
            write_value(out, &r->of->fields[i], v);
    }
    if (r->unknown)
        json_raw(out, r->unknown, strlen(r->unknown));
    json_close(out, '}');
}

/* --- reading */

/* Most texts are short plain ASCII: those need no look at Unicode. */
static bool is_plain(const char *text, int64_t max_chars)
{
    size_t len = 0;
    for (; text[len]; len++) {
        if (text[len] < ' ' || text[len] > '~')
            return false;
    }
    return len > 0 && (int64_t)len <= max_chars && text[0] != ' ' && text[len - 1] != ' ';
}

static enum err check_text(const struct field *f, const char *text, struct errctx *e)
{
    if (is_plain(text, f->max))
        return ERR_OK;
    if (!*text)
        return err_fail(e, ERR_INVALID, "is empty: an absent field is left out");
    struct buf clean = {0};
    enum err result = text_clean(&clean, text, f->type == FIELD_NOTE, (size_t)f->max, e);
    if (result == ERR_OK && strcmp(buf_str(&clean), text) != 0)
        result = err_fail(e, ERR_INVALID, "is not in normal form C or has white space at its ends");
    buf_done(&clean);
    return result;
}

static bool is_code(const char *text)
{
    size_t len = 0;
    for (; text[len]; len++) {
        char c = text[len];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-')
            return false;
    }
    return len > 0 && len <= MAX_CODE_BYTES;
}

static enum err check_string(const struct field *f, const char *text, struct errctx *e)
{
    struct date day;
    int year = 0;
    switch (f->type) {
    case FIELD_TEXT:
    case FIELD_NOTE:
        return check_text(f, text, e);
    case FIELD_DATE:
        return date_parse(text, &day, e);
    case FIELD_BIRTH:
        return date_parse_birth(text, &year, e);
    case FIELD_CODE:
        return is_code(text) ? ERR_OK : err_fail(e, ERR_INVALID, "is not written as a code");
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_SET:
    case FIELD_REF:
    case FIELD_BOOL:
        break;
    }
    return err_fail(e, ERR_INTERNAL, "is no text field");
}

static bool holds(const cJSON *from, const cJSON *before, const char *text)
{
    for (; from != before; from = from->next) {
        if (strcmp(from->valuestring, text) == 0)
            return true;
    }
    return false;
}

static enum err read_set(const cJSON *json, struct value *out, struct errctx *e)
{
    if (!cJSON_IsArray(json) || !json->child)
        return err_fail(e, ERR_INVALID, "must be an array of codes, absent when empty");
    struct buf joined = {0};
    int count = 0;
    enum err result = ERR_OK;
    for (const cJSON *item = json->child; item && result == ERR_OK; item = item->next) {
        if (!cJSON_IsString(item) || !is_code(item->valuestring))
            result = err_fail(e, ERR_INVALID, "must be an array of codes");
        else if (++count > MAX_SET_CODES || holds(json->child, item, item->valuestring))
            result = err_fail(e, ERR_INVALID, "holds a code twice or too many codes");
        if (result != ERR_OK)
            break;
        if (joined.len)
            buf_putc(&joined, ',');
        buf_puts(&joined, item->valuestring);
    }
    if (result == ERR_OK)
        out->text = buf_steal(&joined);
    buf_done(&joined);
    return result;
}

static enum err read_value(const struct field *f, const cJSON *json, struct value *out, struct errctx *e)
{
    switch (f->type) {
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
        return json_whole(json, &out->number) ? ERR_OK : err_fail(e, ERR_INVALID, "must be a whole number");
    case FIELD_REF:
        if (!cJSON_IsString(json) || !ident_parse_exact(json->valuestring, &out->number))
            return err_fail(e, ERR_INVALID, "must be an id as it stands in entries");
        return ERR_OK;
    case FIELD_BOOL:
        if (!cJSON_IsBool(json))
            return err_fail(e, ERR_INVALID, "must be true or false");
        out->number = cJSON_IsTrue(json);
        return ERR_OK;
    case FIELD_SET:
        return read_set(json, out, e);
    case FIELD_TEXT:
    case FIELD_NOTE:
    case FIELD_DATE:
    case FIELD_BIRTH:
    case FIELD_CODE:
        break;
    }
    if (!cJSON_IsString(json))
        return err_fail(e, ERR_INVALID, "must be a string");
    if (check_string(f, json->valuestring, e) != ERR_OK)
        return e->kind;
    out->text = str_dup(json->valuestring);
    return ERR_OK;
}

/* --- fields of newer programs */

static bool is_name(const char *text)
{
    size_t len = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return text[len] == '\0' && len > 0 && len <= MAX_NAME_BYTES && text[0] >= 'a';
}

/* Writes JSON of any kind in canonical form; its depth was bounded when it was read. */
static enum err write_any(struct json_out *out, const cJSON *json, struct errctx *e)
{
    int64_t number = 0;
    if (cJSON_IsString(json))
        json_str(out, json->valuestring);
    else if (cJSON_IsBool(json))
        json_bool(out, cJSON_IsTrue(json));
    else if (cJSON_IsNull(json))
        json_null(out);
    else if (json_whole(json, &number))
        json_int(out, number);
    else if (!cJSON_IsArray(json) && !cJSON_IsObject(json))
        return err_fail(e, ERR_INVALID, "must be a whole number");
    else {
        bool object = cJSON_IsObject(json);
        json_open(out, object ? '{' : '[');
        for (const cJSON *item = json->child; item; item = item->next) {
            if (object)
                json_key(out, item->string);
            if (write_any(out, item, e) != ERR_OK)
                return e->kind;
        }
        json_close(out, object ? '}' : ']');
    }
    return ERR_OK;
}

/* FIRST is the object's first unknown member. */
static enum err read_unknown(struct json_out *out, const cJSON *first, const cJSON *member, struct errctx *e)
{
    int count = 0;
    if (!is_name(member->string))
        return err_fail(e, ERR_INVALID, "is not a field's name");
    for (const cJSON *other = first; other != member; other = other->next) {
        if (strcmp(other->string, member->string) == 0 || ++count >= MAX_UNKNOWN)
            return err_fail(e, ERR_INVALID, "stands there twice or behind too many unknown fields");
    }
    json_key(out, member->string);
    return write_any(out, member, e);
}

/* The place of NAME at or behind FROM; -1 when it is not there. */
static int find_from(const struct entity *of, int from, const char *name)
{
    for (int i = from; i < of->field_count; i++) {
        if (strcmp(of->fields[i].name, name) == 0)
            return i;
    }
    return -1;
}

static enum err take_member(struct record *r, int place, const cJSON *member, struct errctx *e)
{
    struct value value = {.state = VALUE_SET};
    if (cJSON_IsNull(member))
        value.state = VALUE_CLEAR;
    else if (read_value(&r->of->fields[place], member, &value, e) != ERR_OK)
        return e->kind;
    free(r->values[place].text);
    r->values[place] = value;
    return ERR_OK;
}

static char *pointer_to(const char *name)
{
    struct buf out = {0};
    buf_putc(&out, '/');
    for (; *name; name++) {
        if (*name == '~' || *name == '/')
            buf_puts(&out, *name == '~' ? "~0" : "~1");
        else
            buf_putc(&out, *name);
    }
    return buf_steal(&out);
}

/* Fields stand in the table's order: the search for a name goes on where the last one was found. */
static enum err read_members(struct record *r, const cJSON *first, struct buf *unknown, const cJSON **at,
                             struct errctx *e)
{
    struct json_out rest = {.to = unknown};
    const cJSON *first_unknown = NULL;
    int next = 0;
    for (*at = first; *at; *at = (*at)->next) {
        int place = first_unknown ? -1 : find_from(r->of, next, (*at)->string);
        enum err result = ERR_OK;
        if (place >= 0) {
            result = take_member(r, place, *at, e);
            next = place + 1;
        } else if (entity_field(r->of, (*at)->string) >= 0) {
            result = err_fail(e, ERR_INVALID, "stands there twice or out of order");
        } else {
            first_unknown = first_unknown ? first_unknown : *at;
            result = read_unknown(&rest, first_unknown, *at, e);
        }
        if (result != ERR_OK)
            return result;
    }
    return ERR_OK;
}

enum err record_read_json(struct record *r, const struct cJSON *object, char **pointer, struct errctx *e)
{
    if (pointer)
        *pointer = NULL;
    if (!cJSON_IsObject(object))
        return err_fail(e, ERR_INVALID, "is not a JSON object");
    struct buf unknown = {0};
    const cJSON *at = NULL;
    enum err result = read_members(r, object->child, &unknown, &at, e);
    if (result != ERR_OK) {
        if (pointer)
            *pointer = pointer_to(at->string);
        /* A name that is none of ours may hold anything. */
        (void)(is_name(at->string) ? err_wrap(e, "%s", at->string) : err_wrap(e, "a member"));
    } else if (unknown.len) {
        free(r->unknown);
        r->unknown = buf_steal(&unknown);
    }
    buf_done(&unknown);
    return result;
}

/* --- reading the everyday record */

/* The place of the field whose name stands there next, at or behind FROM; -1 for any other. */
static int take_name(const struct entity *of, int from, struct json_in *j)
{
    const char *name = NULL;
    size_t len = 0;
    if (!json_take_str(j, &name, &len) || !json_take(j, ":"))
        return -1;
    for (int i = from; i < of->field_count; i++) {
        const char *candidate = of->fields[i].name;
        if (candidate[0] == *name && strncmp(candidate, name, len) == 0 && candidate[len] == '\0')
            return i;
    }
    return -1;
}

static bool take_bool(struct json_in *j, int64_t *out)
{
    *out = json_take(j, "true");
    return *out || json_take(j, "false");
}

static bool take_ref(struct json_in *j, int64_t *out)
{
    char id[IDENT_BYTES];
    const char *text = NULL;
    size_t len = 0;
    if (!json_take_str(j, &text, &len) || len >= sizeof id)
        return false;
    memcpy(id, text, len);
    id[len] = '\0';
    return ident_parse_exact(id, out);
}

static bool take_text(const struct field *f, struct json_in *j, char **out)
{
    struct errctx ignored;
    const char *text = NULL;
    size_t len = 0;
    if (!json_take_str(j, &text, &len))
        return false;
    *out = str_dup_len(text, len);
    return check_string(f, *out, &ignored) == ERR_OK;
}

static bool take_value(const struct field *f, struct json_in *j, struct value *out)
{
    out->state = VALUE_SET;
    switch (f->type) {
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
        return json_take_int(j, &out->number);
    case FIELD_REF:
        return take_ref(j, &out->number);
    case FIELD_BOOL:
        return take_bool(j, &out->number);
    case FIELD_TEXT:
    case FIELD_NOTE:
    case FIELD_DATE:
    case FIELD_BIRTH:
    case FIELD_CODE:
        return take_text(f, j, &out->text);
    case FIELD_SET:
        break;
    }
    return false;
}

bool record_read_plain(struct record *r, struct json_in *from)
{
    int place = -1;
    if (!json_take(from, "{"))
        return false;
    do {
        place = take_name(r->of, place + 1, from);
        if (place < 0 || !take_value(&r->of->fields[place], from, &r->values[place]))
            return false;
    } while (json_take(from, ","));
    return json_take(from, "}");
}

#include "sync/journal/entry.h"
#include "sync/journal/predecessor.h"

#include <cjson/cJSON.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "schema/base/base32.h"
#include "schema/base/json.h"
#include "schema/base/text.h"
#include "schema/record/ident.h"

/* The last second of the year 9999: dates have four digits. */
#define LAST_INSTANT INT64_C(253402300799)

enum {
    ENTITY_NAME_BYTES = 16, /* longer ones are none of ours */
};

/* --- reading -------------------------------------------------------------------------------------------
 * Members have one right order, so each is looked for at one place: the next one. */

struct reading {
    const cJSON *next; /* the member that comes now; NULL behind the last */
    struct buf text;   /* for comparing a text with its clean form */
    char **pointer;
    struct errctx *e;
};

static void point_at(struct reading *r, const char *prefix, const char *member)
{
    if (!r->pointer)
        return;
    struct buf path = {0};
    buf_puts(&path, prefix);
    buf_puts(&path, member);
    free(*r->pointer);
    *r->pointer = buf_steal(&path);
}

static enum err fail_at(struct reading *r, const char *member, const char *rule)
{
    point_at(r, "/", member);
    return err_fail(r->e, ERR_INVALID, "\"%s\": %s", member, rule);
}

static bool is_next(const struct reading *r, const char *key)
{
    return r->next && strcmp(r->next->string, key) == 0;
}

/* The next member when it is KEY; NULL, and nothing is taken, when it is another. */
static const cJSON *take(struct reading *r, const char *key)
{
    const cJSON *item = r->next;
    if (!is_next(r, key))
        return NULL;
    r->next = item->next;
    return item;
}

static enum err take_int(struct reading *r, const char *key, int64_t min, int64_t max, int64_t *out)
{
    const cJSON *item = take(r, key);
    if (!item)
        return fail_at(r, key, "is missing or out of place");
    if (!json_whole(item, out))
        return fail_at(r, key, "is not a whole number");
    if (*out < min || *out > max)
        return fail_at(r, key, "is out of bounds");
    return ERR_OK;
}

static enum err take_str(struct reading *r, const char *key, const char **out)
{
    const cJSON *item = take(r, key);
    if (!item)
        return fail_at(r, key, "is missing or out of place");
    *out = cJSON_GetStringValue(item);
    return *out ? ERR_OK : fail_at(r, key, "is not a text");
}

/* A text as people may write it: not empty, clean (text.h), one line, at most MAX_CHARS characters. */
static enum err take_text(struct reading *r, const char *key, size_t max_chars, const char **out)
{
    if (take_str(r, key, out) != ERR_OK)
        return r->e->kind;
    if (!**out)
        return fail_at(r, key, "is empty");
    buf_clear(&r->text);
    if (text_clean(&r->text, *out, false, max_chars, r->e) != ERR_OK) {
        point_at(r, "/", key);
        return err_wrap(r->e, "\"%s\"", key);
    }
    return strcmp(buf_str(&r->text), *out) == 0
               ? ERR_OK
               : fail_at(r, key, "is not in normal form, or has spaces at an end");
}

static enum err take_owned(struct reading *r, const char *key, size_t max_chars, char **out)
{
    const char *text = NULL;
    if (take_text(r, key, max_chars, &text) != ERR_OK)
        return r->e->kind;
    *out = str_dup(text);
    return ERR_OK;
}

static enum err take_ident(struct reading *r, const char *key, int64_t *out)
{
    const char *text = NULL;
    if (take_str(r, key, &text) != ERR_OK)
        return r->e->kind;
    return ident_parse_exact(text, out) ? ERR_OK : fail_at(r, key, "is not an address");
}

static enum err take_hex(struct reading *r, const char *key, uint8_t *out, size_t len)
{
    const char *text = NULL;
    if (take_str(r, key, &text) != ERR_OK)
        return r->e->kind;
    if (strlen(text) != 2 * len || !hex_get(text, out, len))
        return fail_at(r, key, "is not the right number of hexadecimal digits");
    return ERR_OK;
}

/* Nothing may stand behind the last member that was asked for. A strange name is not repeated. */
static enum err take_end(struct reading *r, const char *parent)
{
    if (!r->next)
        return ERR_OK;
    const char *name = r->next->string;
    bool plain =
        strlen(name) <= ENTRY_MAX_RULE && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
    point_at(r, parent, plain ? name : "");
    return err_fail(r->e, ERR_INVALID, "a member is unknown, repeated or out of place");
}

static enum err read_confirmed(struct reading *r, struct entry *out)
{
    const cJSON *list = take(r, "ok");
    if (!list)
        return ERR_OK;
    if (!cJSON_IsArray(list) || !list->child)
        return fail_at(r, "ok", "is not a list with something in it");
    const cJSON *after = r->next;
    for (const cJSON *item = list->child; item; item = item->next) {
        if (!cJSON_IsObject(item) || out->confirmed_count == ENTRY_MAX_CONFIRMED)
            return fail_at(r, "ok", "is too long or holds something else than objects");
        struct confirmed *to = &out->confirmed[out->confirmed_count++];
        r->next = item->child;
        if (take_owned(r, "rule", ENTRY_MAX_RULE, &to->rule) != ERR_OK ||
            take_owned(r, "why", ENTRY_MAX_WHY, &to->why) != ERR_OK || take_end(r, "/ok/") != ERR_OK) {
            point_at(r, "/", "ok");
            return err_wrap(r->e, "\"ok\"");
        }
    }
    r->next = after;
    return ERR_OK;
}

static enum err read_values(struct reading *r, struct entry *out)
{
    const cJSON *values = take(r, "v");
    if (!cJSON_IsObject(values))
        return fail_at(r, "v", "is missing, out of place or not an object");
    char *inner = NULL;
    if (record_read_json(&out->record, values, r->pointer ? &inner : NULL, r->e) != ERR_OK) {
        point_at(r, "/v", inner ? inner : "");
        free(inner);
        return r->e->kind;
    }
    if (out->op == OP_AMEND)
        return values->child ? ERR_OK : fail_at(r, "v", "changes nothing");
    for (int i = 0; i < out->record.of->field_count; i++) {
        if (out->record.values[i].state == VALUE_CLEAR) {
            point_at(r, "/v/", out->record.of->fields[i].name);
            return err_fail(r->e, ERR_INVALID, "\"%s\" is null in a new record",
                            out->record.of->fields[i].name);
        }
    }
    return ERR_OK;
}

/* The kind of record that an entry is about. */
static enum err take_entity(struct reading *r, struct entry *out)
{
    const char *of = NULL;
    if (take_str(r, "of", &of) != ERR_OK)
        return r->e->kind;
    const struct entity *entity = entity_find(of);
    if (!entity)
        return fail_at(r, "of", "is a kind of record that this program does not know");
    record_init(&out->record, entity);
    return ERR_OK;
}

/* The old address of what a copied laptop wrote again. */
static enum err take_was(struct reading *r, struct entry *out)
{
    return is_next(r, "was") ? take_ident(r, "was", &out->was) : ERR_OK;
}

static enum err read_change(struct reading *r, struct entry *out)
{
    if (take_entity(r, out) != ERR_OK)
        return r->e->kind;
    if (out->op != OP_ADD &&
        (take_ident(r, "id", &out->id) != ERR_OK || take_ident(r, "base", &out->base) != ERR_OK))
        return r->e->kind;
    if (take_was(r, out) != ERR_OK)
        return r->e->kind;
    if (out->op == OP_VOID)
        return take_owned(r, "why", ENTRY_MAX_WHY, &out->why);
    if (read_values(r, out) != ERR_OK)
        return r->e->kind;
    return read_confirmed(r, out);
}

static enum err read_predecessor(struct reading *r, struct predecessor *p)
{
    const char *code = NULL;
    const char *sig = NULL;
    if (take_str(r, "device", &code) != ERR_OK)
        return r->e->kind;
    if (!device_code_parse(code, &p->device))
        return fail_at(r, "device", "is not a device code");
    if (take_int(r, "number", 0, IDENT_MAX_NUMBER, &p->number) != ERR_OK ||
        take_hex(r, "chain", p->chain.value, CHAIN_BYTES) != ERR_OK ||
        (is_next(r, "sig") && take_str(r, "sig", &sig) != ERR_OK))
        return r->e->kind;
    p->is_signed = sig != NULL;
    if (sig && !predecessor_read_sig(sig, p->sig))
        return fail_at(r, "sig", "is not a signature");
    return take_end(r, "/after/");
}

static enum err read_after(struct reading *r, struct entry *out)
{
    const cJSON *object = take(r, "after");
    if (!object)
        return ERR_OK;
    if (!cJSON_IsObject(object))
        return fail_at(r, "after", "is not an object");
    const cJSON *next = r->next;
    out->after = mem_zero(1, sizeof *out->after);
    r->next = object->child;
    if (read_predecessor(r, out->after) != ERR_OK) {
        point_at(r, "/", "after");
        return err_wrap(r->e, "\"after\"");
    }
    r->next = next;
    return ERR_OK;
}

static enum err read_device(struct reading *r, struct entry *out)
{
    if (take_hex(r, "key", out->key, KEY_BYTES) != ERR_OK ||
        take_owned(r, "program", ENTRY_MAX_PROGRAM, &out->program) != ERR_OK ||
        take_int(r, "schema", 1, IDENT_MAX_NUMBER, &out->schema) != ERR_OK || read_after(r, out) != ERR_OK)
        return r->e->kind;
    const cJSON *training = take(r, "training");
    if (training && !cJSON_IsTrue(training))
        return fail_at(r, "training", "is not true");
    out->training = training != NULL;
    return ERR_OK;
}

static enum err read_pin(struct reading *r, struct entry *out)
{
    const char *word = NULL;
    if (take_entity(r, out) != ERR_OK)
        return r->e->kind;
    if (out->record.of->id != ENTITY_OFFICER)
        return fail_at(r, "of", "is a kind of record that has no PIN");
    if (take_ident(r, "id", &out->id) != ERR_OK || take_was(r, out) != ERR_OK ||
        take_str(r, "is", &word) != ERR_OK)
        return r->e->kind;
    int found = 0;
    while (found < PIN_CHANGE_COUNT && strcmp(pin_change_word((enum pin_change)found), word) != 0)
        found++;
    if (found == PIN_CHANGE_COUNT)
        return fail_at(r, "is", "is neither \"set\" nor \"cleared\"");
    out->pin = (enum pin_change)found;
    return is_next(r, "source") ? take_owned(r, "source", ENTRY_MAX_SOURCE, &out->source) : ERR_OK;
}

/* A decision gives its reason when somebody has to act on it. */
static enum err take_reason(struct reading *r, bool needed, struct entry *out)
{
    return needed || is_next(r, "why") ? take_owned(r, "why", ENTRY_MAX_WHY, &out->why) : ERR_OK;
}

static enum err take_decided(struct reading *r, enum decided first, enum decided last, struct entry *out)
{
    const char *word = NULL;
    if (take_str(r, "is", &word) != ERR_OK)
        return r->e->kind;
    for (int i = (int)first; i <= (int)last; i++) {
        if (strcmp(decided_word((enum decided)i), word) == 0) {
            out->is = (enum decided)i;
            return ERR_OK;
        }
    }
    return fail_at(r, "is", "is no decision of this kind");
}

/* decide, settle, merge and unmerge. */
static enum err read_decision(struct reading *r, struct entry *out)
{
    if (take_entity(r, out) != ERR_OK || take_ident(r, "id", &out->id) != ERR_OK)
        return r->e->kind;
    enum err result = ERR_OK;
    if (out->op == OP_DECIDE) {
        result = take_ident(r, "base", &out->base);
        if (result == ERR_OK)
            result = take_decided(r, DECIDED_ACCEPTED, DECIDED_REJECTED, out);
    } else if (out->op == OP_SETTLE) {
        result = take_ident(r, "entry", &out->settles);
        if (result == ERR_OK)
            result = take_decided(r, DECIDED_KEPT, DECIDED_TAKEN, out);
    } else if (out->op == OP_MERGE) {
        result = take_ident(r, "into", &out->into);
        if (result == ERR_OK && out->into == out->id)
            return fail_at(r, "into", "is the record itself");
    }
    if (result != ERR_OK)
        return result;
    return take_reason(r, out->op == OP_DECIDE && out->is != DECIDED_ACCEPTED, out);
}

static enum err read_staff(struct reading *r, struct entry *out)
{
    if (take_owned(r, "login", ENTRY_AUTHOR_BYTES - 1, &out->login) != ERR_OK)
        return r->e->kind;
    if (strlen(out->login) >= ENTRY_AUTHOR_BYTES)
        return fail_at(r, "login", "is longer than 63 bytes");
    if (take_owned(r, "name", ENTRY_MAX_NAME, &out->name) != ERR_OK)
        return r->e->kind;
    const cJSON *active = take(r, "active");
    if (!cJSON_IsBool(active))
        return fail_at(r, "active", "is missing, out of place or neither true nor false");
    out->active = cJSON_IsTrue(active);
    return ERR_OK;
}

static enum err read_quarantine(struct reading *r, struct entry *out)
{
    const char *code = NULL;
    char exact[DEVICE_CODE_BYTES];
    if (take_str(r, "device", &code) != ERR_OK)
        return r->e->kind;
    if (!device_code_parse(code, &out->device) || strcmp(device_code_format(out->device, exact), code) != 0)
        return fail_at(r, "device", "is not a device code");
    if (take_hex(r, "hash", out->hash, CHAIN_BYTES) != ERR_OK ||
        take_owned(r, "refused", ENTRY_MAX_WORD, &out->refused) != ERR_OK ||
        take_decided(r, DECIDED_RELEASED, DECIDED_DROPPED, out) != ERR_OK)
        return r->e->kind;
    return take_reason(r, true, out);
}

static enum err read_head(struct reading *r, struct entry *out)
{
    int64_t suspect = 0;
    const char *by = NULL;
    const char *op = NULL;
    if (take_int(r, "at", 0, LAST_INSTANT, &out->at) != ERR_OK)
        return r->e->kind;
    bool marked = is_next(r, "clk");
    if (marked && take_int(r, "clk", 1, 1, &suspect) != ERR_OK)
        return r->e->kind;
    out->clock_suspect = marked;
    if (take_text(r, "by", ENTRY_AUTHOR_BYTES - 1, &by) != ERR_OK)
        return r->e->kind;
    if (strlen(by) >= sizeof out->by)
        return fail_at(r, "by", "is longer than 63 bytes");
    memcpy(out->by, by, strlen(by) + 1);
    if (take_str(r, "op", &op) != ERR_OK)
        return r->e->kind;
    for (int i = 0; i < OP_COUNT; i++) {
        if (strcmp(op_word((enum op)i), op) == 0) {
            out->op = (enum op)i;
            return ERR_OK;
        }
    }
    return fail_at(r, "op", "is an operation that this program does not know");
}

static enum err read_members(struct reading *r, struct entry *out)
{
    if (read_head(r, out) != ERR_OK)
        return r->e->kind;
    enum err result = ERR_OK;
    switch (out->op) {
    case OP_ADD:
    case OP_AMEND:
    case OP_VOID:
        result = read_change(r, out);
        break;
    case OP_DEVICE:
        result = read_device(r, out);
        break;
    case OP_CLOCK:
        result = take_int(r, "offset_s", -LAST_INSTANT, LAST_INSTANT, &out->offset_s);
        if (result == ERR_OK)
            result = take_owned(r, "source", ENTRY_MAX_SOURCE, &out->source);
        break;
    case OP_BACKUP:
        result = take_owned(r, "medium", ENTRY_MAX_SOURCE, &out->source);
        break;
    case OP_PIN:
        result = read_pin(r, out);
        break;
    case OP_DECIDE:
    case OP_SETTLE:
    case OP_MERGE:
    case OP_UNMERGE:
        result = read_decision(r, out);
        break;
    case OP_STAFF:
        result = read_staff(r, out);
        break;
    case OP_QUARANTINE:
        result = read_quarantine(r, out);
        break;
    }
    return result == ERR_OK ? take_end(r, "/") : result;
}

/* Printable ASCII with no space at an end: clean as it stands. */
static bool is_plain_author(const char *by, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (by[i] < ' ' || by[i] > '~')
            return false;
    }
    return len > 0 && len < ENTRY_AUTHOR_BYTES && by[0] != ' ' && by[len - 1] != ' ';
}

static bool take_plain_head(struct json_in *j, struct entry *out)
{
    const char *by = NULL;
    size_t len = 0;
    if (!json_take(j, "{\"at\":") || !json_take_int(j, &out->at) || out->at < 0 || out->at > LAST_INSTANT ||
        !json_take(j, ",\"by\":") || !json_take_str(j, &by, &len) || !is_plain_author(by, len))
        return false;
    memcpy(out->by, by, len);
    out->op = OP_ADD;
    return json_take(j, ",\"op\":\"add\"");
}

static const struct entity *take_plain_entity(struct json_in *j)
{
    char name[ENTITY_NAME_BYTES] = "";
    const char *of = NULL;
    size_t len = 0;
    if (!json_take(j, ",\"of\":") || !json_take_str(j, &of, &len) || len >= sizeof name)
        return NULL;
    memcpy(name, of, len);
    return entity_find(name);
}

/* Nearly every line adds a record of plain values: that one is read in one pass. Whatever differs in anything
 * is left to the general way, which also has the words for what is wrong. */
static bool read_plain(const char *bytes, size_t len, struct entry *out)
{
    struct json_in j = {bytes, bytes + len};
    const struct entity *of = take_plain_head(&j, out) ? take_plain_entity(&j) : NULL;
    if (!of || !json_take(&j, ",\"v\":"))
        return false;
    record_init(&out->record, of);
    return record_read_plain(&out->record, &j) && json_take(&j, "}") && j.at == j.end;
}

enum err entry_read(const char *bytes, size_t len, struct entry *out, char **pointer, struct errctx *e)
{
    entry_init(out);
    struct reading r = {.pointer = pointer, .e = e};
    if (pointer)
        *pointer = NULL;
    if (len <= ENTRY_MAX_BYTES && read_plain(bytes, len, out))
        return ERR_OK;
    entry_done(out);
    point_at(&r, "", "");
    if (len > ENTRY_MAX_BYTES)
        return err_fail(e, ERR_INVALID, "is longer than %d bytes", ENTRY_MAX_BYTES);
    struct cJSON *json = NULL;
    if (json_read(bytes, len, &json, e) != ERR_OK)
        return e->kind;
    r.next = json->child;
    enum err result =
        cJSON_IsObject(json) ? read_members(&r, out) : err_fail(e, ERR_INVALID, "is not an object");
    if (result == ERR_OK) {
        buf_clear(&r.text);
        (void)buf_reserve(&r.text, len);
        entry_write(out, &r.text);
        if (r.text.len != len || memcmp(r.text.data, bytes, len) != 0)
            result = err_fail(e, ERR_INVALID, "is not in canonical form");
    }
    json_free(json);
    buf_done(&r.text);
    if (result != ERR_OK) {
        entry_done(out);
    } else if (pointer) {
        free(*pointer);
        *pointer = NULL;
    }
    return result;
}

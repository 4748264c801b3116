#include "app/field/tui/form.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "schema/base/json.h"

static void show(struct form *f, int field)
{
    struct buf text = {0};
    field_show(&text, &f->record, field, f->world);
    lineedit_set(&f->fields[field].line, buf_str(&text));
    f->fields[field].typed = false;
    buf_done(&text);
}

static void begin(struct form *f, const struct entity *of, const struct field_world *world)
{
    *f = (struct form){.of = of, .world = world};
    for (int i = 0; i < of->field_count; i++)
        f->fields[i].line.max_chars = field_max_chars(&of->fields[i]);
}

void form_init(struct form *f, const struct entity *of, const struct field_world *world)
{
    struct errctx e;
    begin(f, of, world);
    record_init(&f->before, of);
    record_init(&f->record, of);
    /* A default that does not fit leaves its field empty, to be filled by hand. */
    if (record_fill(&f->record, &world->reader, &e) != ERR_OK)
        record_init(&f->record, of);
    for (int i = 0; i < of->field_count; i++)
        show(f, i);
}

void form_load(struct form *f, const struct row *row, const struct field_world *world)
{
    begin(f, row->record.of, world);
    f->id = row->id;
    f->version = row->version;
    record_copy(&f->before, &row->record);
    record_copy(&f->record, &row->record);
    for (int i = 0; i < f->of->field_count; i++)
        show(f, i);
}

static void set_error(struct form *f, int field, const char *words)
{
    struct buf said = {0};
    free(f->fields[field].error);
    if (words)
        field_say(&said, f->of, words);
    f->fields[field].error = words ? buf_steal(&said) : NULL;
}

void form_done(struct form *f)
{
    if (!f->of)
        return;
    for (int i = 0; i < f->of->field_count; i++) {
        lineedit_done(&f->fields[i].line);
        free(f->fields[i].error);
    }
    record_done(&f->before);
    record_done(&f->record);
    f->of = NULL;
}

static void touch(struct form *f)
{
    f->fields[f->focus].typed = true;
    set_error(f, f->focus, NULL);
}

bool form_type(struct form *f, int32_t press)
{
    if (!field_accepts(&f->of->fields[f->focus], press) || !lineedit_insert(&f->fields[f->focus].line, press))
        return false;
    touch(f);
    return true;
}

enum line_change form_edit(struct form *f, enum action action)
{
    enum line_change change = lineedit_do(&f->fields[f->focus].line, action);
    if (change == LINE_CHANGED)
        touch(f);
    return change;
}

static bool read_field(struct form *f, int field)
{
    struct errctx e = {0};
    struct form_field *at = &f->fields[field];
    if (!at->typed)
        return true;
    if (field_read(&f->record, field, lineedit_text(&at->line), f->world, &e) != ERR_OK) {
        set_error(f, field, e.text);
        return false;
    }
    set_error(f, field, NULL);
    show(f, field);
    return true;
}

bool form_put(struct form *f, int field, const char *text)
{
    lineedit_set(&f->fields[field].line, text);
    f->fields[field].typed = true;
    return read_field(f, field);
}

static void copy_value(struct record *to, const struct record *from, int field)
{
    struct value *v = &to->values[field];
    free(v->text);
    *v = from->values[field];
    v->text = str_dup(from->values[field].text);
}

void form_restore(struct form *f)
{
    copy_value(&f->record, &f->before, f->focus);
    set_error(f, f->focus, NULL);
    show(f, f->focus);
}

bool form_leave(struct form *f)
{
    return read_field(f, f->focus);
}

bool form_move(struct form *f, int by)
{
    bool right = form_leave(f);
    int to = f->focus + by;
    f->focus = to < 0 ? 0 : to >= f->of->field_count ? f->of->field_count - 1 : to;
    return right;
}

bool form_needs(const struct form *f, int field)
{
    return record_needs(&f->record, field);
}

bool form_check(struct form *f)
{
    int first = -1;
    for (int i = 0; i < f->of->field_count; i++) {
        /* What rules said about a value that was read may be over now. */
        if (!f->fields[i].typed)
            set_error(f, i, NULL);
        bool right = read_field(f, i);
        bool missing =
            right && f->record.values[i].state != VALUE_SET && form_needs(f, i) && !f->of->fields[i].fallback;
        if (missing)
            set_error(f, i, _("must be given"));
        if ((!right || missing) && first < 0)
            first = i;
    }
    if (first >= 0)
        f->focus = first;
    return first < 0;
}

bool form_blame(struct form *f, const struct findings *found, enum level level)
{
    int first = -1;
    for (size_t i = 0; i < found->count; i++) {
        int field = found->rows[i].field ? entity_field(f->of, found->rows[i].field) : 0;
        if (found->rows[i].level != level || field < 0)
            continue;
        set_error(f, field, found->rows[i].text);
        if (first < 0)
            first = field;
    }
    if (first >= 0)
        f->focus = first;
    return first >= 0;
}

static bool same_value(const struct value *a, const struct value *b)
{
    bool given = a->state == VALUE_SET;
    if (given != (b->state == VALUE_SET))
        return false;
    return !given || (a->number == b->number && strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0);
}

bool form_is_changed(const struct form *f)
{
    for (int i = 0; i < f->of->field_count; i++) {
        /* What a new record shows by itself is nobody's work. */
        bool own = f->id == 0 && f->of->fields[i].fallback;
        if (f->fields[i].typed || (!own && !same_value(&f->record.values[i], &f->before.values[i])))
            return true;
    }
    return false;
}

void form_change(const struct form *f, struct record *out)
{
    record_init(out, f->of);
    for (int i = 0; i < f->of->field_count; i++) {
        if (f->id != 0 && same_value(&f->record.values[i], &f->before.values[i]))
            continue;
        copy_value(out, &f->record, i);
        if (f->id != 0 && out->values[i].state != VALUE_SET)
            out->values[i].state = VALUE_CLEAR;
    }
}

/* --- drafts */

void form_write_draft(const struct form *f, struct buf *out)
{
    struct json_out j = {.to = out};
    json_open(&j, '{');
    json_put_str(&j, "of", f->of->name);
    json_put_int(&j, "id", f->id);
    json_put_int(&j, "version", f->version);
    json_put_str(&j, "focus", f->of->fields[f->focus].name);
    json_key(&j, "typed");
    json_open(&j, '{');
    for (int i = 0; i < f->of->field_count; i++) {
        if (f->fields[i].typed || !same_value(&f->record.values[i], &f->before.values[i]))
            json_put_str(&j, f->of->fields[i].name, lineedit_text(&f->fields[i].line));
    }
    json_close(&j, '}');
    json_close(&j, '}');
}

static enum err read_head(const cJSON *json, enum entity_id *out_of, int64_t *out_id, struct errctx *e)
{
    const char *of = json_get_str(json, "of");
    const struct entity *entity = of ? entity_find(of) : NULL;
    if (!entity || !json_get_int(json, "id", out_id))
        return err_fail(e, ERR_INVALID, "draft: is none of a form");
    *out_of = entity->id;
    return ERR_OK;
}

enum err form_draft_of(const char *draft, enum entity_id *out_of, int64_t *out_id, struct errctx *e)
{
    cJSON *json = NULL;
    if (json_read(draft, strlen(draft), &json, e) != ERR_OK)
        return err_wrap(e, "draft");
    enum err result = read_head(json, out_of, out_id, e);
    json_free(json);
    return result;
}

enum err form_read_draft(struct form *f, const char *draft, struct errctx *e)
{
    cJSON *json = NULL;
    if (json_read(draft, strlen(draft), &json, e) != ERR_OK)
        return err_wrap(e, "draft");
    const cJSON *typed = cJSON_GetObjectItemCaseSensitive(json, "typed");
    const char *focus = json_get_str(json, "focus");
    /* A draft of a version that is no longer the newest is still what somebody typed. */
    (void)json_get_int(json, "version", &f->version);
    for (int i = 0; i < f->of->field_count; i++) {
        const char *text = json_get_str(typed, f->of->fields[i].name);
        if (text)
            (void)form_put(f, i, text);
        if (focus && strcmp(focus, f->of->fields[i].name) == 0)
            f->focus = i;
    }
    json_free(json);
    return ERR_OK;
}

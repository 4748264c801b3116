/* add, edit, void: the commands that write one record. */
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/cli/confirm.h"

/* Sets every field that has a flag on the command line; money after its currency. */
static enum err take_flags(struct app *app, const struct options *o, struct record *r, struct errctx *e)
{
    struct reader reader = store_reader(app->store, app_today(app));
    for (int money = 0; money < 2; money++) {
        for (int i = 0; i < r->of->field_count; i++) {
            const struct field *f = &r->of->fields[i];
            const char *text = (f->type == FIELD_MONEY) == (money == 1) ? options_text(o, f->flag) : NULL;
            if (text && record_set_typed(r, i, text, &reader, e) != ERR_OK)
                return e->kind;
        }
    }
    return ERR_OK;
}

/* Prints the id of what was saved. */
static enum err tell(const struct app *app, const char *version, int64_t id, struct errctx *e)
{
    char text[IDENT_BYTES];
    struct output *out = app_output(app);
    output_begin(out, version);
    output_put_text(out, "id", ident_format(id, text));
    if (app->form == OUTPUT_CSV)
        fprintf(stdout, "%s\n", ident_format_checked(id, text));
    output_line(out, ident_format_checked(id, text));
    enum err result = output_end(out, e);
    output_free(out);
    return result;
}

/* An empty value on add is the same as none. */
static void drop_cleared(struct record *r)
{
    for (int i = 0; i < r->of->field_count; i++) {
        if (r->values[i].state == VALUE_CLEAR)
            r->values[i].state = VALUE_ABSENT;
    }
}

static enum err add(struct app *app, const struct options *o, struct errctx *e)
{
    struct author by;
    struct answers answers = {0};
    struct findings found = {0};
    struct record r;
    struct reader reader = store_reader(app->store, app_today(app));
    int64_t id = 0;
    record_init(&r, app->entity);
    enum err result = app_author(app, &by, e);
    if (result == ERR_OK)
        result = answers_read(&answers, o, e);
    if (result == ERR_OK)
        result = take_flags(app, o, &r, e);
    drop_cleared(&r);
    if (result == ERR_OK)
        result = record_fill(&r, &reader, e);
    if (result == ERR_OK && store_add(app->store, &r, &by, &answers.all, &found, &id, e) != ERR_OK)
        result = answers_explain(&answers, &found, e);
    if (result == ERR_OK) {
        answers_tell_flags(&found);
        result = tell(app, "added/1", id, e);
    }
    record_done(&r);
    findings_done(&found);
    answers_done(&answers);
    return result;
}

/* A price is read with the decimals of its currency: the record's, unless it changes too. */
static void take_currency(struct record *change, const struct record *current)
{
    int at = entity_field(change->of, "currency");
    if (at >= 0 && current->values[at].state == VALUE_SET)
        record_set_text(change, "currency", current->values[at].text);
}

static bool says_anything(const struct record *change)
{
    for (int i = 0; i < change->of->field_count; i++) {
        if (change->values[i].state != VALUE_ABSENT)
            return true;
    }
    return false;
}

static enum err amend(struct app *app, const struct options *o, int64_t id, const struct author *by,
                      struct errctx *e)
{
    struct answers answers = {0};
    struct findings found = {0};
    struct row row = {0};
    struct record change;
    record_init(&change, app->entity);
    enum err result = answers_read(&answers, o, e);
    bool loaded =
        result == ERR_OK && (result = store_load(app->store, app->entity->id, id, &row, e)) == ERR_OK;
    if (loaded) {
        take_currency(&change, &row.record);
        result = take_flags(app, o, &change, e);
    }
    if (result == ERR_OK && !says_anything(&change))
        result = err_fail(e, ERR_USAGE, _("what changes? name it as --FIELD VALUE"));
    if (result == ERR_OK && store_amend(app->store, app->entity->id, id, &change, row.version, by,
                                        &answers.all, &found, e) != ERR_OK)
        result = answers_explain(&answers, &found, e);
    if (result == ERR_OK)
        answers_tell_flags(&found);
    if (loaded)
        row_done(&row);
    record_done(&change);
    findings_done(&found);
    answers_done(&answers);
    return result;
}

static enum err edit(struct app *app, const struct options *o, struct errctx *e)
{
    struct author by;
    int64_t id = 0;
    if (app_author(app, &by, e) != ERR_OK ||
        app_find(app, app->entity->id, o->operands[0], &id, e) != ERR_OK ||
        amend(app, o, id, &by, e) != ERR_OK)
        return e->kind;
    return tell(app, "edited/1", id, e);
}

static enum err void_record(struct app *app, const struct options *o, struct errctx *e)
{
    struct author by;
    struct buf why = {0};
    int64_t id = 0;
    if (!options_text(o, "reason"))
        return err_fail(e, ERR_USAGE, _("why? a record is voided with --reason TEXT"));
    enum err result = app_author(app, &by, e);
    if (result == ERR_OK)
        result = reason_read(&why, options_text(o, "reason"), e);
    if (result == ERR_OK)
        result = app_find(app, app->entity->id, o->operands[0], &id, e);
    if (result == ERR_OK)
        result = store_void(app->store, app->entity->id, id, buf_str(&why), &by, e);
    buf_done(&why);
    return result == ERR_OK ? tell(app, "voided/1", id, e) : result;
}

#define CONFIRM                                                                                              \
    {                                                                                                        \
        "confirm", "RULE: reason", N_("answers a rule that asks; may be given more than once"), true         \
    }

static const struct option_spec ADD_OPTIONS[] = {CONFIRM, {0}};
static const struct option_spec VOID_OPTIONS[] = {
    {"reason", "TEXT", N_("why; it stays in the record's history"), false},
    {0},
};

const struct command CMD_ADD = {
    .words = "ENTITY add",
    .operands = "--FIELD VALUE …",
    .summary = N_("save a new record and print its id"),
    .opens = OPENS_WRITE,
    .takes_fields = true,
    .options = ADD_OPTIONS,
    .run = add,
};

const struct command CMD_EDIT = {
    .words = "ENTITY edit",
    .operands = "ID --FIELD VALUE …",
    .summary = N_("change fields of a record; an empty value clears one"),
    .more = N_("Nothing is overwritten: the history keeps every version."),
    .opens = OPENS_WRITE,
    .takes_fields = true,
    .least = 1,
    .most = 1,
    .options = ADD_OPTIONS,
    .run = edit,
};

const struct command CMD_VOID = {
    .words = "ENTITY void",
    .operands = "ID --reason TEXT",
    .summary = N_("mark a record as never valid; it stays in the journal"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .options = VOID_OPTIONS,
    .run = void_record,
};

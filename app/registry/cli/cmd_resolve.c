/* review resolve: changes that met, shown and put together field by field. */
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/registry/app.h"
#include "app/registry/cli/review_show.h"
#include "app/registry/store/review.h"

enum {
    MOST_CHOICES = 64 /* fields of the widest entity, and room */
};

/* "one", "other", or the entry that waits: as a name it may end with a check character. */
static enum err read_which(const char *text, int64_t *out, struct errctx *e)
{
    if (strcmp(text, "one") == 0)
        *out = REVIEW_ONE;
    else if (strcmp(text, "other") == 0)
        *out = REVIEW_OTHER;
    else if (ident_parse(text, out, e) != ERR_OK)
        return err_fail(e, ERR_USAGE,
                        _("--take \"%s\": is one, other, FIELD=one, FIELD=other or FIELD=ENTRY"), text);
    return ERR_OK;
}

/* OWNED gets a copy of TEXT, which the choice points into. */
static enum err read_choice(const char *text, char **owned, struct review_choice *out, struct errctx *e)
{
    const char *mark = strchr(text, '=');
    *owned = str_dup_len(text, mark ? (size_t)(mark - text) : 0);
    out->field = *owned;
    return read_which(mark ? mark + 1 : text, &out->take, e);
}

static enum err resolve(struct app *app, const struct options *o, int64_t id, struct errctx *e)
{
    struct review_choice choices[MOST_CHOICES];
    char *owned[MOST_CHOICES];
    size_t count = 0;
    enum err result = ERR_OK;
    int at = 0;
    for (const char *text = NULL; result == ERR_OK && (text = options_next(o, "take", &at)) != NULL;) {
        if (count == MOST_CHOICES)
            result = err_fail(e, ERR_USAGE, _("too many fields"));
        else {
            result = read_choice(text, &owned[count], &choices[count], e);
            count++;
        }
    }
    if (result == ERR_OK)
        result =
            review_resolve(app->store, app->as, id, choices, count, options_text(o, "reason"), app->now, e);
    for (size_t i = 0; i < count; i++)
        free(owned[i]);
    return result;
}

static enum err cmd_review_resolve(struct app *app, const struct options *o, struct errctx *e)
{
    int64_t id = 0;
    if (ident_parse(o->operands[0], &id, e) != ERR_OK)
        return err_wrap(e, "record \"%s\"", o->operands[0]);
    return options_has(o, "take") ? resolve(app, o, id, e) : review_show_conflicts(app, id, e);
}

static const struct option_spec RESOLVE_OPTIONS[] = {
    {"take", "WHICH",
     N_("one: what stands stays; other: what waits is taken; FIELD=WHICH for that field alone"), true},
    {"reason", "TEXT", N_("why"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_REVIEW_RESOLVE = {
    .words = "review resolve",
    .operands = "ID",
    .summary = N_("show a record's conflict, or end it"),
    .more = N_(
        "Without --take it shows each field that met: the value that both started from, the one that stands, "
        "and "
        "the other, which waits. --take one or --take other decides about all; --take FIELD=one, FIELD=other "
        "or "
        "FIELD=ENTRY about one field, beside it or instead of it: every field that met needs a word. What is "
        "taken is one change of the registry's own."),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .options = RESOLVE_OPTIONS,
    .run = cmd_review_resolve,
};

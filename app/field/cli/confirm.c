#include "app/field/cli/confirm.h"

#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/common/message.h"
#include "app/common/said.h"
#include "app/field/app.h"
#include "schema/base/text.h"

enum err reason_read(struct buf *out, const char *text, struct errctx *e)
{
    if (text_clean(out, text, false, 200, e) != ERR_OK)
        return err_wrap(e, "reason \"%s\"", text);
    return out->len > 0 ? ERR_OK : err_fail(e, ERR_INVALID, _("reason \"%s\": must be given"), text);
}

static enum err read_one(const char *text, struct confirmed *out, struct errctx *e)
{
    const char *colon = strchr(text, ':');
    if (!colon)
        return err_fail(e, ERR_USAGE, _("--confirm \"%s\": write it as \"RULE: reason\""), text);
    out->rule = str_dup_len(text, (size_t)(colon - text));
    if (!rule_find(out->rule))
        return err_fail(e, ERR_USAGE, _("--confirm \"%s\": there is no such rule"), out->rule);
    struct buf why = {0};
    if (text_clean(&why, colon + 1, false, 200, e) != ERR_OK) {
        buf_done(&why);
        e->kind = ERR_USAGE;
        return err_wrap(e, "--confirm \"%s\"", text);
    }
    bool empty = why.len == 0;
    out->why = buf_steal(&why);
    return empty ? err_fail(e, ERR_USAGE, _("--confirm \"%s\": gives no reason"), text) : ERR_OK;
}

enum err answers_read(struct answers *a, const struct options *o, struct errctx *e)
{
    *a = (struct answers){.all = {.rows = a->rows}};
    int at = 0;
    for (const char *text; (text = options_next(o, "confirm", &at));) {
        if (a->all.count == ENTRY_MAX_CONFIRMED)
            return err_fail(e, ERR_USAGE, _("--confirm is given more than %d times"), ENTRY_MAX_CONFIRMED);
        if (read_one(text, &a->rows[a->all.count++], e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

void answers_done(struct answers *a)
{
    for (int i = 0; i < a->all.count; i++) {
        free(a->rows[i].rule);
        free(a->rows[i].why);
    }
}

static bool is_answered(const struct answers *a, const char *rule)
{
    for (int i = 0; i < a->all.count; i++) {
        if (strcmp(a->rows[i].rule, rule) == 0)
            return true;
    }
    return false;
}

enum err answers_explain(const struct answers *a, const struct findings *found, struct errctx *e)
{
    if (e->kind != ERR_INVALID || findings_first(found, LEVEL_BLOCK))
        return e->kind;
    const struct finding *first = NULL;
    struct buf words = {0};
    for (size_t i = 0; i < found->count; i++) {
        const struct finding *f = &found->rows[i];
        if (f->level != LEVEL_CONFIRM || is_answered(a, f->rule))
            continue;
        if (first)
            message(APP_NAME, _("%s: %s; if it is right, add --confirm \"%s: reason\""), first->rule,
                    said_in(&words, first->text), first->rule);
        first = f;
    }
    if (first)
        (void)err_fail(e, ERR_INVALID, _("%s: %s; if it is right, add --confirm \"%s: reason\""), first->rule,
                       said_in(&words, first->text), first->rule);
    buf_done(&words);
    return e->kind;
}

void answers_tell_flags(const struct findings *found)
{
    struct buf words = {0};
    for (size_t i = 0; i < found->count; i++) {
        if (found->rows[i].level == LEVEL_FLAG)
            message(APP_NAME, _("saved; the ministry will look at it: %s: %s"), found->rows[i].rule,
                    said_in(&words, found->rows[i].text));
    }
    buf_done(&words);
}

#include "app/field/tui/saving.h"

#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/field/tui/dialog.h"

struct answers {
    struct confirmed rows[ENTRY_MAX_CONFIRMED];
    struct confirmations all;
};

static bool is_answered(const struct answers *a, const char *rule)
{
    for (int i = 0; i < a->all.count; i++) {
        if (strcmp(a->rows[i].rule, rule) == 0)
            return true;
    }
    return false;
}

/* Puts every open question; false when one got no answer or there is none. */
static bool ask_all(struct ui *ui, struct answers *a, const struct findings *found)
{
    bool any = false;
    for (size_t i = 0; i < found->count && a->all.count < ENTRY_MAX_CONFIRMED; i++) {
        const struct finding *f = &found->rows[i];
        char *why = NULL;
        if (f->level != LEVEL_CONFIRM || is_answered(a, f->rule))
            continue;
        struct buf words = {0};
        field_say(&words, &ENTITIES[rule_find(f->rule)->of], f->text);
        bool given = dialog_reason(ui, buf_str(&words), &why);
        buf_done(&words);
        if (!given)
            return false;
        a->rows[a->all.count++] = (struct confirmed){.rule = str_dup(f->rule), .why = why};
        any = true;
    }
    return any;
}

bool saving_run(struct ui *ui, saving_try *try_it, void *arg, struct findings *found)
{
    struct answers answers = {0};
    struct errctx e = {0};
    struct author by;
    answers.all.rows = answers.rows;
    enum err result = app_author(ui->app, &by, &e);
    bool again = result == ERR_OK;
    while (again) {
        findings_done(found);
        *found = (struct findings){0};
        result = try_it(arg, ui, &by, &answers.all, found, &e);
        again = result == ERR_INVALID && !findings_first(found, LEVEL_BLOCK) && ask_all(ui, &answers, found);
    }
    bool explained =
        result == ERR_INVALID && (findings_first(found, LEVEL_BLOCK) || findings_first(found, LEVEL_CONFIRM));
    if (result != ERR_OK && !explained)
        ui_tell_error(ui, &e);
    for (int i = 0; i < answers.all.count; i++) {
        free(answers.rows[i].rule);
        free(answers.rows[i].why);
    }
    return result == ERR_OK;
}

void saving_say_flag(struct ui *ui, const char *before, const struct entity *of, const char *flag)
{
    struct buf words = {0};
    field_say(&words, of, flag);
    ui_say(ui, MEAN_WARNING, "%s%s%s", before, _(": "), buf_str(&words));
    buf_done(&words);
}

const char *saving_flags(const struct findings *found)
{
    const struct finding *first = findings_first(found, LEVEL_FLAG);
    return first ? first->text : NULL;
}

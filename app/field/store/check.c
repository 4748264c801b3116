/* What a save must pass before anything is written, and what the rules leave beside the record. */
#include <stdlib.h>
#include <string.h>

#include "app/field/store/save.h"
#include "schema/base/buf.h"
#include "schema/base/date.h"

/* The rule's id is what --confirm and the dictionary know; a finding's words name field, value and limit. */
static enum err refuse(const struct finding *finding, struct errctx *e)
{
    return err_fail(e, ERR_INVALID, "%s: %s", finding->rule, finding->text);
}

static const char *reason_given(const struct save *w, const char *rule)
{
    for (int i = 0; w->confirmed && i < w->confirmed->count; i++) {
        if (strcmp(w->confirmed->rows[i].rule, rule) == 0)
            return w->confirmed->rows[i].why;
    }
    return NULL;
}

/* An amendment is not asked again what was answered before about a field that it leaves alone. */
static enum err reason_kept(const struct save *w, const struct finding *finding, char **out, struct errctx *e)
{
    static const char sql[] = "SELECT why FROM finding WHERE record = :record AND rule = :rule";
    *out = NULL;
    int field = finding->field ? entity_field(w->after.of, finding->field) : -1;
    if (w->id == 0 || field < 0 || w->entry.record.values[field].state != VALUE_ABSENT)
        return ERR_OK;
    struct stmt *s = NULL;
    bool row = false;
    if (db_prepare(w->store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":record", w->id);
    stmt_bind_text(s, ":rule", finding->rule);
    if (stmt_step(s, &row, e) != ERR_OK)
        return e->kind;
    if (row)
        *out = str_dup(stmt_text(s, 0));
    stmt_done(s);
    return ERR_OK;
}

static enum err confirm(struct save *w, const struct finding *finding, struct errctx *e)
{
    const char *why = reason_given(w, finding->rule);
    if (why) {
        if (w->entry.confirmed_count == ENTRY_MAX_CONFIRMED)
            return err_fail(e, ERR_INVALID, "more than %d questions", ENTRY_MAX_CONFIRMED);
        w->entry.confirmed[w->entry.confirmed_count++] =
            (struct confirmed){.rule = str_dup(finding->rule), .why = str_dup(why)};
        return ERR_OK;
    }
    char *kept = NULL;
    if (reason_kept(w, finding, &kept, e) != ERR_OK)
        return e->kind;
    bool answered = kept != NULL;
    free(kept);
    return answered ? ERR_OK : refuse(finding, e);
}

enum err save_check(struct save *w, struct errctx *e)
{
    struct store *s = w->store;
    struct rule_input in = {
        .record = &w->after,
        .id = w->id,
        .today = date_of_instant(w->by->now),
        .clock_suspect = journal_clock_suspect(&s->head, w->by->now, s->earliest),
        .codes = s->codes,
        .world = &s->world,
    };
    if (rules_check_fields(&in, w->findings, e) != ERR_OK)
        return e->kind;
    const struct finding *block = findings_first(w->findings, LEVEL_BLOCK);
    if (!block) {
        if (rules_check(&in, true, w->findings, e) != ERR_OK)
            return e->kind;
        block = findings_first(w->findings, LEVEL_BLOCK);
    }
    if (block)
        return refuse(block, e);
    for (size_t i = 0; i < w->findings->count; i++) {
        if (w->findings->rows[i].level == LEVEL_CONFIRM && confirm(w, &w->findings->rows[i], e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

/* --- findings */

static enum err write_finding(struct save *w, const struct finding *finding, struct errctx *e)
{
    static const char sql[] =
        "INSERT INTO finding (record, rule, level, field, text, why) "
        "VALUES (:record, :rule, :level, :field, :text, :why) "
        "ON CONFLICT (record, rule) DO UPDATE SET level = excluded.level, field = excluded.field, "
        "text = excluded.text, why = coalesce(excluded.why, why)";
    struct stmt *s = NULL;
    if (db_prepare(w->store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":record", w->id);
    stmt_bind_text(s, ":rule", finding->rule);
    stmt_bind_text(s, ":level", finding->level == LEVEL_CONFIRM ? "confirm" : "flag");
    stmt_bind_text(s, ":field", finding->field);
    stmt_bind_text(s, ":text", finding->text);
    stmt_bind_text(s, ":why", reason_given(w, finding->rule));
    return stmt_run(s, e);
}

static bool found_again(const struct save *w, const char *rule)
{
    for (size_t i = 0; i < w->findings->count; i++) {
        if (strcmp(w->findings->rows[i].rule, rule) == 0)
            return true;
    }
    return false;
}

static enum err drop_finding(struct save *w, const char *rule, struct errctx *e)
{
    static const char sql[] = "DELETE FROM finding WHERE record = :record AND rule = :rule";
    struct stmt *s = NULL;
    if (db_prepare(w->store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":record", w->id);
    stmt_bind_text(s, ":rule", rule);
    return stmt_run(s, e);
}

/* Takes away what the rules no longer find. */
static enum err drop_old_findings(struct save *w, struct errctx *e)
{
    static const char sql[] = "SELECT rule FROM finding WHERE record = :record";
    struct stmt *s = NULL;
    bool row = false;
    if (db_prepare(w->store->db, sql, &s, e) != ERR_OK)
        return e->kind;
    stmt_bind_int(s, ":record", w->id);
    enum err result = stmt_step(s, &row, e);
    while (result == ERR_OK && row) {
        if (!found_again(w, stmt_text(s, 0)))
            result = drop_finding(w, stmt_text(s, 0), e);
        if (result == ERR_OK)
            result = stmt_step(s, &row, e);
    }
    stmt_done(s);
    return result;
}

enum err save_findings(struct save *w, struct errctx *e)
{
    if (w->entry.op == OP_AMEND && drop_old_findings(w, e) != ERR_OK)
        return e->kind;
    for (size_t i = 0; i < w->findings->count; i++) {
        if (write_finding(w, &w->findings->rows[i], e) != ERR_OK)
            return e->kind;
    }
    return ERR_OK;
}

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/message.h"
#include "app/common/progress.h"
#include "app/common/said.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/cli/confirm.h"
#include "app/field/cli/import_state.h"
#include "app/field/cli/rejects.h"
#include "app/field/store/imported.h"
#include "app/field/store/officers.h"
#include "schema/base/csv.h"
#include "schema/base/date.h"

enum {
    CHUNK_ROWS = 500,    /* a transaction: a few hundred KiB, a fraction of a second on a slow disk */
    TOLD_ON_DRY_RUN = 20 /* refused rows that a dry run names */
};

struct import {
    struct app *app;
    const char *file;
    FILE *from;
    int64_t file_size;
    struct csv *csv;
    int column_of[ENTITY_MAX_FIELDS]; /* -1: the file does not have the field */
    bool dry_run;
    bool again;
    struct chain hash; /* of the file */
    struct reader reader;
    struct author by;
    struct answers answers;
    struct import_state state;
    struct rejects rejects;
    struct progress progress;
    struct import_point at;
};

/* --- the header --- */

static bool is_passed_over(const char *column)
{
    return strcmp(column, "id") == 0 || strcmp(column, REJECTED_LINE) == 0 ||
           strcmp(column, REJECTED_BECAUSE) == 0;
}

static enum err check_header(struct import *m, struct errctx *e)
{
    const struct entity *of = m->app->entity;
    for (int i = 0; i < of->field_count; i++) {
        const struct field *f = &of->fields[i];
        m->column_of[i] = csv_column(m->csv, f->flag);
        if (m->column_of[i] < 0 && f->need == NEED_REQUIRED && !f->fallback)
            return err_fail(e, ERR_INVALID, _("\"%s\": column \"%s\" is missing: every %s needs it"), m->file,
                            f->flag, of->name);
    }
    for (size_t c = 0; c < csv_columns(m->csv); c++) {
        bool known = is_passed_over(csv_name(m->csv, c));
        for (int i = 0; i < of->field_count && !known; i++)
            known = m->column_of[i] == (int)c;
        if (!known)
            return err_fail(e, ERR_INVALID, _("\"%s\": column \"%s\": a %s has no such field"), m->file,
                            csv_name(m->csv, c), of->name);
    }
    return ERR_OK;
}

/* --- one row --- */

/* Money after its currency, as on the command line. */
static enum err take_values(struct import *m, struct record *r, struct errctx *e)
{
    for (int money = 0; money < 2; money++) {
        for (int i = 0; i < r->of->field_count; i++) {
            if (m->column_of[i] < 0 || (r->of->fields[i].type == FIELD_MONEY) != (money == 1))
                continue;
            const char *text = csv_value(m->csv, (size_t)m->column_of[i]);
            if (*text && record_set_typed(r, i, text, &m->reader, e) != ERR_OK)
                return e->kind;
            if (r->values[i].state == VALUE_CLEAR) /* white space only */
                r->values[i].state = VALUE_ABSENT;
        }
    }
    return record_fill(r, &m->reader, e);
}

static enum err save_row(struct import *m, struct errctx *e)
{
    struct record r;
    struct findings found = {0};
    int64_t id = 0;
    record_init(&r, m->app->entity);
    enum err result = take_values(m, &r, e);
    if (result == ERR_OK)
        result = store_add(m->app->store, &r, &m->by, &m->answers.all, &found, &id, e);
    if (result == ERR_INVALID && !findings_first(&found, LEVEL_BLOCK)) {
        const struct finding *asks = findings_first(&found, LEVEL_CONFIRM);
        if (asks)
            (void)err_fail(e, ERR_INVALID, "%s: %s", asks->rule, asks->text);
    }
    findings_done(&found);
    record_done(&r);
    return result;
}

static void refuse_row(struct import *m, bool broken, const struct errctx *why)
{
    struct buf words = {0};
    const char *because = said_in(&words, why->text);
    if (!m->dry_run) {
        rejects_add(&m->rejects, m->csv, broken, because);
    } else if (m->at.rows - m->at.good <= TOLD_ON_DRY_RUN) {
        progress_end(&m->progress);
        message(APP_NAME, _("line %zu: %s"), csv_line(m->csv), because);
    }
    buf_done(&words);
}

/* Data that breaks a rule spoils its own row; everything else ends the import. */
static bool spoils_the_row_only(enum err result)
{
    return result == ERR_INVALID || result == ERR_CONFLICT || result == ERR_NOT_FOUND || result == ERR_DENIED;
}

/* --- chunks --- */

static enum err read_chunk(struct import *m, bool *more, struct errctx *e)
{
    *more = true;
    for (int i = 0; i < CHUNK_ROWS; i++) {
        bool row = true;
        enum err result = csv_next(m->csv, &row, e);
        bool broken = result == ERR_INVALID;
        if (result == ERR_OK && !row) {
            *more = false;
            return ERR_OK;
        }
        m->at.rows++;
        if (result == ERR_OK)
            result = save_row(m, e);
        if (result == ERR_OK)
            m->at.good++;
        else if (spoils_the_row_only(result))
            refuse_row(m, broken, e);
        else
            return err_wrap(e, "\"%s\" line %zu", m->file, csv_line(m->csv));
    }
    return ERR_OK;
}

static enum err import_chunk(struct import *m, bool *more, struct errctx *e)
{
    struct import_point before = m->at;
    if (store_begin(m->app->store, e) != ERR_OK)
        return e->kind;
    enum err result = read_chunk(m, more, e);
    if (result == ERR_OK)
        result = rejects_flush(&m->rejects, e);
    m->at.reject_bytes = m->rejects.bytes;
    if (result == ERR_OK)
        result = import_state_note(&m->state, m->app->store, &before, &m->at, e);
    if (result == ERR_OK)
        result = store_commit(m->app->store, e);
    if (result != ERR_OK) {
        store_rollback(m->app->store);
        m->at = before;
    }
    progress_update(&m->progress, (int64_t)ftello(m->from), m->file_size);
    return result;
}

/* Goes over the rows that an interrupted import has dealt with. */
static enum err skip_rows(struct import *m, struct errctx *e)
{
    for (int64_t i = 0; i < m->at.rows; i++) {
        bool row = true;
        enum err result = csv_next(m->csv, &row, e);
        if (result != ERR_OK && result != ERR_INVALID)
            return err_wrap(e, "\"%s\"", m->file);
    }
    return ERR_OK;
}

/* The same file once more is most often a mistake, and no rule stands against every double. */
static enum err check_new(struct import *m, struct errctx *e)
{
    int64_t at = 0;
    int64_t rows = 0;
    char instant[INSTANT_BYTES];
    if (imported_find(m->app->store, &m->hash, m->app->entity->id, &at, &rows, e) != ERR_OK)
        return e->kind;
    if (at == 0)
        return ERR_OK;
    return err_fail(e, ERR_INVALID,
                    _("\"%s\" was imported already, %s (%" PRId64 " rows); --again saves its rows once more"),
                    m->file, instant_format(at, instant), rows);
}

static enum err run_for_good(struct import *m, struct errctx *e)
{
    bool more = true;
    if (import_state_open(&m->state, m->app->store, m->app->entity, m->file, fileno(m->from), &m->at, e) !=
            ERR_OK ||
        rejects_open(&m->rejects, m->file, m->at.reject_bytes, e) != ERR_OK)
        return e->kind;
    if (m->at.rows == 0 && !m->again && check_new(m, e) != ERR_OK)
        return e->kind;
    if (m->at.rows)
        message(APP_NAME, _("going on with the interrupted import of \"%s\" behind its row %" PRId64),
                m->file, m->at.rows);
    if (skip_rows(m, e) != ERR_OK)
        return e->kind;
    while (more) {
        if (import_chunk(m, &more, e) != ERR_OK)
            return err_wrap(e, _("stopped after %" PRId64 " rows (run it again to go on)"), m->at.rows);
    }
    if (rejects_finish(&m->rejects, e) != ERR_OK)
        return e->kind;
    /* Before the state goes: what is killed here is finished by the next run. */
    if (m->at.good > 0 &&
        imported_note(m->app->store, &m->hash, m->app->entity->id, m->at.good, m->app->now, e) != ERR_OK)
        return e->kind;
    return import_state_clear(&m->state, e);
}

/* One transaction that is taken back, so that rows are compared with those before them too. */
static enum err run_dry(struct import *m, struct errctx *e)
{
    bool more = true;
    if (store_begin(m->app->store, e) != ERR_OK)
        return e->kind;
    enum err result = ERR_OK;
    while (more && result == ERR_OK) {
        result = read_chunk(m, &more, e);
        progress_update(&m->progress, (int64_t)ftello(m->from), m->file_size);
    }
    store_rollback(m->app->store);
    return result;
}

/* --- the command --- */

static enum err tell(const struct import *m, struct errctx *e)
{
    struct output *out = app_output(m->app);
    struct buf line = {0};
    int64_t bad = m->at.rows - m->at.good;
    output_begin(out, "import/1");
    output_put_text(out, "entity", m->app->entity->name);
    output_put_int(out, "rows", m->at.rows);
    output_put_int(out, "saved", m->dry_run ? 0 : m->at.good);
    output_put_int(out, "refused", bad);
    if (bad && !m->dry_run)
        output_put_text(out, "rejects", m->rejects.path);
    buf_printf(&line, m->dry_run ? _("%" PRId64 " rows would be saved") : _("%" PRId64 " rows saved"),
               m->at.good);
    if (bad)
        buf_printf(&line, _(", %" PRId64 " refused"), bad);
    output_line(out, buf_str(&line));
    enum err result = output_end(out, e);
    output_free(out);
    buf_done(&line);
    if (result != ERR_OK || bad == 0)
        return result;
    if (m->dry_run)
        return err_fail(e, ERR_INVALID, _("%" PRId64 " rows of \"%s\" would be refused"), bad, m->file);
    return err_fail(e, ERR_INVALID, _("%" PRId64 " rows of \"%s\" were refused: see \"%s\""), bad, m->file,
                    m->rejects.path);
}

static enum err open_file(struct import *m, struct errctx *e)
{
    struct stat stat;
    m->from = fopen(m->file, "rbe");
    if (!m->from)
        return err_errno(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, errno, "read \"%s\"", m->file);
    if (fstat(fileno(m->from), &stat) == 0)
        m->file_size = stat.st_size;
    if (imported_hash(m->from, &m->hash, e) != ERR_OK)
        return err_wrap(e, "\"%s\"", m->file);
    if (csv_open(csv_from_file(m->from), &m->csv, e) != ERR_OK)
        return err_wrap(e, "\"%s\"", m->file);
    return check_header(m, e);
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    struct import m = {.app = app,
                       .file = o->operands[1],
                       .dry_run = options_has(o, "dry-run"),
                       .again = options_has(o, "again"),
                       .reader = store_reader(app->store, app_today(app)),
                       .rejects = {.fd = -1}};
    app->entity = entity_find(o->operands[0]);
    if (!app->entity)
        return err_fail(e, ERR_USAGE, _("\"%s\" is no kind of record"), o->operands[0]);
    enum err result = app_author(app, &m.by, e);
    if (result == ERR_OK)
        result = store_may_write(app->store, app->entity->id, e);
    if (result == ERR_OK)
        result = answers_read(&m.answers, o, e);
    if (result == ERR_OK)
        result = open_file(&m, e);
    progress_start(&m.progress, _("importing"), false);
    if (result == ERR_OK)
        result = m.dry_run ? run_dry(&m, e) : run_for_good(&m, e);
    progress_end(&m.progress);
    if (result == ERR_OK)
        result = tell(&m, e);
    csv_close(m.csv);
    if (m.from)
        (void)fclose(m.from);
    rejects_done(&m.rejects);
    import_state_done(&m.state);
    answers_done(&m.answers);
    return result;
}

static const struct option_spec OPTIONS[] = {
    {"dry-run", NULL, N_("check every row and save none"), false},
    {"again", NULL, N_("save the rows although the same file was imported before"), false},
    {"confirm", "RULE: reason",
     N_("answers a rule for every row that it asks about; may be given more than once"), true},
    {0},
};

const struct command CMD_IMPORT = {
    .words = "import",
    .operands = "ENTITY FILE.csv",
    .summary = N_("save the rows of a CSV file"),
    .more =
        N_("The header names fields as the flags do, in any order; an id column is passed over; comma, "
           "semicolon "
           "or tab separate. Good rows are saved; the others go to FILE.rejected.csv with the reason of each "
           "(exit 65), which can be put right and imported. Interrupted, the same command goes on."),
    .opens = OPENS_WRITE,
    .least = 2,
    .most = 2,
    .options = OPTIONS,
    .run = run,
};

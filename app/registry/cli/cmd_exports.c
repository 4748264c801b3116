/* exports: figures of Kimberley Process certificates, for the rule that holds exports against production. */
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/registry/app.h"
#include "app/registry/store/exports.h"
#include "schema/base/csv.h"
#include "schema/base/date.h"
#include "schema/base/decimal.h"
#include "schema/base/file.h"

enum {
    MOST_BYTES = 8 * 1024 * 1024, /* a country's certificates of a hundred years */
    CARAT_SCALE = 3,
    CENT_SCALE = 2,
    MAX_NUMBER = 64 /* bytes of a certificate's number */
};

enum {
    NUMBER,
    ISSUED_ON,
    CARATS,
    PRICE,
    COLUMN_COUNT
};
static const char *const COLUMNS[COLUMN_COUNT] = {"certificate_no", "issued_on", "diamond_ct", "price_usd"};

struct reading {
    struct csv *csv;
    struct certificate *rows;
    size_t count;
    int place[COLUMN_COUNT]; /* of each column */
};

static void done(struct reading *r)
{
    for (size_t i = 0; i < r->count; i++) {
        union {
            const char *kept;
            char *owned;
        } number = {r->rows[i].number}, day = {r->rows[i].issued_on};
        free(number.owned);
        free(day.owned);
    }
    free(r->rows);
}

static enum err read_header(struct reading *r, struct errctx *e)
{
    for (int i = 0; i < COLUMN_COUNT; i++) {
        r->place[i] = csv_column(r->csv, COLUMNS[i]);
        if (r->place[i] < 0)
            return err_fail(e, ERR_INVALID, _("there is no column \"%s\""), COLUMNS[i]);
    }
    return ERR_OK;
}

static const char *cell(const struct reading *r, int column)
{
    return csv_value(r->csv, (size_t)r->place[column]);
}

static enum err read_number(const struct reading *r, int column, int scale, int64_t *out, struct errctx *e)
{
    const char *text = cell(r, column);
    if (decimal_parse(text, scale, out, e) != ERR_OK)
        return err_wrap(e, "%s \"%s\"", COLUMNS[column], text);
    return *out >= 0 ? ERR_OK
                     : err_fail(e, ERR_INVALID, "%s \"%s\": %s", COLUMNS[column], text, _("is below zero"));
}

static enum err read_row(struct reading *r, struct errctx *e)
{
    struct certificate c = {0};
    struct date day;
    const char *number = cell(r, NUMBER);
    const char *issued = cell(r, ISSUED_ON);
    if (!*number || strlen(number) > MAX_NUMBER)
        return err_fail(e, ERR_INVALID, "%s \"%.70s\": %s", COLUMNS[NUMBER], number,
                        _("has from 1 to 64 characters"));
    if (date_parse(issued, &day, e) != ERR_OK)
        return err_wrap(e, "%s \"%s\"", COLUMNS[ISSUED_ON], issued);
    if (read_number(r, CARATS, CARAT_SCALE, &c.diamond_mct, e) != ERR_OK ||
        read_number(r, PRICE, CENT_SCALE, &c.usd_cents, e) != ERR_OK)
        return e->kind;
    c.number = str_dup(number);
    c.issued_on = str_dup(issued);
    if (r->count % 64 == 0)
        r->rows = mem_resize(r->rows, r->count + 64, sizeof *r->rows);
    r->rows[r->count++] = c;
    return ERR_OK;
}

static enum err read_rows(struct reading *r, struct errctx *e)
{
    bool more = true;
    while (more) {
        enum err result = csv_next(r->csv, &more, e);
        if (result == ERR_OK && more)
            result = read_row(r, e);
        if (result != ERR_OK)
            return err_wrap(e, _("line %zu"), csv_line(r->csv));
    }
    return ERR_OK;
}

static enum err read_file(struct reading *r, const char *path, struct errctx *e)
{
    struct buf text = {0};
    enum err result = file_read(path, MOST_BYTES, &text, e);
    struct csv_bytes bytes = {.at = text.data, .left = text.len};
    if (result == ERR_OK)
        result = csv_open(csv_from_bytes(&bytes), &r->csv, e);
    if (result == ERR_OK)
        result = read_header(r, e);
    if (result == ERR_OK)
        result = read_rows(r, e);
    csv_close(r->csv);
    buf_done(&text);
    return result == ERR_OK ? ERR_OK : err_wrap(e, "\"%s\"", path);
}

static enum err cmd_exports_import(struct app *app, const struct options *o, struct errctx *e)
{
    struct reading r = {0};
    struct buf line = {0};
    enum err result = read_file(&r, o->operands[0], e);
    if (result == ERR_OK)
        result = registry_store_put_certificates(app->store, r.rows, r.count, app->now, e);
    if (result == ERR_OK) {
        output_begin(app->out, "exports/1");
        output_put_int(app->out, "certificates", (int64_t)r.count);
        buf_printf(&line, _("%zu certificates taken in"), r.count);
        output_line(app->out, buf_str(&line));
        result = output_end(app->out, e);
    }
    buf_done(&line);
    done(&r);
    return result;
}

const struct command COMMAND_EXPORTS_IMPORT = {
    .words = "exports import",
    .operands = "FILE.csv",
    .summary = N_("take in figures of export certificates"),
    .more = N_("The file has the columns certificate_no, issued_on (2026-03-01), diamond_ct and price_usd. "
               "All of it is "
               "taken in or nothing; a number that is held already is replaced. What the country exported is "
               "then held "
               "against what it found (licence.exports, \"review rules\")."),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .run = cmd_exports_import,
};

static const struct column LIST_COLUMNS[] = {
    {"certificate_no", "certificate_no", N_("Certificate"), COLUMN_TEXT, 0},
    {"issued_on", "issued_on", N_("Issued on"), COLUMN_TEXT, 0},
    {"diamond_mct", "diamond_ct", N_("Carats"), COLUMN_NUMBER, CARAT_SCALE},
    {"price_usd_cents", "price_usd", N_("USD"), COLUMN_NUMBER, CENT_SCALE},
};

static enum err put_certificate(void *arg, const struct certificate *c, struct errctx *e)
{
    (void)e;
    const struct app *app = arg;
    const struct cell cells[COLUMN_COUNT] = {{true, 0, c->number},
                                             {true, 0, c->issued_on},
                                             {true, c->diamond_mct, NULL},
                                             {true, c->usd_cents, NULL}};
    output_row(app->out, cells);
    return ERR_OK;
}

static enum err cmd_exports_list(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    output_begin(app->out, "exports/1");
    output_rows(app->out, "certificates", LIST_COLUMNS, COLUMN_COUNT);
    if (registry_store_certificates(app->store, put_certificate, app, e) != ERR_OK)
        return e->kind;
    output_rows_end(app->out);
    return output_end(app->out, e);
}

const struct command COMMAND_EXPORTS_LIST = {
    .words = "exports list",
    .operands = "",
    .summary = N_("the export certificates that were taken in"),
    .opens = OPENS_READ,
    .run = cmd_exports_list,
};

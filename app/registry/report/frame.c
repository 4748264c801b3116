#include "app/registry/report/frame.h"

#include <string.h>

#include "schema/record/rules.h"

static const char FIRST_OF_ALL[] = "0001-01-01";
static const char LAST_OF_ALL[] = "9999-12-31";

enum err frame_span(const char *period, struct frame_span *out, struct errctx *e)
{
    if (period) {
        if (date_parse_period(period, &out->first, &out->last, e) != ERR_OK)
            return err_wrap(e, "period \"%s\"", period);
    } else {
        out->first = date_to_days((struct date){1, 1, 1});
        out->last = date_to_days((struct date){9999, 12, 31});
    }
    date_format_days(out->first, out->first_day);
    date_format_days(out->last, out->last_day);
    return ERR_OK;
}

enum err frame_last_known(struct registry_store *s, int32_t *out, struct errctx *e)
{
    struct registry_source source;
    if (registry_store_source(s, &source, e) != ERR_OK)
        return e->kind;
    *out = date_of_instant(source.as_of ? source.as_of : source.newest_batch_at);
    return ERR_OK;
}

enum err frame_put_title(struct registry_store *s, struct report *out, const char *column, enum entity_id of,
                         int64_t id, struct errctx *e)
{
    struct row row;
    struct project_store *records = &registry_store_ledger(s)->records;
    enum err result = records->load(records->arg, of, id, &row, e);
    if (result == ERR_NOT_FOUND)
        return ERR_OK;
    if (result != ERR_OK)
        return result;
    struct buf title = {0};
    record_put_title(&title, &row.record);
    report_set_text(out, column, buf_str(&title));
    buf_done(&title);
    row_done(&row);
    return ERR_OK;
}

void frame_note_method(struct report *out, const struct frame_span *span, const char *method)
{
    if (strcmp(span->first_day, FIRST_OF_ALL) != 0 || strcmp(span->last_day, LAST_OF_ALL) != 0) {
        report_note_text(out, "from", span->first_day);
        report_note_text(out, "to", span->last_day);
    }
    report_note_text(out, "method", method);
}

enum err frame_note_source(struct registry_store *s, struct report *out, int64_t rows, struct errctx *e)
{
    struct registry_source source;
    char instant[INSTANT_BYTES];
    if (registry_store_source(s, &source, e) != ERR_OK)
        return e->kind;
    report_note_number(out, "rows", rows);
    report_note_number(out, "devices", source.devices);
    report_note_number(out, "batches", source.batches);
    report_note_number(out, "entries", source.entries);
    if (source.as_of)
        report_note_text(out, "as_of", instant_format(source.as_of, instant));
    report_note_text(out, "cut_off", instant_format(source.newest_batch_at, instant));
    report_note_number(out, "rules_version", RULES_VERSION);
    report_note_text(out, "hash", source.hash);
    return ERR_OK;
}

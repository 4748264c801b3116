#include "sync/batch/receipt.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "sync/batch/header.h"

static const char *const DISPOSITIONS[] = {
    [DISPOSITION_ACCEPTED] = "accepted",
    [DISPOSITION_FLAGGED] = "flagged",
    [DISPOSITION_RETURNED] = "returned",
    [DISPOSITION_CONFLICT] = "conflict",
};
static const char *const LEVELS[] = {
    [LEVEL_BLOCK] = "block",
    [LEVEL_CONFIRM] = "confirm",
    [LEVEL_FLAG] = "flag",
};
enum {
    DISPOSITION_COUNT = sizeof DISPOSITIONS / sizeof DISPOSITIONS[0],
};

const char *disposition_word(enum disposition d)
{
    return DISPOSITIONS[d];
}

static void put_points(struct json_out *j, const struct receipt *r)
{
    if (r->point_count == 0)
        return;
    json_key(j, "points");
    json_open(j, '{');
    for (int i = 0; i < r->point_count; i++) {
        char number[24];
        (void)snprintf(number, sizeof number, "%lld", (long long)r->points[i].number);
        header_put_hex(j, number, r->points[i].chain.value, CHAIN_BYTES);
    }
    json_close(j, '}');
}

static bool read_points(const struct cJSON *header, struct receipt *out)
{
    const struct cJSON *points = cJSON_GetObjectItemCaseSensitive(header, "points");
    const struct cJSON *point = NULL;
    if (!points)
        return true;
    if (!cJSON_IsObject(points))
        return false;
    cJSON_ArrayForEach(point, points)
    {
        if (out->point_count == RECEIPT_MAX_POINTS)
            return false;
        struct receipt_point *p = &out->points[out->point_count];
        struct json_in number = {.at = point->string, .end = point->string + strlen(point->string)};
        if (!json_take_int(&number, &p->number) || number.at != number.end || p->number < 0 ||
            p->number > out->upto || (out->point_count > 0 && p->number >= p[-1].number) ||
            !header_hex(points, point->string, p->chain.value, CHAIN_BYTES))
            return false;
        out->point_count++;
    }
    return true;
}

static void put_past(struct json_out *j, const struct receipt *r)
{
    if (r->past_count == 0)
        return;
    json_key(j, "past");
    json_open(j, '{');
    for (int i = 0; i < r->past_count; i++) {
        char code[DEVICE_CODE_BYTES];
        json_key(j, device_code_format(r->past[i].device, code));
        json_open(j, '{');
        json_put_int(j, "upto", r->past[i].upto);
        if (r->past[i].upto > 0)
            header_put_hex(j, "chain", r->past[i].chain.value, CHAIN_BYTES);
        json_close(j, '}');
    }
    json_close(j, '}');
}

static bool read_past(const struct cJSON *header, struct receipt *out)
{
    const struct cJSON *past = cJSON_GetObjectItemCaseSensitive(header, "past");
    const struct cJSON *one = NULL;
    if (!past)
        return true;
    if (!cJSON_IsObject(past))
        return false;
    cJSON_ArrayForEach(one, past)
    {
        if (out->past_count == RECEIPT_MAX_PAST)
            return false;
        struct receipt_past *p = &out->past[out->past_count];
        char code[DEVICE_CODE_BYTES];
        if (!cJSON_IsObject(one) || !device_code_parse(one->string, &p->device) ||
            strcmp(device_code_format(p->device, code), one->string) != 0 ||
            !header_int(one, "upto", 0, IDENT_MAX_NUMBER, &p->upto) ||
            (p->upto > 0 && !header_hex(one, "chain", p->chain.value, CHAIN_BYTES)))
            return false;
        out->past_count++;
    }
    return true;
}

void receipt_write_header(const struct receipt *r, struct buf *plain)
{
    struct json_out j = {.to = plain};
    json_open(&j, '{');
    json_put_str(&j, "alluvia", "receipt/1");
    header_put_code(&j, "registry", r->registry);
    json_put_str(&j, "incarnation", r->incarnation);
    header_put_code(&j, "device", r->device);
    json_put_int(&j, "first", r->first);
    json_put_int(&j, "last", r->last);
    json_put_int(&j, "upto", r->upto);
    header_put_hex(&j, "chain", r->chain.value, CHAIN_BYTES);
    json_put_int(&j, "at", r->at);
    if (r->feed > 0)
        json_put_int(&j, "feed", r->feed);
    put_points(&j, r);
    put_past(&j, r);
    json_close(&j, '}');
    buf_putc(plain, '\n');
}

static void put_findings(struct json_out *j, const struct findings *findings)
{
    json_key(j, "findings");
    json_open(j, '[');
    for (size_t i = 0; i < findings->count; i++) {
        const struct finding *f = &findings->rows[i];
        json_open(j, '{');
        json_put_str(j, "rule", f->rule);
        json_put_str(j, "level", LEVELS[f->level]);
        json_put_str_opt(j, "field", f->field);
        json_put_str(j, "text", f->text);
        json_close(j, '}');
    }
    json_close(j, ']');
}

void receipt_write_line(struct buf *plain, int64_t number, enum disposition is,
                        const struct findings *findings)
{
    struct json_out j = {.to = plain};
    json_open(&j, '{');
    json_put_int(&j, "n", number);
    json_put_str(&j, "is", DISPOSITIONS[is]);
    if (findings && findings->count > 0)
        put_findings(&j, findings);
    json_close(&j, '}');
    buf_putc(plain, '\n');
}

static enum err read_header(const struct cJSON *header, struct receipt *out, struct errctx *e)
{
    if (!header_code(header, "registry", &out->registry))
        return header_bad(e, "registry");
    if (!header_incarnation(header, out->incarnation))
        return header_bad(e, "incarnation");
    if (!header_code(header, "device", &out->device))
        return header_bad(e, "device");
    if (!header_int(header, "upto", 0, IDENT_MAX_NUMBER, &out->upto))
        return header_bad(e, "upto");
    if (!header_int(header, "first", 0, out->upto, &out->first))
        return header_bad(e, "first");
    if (!header_int(header, "last", out->first, out->upto, &out->last) ||
        (out->first == 0) != (out->last == 0))
        return header_bad(e, "last");
    if (!header_hex(header, "chain", out->chain.value, CHAIN_BYTES))
        return header_bad(e, "chain");
    if (header_has(header, "feed") && !header_int(header, "feed", 1, JSON_MAX_INT, &out->feed))
        return header_bad(e, "feed");
    if (!read_points(header, out))
        return header_bad(e, "points");
    if (!read_past(header, out))
        return header_bad(e, "past");
    return header_int(header, "at", 0, JSON_MAX_INT, &out->at) ? ERR_OK : header_bad(e, "at");
}

struct reading {
    const struct receipt *receipt;
    int64_t before; /* number of the line before */
    enum err (*each)(void *arg, int64_t number, enum disposition is, const char *findings_json,
                     struct errctx *e);
    void *arg;
};

static bool find_disposition(const char *word, enum disposition *out)
{
    for (int i = 0; word && i < DISPOSITION_COUNT; i++) {
        if (strcmp(DISPOSITIONS[i], word) == 0) {
            *out = (enum disposition)i;
            return true;
        }
    }
    return false;
}

static enum err read_line(struct reading *r, const struct cJSON *line, struct errctx *e)
{
    int64_t number = 0;
    enum disposition is = DISPOSITION_ACCEPTED;
    if (!header_int(line, "n", r->receipt->first, r->receipt->last, &number) || number <= r->before)
        return err_fail(e, ERR_PROTOCOL, "bad-form: a line of the receipt is out of place");
    r->before = number;
    if (!find_disposition(json_get_str(line, "is"), &is))
        return err_fail(e, ERR_PROTOCOL, "unknown-version: entry %lld became something unknown",
                        (long long)number);
    const cJSON *findings = cJSON_GetObjectItemCaseSensitive(line, "findings");
    if (findings && !cJSON_IsArray(findings))
        return err_fail(e, ERR_PROTOCOL, "bad-form: the findings of entry %lld are not a list",
                        (long long)number);
    if (!r->each)
        return ERR_OK;
    char *text = findings ? cJSON_PrintUnformatted(findings) : NULL;
    enum err result = r->each(r->arg, number, is, text ? text : "[]", e);
    cJSON_free(text);
    return result;
}

enum err receipt_read(const struct container *c, struct receipt *out,
                      enum err (*each)(void *arg, int64_t number, enum disposition is,
                                       const char *findings_json, struct errctx *e),
                      void *arg, struct errctx *e)
{
    *out = (struct receipt){0};
    if (strcmp(c->kind, "receipt/1") != 0)
        return err_fail(e, ERR_PROTOCOL, "bad-form: is a %s, not a receipt", c->kind);
    if (read_header(c->header, out, e) != ERR_OK)
        return e->kind;
    struct reading r = {.receipt = out, .each = each, .arg = arg};
    const char *at = c->lines;
    const char *text = NULL;
    size_t len = 0;
    while (container_next(c, &at, &text, &len)) {
        struct cJSON *line = NULL;
        if (json_read(text, len, &line, e) != ERR_OK)
            return err_fail(e, ERR_PROTOCOL, "bad-form: a line of the receipt is not JSON");
        enum err result = read_line(&r, line, e);
        json_free(line);
        if (result != ERR_OK)
            return result;
    }
    return ERR_OK;
}

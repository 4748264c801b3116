#include "sync/batch/feed.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "sync/batch/header.h"

bool feed_shares(enum entity_id of)
{
    return of == ENTITY_DIGGER || of == ENTITY_COOPERATIVE || of == ENTITY_LICENCE || of == ENTITY_SITE;
}

void feed_write_header(const struct feed_header *h, struct buf *plain)
{
    struct json_out j = {.to = plain};
    json_open(&j, '{');
    json_put_str(&j, "alluvia", "feed/1");
    header_put_code(&j, "registry", h->registry);
    json_put_str(&j, "incarnation", h->incarnation);
    header_put_code(&j, "device", h->device);
    json_put_int(&j, "after", h->after);
    json_put_int(&j, "next", h->next);
    if (h->more)
        json_put_bool(&j, "more", true);
    json_put_int(&j, "at", h->at);
    json_close(&j, '}');
    buf_putc(plain, '\n');
}

void feed_write_event(const struct feed_event *event, struct buf *plain)
{
    struct json_out j = {.to = plain};
    char id[IDENT_BYTES];
    json_open(&j, '{');
    json_put_int(&j, "n", event->seq);
    json_put_int(&j, "at", event->at);
    switch (event->what) {
    case FEED_ENTRY:
        json_put_str(&j, "id", ident_format(event->entry, id));
        json_key(&j, "entry");
        json_raw(&j, event->bytes, event->len);
        break;
    case FEED_REVOKED:
        header_put_code(&j, "revoked", event->device);
        break;
    case FEED_FILE:
        json_put_str(&j, "file", event->file);
        json_put_str(&j, "text", event->text);
        break;
    }
    json_close(&j, '}');
    buf_putc(plain, '\n');
}

static enum err read_header(const struct cJSON *header, struct feed_header *out, struct errctx *e)
{
    if (!header_code(header, "registry", &out->registry))
        return header_bad(e, "registry");
    if (!header_incarnation(header, out->incarnation))
        return header_bad(e, "incarnation");
    if (!header_code(header, "device", &out->device))
        return header_bad(e, "device");
    if (!header_int(header, "after", 0, JSON_MAX_INT, &out->after))
        return header_bad(e, "after");
    if (!header_int(header, "next", out->after, JSON_MAX_INT, &out->next))
        return header_bad(e, "next");
    out->more = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(header, "more"));
    return header_int(header, "at", 0, JSON_MAX_INT, &out->at) ? ERR_OK : header_bad(e, "at");
}

struct reading {
    const struct feed_header *header;
    int64_t before;
    enum err (*each)(void *arg, const struct feed_event *event, struct errctx *e);
    void *arg;
};

/* The entry stands last in its line, and nothing before it holds text of anybody: so the first place that
 * looks like it is it. */
static bool find_entry(const char *line, size_t len, struct feed_event *out)
{
    static const char mark[] = ",\"entry\":";
    const char *at = strstr(line, mark);
    if (!at || line[len - 1] != '}')
        return false;
    out->bytes = at + sizeof mark - 1;
    out->len = (size_t)(line + len - 1 - out->bytes);
    return true;
}

/* False for a kind of event that this program does not know. */
static bool read_event(const struct cJSON *json, const char *line, size_t len, struct feed_event *out)
{
    const char *id = json_get_str(json, "id");
    out->file = json_get_str(json, "file");
    out->text = json_get_str(json, "text");
    if (id && header_has(json, "entry")) {
        out->what = FEED_ENTRY;
        return ident_parse_exact(id, &out->entry) && find_entry(line, len, out);
    }
    if (header_code(json, "revoked", &out->device)) {
        out->what = FEED_REVOKED;
        return true;
    }
    out->what = FEED_FILE;
    return out->file && out->text;
}

static enum err take_line(struct reading *r, const char *line, size_t len, struct errctx *e)
{
    struct cJSON *json = NULL;
    struct feed_event event = {0};
    if (json_read(line, len, &json, e) != ERR_OK)
        return err_fail(e, ERR_PROTOCOL, "bad-form: a line of the page is not JSON");
    enum err result = ERR_OK;
    if (!header_int(json, "n", r->before + 1, r->header->next, &event.seq) ||
        !header_int(json, "at", 0, JSON_MAX_INT, &event.at))
        result = err_fail(e, ERR_PROTOCOL, "bad-form: a line of the page is out of place");
    r->before = event.seq;
    if (result == ERR_OK && r->each && read_event(json, line, len, &event))
        result = r->each(r->arg, &event, e);
    json_free(json);
    return result;
}

enum err feed_read(const struct container *c, struct feed_header *out,
                   enum err (*each)(void *arg, const struct feed_event *event, struct errctx *e), void *arg,
                   struct errctx *e)
{
    *out = (struct feed_header){0};
    if (strcmp(c->kind, "feed/1") != 0)
        return err_fail(e, ERR_PROTOCOL, "bad-form: is a %s, not a page of the feed", c->kind);
    if (read_header(c->header, out, e) != ERR_OK)
        return e->kind;
    struct reading r = {.header = out, .before = out->after, .each = each, .arg = arg};
    const char *at = c->lines;
    const char *text = NULL;
    size_t len = 0;
    while (container_next(c, &at, &text, &len)) {
        char *line = str_dup_len(text, len);
        enum err result = take_line(&r, line, len, e);
        free(line);
        if (result != ERR_OK)
            return result;
    }
    return ERR_OK;
}

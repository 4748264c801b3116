/*
 * A request to the registry, below HTTP: method and target, headers, an empty line, body. "sign: yes" among
 * the headers has it signed by a device that is enrolled, and "pack: yes" has the body signed and packed as a
 * container of that device, so that what lies behind the signatures is reached as well.
 *
 * Whatever is asked gets an answer in one of the documented forms, and the registry's chains stay whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sync/batch/problem.h"
#include "sync/server/routes.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/ministry.h"
#include "tests/lib/sender.h"

enum {
    MAX_HEADERS = 16,
    REQUESTS_A_REGISTRY = 2000 /* then a new one: it must not grow for ever */
};

struct request {
    char *text; /* cut into strings in place */
    const char *method;
    const char *target;
    const char *names[MAX_HEADERS];
    const char *values[MAX_HEADERS];
    int header_count;
    const uint8_t *body;
    size_t body_len;
    struct http_signed made; /* when it is to be signed */
    bool is_signed;
};

static const char *given(const struct request *r, const char *name)
{
    for (int i = 0; i < r->header_count; i++) {
        if (strcmp(r->names[i], name) == 0)
            return r->values[i];
    }
    return NULL;
}

static const char *header(void *arg, const char *name)
{
    const struct request *r = arg;
    if (r->is_signed && strcmp(name, "content-digest") == 0)
        return r->made.content_digest[0] ? r->made.content_digest : NULL;
    if (r->is_signed && strcmp(name, "signature-input") == 0)
        return r->made.signature_input;
    if (r->is_signed && strcmp(name, "signature") == 0)
        return r->made.signature;
    return given(r, name);
}

/* The next line of R->text as a string; NULL at the end. */
static char *next_line(char **at)
{
    char *line = *at;
    char *end = line ? strchr(line, '\n') : NULL;
    if (!line)
        return NULL;
    if (end)
        *end = '\0';
    *at = end ? end + 1 : NULL;
    return line;
}

static bool read_request(struct request *r, const uint8_t *data, size_t len)
{
    r->text = str_dup_len((const char *)data, len);
    char *at = r->text;
    char *line = next_line(&at);
    char *space = line ? strchr(line, ' ') : NULL;
    if (!space)
        return false;
    *space = '\0';
    r->method = line;
    r->target = space + 1;
    for (line = next_line(&at); line && *line; line = next_line(&at)) {
        char *colon = strstr(line, ": ");
        if (!colon || r->header_count == MAX_HEADERS)
            continue;
        *colon = '\0';
        r->names[r->header_count] = line;
        r->values[r->header_count++] = colon + 2;
    }
    r->body = at ? data + (at - r->text) : data + len;
    r->body_len = at ? len - (size_t)(at - r->text) : 0;
    return true;
}

static struct ministry the;
static struct sender laptop;
static int asked;

/* The device of fuzz_device is enrolled and has sent two entries. */
static void open_registry(void)
{
    struct buf batch = {0};
    if (asked++ % REQUESTS_A_REGISTRY != 0)
        return;
    if (asked > 1) {
        ministry_done(&the);
        sender_done(&laptop);
    }
    ministry_init(&the, false);
    sender_init(&laptop, 7, false);
    FUZZ_EXPECT(laptop.me.number == fuzz_device()->number);
    (void)sender_add_coop(&laptop, "Koakoyima");
    sender_batch(&laptop, 1, 2, the.code, &batch);
    ministry_take(&the, &batch, PROBLEM_NONE, NULL, NULL);
    buf_done(&batch);
}

static void answer(struct request *r)
{
    const struct routes routes = {.ledger = the.ledger, .registry = the.ingest.registry, .now = MINISTRY_NOW};
    struct http_message message = {.method = r->method,
                                   .target = r->target,
                                   .body = r->body,
                                   .body_len = r->body_len,
                                   .header = header,
                                   .arg = r};
    struct http_reply reply = {0};
    if (r->is_signed)
        http_sign(&message, MINISTRY_NOW, fuzz_device(), &r->made);
    routes_answer(&routes, &message, &reply);
    FUZZ_EXPECT(reply.status >= 200 && reply.status < 600);
    FUZZ_EXPECT(reply.body.len == 0 || reply.media_type != NULL);
    FUZZ_EXPECT(reply.status < 400 || strcmp(reply.media_type, PROBLEM_MEDIA_TYPE) == 0);
    FUZZ_EXPECT(reply.status != 500);
    http_reply_done(&reply);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct request r = {0};
    struct buf packed = {0};
    open_registry();
    if (read_request(&r, data, len)) {
        r.is_signed = given(&r, "sign") != NULL;
        if (given(&r, "pack") && fuzz_pack(r.body, r.body_len, &packed)) {
            r.body = (const uint8_t *)packed.data;
            r.body_len = packed.len;
        }
        answer(&r);
    }
    buf_done(&packed);
    free(r.text);
    return 0;
}

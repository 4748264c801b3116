#include "sync/batch/problem.h"

#include <assert.h>
#include <string.h>

#include "schema/base/json.h"

static const struct {
    const char *word;
    const char *title;
    int status;
} types[] = {
    [PROBLEM_NONE] = {"none", "No problem", 200},
    [PROBLEM_GAP] = {"gap", "Entries before this batch are missing", 409},
    [PROBLEM_FORKED] = {"forked", "Other entries are held under these numbers", 409},
    [PROBLEM_REVOKED] = {"revoked", "This device was revoked", 403},
    [PROBLEM_NOT_ENROLLED] = {"not-enrolled", "This device is not enrolled", 403},
    [PROBLEM_INVITATION] = {"invitation", "The invitation cannot be used", 403},
    [PROBLEM_CODE_TAKEN] = {"code-taken", "Another key has this device code", 409},
    [PROBLEM_TRAINING] = {"training", "Training and real work do not mix", 403},
    [PROBLEM_TOO_LARGE] = {"too-large", "More than this registry reads at once", 413},
    [PROBLEM_UNKNOWN_VERSION] = {"unknown-version", "A version that this registry does not speak", 422},
    [PROBLEM_UNKNOWN_PREFIX] = {"unknown-prefix", "The prefix is not held; send it without", 422},
    [PROBLEM_BAD_FORM] = {"bad-form", "Not in the form of this protocol", 422},
    [PROBLEM_BAD_SIGNATURE] = {"bad-signature", "The signature does not fit", 422},
    [PROBLEM_BAD_CHAIN] = {"bad-chain", "The entries do not fit their chain", 422},
    [PROBLEM_BAD_ENTRY] = {"bad-entry", "An entry is not in canonical form", 422},
    [PROBLEM_NOT_FOUND] = {"not-found", "There is no such thing here", 404},
    [PROBLEM_METHOD] = {"method", "This method is not for this address", 405},
    [PROBLEM_TOO_MANY] = {"too-many", "Too many requests", 429},
    [PROBLEM_BUSY] = {"busy", "Try again later", 503},
    [PROBLEM_INTERNAL] = {"internal", "The registry failed", 500},
};
_Static_assert(sizeof types / sizeof types[0] == PROBLEM_COUNT, "every type has its row");

void problem_done(struct problem *p)
{
    buf_done(&p->extra);
    *p = (struct problem){0};
}

const char *problem_word(enum problem_type type)
{
    return types[type].word;
}

int problem_status(enum problem_type type)
{
    return types[type].status;
}

static enum problem_type find(const char *word, size_t len)
{
    for (int i = PROBLEM_NONE + 1; i < PROBLEM_COUNT; i++) {
        if (strlen(types[i].word) == len && memcmp(types[i].word, word, len) == 0)
            return (enum problem_type)i;
    }
    return PROBLEM_NONE;
}

enum problem_type problem_find(const char *type)
{
    size_t prefix = strlen(PROBLEM_URI);
    return strncmp(type, PROBLEM_URI, prefix) == 0 ? find(type + prefix, strlen(type + prefix))
                                                   : PROBLEM_NONE;
}

enum problem_type problem_of_words(const char *text, const char **detail)
{
    const char *colon = strstr(text, ": ");
    enum problem_type type = colon ? find(text, (size_t)(colon - text)) : PROBLEM_NONE;
    *detail = type == PROBLEM_NONE ? text : colon + 2;
    return type;
}

void problem_write(const struct problem *p, int status, struct buf *out)
{
    assert(p->type != PROBLEM_NONE);
    struct json_out json = {.to = out};
    struct buf uri = {0};
    buf_printf(&uri, PROBLEM_URI "%s", types[p->type].word);
    json_open(&json, '{');
    json_put_str(&json, "type", buf_str(&uri));
    json_put_str(&json, "title", types[p->type].title);
    json_put_int(&json, "status", status);
    if (p->detail[0])
        json_put_str(&json, "detail", p->detail);
    json_close(&json, '}');
    buf_done(&uri);
    if (p->extra.len > 0) {
        buf_truncate(out, out->len - 1);
        buf_printf(out, ",%s}", buf_str(&p->extra));
    }
}

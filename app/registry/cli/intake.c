#include "app/registry/cli/intake.h"

#include <stdlib.h>
#include <string.h>

#include "schema/base/file.h"
#include "sync/server/receipts.h"

static const char BATCH_ENDING[] = ".alv";
static const char RECEIPT_ENDING[] = ".receipt.alv";

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text);
    size_t tail = strlen(ending);
    return len >= tail && strcmp(text + len - tail, ending) == 0;
}

bool intake_is_batch_name(const char *name)
{
    return ends_with(name, BATCH_ENDING) && !ends_with(name, RECEIPT_ENDING);
}

int intake_compare_names(const char *a, const char *b)
{
    static const char digits[] = "0123456789";
    while (*a && *b) {
        size_t a_len = strspn(a, digits);
        size_t b_len = strspn(b, digits);
        if (a_len > 0 && b_len > 0) {
            int order = a_len == b_len ? strncmp(a, b, a_len) : (a_len < b_len ? -1 : 1);
            if (order != 0)
                return order;
            a += a_len;
            b += b_len;
        } else if (*a != *b) {
            break;
        } else {
            a++;
            b++;
        }
    }
    return (unsigned char)*a - (unsigned char)*b;
}

void intake_done(struct intake *in)
{
    free(in->receipt);
    free(in->words);
    *in = (struct intake){0};
}

static void write_receipt(const char *path, const struct buf *receipt, struct intake *out)
{
    struct buf beside = {0};
    struct errctx e;
    size_t stem = strlen(path) - (ends_with(path, BATCH_ENDING) ? strlen(BATCH_ENDING) : 0);
    buf_put(&beside, path, stem);
    buf_puts(&beside, RECEIPT_ENDING);
    out->receipt = buf_steal(&beside);
    out->end = INTAKE_TAKEN;
    if (file_write(out->receipt, receipt->data, receipt->len, 0644, &e) != ERR_OK) {
        out->end = INTAKE_NO_RECEIPT;
        out->words = str_dup(e.text);
    }
}

/* The batch that enrols its laptop may come later, and so may any that comes before. A file in the middle of
 * being copied is not yet in the form of a batch; nothing else looks like that. */
static enum intake_end end_of(enum problem_type type, const struct batch_header *header)
{
    if (type == PROBLEM_GAP || (type == PROBLEM_NOT_ENROLLED && header->first > 1))
        return INTAKE_WAITS;
    return type == PROBLEM_BAD_FORM ? INTAKE_UNREADABLE : INTAKE_REFUSED;
}

/* A laptop whose disk was copied learns from what the registry signs that it has to go on as another device.
 */
static void write_fork(const struct ingest *in, const char *path, struct intake *out)
{
    struct buf receipt = {0};
    struct errctx e;
    const struct batch_header *h = &out->got.header;
    if (receipts_points(in, h->from, h->last, &receipt, &e) == ERR_OK)
        write_receipt(path, &receipt, out);
    free(out->words);
    out->words = NULL;
    buf_done(&receipt);
}

enum err intake_take(struct registry_store *s, const char *path, int64_t now, struct intake *out,
                     struct errctx *e)
{
    struct buf bytes = {0};
    struct buf receipt = {0};
    struct problem problem = {0};
    const struct ingest ingest = {
        .ledger = registry_store_ledger(s), .registry = registry_store_device(s), .now = now};
    *out = (struct intake){0};
    enum err result = file_read_stranger(path, BATCH_MAX_COMPRESSED, &bytes, &out->file, e);
    if (result != ERR_OK) {
        out->end = INTAKE_UNREADABLE;
        out->words = str_dup(e->text);
        buf_done(&bytes);
        return ERR_OK;
    }
    result = ingest_batch(&ingest, bytes.data, bytes.len, 0, &receipt, &out->got, &problem, e);
    if (result == ERR_OK) {
        write_receipt(path, &receipt, out);
    } else if (result == ERR_INVALID || (problem.type != PROBLEM_INTERNAL && problem.type != PROBLEM_BUSY)) {
        if (problem.type == PROBLEM_FORKED || problem.type == PROBLEM_CODE_TAKEN)
            write_fork(&ingest, path, out);
        out->end = end_of(problem.type, &out->got.header);
        out->words = str_dup(e->text);
        result = ERR_OK;
    }
    problem_done(&problem);
    buf_done(&receipt);
    buf_done(&bytes);
    return result;
}

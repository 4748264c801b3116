#include "app/field/cli/import_state.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "schema/base/base32.h"
#include "schema/base/file.h"
#include "schema/base/json.h"

enum {
    MAX_STATE_BYTES = 4096
};

struct noted {
    struct import_point before;
    struct import_point after;
    int64_t entry;
    struct chain chain;
};

/* False when the state is of another file, kind of record or laptop, or is no state at all. */
static bool read_noted(const struct import_state *s, const char *device, const struct cJSON *json,
                       struct noted *out)
{
    int64_t size = -1;
    int64_t mtime = -1;
    const char *of = json_get_str(json, "entity");
    const char *by = json_get_str(json, "device");
    const char *chain = json_get_str(json, "chain");
    return of && strcmp(of, s->of->name) == 0 && by && strcmp(by, device) == 0 && chain &&
           strlen(chain) == 2 * (size_t)CHAIN_BYTES && hex_get(chain, out->chain.value, CHAIN_BYTES) &&
           json_get_int(json, "size", &size) && size == s->file_size && json_get_int(json, "mtime", &mtime) &&
           mtime == s->file_mtime && json_get_int(json, "entry", &out->entry) &&
           json_get_int(json, "rows", &out->before.rows) && json_get_int(json, "good", &out->before.good) &&
           json_get_int(json, "reject_bytes", &out->before.reject_bytes) &&
           json_get_int(json, "next_rows", &out->after.rows) &&
           json_get_int(json, "next_good", &out->after.good) &&
           json_get_int(json, "next_reject_bytes", &out->after.reject_bytes);
}

static enum err is_committed(struct store *store, const struct noted *noted, bool *out, struct errctx *e)
{
    struct chain chain;
    enum err result = journal_chain_at(store_db(store), store_device(store)->key, noted->entry, &chain, e);
    *out = result == ERR_OK && memcmp(chain.value, noted->chain.value, CHAIN_BYTES) == 0;
    return result == ERR_NOT_FOUND ? ERR_OK : result;
}

static enum err find_point(const struct import_state *s, struct store *store, const char *file,
                           const struct cJSON *json, struct import_point *from, struct errctx *e)
{
    struct noted noted;
    bool committed = false;
    if (!read_noted(s, store_device(store)->code, json, &noted))
        return err_fail(
            e, ERR_CONFLICT,
            _("\"%s\" is not what it was when its import was interrupted; part of it is in already "
              "(remove \"%s\" to begin again)"),
            file, s->path);
    if (is_committed(store, &noted, &committed, e) != ERR_OK)
        return e->kind;
    *from = committed ? noted.after : noted.before;
    return ERR_OK;
}

enum err import_state_open(struct import_state *s, struct store *store, const struct entity *of,
                           const char *file, int fd, struct import_point *from, struct errctx *e)
{
    struct stat stat;
    struct buf path = {0};
    struct buf text = {0};
    struct cJSON *json = NULL;
    buf_printf(&path, "%s.import", file);
    *from = (struct import_point){0};
    *s = (struct import_state){.path = buf_steal(&path), .of = of};
    if (fstat(fd, &stat) != 0)
        return err_errno(e, ERR_IO, errno, "read \"%s\"", file);
    s->file_size = stat.st_size;
    s->file_mtime = stat.st_mtim.tv_sec;
    enum err result = file_read(s->path, MAX_STATE_BYTES, &text, e);
    if (result == ERR_OK) {
        if (json_read(text.data, text.len, &json, e) != ERR_OK)
            json = NULL;
        result = find_point(s, store, file, json, from, e);
    } else if (result == ERR_NOT_FOUND) {
        result = ERR_OK;
    }
    json_free(json);
    buf_done(&text);
    return result;
}

enum err import_state_note(const struct import_state *s, struct store *store,
                           const struct import_point *before, const struct import_point *after,
                           struct errctx *e)
{
    struct buf text = {0};
    struct json_out j = {.to = &text};
    char hex[2 * CHAIN_BYTES + 1];
    const struct journal_head *head = store_head(store);
    hex_put(head->chain.value, CHAIN_BYTES, hex);
    json_open(&j, '{');
    json_put_str(&j, "alluvia", "import/1");
    json_put_str(&j, "device", store_device(store)->code);
    json_put_str(&j, "entity", s->of->name);
    json_put_int(&j, "size", s->file_size);
    json_put_int(&j, "mtime", s->file_mtime);
    json_put_int(&j, "rows", before->rows);
    json_put_int(&j, "good", before->good);
    json_put_int(&j, "reject_bytes", before->reject_bytes);
    json_put_int(&j, "next_rows", after->rows);
    json_put_int(&j, "next_good", after->good);
    json_put_int(&j, "next_reject_bytes", after->reject_bytes);
    json_put_int(&j, "entry", head->number);
    json_put_str(&j, "chain", hex);
    json_close(&j, '}');
    enum err result = file_write(s->path, text.data, text.len, 0600, e);
    buf_done(&text);
    return result;
}

enum err import_state_clear(const struct import_state *s, struct errctx *e)
{
    if (unlink(s->path) != 0 && errno != ENOENT)
        return err_errno(e, ERR_IO, errno, "remove \"%s\"", s->path);
    return ERR_OK;
}

void import_state_done(struct import_state *s)
{
    free(s->path);
}

#include <string.h>

#include "schema/base/file.h"
#include "sync/client/courier.h"
#include "sync/client/outbox.h"

struct carrying {
    const char *folder;
    bool all; /* the whole journal, as a copy */
    struct link_state state;
    void (*each)(void *arg, const char *path, int64_t first, int64_t last);
    void *arg;
};

static enum err write_parcel(const struct carrying *c, const struct parcel *parcel, struct errctx *e)
{
    struct buf sealed = {0};
    struct buf name = {0};
    struct buf path = {0};
    batch_file_name(&parcel->header, &name);
    if (c->all) {
        buf_truncate(&name, name.len - strlen(".alv"));
        buf_puts(&name, COURIER_COPY_ENDING);
    }
    file_join(&path, c->folder, buf_str(&name));
    enum err result =
        container_seal(parcel->packed.data, parcel->packed.len, c->state.registry.key, &sealed, e);
    if (result == ERR_OK)
        result = file_write(buf_str(&path), sealed.data, sealed.len, 0600, e);
    if (result == ERR_OK && c->each)
        c->each(c->arg, buf_str(&path), parcel->header.first, parcel->header.last);
    buf_done(&path);
    buf_done(&name);
    buf_done(&sealed);
    return result;
}

static enum err carry(const struct sync_options *o, struct carrying *c, struct errctx *e)
{
    struct link_state *state = &c->state;
    struct outbox outbox = {.db = o->db, .me = o->me, .now = o->now(), .code = ""};
    if (link_load(o->db, state, e) != ERR_OK || journal_head(o->db, o->me->key, &outbox.head, e) != ERR_OK)
        return e->kind;
    if (!state->known)
        return err_fail(e, ERR_CONFIG, "no registry is known yet: enrol first, files are sealed for it");
    if (file_need_folder(c->folder, e) != ERR_OK)
        return e->kind;
    if (!state->enrolled)
        outbox.code = state->registry.code;
    for (int64_t next = c->all ? 1 : state->upto + 1; next <= outbox.head.number;) {
        struct parcel parcel;
        enum err result = outbox_pack(&outbox, next, BATCH_MAX_ENTRIES, false, &parcel, e);
        if (result == ERR_OK)
            result = write_parcel(c, &parcel, e);
        next = parcel.header.last + 1;
        parcel_done(&parcel);
        if (result != ERR_OK)
            return result;
    }
    return ERR_OK;
}

enum err sync_carry(const struct sync_options *o, const char *folder,
                    void (*each)(void *arg, const char *path, int64_t first, int64_t last), void *arg,
                    struct errctx *e)
{
    struct carrying c = {.folder = folder, .each = each, .arg = arg};
    return carry(o, &c, e);
}

enum err sync_carry_all(const struct sync_options *o, const char *folder,
                        void (*each)(void *arg, const char *path, int64_t first, int64_t last), void *arg,
                        struct errctx *e)
{
    struct carrying c = {.folder = folder, .all = true, .each = each, .arg = arg};
    return carry(o, &c, e);
}

enum err sync_pass_on(const struct sync_options *o, const char *folder,
                      void (*each)(void *arg, const char *path), void *arg, struct errctx *e)
{
    return courier_write(o, folder, o->copies, each, arg, e);
}

#include "schema/base/file.h"
#include "sync/client/outbox.h"

struct carrying {
    const char *folder;
    const struct link_state *state;
    void (*each)(void *arg, const char *path, int64_t first, int64_t last);
    void *arg;
};

static enum err write_parcel(const struct carrying *c, const struct parcel *parcel, struct errctx *e)
{
    struct buf sealed = {0};
    struct buf name = {0};
    struct buf path = {0};
    batch_file_name(&parcel->header, &name);
    file_join(&path, c->folder, buf_str(&name));
    enum err result =
        container_seal(parcel->packed.data, parcel->packed.len, c->state->registry.key, &sealed, e);
    if (result == ERR_OK)
        result = file_write(buf_str(&path), sealed.data, sealed.len, 0600, e);
    if (result == ERR_OK && c->each)
        c->each(c->arg, buf_str(&path), parcel->header.first, parcel->header.last);
    buf_done(&path);
    buf_done(&name);
    buf_done(&sealed);
    return result;
}

enum err sync_carry(const struct sync_options *o, const char *folder,
                    void (*each)(void *arg, const char *path, int64_t first, int64_t last), void *arg,
                    struct errctx *e)
{
    struct link_state state;
    struct outbox outbox = {.db = o->db, .me = o->me, .now = o->now(), .code = ""};
    if (link_load(o->db, &state, e) != ERR_OK || journal_head(o->db, o->me->key, &outbox.head, e) != ERR_OK)
        return e->kind;
    if (!state.known)
        return err_fail(e, ERR_CONFIG, "no registry is known yet: enrol first, files are sealed for it");
    if (file_need_folder(folder, e) != ERR_OK)
        return e->kind;
    if (!state.enrolled)
        outbox.code = state.registry.code;
    const struct carrying c = {.folder = folder, .state = &state, .each = each, .arg = arg};
    for (int64_t next = state.upto + 1; next <= outbox.head.number;) {
        struct parcel parcel;
        enum err result = outbox_pack(&outbox, next, BATCH_MAX_ENTRIES, false, &parcel, e);
        if (result == ERR_OK)
            result = write_parcel(&c, &parcel, e);
        next = parcel.header.last + 1;
        parcel_done(&parcel);
        if (result != ERR_OK)
            return result;
    }
    return ERR_OK;
}

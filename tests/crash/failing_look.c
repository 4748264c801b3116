#include "tests/crash/failing_look.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/field/store/store.h"
#include "app/registry/store/registry_store.h"

static const char *const LAPTOPS[FAILING_LAPTOPS] = {"alluvia",  "new/alluvia",    "new/again",
                                                     "new/demo", "client/alluvia", "pins/alluvia"};
static const char *const REGISTRIES[FAILING_REGISTRIES] = {"ministry", "new/ministry", "empty"};

/* Whether all files of a database are as they were: BASE and these. */
static bool is_untouched(const char *world, const struct folder_kept *kept, const char *base,
                         const char *const *ends)
{
    char name[256];
    bool same = true;
    for (; *ends && same; ends++) {
        (void)snprintf(name, sizeof name, "%s%s", base, *ends);
        same = folder_is_kept(kept, world, name);
    }
    return same;
}

static enum err look_at_laptop(const char *path, struct failing_state *out,
                               const struct failing_state *before, struct errctx *e)
{
    struct store *s = NULL;
    struct chain then;
    if (access(path, F_OK) != 0)
        return ERR_OK;
    if (store_open(path, STORE_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = store_verify(s, NULL, NULL, e);
    out->laptop = store_head(s)->number;
    out->chain = store_head(s)->chain;
    if (result == ERR_OK && before && before->laptop > 0) {
        result = journal_chain_at(store_db(s), store_device(s)->key, before->laptop, &then, e);
        if (result == ERR_OK && memcmp(&then, &before->chain, sizeof then) != 0)
            result = err_fail(e, ERR_INTERNAL, "the journal does not begin as it did");
    }
    store_close(s);
    return result;
}

static enum err look_at_registry(const char *path, struct failing_state *out, struct errctx *e)
{
    struct registry_store *s = NULL;
    struct registry_source source;
    char file[512];
    (void)snprintf(file, sizeof file, "%s/registry.db", path);
    if (access(file, F_OK) != 0)
        return ERR_OK;
    if (registry_store_open(path, DB_WRITE, &s, e) != ERR_OK)
        return e->kind;
    enum err result = registry_store_verify(s, 0, NULL, NULL, e);
    if (result == ERR_OK)
        result = registry_store_source(s, &source, e);
    if (result == ERR_OK)
        out->registry = source.entries;
    registry_store_close(s);
    return result;
}

static enum err look_at_laptops(const char *world, const struct folder_kept *kept,
                                const struct failing_state *before, struct failing_state *out,
                                struct errctx *e)
{
    static const char *const ends[] = {".db", ".db-wal", ".key", ".pin", NULL};
    for (size_t i = 0; i < FAILING_LAPTOPS; i++) {
        char path[512];
        struct failing_state unused;
        if (before && is_untouched(world, kept, LAPTOPS[i], ends))
            continue;
        (void)snprintf(path, sizeof path, "%s/%s.db", world, LAPTOPS[i]);
        if (i == 0)
            out->laptop = -1;
        if (look_at_laptop(path, i == 0 ? out : &unused, i == 0 ? before : NULL, e) != ERR_OK)
            return err_wrap(e, "%s", LAPTOPS[i]);
    }
    return ERR_OK;
}

static enum err look_at_registries(const char *world, const struct folder_kept *kept, bool all,
                                   struct failing_state *out, struct errctx *e)
{
    static const char *const ends[] = {"/registry.db", "/registry.db-wal", "/registry.key", "/store", NULL};
    for (size_t i = 0; i < FAILING_REGISTRIES; i++) {
        char path[512];
        struct failing_state unused;
        if (!all && is_untouched(world, kept, REGISTRIES[i], ends))
            continue;
        (void)snprintf(path, sizeof path, "%s/%s", world, REGISTRIES[i]);
        if (i == 0)
            out->registry = -1;
        if (look_at_registry(path, i == 0 ? out : &unused, e) != ERR_OK)
            return err_wrap(e, "%s", REGISTRIES[i]);
    }
    return ERR_OK;
}

enum err failing_look(const char *world, const struct folder_kept *kept, const struct failing_state *before,
                      struct failing_state *out, struct errctx *e)
{
    *out = before ? *before : (struct failing_state){-1, -1, {{0}}};
    if (look_at_laptops(world, kept, before, out, e) != ERR_OK)
        return e->kind;
    return look_at_registries(world, kept, !before, out, e);
}

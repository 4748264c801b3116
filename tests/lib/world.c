#include "tests/lib/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "app/field/store/store.h"
#include "schema/base/file.h"
#include "schema/field/field_schema.h"
#include "tests/bench/yields.h"
#include "tests/lib/engine.h"
#include "tests/lib/folder.h"
#include "tests/lib/run.h"
#include "tests/lib/test.h"

static int64_t now(void)
{
    return (int64_t)time(NULL);
}

static void no_log(int level, const char *line)
{
    (void)level;
    (void)line;
}

static char *path_in(const struct world *w, const char *name)
{
    struct buf path = {0};
    file_join(&path, w->folder, name);
    return buf_steal(&path);
}

static void on_event(void *arg, const struct sync_event *event)
{
    struct world *w = arg;
    w->events[event->kind]++;
    if (event->text)
        (void)snprintf(w->said, sizeof w->said, "%s", event->text);
    if (w->on_event)
        w->on_event(w, event);
}

static bool on_cancelled(void *arg)
{
    return ((const struct world *)arg)->cancel;
}

/* --- the registry */

void world_start_registry(struct world *w)
{
    struct errctx e;
    char listen[32];
    (void)snprintf(listen, sizeof listen, "127.0.0.1:%d", w->port);
    if (!w->registry)
        assert_ok(registry_store_open(w->registry_path, DB_WRITE, &w->registry, &e));
    struct server_options options = {.listen = listen,
                                     .ledger = registry_store_ledger(w->registry),
                                     .registry = registry_store_device(w->registry),
                                     .program = "alluvia-registry test",
                                     .now = now,
                                     .log = no_log};
    assert_ok(server_start(&options, &w->server, &e));
    w->port = server_port(w->server);
}

void world_stop_registry(struct world *w)
{
    if (w->server)
        server_stop(w->server);
    w->server = NULL;
}

void world_copy_registry(struct world *w)
{
    struct errctx e;
    char *copy = path_in(w, "last-week.db");
    assert_ok(registry_store_backup(w->registry, copy, NULL, NULL, &e));
    free(copy);
}

void world_put_back_registry(struct world *w)
{
    struct errctx e;
    registry_store_close(w->registry);
    w->registry = NULL;
    char *copy = path_in(w, "last-week.db");
    char *place = path_in(w, "registry/registry.db");
    char *wal = path_in(w, "registry/registry.db-wal");
    char *shm = path_in(w, "registry/registry.db-shm");
    folder_copy_file(copy, place);
    (void)unlink(wal);
    (void)unlink(shm);
    free(shm);
    free(wal);
    free(place);
    free(copy);
    assert_ok(registry_store_open(w->registry_path, DB_WRITE, &w->registry, &e));
}

void world_restore_registry(struct world *w)
{
    static const char *const files[] = {"registry/registry.db", "registry/registry.db-wal",
                                        "registry/registry.db-shm", "registry/store"};
    struct errctx e;
    char *copy = path_in(w, "last-week.db");
    registry_store_close(w->registry);
    w->registry = NULL;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char *path = path_in(w, files[i]);
        (void)unlink(path);
        free(path);
    }
    engine_remove_place(w->registry_url);
    w->registry_url = engine_new_place();
    assert_ok(registry_store_restore(w->registry_path, w->registry_url, copy, &e));
    assert_ok(registry_store_open(w->registry_path, DB_WRITE, &w->registry, &e));
    free(copy);
}

/* --- the laptop */

static void make_laptop(struct world *w)
{
    struct errctx e;
    struct author by = {.login = "amina", .now = now()};
    w->laptop_path = path_in(w, "laptop.db");
    char *key = path_in(w, "laptop.key");
    assert_ok(store_create(w->laptop_path, "SL", "Koidu 3", false, &by, &e));
    assert_ok(device_load(key, &w->me, &e));
    assert_ok(db_open(w->laptop_path, DB_WRITE, &FIELD_DB, &w->db, &e));
    assert_ok(journal_head(w->db, w->me.key, &w->head, &e));
    free(key);
}

void world_write(struct world *w, int count)
{
    struct errctx e;
    assert_ok(db_begin(w->db, &e));
    for (int i = 0; i < count; i++) {
        struct entry entry;
        entry_init(&entry);
        (void)snprintf(entry.by, sizeof entry.by, "amina");
        entry.op = OP_ADD;
        yields_make(&entry.record, ident_make(w->me.number, 2), w->written++);
        assert_ok(journal_append(w->db, &w->head, &entry, now(), 0, &e));
        entry_done(&entry);
    }
    assert_ok(db_commit(w->db, &e));
}

/* --- all of it */

void world_make(struct world *w)
{
    struct errctx e;
    static const char *const districts[] = {"SL-E"};
    *w = (struct world){0};
    assert_ok(device_module_init(&e));
    char folder[] = "/tmp/alluvia-world-XXXXXX";
    assert_non_null(mkdtemp(folder));
    w->folder = str_dup(folder);
    w->registry_path = path_in(w, "registry");
    w->registry_url = engine_new_place();
    assert_ok(registry_store_create(w->registry_path, w->registry_url, "SL", "Ministry of Mines", false, &e));
    assert_ok(registry_store_open(w->registry_path, DB_WRITE, &w->registry, &e));
    assert_ok(registry_store_invite(w->registry, "Koidu 3", districts, 1, now() + 86400, now(), w->code, &e));
    world_start_registry(w);
    static const struct fault_plan perfect = {0};
    w->proxy = fault_proxy_start(w->port, &perfect);
    (void)snprintf(w->url, sizeof w->url, "http://127.0.0.1:%d", fault_proxy_port(w->proxy));
    make_laptop(w);
    w->options = (struct sync_options){.db = w->db,
                                       .me = &w->me,
                                       .program = "alluvia test",
                                       .now = now,
                                       .max_wait_ms = 2,
                                       .event = on_event,
                                       .cancelled = on_cancelled,
                                       .arg = w};
}

void world_make_enrolled(struct world *w)
{
    struct errctx e;
    world_make(w);
    assert_ok(sync_enrol(&w->options, w->url, w->code, &e));
}

void world_done(struct world *w)
{
    fault_proxy_stop(w->proxy);
    world_stop_registry(w);
    registry_store_close(w->registry);
    db_close(w->db);
    device_done(&w->me);
    const char *const remove[] = {"rm", "-rf", "--", w->folder, NULL};
    assert_int_equal(run_quietly(remove), 0);
    engine_remove_place(w->registry_url);
    free(w->laptop_path);
    free(w->registry_path);
    free(w->folder);
}

void world_plan(struct world *w, const struct fault_plan *plan)
{
    fault_proxy_change(w->proxy, plan);
}

struct link_state world_link(struct world *w)
{
    struct errctx e;
    struct link_state state;
    assert_ok(link_load(w->db, &state, &e));
    return state;
}

/* --- comparing */

static enum err put_line(void *arg, const struct journal_line *line, struct errctx *e)
{
    (void)e;
    struct buf *out = arg;
    char chain[2 * CHAIN_BYTES + 1];
    for (size_t i = 0; i < CHAIN_BYTES; i++)
        (void)snprintf(chain + 2 * i, 3, "%02x", line->chain->value[i]);
    buf_printf(out, "%lld %s ", (long long)line->number, chain);
    buf_put(out, line->bytes, line->len);
    buf_putc(out, '\n');
    return ERR_OK;
}

void world_assert_same(struct world *w)
{
    struct errctx e;
    struct registry_store *registry = NULL;
    struct buf ours = {0};
    struct buf theirs = {0};
    /* A look of our own: the server's thread owns the other one. */
    assert_ok(registry_store_open(w->registry_path, DB_READ, &registry, &e));
    assert_ok(registry_store_entries(registry, w->me.number, 1, 0, put_line, &theirs, &e));
    assert_ok(journal_read(w->db, 1, 0, put_line, &ours, &e));
    assert_int_equal(ours.len, theirs.len);
    assert_string_equal(buf_str(&ours), buf_str(&theirs));
    registry_store_close(registry);
    buf_done(&ours);
    buf_done(&theirs);
    assert_int_equal(world_link(w).upto, w->head.number);
}

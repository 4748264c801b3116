/*
 * A laptop, a registry and the link between them, all real: two SQLite databases in a folder of their own,
 * the HTTP server, the fault proxy. Every function fails the test when it cannot do what it says.
 */
#ifndef ALLUVIA_TESTS_WORLD_H
#define ALLUVIA_TESTS_WORLD_H

#include "app/registry/store/registry_store.h"
#include "sync/client/sync.h"
#include "sync/server/server.h"
#include "tests/lib/fault_proxy.h"

struct world {
    char *folder;
    char *laptop_path;
    char *registry_path;
    char *registry_url; /* NULL: SQLite */
    struct device me;
    struct db *db;
    struct journal_head head;
    uint64_t written;
    struct registry_store *registry;
    struct server *server;
    int port; /* of the server; stays the same after a restart */
    struct fault_proxy *proxy;
    char url[64];
    char code[INVITATION_CODE_BYTES];
    struct sync_options options; /* short pauses; events are counted below */
    int events[SYNC_BECAME + 1];
    char said[512]; /* the text of the last event that had one */
    bool cancel;
    void (*on_event)(struct world *w, const struct sync_event *event); /* may be NULL */
};

/* A registry that serves, an invitation, a laptop with its device entry and a licence, not yet enrolled. */
void world_make(struct world *w);
/* As world_make, and enrolled. */
void world_make_enrolled(struct world *w);
void world_done(struct world *w);

/* Appends COUNT yields to the laptop's journal, plausible and all different. */
void world_write(struct world *w, int count);

/* The registry's process ends; and begins. While it is stopped the store is open for the test alone. */
void world_stop_registry(struct world *w);
void world_start_registry(struct world *w);
/* A consistent copy of the registry's database, and putting it back; both while it is stopped. */
void world_copy_registry(struct world *w);
void world_put_back_registry(struct world *w);
/* The same as `restore` does it, in a place of its own, on either engine: another incarnation. */
void world_restore_registry(struct world *w);

void world_plan(struct world *w, const struct fault_plan *plan);
/* What the laptop thinks. */
struct link_state world_link(struct world *w);
/* Both journals are the same, byte for byte, and each entry is there once. */
void world_assert_same(struct world *w);

#endif

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/version.h"
#include "app/registry/app.h"
#include "app/registry/cli/desk.h"
#include "app/registry/cli/watch.h"
#include "sync/server/server.h"

static int64_t utc_now(void)
{
    return (int64_t)time(NULL);
}

/* journald reads the level from "<6>" in front of a line; a person at a terminal needs none. */
static void log_line(int level, const char *line)
{
    if (isatty(STDERR_FILENO))
        (void)fprintf(stderr, "%s\n", line);
    else
        (void)fprintf(stderr, "<%d>%s\n", level, line);
}

/* "http://127.0.0.1:8440": the address of --listen with the port that was really taken. */
static void log_address(const char *listen, int port, bool tls)
{
    const char *colon = strrchr(listen, ':');
    char line[128];
    (void)snprintf(line, sizeof line, "listening on %s://%.*s:%d", tls ? "https" : "http",
                   colon ? (int)(colon - listen) : 0, listen, port);
    log_line(LOG_NOTICE, line);
}

/* The main thread waits for a signal to end; it then looks here why. */
static atomic_bool stuck;

static void end_stuck(void)
{
    atomic_store(&stuck, true);
    (void)kill(getpid(), SIGTERM);
}

/* The server's thread has the store of APP: what else is done has one of its own. */
struct beside {
    struct registry_store *store;
    struct watch *watch; /* NULL: no folder */
    struct desk desk;
    bool review;
};

static enum err open_beside(struct app *app, const struct options *o, struct beside *b, struct errctx *e)
{
    const char *folder = options_text(o, "inbox");
    *b = (struct beside){.review = !options_has(o, "no-review")};
    if (!folder && !b->review)
        return ERR_OK;
    if (registry_store_open(app->folder, DB_WRITE, &b->store, e) != ERR_OK)
        return e->kind;
    b->desk = (struct desk){.store = b->store, .log = log_line};
    return folder ? watch_new(b->store, folder, log_line, &b->watch, e) : ERR_OK;
}

enum {
    KEEP_FREE_MIB = 64, /* some hundred of the largest batches, and room for a backup's beginning */
    PER_ADDRESS = 32,   /* an office behind one address, not a flood */
    MOST_PER_ADDRESS = 256,
    MOST_FREE_MIB = 1 << 20,
};

/* Behind a proxy on this machine all have one address: there it is the proxy that counts. */
static enum err read_limits(struct app *app, const struct options *o, struct server_options *options,
                            int64_t *keep_free, struct errctx *e)
{
    int64_t per_address = 0;
    int64_t mib = 0;
    if (options_int(o, "per-address", 0, MOST_PER_ADDRESS, options->cert_path ? PER_ADDRESS : 0, &per_address,
                    e) != ERR_OK ||
        options_int(o, "keep-free", 0, MOST_FREE_MIB, KEEP_FREE_MIB, &mib, e) != ERR_OK)
        return e->kind;
    options->per_address = (int)per_address;
    *keep_free = mib << 20;
    registry_store_keep_free(app->store, *keep_free);
    return ERR_OK;
}

static enum err cmd_serve(struct app *app, const struct options *o, struct errctx *e)
{
    const char *listen = options_text(o, "listen");
    struct server_options options = {
        .listen = listen ? listen : "127.0.0.1:8440",
        .cert_path = options_text(o, "tls-cert"),
        .key_path = options_text(o, "tls-key"),
        .ledger = registry_store_ledger(app->store),
        .registry = registry_store_device(app->store),
        .program = "alluvia-registry " ALLUVIA_VERSION,
        .now = utc_now,
        .log = log_line,
        .stuck = end_stuck,
    };
    int64_t keep_free = 0;
    if (read_limits(app, o, &options, &keep_free, e) != ERR_OK)
        return e->kind;
    /* Blocked before the server's thread starts, so that it is this one that takes them. */
    watch_block_signals();
    struct beside beside;
    struct server *server = NULL;
    enum err result = open_beside(app, o, &beside, e);
    if (beside.store)
        registry_store_keep_free(beside.store, keep_free);
    if (result == ERR_OK)
        result = server_start(&options, &server, e);
    if (result == ERR_OK) {
        log_address(options.listen, server_port(server), options.cert_path != NULL);
        watch_loop(beside.watch, beside.review ? &beside.desk : NULL);
        server_stop(server);
        log_line(LOG_NOTICE, "stopped");
    }
    watch_free(beside.watch);
    registry_store_close(beside.store);
    if (result == ERR_OK && atomic_load(&stuck))
        return err_fail(e, ERR_IO,
                        _("the system did not give back a lock of the database: start the program again"));
    return result;
}

static const struct option_spec SERVE_OPTIONS[] = {
    {"listen", "ADDR:PORT", N_("where to listen (127.0.0.1:8440); port 0 takes a free one"), false},
    {"tls-cert", "FILE", N_("certificate, PEM"), false},
    {"tls-key", "FILE", N_("its key, PEM"), false},
    {"per-address", "N", N_("connections of one address at a time (32 with a certificate, else any number)"),
     false},
    {"keep-free", "MIB", N_("take nothing in while less of the disk is free (64)"), false},
    {"inbox", "DIR", N_("take in what appears in this folder too"), false},
    {"no-review", NULL, N_("leave the rules over the whole registry to \"review run\""), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_SERVE = {
    .words = "serve",
    .operands = "",
    .summary = N_("answer laptops over HTTP"),
    .opens = OPENS_WRITE,
    .options = SERVE_OPTIONS,
    .run = cmd_serve,
};

#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/version.h"
#include "app/registry/app.h"
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

/* The server's thread has the store of APP: the folder is taken in through one of its own. */
static enum err open_inbox(struct app *app, const char *folder, struct registry_store **store,
                           struct watch **out, struct errctx *e)
{
    if (registry_store_open(app->folder, DB_WRITE, store, e) != ERR_OK)
        return e->kind;
    return watch_new(*store, folder, log_line, out, e);
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
    };
    /* Blocked before the server's thread starts, so that it is this one that takes them. */
    watch_block_signals();
    struct registry_store *store = NULL;
    struct watch *watch = NULL;
    struct server *server = NULL;
    enum err result =
        options_has(o, "inbox") ? open_inbox(app, options_text(o, "inbox"), &store, &watch, e) : ERR_OK;
    if (result == ERR_OK)
        result = server_start(&options, &server, e);
    if (result == ERR_OK) {
        log_address(options.listen, server_port(server), options.cert_path != NULL);
        watch_loop(watch);
        server_stop(server);
        log_line(LOG_NOTICE, "stopped");
    }
    watch_free(watch);
    registry_store_close(store);
    return result;
}

static const struct option_spec SERVE_OPTIONS[] = {
    {"listen", "ADDR:PORT", N_("where to listen (127.0.0.1:8440); port 0 takes a free one"), false},
    {"tls-cert", "FILE", N_("certificate, PEM"), false},
    {"tls-key", "FILE", N_("its key, PEM"), false},
    {"inbox", "DIR", N_("take in what appears in this folder too"), false},
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

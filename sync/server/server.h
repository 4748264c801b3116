/* The HTTP server: libmicrohttpd in front of the routes (schema/api/openapi.yaml describes them). */
#ifndef ALLUVIA_SERVER_SERVER_H
#define ALLUVIA_SERVER_SERVER_H

#include "sync/server/ledger.h"
#include "sync/server/pace.h"

struct server;

struct server_options {
    const char *listen; /* "127.0.0.1:8440", "[::1]:0"; port 0 takes a free one */
    const char
        *cert_path; /* PEM; both or neither. Without them only a loopback address is taken (ERR_CONFIG) */
    const char *key_path;
    struct ledger *ledger;
    const struct device *registry;
    const char *program;                      /* "alluvia-registry 0.1.0" */
    int64_t (*now)(void);                     /* UTC seconds */
    struct pace_limits pace;                  /* {0}: PACE_LIMITS */
    int per_address;                          /* connections of one address at a time; 0: any number */
    void (*log)(int level, const char *line); /* syslog levels; lines without personal data */
    void (*stuck)(
        void); /* from the server's thread: the process can write no more and is to end; may be NULL */
};

/* Starts answering on one thread of its own: LEDGER and everything else in OPTIONS belong to that thread
 * until server_stop. ERR_CONFIG, ERR_IO (the port is taken). */
MUST_CHECK enum err server_start(const struct server_options *options, struct server **out, struct errctx *e);
/* The port that it listens on. */
int server_port(const struct server *s);
/* Lets replies under way finish, then ends. A request that is still arriving is cut: its laptop sends it
 * again. */
void server_stop(struct server *s);

#endif

/*
 * The connection to the registry: one HTTP exchange at a time. An answer is bytes and a status: nothing in it
 * is believed here.
 *
 * There are links of several kinds. That of the programs is LINK_CURL: libcurl, which is loaded when the
 * first link is opened, so that commands that need no network never pay for it. A simulation brings its own,
 * whose clock costs no waiting.
 *
 * A link gives an exchange up when nothing moves (LINK_STALL_MS and the like), because a link that died
 * silently costs more than anything else; the small send buffer makes what moves real.
 */
#ifndef ALLUVIA_CLIENT_LINK_H
#define ALLUVIA_CLIENT_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/buf.h"
#include "schema/base/err.h"

enum {
    LINK_CONNECT_MS = 30 * 1000, /* name, TCP and TLS: four round trips, with losses, on 2G */
    LINK_STALL_MS = 5 * 1000,    /* no byte moves, or six round trips, whichever is longer */
    LINK_ANSWER_MS = 20 * 1000,  /* the body went out: the registry writes 5,000 entries to a slow disk */
    LINK_UNACKED_MS = 10 * 1000, /* TCP waits no longer for the other side to take what was sent */
    LINK_SEND_BUFFER = 8 * 1024, /* more hides up to 30 KB in the kernel: measured */
    LINK_MAX_ANSWER = 8 * 1024 * 1024 /* the limit of any container */
};

struct link {
    const struct link_kind *kind; /* what this kind keeps stands behind */
};

struct link_options {
    const char *url; /* as link_normal_url gives it; borrowed while the link is open, like all here */
    /* "sha256//…" of the only public key to accept: then names, authorities and dates of the certificate do
     * not count; "" without one */
    const char *pin;
    const char *ca_path;          /* PEM file of authorities; NULL: those of the system */
    bool (*cancelled)(void *arg); /* may be NULL, asked about once a second */
    void (*progress)(void *arg, int64_t bytes_done, int64_t bytes_all);
    void *arg;
};

enum {
    LINK_MAX_HEADERS = 8
};

struct link_request {
    const char *path;                      /* "/v1/batches" */
    const char *headers[LINK_MAX_HEADERS]; /* "Name: value", up to the first NULL */
    const struct buf *body;                /* NULL: a GET, otherwise a POST */
    int64_t timeout_ms;                    /* for the whole exchange */
};

struct link_answer {
    int status; /* 0 while there is none */
    struct buf body;
    char media_type[64];   /* without parameters, as it was sent */
    int64_t retry_after_s; /* 0 when the answer does not say */
    bool body_sent;        /* all of the request went out: the registry may have it */
    int64_t bytes_up;      /* headers and body */
    int64_t bytes_down;
    int64_t transfer_ms; /* from the first byte up to the first byte down */
};
void link_answer_done(struct link_answer *a);

struct link_kind {
    void *arg;
    enum err (*open)(void *arg, const struct link_options *o, struct link **out, struct errctx *e);
    void (*close)(struct link *l);
    enum err (*exchange)(struct link *l, const struct link_request *request, struct link_answer *answer,
                         struct errctx *e);
    int64_t (*clock_ms)(void *arg); /* only ever goes forward; pauses and deadlines go by it */
    void (*sleep_ms)(void *arg, int64_t ms);
};
extern const struct link_kind LINK_CURL;

/* ERR_CONFIG: libcurl is not installed. */
MUST_CHECK enum err link_open(const struct link_kind *kind, const struct link_options *o, struct link **out,
                              struct errctx *e);
void link_close(struct link *l); /* NULL is allowed */

/*
 * Sends REQUEST and takes the whole answer; ANSWER is initialised here and done by the caller also after a
 * failure. ERR_NETWORK: no connection, it broke or nothing moved; ERR_PROTOCOL: the certificate or pinned key
 * is wrong, or the answer too large; ERR_BUSY: cancelled.
 */
MUST_CHECK enum err link_exchange(struct link *l, const struct link_request *request,
                                  struct link_answer *answer, struct errctx *e);

/*
 * Appends TEXT, an address that a person typed or an invitation names, in its form: https:// in front when
 * there is no scheme, no slash at the end. ERR_CONFIG: not an address; http:// elsewhere than on loopback.
 */
MUST_CHECK enum err link_normal_url(const char *text, struct buf *out, struct errctx *e);

#endif

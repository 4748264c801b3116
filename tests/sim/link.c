/*
 * The link: what a laptop asks goes, byte for byte as it would stand on the wire, into the server's routes;
 * what they answer comes back. In between everything happens that happens to packets, and to a person who is
 * caught by a hotel's sign-in page.
 */
#include "tests/sim/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sync/batch/problem.h"
#include "sync/server/routes.h"

struct sim_link {
    struct link base;
    struct laptop *laptop;
    char path[64]; /* of the address, in front of every target */
};

enum fate {
    FATE_GOOD,
    FATE_NO_NETWORK,
    FATE_CUT_UP,     /* the registry saw nothing whole */
    FATE_CUT_DOWN,   /* it took the request, the answer was lost */
    FATE_SILENT,     /* as cut down, after a long time */
    FATE_TWICE,      /* the request arrives twice, the second answer comes through */
    FATE_LATE,       /* the request arrives when nobody waits for it any more */
    FATE_TRUNCATED,  /* a proxy ends the answer early, and politely */
    FATE_DAMAGED,    /* a byte of the answer changed on the way */
    FATE_SPOILT,     /* a byte of the request did */
    FATE_PORTAL,     /* a sign-in page */
    FATE_SOMEBODYS,  /* the answer that somebody else got before */
    FATE_OLD_ANSWER, /* the answer that this laptop got before */
    FATE_BUSY,       /* 503 of something in between */
    FATE_REDIRECT,
    FATE_CANCELLED, /* the person closes the lid */
    FATE_COUNT
};

static const char *const FATES[FATE_COUNT] = {
    "good",    "no network", "cut up", "cut down",   "silent",     "twice", "late",     "truncated",
    "damaged", "spoilt",     "portal", "somebody's", "old answer", "busy",  "redirect", "cancelled",
};

/* Of a thousand, by weather; the rest is good. */
static const int LIKELY[4][FATE_COUNT] = {
    {0},
    {0, 20, 30, 40, 10, 20, 10, 5, 5, 5, 5, 5, 5, 10, 5, 5},
    {0, 60, 80, 90, 40, 50, 40, 30, 30, 20, 40, 30, 30, 30, 20, 10},
    {0, 200, 100, 120, 60, 60, 50, 40, 40, 30, 70, 40, 40, 40, 30, 20},
};

static enum fate draw_fate(struct laptop *l)
{
    int roll = sim_below(l->sim, 1000);
    for (int i = 1; i < FATE_COUNT && !l->sim->resting; i++) {
        roll -= LIKELY[l->weather][i];
        if (roll < 0)
            return (enum fate)i;
    }
    return FATE_GOOD;
}

/* --- what was sent and answered before */

static void parcel_free(struct parcel *p)
{
    free(p->method);
    free(p->target);
    for (size_t i = 0; i < LINK_MAX_HEADERS; i++)
        free(p->headers[i]);
    buf_done(&p->body);
    *p = (struct parcel){0};
}

static void parcel_of(const struct sim_link *link, const struct link_request *r, struct parcel *out)
{
    struct buf target = {0};
    *out = (struct parcel){.method = str_dup(r->body ? "POST" : "GET"), .has_body = r->body != NULL};
    buf_printf(&target, "%s%s", link->path, r->path);
    out->target = buf_steal(&target);
    for (size_t i = 0; i < LINK_MAX_HEADERS && r->headers[i]; i++)
        out->headers[i] = str_dup(r->headers[i]);
    if (r->body)
        buf_put(&out->body, buf_str(r->body), r->body->len);
}

static void keep_request(struct sim *s, struct parcel *p)
{
    int place = s->old_request_count < SIM_MOST_OLD ? s->old_request_count++ : sim_below(s, SIM_MOST_OLD);
    parcel_free(&s->old_requests[place]);
    s->old_requests[place] = *p;
}

static void keep_answer(struct laptop *l, const struct link_answer *a)
{
    struct sim *s = l->sim;
    if (a->status != 200)
        return;
    int place = s->old_answer_count < SIM_MOST_OLD ? s->old_answer_count++ : sim_below(s, SIM_MOST_OLD);
    struct answer *kept = &s->old_answers[place];
    buf_done(&kept->body);
    *kept = (struct answer){.laptop = l->index, .status = a->status};
    (void)snprintf(kept->media_type, sizeof kept->media_type, "%s", a->media_type);
    buf_put(&kept->body, buf_str(&a->body), a->body.len);
}

void link_forget(struct sim *s)
{
    for (int i = 0; i < s->old_request_count; i++)
        parcel_free(&s->old_requests[i]);
    for (int i = 0; i < s->old_answer_count; i++)
        buf_done(&s->old_answers[i].body);
    s->old_request_count = s->old_answer_count = 0;
}

/* --- the registry's end */

static const char *find_header(void *arg, const char *name)
{
    const struct parcel *p = arg;
    size_t len = strlen(name);
    for (size_t i = 0; i < LINK_MAX_HEADERS && p->headers[i]; i++) {
        const char *line = p->headers[i];
        if (strncasecmp(line, name, len) == 0 && line[len] == ':')
            return line + len + 1 + strspn(line + len + 1, " ");
    }
    return NULL;
}

/* What a registry says to a question that its program does not know yet. */
static void answer_as_older(struct http_reply *out)
{
    const struct problem problem = {.type = PROBLEM_BAD_FORM, .detail = "from is not an entry's number"};
    *out = (struct http_reply){.status = problem_status(PROBLEM_BAD_FORM),
                               .media_type = PROBLEM_MEDIA_TYPE,
                               .problem = problem_word(PROBLEM_BAD_FORM)};
    problem_write(&problem, out->status, &out->body);
}

/* False: nobody answers. */
static bool serve(struct sim *s, struct parcel *p, struct http_reply *out)
{
    struct errctx e = {0};
    *out = (struct http_reply){0};
    if (!office_on(s))
        return false;
    sim_plan_cut(s, s->office.disk);
    const struct routes routes = {.ledger = registry_store_ledger(s->office.store),
                                  .registry = registry_store_device(s->office.store),
                                  .now = sim_clock(s, s->office.clock_off_s)};
    const struct http_message message = {.method = p->method,
                                         .target = p->target,
                                         .body = p->has_body ? buf_str(&p->body) : NULL,
                                         .body_len = p->body.len,
                                         .header = find_header,
                                         .arg = p};
    s->report->requests++;
    size_t max_body = 0;
    if (s->office.older && !s->resting && strstr(p->target, "?entries=")) {
        answer_as_older(out);
        return true;
    }
    bool admitted = routes_admit(&routes, &message, &max_body, out);
    if (admitted && p->body.len > max_body)
        routes_too_large(out);
    else if (admitted)
        routes_answer(&routes, &message, out);
    bool died = cut_disk_is_dead(s->office.disk);
    sim_trace(s, "  registry: %s %s -> %d%s%s%s", p->method, p->target, out->status, out->problem ? " " : "",
              out->problem ? out->problem : "", died ? ", and dies" : "");
    if (!died && out->status == 500)
        sim_fail(s, "the registry answers 500 to %s %s", p->method, p->target);
    office_did(s, "serve", ERR_OK, &e);
    return !died;
}

void link_replay(struct sim *s)
{
    struct http_reply reply;
    if (s->old_request_count == 0)
        return;
    struct parcel *p = &s->old_requests[sim_below(s, s->old_request_count)];
    sim_trace(s, "an old request arrives once more");
    (void)serve(s, p, &reply);
    http_reply_done(&reply);
}

/* --- the laptop's end */

static void take_reply(const struct http_reply *reply, struct link_answer *a)
{
    a->status = reply->status;
    a->retry_after_s = reply->retry_after_s;
    (void)snprintf(a->media_type, sizeof a->media_type, "%s", reply->media_type ? reply->media_type : "");
    buf_put(&a->body, buf_str(&reply->body), reply->body.len);
    a->bytes_down = (int64_t)reply->body.len + 200;
}

static enum err broken(struct errctx *e)
{
    return err_fail(e, ERR_NETWORK, "the connection broke");
}

static enum err ask(struct sim_link *link, struct parcel *p, struct link_answer *a, struct errctx *e)
{
    struct http_reply reply;
    bool answered = serve(link->laptop->sim, p, &reply);
    if (answered)
        take_reply(&reply, a);
    http_reply_done(&reply);
    if (!answered)
        return err_fail(e, ERR_NETWORK, "the registry does not answer");
    keep_answer(link->laptop, a);
    return ERR_OK;
}

static void flip_byte(struct sim *s, struct buf *bytes)
{
    if (bytes->len > 0)
        bytes->data[sim_below(s, (int)bytes->len)] ^= (char)(1 << sim_below(s, 8));
}

/* An answer of before, of this laptop or of any other. */
static bool give_old_answer(struct laptop *l, bool own, struct link_answer *a)
{
    struct sim *s = l->sim;
    int from = sim_below(s, SIM_MOST_OLD);
    for (int i = 0; i < s->old_answer_count; i++) {
        const struct answer *old = &s->old_answers[(from + i) % s->old_answer_count];
        if ((old->laptop == l->index) != own)
            continue;
        a->status = old->status;
        (void)snprintf(a->media_type, sizeof a->media_type, "%s", old->media_type);
        buf_put(&a->body, buf_str(&old->body), old->body.len);
        return true;
    }
    return false;
}

static void show_portal(struct sim *s, struct link_answer *a)
{
    static const char page[] = "<html><body>Welcome to Hotel Diamond. Room number:</body></html>";
    a->status = sim_chance(s, 700) ? 200 : 511;
    (void)snprintf(a->media_type, sizeof a->media_type, "%s",
                   sim_chance(s, 700) ? "text/html" : "application/vnd.alluvia.batch");
    buf_puts(&a->body, page);
}

/* What is answered without the registry. */
static enum err answer_alone(struct sim_link *link, enum fate fate, struct link_answer *a, struct errctx *e)
{
    struct sim *s = link->laptop->sim;
    a->body_sent = true;
    if (fate == FATE_PORTAL) {
        show_portal(s, a);
    } else if (fate == FATE_SOMEBODYS || fate == FATE_OLD_ANSWER) {
        if (!give_old_answer(link->laptop, fate == FATE_OLD_ANSWER, a))
            return broken(e);
    } else if (fate == FATE_BUSY) {
        a->status = 503;
        a->retry_after_s = sim_below(s, 30);
    } else {
        a->status = 302;
    }
    return ERR_OK;
}

/* What the registry hears of. */
static enum err answer_by_registry(struct sim_link *link, enum fate fate, struct parcel *p,
                                   struct link_answer *a, struct errctx *e)
{
    struct sim *s = link->laptop->sim;
    a->body_sent = true;
    if (fate == FATE_SPOILT)
        flip_byte(s, p->has_body ? &p->body : &(struct buf){0});
    if (fate == FATE_TWICE) {
        struct http_reply first;
        (void)serve(s, p, &first);
        http_reply_done(&first);
    }
    if (ask(link, p, a, e) != ERR_OK)
        return e->kind;
    if (fate == FATE_TRUNCATED)
        buf_truncate(&a->body, (size_t)sim_below(s, (int)a->body.len + 1));
    if (fate == FATE_DAMAGED)
        flip_byte(s, &a->body);
    if (fate != FATE_CUT_DOWN && fate != FATE_SILENT)
        return ERR_OK;
    buf_clear(&a->body);
    a->status = 0;
    a->media_type[0] = '\0';
    a->retry_after_s = 0;
    return broken(e);
}

static enum err exchange(struct link *base, const struct link_request *request, struct link_answer *a,
                         struct errctx *e)
{
    struct sim_link *link = (struct sim_link *)base;
    struct laptop *l = link->laptop;
    struct sim *s = l->sim;
    struct parcel p;
    if (cut_disk_is_dead(l->disk))
        return broken(e);
    enum fate fate = draw_fate(l);
    s->now_ms += 50 + sim_below(s, fate == FATE_SILENT ? 30000 : 3000);
    if (fate != FATE_GOOD)
        sim_trace(s, "  link: %s", FATES[fate]);
    if (fate == FATE_NO_NETWORK)
        return err_fail(e, ERR_NETWORK, "no network");
    a->bytes_up = 400 + (request->body ? (int64_t)request->body->len : 0);
    a->transfer_ms = 1 + sim_below(s, 8000);
    if (fate == FATE_CANCELLED) {
        l->cancel = true;
        return err_fail(e, ERR_BUSY, "stopped");
    }
    if (fate == FATE_CUT_UP)
        return broken(e);
    parcel_of(link, request, &p);
    enum err result = ERR_OK;
    if (fate == FATE_LATE) {
        a->body_sent = true;
        result = broken(e);
    } else if (fate >= FATE_PORTAL) {
        result = answer_alone(link, fate, a, e);
    } else {
        result = answer_by_registry(link, fate, &p, a, e);
    }
    if (fate == FATE_LATE || sim_chance(s, 300))
        keep_request(s, &p);
    else
        parcel_free(&p);
    return result;
}

static enum err open_link(void *arg, const struct link_options *o, struct link **out, struct errctx *e)
{
    (void)e;
    struct sim_link *link = mem_zero(1, sizeof *link);
    const char *host = strstr(o->url, "://");
    link->laptop = arg;
    if (host)
        (void)snprintf(link->path, sizeof link->path, "%s", host + 3 + strcspn(host + 3, "/"));
    *out = &link->base;
    return ERR_OK;
}

static void close_link(struct link *l)
{
    free(l);
}

static int64_t clock_ms(void *arg)
{
    return ((const struct laptop *)arg)->sim->now_ms;
}

static void sleep_ms(void *arg, int64_t ms)
{
    ((const struct laptop *)arg)->sim->now_ms += ms;
}

void link_of_laptop(struct laptop *l)
{
    l->links = (struct link_kind){.arg = l,
                                  .open = open_link,
                                  .close = close_link,
                                  .exchange = exchange,
                                  .clock_ms = clock_ms,
                                  .sleep_ms = sleep_ms};
}

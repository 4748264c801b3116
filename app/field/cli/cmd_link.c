/* enrol, sync, carry, receive: how records leave this laptop. */
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/common/i18n.h"
#include "app/common/message.h"
#include "app/common/progress.h"
#include "app/common/said.h"
#include "app/common/version.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/cli/watch.h"
#include "app/field/store/copies.h"
#include "schema/base/file.h"
#include "schema/base/json.h"
#include "sync/batch/limits.h"
#include "sync/client/sync.h"

struct talk {
    struct app *app;
    struct progress progress;
    bool quiet;
    bool steps; /* a line of JSON for every step, for who shows progress in another way */
    char kept_ca[PATH_MAX];
};

/* A bundle of every authority a system trusts is a quarter of this. */
#define MAX_CA_BYTES (1024 * 1024)

static int64_t clock_now(void)
{
    return (int64_t)time(NULL);
}

static void tell_entry(const struct talk *t, const struct sync_event *event, const char *what)
{
    char id[IDENT_BYTES];
    int64_t address = ident_make(store_device(t->app->store)->number, (uint32_t)event->number);
    struct buf words = {0};
    message(APP_NAME, "%s %s: %s", ident_format_checked(address, id), what,
            said_in(&words, event->text ? event->text : ""));
    buf_done(&words);
}

/* TEXT has the code before and the one since. */
static void tell_became(const struct talk *t, const struct sync_event *event)
{
    (void)t;
    char before[DEVICE_CODE_BYTES] = "";
    (void)snprintf(before, sizeof before, "%.6s", event->text);
    if (event->why == ADOPT_FORGOTTEN)
        message(APP_NAME,
                _("the registry lost records that this laptop wrote in an earlier life: device %s goes on as "
                  "device %s"),
                before, event->text + DEVICE_CODE_CHARS + 1);
    else
        message(APP_NAME,
                _("another copy of this database has sent under device %s: this laptop goes on as device %s"),
                before, event->text + DEVICE_CODE_CHARS + 1);
    if (event->number > 0)
        message(APP_NAME,
                ngettext("%" PRId64 " entry is sent again under the new device; it counts once",
                         "%" PRId64 " entries are sent again under the new device; each counts once",
                         (unsigned long)event->number),
                event->number);
}

static void tell_step(const struct sync_event *event)
{
    struct buf line = {0};
    struct json_out j = {.to = &line};
    json_open(&j, '{');
    json_put_str(&j, "alluvia", "sync-step/1");
    json_put_int(&j, "entries_done", event->entries_done);
    json_put_int(&j, "entries_all", event->entries_all);
    json_put_int(&j, "bytes_done", event->bytes_done);
    json_put_int(&j, "bytes_all", event->bytes_all);
    json_close(&j, '}');
    printf("%s\n", buf_str(&line));
    (void)fflush(stdout);
    buf_done(&line);
}

static void on_event(void *arg, const struct sync_event *event)
{
    struct talk *t = arg;
    if (event->kind == SYNC_SENDING || event->kind == SYNC_RECEIVED) {
        if (t->steps)
            tell_step(event);
        progress_update(&t->progress, event->entries_done, event->entries_all);
        return;
    }
    if (t->quiet)
        return;
    struct buf words = {0};
    progress_end(&t->progress);
    switch (event->kind) {
    case SYNC_CONNECTING:
    case SYNC_SENDING:
    case SYNC_RECEIVED:
        break;
    case SYNC_RESENDING:
        message(APP_NAME, "%s",
                _("the registry holds less than it said before; sending again what it lacks"));
        break;
    case SYNC_RETRYING:
        message(APP_NAME, _("%s; trying again in %" PRId64 " s"),
                event->text ? said_in(&words, event->text) : _("no connection"),
                (event->wait_ms + 999) / 1000);
        break;
    case SYNC_FLAGGED:
        tell_entry(t, event, _("was taken; the ministry will look at it"));
        break;
    case SYNC_RETURNED:
        tell_entry(t, event, _("was returned and must be corrected"));
        break;
    case SYNC_BECAME:
        tell_became(t, event);
        break;
    }
    buf_done(&words);
}

/* Beside the database, so that a sync that a timer starts trusts whom the enrolment trusted. */
static void kept_ca_path(const struct app *app, char out[PATH_MAX])
{
    (void)snprintf(out, PATH_MAX, "%s.ca", app->db_path);
}

static enum err keep_ca(const struct app *app, const char *ca, struct errctx *e)
{
    if (!ca)
        return ERR_OK;
    struct buf pem = {0};
    char path[PATH_MAX];
    kept_ca_path(app, path);
    enum err result = file_read(ca, MAX_CA_BYTES, &pem, e);
    if (result == ERR_OK)
        result = file_write(path, pem.data, pem.len, 0600, e);
    buf_done(&pem);
    return result;
}

/* Those named now, else those of the enrolment, else the system's. */
static const char *choose_ca(struct talk *t, const struct options *o)
{
    const char *ca = options_text(o, "ca");
    if (!ca)
        ca = getenv("ALLUVIA_CA");
    if (ca)
        return ca;
    kept_ca_path(t->app, t->kept_ca);
    return access(t->kept_ca, F_OK) == 0 ? t->kept_ca : NULL;
}

static struct sync_options options_for(struct talk *t, const struct options *o)
{
    return (struct sync_options){
        .db = store_db(t->app->store),
        .me = store_device(t->app->store),
        .program = "alluvia " ALLUVIA_VERSION,
        .now = clock_now,
        .training = store_is_training(t->app->store),
        .ca_path = choose_ca(t, o),
        .event = on_event,
        .arg = t,
        .told = store_told,
        .judged = store_judged,
        .measured = store_measured,
        .copies = options_has(o, "copies"),
        .become = store_become,
        .told_arg = t->app->store,
        .forget = store_forget,
    };
}

/* --- enrol --- */

static enum err read_container(const char *path, struct buf *out, struct errctx *e)
{
    return file_read_stranger(path, BATCH_MAX_COMPRESSED, out, NULL, e);
}

static enum err enrol_by_file(const struct sync_options *s, const char *path, struct errctx *e)
{
    struct buf bytes = {0};
    enum err result = read_container(path, &bytes, e);
    if (result == ERR_OK && sync_accept_invitation(s, bytes.data, bytes.len, NULL, e) != ERR_OK)
        result = err_wrap(e, "\"%s\"", path);
    buf_done(&bytes);
    return result;
}

static enum err tell_enrolled(struct app *app, struct errctx *e)
{
    struct link_state link;
    struct buf line = {0};
    if (link_load(store_db(app->store), &link, e) != ERR_OK)
        return e->kind;
    struct output *out = app_output(app);
    output_begin(out, "enrolled/1");
    output_put_text(out, "registry", link.registry.name);
    output_put_json(out, "acknowledged", link.enrolled ? "true" : "false");
    buf_printf(&line,
               link.enrolled ? _("enrolled with %s") : _("invited by %s; the first batch to arrive enrols"),
               link.registry.name);
    output_line(out, buf_str(&line));
    enum err result = output_end(out, e);
    output_free(out);
    buf_done(&line);
    return result;
}

static enum err enrol(struct app *app, const struct options *o, struct errctx *e)
{
    struct talk t = {.app = app};
    struct sync_options s = options_for(&t, o);
    progress_start(&t.progress, _("enrolling"), true);
    enum err result = o->operand_count == 1 ? enrol_by_file(&s, o->operands[0], e)
                                            : sync_enrol(&s, o->operands[0], o->operands[1], e);
    if (result == ERR_OK)
        result = keep_ca(app, options_text(o, "ca"), e);
    /* A recovery has to know the registry too. Without the copy it works like before. */
    struct errctx ignored;
    if (result == ERR_OK && copies_make(app->store, &ignored) != ERR_OK)
        ignored.kind = ERR_OK;
    return result == ERR_OK ? tell_enrolled(app, e) : result;
}

/* --- sync --- */

static void put_size(struct buf *out, int64_t bytes)
{
    if (bytes < 1000)
        buf_printf(out, "%" PRId64 " B", bytes);
    else if (bytes < 1000000)
        buf_printf(out, "%" PRId64 ".%" PRId64 " KB", bytes / 1000, bytes % 1000 / 100);
    else
        buf_printf(out, "%" PRId64 ".%" PRId64 " MB", bytes / 1000000, bytes % 1000000 / 100000);
}

static enum err estimate(struct app *app, const struct sync_options *s, struct errctx *e)
{
    struct sync_cost cost = {0};
    struct buf line = {0};
    if (sync_estimate(s, &cost, e) != ERR_OK)
        return e->kind;
    struct output *out = app_output(app);
    output_begin(out, "sync-cost/1");
    output_put_int(out, "records", cost.entries);
    output_put_int(out, "bytes", cost.bytes);
    output_put_int(out, "requests", cost.requests);
    output_put_int(out, "seconds_2g", cost.seconds_2g);
    buf_printf(&line, ngettext("%" PRId64 " record, ", "%" PRId64 " records, ", (unsigned long)cost.entries),
               cost.entries);
    put_size(&line, cost.bytes);
    buf_printf(&line, _(", about %" PRId64 " s on 2G"), cost.seconds_2g);
    output_line(out, buf_str(&line));
    enum err result = output_end(out, e);
    output_free(out);
    buf_done(&line);
    return result;
}

static enum err summary(struct app *app, const struct sync_result *done, struct errctx *e)
{
    struct buf line = {0};
    struct output *out = app_output(app);
    output_begin(out, "sync/1");
    output_put_int(out, "sent", done->sent);
    output_put_int(out, "flagged", done->flagged);
    output_put_int(out, "returned", done->returned);
    output_put_int(out, "told", done->told);
    if (done->delivered || done->refused) {
        output_put_int(out, "delivered", done->delivered);
        output_put_int(out, "refused", done->refused);
    }
    if (done->became)
        output_put_text(out, "became", store_device(app->store)->code);
    output_put_int(out, "requests", done->requests);
    output_put_int(out, "bytes_up", done->bytes_up);
    output_put_int(out, "bytes_down", done->bytes_down);
    buf_printf(&line,
               ngettext("%" PRId64 " record sent", "%" PRId64 " records sent", (unsigned long)done->sent),
               done->sent);
    if (done->flagged)
        buf_printf(&line, _(", %" PRId64 " flagged"), done->flagged);
    if (done->returned)
        buf_printf(&line, _(", %" PRId64 " returned"), done->returned);
    if (done->told)
        buf_printf(
            &line,
            ngettext(", %" PRId64 " item of news", ", %" PRId64 " items of news", (unsigned long)done->told),
            done->told);
    if (done->delivered)
        buf_printf(&line,
                   ngettext(", %" PRId64 " file of other laptops delivered",
                            ", %" PRId64 " files of other laptops delivered", (unsigned long)done->delivered),
                   done->delivered);
    if (done->refused)
        buf_printf(&line,
                   ngettext(", %" PRId64 " file of other laptops refused",
                            ", %" PRId64 " files of other laptops refused", (unsigned long)done->refused),
                   done->refused);
    output_line(out, buf_str(&line));
    enum err result = output_end(out, e);
    output_free(out);
    buf_done(&line);
    return result;
}

static enum err send_now(struct app *app, const struct options *o, struct errctx *e)
{
    struct talk t = {.app = app, .quiet = options_has(o, "quiet"), .steps = options_has(o, "steps")};
    struct sync_options s = options_for(&t, o);
    struct sync_result done = {0};
    struct errctx printing;
    if (options_has(o, "dry-run"))
        return estimate(app, &s, e);
    if (options_has(o, "watch"))
        s.cancelled = watch_is_over;
    progress_start(&t.progress, _("sending"), t.quiet);
    enum err result = sync_run(&s, &done, e);
    progress_end(&t.progress);
    bool is_news = done.sent > 0 || done.told > 0;
    if (t.quiet || (!is_news && (result != ERR_OK || options_has(o, "watch"))))
        return result;
    /* What arrived before a failure is told too. */
    if (summary(app, &done, &printing) != ERR_OK && result == ERR_OK) {
        *e = printing;
        return e->kind;
    }
    return result;
}

struct each_sync {
    struct app *app;
    const struct options *o;
};

static enum err watch_sends(void *arg, struct errctx *e)
{
    const struct each_sync *each = arg;
    enum err result = send_now(each->app, each->o, e);
    (void)fflush(stdout);
    return result;
}

static enum err send_all(struct app *app, const struct options *o, struct errctx *e)
{
    struct each_sync each = {.app = app, .o = o};
    const struct watching watching = {.app = app, .run = watch_sends, .arg = &each};
    if (!options_has(o, "watch"))
        return send_now(app, o, e);
    if (options_has(o, "dry-run"))
        return err_fail(e, ERR_USAGE, _("--watch and --dry-run exclude each other"));
    return watch_run(&watching, e);
}

/* --- carry and receive --- */

struct carried {
    struct output *out;
    struct buf json;
    struct json_out j;
    int64_t files;
    int64_t others; /* files of other laptops */
};

static void on_file(void *arg, const char *path, int64_t first, int64_t last)
{
    struct carried *c = arg;
    struct buf line = {0};
    json_open(&c->j, '{');
    json_put_str(&c->j, "file", path);
    json_put_int(&c->j, "first", first);
    json_put_int(&c->j, "last", last);
    json_close(&c->j, '}');
    buf_printf(&line, _("%s: entries %" PRId64 " to %" PRId64), path, first, last);
    output_line(c->out, buf_str(&line));
    buf_done(&line);
    c->files++;
}

static void on_others_file(void *arg, const char *path)
{
    struct carried *c = arg;
    struct buf line = {0};
    buf_printf(&line, _("%s: of another laptop"), path);
    output_line(c->out, buf_str(&line));
    buf_done(&line);
    c->others++;
}

static enum err carry(struct app *app, const struct options *o, struct errctx *e)
{
    struct talk t = {.app = app};
    struct sync_options s = options_for(&t, o);
    struct carried c = {.out = app_output(app)};
    c.j.to = &c.json;
    progress_start(&t.progress, _("writing"), false);
    output_begin(c.out, "carried/1");
    json_open(&c.j, '[');
    enum err result = options_has(o, "all") ? sync_carry_all(&s, o->operands[0], on_file, &c, e)
                                            : sync_carry(&s, o->operands[0], on_file, &c, e);
    /* A copy is for a colleague; what others gave is for the office. */
    if (result == ERR_OK && !options_has(o, "all"))
        result = sync_pass_on(&s, o->operands[0], on_others_file, &c, e);
    progress_end(&t.progress);
    json_close(&c.j, ']');
    output_put_int(c.out, "others", c.others);
    output_put_json(c.out, "files", buf_str(&c.json));
    if (result == ERR_OK && c.files == 0 && c.others == 0)
        output_line(c.out, _("nothing is unsent"));
    if (result == ERR_OK)
        result = output_end(c.out, e);
    output_free(c.out);
    buf_done(&c.json);
    return result;
}

static const char *received_word(enum received what)
{
    switch (what) {
    case RECEIVED_RECEIPT:
        return _("a receipt");
    case RECEIVED_INVITATION:
        return _("an invitation");
    case RECEIVED_FEED:
        return _("news from the registry");
    case RECEIVED_OLD_NEWS:
        return _("what tells nothing new");
    case RECEIVED_PARCEL:
        return _("work of another laptop: kept, and delivered with the next sync");
    case RECEIVED_COPY:
        return _("a copy of another laptop's journal: kept");
    case RECEIVED_FOREIGN_RECEIPT:
        return _("a receipt for another laptop: kept for the way home");
    case RECEIVED_FORK:
        return _("another copy of this database has sent; this laptop goes on as another device");
    case RECEIVED_LOSS:
        return _("the registry lost records of this laptop's earlier life; it goes on as another device and "
                 "sends them again");
    }
    return "";
}

static enum err receive_one(const struct sync_options *s, const char *path, struct output *out,
                            struct sync_result *all, struct errctx *e)
{
    struct buf bytes = {0};
    struct buf line = {0};
    struct sync_result one = {0};
    enum received what = RECEIVED_OLD_NEWS;
    enum err result = read_container(path, &bytes, e);
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    if (result == ERR_OK && sync_receive_file(s, name, bytes.data, bytes.len, &what, &one, e) != ERR_OK)
        result = err_wrap(e, "\"%s\"", path);
    if (result == ERR_OK) {
        buf_printf(&line, "%s: %s", path, received_word(what));
        if (what == RECEIVED_RECEIPT)
            buf_printf(&line, _(", %" PRId64 " records acknowledged"), one.sent);
        if (what == RECEIVED_FEED)
            buf_printf(&line, ngettext(", %" PRId64 " item", ", %" PRId64 " items", (unsigned long)one.told),
                       one.told);
        output_line(out, buf_str(&line));
        all->sent += one.sent;
        all->flagged += one.flagged;
        all->returned += one.returned;
        all->told += one.told;
        all->kept += what == RECEIVED_PARCEL || what == RECEIVED_COPY || what == RECEIVED_FOREIGN_RECEIPT;
    }
    buf_done(&bytes);
    buf_done(&line);
    return result;
}

/* A bad file does not hold up those after it; the first failure is the exit code. */
static enum err receive(struct app *app, const struct options *o, struct errctx *e)
{
    struct talk t = {.app = app};
    struct sync_options s = options_for(&t, o);
    struct sync_result all = {0};
    struct output *out = app_output(app);
    enum err result = ERR_OK;
    progress_start(&t.progress, _("reading"), true);
    output_begin(out, "received/1");
    for (int i = 0; i < o->operand_count; i++) {
        struct errctx one;
        if (receive_one(&s, o->operands[i], out, &all, &one) == ERR_OK)
            continue;
        if (result == ERR_OK)
            *e = one;
        else
            message(APP_NAME, "%s", one.text);
        result = e->kind;
    }
    output_put_int(out, "acknowledged", all.sent);
    output_put_int(out, "flagged", all.flagged);
    output_put_int(out, "returned", all.returned);
    output_put_int(out, "told", all.told);
    output_put_int(out, "kept", all.kept);
    struct errctx printing;
    if (output_end(out, &printing) != ERR_OK && result == ERR_OK) {
        *e = printing;
        result = e->kind;
    }
    output_free(out);
    return result;
}

#define CA                                                                                                   \
    {                                                                                                        \
        "ca", "FILE", N_("certificates of the authorities to trust (PEM), instead of the system's"), false   \
    }

static const struct option_spec ENROL_OPTIONS[] = {CA, {0}};
#define COPIES                                                                                               \
    {                                                                                                        \
        "copies", NULL, N_("colleagues' whole journals too, after one of their laptops was lost"), false     \
    }

static const struct option_spec CARRY_OPTIONS[] = {
    {"all", NULL, N_("the whole journal, sent or not, for a colleague's laptop to keep"), false},
    COPIES,
    {0},
};
static const struct option_spec SYNC_OPTIONS[] = {
    COPIES,
    {"dry-run", NULL, N_("say what it would cost, and send nothing"), false},
    {"watch", NULL, N_("stay, and sync whenever there is new work or a connection; ends on SIGTERM"), false},
    {"quiet", NULL, N_("say nothing but failures"), false},
    {"steps", NULL, N_("print a line of JSON for every step of the way"), false},
    CA,
    {0},
};

const struct command CMD_ENROL = {
    .words = "enrol",
    .operands = "URL CODE | FILE",
    .summary = N_("join a registry with the code of an invitation, or with an invitation file"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 2,
    .options = ENROL_OPTIONS,
    .run = enrol,
};

const struct command CMD_SYNC = {
    .words = "sync",
    .operands = "",
    .summary = N_(
        "send what is unsent and take what the registry tells; interrupted anywhere, the next run goes on"),
    .opens = OPENS_WRITE,
    .options = SYNC_OPTIONS,
    .run = send_all,
};

const struct command CMD_CARRY = {
    .words = "carry",
    .operands = "OUT_DIR",
    .summary = N_("write what is unsent as sealed files into a folder that is there, for a stick"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .options = CARRY_OPTIONS,
    .run = carry,
};

const struct command CMD_RECEIVE = {
    .words = "receive",
    .operands = "FILE…",
    .summary = N_("take in receipts, news and invitations from files"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = -1,
    .run = receive,
};

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/report/health.h"
#include "schema/base/base32.h"
#include "schema/base/date.h"
#include "schema/base/json.h"
#include "sync/client/sync.h"
#include "sync/journal/waiting.h"

struct status {
    struct link_state link;
    int64_t entries;
    int64_t unsent;
    int64_t inbox;   /* records to look at again */
    int64_t waiting; /* recovered entries that name something which is gone */
    struct sync_carried others;
    struct store_life life; /* the one before this */
    struct health health;
    int64_t free_bytes; /* -1: not known */
    char head[2 * CHAIN_BYTES + 1];
};

static int64_t free_bytes(const char *path)
{
    struct statvfs disk;
    char *folder = str_dup(path);
    char *slash = strrchr(folder, '/');
    if (slash)
        slash[slash == folder ? 1 : 0] = '\0';
    int failed = statvfs(slash ? folder : ".", &disk);
    free(folder);
    return failed ? -1 : (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
}

static enum err gather(struct app *app, struct status *s, struct errctx *e)
{
    const struct journal_head *head = store_head(app->store);
    if (link_load(store_db(app->store), &s->link, e) != ERR_OK ||
        health_read(app->store, app->now, &s->health, e) != ERR_OK ||
        store_inbox_count(app->store, &s->inbox, e) != ERR_OK ||
        store_past_life(app->store, &s->life, e) != ERR_OK ||
        waiting_count(store_db(app->store), &s->waiting, e) != ERR_OK ||
        sync_carried(store_db(app->store), &s->others, e) != ERR_OK)
        return e->kind;
    s->entries = head->number;
    s->unsent = head->number > s->link.upto ? head->number - s->link.upto : 0;
    s->free_bytes = free_bytes(app->db_path);
    hex_put(head->chain.value, CHAIN_BYTES, s->head);
    return ERR_OK;
}

static void put_json(struct output *out, struct app *app, const struct status *s)
{
    struct buf receipt = {0};
    struct json_out j = {.to = &receipt};
    output_begin(out, "status/1");
    output_put_text(out, "device", store_device(app->store)->code);
    output_put_text(out, "name", store_name(app->store));
    output_put_text(out, "country", codes_country(store_codes(app->store)));
    if (store_is_training(app->store))
        output_put_json(out, "training", "true");
    output_put_int(out, "entries", s->entries);
    output_put_text(out, "head", s->head);
    output_put_int(out, "unsent", s->unsent);
    output_put_int(out, "returned", s->inbox);
    output_put_int(out, "feed", s->link.feed_after);
    if (s->life.at)
        output_put_text(out, "before", s->life.device);
    if (s->waiting)
        output_put_int(out, "waiting", s->waiting);
    if (s->others.waiting + s->others.copies + s->others.receipts > 0) {
        output_put_int(out, "others_waiting", s->others.waiting);
        output_put_int(out, "others_copies", s->others.copies);
        output_put_int(out, "others_receipts", s->others.receipts);
    }
    if (s->link.known)
        output_put_text(out, "registry", s->link.registry.name);
    if (s->link.receipt_at) {
        json_open(&j, '{');
        json_put_int(&j, "upto", s->link.upto);
        json_put_str(&j, "incarnation", s->link.incarnation);
        json_put_int(&j, "at", s->link.receipt_at);
        json_close(&j, '}');
        output_put_json(out, "receipt", buf_str(&receipt));
    }
    output_put_json(out, "clock_suspect", s->health.clock_suspect ? "true" : "false");
    if (s->health.clock.number)
        output_put_int(out, "clock_offset_s", s->health.clock.offset_s);
    if (s->free_bytes >= 0)
        output_put_int(out, "free_bytes", s->free_bytes);
    if (s->health.backup.number)
        output_put_int(out, "backup_at", s->health.backup.at);
    output_put_json(out, "backup_old", s->health.backup_old ? "true" : "false");
    if (s->health.copy_at)
        output_put_int(out, "copy_at", s->health.copy_at);
    buf_done(&receipt);
}

static void put_pair(struct output *out, const char *label, const char *format, ...) PRINTF_LIKE(3, 4);
static void put_pair(struct output *out, const char *label, const char *format, ...)
{
    char text[ERR_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    output_pair(out, label, text);
}

static void put_link(struct output *out, const struct status *s)
{
    char at[LANGUAGE_INSTANT_BYTES];
    if (!s->link.known)
        put_pair(out, _("Registry"), "%s", _("none yet: alluvia enrol"));
    else if (!s->link.enrolled)
        put_pair(out, _("Registry"), _("%s (invited, not yet acknowledged)"), s->link.registry.name);
    else
        put_pair(out, _("Registry"), "%s", s->link.registry.name);
    if (s->link.receipt_at)
        put_pair(out, _("Receipt"), _("up to entry %" PRId64 ", %s"), s->link.upto,
                 language_instant(s->link.receipt_at, at));
}

static void put_warning(void *arg, enum health_matter matter, const char *text)
{
    static const char *const labels[] = {
        [HEALTH_CLOCK] = N_("Clock"), [HEALTH_BACKUP] = N_("Backup"), [HEALTH_COPY] = N_("Last copy")};
    put_pair(arg, _(labels[matter]), "%s", text);
}

static void put_health(struct output *out, const struct health *h, int64_t now)
{
    char at[LANGUAGE_INSTANT_BYTES];
    put_pair(out, _("Clock"), "%s", language_instant(now, at));
    if (h->backup.number)
        put_pair(out, _("Backup"), "%s", language_instant(h->backup.at, at));
    else if (!h->backup_old)
        put_pair(out, _("Backup"), "%s", _("never: alluvia backup FILE, onto a stick"));
    if (h->copy_at)
        put_pair(out, _("Last copy"), _("%s, up to entry %" PRId64), language_instant(h->copy_at, at),
                 h->copy_number);
    health_warn(h, now, put_warning, out);
}

static void put_life(struct output *out, const struct status *s)
{
    char at[INSTANT_BYTES];
    if (s->life.at)
        put_pair(out, _("Before"), _("%s, until %s"), s->life.device, instant_format(s->life.at, at));
}

static void put_people(struct output *out, struct app *app, const struct status *s)
{
    const char *name = store_name(app->store);
    put_pair(out, _("Device"), "%s%s%s (%s)", store_device(app->store)->code, *name ? ", " : "", name,
             codes_country(store_codes(app->store)));
    if (store_is_training(app->store))
        put_pair(out, _("Training"), "%s", _("these records are invented; no real registry takes them"));
    put_pair(out, _("Entries"), "%" PRId64, s->entries);
    put_pair(out, _("Unsent"), "%" PRId64, s->unsent);
    if (s->inbox)
        put_pair(out, _("Returned"), _("%" PRId64 ": alluvia inbox"), s->inbox);
    put_life(out, s);
    if (s->waiting)
        put_pair(out, _("Waiting"),
                 ngettext("%" PRId64 " recovered entry names another that is gone: alluvia waiting list",
                          "%" PRId64 " recovered entries name others that are gone: alluvia waiting list",
                          (unsigned long)s->waiting),
                 s->waiting);
    put_link(out, s);
    if (s->others.waiting + s->others.copies + s->others.receipts > 0)
        put_pair(out, _("Others"),
                 _("%" PRId64 " files to deliver, %" PRId64 " copies, %" PRId64 " receipts"),
                 s->others.waiting, s->others.copies, s->others.receipts);
    put_health(out, &s->health, app->now);
    if (s->free_bytes >= 0)
        put_pair(out, _("Disk"), _("%" PRId64 " MB free"), s->free_bytes / 1000000);
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    struct status s = {0};
    if (gather(app, &s, e) != ERR_OK)
        return e->kind;
    struct output *out = app_output(app);
    put_json(out, app, &s);
    put_people(out, app, &s);
    enum err result = output_end(out, e);
    output_free(out);
    return result;
}

const struct command CMD_STATUS = {
    .words = "status",
    .operands = "",
    .summary = N_("what is unsent or returned, the last receipt, clock, disk and backup"),
    .opens = OPENS_READ,
    .run = run,
};

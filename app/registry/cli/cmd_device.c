#include <stdio.h>
#include <string.h>

#include "app/common/i18n.h"
#include "app/registry/app.h"
#include "app/registry/cli/pin.h"
#include "schema/base/base32.h"
#include "schema/base/date.h"
#include "schema/base/file.h"
#include "schema/base/text.h"

enum {
    DEFAULT_EXPIRY_DAYS = 30,
    DAY_S = 86400,
    MAX_TEXT_CHARS = 250
};

enum err app_device(const char *text, uint32_t *out, struct errctx *e)
{
    if (device_code_parse(text, out))
        return ERR_OK;
    return err_fail(e, ERR_INVALID, _("device \"%s\": is not a device code (six characters, as 7K4QXM)"),
                    text);
}

/* Text that people type for people, as it is kept; nothing when it was not given. */
static enum err take_text(const struct options *o, const char *option, struct buf *out, struct errctx *e)
{
    const char *given = options_text(o, option);
    return text_clean(out, given ? given : "", false, MAX_TEXT_CHARS, e) == ERR_OK
               ? ERR_OK
               : err_wrap(e, "%s", option);
}

static enum err cmd_init(struct app *app, const struct options *o, struct errctx *e)
{
    const char *country = options_text(o, "country");
    const char *name = options_text(o, "name");
    if (!country || !name)
        return err_fail(e, ERR_USAGE, _("init needs --country and --name"));
    if (registry_store_create(app->folder, options_text(o, "store"), country, name,
                              options_has(o, "training"), e) != ERR_OK)
        return e->kind;
    struct registry_store *made = NULL;
    if (registry_store_open(app->folder, DB_READ, &made, e) != ERR_OK)
        return e->kind;
    output_begin(app->out, "registry/1");
    output_put_text(app->out, "registry", registry_store_device(made)->code);
    output_put_text(app->out, "country", country);
    output_put_text(app->out, "name", name);
    struct buf line = {0};
    buf_printf(&line, _("registry %s \"%s\" is ready in %s"), registry_store_device(made)->code, name,
               app->folder);
    output_line(app->out, buf_str(&line));
    buf_done(&line);
    registry_store_close(made);
    return output_end(app->out, e);
}

static const struct option_spec INIT_OPTIONS[] = {
    {"country", "CC", N_("the country's profile"), false},
    {"name", "TEXT", N_("the registry's name, as laptops show it"), false},
    {"store", "URL", N_("keep its tables in PostgreSQL: postgresql://user@host/name"), false},
    {"training", NULL, N_("takes training laptops, and no others"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_INIT = {
    .words = "init",
    .operands = "",
    .summary = N_("make a registry"),
    .opens = OPENS_NOTHING,
    .options = INIT_OPTIONS,
    .run = cmd_init,
};

/* --- invitations
 * ------------------------------------------------------------------------------------------------- */

static enum err check_districts(struct app *app, const struct options *o, const char **out, int *count,
                                struct errctx *e)
{
    const struct code_list *list = NULL;
    if (codes_list(registry_store_codes(app->store), "district", &list, e) != ERR_OK)
        return e->kind;
    int at = 0;
    *count = 0;
    for (const char *text = NULL; (text = options_next(o, "district", &at)) != NULL;) {
        const struct code *code = code_list_find(list, text);
        if (!code)
            return err_fail(e, ERR_INVALID, _("district \"%s\": is not a district of this country"), text);
        if (*count == MAX_DISTRICTS)
            return err_fail(e, ERR_INVALID, _("district \"%s\": at most %d districts"), text, MAX_DISTRICTS);
        out[(*count)++] = code->code;
    }
    if (*count == 0)
        return err_fail(e, ERR_USAGE, _("invite needs --district, once or more"));
    return ERR_OK;
}

static enum err write_invitation(struct app *app, const struct options *o, const char *const *districts,
                                 int count, const char *code, int64_t expires, const char *pin,
                                 struct errctx *e)
{
    const struct ledger_identity *identity = registry_store_identity(app->store);
    const struct device *me = registry_store_device(app->store);
    const char *url = options_text(o, "url");
    struct invitation invitation = {
        .registry = me->number, .expires = expires, .at = app->now, .training = identity->training};
    memcpy(invitation.key, me->key, KEY_BYTES);
    (void)snprintf(invitation.name, sizeof invitation.name, "%s", identity->name);
    (void)snprintf(invitation.country, sizeof invitation.country, "%s", identity->country);
    (void)snprintf(invitation.incarnation, sizeof invitation.incarnation, "%s", identity->incarnation);
    (void)snprintf(invitation.code, sizeof invitation.code, "%s", code);
    if (url && strlen(url) >= sizeof invitation.url)
        return err_fail(e, ERR_INVALID, _("url \"%.40s…\": is too long"), url);
    (void)snprintf(invitation.url, sizeof invitation.url, "%s", url ? url : "");
    (void)snprintf(invitation.pin, sizeof invitation.pin, "%s", pin);
    for (int i = 0; i < count; i++)
        (void)snprintf(invitation.districts[i], sizeof invitation.districts[i], "%s", districts[i]);
    invitation.district_count = count;
    struct buf plain = {0};
    struct buf packed = {0};
    invitation_write(&invitation, &plain);
    container_sign(&plain, me);
    enum err result = container_pack(&plain, NULL, 0, &packed, e);
    if (result == ERR_OK)
        result = file_create(options_text(o, "out"), packed.data, packed.len, 0600, e);
    buf_done(&plain);
    buf_done(&packed);
    return result;
}

/* "" without --tls-cert. */
static enum err read_pin(const struct options *o, char out[PIN_BYTES], struct errctx *e)
{
    const char *certificate = options_text(o, "tls-cert");
    out[0] = '\0';
    if (!certificate)
        return ERR_OK;
    if (!options_text(o, "out"))
        return err_fail(e, ERR_USAGE, _("--tls-cert goes into a file: it needs --out FILE"));
    return pin_of_certificate(certificate, out, e);
}

/* The laptop whose work the invited one goes on with; its name and districts stand. */
static enum err take_predecessor(struct app *app, const struct options *o, struct ledger_device *old,
                                 const char **districts, int *count, struct errctx *e)
{
    uint32_t number = 0;
    struct ledger *ledger = registry_store_ledger(app->store);
    if (options_text(o, "name") || options_has(o, "district"))
        return err_fail(e, ERR_USAGE, _("--after takes name and districts from that device"));
    if (app_device(options_text(o, "after"), &number, e) != ERR_OK ||
        ledger->device(ledger->arg, number, old, e) != ERR_OK)
        return e->kind;
    *count = old->district_count;
    for (int i = 0; i < *count; i++)
        districts[i] = old->districts[i];
    return ERR_OK;
}

static enum err invite(struct app *app, const struct options *o, const char *name, struct errctx *e)
{
    const char *districts[MAX_DISTRICTS];
    struct ledger_device old;
    bool follows = options_has(o, "after");
    int count = 0;
    int64_t days = 0;
    char code[INVITATION_CODE_BYTES];
    char pin[PIN_BYTES];
    const char *out = options_text(o, "out");
    if (read_pin(o, pin, e) != ERR_OK ||
        options_int(o, "expires", 1, 3650, DEFAULT_EXPIRY_DAYS, &days, e) != ERR_OK ||
        (follows ? take_predecessor(app, o, &old, districts, &count, e)
                 : check_districts(app, o, districts, &count, e)) != ERR_OK)
        return e->kind;
    int64_t expires = app->now + days * DAY_S;
    enum err made =
        follows ? registry_store_invite_after(app->store, old.number, expires, app->now, code, e)
                : registry_store_invite(app->store, name, districts, count, expires, app->now, code, e);
    if (made != ERR_OK)
        return made;
    if (out && write_invitation(app, o, districts, count, code, expires, pin, e) != ERR_OK)
        return e->kind;
    char until[INSTANT_BYTES];
    output_begin(app->out, "invitation/1");
    output_put_text(app->out, "code", code);
    output_put_text(app->out, "expires", instant_format(expires, until));
    if (out)
        output_put_text(app->out, "file", out);
    output_line(app->out, out ? out : code);
    return output_end(app->out, e);
}

static enum err cmd_invite(struct app *app, const struct options *o, struct errctx *e)
{
    struct buf name = {0};
    enum err result = take_text(o, "name", &name, e);
    if (result == ERR_OK && name.len == 0 && !options_has(o, "after"))
        result = err_fail(e, ERR_USAGE, _("invite needs --name"));
    if (result == ERR_OK)
        result = invite(app, o, buf_str(&name), e);
    buf_done(&name);
    return result;
}

static const struct option_spec INVITE_OPTIONS[] = {
    {"name", "TEXT", N_("whom or what the laptop is for"), false},
    {"district", "CODE", N_("district that it works in"), true},
    {"after", "CODE", N_("for the laptop that goes on with this one's work, whose key is lost"), false},
    {"expires", "DAYS", N_("days until the code is void (30)"), false},
    {"out", "FILE", N_("write an invitation for a stick instead of a code"), false},
    {"url", "URL", N_("the registry's address, for the file"), false},
    {"tls-cert", "FILE",
     N_("the registry's certificate, for the file: the laptop then trusts its key and no other, whatever its "
        "clock says"),
     false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_INVITE = {
    .words = "invite",
    .operands = "",
    .summary = N_("invite a laptop: prints a code, or writes a file for a stick"),
    .opens = OPENS_WRITE,
    .options = INVITE_OPTIONS,
    .run = cmd_invite,
};

/* --- devices
 * ------------------------------------------------------------------------------------------------------ */

static const struct column DEVICE_COLUMNS[] = {
    {"device", "device", N_("Device"), COLUMN_TEXT, 0},
    {"name", "name", N_("Name"), COLUMN_TEXT, 0},
    {"districts", "districts", N_("Districts"), COLUMN_TEXT, 0},
    {"upto", "upto", N_("Entries"), COLUMN_NUMBER, 0},
    {"seen_at", "seen_at", N_("Last seen"), COLUMN_TEXT, 0},
    {"revoked", "revoked", N_("Revoked"), COLUMN_TEXT, 0},
};
enum {
    DEVICE_COLUMN_COUNT = sizeof DEVICE_COLUMNS / sizeof DEVICE_COLUMNS[0]
};

static void join_districts(struct buf *out, const struct ledger_device *device)
{
    for (int i = 0; i < device->district_count; i++)
        buf_printf(out, "%s%s", i ? " " : "", device->districts[i]);
}

static enum err put_device(void *arg, const struct ledger_device *device, struct errctx *e)
{
    (void)e;
    struct app *app = arg;
    char code[DEVICE_CODE_BYTES];
    char seen[INSTANT_BYTES];
    if (device->number == registry_store_device(app->store)->number)
        return ERR_OK; /* no laptop: the registry's own journal */
    struct buf districts = {0};
    join_districts(&districts, device);
    const struct cell cells[DEVICE_COLUMN_COUNT] = {
        {true, 0, device_code_format(device->number, code)},
        {true, 0, device->name},
        {true, 0, buf_str(&districts)},
        {true, device->upto, NULL},
        {device->seen_at != 0, 0, instant_format(device->seen_at, seen)},
        {device->revoked_at != 0, 0, device->revoked_why},
    };
    output_row(app->out, cells);
    buf_done(&districts);
    return ERR_OK;
}

static enum err cmd_device_list(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    output_begin(app->out, "devices/1");
    output_rows(app->out, "devices", DEVICE_COLUMNS, DEVICE_COLUMN_COUNT);
    if (registry_store_devices(app->store, put_device, app, e) != ERR_OK)
        return e->kind;
    output_rows_end(app->out);
    return output_end(app->out, e);
}

const struct command COMMAND_DEVICE_LIST = {
    .words = "device list",
    .operands = "",
    .summary = N_("the laptops"),
    .opens = OPENS_READ,
    .run = cmd_device_list,
};

static void put_line(struct app *app, const char *key, const char *label, const char *text)
{
    output_put_text(app->out, key, text);
    output_pair(app->out, label, text);
}

static const char *vouched_text(enum vouched v)
{
    switch (v) {
    case VOUCHED_KEY:
        return _("signed with its key");
    case VOUCHED_PERSON:
        return _("invited for it");
    case VOUCHED_CHAIN:
        return _("invited, and it has the journal");
    case VOUCHED_NOBODY:
        return _("nobody vouches for it");
    }
    return "";
}

static void put_life(struct app *app, const char *label, uint32_t device, const struct ledger_successor *life)
{
    char code[DEVICE_CODE_BYTES];
    struct buf line = {0};
    (void)device_code_format(device, code);
    if (life->number == 0)
        buf_printf(&line, _("%-14s %s, without an entry in common; %s"), label, code,
                   vouched_text(life->vouched));
    else
        buf_printf(&line, _("%-14s %s, from entry %lld on; %s"), label, code, (long long)life->number,
                   vouched_text(life->vouched));
    output_line(app->out, buf_str(&line));
    buf_done(&line);
}

struct lives {
    struct app *app;
    struct json_out *j;
};

static enum err put_successor(void *arg, const struct ledger_successor *life, struct errctx *e)
{
    (void)e;
    const struct lives *l = arg;
    char code[DEVICE_CODE_BYTES];
    put_life(l->app, _("Followed by"), life->device, life);
    json_open(l->j, '{');
    json_put_str(l->j, "device", device_code_format(life->device, code));
    json_put_int(l->j, "number", life->number);
    json_put_str(l->j, "vouched", vouched_word(life->vouched));
    json_close(l->j, '}');
    return ERR_OK;
}

static enum err put_lives(struct app *app, uint32_t number, struct errctx *e)
{
    struct ledger *ledger = registry_store_ledger(app->store);
    struct ledger_successor life;
    struct buf json = {0};
    struct json_out j = {.to = &json};
    struct lives lives = {app, &j};
    char code[DEVICE_CODE_BYTES];
    enum err result = ledger->successor(ledger->arg, number, &life, e);
    if (result == ERR_OK) {
        output_put_text(app->out, "after", device_code_format(life.predecessor, code));
        output_put_int(app->out, "after_number", life.number);
        output_put_text(app->out, "vouched", vouched_word(life.vouched));
        put_life(app, _("Goes on for"), life.predecessor, &life);
    } else if (result != ERR_NOT_FOUND) {
        return result;
    }
    json_open(&j, '[');
    result = registry_store_successors(app->store, number, put_successor, &lives, e);
    json_close(&j, ']');
    output_put_json(app->out, "followed_by", buf_str(&json));
    buf_done(&json);
    return result;
}

static enum err cmd_device_show(struct app *app, const struct options *o, struct errctx *e)
{
    uint32_t number = 0;
    struct ledger_device device;
    struct ledger *ledger = registry_store_ledger(app->store);
    if (app_device(o->operands[0], &number, e) != ERR_OK ||
        ledger->device(ledger->arg, number, &device, e) != ERR_OK)
        return e->kind;
    char code[DEVICE_CODE_BYTES];
    char at[INSTANT_BYTES];
    char hex[2 * CHAIN_BYTES + 1];
    struct buf text = {0};
    output_begin(app->out, "device/1");
    put_line(app, "device", _("Device"), device_code_format(number, code));
    put_line(app, "name", _("Name"), device.name);
    join_districts(&text, &device);
    put_line(app, "districts", _("Districts"), buf_str(&text));
    hex_put(device.key, KEY_BYTES, hex);
    put_line(app, "key", _("Public key"), hex);
    put_line(app, "enrolled_at", _("Enrolled"), instant_format(device.enrolled_at, at));
    if (device.seen_at)
        put_line(app, "seen_at", _("Last seen"), instant_format(device.seen_at, at));
    output_put_int(app->out, "upto", device.upto);
    buf_clear(&text);
    buf_put_int(&text, device.upto);
    output_pair(app->out, _("Entries"), buf_str(&text));
    hex_put(device.chain.value, CHAIN_BYTES, hex);
    put_line(app, "chain", _("Chain"), hex);
    if (device.revoked_at) {
        put_line(app, "revoked_at", _("Revoked"), instant_format(device.revoked_at, at));
        put_line(app, "revoked_why", _("Reason"), device.revoked_why);
    }
    buf_done(&text);
    return put_lives(app, number, e) == ERR_OK ? output_end(app->out, e) : e->kind;
}

const struct command COMMAND_DEVICE_SHOW = {
    .words = "device show",
    .operands = "CODE",
    .summary = N_("one laptop"),
    .opens = OPENS_READ,
    .least = 1,
    .most = 1,
    .run = cmd_device_show,
};

static enum err cmd_device_revoke(struct app *app, const struct options *o, struct errctx *e)
{
    uint32_t number = 0;
    struct buf why = {0};
    enum err result = take_text(o, "reason", &why, e);
    if (result == ERR_OK && why.len == 0)
        result = err_fail(e, ERR_USAGE, _("device revoke needs --reason"));
    if (result == ERR_OK)
        result = app_device(o->operands[0], &number, e);
    if (result == ERR_OK)
        result = options_has(o, "alone")
                     ? registry_store_revoke_alone(app->store, number, buf_str(&why), app->now, e)
                     : registry_store_revoke(app->store, number, buf_str(&why), app->now, e);
    buf_done(&why);
    return result;
}

static const struct option_spec DEVICE_REVOKE_OPTIONS[] = {
    {"reason", "TEXT", N_("why"), false},
    {"alone", NULL, N_("not the laptops that its key alone made go on with its work"), false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_DEVICE_REVOKE = {
    .words = "device revoke",
    .operands = "CODE",
    .summary = N_("take nothing more from a laptop"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .options = DEVICE_REVOKE_OPTIONS,
    .run = cmd_device_revoke,
};

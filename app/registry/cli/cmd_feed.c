/* feed, codes: what goes back to the laptops. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/common/i18n.h"
#include "app/registry/app.h"
#include "schema/base/date.h"
#include "schema/base/file.h"
#include "sync/server/feed.h"

/* --- pages for a stick */

struct pages {
    struct app *app;
    uint32_t device;
    const char *out;
    bool folder;
    int64_t after;
    int64_t files;
    int64_t events;
};

static bool is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static enum err write_page(struct pages *p, const struct feed_page *page, struct errctx *e)
{
    char code[DEVICE_CODE_BYTES];
    char name[96];
    struct buf path = {0};
    (void)snprintf(name, sizeof name, "feed-%s-%" PRId64 "-%" PRId64 ".alv",
                   device_code_format(p->device, code), page->header.after, page->header.next);
    if (p->folder)
        file_join(&path, p->out, name);
    else
        buf_puts(&path, p->out);
    enum err result = file_write(buf_str(&path), page->packed.data, page->packed.len, 0600, e);
    if (result == ERR_OK)
        output_line(p->app->out, buf_str(&path));
    buf_done(&path);
    return result;
}

static enum err next_page(struct pages *p, bool *more, struct errctx *e)
{
    struct feed_page page;
    enum err result =
        feed_page_make(registry_store_ledger(p->app->store), registry_store_device(p->app->store), p->device,
                       p->after, p->app->now, &page, e);
    if (result == ERR_OK && page.header.more && !p->folder)
        result = err_fail(e, ERR_INVALID, _("--out \"%s\": there is more than one page; name a directory"),
                          p->out);
    if (result == ERR_OK && page.events > 0) {
        result = write_page(p, &page, e);
        p->files++;
        p->events += page.events;
        p->after = page.header.next;
    }
    *more = result == ERR_OK && page.header.more;
    feed_page_done(&page);
    return result;
}

static enum err cmd_feed(struct app *app, const struct options *o, struct errctx *e)
{
    struct pages p = {.app = app, .out = options_text(o, "out")};
    bool more = true;
    if (!p.out)
        return err_fail(e, ERR_USAGE, _("feed needs --out FILE or DIR"));
    if (app_device(o->operands[0], &p.device, e) != ERR_OK ||
        options_int(o, "after", 0, INT64_MAX / 2, 0, &p.after, e) != ERR_OK)
        return e->kind;
    p.folder = is_folder(p.out);
    output_begin(app->out, "feed-files/1");
    while (more) {
        if (next_page(&p, &more, e) != ERR_OK)
            return e->kind;
    }
    output_put_int(app->out, "files", p.files);
    output_put_int(app->out, "events", p.events);
    output_put_int(app->out, "next", p.after);
    if (p.files == 0)
        output_line(app->out, _("there is nothing to tell"));
    return output_end(app->out, e);
}

static const struct option_spec FEED_OPTIONS[] = {
    {"out", "FILE|DIR", N_("where the pages go"), false},
    {"after", "N", N_("only what follows this place: \"feed\" of the laptop's status (0: everything)"),
     false},
    {NULL, NULL, NULL, false},
};

const struct command COMMAND_FEED = {
    .words = "feed",
    .operands = "CODE",
    .summary = N_("write what a laptop is to know as files for a stick; its receive takes them"),
    .opens = OPENS_WRITE,
    .least = 1,
    .most = 1,
    .options = FEED_OPTIONS,
    .run = cmd_feed,
};

/* --- code lists, profile, thresholds, prices */

static enum err print_file(void *arg, const struct registry_code_file *file, struct errctx *e)
{
    (void)e;
    struct app *app = arg;
    char at[INSTANT_BYTES];
    struct buf line = {0};
    buf_printf(&line, "%-20s %s", file->name, instant_format(file->at, at));
    output_line(app->out, buf_str(&line));
    buf_done(&line);
    return ERR_OK;
}

static enum err cmd_codes_list(struct app *app, const struct options *o, struct errctx *e)
{
    (void)o;
    output_begin(app->out, "code-files/1");
    if (registry_store_code_files(app->store, print_file, app, e) != ERR_OK)
        return e->kind;
    return output_end(app->out, e);
}

static enum err cmd_codes_replace(struct app *app, const struct options *o, struct errctx *e)
{
    struct buf text = {0};
    enum err result = file_read(o->operands[1], FEED_FILE_BYTES, &text, e);
    if (result == ERR_OK && strlen(buf_str(&text)) != text.len)
        result = err_fail(e, ERR_INVALID, _("\"%s\": is no text"), o->operands[1]);
    if (result == ERR_OK &&
        registry_store_replace_file(app->store, o->operands[0], buf_str(&text), app->now, e) != ERR_OK)
        result = err_wrap(e, "\"%s\"", o->operands[1]);
    buf_done(&text);
    if (result != ERR_OK)
        return result;
    output_begin(app->out, "code-file/1");
    output_put_text(app->out, "name", o->operands[0]);
    return output_end(app->out, e);
}

const struct command COMMAND_CODES_LIST = {
    .words = "codes list",
    .operands = "",
    .summary = N_("code lists, profile, thresholds and prices that were replaced"),
    .opens = OPENS_READ,
    .run = cmd_codes_list,
};

const struct command COMMAND_CODES_REPLACE = {
    .words = "codes replace",
    .operands = "NAME FILE",
    .summary = N_("replace a code list (or threshold, price, profile) here and on every laptop"),
    .more = N_(
        "NAME is a list's (district, licence_kind, mineral …) or threshold, price, profile; FILE a CSV with "
        "the "
        "columns of the one it replaces, in UTF-8. Of threshold, only the keys that change need be there. A "
        "server that runs takes it when it is started again; laptops with their next sync."),
    .opens = OPENS_WRITE,
    .least = 2,
    .most = 2,
    .run = cmd_codes_replace,
};

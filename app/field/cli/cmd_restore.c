#include <inttypes.h>

#include "app/common/i18n.h"
#include "app/common/progress.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"

static void put_people(struct output *out, const struct restored_life *done)
{
    struct buf line = {0};
    buf_printf(&line, _("device %s goes on with the work of %s: %" PRId64 " entries"), done->device,
               done->after, done->entries);
    output_line(out, buf_str(&line));
    buf_clear(&line);
    if (done->again > 0) {
        buf_printf(&line,
                   ngettext("%" PRId64 " entry that may not have arrived is sent again; it counts once",
                            "%" PRId64 " entries that may not have arrived are sent again; each counts once",
                            (unsigned long)done->again),
                   done->again);
        output_line(out, buf_str(&line));
    }
    output_line(out,
                done->is_signed
                    ? _("the next sync tells the registry; no invitation is needed")
                    : _("the old key is not at hand: ask the ministry for an invitation (alluvia enrol)"));
    if (done->training)
        output_line(out, _("these records are invented; no real registry takes them"));
    buf_done(&line);
}

static enum err put_restored(struct app *app, const struct restored_life *done, struct errctx *e)
{
    struct output *out = app_output(app);
    output_begin(out, "restored/1");
    output_put_text(out, "device", done->device);
    output_put_text(out, "after", done->after);
    output_put_int(out, "entries", done->entries);
    output_put_int(out, "again", done->again);
    output_put_json(out, "signed", done->is_signed ? "true" : "false");
    if (done->training)
        output_put_json(out, "training", "true");
    output_put_text(out, "db", app->db_path);
    put_people(out, done);
    enum err result = output_end(out, e);
    output_free(out);
    return result;
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    struct restored_life done;
    struct progress progress;
    const struct author by = app_program(app);
    progress_start(&progress, _("restoring"), false);
    enum err result = store_restore(app->db_path, o->operands[0], options_text(o, "key"), &by,
                                    progress_update, &progress, &done, e);
    progress_end(&progress);
    return result == ERR_OK ? put_restored(app, &done, e) : result;
}

static const struct option_spec OPTIONS[] = {
    {"key", "FILE", N_("the old laptop's key file, when it does not lie beside the backup"), false},
    {0},
};

const struct command CMD_RESTORE = {
    .words = "restore",
    .operands = "FILE",
    .summary = N_("make this laptop's database out of a backup, as a new device that goes on with its work"),
    .more =
        N_("A database that is there already is never touched. The new device has a key of its own; the old "
           "one, where it is at hand, signs that it follows, and then no new invitation is needed."),
    .opens = OPENS_NOTHING,
    .least = 1,
    .most = 1,
    .options = OPTIONS,
    .run = run,
};

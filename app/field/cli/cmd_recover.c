/* recover: a damaged database, made again. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "app/common/i18n.h"
#include "app/common/progress.h"
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/store/recover.h"

static void put_json(struct output *out, const struct recovered *r)
{
    output_begin(out, "recovered/1");
    output_put_text(out, "device", r->device);
    output_put_json(out, "sound", r->sound ? "true" : "false");
    output_put_int(out, "entries", r->entries);
    output_put_json(out, "second_life", r->second_life ? "true" : "false");
    if (r->missing) {
        output_put_int(out, "missing", r->missing);
        output_put_int(out, "behind", r->behind);
        output_put_text(out, "behind_file", r->behind_path);
        output_put_int(out, "back", r->back);
        output_put_int(out, "doubtful", r->doubtful);
        output_put_text(out, "lost", r->lost);
    }
    if (r->waiting)
        output_put_int(out, "waiting", r->waiting);
    if (r->damaged_path[0])
        output_put_text(out, "damaged_file", r->damaged_path);
}

static void say(struct output *out, const char *format, ...) PRINTF_LIKE(2, 3);
static void say(struct output *out, const char *format, ...)
{
    char text[2 * 4096];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    output_line(out, text);
}

/* What stood behind a gap of the journal. */
static void put_behind(struct output *out, const struct recovered *r)
{
    if (r->lost[0])
        say(out, _("gone from the old journal: %s"), r->lost);
    if (r->back)
        say(out,
            ngettext("%" PRId64 " entry behind the gap came back; if the ministry has it already, it counts "
                     "once",
                     "%" PRId64 " entries behind the gap came back; what the ministry has of them already "
                     "counts once",
                     (unsigned long)r->back),
            r->back);
    if (r->waiting)
        say(out,
            ngettext("%" PRId64 " entry waits for another that is gone: it comes back when the ministry "
                     "tells of that",
                     "%" PRId64 " entries wait for others that are gone: they come back when the ministry "
                     "tells of those",
                     (unsigned long)r->waiting),
            r->waiting);
    if (r->doubtful)
        say(out,
            ngettext("%" PRId64 " is damaged, or nothing vouches for it: enter again what it tells in \"%s\"",
                     "%" PRId64 " are damaged, or nothing vouches for them: enter again what they tell in "
                     "\"%s\"",
                     (unsigned long)r->doubtful),
            r->doubtful, r->behind_path);
    else if (r->behind_path[0])
        say(out, _("all that could be read behind the gap is kept as \"%s\""), r->behind_path);
}

static void put_words(struct output *out, const struct recovered *r)
{
    if (r->sound) {
        say(out, "%s", _("nothing is damaged; nothing was done"));
        return;
    }
    if (r->entries)
        say(out,
            ngettext("%" PRId64 " entry recovered", "%" PRId64 " entries recovered",
                     (unsigned long)r->entries),
            r->entries);
    if (r->second_life)
        say(out,
            _("there may have been more, so the work goes on as a new device, %s, which names the one "
              "before; the "
              "next sync tells the ministry"),
            r->device);
    else
        say(out, _("the journal is whole: the work goes on as device %s"), r->device);
    if (r->no_registry)
        say(out, "%s", _("no registry is known: enrol, if it was"));
    if (r->told > r->entries)
        say(out, _("the ministry holds entries up to %" PRId64 "; what is missing here is not lost there"),
            r->told);
    if (r->missing)
        put_behind(out, r);
    if (r->damaged_path[0])
        say(out, _("the damaged file is kept as \"%s\""), r->damaged_path);
}

enum err recover_and_tell(struct app *app, const char *country, struct errctx *e)
{
    struct progress progress;
    struct recovered done;
    struct author by = app_program(app);
    const struct recovery what = {
        .path = app->db_path, .by = &by, .country = country, .progress = progress_update, .arg = &progress};
    progress_start(&progress, _("recovering"), false);
    enum err result = store_recover(&what, &done, e);
    progress_end(&progress);
    if (result != ERR_OK)
        return result;
    struct output *out = app_output(app);
    put_json(out, &done);
    put_words(out, &done);
    result = output_end(out, e);
    output_free(out);
    return result;
}

static enum err run(struct app *app, const struct options *o, struct errctx *e)
{
    return recover_and_tell(app, options_text(o, "country"), e);
}

static const struct option_spec OPTIONS[] = {
    {"country", "CC", N_("country profile, when nothing that is left names it"), false},
    {0},
};

const struct command CMD_RECOVER = {
    .words = "recover",
    .operands = "",
    .summary = N_("make a damaged database again from what can be read and the automatic copies"),
    .more = N_("Every entry that is left in the file, its log or a copy is held against the chain. Only when "
               "nothing "
               "can be missing does the work go on as the same device; else it is a new one that names its "
               "predecessor, and writes again what can be read behind a gap. The damaged file is kept. "
               "Interrupted, the same command goes on."),
    .opens = OPENS_NOTHING,
    .options = OPTIONS,
    .run = run,
};

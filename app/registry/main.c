#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/common/help.h"
#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/message.h"
#include "app/common/version.h"
#include "app/registry/app.h"
#include "schema/base/date.h"

const char PROGRAM_NAME[] = "alluvia-registry";

/* Where a packaged registry lives; used when neither --data nor ALLUVIA_REGISTRY names another place. */
static const char DEFAULT_FOLDER[] = "/var/lib/alluvia-registry";

static const struct option_spec GLOBALS[] = {
    {"help", NULL, N_("show how a command is used"), false},
    {"version", NULL, N_("show the program's version"), false},
    {"data", "DIR", N_("the registry's directory (else ALLUVIA_REGISTRY, else /var/lib/alluvia-registry)"),
     false},
    {"json", NULL, N_("print one JSON object, in storage units"), false},
    {"csv", NULL, N_("print CSV, in human units"), false},
    {"lang", "LANG", N_("en, fr or pt"), false},
    {"quiet", NULL, N_("no progress"), false},
    {NULL, NULL, NULL, false},
};

static const struct option_spec INIT[] = {
    {"country", "CC", N_("the country's profile"), false},
    {"name", "TEXT", N_("the registry's name, as laptops show it"), false},
    {"training", NULL, N_("takes training laptops, and no others"), false},
    {NULL, NULL, NULL, false},
};
static const struct option_spec INVITE[] = {
    {"name", "TEXT", N_("whom or what the laptop is for"), false},
    {"district", "CODE", N_("district that it works in"), true},
    {"expires", "DAYS", N_("days until the code is void (30)"), false},
    {"out", "FILE", N_("write an invitation for a stick instead of a code"), false},
    {"url", "URL", N_("the registry's address, for the file"), false},
    {NULL, NULL, NULL, false},
};
static const struct option_spec SERVE[] = {
    {"listen", "ADDR:PORT", N_("where to listen (127.0.0.1:8440); port 0 takes a free one"), false},
    {"tls-cert", "FILE", N_("certificate, PEM"), false},
    {"tls-key", "FILE", N_("its key, PEM"), false},
    {NULL, NULL, NULL, false},
};
static const struct option_spec REVOKE[] = {
    {"reason", "TEXT", N_("why"), false},
    {NULL, NULL, NULL, false},
};
static const struct option_spec PRODUCTION[] = {
    {"period", "PERIOD", N_("2026, 2026-H1, 2026-Q3 or 2026-11"), false},
    {"by", "WHAT", N_("district, cooperative, licence or month (district)"), false},
    {NULL, NULL, NULL, false},
};
static const struct option_spec EXPORT[] = {
    {"format", "FORMAT", N_("csv or json (csv)"), false},
    {"out", "DIR", N_("folder for the files; without it one entity goes to standard output"), false},
    {NULL, NULL, NULL, false},
};
static const struct option_spec VERIFY[] = {
    {"device", "CODE", N_("this device's chain alone"), false},
    {NULL, NULL, NULL, false},
};
static const struct option_spec JOURNAL[] = {
    {"from", "N", N_("first entry (1)"), false},
    {"to", "N", N_("last entry"), false},
    {"chain", NULL, N_("number and chain value before each entry"), false},
    {NULL, NULL, NULL, false},
};

static const struct command COMMANDS[] = {
    {"init", "", N_("make a registry"), NULL, OPENS_NOTHING, false, 0, 0, INIT, cmd_init},
    {"serve", "", N_("answer laptops over HTTP"), NULL, OPENS_WRITE, false, 0, 0, SERVE, cmd_serve},
    {"invite", "", N_("invite a laptop: prints a code, or writes a file for a stick"), NULL, OPENS_WRITE,
     false, 0, 0, INVITE, cmd_invite},
    {"device list", "", N_("the laptops"), NULL, OPENS_READ, false, 0, 0, NULL, cmd_device_list},
    {"device show", "CODE", N_("one laptop"), NULL, OPENS_READ, false, 1, 1, NULL, cmd_device_show},
    {"device revoke", "CODE", N_("take nothing more from a laptop"), NULL, OPENS_WRITE, false, 1, 1, REVOKE,
     cmd_device_revoke},
    {"import", "FILE… | DIR", N_("take in carried batches; receipts are written beside them"), NULL,
     OPENS_WRITE, false, 1, -1, NULL, cmd_import},
    {"inbox", "", N_("what each laptop has sent, and when last"), NULL, OPENS_READ, false, 0, 0, NULL,
     cmd_inbox},
    {"batch list", "", N_("the batches, newest first"), NULL, OPENS_READ, false, 0, 0, NULL, cmd_batch_list},
    {"batch show", "ID", N_("one batch"), NULL, OPENS_READ, false, 1, 1, NULL, cmd_batch_show},
    {"quarantine list", "", N_("what was refused and kept"), NULL, OPENS_READ, false, 0, 0, NULL,
     cmd_quarantine_list},
    {"report production", "", N_("carats, value and price per carat of a period"), NULL, OPENS_READ, false, 0,
     0, PRODUCTION, cmd_report_production},
    {"export", "ENTITY|all", N_("records as CSV or JSON, with datapackage.json"), NULL, OPENS_READ, false, 1,
     1, EXPORT, cmd_export},
    {"verify", "", N_("check every chain, signature and record"), NULL, OPENS_READ, false, 0, 0, VERIFY,
     cmd_verify},
    {"journal", "CODE", N_("a laptop's entries as they are held"), NULL, OPENS_READ, false, 1, 1, JOURNAL,
     cmd_journal},
    {"backup", "FILE", N_("a consistent copy of the database"), NULL, OPENS_READ, false, 1, 1, NULL,
     cmd_backup},
    {NULL, NULL, NULL, NULL, OPENS_NOTHING, false, 0, 0, NULL, NULL},
};

static const struct command *const FAMILIES[] = {COMMANDS, NULL};

static const struct program PROGRAM = {
    .name = PROGRAM_NAME,
    .version = ALLUVIA_VERSION,
    .summary = N_("the national registry: takes in what laptops recorded, and reports it"),
    .commands = FAMILIES,
    .globals = GLOBALS,
};

static enum err open_and_run(struct app *app, const struct command_line *line, struct errctx *e)
{
    const struct command *command = line->command;
    if (device_module_init(e) != ERR_OK)
        return e->kind;
    if (command->opens != OPENS_NOTHING &&
        registry_store_open(app->folder, command->opens == OPENS_WRITE ? DB_WRITE : DB_READ, &app->store,
                            e) != ERR_OK)
        return e->kind;
    enum err result = command->run(app, &line->options, e);
    registry_store_close(app->store);
    return result;
}

static const char *folder_of(const struct options *o)
{
    const char *given = options_text(o, "data");
    const char *environment = getenv("ALLUVIA_REGISTRY");
    if (given)
        return given;
    return environment && *environment ? environment : DEFAULT_FOLDER;
}

static enum err run(const struct command_line *line, struct errctx *e)
{
    const struct options *o = &line->options;
    struct app app = {.folder = folder_of(o), .now = (int64_t)time(NULL), .quiet = options_has(o, "quiet")};
    if (language_choose(options_text(o, "lang"), &app.lang, e) != ERR_OK)
        return e->kind;
    enum output_form form = options_has(o, "json") ? OUTPUT_JSON : OUTPUT_TABLE;
    if (options_has(o, "csv"))
        form = OUTPUT_CSV;
    app.out = output_new(stdout, form, language_mark(app.lang));
    enum err result = open_and_run(&app, line, e);
    output_free(app.out);
    return result;
}

/* The help of a command shows no code lists: no command of the registry takes fields. */
static int show_help(const struct command_line *line)
{
    if (line->command)
        help_command(stdout, &PROGRAM, line, NULL, LANG_EN);
    else
        help_program(stdout, &PROGRAM);
    return 0;
}

int main(int argc, char **argv)
{
    struct command_line line;
    struct errctx e = {0};
    int code = 0;
    (void)setlocale(LC_ALL, "");
    enum err result = command_line_parse(&PROGRAM, argc, argv, &line, &e);
    if (result != ERR_OK)
        code = message_error(PROGRAM_NAME, &e);
    else if (options_has(&line.options, "version"))
        printf("%s %s\n", PROGRAM_NAME, ALLUVIA_VERSION);
    else if (options_has(&line.options, "help"))
        code = show_help(&line);
    else if (!line.command) {
        help_program(stderr, &PROGRAM);
        code = err_exit_code(ERR_USAGE);
    } else if (run(&line, &e) != ERR_OK) {
        code = message_error(PROGRAM_NAME, &e);
    }
    command_line_done(&line);
    return code;
}

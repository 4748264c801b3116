#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/common/help.h"
#include "app/common/i18n.h"
#include "app/common/language.h"
#include "app/common/manual.h"
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
    {"manual", NULL, N_("print the manual page"), false},
    {"completion", NULL, N_("print the completion script for bash"), false},
    {"data", "DIR", N_("the registry's directory (else ALLUVIA_REGISTRY, else /var/lib/alluvia-registry)"),
     false},
    {"as", "LOGIN", N_("your account, for decisions"), false},
    {"json", NULL, N_("print one JSON object, in storage units"), false},
    {"csv", NULL, N_("print CSV, in human units"), false},
    {"lang", "LANG", N_("en, fr or pt"), false},
    {"quiet", NULL, N_("no progress"), false},
    {NULL, NULL, NULL, false},
};

static const struct command *const COMMANDS[] = {
    &COMMAND_INIT,
    &COMMAND_SERVE,
    &COMMAND_INVITE,
    &COMMAND_DEVICE_LIST,
    &COMMAND_DEVICE_SHOW,
    &COMMAND_DEVICE_REVOKE,
    &COMMAND_FEED,
    &COMMAND_CODES_LIST,
    &COMMAND_CODES_REPLACE,
    &COMMAND_IMPORT,
    &COMMAND_INBOX,
    &COMMAND_BATCH_LIST,
    &COMMAND_BATCH_SHOW,
    &COMMAND_QUARANTINE_LIST,
    &COMMAND_QUARANTINE_SHOW,
    &COMMAND_QUARANTINE_RELEASE,
    &COMMAND_QUARANTINE_DROP,
    &COMMAND_REVIEW_LIST,
    &COMMAND_REVIEW_SHOW,
    &COMMAND_REVIEW_ACCEPT,
    &COMMAND_REVIEW_RETURN,
    &COMMAND_REVIEW_REJECT,
    &COMMAND_REVIEW_MERGE,
    &COMMAND_REVIEW_UNMERGE,
    &COMMAND_REVIEW_RESOLVE,
    &COMMAND_REVIEW_RUN,
    &COMMAND_REVIEW_RULES,
    &COMMAND_EXPORTS_IMPORT,
    &COMMAND_EXPORTS_LIST,
    &COMMAND_STAFF_ADD,
    &COMMAND_STAFF_LIST,
    &COMMAND_STAFF_CLOSE,
    &COMMAND_REPORT_PRODUCTION,
    &COMMAND_REPORT_TRADE,
    &COMMAND_REPORT_RETURNS,
    &COMMAND_REPORT_BALANCE,
    &COMMAND_REPORT_LICENCES,
    &COMMAND_REPORT_DIGGERS,
    &COMMAND_REPORT_FOOTPRINT,
    &COMMAND_REPORT_ANNEX,
    &COMMAND_EXPORT,
    &COMMAND_VERIFY,
    &COMMAND_JOURNAL,
    &COMMAND_BACKUP,
    &COMMAND_RESTORE,
    &COMMAND_REBUILD,
    NULL,
};

static const struct program PROGRAM = {
    .name = PROGRAM_NAME,
    .version = ALLUVIA_VERSION,
    .summary = N_("the national registry: takes in what laptops recorded, and reports it"),
    .commands = COMMANDS,
    .globals = GLOBALS,
};

static const char FILES[] =
    ".SH FILES\n"
    ".TP\n\\fIDIR\\fR/registry.db\nevery entry, its batch and signature, and the records\n"
    ".TP\n\\fIDIR\\fR/store\nthe address of the PostgreSQL database that holds them instead\n"
    ".TP\n\\fIDIR\\fR/registry.key\nthe registry's secret key; keep a copy in a safe\n"
    ".SH ENVIRONMENT\n"
    ".TP\nALLUVIA_REGISTRY\nthe directory when \\-\\-data is not given\n"
    ".SH \"SEE ALSO\"\n.BR alluvia (1)\n";

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
    struct app app = {.folder = folder_of(o),
                      .now = (int64_t)time(NULL),
                      .as = options_text(o, "as"),
                      .quiet = options_has(o, "quiet")};
    if (language_choose(options_text(o, "lang"), &app.lang, e) != ERR_OK)
        return e->kind;
    if (options_has(o, "csv") && options_has(o, "json"))
        return err_fail(e, ERR_USAGE, _("--json and --csv exclude each other"));
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
    language_start(argc, argv);
    enum err result = command_line_parse(&PROGRAM, argc, argv, &line, &e);
    if (result != ERR_OK)
        code = message_error(PROGRAM_NAME, &e);
    else if (options_has(&line.options, "version"))
        printf("%s %s\n", PROGRAM_NAME, ALLUVIA_VERSION);
    else if (options_has(&line.options, "manual"))
        manual_page(stdout, &PROGRAM, ALLUVIA_BUILD_DAY, FILES);
    else if (options_has(&line.options, "completion"))
        manual_completion(stdout, &PROGRAM);
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

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
#include "app/field/app.h"
#include "app/field/cli/cmd.h"
#include "app/field/signin.h"
#include "app/field/tui/ui.h"
#include "app/field/upkeep.h"
#include "schema/base/file.h"

static const struct option_spec GLOBALS[] = {
    {"help", NULL, N_("show how a command is used"), false},
    {"version", NULL, N_("show the program's version"), false},
    {"manual", NULL, N_("print the manual page"), false},
    {"completion", NULL, N_("print the completion script for bash"), false},
    {"db", "PATH", N_("the database (else ALLUVIA_DB, else alluvia/alluvia.db in XDG_DATA_HOME)"), false},
    {"as", "LOGIN", N_("the officer who works (else the account's name)"), false},
    {"lang", "LANG", N_("en, fr or pt"), false},
    {"json", NULL, N_("print one JSON object, in storage units"), false},
    {"csv", NULL, N_("print CSV, in human units"), false},
    {0},
};

static const struct command *const COMMANDS[] = {
    &CMD_INIT,        &CMD_ADD,      &CMD_LIST,         &CMD_SHOW,
    &CMD_HISTORY,     &CMD_EDIT,     &CMD_VOID,         &CMD_LICENCE_CHECK,
    &CMD_IMPORT,      &CMD_EXPORT,   &CMD_ENROL,        &CMD_SYNC,
    &CMD_CARRY,       &CMD_RECEIVE,  &CMD_INBOX,        &CMD_STATUS,
    &CMD_REPORT,      &CMD_VERIFY,   &CMD_JOURNAL,      &CMD_BACKUP,
    &CMD_RECOVER,     &CMD_RESTORE,  &CMD_WAITING_LIST, &CMD_WAITING_SET_ASIDE,
    &CMD_OFFICER_PIN, &CMD_SETTINGS, &CMD_DEMO,         NULL,
};

static const struct program PROGRAM = {
    .name = APP_NAME,
    .version = ALLUVIA_VERSION,
    .summary = N_("records artisanal alluvial mining at the pit, and takes the records to the ministry"),
    .commands = COMMANDS,
    .globals = GLOBALS,
};

static const char FILES[] =
    ".SH FILES\n"
    ".TP\n\\fI$XDG_DATA_HOME\\fR/alluvia/alluvia.db\nthe records and the journal\n"
    ".TP\n\\fI$XDG_DATA_HOME\\fR/alluvia/alluvia.key\nthis laptop's secret key\n"
    ".TP\n\\fI$XDG_DATA_HOME\\fR/alluvia/alluvia.pin\nthe secret without which PINs cannot be "
    "checked\n"
    ".SH ENVIRONMENT\n"
    ".TP\nALLUVIA_DB\nthe database when \\-\\-db is not given\n"
    ".TP\nALLUVIA_PIN_FILE\na file, readable by you alone, whose first line is the PIN of the "
    "officer who runs the command\n"
    ".TP\nALLUVIA_CA\ncertificates of authorities when \\-\\-ca is not given\n"
    ".SH \"SEE ALSO\"\n.BR alluvia\\-registry (1)\n";

/* The caller frees. ERR_CONFIG: nothing says where. */
static enum err find_db(const struct options *o, char **out, struct errctx *e)
{
    const char *given = options_text(o, "db");
    const char *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    struct buf path = {0};
    if (!given)
        given = getenv("ALLUVIA_DB");
    if (given && *given)
        buf_puts(&path, given);
    else if (data && *data == '/')
        file_join(&path, data, "alluvia/alluvia.db");
    else if (home && *home)
        file_join(&path, home, ".local/share/alluvia/alluvia.db");
    else
        return err_fail(e, ERR_CONFIG, _("where is the database? HOME is not set; use --db PATH"));
    *out = buf_steal(&path);
    return ERR_OK;
}

static enum err read_globals(struct app *app, const struct options *o, struct errctx *e)
{
    app->now = (int64_t)time(NULL);
    app->as = options_text(o, "as");
    app->form = options_has(o, "json") ? OUTPUT_JSON : OUTPUT_TABLE;
    if (options_has(o, "csv") && options_has(o, "json"))
        return err_fail(e, ERR_USAGE, _("--json and --csv exclude each other"));
    if (options_has(o, "csv"))
        app->form = OUTPUT_CSV;
    app->lang_given = options_text(o, "lang");
    if (language_choose(app->lang_given, &app->lang, e) != ERR_OK)
        return e->kind;
    app->mark = language_mark(app->lang);
    return find_db(o, &app->db_path, e);
}

static enum err open_store(struct app *app, enum store_mode mode, struct errctx *e)
{
    enum err result = store_open(app->db_path, mode, &app->store, e);
    app->writes = mode == STORE_WRITE;
    if (result == ERR_NOT_FOUND)
        return err_fail(e, ERR_NOT_FOUND, _("there is no database \"%s\" (%s init makes one)"), app->db_path,
                        APP_NAME);
    if (result == ERR_OK)
        app_keep_language(app);
    return result;
}

static enum err run(struct app *app, const struct command_line *line, struct errctx *e)
{
    const struct command *command = line->command;
    app->entity = line->entity;
    if (read_globals(app, &line->options, e) != ERR_OK || device_module_init(e) != ERR_OK)
        return e->kind;
    if (command->opens != OPENS_NOTHING &&
        (open_store(app, command->opens == OPENS_WRITE ? STORE_WRITE : STORE_READ, e) != ERR_OK ||
         signin_for_command(app, line, e) != ERR_OK))
        return e->kind;
    if (command->opens == OPENS_WRITE && !options_has(&line->options, "automatic"))
        upkeep_begin(app);
    return command->run(app, &line->options, e);
}

/* The help of a command names the codes of this laptop's country, or of the neutral profile without one. */
static int show_help(struct app *app, const struct command_line *line)
{
    struct errctx e;
    struct codes *neutral = NULL;
    struct codes *codes = NULL;
    if (!line->command) {
        help_program(stdout, &PROGRAM);
        return 0;
    }
    if (line->command->takes_fields && read_globals(app, &line->options, &e) == ERR_OK &&
        store_open(app->db_path, STORE_READ, &app->store, &e) == ERR_OK)
        codes = store_codes(app->store);
    else if (line->command->takes_fields && codes_new("XX", &neutral, &e) == ERR_OK)
        codes = neutral;
    help_command(stdout, &PROGRAM, line, codes, app->lang);
    codes_free(neutral);
    return 0;
}

/* In the language of the question, or in any. */
static bool is_yes(const char *answer)
{
    return *answer && strchr("yYoOsS", *answer);
}

/* The screens cannot open: what can be done about it is asked on the plain terminal. */
static enum err offer_recovery(struct app *app, struct errctx *e)
{
    char answer[16] = "";
    (void)message_error(APP_NAME, e);
    printf("%s\n%s ",
           _("It can be made again from what can be read and the last copy; the damaged file is kept."),
           _("Do that now? [y/N]"));
    (void)fflush(stdout);
    bool yes = fgets(answer, sizeof answer, stdin) && is_yes(answer);
    if (!yes || recover_and_tell(app, NULL, e) != ERR_OK)
        return e->kind;
    printf("%s ", _("Enter opens the program."));
    (void)fflush(stdout);
    (void)fgets(answer, sizeof answer, stdin);
    return open_store(app, STORE_WRITE, e);
}

/* Without a command the screens open, where there is a terminal for them. */
static int no_command(struct app *app, const struct command_line *line, struct errctx *e)
{
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        help_program(stderr, &PROGRAM);
        message(APP_NAME, "%s", _("the screens need a terminal; name a command"));
        return err_exit_code(ERR_USAGE);
    }
    if (read_globals(app, &line->options, e) != ERR_OK || device_module_init(e) != ERR_OK)
        return message_error(APP_NAME, e);
    /* Without a database the screens begin with making one. */
    enum err result = open_store(app, STORE_WRITE, e);
    if (result != ERR_OK && db_is_damage(e))
        result = offer_recovery(app, e);
    if (result == ERR_OK)
        result = signin_for_screens(app, e);
    else if (result == ERR_NOT_FOUND)
        result = ERR_OK;
    if (result != ERR_OK)
        return message_error(APP_NAME, e);
    if (app->store)
        upkeep_begin(app);
    return ui_run(app, e) == ERR_OK ? 0 : message_error(APP_NAME, e);
}

static int serve_line(struct app *app, const struct command_line *line, struct errctx *e)
{
    const struct options *o = &line->options;
    if (options_has(o, "version")) {
        printf("%s %s\n", APP_NAME, ALLUVIA_VERSION);
        return 0;
    }
    if (options_has(o, "manual")) {
        manual_page(stdout, &PROGRAM, ALLUVIA_BUILD_DAY, FILES);
        return 0;
    }
    if (options_has(o, "completion")) {
        manual_completion(stdout, &PROGRAM);
        return 0;
    }
    if (options_has(o, "help"))
        return show_help(app, line);
    if (!line->command)
        return no_command(app, line, e);
    return run(app, line, e) == ERR_OK ? 0 : message_error(APP_NAME, e);
}

int main(int argc, char **argv)
{
    struct command_line line;
    struct errctx e = {0};
    struct app app = {.mark = '.'};
    language_start(argc, argv);
    int code = command_line_parse(&PROGRAM, argc, argv, &line, &e) == ERR_OK ? serve_line(&app, &line, &e)
                                                                             : message_error(APP_NAME, &e);
    /* What was printed may still lie in a buffer that a full disk refuses. */
    if (code == 0 && fflush(stdout) != 0) {
        (void)err_fail(&e, ERR_IO, "%s", _("write output: no room, or nobody reads it"));
        code = message_error(APP_NAME, &e);
    }
    if (code != 0 && db_is_damage(&e)) {
        store_distrust(app.store);
        upkeep_tell_recovery(&e);
    }
    store_close(app.store);
    free(app.db_path);
    command_line_done(&line);
    return code;
}

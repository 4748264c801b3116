#include "app/common/manual.h"

#include <string.h>

#include "app/common/help.h"
#include "app/common/i18n.h"

/* The exit codes that err_exit_code and buf_out_of_memory can give (sysexits.h), with what they mean here. */
static const struct {
    int code;
    const char *words;
} EXITS[] = {
    {0, N_("done")},
    {64, N_("the command line makes no sense")},
    {65, N_("bad data: nothing was saved")},
    {66, N_("what was named is not there")},
    {69, N_("the registry cannot be reached")},
    {70, N_("a fault of the program")},
    {71, N_("the machine has no memory left")},
    {73, N_("would overwrite something")},
    {74, N_("the disk or the database failed")},
    {75, N_("busy: try again later")},
    {76, N_("the other side sent what it must not send")},
    {77, N_("not permitted")},
    {78, N_("a setting is missing or wrong")},
};

/* Text with what roff would read as a request or an escape made harmless. */
static void put_roff(FILE *to, const char *text)
{
    if (*text == '.' || *text == '\'')
        fputs("\\&", to);
    for (; *text; text++) {
        if (*text == '\\')
            fputs("\\e", to);
        else if (*text == '-')
            fputs("\\-", to);
        else
            fputc(*text, to);
    }
}

static void put_option(FILE *to, const char *name, const char *value, const char *text)
{
    fputs(".TP\n\\fB\\-\\-", to);
    put_roff(to, name);
    fputs("\\fR", to);
    if (value) {
        fputs(" \\fI", to);
        put_roff(to, value);
        fputs("\\fR", to);
    }
    fputc('\n', to);
    put_roff(to, text);
    fputc('\n', to);
}

static void put_options(FILE *to, const struct option_spec *table)
{
    for (; table && table->name; table++)
        put_option(to, table->name, table->value, _(table->help));
}

static void put_command(FILE *to, const struct program *p, const struct command *c)
{
    fprintf(to, ".SS \"%s %s%s%s\"\n", p->name, c->words, *c->operands ? " " : "", c->operands);
    put_roff(to, _(c->summary));
    fputs(".\n", to);
    if (c->more) {
        fputs(".PP\n", to);
        put_roff(to, _(c->more));
        fputc('\n', to);
    }
    if (c->takes_fields)
        fputs("The fields of the entity are options too: see ENTITIES.\n", to);
    put_options(to, c->options);
}

static void put_entity(FILE *to, const struct entity *of)
{
    fprintf(to, ".SS %s\n", of->name);
    for (int i = 0; i < of->field_count; i++) {
        const struct field *f = &of->fields[i];
        struct buf text = {0};
        help_put_field(&text, of, i, NULL, LANG_EN);
        put_option(to, f->flag, f->unit ? f->unit : "VALUE", buf_str(&text));
        buf_done(&text);
    }
}

static bool takes_fields(const struct program *p)
{
    bool any = false;
    for (const struct command *const *c = p->commands; *c; c++)
        any = any || (*c)->takes_fields;
    return any;
}

void manual_page(FILE *to, const struct program *p, const char *day, const char *files)
{
    fprintf(to, ".TH %s 1 %s \"%s %s\" \"Alluvia\"\n", p->name, day, p->name, p->version);
    fprintf(to, ".SH NAME\n%s \\- ", p->name);
    put_roff(to, _(p->summary));
    fprintf(to, "\n.SH SYNOPSIS\n.B %s\n.I COMMAND\n.RI [ options ]\n.SH COMMANDS\n", p->name);
    for (const struct command *const *c = p->commands; *c; c++)
        put_command(to, p, *c);
    fputs(".SH OPTIONS\nThese are understood by every command.\n", to);
    put_options(to, p->globals);
    if (takes_fields(p)) {
        fputs(".SH ENTITIES\nCode values are listed by \\fB\\-\\-help\\fR of a command.\n", to);
        for (int i = 0; i < ENTITY_COUNT; i++)
            put_entity(to, &ENTITIES[i]);
    }
    fputs(".SH \"EXIT STATUS\"\n", to);
    for (size_t i = 0; i < sizeof EXITS / sizeof EXITS[0]; i++) {
        fprintf(to, ".TP\n%d\n", EXITS[i].code);
        put_roff(to, _(EXITS[i].words));
        fputc('\n', to);
    }
    if (files)
        fputs(files, to);
}

/* --- completion
 * ---------------------------------------------------------------------------------------------------- */

static bool begins_with_entity(const struct command *c)
{
    return strncmp(c->words, "ENTITY", 6) == 0;
}

/* The words that may stand first: those of the commands, and the entities. */
static void put_first_words(FILE *to, const struct program *p)
{
    const char *last = "";
    for (const struct command *const *at = p->commands; *at; at++) {
        const struct command *c = *at;
        size_t len = strcspn(c->words, " ");
        if (begins_with_entity(c) || (strlen(last) >= len && strncmp(last, c->words, len) == 0))
            continue;
        last = c->words;
        fprintf(to, "%.*s ", (int)len, c->words);
    }
    for (int i = 0; takes_fields(p) && i < ENTITY_COUNT; i++)
        fprintf(to, "%s ", ENTITIES[i].name);
}

static void put_second_words(FILE *to, const struct program *p)
{
    for (const struct command *const *at = p->commands; *at; at++) {
        const char *space = strchr((*at)->words, ' ');
        if (!space)
            continue;
        if (begins_with_entity(*at)) {
            for (int i = 0; i < ENTITY_COUNT; i++)
                fprintf(to, "    [%s]+=\" %s\"\n", ENTITIES[i].name, space + 1);
        } else {
            fprintf(to, "    [%.*s]+=\" %s\"\n", (int)(space - (*at)->words), (*at)->words, space + 1);
        }
    }
}

static void put_flags(FILE *to, const struct option_spec *table)
{
    for (; table && table->name; table++)
        fprintf(to, " --%s", table->name);
}

static void put_command_flags(FILE *to, const struct command *c, const struct entity *of)
{
    const char *rest = of ? c->words + 6 : c->words;
    if (!c->options && !c->takes_fields)
        return;
    fprintf(to, "    [\"%s%s\"]=\"", of ? of->name : "", rest);
    for (int i = 0; of && c->takes_fields && i < of->field_count; i++)
        fprintf(to, " --%s", of->fields[i].flag);
    put_flags(to, c->options);
    fputs("\"\n", to);
}

void manual_completion(FILE *to, const struct program *p)
{
    char function[64];
    (void)snprintf(function, sizeof function, "_%s", p->name);
    for (char *c = function; *c; c++) {
        if (*c == '-')
            *c = '_';
    }
    fprintf(to, "# bash completion for %s, made from its command table\n%s()\n{\n", p->name, function);
    fputs(
        "    local word=\"${COMP_WORDS[COMP_CWORD]}\" one=\"${COMP_WORDS[1]-}\" two=\"${COMP_WORDS[2]-}\"\n",
        to);
    fputs("    local -A second=() flags=(\n", to);
    for (const struct command *const *at = p->commands; *at; at++) {
        if (!begins_with_entity(*at)) {
            put_command_flags(to, *at, NULL);
            continue;
        }
        for (int i = 0; i < ENTITY_COUNT; i++)
            put_command_flags(to, *at, &ENTITIES[i]);
    }
    fputs("    )\n    second+=(\n", to);
    put_second_words(to, p);
    fputs("    )\n    local all=\"", to);
    put_flags(to, p->globals);
    fputs("\"\n    local words\n    case \"$COMP_CWORD\" in\n    1) words=\"", to);
    put_first_words(to, p);
    fputs("$all\" ;;\n"
          "    2) words=\"${second[$one]-} ${flags[$one]-} $all\" ;;\n"
          "    *) words=\"${flags[$one $two]-} ${flags[$one]-} $all\" ;;\n"
          "    esac\n"
          "    COMPREPLY=()\n"
          "    case \"$word\" in\n"
          "    -*) mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\") ;;\n"
          "    *) [ \"$COMP_CWORD\" -le 2 ] && mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\") "
          ";;\n"
          "    esac\n}\n",
          to);
    fprintf(to, "complete -o default -F %s %s\n", function, p->name);
}

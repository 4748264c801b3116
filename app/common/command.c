#include "app/common/command.h"

#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"

/* Does ARGV name the command WORDS? *TAKEN is how many arguments that took. */
static bool fits(const char *words, int argc, char **argv, int *taken, const struct entity **entity)
{
    *taken = 0;
    *entity = NULL;
    for (const char *at = words; *at; at += *at == ' ') {
        size_t len = strcspn(at, " ");
        if (*taken >= argc)
            return false;
        const char *arg = argv[(*taken)++];
        if (len == 6 && strncmp(at, "ENTITY", len) == 0) {
            *entity = entity_find(arg);
            if (!*entity)
                return false;
        } else if (strlen(arg) != len || strncmp(at, arg, len) != 0) {
            return false;
        }
        at += len;
    }
    return true;
}

static bool begins_a_command(const struct program *p, const char *word)
{
    for (const struct command *const *c = p->commands; *c; c++) {
        const char *words = (*c)->words;
        size_t len = strcspn(words, " ");
        if (strlen(word) == len && strncmp(words, word, len) == 0)
            return true;
        if (strncmp(words, "ENTITY ", 7) == 0 && entity_find(word))
            return true;
    }
    return false;
}

static enum err find_command(const struct program *p, int argc, char **argv, int *taken,
                             struct command_line *out, struct errctx *e)
{
    for (const struct command *const *c = p->commands; *c; c++) {
        if (fits((*c)->words, argc, argv, taken, &out->entity)) {
            out->command = *c;
            return ERR_OK;
        }
    }
    if (!begins_a_command(p, argv[0]))
        return err_fail(e, ERR_USAGE, _("no command \"%s\"; %s --help lists them"), argv[0], p->name);
    if (argc < 2 || argv[1][0] == '-')
        return err_fail(e, ERR_USAGE, _("\"%s\" needs a further word; %s --help lists them"), argv[0],
                        p->name);
    return err_fail(e, ERR_USAGE, _("no command \"%s %s\"; %s --help lists them"), argv[0], argv[1], p->name);
}

static void allow_fields(struct options *o, const struct entity *of)
{
    for (int i = 0; i < of->field_count; i++) {
        struct option_spec spec = {of->fields[i].flag, "VALUE", of->fields[i].help, false};
        options_allow_one(o, &spec);
    }
}

static bool asks_for_words(const struct options *o)
{
    return options_has(o, "help") || options_has(o, "version") || options_has(o, "manual") ||
           options_has(o, "completion");
}

static enum err check_operands(const struct program *p, const struct command *c, const struct options *o,
                               struct errctx *e)
{
    if (o->operand_count < c->least)
        return err_fail(e, ERR_USAGE, _("something is missing: %s %s %s"), p->name, c->words, c->operands);
    if (c->most >= 0 && o->operand_count > c->most)
        return err_fail(e, ERR_USAGE, _("\"%s\" is one too many: %s %s %s"), o->operands[c->most], p->name,
                        c->words, c->operands);
    return ERR_OK;
}

enum err command_line_parse(const struct program *p, int argc, char **argv, struct command_line *out,
                            struct errctx *e)
{
    *out = (struct command_line){0};
    options_allow(&out->options, p->globals);
    int at = 0;
    if (options_parse_globals(&out->options, argc, argv, &at, e) != ERR_OK)
        return e->kind;
    if (at >= argc)
        return ERR_OK;
    int taken = 0;
    if (find_command(p, argc - at, argv + at, &taken, out, e) != ERR_OK)
        return asks_for_words(&out->options) ? ERR_OK : e->kind;
    if (out->command->takes_fields)
        allow_fields(&out->options, out->entity);
    options_allow(&out->options, out->command->options);
    /* getopt passes over the word before the first option: here the command's last one. */
    int before = at + taken - 1;
    if (options_parse(&out->options, argc - before, argv + before, e) != ERR_OK)
        return e->kind;
    return asks_for_words(&out->options) ? ERR_OK : check_operands(p, out->command, &out->options, e);
}

void command_line_done(struct command_line *line)
{
    options_done(&line->options);
}

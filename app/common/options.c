#include "app/common/options.h"

#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/common/i18n.h"
#include "schema/base/buf.h"
#include "schema/base/decimal.h"

void options_done(struct options *o)
{
    free(o->given);
    free(o->operands);
    *o = (struct options){0};
}

void options_allow_one(struct options *o, const struct option_spec *spec)
{
    assert(o->spec_count < OPTIONS_MAX_SPECS);
    o->specs[o->spec_count++] = *spec;
}

void options_allow(struct options *o, const struct option_spec *table)
{
    for (; table && table->name; table++)
        options_allow_one(o, table);
}

/* getopt's own table: every name, and those with an underscore once more with hyphens. VAL is the place of
 * the spec. */
struct names {
    struct option rows[2 * OPTIONS_MAX_SPECS + 1];
    char *spelled[OPTIONS_MAX_SPECS];
};

enum {
    FIRST_VAL = 256 /* clear of the characters that getopt returns for itself */
};

static void make_names(const struct options *o, struct names *n)
{
    size_t count = 0;
    *n = (struct names){0};
    for (int i = 0; i < o->spec_count; i++) {
        const struct option_spec *spec = &o->specs[i];
        int takes = spec->value ? required_argument : no_argument;
        n->rows[count++] = (struct option){spec->name, takes, NULL, FIRST_VAL + i};
        if (!strchr(spec->name, '_'))
            continue;
        n->spelled[i] = str_dup(spec->name);
        for (char *at = n->spelled[i]; (at = strchr(at, '_')); at++)
            *at = '-';
        n->rows[count++] = (struct option){n->spelled[i], takes, NULL, FIRST_VAL + i};
    }
}

static void free_names(struct names *n)
{
    for (int i = 0; i < OPTIONS_MAX_SPECS; i++)
        free(n->spelled[i]);
}

static enum err take(struct options *o, int spec, const char *value, struct errctx *e)
{
    const char *name = o->specs[spec].name;
    if (!o->specs[spec].many && options_has(o, name))
        return err_fail(e, ERR_USAGE, _("option \"--%s\" is given twice"), name);
    o->given = mem_resize(o->given, (size_t)o->given_count + 1, sizeof *o->given);
    o->given[o->given_count++] = (struct option_given){name, value};
    return ERR_OK;
}

static enum err refuse(const char *word, int result, struct errctx *e)
{
    if (result == ':')
        return err_fail(e, ERR_USAGE, _("option \"%s\" needs a value"), word);
    return err_fail(e, ERR_USAGE, _("no option \"%s\" here, or not with that value"), word);
}

static enum err run_getopt(struct options *o, const struct names *n, int argc, char **argv, const char *mode,
                           struct errctx *e)
{
    opterr = 0;
    optind = 0; /* glibc: start anew */
    for (;;) {
        int at = optind ? optind : 1;
        int result = getopt_long(argc, argv, mode, n->rows, NULL);
        if (result == -1)
            return ERR_OK;
        if (result == 'h')
            result = FIRST_VAL; /* -h is the first spec of every program: --help */
        if (result < FIRST_VAL)
            return refuse(optind > at ? argv[optind - 1] : argv[at], result, e);
        if (take(o, result - FIRST_VAL, optarg, e) != ERR_OK)
            return e->kind;
    }
}

enum err options_parse_globals(struct options *o, int argc, char **argv, int *stopped, struct errctx *e)
{
    struct names n;
    make_names(o, &n);
    enum err result = run_getopt(o, &n, argc, argv, "+:h", e);
    *stopped = optind;
    free_names(&n);
    return result;
}

enum err options_parse(struct options *o, int argc, char **argv, struct errctx *e)
{
    struct names n;
    make_names(o, &n);
    enum err result = run_getopt(o, &n, argc, argv, ":h", e);
    free_names(&n);
    if (result != ERR_OK)
        return result;
    for (int i = optind; i < argc; i++) {
        o->operands = mem_resize(o->operands, (size_t)o->operand_count + 1, sizeof *o->operands);
        o->operands[o->operand_count++] = argv[i];
    }
    return ERR_OK;
}

const char *options_next(const struct options *o, const char *name, int *at)
{
    while (*at < o->given_count) {
        const struct option_given *given = &o->given[(*at)++];
        if (strcmp(given->name, name) == 0)
            return given->value;
    }
    return NULL;
}

bool options_has(const struct options *o, const char *name)
{
    for (int i = 0; i < o->given_count; i++) {
        if (strcmp(o->given[i].name, name) == 0)
            return true;
    }
    return false;
}

const char *options_text(const struct options *o, const char *name)
{
    int at = 0;
    return options_next(o, name, &at);
}

enum err options_int(const struct options *o, const char *name, int64_t least, int64_t most, int64_t fallback,
                     int64_t *out, struct errctx *e)
{
    const char *text = options_text(o, name);
    *out = fallback;
    if (!text)
        return ERR_OK;
    if (decimal_parse(text, 0, out, e) != ERR_OK)
        return err_fail(e, ERR_USAGE, _("--%s \"%s\": is not a whole number"), name, text);
    if (*out < least || *out > most)
        return err_fail(e, ERR_USAGE, _("--%s \"%s\": is not from %" PRId64 " to %" PRId64), name, text,
                        least, most);
    return ERR_OK;
}

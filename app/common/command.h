/*
 * A program as a table of commands. A command is one row: its words, what it needs opened, its options, its
 * function. From the table follow the command line, --help and the list of commands.
 *
 * The words of a row may hold ENTITY, which stands for any entity's name: "ENTITY add".
 */
#ifndef ALLUVIA_COMMON_COMMAND_H
#define ALLUVIA_COMMON_COMMAND_H

#include "app/common/options.h"
#include "schema/record/entity.h"

/* What a command has at hand when it runs; each program defines its own. */
struct app;

enum command_opens {
    OPENS_NOTHING,
    OPENS_READ,
    OPENS_WRITE
};

struct command {
    const char *words;    /* "licence check" */
    const char *operands; /* of the usage line: "FILE…"; "" without any */
    const char *summary;  /* one line, marked with N_() */
    const char *more;     /* further words of its help, marked with N_(); NULL without any */
    enum command_opens opens;
    bool takes_fields;                 /* every field of the entity is an option */
    int least;                         /* operands */
    int most;                          /* -1: any number */
    const struct option_spec *options; /* NULL without any */
    enum err (*run)(struct app *app, const struct options *o, struct errctx *e);
};

struct program {
    const char *name;
    const char *version;
    const char *summary;
    const struct command *const *commands; /* NULL ends them */
    const struct option_spec *globals;     /* the first is "help"; ended by a row without a name */
};

struct command_line {
    const struct command *command; /* NULL when no command was named */
    const struct entity *entity;   /* that stood for ENTITY; NULL otherwise */
    struct options options;        /* global ones among them */
};

/* Reads a command line. ERR_USAGE. With --help or --version nothing else is demanded of it. Free with
 * command_line_done in every case. */
MUST_CHECK enum err command_line_parse(const struct program *p, int argc, char **argv,
                                       struct command_line *out, struct errctx *e);
void command_line_done(struct command_line *line);

#endif

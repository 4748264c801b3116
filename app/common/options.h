/*
 * Options described once: a table of names, values and help gives parsing (getopt_long), --help and whatever
 * else lists them. Options may stand before, between and behind the operands; "--" ends them. A name with an
 * underscore is understood with a hyphen too.
 */
#ifndef ALLUVIA_COMMON_OPTIONS_H
#define ALLUVIA_COMMON_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/err.h"

struct option_spec {
    const char *name;  /* "dry-run"; NULL ends a table */
    const char *value; /* what its value is called in the help: "PATH"; NULL for a switch */
    const char *help;  /* marked with N_() */
    bool many;         /* may be given more than once */
};

enum {
    OPTIONS_MAX_SPECS = 64 /* the fields of the widest entity and the options of any command */
};

struct option_given {
    const char *name; /* of its spec */
    const char *value;
};

/* Everything is borrowed from the tables and from argv, except the two arrays. */
struct options {
    struct option_spec specs[OPTIONS_MAX_SPECS];
    int spec_count;
    struct option_given *given;
    int given_count;
    const char **operands;
    int operand_count;
};

/* {0} is empty. */
void options_done(struct options *o);
void options_allow(struct options *o, const struct option_spec *table);
void options_allow_one(struct options *o, const struct option_spec *spec);

/*
 * Reads ARGV[1] … and adds to what was given before. AT_FIRST_OPERAND stops there and puts its place into
 * *STOPPED (ARGC when there is none); otherwise all operands are taken. ERR_USAGE: unknown option, missing or
 * unwanted value, given twice.
 */
MUST_CHECK enum err options_parse_globals(struct options *o, int argc, char **argv, int *stopped,
                                          struct errctx *e);
MUST_CHECK enum err options_parse(struct options *o, int argc, char **argv, struct errctx *e);

bool options_has(const struct options *o, const char *name);
/* The value of NAME; NULL when it was not given. */
const char *options_text(const struct options *o, const char *name);
/* A whole number from LEAST to MOST, FALLBACK when it was not given. ERR_USAGE. */
MUST_CHECK enum err options_int(const struct options *o, const char *name, int64_t least, int64_t most,
                                int64_t fallback, int64_t *out, struct errctx *e);
/* The values of an option that may be given often: start with *AT 0; NULL behind the last. */
const char *options_next(const struct options *o, const char *name, int *at);

#endif

/*
 * How functions fail. A function that can fail returns an enum err and is MUST_CHECK; what went wrong stands
 * in the struct errctx that the caller owns, usually on its stack: a kind, the number that the operating
 * system, SQLite or the HTTP peer gave, and one line of text.
 *
 * The text is lower case, without full stop, with its subject in quotes, and never holds a person's name or
 * other personal data: it may be logged. It reads outside in: "import batch 7K4QXM-1-9: write receipt: disk
 * full".
 */
#ifndef ALLUVIA_BASE_ERR_H
#define ALLUVIA_BASE_ERR_H

#define MUST_CHECK             __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))

enum err {
    ERR_OK,
    ERR_USAGE,     /* the command line makes no sense */
    ERR_INVALID,   /* data breaks a rule; nothing was saved */
    ERR_NOT_FOUND, /* what was named is not there */
    ERR_CONFLICT,  /* it contradicts what is there already */
    ERR_EXISTS,    /* would overwrite something that must not be overwritten */
    ERR_NETWORK,   /* the other side cannot be reached */
    ERR_BUSY,      /* somebody else is at it; try again later */
    ERR_PROTOCOL,  /* the other side sent what it must not send */
    ERR_DENIED,    /* not permitted: revoked, not enrolled, wrong role */
    ERR_CONFIG,    /* a setting is missing or makes no sense */
    ERR_IO,        /* the operating system failed to read or write */
    ERR_DB,        /* SQLite failed, or the database is damaged */
    ERR_INTERNAL,  /* a fault of ours */
};

enum {
    ERR_TEXT_BYTES = 512
};

struct errctx {
    enum err kind;
    int code; /* errno, SQLite's extended result code or the HTTP status; 0 when none applies */
    char text[ERR_TEXT_BYTES];
};

/* Sets E to KIND and the formatted line and returns KIND. A line that does not fit is cut at a whole
 * character. */
enum err err_fail(struct errctx *e, enum err kind, const char *format, ...) PRINTF_LIKE(3, 4);

/* As err_fail, with the operating system's words for NUMBER (an errno) put behind ": ". */
enum err err_errno(struct errctx *e, enum err kind, int number, const char *format, ...) PRINTF_LIKE(4, 5);

/* Puts the formatted line and ": " before the text that E holds already; returns E's kind. */
enum err err_wrap(struct errctx *e, const char *format, ...) PRINTF_LIKE(2, 3);

/* The sysexits.h code of a kind (design: exit codes). */
int err_exit_code(enum err kind);

#endif

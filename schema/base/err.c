#include "schema/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* vsnprintf cuts at a byte; a UTF-8 sequence that was cut through is taken off whole. */
static void drop_cut_character(char *text, size_t bytes)
{
    size_t len = strlen(text);
    if (len + 1 < bytes || len == 0)
        return;
    size_t start = len;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start > 0 && (unsigned char)text[start - 1] >= 0xC0)
        text[start - 1] = '\0';
}

static void set_text(struct errctx *e, const char *format, va_list args)
{
    (void)vsnprintf(e->text, sizeof e->text, format, args);
    drop_cut_character(e->text, sizeof e->text);
}

enum err err_fail(struct errctx *e, enum err kind, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    e->kind = kind;
    e->code = 0;
    set_text(e, format, args);
    va_end(args);
    return kind;
}

enum err err_errno(struct errctx *e, enum err kind, int number, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_text(e, format, args);
    va_end(args);
    e->kind = kind;
    e->code = number;
    size_t used = strlen(e->text);
    (void)snprintf(e->text + used, sizeof e->text - used, ": %s", strerror(number));
    drop_cut_character(e->text, sizeof e->text);
    return kind;
}

enum err err_wrap(struct errctx *e, const char *format, ...)
{
    char inner[ERR_TEXT_BYTES];
    memcpy(inner, e->text, sizeof inner);
    va_list args;
    va_start(args, format);
    set_text(e, format, args);
    va_end(args);
    size_t used = strlen(e->text);
    (void)snprintf(e->text + used, sizeof e->text - used, ": %s", inner);
    drop_cut_character(e->text, sizeof e->text);
    return e->kind;
}

int err_exit_code(enum err kind)
{
    switch (kind) {
    case ERR_OK:
        return EX_OK;
    case ERR_USAGE:
        return EX_USAGE;
    case ERR_INVALID:
    case ERR_CONFLICT:
        return EX_DATAERR;
    case ERR_NOT_FOUND:
        return EX_NOINPUT;
    case ERR_EXISTS:
        return EX_CANTCREAT;
    case ERR_NETWORK:
        return EX_UNAVAILABLE;
    case ERR_BUSY:
        return EX_TEMPFAIL;
    case ERR_PROTOCOL:
        return EX_PROTOCOL;
    case ERR_DENIED:
        return EX_NOPERM;
    case ERR_CONFIG:
        return EX_CONFIG;
    case ERR_IO:
    case ERR_DB:
        return EX_IOERR;
    case ERR_INTERNAL:
        return EX_SOFTWARE;
    }
    return EX_SOFTWARE;
}

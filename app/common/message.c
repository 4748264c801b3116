#include "app/common/message.h"

#include <stdarg.h>
#include <stdio.h>

#include "app/common/plain.h"
#include "app/common/said.h"

static void print_line(const char *program, const char *text)
{
    struct buf line = {0};
    plain_put(&line, text);
    fprintf(stderr, "%s: %s\n", program, buf_str(&line));
    buf_done(&line);
}

void message(const char *program, const char *format, ...)
{
    char text[2 * ERR_TEXT_BYTES];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    print_line(program, text);
}

int message_error(const char *program, const struct errctx *e)
{
    struct buf words = {0};
    print_line(program, said_in(&words, e->text));
    buf_done(&words);
    return err_exit_code(e->kind);
}

#include "schema/base/buf.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

static void out_of_memory(void)
{
    static const char words[] = "alluvia: out of memory; what was acknowledged is saved\n";
    ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);
    (void)written;
    _exit(EX_OSERR);
}

void (*buf_out_of_memory)(void) = out_of_memory;

void *mem_resize(void *memory, size_t count, size_t size)
{
    void *grown = reallocarray(memory, count ? count : 1, size ? size : 1);
    if (!grown)
        buf_out_of_memory();
    return grown;
}

void *mem_alloc(size_t size)
{
    return mem_resize(NULL, 1, size);
}

void *mem_zero(size_t count, size_t size)
{
    void *memory = calloc(count ? count : 1, size ? size : 1);
    if (!memory)
        buf_out_of_memory();
    return memory;
}

char *str_dup_len(const char *text, size_t len)
{
    char *copy = mem_alloc(len + 1);
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *str_dup(const char *text)
{
    return text ? str_dup_len(text, strlen(text)) : NULL;
}

void buf_init(struct buf *b)
{
    *b = (struct buf){0};
}

void buf_done(struct buf *b)
{
    free(b->data);
    buf_init(b);
}

void buf_clear(struct buf *b)
{
    buf_truncate(b, 0);
}

void buf_truncate(struct buf *b, size_t len)
{
    b->len = len;
    if (b->data)
        b->data[len] = '\0';
}

char *buf_reserve(struct buf *b, size_t more)
{
    if (more >= SIZE_MAX / 2 - b->len)
        buf_out_of_memory();
    size_t needed = b->len + more + 1;
    if (needed > b->size) {
        size_t size = b->size < 64 ? 64 : b->size;
        while (size < needed)
            size += size / 2;
        b->data = mem_resize(b->data, size, 1);
        b->size = size;
    }
    b->data[b->len] = '\0';
    return b->data + b->len;
}

void buf_put(struct buf *b, const void *bytes, size_t len)
{
    char *end = buf_reserve(b, len);
    if (len)
        memcpy(end, bytes, len);
    buf_truncate(b, b->len + len);
}

void buf_puts(struct buf *b, const char *text)
{
    buf_put(b, text, strlen(text));
}

void buf_putc(struct buf *b, char c)
{
    buf_put(b, &c, 1);
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len > 0) {
        char *end = buf_reserve(b, (size_t)len);
        (void)vsnprintf(end, (size_t)len + 1, format, again);
        b->len += (size_t)len;
    }
    va_end(again);
}

void buf_put_int(struct buf *b, int64_t number)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t left = number < 0 ? (uint64_t)0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--at] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (number < 0)
        digits[--at] = '-';
    buf_put(b, digits + at, sizeof digits - at);
}

const char *buf_str(const struct buf *b)
{
    return b->data ? b->data : "";
}

char *buf_steal(struct buf *b)
{
    (void)buf_reserve(b, 0);
    char *data = b->data;
    buf_init(b);
    return data;
}

/*
 * A growing run of bytes. The bytes always end with a zero byte that LEN does not count, so text in a buffer
 * can be used as a string. Memory for what a person typed or a bounded message is assumed to be there: a
 * failed allocation ends the program through buf_out_of_memory(). Sizes that come from a file or the network
 * are bounded by the reader before they reach a buffer.
 */
#ifndef ALLUVIA_BASE_BUF_H
#define ALLUVIA_BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "schema/base/err.h"

struct buf {
    char *data; /* never NULL after the first put; owned */
    size_t len;
    size_t size;
};

/* {0} is an empty buffer too. */
void buf_init(struct buf *b);
void buf_done(struct buf *b);
/* Forgets the content and keeps the memory. */
void buf_clear(struct buf *b);
/* Cuts to LEN bytes, which must not be more than there are. */
void buf_truncate(struct buf *b, size_t len);
/* Makes room for MORE bytes and returns where they go; the caller then adds to LEN what it wrote. */
char *buf_reserve(struct buf *b, size_t more);

void buf_put(struct buf *b, const void *bytes, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) PRINTF_LIKE(2, 3);
void buf_put_int(struct buf *b, int64_t number);

/* The content as a string, "" when nothing was put; valid until the next change. */
const char *buf_str(const struct buf *b);
/* Hands the memory over: the caller frees it; the buffer is empty afterwards. */
char *buf_steal(struct buf *b);

/* A copy that the caller frees. NULL for NULL. */
char *str_dup(const char *text);
char *str_dup_len(const char *text, size_t len);
/* malloc and calloc that do not return without memory. */
void *mem_alloc(size_t size);
void *mem_zero(size_t count, size_t size);
void *mem_resize(void *memory, size_t count, size_t size);

/* What happens when memory ends; a program with a terminal to restore sets its own. It must not return. */
extern void (*buf_out_of_memory)(void);

#endif
